import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { canonicalize, type JsonValue } from '../../../certs/jcs.ts';
import { checkSeal } from '../../../certs/verify.ts';
import {
  type CaseItem,
  type CaseView,
  type Change,
  changed,
  type Precheck,
  type SealedOutcome,
  type Slip,
  UNSTAMPED,
} from '../../../gateway/window/case.ts';
import type { SlipKind } from '../../../gateway/window/generated/types.ts';
import { type SlipRecord, slipRecordIn } from '../../../gateway/window/slip-record.ts';
import { slipsFor } from '../../../gateway/window/slips.ts';
import { type DepartmentId, departmentIds, type ItemId } from '../../../subgraphs/catalogue.ts';
import { SLIP_KINDS, sealHolders } from '../../../subgraphs/holders.ts';
import { bytesOf, codes, faults, hasOpenssl, openssl, world } from '../../certs/fixture.ts';
import { CASE_NUMBER, caseItem, caseView, checkedApplication, precheck } from '../../fixtures/case.ts';

const AT = Date.parse('2026-03-02T01:00:00.250Z');
const w = world(sealHolders(), new Date(AT));
afterAll(() => w.remove());
const center = w.party('center');
let ids = 0;
const tools = { sealer: center.sealer, newId: () => (++ids).toString(16).padStart(32, '0') };

const APPLICATION = checkedApplication();
const CLEAN = departmentIds.map(department => precheck(department));
const unchecked = (department: DepartmentId): Precheck => precheck(department, { faults: null });

/** A case that was just taken in, unless told otherwise. */
const theCase = (changes: Partial<CaseView> = {}): CaseView =>
  caseView({ application: APPLICATION, openedAt: AT, receivedAt: AT, prechecks: CLEAN, ...changes });
const step = (before: CaseView, after: CaseView): Promise<readonly Slip[]> => slipsFor(before, after, AT, tools);
/** The slips that these changes bring. */
const slipsOf = (before: CaseView, ...changes: readonly Change[]) => step(before, changed(before, changes, AT));
const item = (id: ItemId, to: Partial<CaseItem>): Change => ({ of: 'ITEM', item: id, to });
const kinds = (slips: readonly Slip[]): readonly SlipKind[] => slips.map(({ kind }) => kind);

function recordOf<Kind extends SlipKind>(slips: readonly Slip[], kind: Kind): Extract<SlipRecord, { kind: Kind }> {
  const slip = slips.find(one => one.kind === kind);
  const record = slip && slipRecordIn(JSON.parse(slip.record));
  if (record?.kind !== kind) throw new Error(`no slip of kind ${kind} among ${kinds(slips).join()}`);
  return record as Extract<SlipRecord, { kind: Kind }>;
}

const FULL_NAME = '威海试样软件有限公司';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A department's sealed answer about an item of {@link theCase}. */
function document(of: CaseItem, outcome: SealedOutcome['outcome'], kind: string, number = ''): SealedOutcome {
  const record = canonicalize({ item: of.item, outcome, number });
  return {
    id: sha256(record).slice(0, 32),
    caseNumber: CASE_NUMBER,
    item: of.item,
    department: of.department,
    operationId: `${CASE_NUMBER}/${of.item}/${outcome}`,
    outcome,
    kind,
    number,
    holder: FULL_NAME,
    uscc: null,
    decidedOn: '2026-03-03',
    version: 1,
    status: 'VALID',
    record,
    seal: of.item === 'name' ? null : 'MAA=',
    disclosures: null,
    ...UNSTAMPED,
  };
}

const granted = (id: ItemId, number: string) => ({
  item: caseItem(id, { state: 'GRANTED' }),
  documents: [document(caseItem(id), 'GRANTED', id.toUpperCase(), number)],
});
const REFUSAL = { ground: '法定代表人甲子某（371002189503070019）受过处罚', article: '办法第八条' };
const refused = (id: ItemId) => ({
  item: caseItem(id, { state: 'REFUSED', refusal: REFUSAL }),
  documents: [document(caseItem(id), 'REFUSED', 'REFUSAL')],
});
const takenBack = (id: ItemId, number: string) => ({
  item: caseItem(id, { state: 'COMPENSATED', revocationId: 'x' }),
  documents: [
    ...granted(id, number).documents.map(one => ({ ...one, status: 'REVOKED' as const })),
    document(caseItem(id), 'REVOKED', 'REVOCATION', number),
  ],
});
const bare = (id: ItemId, state: CaseItem['state'], changes: Partial<CaseItem> = {}) => ({
  item: caseItem(id, { state, ...changes }),
  documents: [],
});

