import { enterprise, type Site } from './enterprise.ts';
import type { DoorFault, Input, Planted } from './line.ts';
import { fenOf, fullWidth, idNumber, USCC_ALPHABET, uscc, withIdCheck, yuan } from './numbers.ts';
import type { Random } from './random.ts';
import { DISSOLVED } from './vocabulary.ts';

/*
 * Applications that must not pass the door, each with every fault that it has and no other.
 */

export interface Faulty {
  readonly input: Input;
  readonly faults: readonly DoorFault[];
}
type Spoil = (good: Input, random: Random) => Faulty;

/** One of several ways to do it. */
const oneOf =
  (...ways: readonly Spoil[]): Spoil =>
  (good, random) =>
    random.pick(ways)(good, random);

const faulty = (input: Input, ...faults: readonly (readonly [path: string, code: string])[]): Faulty => ({
  input,
  faults: faults.map(([path, code]) => ({ path, code })),
});

const represented = (good: Input, idNumber: string): Input => ({
  ...good,
  legalRepresentative: { ...good.legalRepresentative, idNumber },
});
const withFirst = (good: Input, changes: Partial<Input['founders'][number]>): Input => ({
  ...good,
  founders: good.founders.map((founder, at) => (at === 0 ? { ...founder, ...changes } : founder)),
});
const named = (good: Input, tradingName: string): Input => ({ ...good, name: { ...good.name, tradingName } });
/** An enterprise in the place of the first founder. */
const foundedBy = (good: Input, code: string): Input => ({
  ...good,
  founders: good.founders.map((founder, at) =>
    at === 0 ? { name: founder.name, uscc: code, contribution: founder.contribution } : founder,
  ),
});

/** Another of these signs in this place. */
const swapped = (text: string, at: number, signs: string, random: Random): string => {
  const others = [...signs].filter(sign => sign !== text[at]);
  return text.slice(0, at) + random.pick(others) + text.slice(at + 1);
};

const REPRESENTS = 'legalRepresentative.idNumber';

const wrongIdCheck: Spoil = (good, random) =>
  faulty(represented(good, swapped(good.legalRepresentative.idNumber, 17, '0123456789X', random)), [
    REPRESENTS,
    'ID_NUMBER_CHECK_CHARACTER',
  ]);

const identityChecks = oneOf(
  wrongIdCheck,
  (good, random) =>
    faulty(withFirst(good, { idNumber: swapped(String(good.founders[0]?.idNumber), 17, '0123456789X', random) }), [
      'founders.0.idNumber',
      'ID_NUMBER_CHECK_CHARACTER',
    ]),
  // A spreadsheet has taken it for a number and kept fifteen digits; one in eleven would still be right.
  (good, random) => {
    const digits = good.legalRepresentative.idNumber.slice(0, 15);
    if (withIdCheck(`${digits}00`).endsWith('0')) return wrongIdCheck(good, random);
    return faulty(represented(good, `${digits}000`), [REPRESENTS, 'ID_NUMBER_ROUNDED_BY_SPREADSHEET']);
  },
);

const codeChecks = oneOf(
  (good, random) =>
    faulty(foundedBy(good, swapped(uscc(good.regionCode, random.below(99_999)), 17, USCC_ALPHABET, random)), [
      'founders.0.uscc',
      'USCC_CHECK_CHARACTER',
    ]),
  (good, random) =>
    faulty(foundedBy(good, swapped(uscc(good.regionCode, random.below(99_999)), 16, '0123456789', random)), [
      'founders.0.uscc',
      'USCC_ORGANIZATION_CODE_CHECK',
    ]),
);

const otherSum: Spoil = (good, random) => {
  const fen = fenOf(good.registeredCapital) + random.pick([1, -1, 100, 1_000_000]);
  return faulty({ ...good, registeredCapital: yuan(fen) }, ['registeredCapital', 'CAPITAL_SUM']);
};

const inRegion =
  (regionCode: string, code: string): Spoil =>
  good =>
    faulty({ ...good, regionCode }, ['regionCode', code]);
