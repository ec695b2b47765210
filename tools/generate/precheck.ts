import { CATALOGUE, type DepartmentId, type MaterialKind, type TrustLevel } from '../../subgraphs/catalogue.ts';
import { enterprise, type Site, type Wishes } from './enterprise.ts';
import type { Input, Planted, PrecheckFault } from './line.ts';
import { listedIdNumber, uscc, yuan } from './numbers.ts';
import { atEveryDemand, atItemsOf, corrected } from './outcome.ts';
import type { Random } from './random.ts';
import { CAPITAL_MINIMUMS, CITIES, COUNTIES, PROVINCE } from './vocabulary.ts';

/*
 * Applications whose form is right and that departments send back: a case is opened and nothing is filed. Each is
 * planted with every fault that any department finds, item by item.
 */

interface Doubtful {
  readonly input: Input;
  readonly faults: readonly PrecheckFault[];
}
type Spoil = (good: Input, random: Random) => Doubtful;

const doubtful = (input: Input, ...faults: readonly PrecheckFault[]): Doubtful => ({ input, faults });

const planted = ({ input, faults }: Doubtful): Planted => ({ input, outcome: corrected(input, faults) });
const spoiled =
  (spoil: Spoil, wishes: Wishes = { type: 'LIMITED_COMPANY' }) =>
  (site: Site): Planted =>
    planted(spoil(enterprise(site, wishes), site.random));

const isOf =
  (department: DepartmentId) =>
  (item: keyof typeof CATALOGUE): boolean =>
    CATALOGUE[item].department === department;

const without =
  (kind: MaterialKind): Spoil =>
  good => {
    const input = { ...good, materials: good.materials.filter(material => material.kind !== kind) };
    return doubtful(input, ...atEveryDemand(input, kind, { path: 'materials', code: `MATERIAL_MISSING_${kind}` }));
  };

/** Weaker than some item demands; those that demand less are content. */
const atTrust =
  (kind: MaterialKind, offered: TrustLevel): Spoil =>
  good => {
    const at = good.materials.findIndex(material => material.kind === kind);
    const input = {
      ...good,
      materials: good.materials.map(one => (one.kind === kind ? { ...one, trust: offered } : one)),
    };
    const fault = { path: `materials.${at}.trust`, code: `MATERIAL_UNCHECKED_${kind}` };
    return doubtful(input, ...atEveryDemand(input, kind, fault, demanded => offered > demanded));
  };

const EVERY_PAPER = ['APPLICATION_FORM', 'ARTICLES', 'IDENTITY', 'ADDRESS_PROOF', 'APPOINTMENT'] as const;
const COPIES = ['APPLICATION_FORM', 'ARTICLES', 'ADDRESS_PROOF', 'APPOINTMENT'] as const;

const lowCapital: Spoil = (good, random) => {
  const { code: industryCode, fen } = random.pick(CAPITAL_MINIMUMS);
  const capitalFen = random.pick([fen - 1, Math.floor(fen / 2), 50_000_000]);
  const [first, ...others] = good.founders;
  const each = Math.floor(capitalFen / good.founders.length);
  const input = {
    ...good,
    industryCode,
    registeredCapital: yuan(capitalFen),
    founders: [
      { ...first!, contribution: yuan(capitalFen - each * others.length) },
      ...others.map(founder => ({ ...founder, contribution: yuan(each) })),
    ],
  };
  return doubtful(input, { item: 'license', path: 'registeredCapital', code: 'CAPITAL_BELOW_MINIMUM' });
};

/** A type, with a number of founders that its law does not know. */
const FOUNDER_COUNTS: readonly Wishes[] = [
  { type: 'LIMITED_COMPANY', founders: 51 },
  { type: 'SOLE_PROPRIETORSHIP', founders: 2 },
  { type: 'INDIVIDUAL_BUSINESS', founders: 2 },
  { type: 'PARTNERSHIP', founders: 1 },
  { type: 'PARTNERSHIP', founders: 51 },
];

const elsewhere = ({ random }: Site): Wishes =>
  random.pick([
    { type: 'JOINT_STOCK_COMPANY', place: random.pick(COUNTIES) },
    { type: 'SOLE_PROPRIETORSHIP', place: random.pick(CITIES) },
    { type: 'INDIVIDUAL_BUSINESS', place: random.pick(CITIES) },
    { type: 'LIMITED_COMPANY', place: { code: PROVINCE, name: '山东省', city: PROVINCE } },
  ]);

const abnormalTaxpayer: Spoil = (good, random) => {
  const idNumber = listedIdNumber('18991202', random.between(1, 50));
  const input = { ...good, legalRepresentative: { ...good.legalRepresentative, idNumber } };
  const fault = { path: 'legalRepresentative.idNumber', code: 'ABNORMAL_TAXPAYER' };
  return doubtful(input, ...atItemsOf(input, isOf('tax'), fault));
};

