import type { Paper } from '../../papers/paper.ts';
import type { DepartmentPapers, ShowField } from '../papers.ts';
import type { GrantRecord } from '../record.ts';
import { chineseDate } from '../standards/chinese-date.ts';
import { parseRegionCode, regionName } from '../standards/region.ts';

export const papers: DepartmentPapers = { ORGANIZATION_CODE: certificate, CODE_CONFIRMATION: confirmation };

/** 组织机构代码证. It is issued where each office numbers by itself: the unified code is not on it. */
function certificate(record: GrantRecord, shown: ShowField): Paper {
  return {
    form: 'CERTIFICATE',
    title: '组织机构代码证',
    numbers: [{ label: '代码', value: record.number }],
    fields: [
      { label: '机构名称', value: record.holder },
      { label: '组织机构代码', value: shown('content.organizationCode') },
      { label: '登记地区', value: regionIn(record) },
      { label: '颁发日期', value: chineseDate(record.decidedOn) },
    ],
    sections: [],
    closing: { label: '颁发单位', date: chineseDate(record.decidedOn) },
    notes: [
      '组织机构代码是组织机构在全国范围内唯一、始终不变的代码标识（GB 11714）。记录 record.json 随附于本文件，可离线核验。',
    ],
  };
}

/** Of a push by the registry: the code stands within the unified code. */
function confirmation(record: GrantRecord, shown: ShowField): Paper {
  return {
    form: 'RECEIPT',
    title: '信息接收确认书',
    subtitle: '（组织机构代码）',
    numbers: [{ label: '组织机构代码', value: record.number }],
    fields: [
      { label: '单位名称', value: record.holder },
      ...(record.uscc === null ? [] : [{ label: '统一社会信用代码', value: record.uscc }]),
      { label: '组织机构代码', value: shown('content.organizationCode') },
      { label: '登记地区', value: regionIn(record) },
      { label: '接收日期', value: chineseDate(record.decidedOn) },
      { label: '办件编号', value: record.caseNumber },
    ],
    sections: [
      {
        kind: 'TEXT',
        paragraphs: ['登记机关推送的上述登记信息业已收到并入库，代码与统一社会信用代码的主体标识码一致，特此确认。'],
      },
    ],
    closing: { label: '确认单位', date: chineseDate(record.decidedOn) },
    notes: ['记录 record.json 随附于本文件，可离线核验。'],
  };
}

function regionIn({ content, operationId }: GrantRecord): string {
  const code = parseRegionCode(String(content.regionCode));
  if (code.class === 'INVALID') throw new Error(`the record of ${operationId} has no region`);
  return regionName(code.value).full;
}
