import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../../certs/jcs.ts';
import { hashOf, type LedgerEntry, NO_LEDGER } from '../../../certs/ledger-chain.ts';
import {
  type CaseItem,
  type CaseView,
  type Change,
  type Repair,
  type Slip,
  UNSTAMPED,
} from '../../../gateway/window/case.ts';
import { clocksOf } from '../../../gateway/window/clocks.ts';
import type { ItemState } from '../../../gateway/window/generated/types.ts';
import { type LedgerEvent, nextEntry } from '../../../gateway/window/ledger.ts';
import { differences, type LedgerFaultCode, type Recounted, recount } from '../../../gateway/window/recount.ts';
import { departmentIds, type ItemId } from '../../../subgraphs/catalogue.ts';
import { newestRegime, type Regime } from '../../../subgraphs/regimes.ts';
import { CASE_NUMBER, caseItem, caseView, grantOf } from '../../fixtures/case.ts';
import { coveredRecord } from '../../fixtures/covered.ts';
import { carriedOver, type History, opened, wall } from '../../fixtures/ledger.ts';

const AT = wall('2026-03-02 09:00');
const item = (id: ItemId, to: Partial<CaseItem>): Change => ({ of: 'ITEM', item: id, to });
const slip: Slip = {
  id: 'slip',
  caseNumber: CASE_NUMBER,
  kind: 'ACCEPTANCE',
  number: `${CASE_NUMBER}/ACCEPTANCE/1`,
  issuedAt: AT,
  record: '{"a":1}',
  seal: 'MAA=',
  ...UNSTAMPED,
};
const repair: Repair = {
  id: 'repair',
  item: 'license',
  verb: 'RETRY',
  reason: 'stuck',
  proposedBy: 'a',
  proposedAt: AT,
  approvedBy: null,
  approvedAt: null,
};
const clean: readonly Change[] = departmentIds.map(department => ({ of: 'PRECHECK', department, to: { faults: [] } }));
const fault = { item: 'license', path: 'address', code: 'X', message: 'x' } as const;

const COVERED = coveredRecord({ a: '甲某', b: '乙某' });
const STRIKE = { certificate: 'grant of seal-filing', paths: ['content.a'] };

/** A case to which something of every kind has happened. */
const HISTORY = opened(AT)
  .next(AT + 1, { of: 'PRECHECK', department: 'tax', to: { retry: { tries: 1, at: AT + 250 } } })
  .next(AT + 2, ...clean, { of: 'PRECHECK', department: 'business', to: { faults: [fault] } })
  .next(AT + 3, { of: 'PRECHECK', department: 'business', to: { faults: null, silent: false } })
  .next(AT + 4, { of: 'PRECHECK', department: 'business', to: { silent: true } }, { of: 'SLIP', slip })
  .next(AT + 5, item('name', { state: 'SENT', operationId: `${CASE_NUMBER}/name/1`, attempts: 1 }))
  .next(
    AT + 6,
    item('name', { state: 'GRANTED' }),
    { of: 'DOCUMENT', document: grantOf('name') },
    item('license', { state: 'SENT', operationId: `${CASE_NUMBER}/license/1`, attempts: 1 }),
  )
  .next(AT + 7, item('license', { state: 'OUTCOME_UNKNOWN', waits: 'TIMEOUT', retry: { tries: 3, at: AT + 999 } }))
  .next(AT + 8, { of: 'REPAIR', repair })
  .next(AT + 9, { of: 'REPAIR', repair: { ...repair, approvedBy: 'b', approvedAt: AT + 9 } })
  .next(AT + 10, item('license', { state: 'GRANTED' }), {
    of: 'DOCUMENT',
    document: grantOf('license', { record: '{"license":1}', seal: 'MAA=' }),
  })
  .next(AT + 11, { of: 'WITHDRAWAL', withdrawal: { at: AT + 11, by: 'clerk', reason: 'no more' } })
  .next(AT + 12, item('license', { state: 'COMPENSATING', revocationId: 'revoke' }))
  .next(AT + 13, item('license', { state: 'COMPENSATED' }), {
    of: 'DOCUMENT_STATUS',
    id: 'grant of license',
    status: 'REVOKED',
  })
  .next(AT + 14, {
    of: 'DOCUMENT',
    document: grantOf('seal-filing', {
      record: Buffer.from(COVERED.record).toString(),
      disclosures: Buffer.from(COVERED.disclosures).toString(),
    }),
  })
  .next(AT + 14, { of: 'REPAIR', repair: { ...repair, id: 's', verb: 'STRIKE_OUT', strike: STRIKE } })
  .next(AT + 14, {
    of: 'STRIKE_OUT',
    id: 'grant of seal-filing',
    paths: ['content.a'],
    by: 'a',
    approvedBy: 'b',
    reason: 'x',
  })
  .next(AT + 14, { of: 'NOTE', note: { note: 'NOT_APPLIED', fact: 'x', why: 'too late' } });

