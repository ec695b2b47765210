import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Register, type RegisterRow, type RegisterSource, RegisterUnavailable } from '../../adapters/port.ts';
import { checkSeal } from '../../certs/verify.ts';
import type { DepartmentId } from '../../subgraphs/catalogue.ts';
import type { FiledDocument, Filing, ItemOutcome } from '../../subgraphs/generated/contract.ts';
import { type Journal, openJournal } from '../../subgraphs/journal.ts';
import type { GrantRecord } from '../../subgraphs/record.ts';
import {
  applied,
  asEvidence,
  filing,
  grantIn,
  type Hall,
  LATE,
  license,
  listed,
  NOW,
  type Office,
  type OfficeOptions,
  openHall,
  openOffice,
  recordIn,
  request,
  shortly,
} from './office.ts';

let hall: Hall;
const offices: Office[] = [];
beforeAll(() => {
  hall = openHall();
});
afterEach(async () => {
  for (const office of offices.splice(0)) await office.close();
});
afterAll(() => hall.remove());

async function open(id: DepartmentId, options?: OfficeOptions): Promise<Office> {
  const office = await openOffice(hall, id, options);
  offices.push(office);
  return office;
}

/** A case with a license, ready for the departments after the registry. */
async function licensed(
  changes: Partial<Filing> = {},
): Promise<{ readonly filing: Filing; readonly sealed: FiledDocument }> {
  const one = filing('organization-code', changes);
  const sealed = await license(await open('business', { name: 'registry' }), one);
  return { filing: { ...one, evidence: [sealed] }, sealed };
}

/** Stands between a department and the registers of its own business. */
const between =
  (
    around: <Value>(
      method: keyof Register<RegisterRow>,
      asked: readonly unknown[],
      work: () => Promise<Value>,
    ) => Promise<Value>,
  ) =>
  (registers: RegisterSource): RegisterSource => ({
    ...registers,
    async open<Row extends RegisterRow>(mapping: Parameters<typeof registers.open<Row>>[0]) {
      const register = await registers.open(mapping);
      // The list of persons not served is entered and asked besides.
      if (mapping.key === 'pseudonym') return register;
      const wrapped: Register<Row> = {
        find: keys => around('find', keys, () => register.find(keys)),
        enter: entries => around('enter', entries, () => register.enter(entries)),
        amend: amendments => around('amend', amendments, () => register.amend(amendments)),
        search: searches => around('search', searches, () => register.search(searches)),
      };
      return wrapped;
    },
  });

/** A register that fails before it does anything, or after it wrote. */
type Trouble = 'before' | 'after' | undefined;
const troubled = (methods: readonly (keyof Register<RegisterRow>)[], trouble: () => Trouble) =>
  between(async (method, _, work) => {
    const now = methods.includes(method) ? trouble() : undefined;
    if (now === 'before') throw new RegisterUnavailable('the line is dead');
    const value = await work();
    if (now === 'after') throw new RegisterUnavailable('the line died');
    return value;
  });

/** Hears of each operation that is entered into a register, which takes its time, as one over a network does. */
const slowly = (entered: string[] = []) =>
  between(async (method, asked, work) => {
    if (method === 'enter') entered.push(...(asked as readonly Filing[]).map(({ operationId }) => operationId));
    await sleep(5);
    return work();
  });

const sealHolds = (outcome: ItemOutcome | undefined): boolean => {
  if (!outcome || !('document' in outcome) || !outcome.document.seal) return false;
  const seal = Buffer.from(outcome.document.seal, 'base64');
  return checkSeal({ record: Buffer.from(outcome.document.record), seal, trust: hall.trust, at: NOW }).ok;
};