const unknownRegion = oneOf(
  inRegion('371099', 'REGION_UNKNOWN_REGION'),
  inRegion('990000', 'REGION_UNKNOWN_REGION'),
  inRegion('37100', 'REGION_LENGTH'),
  inRegion('37I002', 'REGION_CHARACTER'),
  good => faulty({ ...good, regime: 'R3', regionCode: DISSOLVED.code }, ['regionCode', 'REGION_UNKNOWN_REGION']),
);

const inIndustry =
  (industryCode: string, code: string): Spoil =>
  good =>
    faulty({ ...good, industryCode }, ['industryCode', code]);
const unknownIndustry = oneOf(
  inIndustry('9999', 'INDUSTRY_UNKNOWN_INDUSTRY'),
  inIndustry('651', 'INDUSTRY_LENGTH'),
  inIndustry('65l3', 'INDUSTRY_CHARACTER'),
);

const WIDE = 'FULL_WIDTH_CHARACTER';
const wideDigits = oneOf(
  good => faulty({ ...good, regionCode: fullWidth(good.regionCode) }, ['regionCode', `REGION_${WIDE}`]),
  good => faulty({ ...good, industryCode: fullWidth(good.industryCode) }, ['industryCode', `INDUSTRY_${WIDE}`]),
  good => faulty(represented(good, fullWidth(good.legalRepresentative.idNumber)), [REPRESENTS, `ID_NUMBER_${WIDE}`]),
  good =>
    faulty({ ...good, registeredCapital: fullWidth(good.registeredCapital) }, ['registeredCapital', `AMOUNT_${WIDE}`]),
  good =>
    faulty(withFirst(good, { contribution: fullWidth(String(good.founders[0]?.contribution)) }), [
      'founders.0.contribution',
      `AMOUNT_${WIDE}`,
    ]),
  (good, random) =>
    faulty(foundedBy(good, fullWidth(uscc(good.regionCode, random.below(99_999)))), [
      'founders.0.uscc',
      `USCC_${WIDE}`,
    ]),
);

const inName =
  (spoil: (name: string) => string, code: string): Spoil =>
  good =>
    faulty(named(good, spoil(good.name.tradingName)), ['name.tradingName', `TEXT_${code}`]);
const unreadableName = oneOf(
  inName(() => '\u00a0\u00a0', 'ONLY_SPACES'),
  inName(() => '\u3000\u00a0\u2003', 'ONLY_SPACES'),
  inName(() => '   ', 'ONLY_SPACES'),
  inName(() => '', 'EMPTY'),
  inName(name => [...name].slice(0, 1).join(''), 'TOO_SHORT'),
);
const inside = (name: string, hidden: string): string => name.slice(0, 1) + hidden + name.slice(1);
const hiddenInName = oneOf(
  inName(name => inside(name, '\u202e'), 'BIDIRECTIONAL_CONTROL'),
  inName(name => inside(name, '\u2066'), 'BIDIRECTIONAL_CONTROL'),
  inName(name => inside(name, '\u200b'), 'INVISIBLE_CHARACTER'),
  inName(name => inside(name, '\ufe0f'), 'INVISIBLE_CHARACTER'),
  inName(name => inside(name, '\u0000'), 'CONTROL_CHARACTER'),
  inName(name => inside(name, '\ue001'), 'PRIVATE_USE_CHARACTER'),
  inName(name => inside(name, '\ufffd'), 'REPLACEMENT_CHARACTER'),
  // JSON can carry it as an escape, so a desk can send it.
  inName(name => inside(name, '\ud842'), 'LONE_SURROGATE'),
);

/** With the right check digit, so that only the calendar tells. 1900 was no leap year, and 1898 was none either. */
const impossibleBirth: Spoil = (good, random) => {
  const born = random.pick(['18950230', '18980229', '18931301', '18960431', '18970000']);
  const first17 = `${good.legalRepresentative.idNumber.slice(0, 6)}${born}${random.between(101, 199)}`;
  return faulty(represented(good, withIdCheck(first17)), [REPRESENTS, 'ID_NUMBER_BIRTH_DATE']);
};