function whole(entries: readonly LedgerEntry[]): Recounted {
  const recounted = recount(entries);
  if (!recounted.intact) throw new Error(`${recounted.code} at ${recounted.seq}`);
  return recounted;
}
const faultOf = (entries: readonly LedgerEntry[]): string => {
  const recounted = recount(entries);
  return recounted.intact ? 'intact' : `${recounted.code} ${recounted.seq}`;
};
const namesOf = ({ entries }: Pick<History, 'entries'>, view: CaseView): readonly string[] =>
  differences(whole(entries), view).map(({ name }) => name);

describe('a case counted again from its ledger', () => {
  it('is what its rows say', () => {
    const recounted = whole(HISTORY.entries);
    expect(recounted).toMatchObject({
      number: CASE_NUMBER,
      state: 'IN_REVIEW',
      acceptedOn: '2026-03-02',
      head: HISTORY.view.head,
      opened: { regime: 'R2', version: 1, region: '371002', policy: 'KEEP_GRANTED' },
      withdrawal: { by: 'clerk', reason: 'no more' },
    });
    expect(recounted.items.get('license')).toEqual({
      state: 'COMPENSATED',
      operationId: `${CASE_NUMBER}/license/1`,
      revocationId: 'revoke',
      attempts: 1,
      tries: 3,
      waits: 'TIMEOUT',
    });
    expect(recounted.documents.get('grant of license')).toMatchObject({ outcome: 'GRANTED', status: 'REVOKED' });
    expect([...recounted.slips.values()].map(({ number }) => number)).toEqual([slip.number]);
    expect(differences(recounted, HISTORY.view)).toEqual([]);
  });

  it('is what its rows say after every step', () => {
    let history = opened(AT);
    expect(namesOf(history, history.view)).toEqual([]);
    history = history.next(AT, ...clean);
    expect(namesOf(history, history.view)).toEqual([]);
  });

  it('is silent of no department that is asked again after a resubmission', () => {
    const silence: Change = { of: 'PRECHECK', department: 'business', to: { silent: true } };
    const again: Change = { of: 'PRECHECK', department: 'business', to: { faults: null, silent: false } };
    const history = opened(AT).next(AT, silence).next(AT, again);
    expect(whole(history.entries).checks.get('business')).toEqual({ faults: null, silent: false });
    expect(namesOf(history, history.view)).toEqual([]);
  });

  it('is what its rows say, whatever happens to it', () => {
    const ids = fc.constantFrom<ItemId>(...(newestRegime('R2') as Regime).items.map(one => one.item));
    const states = fc.constantFrom<ItemState>(
      'SENT',
      'OUTCOME_UNKNOWN',
      'WAITING_INPUT',
      'GRANTED',
      'REFUSED',
      'SKIPPED',
    );
    const changes = fc.oneof(
      fc
        .record({ id: ids, state: states, tries: fc.nat(), waits: fc.option(fc.string()) })
        .map(({ id, state, tries, waits }) =>
          item(id, { state, waits: waits?.toWellFormed() ?? null, retry: { tries, at: null } }),
        ),
      fc
        .record({ department: fc.constantFrom(...departmentIds), faults: fc.constantFrom([], [fault], null) })
        .map(({ department, faults }): Change => ({ of: 'PRECHECK', department, to: { faults, silent: false } })),
      fc.uuid().map((id): Change => ({ of: 'DOCUMENT', document: grantOf('name', { id, record: id }) })),
      fc.constant<Change>({ of: 'WITHDRAWAL', withdrawal: { at: AT, by: 'clerk', reason: 'x' } }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(changes, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), steps => {
        const history = steps.reduce((before, step, at) => before.next(AT + at, ...step), opened(AT));
        expect(namesOf(history, history.view)).toEqual([]);
      }),
    );
  });

  it('is compared as far as the ledger goes when it was carried over', () => {
    const before = caseView({
      state: 'IN_REVIEW',
      acceptedOn: '2026-02-27',
      items: caseView().items.map(one =>
        caseItem(one.item, { state: 'OUTCOME_UNKNOWN', operationId: 'x', attempts: 2 }),
      ),
      documents: [grantOf('name')],
    });
    const carried = carriedOver(AT, before);
    expect(namesOf(carried, carried.view)).toEqual([]);
    const revoked: Change = { of: 'DOCUMENT_STATUS', id: 'grant of name', status: 'REVOKED' };
    const later = carried.next(AT + 1, item('license', { state: 'GRANTED' }), revoked);
    expect(namesOf(later, later.view)).toEqual([]);
    expect(namesOf(later, { ...later.view, state: 'CLOSED', slips: [slip] })).toEqual([
      'state',
      'slips.slip.kind',
      'slips.slip.number',
      'slips.slip.recordSha256',
      'slips.slip.sealSha256',
    ]);
    expect(namesOf(later, { ...later.view, documents: [grantOf('name')] })).toEqual(['documents.grant of name.status']);
  });
});