describe('one operation id, one effect, for ever', () => {
  it('answers a grant again byte for byte, the seal included, whatever is asked the second time', async () => {
    const code = await open('code', { name: 'again' });
    const { filing: first } = await licensed();
    const granted = await code.one(first);
    expect(sealHolds(granted)).toBe(true);
    const other = await licensed();
    const again = { ...other.filing, operationId: first.operationId, item: 'code-confirmation', evidence: [] };
    expect(await code.one(first)).toEqual(granted);
    expect(await code.one(again)).toEqual(granted);
    expect(await code.outcomes([first.operationId])).toEqual([granted]);
    const restarted = await open('code', { name: 'again', now: LATE });
    expect(await restarted.one(again)).toEqual(granted);
    expect(restarted.rows('organization_code')).toHaveLength(1);
  });

  it('answers a correction and a refusal again as it did, though the reason for them is gone', async () => {
    const business = await open('business');
    const held = filing('name');
    await business.one(held);
    const clashing = filing('name', { application: held.application });
    const corrected = await business.one(clashing);
    expect(recordIn(corrected)).toMatchObject({ outcome: 'CORRECTION_ASKED', faults: [{ code: 'NAME_CLASH' }] });
    await business.revoke([{ operationId: 'free it', revokes: held.operationId, ground: '申请人撤回' }]);
    expect(await business.one(clashing)).toEqual(corrected);

    const barred = applied({ legalRepresentative: { name: '丙', idNumber: listed('18991201'), phone: '0' } });
    const reserved = filing('name', { application: barred });
    await business.one(reserved);
    const refusal = filing('license', { caseNumber: reserved.caseNumber, application: barred });
    const refused = await business.one(refusal);
    expect(recordIn(refused)).toMatchObject({ outcome: 'REFUSED', article: '公司法 art. 178' });
    expect(await business.one({ ...refusal, application: applied() })).toEqual(refused);
    expect([corrected, refused].map(sealHolds)).toEqual([true, true]);
    expect(business.rows('business_license')).toEqual([]);
  });

  it('answers a revocation again as it did, with other words too', async () => {
    const code = await open('code', { name: 'revoked' });
    const { filing: granted } = await licensed();
    const { number } = grantIn(await code.one(granted));
    const revocation = { operationId: 'revocation-1', revokes: granted.operationId, ground: '申请材料虚假' };
    const [revoked] = await code.revoke([revocation]);
    expect(recordIn(revoked)).toMatchObject({
      outcome: 'REVOKED',
      revokes: granted.operationId,
      number,
      ground: '申请材料虚假',
      decidedOn: '2025-06-30',
    });
    expect(sealHolds(revoked)).toBe(true);
    expect(await code.revoke([{ ...revocation, ground: 'other' }])).toEqual([revoked]);
    const restarted = await open('code', { name: 'revoked', now: LATE });
    expect(await restarted.revoke([revocation])).toEqual([revoked]);
    expect(restarted.rows('organization_code')).toMatchObject([{ status: 'REVOKED', entry_lock: null }]);
    expect(await restarted.one(granted)).toMatchObject({ __typename: 'Granted' });
  });

  it('has one effect, and asks the register once, when fifty ask for the same at once, in one batch or in many', async () => {
    const entered: string[] = [];
    const business = await open('business', { wrapRegisters: slowly(entered) });
    const one = filing('name');
    const many = await Promise.all(Array.from({ length: 50 }, () => business.one(one)));
    expect(new Set(many.map(outcome => JSON.stringify(outcome))).size).toBe(1);
    const two = filing('name');
    const batch = await business.file(Array.from({ length: 50 }, () => two));
    expect(new Set(batch.map(outcome => JSON.stringify(outcome))).size).toBe(1);
    expect(business.rows('enterprise_name').map(row => row.reservation_number)).toEqual([
      '371002-N00000001',
      '371002-N00000002',
    ]);
    expect(entered).toEqual([one.operationId, two.operationId]);
    expect(business.reported).toEqual([]);
  });

  it('gives the same bytes from two processes that are asked at once', async () => {
    const { filing: one } = await licensed();
    const twice = { name: 'twice', wrapRegisters: slowly() };
    const [here, there] = [await open('code', twice), await open('code', twice)];
    const [first, second] = await Promise.all([here.one(one), there.one(one)]);
    expect(first.__typename).toBe('Granted');
    expect(second).toEqual(first);
    expect(here.rows('organization_code')).toHaveLength(1);
  });

  it('takes the first of two filings of one batch that have the same id', async () => {
    const business = await open('business');
    const [first, second] = [filing('name'), filing('name')];
    const [one, two] = await business.file([first, { ...second, operationId: first.operationId }]);
    expect(grantIn(one).holder).toContain(first.application.name.tradingName);
    expect(two).toEqual(one);
    const third = filing('name');
    expect(shortly(await business.file([third, { ...third, item: 'license' }]))).toEqual(['Granted', 'Granted']);
    const fourth = filing('name');
    const malformed = { ...fourth, numbering: 'NONE' };
    expect(shortly(await business.file([malformed, fourth]))).toEqual(['NUMBERING_UNKNOWN', 'NUMBERING_UNKNOWN']);
  });

  it('tells of each operation what became of it', async () => {
    let trouble: Trouble;
    const business = await open('business', { wrapRegisters: troubled(['enter'], () => trouble) });
    const done = filing('name');
    const granted = await business.one(done);
    trouble = 'before';
    const stuck = filing('name');
    await business.one(stuck);
    const outcomes = await business.outcomes(['never sent', stuck.operationId, done.operationId, 'never sent']);
    expect(shortly(outcomes)).toEqual(['NOT_SEEN', 'UNFINISHED', 'Granted', 'NOT_SEEN']);
    expect(outcomes[2]).toEqual(granted);
  });
});

