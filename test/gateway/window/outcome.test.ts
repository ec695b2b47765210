import { afterAll, describe, expect, it } from '@jest/globals';
import { withTimeStamp } from '../../../certs/cms.ts';
import { canonicalize, type JsonValue } from '../../../certs/jcs.ts';
import { type Disclosure, writeDisclosures } from '../../../certs/leaves.ts';
import type { CaseItem, Change } from '../../../gateway/window/case.ts';
import {
  type Asked,
  askedOf,
  backOff,
  changesOf,
  faultOf,
  type OutcomeTools,
  unanswered,
} from '../../../gateway/window/outcome.ts';
import type { ItemOutcome } from '../../../subgraphs/generated/contract.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { NOW, world } from '../../certs/fixture.ts';
import { CASE_NUMBER, caseItem, caseView, grantOf } from '../../fixtures/case.ts';
import { coveredRecord, saltOf } from '../../fixtures/covered.ts';
import { stamperOf } from '../../fixtures/stampers.ts';

const keys = world(sealHolders());
/** Another installation, with departments of the same names. */
const elsewhere = world(sealHolders());
afterAll(() => {
  keys.remove();
  elsewhere.remove();
});

const USCC = '91371002PDY00001XJ';
const OPERATION = `${CASE_NUMBER}/national-tax/1`;
const tools: OutcomeTools = { trust: keys.trust, now: NOW, newId: () => 'f'.repeat(32), random: () => 1 };

const sent = caseItem('national-tax', { state: 'SENT', operationId: OPERATION, attempts: 1 });
const asked: Asked = {
  caseNumber: CASE_NUMBER,
  item: sent,
  operationId: OPERATION,
  uscc: USCC,
  application: caseView().application,
  grant: undefined,
};

const RECORD = {
  format: 'one-window/record/1',
  department: 'tax',
  item: 'national-tax',
  caseNumber: CASE_NUMBER,
  operationId: OPERATION,
  decidedOn: '2025-06-30',
  outcome: 'GRANTED',
  kind: 'NATIONAL_TAX',
  number: '371002PDY00001X',
  holder: '威海市环翠区试样软件有限公司',
  uscc: USCC,
  version: 1,
  content: {},
};
type Fields = Readonly<Record<string, JsonValue>>;
type Typename = NonNullable<ItemOutcome['__typename']>;

const textOf = (changes: Fields = {}): string => canonicalize({ ...RECORD, ...changes });
/** A record with the seal of a department over it. */
function sealed(changes: Fields = {}, by = 'tax', at = keys) {
  const record = textOf(changes);
  const seal = Buffer.from(at.party(by).seal(Buffer.from(record), NOW)).toString('base64');
  return { record, seal };
}
/** The seal of a department that had it stamped itself. */
const STAMPED = await stamped(sealed());
async function stamped({ record, seal }: ReturnType<typeof sealed>): Promise<ReturnType<typeof sealed>> {
  const bare = Buffer.from(seal, 'base64');
  const [stamp] = await stamperOf(keys.dir, () => NOW).stamp([bare]);
  return { record, seal: Buffer.from(withTimeStamp(bare, stamp!.token)).toString('base64') };
}
const answer = (type: Typename, document: { record: string; seal: string | null }): ItemOutcome =>
  ({ __typename: type, document }) as ItemOutcome;

const REFUSAL = { outcome: 'REFUSED', kind: 'REFUSAL', ground: '欠税', article: 'art. 15' };
const CORRECTION = {
  outcome: 'CORRECTION_ASKED',
  kind: 'CORRECTION',
  faults: [{ path: 'address', code: 'UNCLEAR', message: '不清 / unclear' }],
};
const itemIn = (changes: readonly Change[]): Partial<CaseItem> => {
  const [first] = changes;
  if (first?.of !== 'ITEM') throw new Error('an item changes first');
  return first.to;
};