describe('a difference between ledger and rows', () => {
  const { view } = HISTORY;
  const changedItem = (id: ItemId, to: Partial<CaseItem>): CaseView => ({
    ...view,
    items: view.items.map(one => (one.item === id ? { ...one, ...to } : one)),
  });
  const changedDocument = (to: Partial<CaseView['documents'][number]>): CaseView => ({
    ...view,
    documents: view.documents.map(one => (one.item === 'license' ? { ...one, ...to } : one)),
  });

  const withDisclosures = (disclosures: string | null): CaseView => ({
    ...view,
    documents: view.documents.map(one => (one.item === 'seal-filing' ? { ...one, disclosures } : one)),
  });
  const withStrike = (strike: NonNullable<Repair['strike']>): CaseView => ({
    ...view,
    repairs: view.repairs.map(one => (one.strike ? { ...one, strike } : one)),
  });

  it.each<[string, CaseView]>([
    ['number', { ...view, number: 'x' }],
    ['state', { ...view, state: 'CLOSED' }],
    ['acceptedOn', { ...view, acceptedOn: '2026-03-01' }],
    ['head.hash', { ...view, head: { ...view.head, hash: 'x' } }],
    ['regime', { ...view, regime: { ...view.regime, version: 9 } }],
    ['policy', { ...view, policy: 'REVOKE_ALL' }],
    ['items.license.state', changedItem('license', { state: 'GRANTED' })],
    ['items.license.operationId', changedItem('license', { operationId: null })],
    ['items.license.revocationId', changedItem('license', { revocationId: null })],
    ['items.license.attempts', changedItem('license', { attempts: 9 })],
    ['items.license.tries', changedItem('license', { retry: { tries: 0, at: null } })],
    ['items.license.waits', changedItem('license', { waits: null })],
    ['documents.grant of license.status', changedDocument({ status: 'VALID' })],
    ['documents.grant of seal-filing.struckOut', withDisclosures(Buffer.from(COVERED.disclosures).toString())],
    ['documents.grant of seal-filing.struckOut', withDisclosures(null)],
    ['repairs.s.paths', withStrike({ ...STRIKE, paths: ['content.b'] })],
    ['repairs.s.certificate', withStrike({ ...STRIKE, certificate: 'x' })],
    ['documents.grant of license.recordSha256', changedDocument({ record: '{"license":2}' })],
    ['documents.grant of license.sealSha256', changedDocument({ seal: null })],
    ['documents.grant of license.operationId', changedDocument({ operationId: 'x' })],
    ['slips.slip.recordSha256', { ...view, slips: [{ ...slip, record: '{"a":2}' }] }],
    ['slips.slip.sealSha256', { ...view, slips: [{ ...slip, seal: 'MAE=' }] }],
    ['slips.slip.number', { ...view, slips: [{ ...slip, number: 'x' }] }],
    ['withdrawal.reason', { ...view, withdrawal: { at: AT, by: 'clerk', reason: 'x' } }],
    ['repairs.repair.approvedBy', { ...view, repairs: view.repairs.map(one => (one.id === 'repair' ? repair : one)) }],
    ['checks.business.silent', { ...view, prechecks: view.prechecks.map(one => ({ ...one, silent: false })) }],
    [
      'checks.tax.faults',
      { ...view, prechecks: view.prechecks.map(one => (one.department === 'tax' ? { ...one, faults: [fault] } : one)) },
    ],
  ])('is told by its name: %s', (name, rows) => expect(namesOf(HISTORY, rows)).toEqual([name]));

  it('says what the ledger has and what the rows have', () => {
    expect(differences(whole(HISTORY.entries), { ...view, state: 'CLOSED' })).toEqual([
      { name: 'state', ledger: 'IN_REVIEW', rows: 'CLOSED' },
    ]);
  });

  it.each<[string, CaseView]>([
    ['a document that is gone', { ...view, documents: view.documents.slice(1) }],
    ['a slip that is gone', { ...view, slips: [] }],
    ['an item that is gone', { ...view, items: view.items.slice(1) }],
    ['a withdrawal that is gone', { ...view, withdrawal: null }],
    ['a document that nobody entered', { ...view, documents: [...view.documents, grantOf('seal-filing')] }],
    ['a slip that nobody entered', { ...view, slips: [slip, { ...slip, id: 'another' }] }],
    ['two cases’ slips exchanged', { ...view, slips: [{ ...slip, caseNumber: 'x', record: '{"b":1}' }] }],
  ])('is found: %s', (_, rows) => expect(namesOf(HISTORY, rows)).not.toEqual([]));

  it('is found where the tail of the ledger was cut off, at every length', () => {
    for (let kept = 1; kept < HISTORY.entries.length; kept++) {
      const names = namesOf({ entries: HISTORY.entries.slice(0, kept) }, view);
      expect(names).toEqual(expect.arrayContaining(['head.seq', 'head.hash']));
    }
  });
});

