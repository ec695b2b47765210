import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalize, type JsonValue } from '../../../certs/jcs.ts';
import { type CallBackTools, callBack, reportsPerOperationMax } from '../../../gateway/window/call-back.ts';
import { type CaseItem, type CaseView, type Change, changed } from '../../../gateway/window/case.ts';
import { caseNumber } from '../../../gateway/window/case-number.ts';
import { eventsOf, nextEntry } from '../../../gateway/window/ledger.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import { type Fact, type Held, type Store, TooManyFacts } from '../../../gateway/window/store.ts';
import type { ItemId } from '../../../subgraphs/catalogue.ts';
import { Refusal } from '../../../subgraphs/errors.ts';
import type { ItemOutcome } from '../../../subgraphs/generated/contract.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { type World, world } from '../../certs/fixture.ts';
import { flipped, sealedBy } from '../../fixtures/call-back.ts';
import { grantOf } from '../../fixtures/case.ts';
import { opening } from '../../fixtures/opening.ts';

const USCC = '91371002PDY00001XJ';

let keys: World;
/** Another installation, with departments of the same names. */
let elsewhere: World;
let store: Store;
/** A case that waits for tax, held by this test. */
let held: Held;
let driven: string[];
let defects: Error[];
let files = 0;

beforeAll(() => {
  keys = world(sealHolders(), new Date());
  elsewhere = world(sealHolders(), new Date());
});
afterAll(() => {
  keys.remove();
  elsewhere.remove();
});
beforeEach(async () => {
  files += 1;
  store = await openStore({ file: join(keys.dir, `window-${files}.sqlite`) }, openVault(randomBytes(32)), report);
  held = await opened();
  await save(
    { of: 'DOCUMENT', document: { ...grantOf('license'), caseNumber: held.view.number, uscc: USCC } },
    sent('national-tax'),
  );
  driven = [];
  defects = [];
});
afterEach(() => store.close());

const report = (defect: Error): void => void defects.push(defect);

async function opened(): Promise<Held> {
  const result = await store.open(opening());
  if (result.outcome !== 'OPEN' || !result.held) throw new Error(result.outcome);
  return result.held;
}

/** The item filed for the first time, changed as told. */
const sent = (item: ItemId, to: Partial<CaseItem> = {}): Change => ({
  of: 'ITEM',
  item,
  to: { state: 'SENT', operationId: operation(item), attempts: 1, ...to },
});
const operation = (item: ItemId = 'national-tax', attempt: number | string = 1): string =>
  `${held.view.number}/${item}/${attempt}`;

async function save(...changes: readonly Change[]): Promise<void> {
  const { lease, view } = held;
  const at = store.now();
  const next = changed(view, changes, at);
  const entry = nextEntry(view.number, view.head, at, eventsOf(view, changes, next));
  const saved: CaseView = { ...next, head: { seq: entry.seq, hash: entry.hash } };
  await store.save(lease, { view: saved, changes, entry, taken: [], release: null });
  held = { ...held, view: saved };
}

const tools = (): CallBackTools => ({
  store,
  trust: () => keys.trust,
  drive: async number => driven.push(number),
  report,
});
/** `NEW`, `KNOWN`, or the code of the refusal with what is wrong. */
const told = (outcome: ItemOutcome, operationId = operation(), department = 'tax', more: Partial<CallBackTools> = {}) =>
  callBack(department, operationId, outcome, { ...tools(), ...more }).catch((error: Error) => {
    if (!(error instanceof Refusal)) throw error;
    return [error.extensions.code, error.extensions.reason].filter(Boolean).join(' ');
  });
const facts = (): Promise<readonly Fact[]> => store.facts(held.lease);

type Fields = Readonly<Record<string, JsonValue>>;
/** A record of tax with its seal over it, for the operation that waits unless it says otherwise. */
function sealed(changes: Fields = {}, by = keys): { record: string; seal: string } {
  const record = canonicalize({
    format: 'one-window/record/1',
    department: 'tax',
    item: 'national-tax',
    caseNumber: held.view.number,
    operationId: operation(),
    decidedOn: '2026-03-02',
    ...GRANT,
    ...changes,
  });
  return { record, seal: Buffer.from(by.party('tax').seal(Buffer.from(record), new Date())).toString('base64') };
}
const GRANT = {
  outcome: 'GRANTED',
  kind: 'NATIONAL_TAX',
  number: '371002PDY00001X',
  holder: '威海市环翠区试样软件有限公司',
  uscc: USCC,
  version: 1,
  content: {},
};
const REFUSAL = { outcome: 'REFUSED', kind: 'REFUSAL', ground: '欠税', article: 'art. 15' };
const CORRECTION = {
  outcome: 'CORRECTION_ASKED',
  kind: 'CORRECTION',
  faults: [{ path: 'address', code: 'UNCLEAR', message: '不清 / unclear' }],
};
const REVOCATION = { outcome: 'REVOKED', kind: 'REVOCATION', ground: '撤销' };
const granted = (changes: Fields = {}, by = keys): ItemOutcome => ({
  __typename: 'Granted',
  document: sealed(changes, by),
});
const pending = (reference = 'T-1'): ItemOutcome => ({ __typename: 'Pending', reference });

