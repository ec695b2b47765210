import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { type Register, type RegisterRow, type RegisterSource, RegisterUnavailable } from '../../../adapters/port.ts';
import { sqliteSource } from '../../../adapters/sql.ts';
import { NAMES, type NameRow } from '../../../subgraphs/business/mapping.ts';
import { clashKey, fullName } from '../../../subgraphs/business/rules.ts';
import type { FiledApplication, Filing, ItemOutcome } from '../../../subgraphs/generated/contract.ts';
import {
  applied,
  filing,
  grantIn,
  type Hall,
  license,
  NOW,
  type Office,
  type OfficeOptions,
  openHall,
  openOffice,
  recordIn,
  request,
  shortly,
} from '../office.ts';

let hall: Hall;
const offices: Office[] = [];
beforeAll(() => {
  hall = openHall();
});
afterEach(async () => {
  for (const office of offices.splice(0)) await office.close();
});
afterAll(() => hall.remove());

let made = 0;
/** The registry at an instant; the same name is the same registry. */
async function registry(now: Date | string = NOW, options: OfficeOptions = {}): Promise<Office> {
  made += 1;
  const office = await openOffice(hall, 'business', { name: `registry-${made}`, now: new Date(now), ...options });
  offices.push(office);
  return office;
}

/** 08:00 in China on a day. */
const on = (day: string): string => `${day}T00:00:00.000Z`;

/** Another case that wants the name of one. */
const rivalOf = ({ application }: Filing, changes: Partial<FiledApplication> = {}): Filing =>
  filing('name', { application: { ...application, ...changes } });
const licenseOf = (reserved: Filing, operationId = `${reserved.caseNumber}/license`): Filing => ({
  ...reserved,
  item: 'license',
  operationId,
});

function faultIn(outcome: ItemOutcome | undefined) {
  const record = recordIn(outcome);
  if (record.outcome !== 'CORRECTION_ASKED') throw new Error(JSON.stringify(record));
  expect(record.faults).toHaveLength(1);
  return record.faults[0]!;
}

/** As anybody can read them off the message. */
const alternativesIn = (message: string): readonly string[] =>
  /；可选 \/ free: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];

const named = (application: FiledApplication, tradingName: string): FiledApplication => ({
  ...application,
  name: { ...application.name, tradingName },
});

const clashesAt = async (office: Office, application: FiledApplication, caseNumber?: string) => {
  const [answer] = await office.precheck([request(['name'], { application, ...(caseNumber ? { caseNumber } : {}) })]);
  expect(answer?.checked).toBe(true);
  return answer!.faults.map(({ code }) => code);
};

/** Puts a name into the register as its history left it there. */
async function plant(name: string, application: FiledApplication, changes: Partial<NameRow>): Promise<void> {
  const source = sqliteSource({ file: join(hall.folder, 'business', name, 'register.sqlite') });
  const names = await source.open(NAMES);
  const { tradingName, trade } = application.name;
  const row: NameRow = {
    fullName: fullName(application),
    tradingName,
    trade,
    caseNumber: `planted-${tradingName}`,
    regionCode: application.regionCode,
    lock: clashKey(application),
    sharedLock: null,
    number: 'planted',
    reservedOn: '2020-01-01',
    expiresOn: '2020-03-01',
    endedOn: null,
    status: 'LIVE',
    ...changes,
  };
  expect((await names.enter([{ operationId: row.caseNumber, row }]))[0]?.state).toBe('DONE');
  await source.close();
}