describe('a definite answer', () => {
  it('that grants becomes a document, byte for byte as it was sealed', () => {
    const document = sealed();
    expect(changesOf(asked, answer('Granted', document), tools)).toEqual([
      {
        of: 'ITEM',
        item: 'national-tax',
        to: expect.objectContaining({ state: 'GRANTED', waits: null, retry: { tries: 0, at: null } }),
      },
      {
        of: 'DOCUMENT',
        document: expect.objectContaining({
          id: 'f'.repeat(32),
          kind: 'NATIONAL_TAX',
          number: RECORD.number,
          uscc: USCC,
          ...document,
        }),
      },
    ]);
  });

  it('that refuses keeps the ground and the article', () => {
    const changes = changesOf(asked, answer('Refused', sealed(REFUSAL)), tools);
    expect(itemIn(changes)).toMatchObject({ state: 'REFUSED', refusal: { ground: '欠税', article: 'art. 15' } });
    expect(changes).toHaveLength(2);
  });

  it('that asks for a correction waits for the applicant, with the faults', () => {
    const changes = changesOf(asked, answer('CorrectionAsked', sealed(CORRECTION)), tools);
    expect(itemIn(changes)).toMatchObject({ state: 'WAITING_INPUT', faults: CORRECTION.faults });
  });

  it('without a seal counts for a reserved name, which no paper shows', () => {
    const name = caseItem('name', { state: 'SENT', operationId: OPERATION });
    const record = textOf({ department: 'business', item: 'name', kind: 'NAME_RESERVATION', uscc: null });
    const granted = answer('Granted', { record, seal: null });
    const changes = changesOf({ ...asked, item: name, uscc: null }, granted, tools);
    expect(itemIn(changes)).toMatchObject({ state: 'GRANTED' });
    expect(changes[1]).toMatchObject({ of: 'DOCUMENT', document: { seal: null, record } });
  });

  it('without a seal is no answer when a reserved name is refused', () => {
    const name = caseItem('name', { state: 'SENT', operationId: OPERATION });
    const record = textOf({ ...REFUSAL, department: 'business', item: 'name' });
    const changes = changesOf({ ...asked, item: name }, answer('Refused', { record, seal: null }), tools);
    expect(itemIn(changes)).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: 'SEAL_MISSING' });
  });
});

describe('an answer whose record names persons in leaves', () => {
  const persons = coveredRecord({ name: '甲子某', other: '乙丑某' }, { ...RECORD, format: 'one-window/record/2' });
  const record = Buffer.from(persons.record).toString();
  const seal = Buffer.from(keys.party('tax').seal(persons.record, NOW)).toString('base64');
  const whole = Buffer.from(persons.disclosures).toString();
  const granted = (disclosures: string | null | undefined, of = { record, seal }): ItemOutcome =>
    ({ __typename: 'Granted', document: { ...of, ...(disclosures !== undefined && { disclosures }) } }) as ItemOutcome;
  const others = (change: (leaves: Map<string, Disclosure>) => void, of: Uint8Array = persons.record): string => {
    const leaves = new Map(persons.leaves);
    change(leaves);
    return Buffer.from(writeDisclosures(of, leaves)!).toString();
  };

  it('becomes a document with all that is disclosed of them', () => {
    const changes = changesOf(asked, granted(whole), tools);
    expect(changes[1]).toMatchObject({ of: 'DOCUMENT', document: { record, seal, disclosures: whole } });
  });

  it.each<[string, string, ItemOutcome]>([
    ['nothing is disclosed of them', 'DISCLOSURES_INCOMPLETE', granted(null)],
    ['nothing is said of it', 'DISCLOSURES_INCOMPLETE', granted(undefined)],
    ['one is struck out already', 'DISCLOSURES_INCOMPLETE', granted(others(leaves => leaves.delete('content.name')))],
    [
      'a value is another',
      'LEAF_DIFFERS',
      granted(others(leaves => leaves.set('content.name', { salt: saltOf(0), value: 'x' }))),
    ],
    [
      'something more is disclosed',
      'DISCLOSURE_WITHOUT_LEAF',
      granted(others(leaves => leaves.set('content.x', { salt: saltOf(0), value: 'x' }))),
    ],
    ['they are of another record', 'DISCLOSURES_OF_ANOTHER_RECORD', granted(others(() => {}, Buffer.from(textOf())))],
    ['they are none', 'DISCLOSURES_MALFORMED', granted('{}')],
    [
      'there are no leaves for them',
      'DISCLOSURE_WITHOUT_LEAF',
      granted(
        others(() => {}, Buffer.from(textOf())),
        sealed(),
      ),
    ],
  ])('is refused like a wrong seal when %s (%s)', (_, reason, outcome) => {
    expect(itemIn(changesOf(asked, outcome, tools))).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: reason });
    expect(changesOf(asked, outcome, tools)).toHaveLength(1);
    expect(faultOf(asked, outcome, tools)).toBe(reason);
  });

  it('is refused when nothing is sealed and something is disclosed', () => {
    const name = caseItem('name', { state: 'SENT', operationId: OPERATION });
    const unsealed = textOf({ department: 'business', item: 'name', kind: 'NAME_RESERVATION', uscc: null });
    const outcome = granted(whole, { record: unsealed, seal: null as unknown as string });
    expect(itemIn(changesOf({ ...asked, item: name, uscc: null }, outcome, tools))).toMatchObject({
      waits: 'DISCLOSURES_OF_ANOTHER_RECORD',
    });
  });
});

