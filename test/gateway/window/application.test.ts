import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseApplication } from '../../../gateway/window/application.ts';
import type { RegisterEnterpriseInput } from '../../../gateway/window/generated/types.ts';
import { application } from '../../fixtures/application.ts';

const TODAY = '2026-03-02';
const NBSP = '\u00a0';

type Input = RegisterEnterpriseInput;
type Path = readonly (string | number)[];

/** The good application with the value at one place replaced. */
function withValue(path: Path, value: unknown): Input {
  const input = structuredClone(application()) as unknown as Record<string | number, unknown>;
  const last = path.at(-1) as string | number;
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string | number, unknown>, input);
  holder[last] = value;
  return input as unknown as Input;
}

function faultsOf(input: Input): string[] {
  const parsed = parseApplication(input, TODAY);
  return parsed.ok ? [] : parsed.faults.map(({ path, code }) => `${path} ${code}`);
}
const faultsAt = (path: string, value: unknown): string[] =>
  faultsOf(
    withValue(
      path.split('.').map(key => (/^\d+$/.test(key) ? Number(key) : key)),
      value,
    ),
  );

const content = Buffer.from('a paper').toString('base64');
const sha256 = createHash('sha256').update('a paper').digest('hex');
const founder = (contribution: string, order: number) => {
  const first17 = `3710021895030${String(order).padStart(4, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(first17[at]), 0);
  return { name: '某某', idNumber: first17 + '10X98765432'[sum % 11], contribution };
};

describe('the application at the door', () => {
  it('takes a good application, with amounts and codes in their one form', () => {
    const parsed = parseApplication(withValue(['registeredCapital'], ' 500000.00 '), TODAY);
    expect(parsed).toMatchObject({ ok: true, value: { policy: 'KEEP_GRANTED', notDuplicateOf: null } });
    expect(parsed.ok && parsed.value.application.registeredCapital).toBe('500000.00');
  });

  it.each([
    ['requestId', '', 'REQUEST_ID_MALFORMED', 'no id'],
    ['requestId', 'x'.repeat(129), 'REQUEST_ID_MALFORMED', 'longer than every system keeps'],
    ['requestId', 'a b', 'REQUEST_ID_MALFORMED', 'a space'],
    ['requestId', '请求', 'REQUEST_ID_MALFORMED', 'not ASCII'],
    ['regime', 'R9', 'REGIME_UNKNOWN', 'never in force'],
    ['regime', 'constructor', 'REGIME_UNKNOWN', 'a name that every object has'],
    ['regionCode', '３71002', 'REGION_FULL_WIDTH_CHARACTER', 'a full-width digit'],
    ['regionCode', '371099', 'REGION_UNKNOWN_REGION', 'no such place'],
    ['regionCode', '3710020', 'REGION_LENGTH', 'seven digits'],
    ['industryCode', '9999', 'INDUSTRY_UNKNOWN_INDUSTRY', 'no such class'],
    ['industryCode', 'I', 'INDUSTRY_SECTION', 'a section says too little'],
    ['name.tradingName', '', 'TEXT_EMPTY', 'nothing'],
    ['name.tradingName', '   ', 'TEXT_ONLY_SPACES', 'spaces'],
    ['name.tradingName', NBSP.repeat(3), 'TEXT_ONLY_SPACES', 'no-break spaces and nothing else'],
    ['name.tradingName', `星${NBSP}`, 'TEXT_TOO_SHORT', 'one character, 字号 needs two'],
    ['name.tradingName', '星\u202e桥', 'TEXT_BIDIRECTIONAL_CONTROL', 'reads otherwise than it is written'],
    ['name.tradingName', '星\u0000桥', 'TEXT_CONTROL_CHARACTER', 'NUL'],
    ['name.tradingName', '星\ud800桥', 'TEXT_LONE_SURROGATE', 'half a character'],
    ['name.tradingName', '星\u200b桥', 'TEXT_INVISIBLE_CHARACTER', 'a space of no width'],
    ['name.tradingName', '星'.repeat(61), 'TEXT_TOO_LONG', '61 characters'],
    ['name.trade', '件'.repeat(31), 'TEXT_TOO_LONG', '31 characters'],
    ['name.form', '', 'TEXT_EMPTY', 'nothing'],
    ['address', '路1号', 'TEXT_TOO_SHORT', 'no street has so short an address'],
    ['address', '路'.repeat(201), 'TEXT_TOO_LONG', '201 characters'],
    ['businessScope', '\n软件开发', 'TEXT_CONTROL_CHARACTER', 'a line end'],
    ['businessScope', '软'.repeat(4001), 'TEXT_TOO_LONG', '4001 characters'],
    ['registeredCapital', '-500000.00', 'AMOUNT_SIGN', 'negative'],
    ['registeredCapital', '1e9', 'AMOUNT_EXPONENT', 'as a program prints it'],
    ['registeredCapital', '５00000.00', 'AMOUNT_FULL_WIDTH_CHARACTER', 'a full-width digit'],
    ['registeredCapital', '500000', 'AMOUNT_DECIMAL_PLACES', 'no fen'],
    ['registeredCapital', '99999999999999999999.00', 'AMOUNT_TOO_LARGE', 'more than there is'],
    ['registeredCapital', 'NaN', 'AMOUNT_CHARACTER', 'no number'],
    ['registeredCapital', '500000.01', 'CAPITAL_SUM', 'a fen more than the contributions'],
    ['legalRepresentative.name', '\u2066', 'TEXT_BIDIRECTIONAL_CONTROL', 'nothing but an isolate'],
    ['legalRepresentative.idNumber', '371002189502300013', 'ID_NUMBER_BIRTH_DATE', 'a thirtieth of February'],
    ['legalRepresentative.idNumber', '37100220980307001X', 'ID_NUMBER_BIRTH_DATE_IN_FUTURE', 'not born yet'],
    ['legalRepresentative.idNumber', '371002189503070018', 'ID_NUMBER_CHECK_CHARACTER', 'the last digit mistyped'],
    ['legalRepresentative.idNumber', '37100218950307001９', 'ID_NUMBER_FULL_WIDTH_CHARACTER', 'a full-width digit'],
    ['legalRepresentative.idNumber', '', 'ID_NUMBER_EMPTY', 'nothing'],
    ['legalRepresentative.phone', '0631', 'PHONE_MALFORMED', 'four digits'],
    ['legalRepresentative.phone', '０63100000000', 'PHONE_FULL_WIDTH_CHARACTER', 'a full-width digit'],
    ['founders.0.name', NBSP, 'TEXT_ONLY_SPACES', 'a no-break space'],
    ['founders.0.idNumber', '', 'ID_NUMBER_EMPTY', 'nothing is not a person'],
    ['founders.1.contribution', '0.00', 'AMOUNT_ZERO', 'gives nothing'],
    ['sealOrders.1', 'COMPANY', 'SEAL_TWICE', 'the same seal again'],
    ['materials.0.title', '', 'TEXT_EMPTY', 'nothing'],
    ['materials.0.mediaType', 'application/pdf; charset=x', 'MEDIA_TYPE_MALFORMED', 'with a parameter'],
    ['materials.0.sha256', 'A'.repeat(64), 'SHA256_MALFORMED', 'upper case'],
    ['organizationCode', 'PDY00001-X', 'ORGANIZATION_CODE_UNASKED', 'the registry draws it'],
    ['notDuplicateOf', '371002-20260302-00001-4', 'CASE_NUMBER_MALFORMED', 'its check digit mistyped'],
    ['notDuplicateOf', '\ud800', 'CASE_NUMBER_MALFORMED', 'half a character'],
  ])('refuses %s %j: %s, %s', (path, value, code) => {
    const told = faultsAt(path, value);
    expect(told.filter(fault => fault.startsWith(path))).toEqual([`${path} ${code}`]);
  });

  it.each([
    ['name.tradingName', '星７桥', 'full-width digits in a name are its owner’s'],
    ['name.tradingName', '𠀀𪚥', 'characters outside the Basic Multilingual Plane'],
    ['name.tradingName', `星${NBSP}桥`, 'a no-break space inside'],
    ['name.tradingName', '星'.repeat(60), 'sixty characters'],
    ['name.tradingName', '𠀀'.repeat(60), 'sixty characters, of four bytes each'],
    ['address', '某路１２号', 'full-width digits in an address'],
    ['requestId', '!'.repeat(128), '128 visible characters'],
    ['notDuplicateOf', null, 'null, as if it were absent'],
    ['organizationCode', null, 'null, as if it were absent'],
    ['onRefusal', null, 'null, as if it were absent'],
    ['sealOrders', [], 'no seal: whether one is needed is for the police to say'],
    ['materials', [], 'no paper: which are needed is for each department to say'],
  ])('takes %s %j: %s', (path, value, _why) => {
    expect(faultsAt(path, value)).toEqual([]);
  });

  it('names every fault at once, each with its place', () => {
    const input = application({
      requestId: ' ',
      regime: 'R0',
      regionCode: '000000',
      registeredCapital: '-1',
      industryCode: '0000',
      sealOrders: ['COMPANY', 'COMPANY'],
      organizationCode: 'x',
    });
    expect(faultsOf({ ...input, founders: [{ name: '', contribution: 'x' }] })).toEqual([
      'requestId REQUEST_ID_MALFORMED',
      'regime REGIME_UNKNOWN',
      'founders.0 FOUNDER_IDENTITY',
      'founders.0.name TEXT_EMPTY',
      'founders.0.contribution AMOUNT_CHARACTER',
      'registeredCapital AMOUNT_SIGN',
      'regionCode REGION_UNKNOWN_REGION',
      'industryCode INDUSTRY_UNKNOWN_INDUSTRY',
      'sealOrders.1 SEAL_TWICE',
      'organizationCode ORGANIZATION_CODE_LENGTH',
    ]);
  });

  it('says in Chinese and English what to mend, and never repeats the number', () => {
    const parsed = parseApplication(withValue(['legalRepresentative', 'idNumber'], '371002189503070018'), TODAY);
    const [fault] = parsed.ok ? [] : parsed.faults;
    expect(fault?.message).toBe('填写有误，第 18 位，应为 9 / check character, at character 18, expected 9');
    expect(JSON.stringify(parsed)).not.toContain('371002189503070018');
  });

  it('wants each founder once, and by one identity', () => {
    const [first, second] = application().founders;
    expect(faultsAt('founders', [first, { ...first, contribution: '200000.00' }])).toEqual([
      'founders.1 FOUNDER_TWICE',
    ]);
    expect(faultsAt('founders.0.uscc', '91371002PDY00001XJ')).toEqual(['founders.0 FOUNDER_IDENTITY']);
    expect(faultsAt('founders.0.idNumber', null)).toEqual(['founders.0 FOUNDER_IDENTITY']);
    const enterprise = { name: '某公司', uscc: '91371002PDY00001XJ', contribution: '300000.00' };
    expect(faultsAt('founders', [enterprise, second])).toEqual([]);
  });

  it('takes an enterprise of the early Fujian codes as founder: lawful, though its check digit fails', () => {
    const [, second] = application().founders;
    const early = { name: '某公司', uscc: '91350100M0001TGQXM', contribution: '300000.00' };
    expect(faultsAt('founders', [early, second])).toEqual([]);
  });

  it('takes one to two hundred founders, and does not sum up more', () => {
    const founders = (count: number) => Array.from({ length: count }, (_, at) => founder('1.00', 7001 + at));
    const capital = (count: number) => ({ ...application(), registeredCapital: `${count}.00` });
    expect(faultsOf({ ...capital(200), founders: founders(200) })).toEqual([]);
    expect(faultsOf({ ...capital(201), founders: founders(201) })).toEqual(['founders FOUNDERS_COUNT']);
    expect(faultsAt('founders', [])).toEqual(['founders FOUNDERS_COUNT']);
  });

  it('takes each of the five seals once and no sixth', () => {
    const all: Input['sealOrders'] = ['COMPANY', 'FINANCE', 'INVOICE', 'CONTRACT', 'LEGAL_REPRESENTATIVE'];
    expect(faultsAt('sealOrders', all)).toEqual([]);
    expect(faultsAt('sealOrders', [...all, 'COMPANY'])).toEqual(['sealOrders SEALS_COUNT']);
  });

  it('takes at most fifty papers', () => {
    const [paper] = application().materials;
    expect(faultsAt('materials', Array(50).fill(paper))).toEqual([]);
    expect(faultsAt('materials', Array(51).fill(paper))).toEqual(['materials MATERIALS_COUNT']);
  });

  it('keeps the content of a paper that has the SHA-256 it is said to have', () => {
    const parsed = parseApplication(
      withValue(['materials', 0], { ...application().materials[0]!, sha256, content }),
      TODAY,
    );
    expect(parsed.ok && [...parsed.value.contents]).toEqual([[sha256, content]]);
    expect(parsed.ok && JSON.stringify(parsed.value.application)).not.toContain(content);
  });

  it.each([
    ['not Base64', 'materials.0.content CONTENT_NOT_BASE64', 'no paper!'],
    ['Base64 without its end', 'materials.0.content CONTENT_NOT_BASE64', content.replace(/=+$/, '')],
    ['Base64 of another alphabet', 'materials.0.content CONTENT_NOT_BASE64', '-_-_'],
    ['empty', 'materials.0.content CONTENT_NOT_BASE64', ''],
    ['another paper', 'materials.0.sha256 SHA256_MISMATCH', Buffer.from('another').toString('base64')],
  ])('refuses a paper whose content is %s', (_, fault, content) => {
    expect(faultsAt('materials.0', { ...application().materials[0], sha256, content })).toEqual([fault]);
  });

  it('judges a paper as large as a request can be', () => {
    const large = 'A'.repeat(8_000_000);
    expect(faultsAt('materials.0', { ...application().materials[0], sha256, content: `${large}!` })).toEqual([
      'materials.0.content CONTENT_NOT_BASE64',
    ]);
    expect(faultsAt('materials.0', { ...application().materials[0], sha256, content: large })).toEqual([
      'materials.0.sha256 SHA256_MISMATCH',
    ]);
  });

  it.each([
    ['R2', '370202', true, 'a district of its time'],
    ['R2', '370205', true, 'one that was dissolved after the regime began'],
    ['R3', '370205', false, 'long gone when the regime began'],
    ['R3', '370202', true, 'still there'],
  ])('reads region codes under %s by the editions of its time and later: %s → %s, %s', (regime, regionCode, taken) => {
    const [fault] = faultsOf(application({ regime, regionCode }));
    expect(fault).toBe(taken ? undefined : 'regionCode REGION_UNKNOWN_REGION');
  });

  it('never throws, whatever texts the fields hold', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.nat(0xffff).map(unit => String.fromCharCode(unit)) }),
      fc.constantFrom('', '0', '-0', '__proto__', 'toString', '\ud800', '\u0000', NBSP, '٣٧', '🀄'.repeat(300)),
    );
    const texts = [
      'requestId regime regionCode registeredCapital address businessScope industryCode organizationCode notDuplicateOf',
      'name.tradingName name.trade name.form legalRepresentative.name legalRepresentative.idNumber',
      'legalRepresentative.phone founders.0.name founders.0.idNumber founders.0.uscc founders.0.contribution',
      'materials.0.title materials.0.mediaType materials.0.sha256 materials.0.content',
    ].flatMap(line => line.split(' '));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...texts), hostile), changes => {
        let input = application();
        for (const [path, value] of Object.entries(changes)) {
          const copy = structuredClone(input) as unknown as Record<string, unknown>;
          const keys = path.split('.');
          const holder = keys.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
          holder[keys.at(-1) as string] = value;
          input = copy as unknown as Input;
        }
        const parsed = parseApplication(input, TODAY);
        if (!parsed.ok) expect(parsed.faults.every(({ path, code, message }) => path && code && message)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