describe('a reservation', () => {
  it.each([
    ['2025-08-30T15:59:59.999Z', ['NAME_CLASH'], 'CorrectionAsked', 'the last instant of its last day in China'],
    ['2025-08-30T16:00:00.000Z', [], 'Granted', 'the first instant of the day after'],
  ])('made on 2025-06-30 is seen at %s as %j, and a rival is answered %s: %s', async (now, faults, answer) => {
    const name = `expiry-${answer}`;
    const reserved = filing('name');
    const granted = grantIn(await (await registry(NOW, { name })).one(reserved));
    expect(granted.content).toEqual({ reservedOn: '2025-06-30', expiresOn: '2025-08-30' });
    const later = await registry(now, { name });
    const rival = rivalOf(reserved);
    expect(await clashesAt(later, rival.application)).toEqual(faults);
    expect((await later.one(rival)).__typename).toBe(answer);
    if (answer !== 'Granted') return;
    expect(later.rows('enterprise_name')).toMatchObject([
      { case_number: reserved.caseNumber, status: 'EXPIRED', clash_lock: null },
      { case_number: rival.caseNumber, status: 'LIVE', clash_lock: clashKey(rival.application) },
    ]);
  });

  it('is for a year where an approval must come before the registration', async () => {
    const name = 'approval';
    const reserved = filing('name', { application: applied({ industryCode: '6820' }) });
    expect(grantIn(await (await registry(NOW, { name })).one(reserved)).content.expiresOn).toBe('2026-06-30');
    expect(await clashesAt(await registry(on('2026-06-30'), { name }), reserved.application)).toEqual(['NAME_CLASH']);
    expect(await clashesAt(await registry(on('2026-07-01'), { name }), reserved.application)).toEqual([]);
  });

  it('is no clash for its own case, and is one for every other', async () => {
    const office = await registry();
    const reserved = filing('name');
    await office.one(reserved);
    expect(await clashesAt(office, reserved.application, reserved.caseNumber)).toEqual([]);
    expect(await clashesAt(office, reserved.application, 'another case')).toEqual(['NAME_CLASH']);
    expect(await clashesAt(office, reserved.application)).toEqual(['NAME_CLASH']);
    await office.one(licenseOf(reserved));
    expect(await clashesAt(office, reserved.application, reserved.caseNumber)).toEqual([]);
  });

  it('made again by its own case keeps its days while it runs, and runs anew when it has expired', async () => {
    const name = 'again';
    const reserved = filing('name');
    await (await registry(NOW, { name })).one(reserved);
    const again = (operationId: string) => ({ ...reserved, operationId });
    const office = await registry(on('2025-08-30'), { name });
    const running = { reservedOn: '2025-06-30', expiresOn: '2025-08-30' };
    expect(grantIn(await office.one(again('second'))).content).toEqual(running);
    const later = await registry(on('2025-08-31'), { name });
    expect(grantIn(await later.one(again('third'))).content).toEqual({
      reservedOn: '2025-08-31',
      expiresOn: '2025-10-31',
    });
    expect(later.rows('enterprise_name').map(({ status }) => status)).toEqual(['RELEASED', 'EXPIRED', 'LIVE']);
    expect((await later.one(licenseOf(reserved))).__typename).toBe('Granted');
  });

  it('that was given up because its case was undone is free at once', async () => {
    const office = await registry();
    const reserved = filing('name');
    await office.one(reserved);
    await office.revoke([{ operationId: 'revoke', revokes: reserved.operationId, ground: '申请人撤回' }]);
    expect(office.rows('enterprise_name')).toMatchObject([
      { status: 'RELEASED', clash_lock: null, ended_on: '2025-06-30' },
    ]);
    expect((await office.one(rivalOf(reserved))).__typename).toBe('Granted');
  });

  it('that has expired goes to exactly one of twenty who want it in one moment, at two windows', async () => {
    const name = 'heirs';
    const reserved = filing('name');
    await (await registry(NOW, { name })).one(reserved);
    const later = [await registry(on('2025-09-01'), { name }), await registry(on('2025-09-01'), { name })];
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => later[at % 2]!.one(rivalOf(reserved))));
    expect([...shortly(outcomes)].sort()).toEqual([...Array(19).fill('CorrectionAsked'), 'Granted']);
    const locks = later[0]!.rows('enterprise_name').flatMap(({ clash_lock }) => clash_lock ?? []);
    expect(locks).toEqual([clashKey(reserved.application)]);
  });
});

/** Stands between the department and one of its registers. */
const between =
  (table: string, around: <Value>(method: keyof Register<RegisterRow>, work: () => Promise<Value>) => Promise<Value>) =>
  (registers: RegisterSource): RegisterSource => ({
    ...registers,
    async open<Row extends RegisterRow>(mapping: Parameters<typeof registers.open<Row>>[0]) {
      const register = await registers.open(mapping);
      if (mapping.table !== table) return register;
      const wrapped: Register<Row> = {
        find: keys => around('find', () => register.find(keys)),
        enter: entries => around('enter', () => register.enter(entries)),
        amend: amendments => around('amend', () => register.amend(amendments)),
        search: searches => around('search', () => register.search(searches)),
      };
      return wrapped;
    },
  });