describe('an answer that does not count', () => {
  const forged = () => sealed({}, 'tax', elsewhere);
  const { record: good, seal: goodSeal } = sealed();

  const STRANGE: readonly [string, string, ItemOutcome][] = [
    ['has a forged seal', 'SEAL_ISSUER_ABSENT', answer('Granted', forged())],
    [
      'has the seal of another record',
      'SEAL_MESSAGE_DIGEST_DIFFERS',
      answer('Granted', { record: textOf({ number: '1' }), seal: goodSeal }),
    ],
    ['has no seal where one is due', 'SEAL_MISSING', answer('Granted', { record: good, seal: null })],
    ['has no DER for a seal', 'SEAL_', answer('Granted', { record: good, seal: 'bm90IERFUg==' })],
    ['has an empty seal', 'SEAL_', answer('Granted', { record: good, seal: '' })],
    ['has a time stamp in its seal already', 'SEAL_STAMPED_ALREADY', answer('Granted', STAMPED)],
    ['has another department’s seal', 'SEAL_', answer('Granted', sealed({ department: 'business' }, 'business'))],
    [
      'was sealed by a department that names this one',
      'SEAL_RECORD_DEPARTMENT_DIFFERS',
      answer('Granted', sealed({}, 'business')),
    ],
    ['is about another operation', 'RECORD_OF_ANOTHER_OPERATION', answer('Granted', sealed({ operationId: 'x' }))],
    ['is about another case', 'RECORD_OF_ANOTHER_OPERATION', answer('Granted', sealed({ caseNumber: 'x' }))],
    ['is about another item', 'RECORD_OF_ANOTHER_OPERATION', answer('Granted', sealed({ item: 'local-tax' }))],
    ['certifies something else', 'CERTIFICATE_OF_ANOTHER_KIND', answer('Granted', sealed({ kind: 'LOCAL_TAX' }))],
    [
      'certifies another enterprise',
      'CERTIFICATE_OF_ANOTHER_ENTERPRISE',
      answer('Granted', sealed({ uscc: '91330782PDY00001XM' })),
    ],
    ['says granted over a sealed refusal', 'RECORD_OF_ANOTHER_OUTCOME', answer('Granted', sealed(REFUSAL))],
    ['says refused over a sealed grant', 'RECORD_OF_ANOTHER_OUTCOME', answer('Refused', sealed())],
    ['has a record of another format', 'RECORD_MALFORMED', answer('Granted', sealed({ format: 'x' }))],
    ['has no number', 'RECORD_MALFORMED', answer('Granted', sealed({ number: '' }))],
    ['has NUL in its number', 'RECORD_MALFORMED', answer('Granted', sealed({ number: 'a\u0000' }))],
    ['has a code that is none', 'RECORD_MALFORMED', answer('Granted', sealed({ uscc: '91371002PDY00001X0' }))],
    ['has an object for a code', 'RECORD_MALFORMED', answer('Granted', sealed({ uscc: {} }))],
    ['has half a version', 'RECORD_MALFORMED', answer('Granted', sealed({ version: 1.5 }))],
    ['was decided on no day', 'RECORD_MALFORMED', answer('Granted', sealed({ decidedOn: 'today' }))],
    [
      'asks for a correction of nothing',
      'RECORD_MALFORMED',
      answer('CorrectionAsked', sealed({ ...CORRECTION, faults: [] })),
    ],
    [
      'asks for a correction in another form',
      'RECORD_MALFORMED',
      answer('CorrectionAsked', sealed({ ...CORRECTION, faults: [null] })),
    ],
    [
      'revokes what was only filed',
      'RECORD_OF_ANOTHER_OUTCOME',
      answer('Revoked', sealed({ outcome: 'REVOKED', kind: 'REVOCATION', revokes: OPERATION, ground: 'x' })),
    ],
    ['is of an unknown kind', 'OUTCOME_MALFORMED', { __typename: 'Blessed' } as unknown as ItemOutcome],
    [
      'is a provisional grant with a forged seal',
      'SEAL_ISSUER_ABSENT',
      { ...answer('GrantedProvisionally', forged()), awaits: 'x' } as ItemOutcome,
    ],
  ];

  it.each(STRANGE)('because it %s is never shown, and the department is asked again (%s)', (_, reason, outcome) => {
    const changes = changesOf(asked, outcome, tools);
    expect(changes).toHaveLength(1);
    expect(itemIn(changes)).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      waits: expect.stringContaining(reason),
      retry: { tries: 1, at: NOW.getTime() + 250 },
    });
  });

  it('leaves a pending item pending, and asks later each time', () => {
    const item = { ...sent, state: 'PENDING_HUMAN', retry: { tries: 3, at: 0 } } as const;
    expect(itemIn(changesOf({ ...asked, item }, answer('Granted', forged()), tools))).toMatchObject({
      state: 'PENDING_HUMAN',
      retry: { tries: 4, at: NOW.getTime() + 2_000 },
    });
  });

  it('without a seal must be canonical too, or it could be read in two ways', () => {
    const name = caseItem('name', { state: 'SENT', operationId: OPERATION });
    const record = JSON.stringify({ ...RECORD, department: 'business', item: 'name', uscc: null });
    const changes = changesOf({ ...asked, item: name, uscc: null }, answer('Granted', { record, seal: null }), tools);
    expect(itemIn(changes)).toMatchObject({ waits: 'RECORD_MALFORMED' });
  });
});