describe('wherever a department stops in the middle of a filing', () => {
  const stop = (): never => {
    throw new Error('the power is gone');
  };
  const stages: readonly (readonly [string, OfficeOptions, string])[] = [
    ['before the intent', { wrapJournal: journal => ({ ...journal, intend: stop }) }, 'NOT_SEEN'],
    ['after the intent', { wrapRegisters: troubled(['enter'], () => 'before') }, 'UNFINISHED'],
    ['after the register wrote', { wrapRegisters: troubled(['enter'], () => 'after') }, 'UNFINISHED'],
    ['before the answer is kept', { wrapJournal: journal => ({ ...journal, complete: stop }) }, 'UNFINISHED'],
    [
      'after the answer is kept',
      {
        wrapJournal: (journal: Journal) => ({
          ...journal,
          complete: answers => {
            journal.complete(answers);
            return stop();
          },
        }),
      },
      'Granted',
    ],
  ];

  it.each(stages)('the same filing comes to the same end: %s', async (stage, options, told) => {
    const name = `stopped ${stage}`.replaceAll(' ', '-');
    const before = await open('seal', { name });
    const earlier = await licensed();
    const first = grantIn(await before.one({ ...earlier.filing, item: 'seal-filing' }));
    const { filing: one } = await licensed();
    const stopped = { ...one, item: 'seal-filing' };

    const dying = await open('seal', { name, ...options });
    expect((await dying.one(stopped)).__typename).toBe('Unknown');
    expect(dying.reported).toHaveLength(1);

    const restarted = await open('seal', { name, now: LATE });
    expect(shortly(await restarted.outcomes([stopped.operationId]))).toEqual([told]);
    const granted = grantIn(
      await restarted.one({ ...stopped, application: { ...stopped.application, sealOrders: ['COMPANY'] } }),
    );
    expect(first.number).toBe('371002-S0000001');
    // Two seals were ordered in each filing, so the next filing begins with the third number.
    if (told === 'NOT_SEEN') expect(granted.content.seals).toHaveLength(1);
    else {
      expect(granted.content.seals).toHaveLength(2);
      expect(granted.decidedOn).toBe('2025-06-30');
    }
    expect(granted.number).toBe('371002-S0000003');
    expect(restarted.rows('seal_filing')).toHaveLength(2);
    expect(await restarted.outcomes([stopped.operationId])).toEqual([await restarted.one(stopped)]);
  });

  it.each(['before', 'after'] as const)(
    'a revocation comes to the same end too: %s the register wrote',
    async trouble => {
      const [{ filing: granted }, { filing: other }] = [await licensed(), await licensed()];
      const name = `revocation-stopped-${trouble}`;
      const code = await open('code', { name });
      const [{ number, holder }] = (await code.file([granted, other])).map(grantIn) as [GrantRecord, GrantRecord];
      const revocation = { operationId: 'revocation-1', revokes: granted.operationId, ground: '撤销' };
      const dying = await open('code', { name, wrapRegisters: troubled(['amend'], () => trouble) });
      expect(shortly(await dying.revoke([revocation]))).toEqual(['REGISTER_UNAVAILABLE']);
      expect(shortly(await dying.outcomes(['revocation-1']))).toEqual(['UNFINISHED']);

      const restarted = await open('code', { name, now: LATE });
      const changed = { operationId: 'revocation-1', revokes: other.operationId, ground: 'other' };
      const [revoked] = await restarted.revoke([changed]);
      expect(recordIn(revoked)).toMatchObject({
        outcome: 'REVOKED',
        revokes: granted.operationId,
        caseNumber: granted.caseNumber,
        number,
        holder,
        ground: '撤销',
        decidedOn: '2025-06-30',
      });
      expect(restarted.rows('organization_code').map(row => row.status)).toEqual(['REVOKED', 'VALID']);
    },
  );
});