const RESERVED = ['中国', '中华', '全国', '国家'];
const MISLEADING = ['政府', '法院', '军队'];
const worded: Spoil = (good, random) => {
  const [reserved, misleading] = random.pick([
    [true, false],
    [false, true],
    [true, true],
  ] as const);
  const words = (reserved ? random.pick(RESERVED) : '') + (misleading ? random.pick(MISLEADING) : '');
  const input = { ...good, name: { ...good.name, tradingName: words + good.name.tradingName } };
  const fault = (code: string): PrecheckFault => ({ item: 'name', path: 'name.tradingName', code });
  return doubtful(
    input,
    ...(reserved ? [fault('NAME_WORD_RESERVED')] : []),
    ...(misleading ? [fault('NAME_WORD_MISLEADING')] : []),
  );
};

const formOfAnotherType: Spoil = (good, random) => {
  const form = good.enterpriseType === 'LIMITED_COMPANY' ? random.pick(['股份有限公司', '普通合伙', '店']) : '有限公司';
  const input = { ...good, name: { ...good.name, form } };
  return doubtful(input, { item: 'name', path: 'name.form', code: 'NAME_FORM_OF_ANOTHER_TYPE' });
};

const NO_COMPANY_SEAL: readonly Input['sealOrders'][] = [['FINANCE'], ['LEGAL_REPRESENTATIVE', 'CONTRACT'], []];
const noCompanySeal: Spoil = (good, random) =>
  doubtful(
    { ...good, sealOrders: random.pick(NO_COMPANY_SEAL) },
    { item: 'seal-filing', path: 'sealOrders', code: 'COMPANY_SEAL_MISSING' },
  );

/** Three to five from several departments: one slip has to name them all (一次性告知). */
const several: Spoil = (good, random) => {
  const ways = [
    without('ADDRESS_PROOF'),
    atTrust('IDENTITY', 'C'),
    abnormalTaxpayer,
    worded,
    formOfAnotherType,
    noCompanySeal,
  ];
  // A paper that is gone moves the places of those behind it: it goes first.
  const chosen = new Set(random.shuffled(ways).slice(0, random.between(3, 5)));
  let spoiled = doubtful(good);
  for (const way of ways.filter(one => chosen.has(one))) {
    const { input, faults } = way(spoiled.input, random);
    spoiled = doubtful(input, ...spoiled.faults, ...faults);
  }
  return spoiled;
};

export const PRECHECK = {
  'precheck: a paper is missing': (site: Site): Planted => spoiled(without(site.random.pick(EVERY_PAPER)))(site),
  'precheck: identity unchecked': spoiled(atTrust('IDENTITY', 'C'), {}),
  'precheck: a paper is only promised': (site: Site): Planted =>
    spoiled(site.random.chance(30) ? atTrust('IDENTITY', 'D') : atTrust(site.random.pick(COPIES), 'D'))(site),
  'precheck: capital below the minimum': spoiled(lowCapital),
  'precheck: number of founders': (site: Site): Planted =>
    spoiled(
      good => doubtful(good, { item: 'license', path: 'founders', code: 'FOUNDER_COUNT' }),
      site.random.pick(FOUNDER_COUNTS),
    )(site),
  'precheck: an enterprise founds what only a person may': (site: Site): Planted =>
    spoiled(
      (good, random) => {
        const [{ name, contribution }] = good.founders as readonly [Input['founders'][number]];
        const founders = [{ name, uscc: uscc(good.regionCode, random.below(99_999)), contribution }];
        return doubtful(
          { ...good, founders },
          { item: 'license', path: 'founders.0.uscc', code: 'FOUNDER_NOT_NATURAL' },
        );
      },
      { type: site.random.pick(['SOLE_PROPRIETORSHIP', 'INDIVIDUAL_BUSINESS'] as const) },
    )(site),
  'precheck: another registry is competent': (site: Site): Planted =>
    spoiled(
      good => doubtful(good, { item: 'license', path: 'regionCode', code: 'REGISTRY_NOT_COMPETENT' }),
      elsewhere(site),
    )(site),
  'precheck: abnormal taxpayer': spoiled(abnormalTaxpayer, {}),
  'precheck: word that a name may not hold': spoiled(worded, {}),
  'precheck: form of another type': spoiled(formOfAnotherType, {}),
  // An individual business that orders more than its owner's name seal, or none at all, needs it too.
  'precheck: company seal missing': (site: Site): Planted =>
    spoiled(noCompanySeal, { type: site.random.pick(['LIMITED_COMPANY', 'INDIVIDUAL_BUSINESS'] as const) })(site),
  'precheck: several at once': spoiled(several),
};