describe('what is waited for of an item', () => {
  const USCC_GRANT = grantOf('license', { uscc: USCC });
  const asks = (item: CaseItem, documents = [USCC_GRANT]) => askedOf(caseView({ items: [item], documents }), item.item);

  it('is nothing while none of its operations is open', () => {
    expect(asks(caseItem('national-tax'))).toEqual([]);
    const delivered = caseItem('seal-filing', { state: 'COMPENSATING', operationId: 'f', revocationId: null });
    expect(asks(delivered)).toEqual([]);
  });

  it('is the filing, for the enterprise that the license has named', () => {
    expect(asks(sent)).toEqual([{ ...asked, grant: undefined }]);
    expect(asks(sent, [{ ...USCC_GRANT, status: 'REVOKED' }])[0]?.uscc).toBeNull();
  });

  it('is of no code where the item comes before the license, which may have been granted since', () => {
    const name = caseItem('name', { state: 'GRANTED', operationId: OPERATION });
    expect(asks(name)[0]?.uscc).toBeNull();
  });

  it('is the revocation of what was granted, once it is being taken back', () => {
    const grant = grantOf('national-tax', { uscc: USCC });
    const item = { ...sent, state: 'COMPENSATING', revocationId: 'r' } as const;
    expect(asks(item, [USCC_GRANT, grant])).toEqual([{ ...asked, item, operationId: 'r', grant }]);
  });
});