const capital =
  (typed: (amount: string) => string, code: string): Spoil =>
  good =>
    faulty({ ...good, registeredCapital: typed(good.registeredCapital) }, ['registeredCapital', `AMOUNT_${code}`]);
const absurdAmount = oneOf(
  capital(amount => `-${amount}`, 'SIGN'),
  capital(() => '99999999999999.00', 'TOO_LARGE'),
  capital(() => '5e6', 'EXPONENT'),
  capital(() => '1,000,000.00', 'THOUSANDS_SEPARATOR'),
  capital(amount => amount.slice(0, -3), 'DECIMAL_PLACES'),
  capital(amount => `0${amount}`, 'LEADING_ZERO'),
  good =>
    faulty(
      { ...good, registeredCapital: '0.00' },
      ['registeredCapital', 'AMOUNT_ZERO'],
      ['registeredCapital', 'CAPITAL_SUM'],
    ),
);

const malformedRest = oneOf(
  good => faulty({ ...good, regime: 'R99' }, ['regime', 'REGIME_UNKNOWN']),
  good => faulty({ ...good, requestId: `${good.requestId} again` }, ['requestId', 'REQUEST_ID_MALFORMED']),
  good =>
    faulty({ ...good, legalRepresentative: { ...good.legalRepresentative, phone: '000-12345678' } }, [
      'legalRepresentative.phone',
      'PHONE_MALFORMED',
    ]),
  good => faulty({ ...good, sealOrders: ['COMPANY', 'FINANCE', 'COMPANY'] }, ['sealOrders.2', 'SEAL_TWICE']),
  (good, random) => {
    const founder = good.founders[0]!;
    const half = Math.floor(fenOf(founder.contribution) / 2);
    const twice = { ...founder, idNumber: idNumber(random, good.regionCode) };
    const founders = [
      { ...twice, contribution: yuan(half) },
      { ...twice, contribution: yuan(fenOf(founder.contribution) - half) },
      ...good.founders.slice(1),
    ];
    return faulty({ ...good, founders }, ['founders.1', 'FOUNDER_TWICE']);
  },
  (good, random) =>
    faulty(withFirst(good, { uscc: uscc(good.regionCode, random.below(99_999)) }), ['founders.0', 'FOUNDER_IDENTITY']),
  good =>
    faulty(
      {
        ...good,
        materials: good.materials.map((one, at) => (at === 1 ? { ...one, content: 'YW5vdGhlciBwYXBlcg==' } : one)),
      },
      ['materials.1.sha256', 'SHA256_MISMATCH'],
    ),
  good => faulty({ ...good, organizationCode: 'PDY00001X' }, ['organizationCode', 'ORGANIZATION_CODE_UNASKED']),
);

/** Three to five at once, each in a field of its own: all of them must be told in one answer. */
const several: Spoil = (good, random) => {
  const ways = [unknownRegion, unknownIndustry, hiddenInName, wrongIdCheck, otherSum];
  let spoiled = faulty(good);
  for (const way of random.shuffled(ways).slice(0, random.between(3, 5))) {
    const { input, faults } = way(spoiled.input, random);
    spoiled = { input, faults: [...spoiled.faults, ...faults] };
  }
  return spoiled;
};

const limited =
  (spoil: Spoil) =>
  (site: Site): Planted => {
    const { input, faults } = spoil(enterprise(site, { type: 'LIMITED_COMPANY' }), site.random);
    return { input, outcome: { outcome: 'APPLICATION_INVALID', faults } };
  };

export const DOOR = {
  'door: check digit of an identity number': limited(identityChecks),
  'door: check character of a code': limited(codeChecks),
  'door: contributions do not add up': limited(otherSum),
  'door: no such region': limited(unknownRegion),
  'door: no such industry': limited(unknownIndustry),
  'door: full-width digits': limited(wideDigits),
  'door: nothing to read in a name': limited(unreadableName),
  'door: hidden character in a name': limited(hiddenInName),
  'door: impossible birth date': limited(impossibleBirth),
  'door: absurd amount': limited(absurdAmount),
  'door: form of the rest': limited(malformedRest),
  'door: several at once': limited(several),
};
