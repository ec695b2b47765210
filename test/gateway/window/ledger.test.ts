import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashOf, type LedgerEntry, NO_LEDGER } from '../../../certs/ledger-chain.ts';
import { type Change, changed, UNSTAMPED } from '../../../gateway/window/case.ts';
import { eventsOf, nextEntry } from '../../../gateway/window/ledger.ts';
import { CASE_NUMBER, caseItem, caseView, checkedApplication, grantOf, precheck } from '../../fixtures/case.ts';

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Three entries of a case. */
function chain(): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const at of [1_000, 2_000, 2_000]) {
    const head = entries.at(-1) ?? NO_LEDGER;
    entries.push(nextEntry(CASE_NUMBER, head, at, [{ event: 'SILENCE_COUNTS', department: 'tax' }]));
  }
  return entries;
}
/** The first entry that does not follow from the one before; undefined when all do. */
const brokenAt = (entries: readonly LedgerEntry[]): number | undefined => {
  const at = entries.findIndex((entry, place) => {
    const before = entries[place - 1] ?? NO_LEDGER;
    return entry.seq !== before.seq + 1 || entry.hash !== hashOf(entry, before.hash);
  });
  return at < 0 ? undefined : at;
};

describe('the chain of a ledger', () => {
  it('is hashed as its comment says, so that anybody can count it again', () => {
    const [first, second] = chain() as [LedgerEntry, LedgerEntry];
    const events = '[{"department":"tax","event":"SILENCE_COUNTS"}]';
    expect(first).toEqual({
      caseNumber: CASE_NUMBER,
      seq: 1,
      at: 1_000,
      events,
      hash: sha256(`\n${CASE_NUMBER}\n1\n1000\n${events}\n`),
    });
    expect(second.hash).toBe(sha256(`${first.hash}\n${CASE_NUMBER}\n2\n2000\n${events}\n`));
    expect(brokenAt(chain())).toBeUndefined();
  });

  it.each<[string, (entries: LedgerEntry[]) => LedgerEntry[], number]>([
    ['an event is changed', ([a, b, c]) => [{ ...a!, events: '[]' }, b!, c!], 0],
    ['the time of an entry is changed', ([a, b, c]) => [a!, { ...b!, at: 2_001 }, c!], 1],
    ['an entry is another case’s', ([a, b, c]) => [a!, { ...b!, caseNumber: 'x' }, c!], 1],
    ['an entry is dropped', ([a, , c]) => [a!, c!], 1],
    ['an entry is dropped and the rest counted anew', ([a, , c]) => [a!, { ...c!, seq: 2 }], 1],
    ['two entries change places', ([a, b, c]) => [a!, { ...c!, seq: 2 }, { ...b!, seq: 3 }], 1],
    ['an entry is put in', ([a, b, c]) => [a!, nextEntry(CASE_NUMBER, a!, 1_500, []), { ...b!, seq: 3 }, c!], 2],
  ])('breaks where %s', (_, change, place) => {
    expect(brokenAt(change(chain()))).toBe(place);
  });

  it('is not the same for parts that are cut elsewhere', () => {
    const entry = { caseNumber: 'a', seq: 1, at: 2, events: '[]' };
    expect(hashOf({ ...entry, seq: 11, at: 2 }, '')).not.toBe(hashOf({ ...entry, seq: 1, at: 12 }, ''));
  });

  it('holds its events in one canonical text, and no line feed', () => {
    const reason = '换行\n和"引号"';
    const { events } = nextEntry(CASE_NUMBER, NO_LEDGER, 1, [{ event: 'WITHDRAWN', reason, by: 'clerk' }]);
    expect(events).toBe(String.raw`[{"by":"clerk","event":"WITHDRAWN","reason":"换行\n和\"引号\""}]`);
    expect(events).not.toContain('\n');
  });
});