describe('an answer that is not definite', () => {
  const reserving = caseItem('name', { state: 'SENT', operationId: OPERATION });

  it.each([
    ['every minute where nobody calls back', reserving, 60_000],
    ['every quarter of an hour where the department calls back itself', sent, 900_000],
  ])('waits for the person who decides, and asks %s', (_, item, delayMs) => {
    const [change] = changesOf({ ...asked, item }, { __typename: 'Pending', reference: 'T-17' }, tools);
    expect(change).toMatchObject({
      of: 'ITEM',
      to: { state: 'PENDING_HUMAN', waits: 'T-17', retry: { tries: 0, at: NOW.getTime() + delayMs } },
    });
  });

  it('waits for the person as long again as it has waited, from a minute to four hours, whatever failed in between', () => {
    const pause = (minutes: number, tries: number): number => {
      const since = NOW.getTime() - minutes * 60_000;
      const item = { ...reserving, state: 'PENDING_HUMAN', since, retry: { tries, at: 0 } } as const;
      const to = itemIn(changesOf({ ...asked, item }, { __typename: 'Pending', reference: 'T-17' }, tools));
      expect(to).toMatchObject({ since, retry: { tries: 0 } });
      return ((to.retry?.at ?? 0) - NOW.getTime()) / 60_000;
    };
    const waited = [0, 1, 5, 60, 240, 9_999];
    expect(waited.map(minutes => pause(minutes, 0))).toEqual([1, 1, 5, 60, 240, 240]);
    expect(waited.map(minutes => pause(minutes, 30))).toEqual([1, 1, 5, 60, 240, 240]);
  });

  it('keeps what a person has said while the department can not be reached', () => {
    const item = { ...reserving, state: 'PENDING_HUMAN', waits: 'T-17' } as const;
    expect(itemIn(unanswered({ ...asked, item }, 'TIMEOUT', tools))).toMatchObject({
      state: 'PENDING_HUMAN',
      waits: 'T-17',
    });
  });

  it('has its words starred where they name an applicant', () => {
    const said = { __typename: 'Pending', reference: '甲子某 371002189503070019' } as const;
    expect(itemIn(changesOf(asked, said, tools)).waits).toBe('＊ ＊');
  });

  it('takes a provisional grant that is sealed, and keeps no document of it', () => {
    const outcome = { ...answer('GrantedProvisionally', sealed()), awaits: '备案' } as ItemOutcome;
    const changes = changesOf(asked, outcome, tools);
    expect(changes).toHaveLength(1);
    expect(itemIn(changes)).toMatchObject({ state: 'GRANTED_PROVISIONAL', waits: '备案' });
  });

  it('sends again, under the same id, what the department has never seen', () => {
    const item = { ...sent, state: 'OUTCOME_UNKNOWN', retry: { tries: 2, at: 5 } } as const;
    const [change] = changesOf({ ...asked, item }, { __typename: 'Unknown', reason: 'NOT_SEEN' }, tools);
    expect(change).toEqual({
      of: 'ITEM',
      item: 'national-tax',
      to: { state: 'QUEUED', retry: { tries: 2, at: null } },
    });
  });

  it('sends again what a person was to decide and the department knows nothing of', () => {
    const item = { ...sent, state: 'PENDING_HUMAN', retry: { tries: 2, at: 5 } } as const;
    const [change] = changesOf({ ...asked, item }, { __typename: 'Unknown', reason: 'UNFINISHED' }, tools);
    expect(change).toMatchObject({ to: { state: 'QUEUED', retry: { tries: 2, at: null } } });
  });

  it('leaves what was delivered as it is when the department knows nothing of it: that can not be sent again', () => {
    const item = { ...sent, state: 'GRANTED_PROVISIONAL' } as const;
    const to = itemIn(changesOf({ ...asked, item }, { __typename: 'Unknown', reason: 'NOT_SEEN' }, tools));
    expect(to).toMatchObject({ state: 'GRANTED_PROVISIONAL', retry: { tries: 1 } });
  });

  it('asks later what a department could not decide on filing', () => {
    expect(itemIn(changesOf(asked, { __typename: 'Unknown', reason: 'REGISTER_UNAVAILABLE' }, tools))).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      waits: 'REGISTER_UNAVAILABLE',
    });
  });
});