/** The slips of the step in which a case comes to this end. */
function ending(state: CaseView['state'], parts: readonly ReturnType<typeof bare | typeof granted>[], more = {}) {
  const items = parts.map(part => part.item);
  const documents = parts.flatMap(part => part.documents);
  const before = theCase({ state: 'IN_REVIEW', acceptedOn: '2026-03-02', items, documents, ...more });
  return step(before, { ...before, state });
}

describe('an acceptance notice 受理通知书', () => {
  const head = { seq: 1, hash: sha256('the first entry') };
  const open = theCase({ prechecks: [...CLEAN.slice(1), unchecked('business')], head });
  const answer: Change = { of: 'PRECHECK', department: 'business', to: { faults: [] } };

  it('is given in the step in which the last department finds nothing, and in no other', async () => {
    const slips = await slipsOf(open, answer);
    expect(kinds(slips)).toEqual(['ACCEPTANCE']);
    const accepted = changed(open, [answer], AT);
    expect(await slipsOf(accepted, item('name', { state: 'SENT' }))).toEqual([]);
  });

  it('says what was accepted, when, by when everything is promised, and where the ledger ended before it', async () => {
    expect(recordOf(await slipsOf(open, answer), 'ACCEPTANCE')).toEqual({
      format: 'one-window/slip/1',
      department: 'center',
      kind: 'ACCEPTANCE',
      ledger: head,
      number: `${CASE_NUMBER}/ACCEPTANCE/1`,
      caseNumber: CASE_NUMBER,
      issuedAt: '2026-03-02T01:00:00.250Z',
      regionCode: '371002',
      enterprise: `${APPLICATION.name.tradingName}软件有限公司`,
      basis: '行政许可法第三十二条',
      regime: { id: 'R2', version: 1, title: '一照三证' },
      items: expect.arrayContaining([
        { item: 'license', title: '营业执照', department: 'business', promisedWorkdays: 3 },
      ]),
      acceptedOn: '2026-03-02',
      bySilenceOf: [],
      dueOn: '2026-03-09',
      dueOnProvisional: false,
    });
  });

  it('names who was silent, and the day of receipt, when silence is acceptance', async () => {
    const receivedAt = Date.parse('2026-02-14T01:00:00.000Z');
    const silent: Change = { of: 'PRECHECK', department: 'business', to: { silent: true } };
    const record = recordOf(await slipsOf({ ...open, receivedAt }, silent), 'ACCEPTANCE');
    expect(record).toMatchObject({ acceptedOn: '2026-02-14', bySilenceOf: ['business'] });
  });

  it('says so when the holidays of the year of the promise are not announced', async () => {
    const at = Date.parse('2026-12-28T01:00:00.000Z');
    const record = recordOf(await slipsFor(open, changed(open, [answer], at), at, tools), 'ACCEPTANCE');
    expect(record).toMatchObject({ dueOn: '2027-01-04', dueOnProvisional: true });
  });

  it('is not given when the applicant withdraws what nobody has accepted', async () => {
    const withdrawal = { at: AT, by: 'clerk', reason: 'x' };
    expect(kinds(await slipsOf(open, { of: 'WITHDRAWAL', withdrawal }))).toEqual([]);
  });
});