const slowly: OfficeOptions = {
  wrapRegisters: between('enterprise_name', async (_, work) => {
    await sleep(10);
    return work();
  }),
};

describe('of two who want one name', () => {
  it.each([
    ['in one batch', {}, true],
    ['in two batches at once', slowly, false],
    ['one after the other', {}, false],
  ])(
    '%s, one gets it; the other gets the reason and three names that are free and lawful',
    async (way, options, together) => {
      const office = await registry(NOW, options);
      const first = filing('name');
      const second = rivalOf(first, { regionCode: '371083' });
      const outcomes = together
        ? await office.file([first, second])
        : way === 'one after the other'
          ? [await office.one(first), await office.one(second)]
          : await Promise.all([office.one(first), office.one(second)]);
      expect(shortly(outcomes)).toEqual(['Granted', 'CorrectionAsked']);
      const { path, code, message } = faultIn(outcomes[1]);
      expect([path, code]).toEqual(['name.tradingName', 'NAME_CLASH']);
      expect(message).toContain('企业名称登记管理规定第十七条');
      expect(message).toContain('(reserved)');
      const free = alternativesIn(message);
      expect(free).toHaveLength(3);
      for (const tradingName of free) {
        const outcome = await office.one(filing('name', { application: named(second.application, tradingName) }));
        expect(outcome.__typename).toBe('Granted');
      }
      const [locks, all] = [office.rows('enterprise_name').map(row => row.clash_lock), 4];
      expect(new Set(locks).size).toBe(all);
    },
  );

  it('each of a hundred losers in one batch is told, for a fixed number of questions to the registers', async () => {
    const asked: string[] = [];
    const count = (table: string) =>
      between(table, (method, work) => {
        asked.push(`${method} ${table}`);
        return work();
      });
    const office = await registry(NOW, {
      wrapRegisters: registers => count('business_license')(count('enterprise_name')(registers)),
    });
    const first = Array.from({ length: 100 }, () => filing('name'));
    expect(new Set(shortly(await office.file(first)))).toEqual(new Set(['Granted']));
    expect(asked.splice(0)).toEqual(['search enterprise_name', 'enter enterprise_name']);
    const outcomes = await office.file(first.map(one => rivalOf(one)));
    expect(asked).toEqual([
      'search enterprise_name',
      'search business_license',
      'search enterprise_name',
      'enter enterprise_name',
    ]);
    expect(outcomes.map(outcome => alternativesIn(faultIn(outcome).message).length)).toEqual(Array(100).fill(3));
  });

  it('the loser is offered nothing that is reserved, shared, or asked for beside it', async () => {
    const office = await registry();
    const first = filing('name', { application: named(applied(), '星桥') });
    await office.one(first);
    await office.one(filing('name', { application: named(first.application, '星桥新') }));
    const beside = filing('name', { application: named(first.application, '星桥元') });
    const [outcome, other] = await office.file([rivalOf(first), beside]);
    expect(other?.__typename).toBe('Granted');
    expect(alternativesIn(faultIn(outcome).message)).toEqual(['星桥和', '星桥泰', '星桥恒']);
  });

  it('the loser with characters outside the BMP is offered whole ones', async () => {
    const office = await registry();
    const first = filing('name', { application: named(applied(), '𠮷𰀀') });
    await office.one(first);
    const other = filing('name', { application: named(applied(), '𠮷𪜀') });
    expect((await office.one(other)).__typename).toBe('Granted');
    const free = alternativesIn(faultIn(await office.one(rivalOf(first))).message);
    expect(free).toEqual(['𠮷𰀀新', '𠮷𰀀元', '𠮷𰀀和']);
    for (const name of free) expect(name.isWellFormed()).toBe(true);
    expect(await clashesAt(office, named(first.application, free[0]!))).toEqual([]);
  });
});