describe('what a step enters', () => {
  const before = caseView({ prechecks: [precheck('business', { faults: null }), precheck('tax')], documents: [] });
  /** The events of the changes of one step. */
  const entered = (...changes: readonly Change[]) => eventsOf(before, changes, changed(before, changes, 5));
  const fault = { item: 'license', path: 'address', code: 'X', message: '申请人张三的住所不清' } as const;
  const seal = Buffer.from('DER').toString('base64');

  it('of a check names the faults found, and repeats none of their words', () => {
    expect(entered({ of: 'PRECHECK', department: 'business', to: { faults: [fault] } })).toEqual([
      { event: 'PRECHECKED', department: 'business', faults: [{ item: 'license', path: 'address', code: 'X' }] },
      { event: 'CASE', state: 'CORRECTION_NOTICED', acceptedOn: null },
    ]);
  });

  it('tells the state of the case and its day of acceptance when they change, and only then', () => {
    const accepted = { event: 'CASE', state: 'ACCEPTED', acceptedOn: '1970-01-01' };
    expect(entered({ of: 'PRECHECK', department: 'business', to: { faults: [] } }).at(-1)).toEqual(accepted);
    const retry = { tries: 4, at: 9 };
    expect(entered({ of: 'PRECHECK', department: 'business', to: { retry } })).toEqual([
      { event: 'PRECHECK_AGAIN', department: 'business', tries: 4 },
    ]);
  });

  it('tells of silence that it counts as acceptance', () => {
    expect(entered({ of: 'PRECHECK', department: 'business', to: { silent: true } })).toEqual([
      { event: 'SILENCE_COUNTS', department: 'business' },
      { event: 'CASE', state: 'DEEMED_ACCEPTED', acceptedOn: '1970-01-01' },
    ]);
  });

  it('tells of an item what it is afterwards, the ids of its operations too', () => {
    const to = {
      state: 'SENT',
      operationId: 'o',
      attempts: 1,
      retry: { tries: 2, at: 7 },
      waits: 'CONNECTION',
    } as const;
    expect(entered({ of: 'ITEM', item: 'name', to })[0]).toEqual({
      event: 'ITEM',
      item: 'name',
      state: 'SENT',
      operationId: 'o',
      revocationId: null,
      attempts: 1,
      tries: 2,
      waits: 'CONNECTION',
    });
  });

  it('of a document and a slip holds the hashes of what is sealed, and nothing of what they say', () => {
    const document = grantOf('license', { record: '{"holder":"x"}', seal });
    const slip = {
      id: 's',
      caseNumber: CASE_NUMBER,
      kind: 'ACCEPTANCE',
      number: 'n',
      issuedAt: 5,
      record: 'r',
      seal,
      ...UNSTAMPED,
    } as const;
    const sealSha256 = sha256('DER');
    expect(entered({ of: 'DOCUMENT', document }, { of: 'SLIP', slip })).toEqual([
      {
        event: 'DOCUMENT',
        id: document.id,
        item: 'license',
        outcome: 'GRANTED',
        operationId: document.operationId,
        recordSha256: sha256('{"holder":"x"}'),
        sealSha256,
      },
      { event: 'SLIP', id: 's', kind: 'ACCEPTANCE', number: 'n', recordSha256: sha256('r'), sealSha256 },
    ]);
    const unsealed = entered({ of: 'DOCUMENT', document: { ...document, seal: null } });
    expect(unsealed).toMatchObject([{ sealSha256: null }]);
  });

  it('tells who did what for the applicant, and nothing of the application', () => {
    const application = checkedApplication();
    const resubmission = {
      requestId: 'r',
      application,
      duplicateFingerprint: 'd',
      changed: ['address'],
      at: 5,
      by: 'c',
    };
    const repair = { id: 'x', item: 'license', verb: 'RETRY', reason: 'y', proposedBy: 'a', approvedBy: 'b' } as const;
    const events = entered(
      { of: 'APPLICATION', resubmission },
      { of: 'WITHDRAWAL', withdrawal: { at: 5, by: 'clerk', reason: '不办了' } },
      { of: 'REPAIR', repair: { ...repair, proposedAt: 1, approvedAt: 2 } },
      { of: 'DOCUMENT_STATUS', id: 'd', status: 'REVOKED' },
      { of: 'NOTE', note: { note: 'CARD', level: 'RED', ground: 'REVOCATION_FAILED', item: 'license' } },
    );
    expect(events).toEqual([
      { event: 'RESUBMITTED', requestId: 'r', by: 'c', changed: ['address'] },
      { event: 'WITHDRAWN', by: 'clerk', reason: '不办了' },
      { event: 'REPAIR', ...repair },
      { event: 'DOCUMENT_STATUS', id: 'd', status: 'REVOKED' },
      { event: 'NOTE', note: 'CARD', level: 'RED', ground: 'REVOCATION_FAILED', item: 'license' },
      { event: 'CASE', state: 'IN_REVIEW', acceptedOn: null },
    ]);
    const text = JSON.stringify(events);
    for (const secret of [application.address, ...application.founders.map(({ name }) => name)]) {
      expect(text).not.toContain(secret);
    }
  });

  it('is nothing for an item that the case does not have', () => {
    const alien = { of: 'ITEM', item: 'code-confirmation', to: { state: 'SENT' } } as const;
    expect(entered(alien)).toEqual([]);
    expect(before.items).not.toContainEqual(caseItem('code-confirmation'));
  });
});