describe('a one-time notice 一次性告知单', () => {
  const fault = (of: ItemId, path: string, code: string) => ({ item: of, path, code, message: `mend ${path}` });
  const answers: readonly Change[] = [
    { of: 'PRECHECK', department: 'business', to: { faults: [fault('license', 'materials.ADDRESS_PROOF', 'ABSENT')] } },
    {
      of: 'PRECHECK',
      department: 'tax',
      to: {
        faults: [fault('national-tax', 'founders.0.idNumber', 'A'), fault('local-tax', 'founders.0.idNumber', 'A')],
      },
    },
    { of: 'PRECHECK', department: 'seal', to: { faults: [fault('seal-filing', 'founders.0.idNumber', 'B')] } },
  ];
  const open = theCase({ prechecks: CLEAN.map(({ department }) => unchecked(department)) });
  const clean: Change = { of: 'PRECHECK', department: 'code', to: { faults: [] } };

  it('waits until all departments have looked, and is one for all of them', async () => {
    const almost = changed(open, answers, AT);
    expect(await step(open, almost)).toEqual([]);
    expect(kinds(await slipsOf(almost, clean))).toEqual(['ONE_TIME_NOTICE']);
  });

  it('has one entry for each field, with everybody who marks it', async () => {
    const { faults: told, stage, receivedOn } = recordOf(await slipsOf(open, ...answers, clean), 'ONE_TIME_NOTICE');
    expect([stage, receivedOn]).toEqual(['BEFORE_FILING', '2026-03-02']);
    expect(told.map(({ path, marks }) => [path, marks.map(({ item: of, code }) => `${of} ${code}`)])).toEqual([
      ['materials.ADDRESS_PROOF', ['license ABSENT']],
      ['founders.0.idNumber', ['national-tax A', 'local-tax A', 'seal-filing B']],
    ]);
    expect(told[0]?.marks[0]).toEqual({
      item: 'license',
      title: '营业执照',
      department: 'business',
      code: 'ABSENT',
      message: 'mend materials.ADDRESS_PROOF',
    });
  });

  it('is given once, and with the next number after a resubmission that has faults again', async () => {
    const noticed = changed(open, [...answers, clean], AT);
    const [first] = await step(open, noticed);
    if (!first) throw new Error('no notice');
    const told = changed(noticed, [{ of: 'SLIP', slip: first }], AT);
    expect(await step(told, { ...told, items: told.items.map(one => ({ ...one, since: AT })) })).toEqual([]);
    const resubmitted = changed(told, [{ of: 'PRECHECK', department: 'tax', to: { faults: null } }], AT + 1);
    const [second] = await slipsOf(resubmitted, answers[1]!);
    expect([first.number, second?.number]).toEqual([
      `${CASE_NUMBER}/ONE_TIME_NOTICE/1`,
      `${CASE_NUMBER}/ONE_TIME_NOTICE/2`,
    ]);
  });

  const inReview = theCase({
    state: 'IN_REVIEW',
    acceptedOn: '2026-03-02',
    items: [caseItem('name', { state: 'GRANTED' }), caseItem('license', { state: 'SENT' })],
  });
  const asked = item('license', { state: 'WAITING_INPUT', faults: [{ path: 'address', code: 'X', message: 'x' }] });

  it('tells what a department asks to correct while it decides, once', async () => {
    const record = recordOf(await slipsOf(inReview, asked), 'ONE_TIME_NOTICE');
    expect(record).toMatchObject({
      stage: 'AFTER_FILING',
      faults: [{ path: 'address', marks: [{ item: 'license', department: 'business', code: 'X', message: 'x' }] }],
    });
    expect(await slipsOf(changed(inReview, [asked], AT), item('name', { waits: 'x' }))).toEqual([]);
  });

  it('is not given for a case that was withdrawn', async () => {
    const withdrawn = { ...inReview, withdrawal: { at: AT, by: 'clerk', reason: 'x' } };
    expect(await slipsOf(withdrawn, asked)).toEqual([]);
  });
});

