import type { Field, Paper, TableSection } from '../../papers/paper.ts';
import { ENTERPRISE_TYPES, type EnterpriseType } from '../catalogue.ts';
import type { DepartmentPapers, ShowField } from '../papers.ts';
import type { GrantRecord, Json } from '../record.ts';
import { parseAmount } from '../standards/amount.ts';
import { amountInWords } from '../standards/amount-in-words.ts';
import { chineseDate } from '../standards/chinese-date.ts';

export const papers: DepartmentPapers = { BUSINESS_LICENSE: license };

/** What differs from type to type on a license (市场主体登记管理条例 art. 8 and 9; 实施细则 art. 6). */
interface Wording {
  readonly representative: string;
  readonly capital: string;
  readonly address: string;
  /** Who has founded it, on the annex; nobody beside the representative where it is absent. */
  readonly founders?: string;
}

const WORDING: Readonly<Record<EnterpriseType, Wording>> = {
  LIMITED_COMPANY: { representative: '法定代表人', capital: '注册资本', address: '住所', founders: '股东' },
  JOINT_STOCK_COMPANY: { representative: '法定代表人', capital: '注册资本', address: '住所', founders: '发起人' },
  SOLE_PROPRIETORSHIP: { representative: '投资人', capital: '出资额', address: '住所' },
  PARTNERSHIP: {
    representative: '执行事务合伙人',
    capital: '出资额',
    address: '主要经营场所',
    founders: '合伙人',
  },
  INDIVIDUAL_BUSINESS: { representative: '经营者', capital: '资金数额', address: '经营场所' },
};

/** The unified code is printed where it is the number of the license (一照一码); before, the registration number is. */
function license(record: GrantRecord, shown: ShowField): Paper {
  const { content, holder, decidedOn } = record;
  const type = content.enterpriseType as EnterpriseType;
  const wording = WORDING[type];
  const established = chineseDate(decidedOn);
  const fields: readonly Field[] = [
    { label: '名称', value: holder },
    { label: '类型', value: ENTERPRISE_TYPES[type] },
    { label: wording.representative, value: shown('content.legalRepresentative.name') },
    { label: '经营范围', value: shown('content.businessScope'), isLong: true },
    { label: wording.capital, value: `人民币${inWords(content.registeredCapital)}` },
    { label: '成立日期', value: established },
    { label: wording.address, value: shown('content.address') },
  ];
  return {
    form: 'LICENSE',
    title: '营业执照',
    numbers: [
      content.registrationNumber === null
        ? { label: '统一社会信用代码', value: record.number }
        : { label: '注册号', value: record.number },
    ],
    fields,
    sections: wording.founders ? [foundersTable(wording.founders, content.founders ?? [], shown)] : [],
    closing: { label: '登记机关', date: established },
    notes: ['记录 record.json 随附于本文件，可离线核验。'],
  };
}

function foundersTable(title: string, founders: Json, shown: ShowField): TableSection {
  const entries = founders as readonly { readonly contribution: string; readonly uscc: string | null }[];
  return {
    kind: 'TABLE',
    heading: `${title}名录`,
    annexed: true,
    columns: [
      { heading: '序号', share: 1.2 },
      { heading: `${title}姓名或者名称`, share: 6 },
      { heading: '统一社会信用代码', share: 3.4 },
      { heading: '出资额（元）', share: 3 },
    ],
    rows: entries.map(({ contribution, uscc }, at) => [
      String(at + 1),
      shown(`content.founders.${at}.name`),
      uscc ?? '—',
      contribution,
    ]),
  };
}

/** @throws {Error} when the record's amount is none: it would be a defect of this department. */
function inWords(amount: Json | undefined): string {
  const parsed = parseAmount(String(amount));
  if (parsed.class === 'INVALID') throw new Error('the capital in the record is no amount');
  return amountInWords(parsed.value);
}