describe('a bad entry', () => {
  const forged = (document: FiledDocument, record: string): FiledDocument => ({ ...document, record });

  it('of any sort has no effect and leaves its neighbors as they are', async () => {
    const code = await open('code');
    const { filing: good, sealed } = await licensed();
    const foreign = await licensed();
    const name = filing('name');
    const business = await open('business');
    const refused = await business.one({
      ...name,
      application: { ...name.application, name: { ...name.application.name, form: '厂' } },
    });
    const correction = 'document' in refused ? asEvidence(refused.document) : undefined;
    const byTax = Buffer.from(hall.party('tax').seal(Buffer.from(sealed.record), NOW)).toString('base64');
    const operationIds = ['', ' ', 'a b', '中', 'x'.repeat(129), 'tab\t'];
    const bad: readonly (readonly [Partial<Filing>, string])[] = [
      ...operationIds.map(operationId => [{ operationId }, 'OPERATION_ID_MALFORMED'] as const),
      [{ item: 'license' }, 'ITEM_NOT_HANDLED'],
      [{ item: 'constructor' }, 'ITEM_NOT_HANDLED'],
      [{ numbering: 'separate' }, 'NUMBERING_UNKNOWN'],
      [{ evidence: [] }, 'EVIDENCE_MISSING_BUSINESS_LICENSE'],
      [{ evidence: [{ record: sealed.record }] }, 'EVIDENCE_UNSEALED'],
      [{ evidence: [{ record: sealed.record, seal: '' }] }, 'EVIDENCE_UNSEALED'],
      [{ evidence: [{ record: sealed.record, seal: 'not DER' }] }, 'EVIDENCE_'],
      [{ evidence: [forged(sealed, sealed.record.replace('软件', '硬件'))] }, 'EVIDENCE_MESSAGE_DIGEST_DIFFERS'],
      [{ evidence: [forged(sealed, 'not JSON')] }, 'EVIDENCE_'],
      [{ evidence: [{ record: sealed.record, seal: byTax }] }, 'EVIDENCE_RECORD_'],
      [{ evidence: [foreign.sealed] }, 'EVIDENCE_OF_ANOTHER_CASE'],
      [{ evidence: [sealed, foreign.sealed] }, 'EVIDENCE_OF_ANOTHER_CASE'],
      [{ evidence: [correction as FiledDocument] }, 'EVIDENCE_NOT_A_GRANT'],
    ];
    const neighbor = { ...foreign.filing, evidence: [foreign.sealed] };
    const batch = bad.map(([changes], at) => ({ ...good, operationId: `bad-${at}`, ...changes }));
    const outcomes = await code.file([good, ...batch, neighbor]);
    const short = shortly(outcomes);
    expect([short.at(0), short.at(-1)]).toEqual(['Granted', 'Granted']);
    for (const [at, [, reason]] of bad.entries())
      expect([at, short[at + 1]]).toEqual([at, expect.stringContaining(reason)]);
    expect(code.rows('organization_code')).toHaveLength(2);
    const asked = await code.outcomes(batch.map(({ operationId }) => operationId));
    expect(new Set(shortly(asked))).toEqual(new Set(['NOT_SEEN']));
    expect(code.reported).toEqual([]);
  });

  it('may be put right and filed again under the same id', async () => {
    const code = await open('code');
    const { filing: good } = await licensed();
    expect(shortly([await code.one({ ...good, evidence: [] })])).toEqual(['EVIDENCE_MISSING_BUSINESS_LICENSE']);
    expect((await code.one(good)).__typename).toBe('Granted');
  });

  it('takes no evidence that a sealer of another kind of record has sealed', async () => {
    const code = await open('code');
    const { filing: good, sealed } = await licensed();
    const asTax = JSON.stringify({ ...JSON.parse(sealed.record), department: 'tax' });
    const seal = Buffer.from(hall.party('tax').seal(Buffer.from(asTax), NOW)).toString('base64');
    const [reason] = shortly([await code.one({ ...good, evidence: [{ record: asTax, seal }] })]);
    expect(reason).toBe('EVIDENCE_RECORD_KIND_NOT_ALLOWED');
  });

  it('on which a rule or the facts throw is reported and fails alone, at the precheck and at the filing', async () => {
    const business = await open('business');
    const nowhere = applied({ regionCode: '999999' });
    const filings = [filing('name'), filing('name', { application: nowhere }), filing('name')];
    expect(shortly(await business.file(filings))).toEqual(['Granted', 'DEFECT', 'Granted']);
    expect(business.reported.map(({ message }) => message)).toEqual(['999999 is no region code of GB/T 2260']);
    const answers = await business.precheck([
      request(['name', 'license'], { requestId: 'a' }),
      request(['name', 'license'], { requestId: 'b', application: nowhere }),
      request(['name', 'license'], { requestId: 'c' }),
    ]);
    expect(answers).toEqual([
      { requestId: 'a', checked: true, faults: [] },
      { requestId: 'b', checked: false, faults: [] },
      { requestId: 'c', checked: true, faults: [] },
    ]);
  });

  it('at a precheck is told by its item, and its neighbors are checked', async () => {
    const tax = await open('tax');
    const bare = applied({ materials: [] });
    const answers = await tax.precheck([
      request(['name', 'nothing', 'national-tax'], { application: bare }),
      request(['national-tax', 'national-tax'], { application: bare }),
      request(['national-tax'], { numbering: 'NONE' }),
      request([]),
    ]);
    expect(answers.map(answer => answer?.faults.map(({ item, code }) => `${item} ${code}`))).toEqual([
      ['name ITEM_NOT_HANDLED', 'nothing ITEM_NOT_HANDLED', 'national-tax MATERIAL_MISSING_IDENTITY'],
      ['national-tax MATERIAL_MISSING_IDENTITY'],
      ['national-tax NUMBERING_UNKNOWN'],
      [],
    ]);
    expect(answers.every(answer => answer?.checked)).toBe(true);
  });

  it('is refused with its whole call when there are more than two hundred, with a code that says so', async () => {
    const business = await open('business');
    const filings = Array.from({ length: 201 }, () => filing('name'));
    await expect(business.file(filings)).rejects.toThrow('BATCH_TOO_LARGE');
    await expect(business.outcomes(filings.map(({ operationId }) => operationId))).rejects.toThrow('BATCH_TOO_LARGE');
    await expect(business.precheck(filings.map(() => request(['name'])))).rejects.toThrow('BATCH_TOO_LARGE');
    await expect(
      business.revoke(filings.map(({ operationId }) => ({ operationId, revokes: 'x', ground: 'x' }))),
    ).rejects.toThrow('BATCH_TOO_LARGE');
    expect(business.rows('enterprise_name')).toEqual([]);
    expect(new Set(shortly(await business.file(filings.slice(1))))).toEqual(new Set(['Granted']));
  });
});