describe('the papers at the end of a case', () => {
  const CLOSED = [granted('name', 'N-1'), granted('license', 'L-1')];

  it.each<[CaseView['state'], string, readonly ReturnType<typeof bare | typeof granted>[], readonly SlipKind[]]>([
    ['CLOSED', 'everything is granted', CLOSED, ['DECISION', 'DELIVERY']],
    ['CLOSED', 'the license stays', [...CLOSED, refused('seal-filing')], ['DECISION', 'DELIVERY']],
    ['REFUSED', 'nothing was granted', [refused('name'), bare('license', 'SKIPPED')], ['DECISION']],
    ['REFUSED', 'only a name is given up', [takenBack('name', 'N-1'), refused('license')], ['DECISION']],
    [
      'REVOKED',
      'a license is taken back',
      [takenBack('license', 'L-1'), refused('national-tax')],
      ['DECISION', 'REVOCATION'],
    ],
    [
      'CLOSED',
      'a delivered seal is recalled and the license stays',
      [
        ...CLOSED,
        { ...refused('seal-filing'), item: caseItem('seal-filing', { state: 'COMPENSATED', refusal: REFUSAL }) },
      ],
      ['DECISION', 'DELIVERY', 'REVOCATION'],
    ],
    ['WITHDRAWN', 'nothing was filed', [bare('name', 'SKIPPED'), bare('license', 'SKIPPED')], ['DECISION']],
    ['WITHDRAWN', 'a license came too late', [takenBack('license', 'L-1')], ['DECISION', 'REVOCATION']],
  ])('are, for a case that is %s because %s: %#', async (state, _, parts, expected) => {
    expect(kinds(await ending(state, parts))).toEqual(expected);
  });

  it('are given once: a note on a case that is over brings none', async () => {
    const over = theCase({ state: 'CLOSED', items: CLOSED.map(part => part.item) });
    expect(await step(over, { ...over, repairs: [] })).toEqual([]);
  });

  it('decide item by item: what was granted, on which ground something was refused, what was never filed', async () => {
    const parts = [...CLOSED, refused('organization-code'), bare('national-tax', 'SKIPPED')];
    const record = recordOf(await ending('CLOSED', parts), 'DECISION');
    expect(record).toMatchObject({ outcome: 'CLOSED', enterprise: FULL_NAME, basis: '行政许可法第三十八条' });
    expect(record.remedies).toMatch(/行政复议/);
    expect(record.items).toEqual([
      expect.objectContaining({ item: 'name', decision: 'GRANTED', isSealed: false }),
      {
        item: 'license',
        title: '营业执照',
        department: 'business',
        decision: 'GRANTED',
        kind: 'LICENSE',
        number: 'L-1',
        decidedOn: '2026-03-03',
        recordSha256: sha256(CLOSED[1]!.documents[0]!.record),
        isSealed: true,
      },
      {
        item: 'organization-code',
        title: '组织机构代码证',
        department: 'code',
        decision: 'REFUSED',
        ground: '法定代表人＊（＊）受过处罚',
        article: '办法第八条',
        recordSha256: sha256(parts[2]!.documents[0]!.record),
      },
      { item: 'national-tax', title: '国税税务登记证', department: 'tax', decision: 'SKIPPED' },
    ]);
  });

  it('tell of no remedy where nothing was refused', async () => {
    expect(recordOf(await ending('CLOSED', CLOSED), 'DECISION').remedies).toBeNull();
  });

  it('are a receipt for the papers, which a reserved name is not', async () => {
    const record = recordOf(await ending('CLOSED', CLOSED), 'DELIVERY');
    expect(record).toMatchObject({ means: 'ELECTRONIC', deliveredAt: '2026-03-02T01:00:00.250Z' });
    expect(record.papers.map(({ item: of, number }) => `${of} ${number}`)).toEqual(['license L-1']);
  });

  it('say what was taken back, by whose revocation, and which refusal brought it about', async () => {
    const parts = [takenBack('name', 'N-1'), takenBack('license', 'L-1'), refused('seal-filing')];
    const record = recordOf(await ending('REVOKED', parts), 'REVOCATION');
    expect(record.cause).toBe('REFUSAL');
    expect(record.grounds).toEqual([expect.objectContaining({ item: 'seal-filing', article: '办法第八条' })]);
    expect(record.takenBack).toEqual([
      expect.objectContaining({ item: 'name' }),
      expect.objectContaining({
        item: 'license',
        grant: expect.objectContaining({ number: 'L-1', recordSha256: sha256(parts[1]!.documents[0]!.record) }),
        revocationSha256: sha256(parts[1]!.documents[1]!.record),
        refusal: null,
      }),
    ]);
  });

  it('name no ground where the applicant withdrew', async () => {
    const withdrawal = { at: AT, by: 'clerk', reason: 'x' };
    const record = recordOf(await ending('WITHDRAWN', [takenBack('license', 'L-1')], { withdrawal }), 'REVOCATION');
    expect(record).toMatchObject({ cause: 'WITHDRAWAL', grounds: [] });
  });

  it('are not sealed at all when the rows say granted and no department has', async () => {
    await expect(ending('CLOSED', [bare('license', 'GRANTED')])).rejects.toThrow(/no document for its item license/);
  });
});

const [acceptance] = await slipsOf(theCase({ prechecks: [unchecked('business')] }), {
  of: 'PRECHECK',
  department: 'business',
  to: { faults: [] },
});
if (!acceptance) throw new Error('no slip');