describe('a name that an enterprise has', () => {
  it('stays locked after the reservation would have expired, and no other reservation makes it give way', async () => {
    const name = 'registered';
    const office = await registry(NOW, { name });
    const reserved = filing('name');
    await license(office, reserved);
    const later = await registry(on('2035-01-01'), { name });
    const { code, message } = faultIn(await later.one(rivalOf(reserved)));
    expect([code, message]).toEqual(['NAME_CLASH', expect.stringContaining('(registered)')]);
    expect(later.rows('enterprise_name')).toMatchObject([{ status: 'REGISTERED' }]);
  });

  it('is not released while its license stands, though the release be asked for', async () => {
    const office = await registry();
    const reserved = filing('name');
    await license(office, reserved);
    const release = { operationId: 'release', revokes: `${reserved.caseNumber}/name`, ground: '撤回' };
    expect(shortly(await office.revoke([release]))).toEqual(['STILL_IN_USE']);
    const revocation = { operationId: 'revoke', revokes: `${reserved.caseNumber}/license`, ground: '撤销' };
    expect(shortly(await office.revoke([revocation]))).toEqual(['Revoked']);
    expect(shortly(await office.revoke([release]))).toEqual(['Revoked']);
    expect((await office.one(rivalOf(reserved))).__typename).toBe('Granted');
  });

  it.each([
    ['2026-06-29', 'CorrectionAsked'],
    ['2026-06-30', 'Granted'],
  ])(
    'and whose license is revoked on 2025-06-30 is kept for a year: on %s a rival is answered %s',
    async (day, answer) => {
      const name = `revoked-${day}`;
      const office = await registry(NOW, { name });
      const reserved = filing('name');
      await license(office, reserved);
      const revocation = { operationId: 'revoke', revokes: `${reserved.caseNumber}/license`, ground: '撤销设立登记' };
      await office.revoke([revocation]);
      expect(office.rows('enterprise_name')).toMatchObject([{ status: 'REVOKED', ended_on: '2025-06-30' }]);
      const later = await registry(on(day), { name });
      expect((await later.one(rivalOf(reserved))).__typename).toBe(answer);
    },
  );

  it.each([
    ['CANCELLED', 364, 'CorrectionAsked', '注销'],
    ['CANCELLED', 366, 'Granted', ''],
    ['CHANGED', 364, 'CorrectionAsked', '变更'],
    ['CHANGED', 366, 'Granted', ''],
    ['REVOKED', 364, 'CorrectionAsked', '撤销'],
    ['REVOKED', 366, 'Granted', ''],
  ] as const)('and that was %s %i days ago: a rival is answered %s', async (status, days, answer, word) => {
    const name = `ended-${status}-${days}`;
    const application = applied();
    const endedOn = new Date(Date.parse('2025-06-30') - days * 86_400_000).toISOString().slice(0, 10);
    await plant(name, application, { status, endedOn });
    const office = await registry(NOW, { name });
    expect(await clashesAt(office, application)).toEqual(answer === 'Granted' ? [] : ['NAME_CLASH']);
    const outcome = await office.one(filing('name', { application }));
    expect(outcome.__typename).toBe(answer);
    if (answer === 'Granted') {
      expect(office.rows('enterprise_name')).toMatchObject([{ status, clash_lock: null }, { status: 'LIVE' }]);
    } else expect(faultIn(outcome).message).toContain(word);
  });
});

