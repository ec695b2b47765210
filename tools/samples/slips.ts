/** Slips of a center about the same enterprise, one of each kind and those that are long. */
import { createHash } from 'node:crypto';
import type { SlipRecord } from '../../gateway/window/slip-record.ts';
import { CATALOGUE, type ItemId } from '../../subgraphs/catalogue.ts';
import { caseNumber, ORDINARY, regionCode } from './records.ts';

const ITEMS = [
  'license',
  'code-confirmation',
  'national-tax-confirmation',
  'local-tax-confirmation',
  'seal-filing',
] as const;

const named = (item: ItemId) => ({ item, title: CATALOGUE[item].chinese, department: CATALOGUE[item].department });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const granted = (item: ItemId) => ({
  kind: String(CATALOGUE[item].certificate),
  number: item === 'seal-filing' ? '371002-S0000003' : '91371002PDY000028J',
  decidedOn: '2026-11-23',
  recordSha256: sha256(item),
  isSealed: true,
});
const refused = {
  ground: '法定代表人因伪造印章受过处罚，印章不予备案',
  article: '治安管理处罚法 art. 52',
  recordSha256: sha256('refusal'),
};

const head = <Kind extends SlipRecord['kind']>(kind: Kind) =>
  ({
    format: 'one-window/slip/1',
    department: 'center',
    kind,
    number: `${caseNumber}/${kind}/1`,
    caseNumber,
    issuedAt: '2026-11-23T02:03:04.000Z',
    regionCode,
    enterprise: ORDINARY.holder,
  }) as const;

const FAULTS = [
  ['materials', 'MATERIAL_MISSING_ADDRESS_PROOF', '请补交材料：住所证明', 'license'],
  [
    'materials.2.trust',
    'MATERIAL_UNCHECKED_IDENTITY',
    '材料须经窗口核验：身份证明的核验程度应为 B 或者更高',
    'national-tax-confirmation',
  ],
  ['name.tradingName', 'NAME_WORD_RESERVED', '字号不得含有“中国”', 'name'],
  ['registeredCapital', 'CAPITAL_BELOW_MINIMUM', '该行业注册资本不得少于 2000000 元（劳动合同法 art. 57）', 'license'],
  ['founders.0.uscc', 'FOUNDER_NOT_NATURAL', '投资人应为自然人', 'license'],
  ['legalRepresentative.idNumber', 'ABNORMAL_TAXPAYER', '法定代表人名下有非正常户，须先解除', 'local-tax-confirmation'],
  ['sealOrders', 'COMPANY_SEAL_MISSING', '须刻制公章', 'seal-filing'],
] as const;

export const SLIPS: Readonly<Record<string, SlipRecord>> = {
  acceptance: {
    ...head('ACCEPTANCE'),
    basis: '行政许可法第三十二条',
    regime: { id: 'R3', version: 1, title: '三证合一' },
    items: (['name', ...ITEMS] as const).map(item => ({
      ...named(item),
      promisedWorkdays: CATALOGUE[item].promisedWorkdays,
    })),
    acceptedOn: '2026-11-23',
    bySilenceOf: ['seal'],
    dueOn: '2026-11-26',
    dueOnProvisional: false,
  },
  'one-time-notice': {
    ...head('ONE_TIME_NOTICE'),
    basis: '行政许可法第三十二条第一款第四项',
    stage: 'BEFORE_FILING',
    receivedOn: '2026-11-23',
    faults: FAULTS.map(([path, code, message, item]) => ({ path, marks: [{ ...named(item), code, message }] })),
  },
  decision: {
    ...head('DECISION'),
    basis: '行政许可法第三十八条',
    outcome: 'CLOSED',
    items: [
      ...ITEMS.slice(0, -1).map(item => ({ ...named(item), decision: 'GRANTED' as const, ...granted(item) })),
      { ...named('seal-filing'), decision: 'REFUSED', ...refused },
    ],
    remedies: '申请人可依法申请行政复议或者提起行政诉讼',
  },
  delivery: {
    ...head('DELIVERY'),
    basis: '行政许可法第四十四条',
    means: 'ELECTRONIC',
    deliveredAt: '2026-11-23T02:03:04.000Z',
    papers: ITEMS.map(item => ({ ...named(item), ...granted(item) })),
  },
  revocation: {
    ...head('REVOCATION'),
    cause: 'REFUSAL',
    grounds: [{ ...named('seal-filing'), ...refused }],
    takenBack: [
      ...ITEMS.slice(0, -1).map(item => ({
        ...named(item),
        grant: granted(item),
        revocationSha256: sha256(`revocation of ${item}`),
        refusal: null,
      })),
      { ...named('seal-filing'), grant: null, revocationSha256: null, refusal: refused },
    ],
  },
};