describe('a revocation', () => {
  it('of what was never granted takes nothing back', async () => {
    const business = await open('business');
    const taken = filing('name');
    await business.one(taken);
    const asked = filing('name', { application: taken.application });
    await business.one(asked);
    const revoke = (operationId: string, revokes: string) => ({ operationId, revokes, ground: '撤销' });
    const outcomes = await business.revoke([
      revoke('r-1', 'never seen'),
      revoke('r-2', asked.operationId),
      revoke('', taken.operationId),
      revoke('r-3', taken.operationId),
      revoke('r-4', 'r-3'),
    ]);
    expect(shortly(outcomes)).toEqual([
      'NOTHING_TO_REVOKE',
      'NOTHING_TO_REVOKE',
      'OPERATION_ID_MALFORMED',
      'Revoked',
      'NOTHING_TO_REVOKE',
    ]);
    expect(shortly(await business.revoke([revoke('r-5', 'r-3')]))).toEqual(['NOTHING_TO_REVOKE']);
  });

  it('under the id of a filing changes nothing, nor does a filing under the id of a revocation', async () => {
    const business = await open('business');
    const granted = filing('name');
    const first = await business.one(granted);
    const itself = { operationId: granted.operationId, revokes: granted.operationId, ground: '撤销' };
    expect(await business.revoke([itself])).toEqual([first]);
    expect(business.rows('enterprise_name')).toMatchObject([{ status: 'LIVE' }]);
    const [revoked] = await business.revoke([{ ...itself, operationId: 'r-1' }]);
    expect(await business.one(filing('name', { operationId: 'r-1' }))).toEqual(revoked);
    expect(business.rows('enterprise_name')).toHaveLength(1);
  });

  it('under the id of a filing that is not finished is told so, and the reverse, also across items', async () => {
    let trouble: Trouble;
    const business = await open('business', {
      wrapRegisters: troubled(['enter', 'amend'], () => trouble),
    });
    const granted = filing('name');
    await business.one(granted);
    trouble = 'before';
    const unfinished = filing('name');
    const revocation = { operationId: 'r-1', revokes: granted.operationId, ground: '撤销' };
    expect(shortly([await business.one(unfinished), ...(await business.revoke([revocation]))])).toEqual([
      'REGISTER_UNAVAILABLE',
      'REGISTER_UNAVAILABLE',
    ]);
    trouble = undefined;
    expect(shortly(await business.revoke([{ ...revocation, operationId: unfinished.operationId }]))).toEqual([
      'OPERATION_ID_REUSED',
    ]);
    expect(shortly([await business.one(filing('name', { operationId: 'r-1' }))])).toEqual(['OPERATION_ID_REUSED']);
    expect(shortly([await business.one({ ...unfinished, item: 'license' })])).toEqual(['OPERATION_ID_REUSED']);
    expect(shortly([await business.one(unfinished), ...(await business.revoke([revocation]))])).toEqual([
      'Granted',
      'Revoked',
    ]);
  });
});