describe('investment ties', () => {
  const enterprise = (uscc: string, contribution: string) => ({ name: '示例投资有限公司', uscc, contribution });
  const person = (contribution: string) => ({ name: '甲子某', idNumber: '371002189503070019', contribution });
  const foundedBy = (...founders: FiledApplication['founders']) => ({ founders, registeredCapital: '500000.00' });
  const STRANGER = '91330782PDY00001XM';

  async function licensed(office: Office, changes: Partial<FiledApplication> = {}) {
    const reserved = filing('name', { application: { ...applied(), ...changes } });
    const { uscc } = grantIn({ __typename: 'Granted', document: await license(office, reserved) });
    return { reserved, uscc: uscc! };
  }

  it('let the enterprise that has a name found another under it, which is licensed and shuts out others', async () => {
    const office = await registry();
    const { reserved, uscc } = await licensed(office);
    const tied = rivalOf(reserved, foundedBy(enterprise(uscc, '100000.00'), person('400000.00')));
    expect(await clashesAt(office, tied.application)).toEqual([]);
    expect(shortly([await office.one(tied), await office.one(licenseOf(tied))])).toEqual(['Granted', 'Granted']);
    expect(await clashesAt(office, reserved.application)).toEqual(['NAME_CLASH']);
  });

  it('let two enterprises share a name that one enterprise controls', async () => {
    const office = await registry();
    const parent = enterprise(STRANGER, '250000.01');
    const { reserved } = await licensed(office, foundedBy(parent, person('249999.99')));
    const sister = rivalOf(reserved, foundedBy(person('100000.00'), enterprise(STRANGER, '400000.00')));
    expect((await office.one(sister)).__typename).toBe('Granted');
  });

  it.each([
    ['a founder is another enterprise', () => foundedBy(enterprise('91371002PDY99999X1', '500000.00'))],
    [
      'what both have as a founder controls but one',
      () => foundedBy(enterprise(STRANGER, '250000.00'), person('250000.00')),
    ],
    ['a person of the same name founds both', () => foundedBy(person('500000.00'))],
  ])('are none when %s', async (_, founders) => {
    const office = await registry();
    const { reserved } = await licensed(office, foundedBy(enterprise(STRANGER, '400000.00'), person('100000.00')));
    expect(await clashesAt(office, { ...reserved.application, ...founders() })).toEqual(['NAME_CLASH']);
  });

  it('are not seen to a name that is only reserved', async () => {
    const office = await registry();
    const reserved = filing('name', { application: { ...applied(), ...foundedBy(enterprise(STRANGER, '500000.00')) } });
    await office.one(reserved);
    expect(await clashesAt(office, reserved.application, 'sister')).toEqual(['NAME_CLASH']);
  });

  it('must be to all that have the name: a third that is tied to one alone is refused', async () => {
    const office = await registry();
    const first = await licensed(office);
    const second = await licensed(office, {
      ...first.reserved.application,
      ...foundedBy(enterprise(first.uscc, '100000.00'), person('400000.00')),
    });
    const tiedTo = (...usccs: readonly string[]) =>
      rivalOf(first.reserved, foundedBy(...usccs.map(uscc => enterprise(uscc, '100000.00')), person('300000.00')));
    expect(await clashesAt(office, tiedTo(second.uscc).application)).toEqual(['NAME_CLASH']);
    expect(await clashesAt(office, tiedTo(first.uscc).application)).toEqual(['NAME_CLASH']);
    expect((await office.one(tiedTo(first.uscc, second.uscc))).__typename).toBe('Granted');
  });

  it('of two applicants to one enterprise, not to each other, let one have the name in one moment', async () => {
    for (const options of [{}, slowly]) {
      const office = await registry(NOW, options);
      const { reserved, uscc } = await licensed(office);
      const tied = () => rivalOf(reserved, foundedBy(enterprise(uscc, '100000.00'), person('400000.00')));
      const [one, other] = [tied(), tied()];
      const outcomes =
        options === slowly ? await Promise.all([office.one(one), office.one(other)]) : await office.file([one, other]);
      expect(shortly(outcomes)).toEqual(['Granted', 'CorrectionAsked']);
      expect(alternativesIn(faultIn(outcomes[1]).message)).toHaveLength(3);
    }
  });

  it('leave the name with the one that is left, when the other ended more than a year ago', async () => {
    const name = 'survivor';
    const office = await registry(NOW, { name });
    const { reserved, uscc } = await licensed(office);
    const tied = foundedBy(enterprise(uscc, '100000.00'), person('400000.00'));
    const left = await licensed(office, { ...reserved.application, ...tied });
    await office.revoke([{ operationId: 'r', revokes: `${reserved.caseNumber}/license`, ground: '撤销' }]);
    const later = await registry(on('2027-01-01'), { name });
    expect(await clashesAt(later, reserved.application)).toEqual(['NAME_CLASH']);
    await later.revoke([{ operationId: 's', revokes: `${left.reserved.caseNumber}/license`, ground: '撤销' }]);
    const last = await registry(on('2028-01-01'), { name });
    expect((await last.one(rivalOf(reserved))).__typename).toBe('Granted');
  });
});