describe('a call-back', () => {
  it('is kept as a fact of its case, and the case is driven', async () => {
    const outcome = granted();
    expect(await told(outcome)).toBe('NEW');
    expect(await facts()).toMatchObject([
      { kind: 'OUTCOME', caseNumber: held.view.number, operationId: operation(), outcome },
    ]);
    expect(driven).toEqual([held.view.number]);
  });

  it('that is told twice, or fifty times at once, is one fact, and drives the case once', async () => {
    const outcome = granted();
    const answers = await Promise.all(Array.from({ length: 50 }, () => told(outcome)));
    expect(answers.filter(answer => answer === 'NEW')).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(['NEW', 'KNOWN']));
    expect(await told(outcome)).toBe('KNOWN');
    expect(await facts()).toHaveLength(1);
    expect(driven).toHaveLength(1);
  });

  it('that was taken up is known for ever', async () => {
    const outcome = granted();
    await told(outcome);
    const taken = (await facts()).map(({ id }) => id);
    await store.save(held.lease, { view: held.view, changes: [], entry: null, taken, release: null });
    expect(await facts()).toEqual([]);
    expect(await told(outcome)).toBe('KNOWN');
    expect(await facts()).toEqual([]);
  });

  it('does not keep the department waiting for what comes of it, and a defect there is noted', async () => {
    const never = new Promise<never>(() => {});
    expect(await told(pending('T-1'), operation(), 'tax', { drive: () => never })).toBe('NEW');
    const fails = async (): Promise<never> => Promise.reject(new Error('defect'));
    expect(await told(pending('T-2'), operation(), 'tax', { drive: fails })).toBe('NEW');
    await turn();
    expect(defects.map(({ message }) => message)).toEqual(['defect']);
  });

  it.each<[string, () => ItemOutcome]>([
    ['granted', () => granted()],
    [
      'granted, as far as the department can',
      () => ({ __typename: 'GrantedProvisionally', document: sealed(), awaits: '核验' }),
    ],
    ['pending', () => pending()],
    ['to be corrected', () => ({ __typename: 'CorrectionAsked', document: sealed(CORRECTION) })],
    ['refused', () => ({ __typename: 'Refused', document: sealed(REFUSAL) })],
  ])('tells that a filing is %s', async (_, outcome) => {
    expect(await told(outcome())).toBe('NEW');
  });

  it('tells that a grant is revoked, also when the window has heard of it already', async () => {
    const revoked = (attempt: number): ItemOutcome => {
      const operationId = operation('national-tax', `revoke-${attempt}`);
      const { number, holder } = GRANT;
      const record = { ...REVOCATION, operationId, revokes: operation('national-tax', attempt), number, holder };
      return { __typename: 'Revoked', document: sealed(record) };
    };
    const revocationId = operation('national-tax', 'revoke-1');
    expect(await told(revoked(1), revocationId)).toBe('OPERATION_UNKNOWN');
    await save(sent('national-tax', { state: 'COMPENSATING', revocationId }));
    expect(await told(granted({ operationId: revocationId }), revocationId)).toBe(
      'SEAL_REFUSED RECORD_OF_ANOTHER_OUTCOME',
    );
    const first = revoked(1);
    expect(await told(first, revocationId)).toBe('NEW');
    await save(sent('national-tax', { state: 'COMPENSATED', revocationId }));
    expect(await told({ __typename: 'Pending', reference: 'T-2' }, revocationId)).toBe('NEW');
    await save(sent('national-tax', { attempts: 2, operationId: operation('national-tax', 2), revocationId: null }));
    expect(await told(first, revocationId)).toBe('KNOWN');
    expect(await told(revoked(2), operation('national-tax', 'revoke-2'))).toBe('OPERATION_UNKNOWN');
  });

  it('tells of an earlier filing too, as long as it was made', async () => {
    await save(sent('national-tax', { attempts: 2, operationId: operation('national-tax', 2) }));
    expect(await told({ __typename: 'CorrectionAsked', document: sealed(CORRECTION) })).toBe('NEW');
    expect(await told(granted({ operationId: operation('national-tax', 3) }), operation('national-tax', 3))).toBe(
      'OPERATION_UNKNOWN',
    );
  });
});