describe('the end of a provisional grant', () => {
  const item = { ...sent, state: 'GRANTED_PROVISIONAL' } as const;
  const delivered: Asked = { ...asked, item };

  it('is a grant when the last office agrees', () => {
    expect(itemIn(changesOf(delivered, answer('Granted', sealed()), tools))).toMatchObject({ state: 'GRANTED' });
  });

  it('is to be taken back when it is refused, by a person: nothing is sent', () => {
    const changes = changesOf(delivered, answer('Refused', sealed(REFUSAL)), tools);
    expect(itemIn(changes)).toMatchObject({ state: 'COMPENSATING', refusal: { ground: '欠税', article: 'art. 15' } });
    expect(itemIn(changes)).not.toHaveProperty('revocationId');
    expect(changes[1]).toMatchObject({ of: 'DOCUMENT', document: { outcome: 'REFUSED' } });
  });

  it('is not here as long as it is said to be provisional, and is asked for later each time', () => {
    const since = NOW.getTime() - 3_600_000;
    const again = { ...answer('GrantedProvisionally', sealed()), awaits: '备案' } as ItemOutcome;
    const to = itemIn(changesOf({ ...delivered, item: { ...item, since } }, again, tools));
    expect(to).toMatchObject({ state: 'GRANTED_PROVISIONAL', retry: { tries: 0, at: NOW.getTime() + 3_600_000 } });
  });

  it('does not forget the delivery when the department says that a person decides, or asks for a correction', () => {
    const pending = { __typename: 'Pending', reference: 'T-17' } as const;
    expect(itemIn(changesOf(delivered, pending, tools))).toMatchObject({ state: 'GRANTED_PROVISIONAL', waits: 'T-17' });
    const fault = { path: 'address', code: 'X', message: 'x' };
    const correction = answer(
      'CorrectionAsked',
      sealed({ outcome: 'CORRECTION_ASKED', kind: 'CORRECTION', faults: [fault] }),
    );
    const changes = changesOf(delivered, correction, tools);
    expect(changes).toHaveLength(1);
    expect(itemIn(changes)).toMatchObject({ state: 'GRANTED_PROVISIONAL', retry: { tries: 1 } });
  });
});