describe('a license', () => {
  it.each([
    ['2025-08-30', 'Granted'],
    ['2025-08-31', 'CorrectionAsked'],
  ])('filed on %s under a name reserved to 2025-08-30 is %s', async (day, answer) => {
    const name = `license-${day}`;
    const reserved = filing('name');
    await (await registry(NOW, { name })).one(reserved);
    const office = await registry(on(day), { name });
    const outcome = await office.one(licenseOf(reserved));
    expect(outcome.__typename).toBe(answer);
    if (answer === 'Granted') return;
    expect(faultIn(outcome)).toMatchObject({ path: 'name', code: 'NAME_NOT_RESERVED' });
    expect(faultIn(outcome).message).toContain('has expired on 2025-08-30');
    await office.one(rivalOf(reserved));
    const after = await office.one(licenseOf(reserved, 'once-more'));
    expect(faultIn(after).message).toContain('has expired on 2025-08-30');
  });

  it('is not given under a name that is not the reserved one', async () => {
    const office = await registry();
    const reserved = filing('name');
    await office.one(reserved);
    const other = { ...licenseOf(reserved), application: named(reserved.application, '别的') };
    expect(faultIn(await office.one(other)).code).toBe('NAME_NOT_RESERVED');
    expect(office.rows('enterprise_name')).toMatchObject([{ status: 'LIVE' }]);
  });

  const dead = async (): Promise<never> => {
    throw new RegisterUnavailable('the line is dead');
  };
  const failing = (table: string, method: keyof Register<RegisterRow>): OfficeOptions['wrapRegisters'] & {} =>
    between(table, (asked, work) => (asked === method ? dead() : work()));

  it('decided in time and entered days later has its name, once the name was marked', async () => {
    const name = 'late-marked';
    const wrapRegisters = failing('business_license', 'enter');
    const reserved = filing('name');
    await (await registry(NOW, { name })).one(reserved);
    const dying = await registry(on('2025-08-30'), { name, wrapRegisters });
    expect(shortly([await dying.one(licenseOf(reserved))])).toEqual(['REGISTER_UNAVAILABLE']);
    const later = await registry(on('2025-09-02'), { name });
    expect(faultIn(await later.one(rivalOf(reserved))).code).toBe('NAME_CLASH');
    expect(grantIn(await later.one(licenseOf(reserved))).decidedOn).toBe('2025-08-30');
  });

  it('decided in time and entered days later is refused its name, once that has gone to another', async () => {
    const name = 'late-unmarked';
    const wrapRegisters = failing('enterprise_name', 'amend');
    const reserved = filing('name');
    await (await registry(NOW, { name })).one(reserved);
    const dying = await registry(on('2025-08-30'), { name, wrapRegisters });
    const asked = licenseOf(reserved);
    expect(shortly([await dying.one(asked)])).toEqual(['REGISTER_UNAVAILABLE']);
    const later = await registry(on('2025-09-02'), { name });
    expect((await later.one(rivalOf(reserved))).__typename).toBe('Granted');
    expect(faultIn(await later.one(asked))).toMatchObject({
      code: 'NAME_NOT_RESERVED',
      message: expect.stringContaining('has expired on 2025-08-30'),
    });
    expect(later.rows('business_license')).toEqual([]);
    expect(later.reported).toEqual([]);
  });

  it('is refused its name when that has gone to another between its look at the name and its mark', async () => {
    const name = 'overtaken';
    const reserved = filing('name');
    await (await registry(NOW, { name })).one(reserved);
    const rivals = await registry(on('2025-08-31'), { name });
    let taken: ItemOutcome | undefined;
    const late = await registry(on('2025-08-30'), {
      name,
      wrapRegisters: between('enterprise_name', async (method, work) => {
        if (method === 'amend') taken ??= await rivals.one(rivalOf(reserved));
        return work();
      }),
    });
    const refused = await late.one(licenseOf(reserved));
    expect(shortly([taken, refused])).toEqual(['Granted', 'CorrectionAsked']);
    expect(faultIn(refused).code).toBe('NAME_NOT_RESERVED');
    expect(late.rows('business_license')).toEqual([]);
  });

  it('marks the name of its own case, of many that are granted in one batch', async () => {
    const office = await registry();
    const cases = Array.from({ length: 3 }, () => filing('name'));
    await office.file(cases);
    const [first, , third] = cases as [Filing, Filing, Filing];
    const outcomes = await office.file([licenseOf(third), licenseOf(filing('name')), licenseOf(first)]);
    expect(shortly(outcomes)).toEqual(['Granted', 'CorrectionAsked', 'Granted']);
    expect(office.rows('enterprise_name').map(({ status }) => status)).toEqual(['REGISTERED', 'LIVE', 'REGISTERED']);
  });

  it('that is entered between a rival’s look at the name and its taking keeps it', async () => {
    const name = 'between';
    const reserved = filing('name');
    const before = await registry(on('2025-08-30'), { name });
    await (await registry(NOW, { name })).one(reserved);
    let entered: ItemOutcome | undefined;
    const rivals = await registry(on('2025-08-31'), {
      name,
      wrapRegisters: between('enterprise_name', async (method, work) => {
        if (method === 'amend') entered ??= await before.one(licenseOf(reserved));
        return work();
      }),
    });
    const rival = await rivals.one(rivalOf(reserved));
    expect(shortly([entered, rival])).toEqual(['Granted', 'CorrectionAsked']);
    expect(faultIn(rival).message).toContain('(registered)');
  });
});