describe('a broken ledger', () => {
  const { entries } = HISTORY;
  const at = fc.integer({ min: 0, max: entries.length - 1 });

  it('says that it is empty', () => expect(faultOf([])).toBe('ENTRY_MISSING 1'));

  it('says where an entry is missing', () => {
    for (let gone = 0; gone < entries.length - 1; gone++) {
      expect(faultOf(entries.toSpliced(gone, 1))).toBe(`ENTRY_MISSING ${gone + 1}`);
    }
  });

  it('says where two entries were swapped, or one stands twice', () => {
    fc.assert(
      fc.property(at, at, (one, other) => {
        fc.pre(one < other);
        const swapped = entries.with(one, entries[other]!).with(other, entries[one]!);
        expect(faultOf(swapped)).toBe(`ENTRY_MISSING ${one + 1}`);
        expect(faultOf(entries.toSpliced(one, 0, entries[other]!))).toBe(`ENTRY_MISSING ${one + 1}`);
      }),
    );
  });

  it('says where an entry is of another case', () => {
    const other = opened(AT, { number: '371002-20260302-00002-3' }).next(AT + 1, ...clean);
    expect(faultOf(entries.with(1, other.entries[1]!))).toBe('ENTRY_OF_ANOTHER_CASE 2');
  });

  it('is found whichever byte of whichever entry was changed', () => {
    const fields = ['caseNumber', 'seq', 'at', 'events', 'hash'] as const;
    fc.assert(
      fc.property(
        at,
        fc.constantFrom(...fields),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (where, field, place, mask) => {
          const entry = entries[where]!;
          const bytes = Buffer.from(String(entry[field]));
          const index = place % bytes.length;
          bytes[index]! ^= mask;
          const text = bytes.toString();
          const value = field === 'seq' || field === 'at' ? Number(text) : text;
          fc.pre(!Object.is(value, entry[field]));
          expect(faultOf(entries.with(where, { ...entry, [field]: value }))).not.toBe('intact');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  /** A ledger whose hashes are right, whatever it says. */
  function forged(...eventsOf: readonly (readonly unknown[])[]): readonly LedgerEntry[] {
    const forgery: LedgerEntry[] = [];
    for (const events of eventsOf) {
      forgery.push(nextEntry(CASE_NUMBER, forgery.at(-1) ?? NO_LEDGER, AT, events as readonly LedgerEvent[]));
    }
    return forgery;
  }
  const BEGINNING = JSON.parse(entries[0]!.events) as readonly JsonValue[];
  const document = {
    event: 'DOCUMENT',
    id: 'd',
    item: 'name',
    outcome: 'GRANTED',
    operationId: 'o',
    recordSha256: '',
    sealSha256: null,
  };

  it.each<[string, LedgerFaultCode, readonly JsonValue[]]>([
    ['no events', 'EVENTS_MALFORMED', []],
    ['an event that nobody knows', 'EVENTS_MALFORMED', [{ event: 'PROMOTED' }]],
    ['an event named after what every object has', 'EVENTS_MALFORMED', [{ event: 'toString' }]],
    ['an event that is none', 'EVENTS_MALFORMED', [null]],
    ['an item that no catalogue has', 'EVENTS_MALFORMED', [{ ...document, item: 'x' }]],
    ['a state that no item has', 'EVENTS_MALFORMED', [{ event: 'ITEM', item: 'name', state: 'DONE' }]],
    ['faults that are no list', 'EVENTS_MALFORMED', [{ event: 'PRECHECKED', department: 'tax', faults: {} }]],
    ['a second beginning', 'EVENT_OUT_OF_PLACE', BEGINNING],
    ['an item that the case has not', 'EVENT_OUT_OF_PLACE', [{ ...document, item: 'code-confirmation' }]],
    ['a document twice', 'EVENT_OUT_OF_PLACE', [document, document]],
    ['the status of no document', 'EVENT_OUT_OF_PLACE', [{ event: 'DOCUMENT_STATUS', id: 'x', status: 'REVOKED' }]],
  ])('is found though its hashes are right: %s', (_, code, events) => {
    expect(faultOf(forged(BEGINNING, events))).toBe(`${code} 2`);
  });

  it('is found though its hashes are right: it begins in the middle', () => {
    expect(faultOf(forged([{ event: 'WITHDRAWN', by: 'x', reason: 'x' }]))).toBe('EVENT_OUT_OF_PLACE 1');
  });

  it.each([['not JSON'], ['{}'], ['[{"event":"NOTE", "x":1}]'], ['[{"event":"NOTE","event":"NOTE"}]']])(
    'is found though its hashes are right: events written as %s',
    text => {
      const head = forged(BEGINNING)[0]!;
      const entry = { caseNumber: CASE_NUMBER, seq: 2, at: AT, events: text };
      expect(faultOf([head, { ...entry, hash: hashOf(entry, head.hash) }])).toBe('EVENTS_MALFORMED 2');
    },
  );

  it('is one whose time runs backwards, but for what two clocks may differ', () => {
    const note: Change = { of: 'NOTE', note: { note: 'NOT_APPLIED', fact: 'x', why: 'x' } };
    expect(faultOf(opened(AT).next(AT - 1_000, note).entries)).toBe('intact');
    expect(faultOf(opened(AT).next(AT - 1_001, note).entries)).toBe('TIME_BACKWARDS 2');
  });

  it('is never counted into a crash, whatever stands in whichever event', () => {
    const events = entries.flatMap(entry => JSON.parse(entry.events) as Record<string, JsonValue>[]);
    const values = fc.jsonValue().map(value => JSON.parse(JSON.stringify(value)) as JsonValue);
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.nat(), values, (event, place, value) => {
        const names = Object.keys(event);
        const changed = { ...event, [names[place % names.length]!]: value };
        for (const ledger of [forged([changed]), forged(BEGINNING, [changed])]) {
          const recounted = recount(ledger);
          if (recounted.intact) differences(recounted, HISTORY.view);
          clocksOf(ledger, AT + 3_600_000);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