describe('an answer to a revocation', () => {
  const grant = { id: 'a'.repeat(32), operationId: OPERATION } as NonNullable<Asked['grant']>;
  const REVOKING = `${CASE_NUMBER}/national-tax/revoke-1`;
  const item = caseItem('national-tax', { state: 'COMPENSATING', operationId: OPERATION, revocationId: REVOKING });
  const revoking: Asked = { ...asked, item, operationId: REVOKING, grant };
  const revocation = { outcome: 'REVOKED', kind: 'REVOCATION', operationId: REVOKING, ground: 'x', revokes: OPERATION };

  it('marks the certificate revoked and keeps the sealed revocation', () => {
    const changes = changesOf(revoking, answer('Revoked', sealed(revocation)), tools);
    expect(itemIn(changes)).toMatchObject({ state: 'COMPENSATED' });
    expect(changes.slice(1)).toEqual([
      { of: 'DOCUMENT', document: expect.objectContaining({ kind: 'REVOCATION', operationId: REVOKING }) },
      { of: 'DOCUMENT_STATUS', id: grant.id, status: 'REVOKED' },
    ]);
  });

  it.each([
    [
      'revokes another grant',
      'REVOCATION_OF_ANOTHER_GRANT',
      answer('Revoked', sealed({ ...revocation, revokes: 'x' })),
    ],
    ['refuses', 'RECORD_OF_ANOTHER_OUTCOME', answer('Refused', sealed({ ...REFUSAL, operationId: REVOKING }))],
    ['grants', 'RECORD_OF_ANOTHER_OUTCOME', answer('Granted', sealed({ operationId: REVOKING }))],
    ['knows of nothing', 'NOT_SEEN', { __typename: 'Unknown', reason: 'NOT_SEEN' } as ItemOutcome],
  ])('leaves the grant to be taken back when it %s', (_, reason, outcome) => {
    const changes = changesOf(revoking, outcome, tools);
    expect(changes).toHaveLength(1);
    expect(itemIn(changes)).toMatchObject({ state: 'COMPENSATING', waits: reason });
  });

  it('that is pending is still a revocation, or its id would be filed', () => {
    expect(itemIn(changesOf(revoking, { __typename: 'Pending', reference: 'T-18' }, tools))).toMatchObject({
      state: 'COMPENSATING',
      waits: 'T-18',
    });
  });

  const failed = (tries: number) => unanswered({ ...revoking, item: { ...item, retry: { tries, at: 0 } } }, 'X', tools);

  it('that fails a second time is shown to the supervisor, red, and only once', () => {
    const card = {
      of: 'NOTE',
      note: { note: 'CARD', level: 'RED', ground: 'REVOCATION_FAILED', item: 'national-tax' },
    };
    expect([0, 1, 2, 3, 99].map(tries => failed(tries).slice(1))).toEqual([[], [card], [], [], []]);
    expect([0, 1, 99].map(tries => itemIn(failed(tries)).state)).toEqual(Array(3).fill('COMPENSATING'));
  });

  it('is tried again, later each time, as long as it takes', () => {
    expect(itemIn(failed(99)).retry).toEqual({ tries: 100, at: NOW.getTime() + 60_000 });
  });

  it('that a person was to decide has not failed: two failures after it are shown', () => {
    const retry = { tries: 1, at: 0 };
    const asking = { ...revoking, item: { ...item, retry } };
    const pending = itemIn(changesOf(asking, { __typename: 'Pending', reference: 'T-18' }, tools));
    expect(pending.retry?.at).toBeGreaterThan(NOW.getTime() + 60_000);
    expect(failed(pending.retry?.tries as number)).toHaveLength(1);
    expect(failed((pending.retry?.tries as number) + 1)).toHaveLength(2);
  });
});

describe('the pause before the next try', () => {
  it('doubles from a quarter of a second to a minute, and is up to a quarter shorter', () => {
    const pause = (tries: number, random: number): number =>
      (backOff({ tries, at: null }, { now: new Date(0), random: () => random }).at ?? 0) / 1_000;
    expect([0, 1, 2, 3, 7, 8, 9, 1_000_000].map(tries => pause(tries, 1))).toEqual([0.25, 0.5, 1, 2, 32, 60, 60, 60]);
    expect([pause(50, 0), pause(50, 1)]).toEqual([45, 60]);
  });

  it('follows when there was no answer at all', () => {
    expect(unanswered(asked, 'CONNECTION', tools)).toEqual([
      {
        of: 'ITEM',
        item: 'national-tax',
        to: { state: 'OUTCOME_UNKNOWN', waits: 'CONNECTION', retry: { tries: 1, at: NOW.getTime() + 250 } },
      },
    ]);
  });
});