describe('a register of names from before names were marked', () => {
  const OLD_NAMES = `create table enterprise_name (entry_no integer primary key autoincrement,
    operation_id text not null unique, full_name text, case_number text, region_code text, clash_lock text,
    reservation_number text, reserved_on text, expires_on text, status text)`;

  /** The files as they were; each case has a name, and what it says of its license. */
  function older(name: string, application: FiledApplication, licenseStatus?: 'VALID' | 'REVOKED'): void {
    const file = join(hall.folder, 'business', name, 'register.sqlite');
    mkdirSync(dirname(file), { recursive: true });
    const db = new Database(file);
    db.exec(OLD_NAMES);
    db.prepare(
      `insert into enterprise_name values (1, 'old/name', ?, 'old', '371002', ?, 'N1', '2025-01-10', '2025-03-10', 'LIVE')`,
    ).run(fullName(application), clashKey(application));
    db.exec(`create table business_license (entry_no integer primary key autoincrement,
      operation_id text not null unique, uscc text, case_number text, license_number text, full_name text, founders text,
      registered_capital text, status text)`);
    if (licenseStatus) {
      db.prepare(
        `insert into business_license values (1, 'old/license', '91371002PDY00001XJ', 'old', 'L1', ?, '[]', '1.00', ?)`,
      ).run(fullName(application), licenseStatus);
    }
    db.close();
  }

  it.each<[string, 'VALID' | 'REVOKED' | undefined, string[], string]>([
    ['2025-03-10', undefined, ['NAME_CLASH'], 'it is reserved'],
    ['2025-03-11', undefined, [], 'it has expired'],
    ['2025-03-11', 'VALID', ['NAME_CLASH'], 'its license stands'],
    ['2025-03-11', 'REVOKED', [], 'its license does not stand'],
  ])('opens and gains what it lacks: on %s, license %s, a rival finds %j, for %s', async (day, status, codes) => {
    const application = applied();
    const name = `old-${day}-${status}`;
    older(name, application, status);
    const office = await registry(on(day), { name });
    expect(await clashesAt(office, application)).toEqual(codes);
    const rival = await office.one(filing('name', { application }));
    expect(rival.__typename).toBe(codes.length > 0 ? 'CorrectionAsked' : 'Granted');
    expect(office.rows('enterprise_name')[0]).toMatchObject({
      trading_name: null,
      shared_lock: null,
      ended_on: null,
    });
  });

  it('lets a case go on that reserved its name there', async () => {
    const application = applied();
    older('old-open', application);
    const office = await registry(on('2025-03-10'), { name: 'old-open' });
    const asked = filing('license', { application, caseNumber: 'old' });
    expect((await office.one(asked)).__typename).toBe('Granted');
    expect(office.rows('enterprise_name')).toMatchObject([{ status: 'REGISTERED' }]);
  });
});