describe('a department whose register is away', () => {
  it.each(['enter', 'search'] as const)(
    'while it cannot %s says so, and grants the same filing later',
    async method => {
      let trouble: Trouble = 'before';
      const business = await open('business', {
        wrapRegisters: troubled([method], () => trouble),
      });
      const one = filing('name');
      expect(shortly([await business.one(one)])).toEqual(['REGISTER_UNAVAILABLE']);
      expect(business.reported.map(({ name }) => name)).toEqual(['RegisterUnavailable']);
      trouble = undefined;
      expect((await business.one(one)).__typename).toBe('Granted');
    },
  );

  it('leaves a precheck unchecked, and the items of other registers answered', async () => {
    let trouble: Trouble;
    const business = await open('business', { wrapRegisters: troubled(['search'], () => trouble) });
    trouble = 'before';
    const asked = [request(['license'], { requestId: 'a' }), request(['name', 'license'], { requestId: 'b' })];
    expect((await business.precheck(asked)).map(answer => answer?.checked)).toEqual([true, false]);
    const reserved = filing('name');
    const licenses = filing('license');
    expect(shortly(await business.file([reserved, licenses]))).toEqual(['REGISTER_UNAVAILABLE', 'CorrectionAsked']);
    trouble = undefined;
    expect((await business.precheck(asked)).map(answer => answer?.checked)).toEqual([true, true]);
  });

  it('whose journal was lost gives no license a number that is taken, and tells the operator', async () => {
    const before = await open('business', { name: 'journal-lost' });
    await license(before, filing('license'));
    const fresh = openJournal(join(hall.folder, 'business', 'journal-lost', 'fresh.sqlite'));
    const business = await open('business', { name: 'journal-lost', wrapJournal: () => fresh });
    const reserved = filing('name');
    await business.one(reserved);
    const asked = { ...reserved, item: 'license', operationId: 'asked' };
    expect(shortly([await business.one(asked)])).toEqual(['DEFECT']);
    expect(business.reported.map(({ message }) => message)).toEqual([
      'asked: a number drawn for it is in the register already',
    ]);
    expect(business.rows('business_license')).toHaveLength(1);
    fresh.close();
  });
});