describe('a call-back is refused, and nothing is stored,', () => {
  afterEach(async () => {
    expect(await facts()).toEqual([]);
    expect(driven).toEqual([]);
  });

  it.each([
    ['from another department', () => operation(), 'seal', 'NOT_YOUR_OPERATION'],
    ['from the center', () => operation(), 'center', 'NOT_YOUR_OPERATION'],
    ['of an item of another department', () => operation('license'), 'tax', 'NOT_YOUR_OPERATION'],
    [
      'of a case that there is not',
      () => `${caseNumber('371002', '2026-03-02', 99)}/national-tax/1`,
      'tax',
      'OPERATION_UNKNOWN',
    ],
    ['of an item that was not filed', () => operation('local-tax'), 'tax', 'OPERATION_UNKNOWN'],
    ['of an item that the regime does not have', () => operation('local-tax-confirmation'), 'tax', 'OPERATION_UNKNOWN'],
    ['of a filing that was not made', () => operation('national-tax', 2), 'tax', 'OPERATION_UNKNOWN'],
    ['of a revocation that was not asked for', () => operation('national-tax', 'revoke-1'), 'tax', 'OPERATION_UNKNOWN'],
    ['of an operation id of another form', () => `${operation()}/x`, 'tax', 'OPERATION_MALFORMED'],
  ])('%s', async (_, operationId, department, code) => {
    expect(await told(granted(), operationId(), department)).toBe(code);
  });

  it.each<[string, () => ItemOutcome, string]>([
    ['that another department sealed', () => sealedBy(keys.dir, 'code', granted()), 'SEAL_RECORD_DEPARTMENT_DIFFERS'],
    ['that a department of another installation sealed', () => granted({}, elsewhere), 'SEAL_'],
    ['that nobody sealed', () => ({ __typename: 'Granted', document: { ...sealed(), seal: null } }), 'SEAL_MISSING'],
    [
      'with the seal of another record',
      () => ({ __typename: 'Granted', document: { record: sealed({ number: '9' }).record, seal: sealed().seal } }),
      'SEAL_',
    ],
    ['for another case', () => granted({ caseNumber: '371002-20260302-00002-3' }), 'RECORD_OF_ANOTHER_OPERATION'],
    ['for another item', () => granted({ item: 'local-tax' }), 'RECORD_OF_ANOTHER_OPERATION'],
    ['for another filing', () => granted({ operationId: operation('national-tax', 2) }), 'RECORD_OF_ANOTHER_OPERATION'],
    ['for another enterprise', () => granted({ uscc: '91371002PDY000028J' }), 'CERTIFICATE_OF_ANOTHER_ENTERPRISE'],
    ['of another kind of certificate', () => granted({ kind: 'LOCAL_TAX' }), 'CERTIFICATE_OF_ANOTHER_KIND'],
    ['that calls a refusal a grant', () => granted(REFUSAL), 'RECORD_OF_ANOTHER_OUTCOME'],
    [
      'that calls a grant a revocation',
      () => ({ __typename: 'Revoked', document: sealed() }),
      'RECORD_OF_ANOTHER_OUTCOME',
    ],
    [
      'that is provisional, under a forged seal',
      () => flipped({ __typename: 'GrantedProvisionally', document: sealed(), awaits: '核验' }),
      'SEAL_',
    ],
    ['that is only told not to be known', () => ({ __typename: 'Unknown', reason: 'NOT_SEEN' }), 'OUTCOME_MALFORMED'],
    ['with a reference of two lines', () => pending('T\n1'), 'OUTCOME_MALFORMED'],
    ['with a reference that no database takes', () => pending('T\u0000'), 'OUTCOME_MALFORMED'],
    ['with a reference as long as a book', () => pending('T'.repeat(201)), 'OUTCOME_MALFORMED'],
  ])('with an outcome %s', async (_, outcome, reason) => {
    expect(await told(outcome())).toMatch(new RegExp(`^SEAL_REFUSED ${reason}`));
  });

  it('with any one bit of its seal turned over', async () => {
    const outcome = granted();
    const bytes = Buffer.from(sealed().seal, 'base64').length - 8;
    const places = fc.integer({ min: 0, max: bytes });
    await fc.assert(
      fc.asyncProperty(places, async at => expect(await told(flipped(outcome, at))).toMatch(/^SEAL_REFUSED SEAL_/)),
      { numRuns: 200 },
    );
  });
});

describe('a department that stutters', () => {
  it('is heard twenty times of one operation; what it said stays known, and other operations are heard', async () => {
    await save(sent('local-tax'));
    const references = Array.from({ length: reportsPerOperationMax + 5 }, (_, at) => `T-${at}`);
    const answers = await Promise.all(references.map(reference => told(pending(reference))));
    expect(answers.filter(answer => answer === 'NEW')).toHaveLength(reportsPerOperationMax);
    expect(answers.filter(answer => answer === 'TOO_MANY_REPORTS')).toHaveLength(5);
    expect(await facts()).toHaveLength(reportsPerOperationMax);
    expect(await told(pending(references[answers.indexOf('NEW')]))).toBe('KNOWN');
    expect(await told(pending('T-0'), operation('local-tax'))).toBe('NEW');
  });

  it('is told to wait when a case has been told more than it takes up', async () => {
    const full = { ...store, now: () => store.now(), load: (some: readonly string[]) => store.load(some) };
    const tell = async (): Promise<never> => Promise.reject(new TooManyFacts('full'));
    expect(await told(pending(), operation(), 'tax', { store: { ...full, tell } })).toBe('BUSY');
  });
});
