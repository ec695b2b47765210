import type { Paper } from '../../papers/paper.ts';
import type { DepartmentPapers, ShowField } from '../papers.ts';
import type { GrantRecord } from '../record.ts';
import { chineseDate } from '../standards/chinese-date.ts';

export const papers: DepartmentPapers = {
  NATIONAL_TAX: certificate,
  LOCAL_TAX: certificate,
  NATIONAL_TAX_CONFIRMATION: confirmation,
  LOCAL_TAX_CONFIRMATION: confirmation,
};

const isNational = ({ kind }: GrantRecord): boolean => kind.startsWith('NATIONAL');

/** 税务登记证, of one of the two authorities. Its number holds the organization code; the unified code is not on it. */
function certificate(record: GrantRecord, shown: ShowField): Paper {
  const date = chineseDate(record.decidedOn);
  return {
    form: 'CERTIFICATE',
    title: '税务登记证',
    subtitle: isNational(record) ? '（国税）' : '（地税）',
    numbers: [{ label: '纳税人识别号', value: record.number }],
    fields: [
      { label: '纳税人名称', value: record.holder },
      { label: '纳税人识别号', value: shown('content.taxpayerNumber') },
      { label: '主管税务机关', value: shown('content.office') },
      { label: '登记日期', value: date },
    ],
    sections: [],
    closing: { label: '发证税务机关', date },
    notes: [
      '纳税人按照国务院税务主管部门的规定使用税务登记证件，不得转借、涂改、损毁、买卖或者伪造（税收征收管理法第十八条）。记录 record.json 随附于本文件，可离线核验。',
    ],
  };
}

/** Of a push by the registry: the unified code is the taxpayer's number. */
function confirmation(record: GrantRecord, shown: ShowField): Paper {
  const date = chineseDate(record.decidedOn);
  return {
    form: 'RECEIPT',
    title: '信息接收确认书',
    subtitle: isNational(record) ? '（国税）' : '（地税）',
    numbers: [{ label: '纳税人识别号', value: record.number }],
    fields: [
      { label: '纳税人名称', value: record.holder },
      { label: '统一社会信用代码', value: shown('content.taxpayerNumber') },
      { label: '主管税务机关', value: shown('content.office') },
      { label: '接收日期', value: date },
      { label: '办件编号', value: record.caseNumber },
    ],
    sections: [
      {
        kind: 'TEXT',
        paragraphs: [
          '登记机关推送的上述登记信息业已收到并入库。统一社会信用代码即为纳税人识别号，不再另发税务登记证件，特此确认。',
        ],
      },
    ],
    closing: { label: '确认单位', date },
    notes: ['记录 record.json 随附于本文件，可离线核验。'],
  };
}
