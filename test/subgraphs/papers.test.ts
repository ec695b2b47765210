import { describe, expect, it } from '@jest/globals';
import { slipPaper } from '../../gateway/window/slip-papers.ts';
import type { Paper } from '../../papers/paper.ts';
import { papers as business } from '../../subgraphs/business/papers.ts';
import { certificateKinds } from '../../subgraphs/catalogue.ts';
import { papers as codes } from '../../subgraphs/code/papers.ts';
import { SLIP_KINDS } from '../../subgraphs/holders.ts';
import { shownIn } from '../../subgraphs/papers.ts';
import { papers as seals } from '../../subgraphs/seal/papers.ts';
import { papers as taxes } from '../../subgraphs/tax/papers.ts';
import { code, license, ORDINARY, sealFiling, tax, uscc } from '../../tools/samples/records.ts';
import { SLIPS } from '../../tools/samples/slips.ts';

const PAPERS = { ...business, ...codes, ...taxes, ...seals };
const opened = new Map([
  ['content.legalRepresentative.name', '甲子某'],
  ['content.founders.0.name', '甲子某'],
  ['content.founders.1.name', '乙丑某'],
  ['content.seals.4.text', '甲子某之印'],
]);
const paperOf = ({ record }: ReturnType<typeof license>, disclosed: ReadonlyMap<string, string> = opened): Paper => {
  const show = PAPERS[record.kind];
  if (!show) throw new Error(`no paper for ${record.kind}`);
  return show(record, shownIn(record, disclosed));
};
const valueAt = ({ fields }: Paper, label: string) => fields.find(field => field.label === label)?.value;

describe('what papers show', () => {
  it('is said for every kind of certificate, and every kind of slip', () => {
    expect(Object.keys(PAPERS).sort()).toEqual([...certificateKinds].sort());
    expect(new Set(Object.values(SLIPS).map(({ kind }) => kind))).toEqual(new Set(SLIP_KINDS));
  });

  it('has the unified code only where it is the number: before 一照一码 no paper prints it', () => {
    const separate = [license(ORDINARY, 'SEPARATE'), code('organization-code'), tax('national-tax'), tax('local-tax')];
    for (const record of [...separate, sealFiling(ORDINARY)])
      expect(JSON.stringify(paperOf(record).fields) + JSON.stringify(paperOf(record).numbers)).not.toContain(uscc);
    expect(paperOf(license(ORDINARY, 'SEPARATE')).numbers).toEqual([{ label: '注册号', value: '371002000000029' }]);
    expect(paperOf(license(ORDINARY, 'UNIFIED')).numbers).toEqual([{ label: '统一社会信用代码', value: uscc }]);
    expect(valueAt(paperOf(tax('local-tax-confirmation')), '统一社会信用代码')).toBe(uscc);
  });

  it('puts dates and amounts into words', () => {
    const paper = paperOf(license(ORDINARY, 'UNIFIED'));
    expect(valueAt(paper, '注册资本')).toBe('人民币伍拾万元整');
    expect(valueAt(paper, '成立日期')).toBe('二〇二六年十一月二十三日');
  });

  it.each([
    ['PARTNERSHIP', '执行事务合伙人', '主要经营场所'],
    ['SOLE_PROPRIETORSHIP', '投资人', '住所'],
    ['INDIVIDUAL_BUSINESS', '经营者', '经营场所'],
  ])('calls person and place of a %s as its license does: %s, %s', (enterpriseType, person, place) => {
    const paper = paperOf(license({ ...ORDINARY, enterpriseType }, 'UNIFIED'));
    expect(valueAt(paper, person)).toBe('甲子某');
    expect(valueAt(paper, place)).toBe(ORDINARY.address);
  });

  it('shows a leaf that is not disclosed as struck out, and holds nothing of it', () => {
    const paper = paperOf(license(ORDINARY, 'UNIFIED'), new Map([['content.founders.1.name', '乙丑某']]));
    expect(valueAt(paper, '法定代表人')).toEqual({ struckOut: true });
    expect(JSON.stringify(paper)).not.toContain('甲子某');
    expect(JSON.stringify(paper)).toContain('乙丑某');
  });

  it('shows a text of a record of the first form, which has no leaves', () => {
    const { record } = license(ORDINARY, 'UNIFIED');
    const plain = { ...record, content: { ...record.content, legalRepresentative: { name: '甲子某' } } };
    expect(shownIn(plain)('content.legalRepresentative.name')).toBe('甲子某');
    expect(() => shownIn(plain)('content.legalRepresentative.title')).toThrow('has no text');
  });

  it('shows on a slip what departments wrote in several lines in one, without what cannot be seen', () => {
    const notice = SLIPS['one-time-notice'] as Extract<(typeof SLIPS)[string], { kind: 'ONE_TIME_NOTICE' }>;
    const [fault] = notice.faults;
    const [mark] = fault?.marks ?? [];
    if (!fault || !mark) throw new Error('the sample has no fault');
    const marks = [{ ...mark, message: '第一行\r\n第二行\u200b\u0007' }];
    const paper = slipPaper({ ...notice, faults: [{ path: 'founders.2.idNumber', marks }] });
    const [, table] = paper.sections;
    expect(table?.kind === 'TABLE' && table.rows[0]?.slice(1)).toEqual([
      '出资人第3项身份号码',
      '第一行 第二行 （MATERIAL_MISSING_ADDRESS_PROOF）',
      '市场监督管理局',
    ]);
  });
});