describe('a slip', () => {
  const record = Buffer.from(acceptance.record);
  const seal = Buffer.from(acceptance.seal, 'base64');
  const ask = (bytes: Uint8Array, p7s: Uint8Array) =>
    checkSeal({ record: bytes, seal: p7s, trust: w.trust, at: new Date(AT) });
  const verdictOn = (value: JsonValue, id: string) => {
    const bytes = bytesOf(value);
    const checked = ask(bytes, w.party(id).seal(bytes, new Date(AT)));
    return checked.ok ? [] : faults(checked.judgement);
  };
  const head = { format: 'one-window/slip/1', number: 'x/DECISION/1' };

  it('is sealed by the center over the very bytes of its canonical record', () => {
    const checked = ask(record, seal);
    if (!checked.ok) throw new Error(codes(checked.judgement).join());
    expect(checked.value.signer.department).toBe('center');
    expect(acceptance.id).toMatch(/^[0-9a-f]{32}$/);
    expect(acceptance).toMatchObject({ caseNumber: CASE_NUMBER, issuedAt: AT });
  });

  (hasOpenssl ? it : it.skip)('is accepted by openssl', () => {
    const args = 'cms -verify -binary -inform DER -in x.p7s -content x.json -CAfile root.pem -out out -attime';
    const files = { 'x.p7s': seal, 'x.json': record, 'root.pem': w.text('trust/root.pem') };
    expect(openssl([...args.split(' '), String(Math.floor(AT / 1000))], files)).toMatchObject({
      status: 0,
      output: expect.stringContaining('successful'),
    });
  });

  it('is of one of the kinds that the schema names', () => {
    const named: Readonly<Record<SlipKind, true>> = {
      ACCEPTANCE: true,
      ONE_TIME_NOTICE: true,
      DECISION: true,
      DELIVERY: true,
      REVOCATION: true,
    };
    expect(SLIP_KINDS).toEqual(Object.keys(named));
  });

  it.each(SLIP_KINDS)('of the kind %s is on the trust list for the center', kind => {
    expect(verdictOn({ ...head, department: 'center', kind }, 'center')).toEqual([]);
  });

  it.each(SLIP_KINDS)('of the kind %s is refused with the seal of a department', kind => {
    expect(verdictOn({ ...head, department: 'center', kind }, 'tax')).toContain('RECORD_DEPARTMENT_DIFFERS');
  });

  it.each(SLIP_KINDS)('of the kind %s that names a department is no slip, whoever has sealed it', kind => {
    expect(slipRecordIn({ ...head, department: 'tax', kind, caseNumber: 'x', issuedAt: 'x' })).toBeUndefined();
    if (kind !== 'REVOCATION') {
      expect(verdictOn({ ...head, department: 'tax', kind }, 'tax')).toEqual(['RECORD_KIND_NOT_ALLOWED']);
    }
  });

  it.each([
    ['center', ['RECORD_KIND_NOT_ALLOWED']],
    ['business', ['RECORD_DEPARTMENT_DIFFERS', 'RECORD_KIND_NOT_ALLOWED']],
  ])('has the seal that makes no certificate of %s valid', (department, expected) => {
    expect(verdictOn({ department, kind: 'BUSINESS_LICENSE' }, 'center')).toEqual(expected);
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [
      {
        format: 'one-window/record/1',
        department: 'center',
        kind: 'DECISION',
        number: '',
        caseNumber: '',
        issuedAt: '',
      },
    ],
    [{ format: 'one-window/slip/1', department: 'center', kind: 'DECISION', number: 1, caseNumber: '', issuedAt: '' }],
  ])('is not read out of %j', value => expect(slipRecordIn(value)).toBeUndefined());

  it('names no person and holds no identity number or telephone, whatever departments write', async () => {
    const [founder] = APPLICATION.founders;
    const { phone, name } = APPLICATION.legalRepresentative;
    const message = `${name} ${phone} ${founder?.idNumber} 11010519491231002X ${founder?.name}`;
    const faulty = [{ item: 'license' as const, path: 'founders.0.name', code: 'X', message }];
    const open = theCase({ prechecks: [unchecked('business')] });
    const [slip] = await slipsOf(open, { of: 'PRECHECK', department: 'business', to: { faults: faulty } });
    expect(slip?.record).toContain('"message":"＊ ＊ ＊ ＊ ＊"');
    const people = [APPLICATION.legalRepresentative, ...APPLICATION.founders];
    for (const secret of people.flatMap(person => [person.name, person.idNumber ?? '-'])) {
      if (secret !== '-') expect(slip?.record).not.toContain(secret);
    }
  });

  it('is sealed though a department writes half a character', async () => {
    const faulty = [{ item: 'license' as const, path: 'x\ud842', code: 'X\ud842', message: 'mend \ud842' }];
    const open = theCase({ prechecks: [unchecked('business')] });
    const slips = await slipsOf(open, { of: 'PRECHECK', department: 'business', to: { faults: faulty } });
    expect(recordOf(slips, 'ONE_TIME_NOTICE').faults).toMatchObject([
      { path: 'x\ufffd', marks: [{ code: 'X\ufffd', message: 'mend \ufffd' }] },
    ]);
  });

  it('leaves a code of 18 digits that is no identity number', async () => {
    const faulty = [{ item: 'license' as const, path: 'x', code: 'X', message: '911101080000000000 is taken' }];
    const open = theCase({ prechecks: [unchecked('business')] });
    const [slip] = await slipsOf(open, { of: 'PRECHECK', department: 'business', to: { faults: faulty } });
    expect(slip?.record).toContain('911101080000000000 is taken');
  });
});
