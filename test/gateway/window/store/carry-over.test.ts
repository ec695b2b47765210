import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import knexOf, { type Knex } from 'knex';
import { hashOf } from '../../../../certs/ledger-chain.ts';
import { entryOf } from '../../../../certs/log/entry.ts';
import { struckOutIn } from '../../../../gateway/window/disclosed.ts';
import { migrationSource } from '../../../../gateway/window/store/migrations.ts';
import { openStore } from '../../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../../gateway/window/store/secret.ts';
import type { Store } from '../../../../gateway/window/store.ts';
import { places, type TestPlace } from '../../../fixtures/database.ts';
import { logRowsIn } from '../../../fixtures/log-rows.ts';
import { OPENED_AT, opening } from '../../../fixtures/opening.ts';

const vault = openVault(randomBytes(32));
const { application } = opening();

/** The tables as one of their first versions made them. */
async function version(number: number, { place }: TestPlace): Promise<Knex> {
  const knex = knexOf(
    'file' in place
      ? { client: 'better-sqlite3', connection: { filename: place.file }, useNullAsDefault: true }
      : { client: 'pg', connection: place.url },
  );
  await knex.migrate.latest({ migrationSource: migrationSource(number) });
  return knex;
}

const caseRow = (number: string, changes: object = {}) => ({
  number,
  request_id: `request of ${number}`,
  request_fingerprint: 'r',
  duplicate_fingerprint: number,
  regime: 'R2',
  regime_version: 1,
  region_code: '371002',
  application: vault.lock(JSON.stringify(application)),
  policy: 'KEEP_GRANTED',
  state: 'IN_REVIEW',
  accepted_on: '2026-03-02',
  opened_at: OPENED_AT,
  wake_at: null,
  ...changes,
});
const itemRow = (number: string, item: string, changes: object = {}) => ({
  case_number: number,
  item,
  department: 'business',
  state: 'GRANTED',
  operation_id: `${number}/${item}/1`,
  attempts: 1,
  tries: 0,
  retry_at: null,
  waits: null,
  faults: '[]',
  refusal: null,
  since: OPENED_AT,
  sent_at: OPENED_AT,
  outcome_at: OPENED_AT,
  ...changes,
});
const checkRow = (number: string, department: string, changes: object = {}) => ({
  case_number: number,
  department,
  faults: '[]',
  tries: 0,
  retry_at: null,
  ...changes,
});

describe.each(places)('cases of the first form in %s', (_, make) => {
  let at: TestPlace;
  let store: Store | undefined;
  beforeEach(async () => {
    at = await make();
    store = undefined;
  });
  afterEach(async () => {
    await store?.close();
    await at.remove();
  });

  async function carriedOver(rows: Readonly<Record<string, readonly object[]>>): Promise<Store> {
    const knex = await version(1, at);
    for (const [table, some] of Object.entries(rows)) await knex.batchInsert(table, [...some], 50);
    await knex.destroy();
    store = await openStore(at.place, vault, defect => {
      throw defect;
    });
    return store;
  }

  it('are carried over with what was found, granted and taken back', async () => {
    const fault = { item: 'license', path: 'address', code: 'X', message: '丙' };
    const carried = await carriedOver({
      case: [caseRow('a')],
      item: [
        itemRow('a', 'name', { state: 'COMPENSATED', operation_id: 'a/name/revoke-2', attempts: 2 }),
        itemRow('a', 'license', { state: 'COMPENSATING', operation_id: 'a/license/revoke-1' }),
        itemRow('a', 'organization-code', { state: 'REFUSED', refusal: '{"ground":"g","article":"a"}' }),
        itemRow('a', 'national-tax', { state: 'QUEUED', operation_id: null, attempts: 0, sent_at: null }),
      ],
      precheck: [
        checkRow('a', 'business', { faults: JSON.stringify([fault]) }),
        checkRow('a', 'tax', { faults: null, tries: 3, retry_at: OPENED_AT + 7 }),
      ],
    });
    const [view] = await carried.load(['a']);
    expect(view).toMatchObject({
      number: 'a',
      application,
      openedAt: OPENED_AT,
      receivedAt: OPENED_AT,
      state: 'IN_REVIEW',
      acceptedOn: '2026-03-02',
      prechecks: [
        { department: 'business', faults: [fault], silent: false, retry: { tries: 0, at: null } },
        { department: 'tax', faults: null, silent: false, retry: { tries: 3, at: OPENED_AT + 7 } },
      ],
      slips: [],
      withdrawal: null,
      repairs: [],
    });
    const item = (id: string) => view!.items.find(one => one.item === id);
    expect(item('name')).toMatchObject({ operationId: 'a/name/2', revocationId: 'a/name/revoke-2', attempts: 2 });
    expect(item('license')).toMatchObject({ operationId: 'a/license/1', revocationId: 'a/license/revoke-1' });
    expect(item('organization-code')).toMatchObject({ operationId: 'a/organization-code/1', revocationId: null });
    expect(item('national-tax')).toMatchObject({ state: 'QUEUED', operationId: null });
    expect(item('local-tax')).toMatchObject({ state: 'QUEUED', since: OPENED_AT });
    expect(await carried.followed(view!.progressId)).toBe('a');
    expect(view!.progressId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('get a ledger that begins with how they were found', async () => {
    const carried = await carriedOver({
      case: [caseRow('a')],
      item: [itemRow('a', 'name'), itemRow('a', 'license', { state: 'REFUSED' })],
    });
    const [entry, ...more] = await carried.ledger('a');
    expect(more).toEqual([]);
    expect(hashOf(entry!, '')).toBe(entry?.hash);
    expect((await carried.load(['a']))[0]?.head).toEqual({ seq: 1, hash: entry?.hash });
    expect(JSON.parse(entry!.events)).toEqual([
      {
        event: 'CARRIED_OVER',
        state: 'IN_REVIEW',
        acceptedOn: '2026-03-02',
        items: [
          { item: 'license', state: 'REFUSED' },
          { item: 'name', state: 'GRANTED' },
        ],
      },
    ]);
  });

  it('are asked about again when an answer was under way, and wake as they would have', async () => {
    const carried = await carriedOver({
      case: [
        caseRow('sent'),
        caseRow('asleep'),
        caseRow('later', { wake_at: OPENED_AT + 5 }),
        caseRow('much later', { wake_at: Date.now() + 86_400_000 }),
      ],
      item: [itemRow('sent', 'name', { state: 'SENT', retry_at: OPENED_AT, tries: 2 })],
    });
    const due = await carried.claimDue(10);
    expect(due.map(({ lease }) => [lease.number, lease.epoch])).toEqual([
      ['sent', 1],
      ['later', 1],
    ]);
    expect(due[0]?.view.items[0]).toMatchObject({ state: 'OUTCOME_UNKNOWN', retry: { tries: 2, at: null } });
  });

  it('keep their documents in the order in which they came', async () => {
    const documentRow = (nth: number) => ({
      id: `d${9 - nth}`,
      case_number: 'a',
      item: 'license',
      department: 'business',
      operation_id: `${nth}`,
      outcome: 'GRANTED',
      kind: 'X',
      number: '',
      holder: '',
      uscc: null,
      decided_on: '2026-03-02',
      version: 1,
      status: 'VALID',
      record: '{}',
      seal: null,
    });
    const documents = [0, 1, 2].map(documentRow);
    const carried = await carriedOver({
      case: [caseRow('a')],
      document: documents.map(row => ({ ...row, fingerprint: vault.fingerprint(JSON.stringify(row)) })),
    });
    const order = 'file' in at.place ? ['0', '1', '2'] : ['2', '1', '0']; // What only a row number remembers.
    expect((await carried.load(['a']))[0]?.documents.map(({ operationId }) => operationId)).toEqual(order);
    expect(await carried.document('d8')).toMatchObject({ operationId: '1' });
  });

  it('are carried over however many there are', async () => {
    const numbers = Array.from({ length: 450 }, (_, nth) => `case ${nth}`);
    const carried = await carriedOver({ case: numbers.map(number => caseRow(number)) });
    expect(await carried.count({ visibleIn: null })).toBe(450);
    const views = await carried.load(numbers);
    expect(views.filter(({ head }) => head.seq === 1)).toHaveLength(450);
    expect(new Set(views.map(({ progressId }) => progressId)).size).toBe(450);
  });
});

describe.each(places)('what was sealed before there was a log, in %s', (_, make) => {
  let at: TestPlace;
  let store: Store | undefined;
  beforeEach(async () => {
    at = await make();
    store = undefined;
  });
  afterEach(async () => {
    await store?.close();
    await at.remove();
  });

  const seal = (nth: number): string => Buffer.from(`seal ${nth}`).toString('base64');
  const fingerprinted = (row: Record<string, unknown>, place: number) => ({
    ...row,
    place,
    fingerprint: vault.fingerprint(JSON.stringify(row)),
  });
  const documentRow = (number: string, id: string, sealed: string | null, place: number) =>
    fingerprinted(
      {
        id,
        case_number: number,
        item: 'license',
        department: 'business',
        operation_id: id,
        outcome: 'GRANTED',
        kind: 'BUSINESS_LICENSE',
        number: '1',
        holder: '',
        uscc: null,
        decided_on: '2026-03-02',
        version: 1,
        status: 'VALID',
        record: '{}',
        seal: sealed,
      },
      place,
    );
  const slipRow = (number: string, id: string, sealed: string, place: number) =>
    fingerprinted(
      { id, case_number: number, kind: 'DECISION', number: '1', issued_at: 5, record: '{}', seal: sealed },
      place,
    );
  const secondForm = (number: string) => {
    const { application: locked, ...row } = caseRow(number);
    return {
      case: { ...row, progress_id: number, received_at: OPENED_AT, checks: '[]' },
      application: { case_number: number, body: locked },
    };
  };

  async function carriedOver(rows: Readonly<Record<string, readonly object[]>>): Promise<Store> {
    const knex = await version(2, at);
    for (const [table, some] of Object.entries(rows)) await knex.batchInsert(table, [...some], 20);
    await knex.destroy();
    store = await openStore(at.place, vault, defect => {
      throw defect;
    });
    return store;
  }

  it('is entered case by case in the order of its papers, is shown as before, and waits for its time stamp', async () => {
    const [b, a] = [secondForm('b'), secondForm('a')];
    const carried = await carriedOver({
      case: [b.case, a.case],
      application: [b.application, a.application],
      document: [
        documentRow('a', 'a1', seal(1), 0),
        documentRow('b', 'b2', seal(2), 1),
        documentRow('b', 'b0', null, 0),
      ],
      slip: [slipRow('b', 'b3', seal(3), 0)],
    });
    const entry = (holder: string, nth: number): string =>
      Buffer.from(entryOf(holder, Buffer.from(seal(nth), 'base64'))).toString('latin1');
    expect(await logRowsIn(at.place)).toEqual({
      size: 3,
      leaves: [
        { idx: 0, entry: entry('business', 2), paper: 'b2', form: 'B' },
        { idx: 1, entry: entry('center', 3), paper: 'b3', form: 'B' },
        { idx: 2, entry: entry('business', 1), paper: 'a1', form: 'B' },
      ],
      papers: expect.arrayContaining(['a1', 'b2', 'b3']),
    });
    expect((await carried.load(['b']))[0]).toMatchObject({
      documents: [
        { id: 'b0', seal: null, timeStamp: null },
        { id: 'b2', seal: seal(2), timeStamp: null },
      ],
      slips: [{ id: 'b3', timeStamp: null, stampedAt: null }],
    });
    expect((await carried.pulse()).unstamped).toBe(3);
  });

  it('is entered however much there is', async () => {
    const cases = Array.from({ length: 450 }, (_, nth) => secondForm(`case ${nth}`));
    await carriedOver({
      case: cases.map(one => one.case),
      application: cases.map(one => one.application),
      slip: cases.flatMap((one, nth) => [
        slipRow(one.case.number, `${nth} first`, seal(nth), 0),
        slipRow(one.case.number, `${nth} second`, seal(-nth), 1),
      ]),
    });
    const { size, leaves } = await logRowsIn(at.place);
    expect(size).toBe(900);
    expect(leaves.map(({ idx }) => idx)).toEqual(Array.from({ length: 900 }, (_, idx) => idx));
  });
});

describe.each(places)('what was granted before records had leaves, in %s', (_, make) => {
  let at: TestPlace;
  let store: Store | undefined;
  beforeEach(async () => {
    at = await make();
    store = undefined;
  });
  afterEach(async () => {
    await store?.close();
    await at.remove();
  });

  it('is shown as before, with nothing disclosed beside it, and facts that were taken up are emptied', async () => {
    const knex = await version(3, at);
    const { application: body, ...row } = caseRow('old', { state: 'CLOSED' });
    await knex('case').insert({ ...row, progress_id: 'p', received_at: OPENED_AT, checks: '[]' });
    await knex('application').insert({ case_number: 'old', body });
    const document = {
      id: 'ab'.repeat(16),
      case_number: 'old',
      item: 'license',
      department: 'business',
      operation_id: 'old/license/1',
      outcome: 'GRANTED',
      kind: 'BUSINESS_LICENSE',
      number: '1',
      holder: '',
      uscc: null,
      decided_on: '2026-03-02',
      version: 1,
      status: 'VALID',
      record: '{"content":{"legalRepresentative":{"name":"甲子某"}},"format":"one-window/record/1"}',
      seal: null,
    };
    await knex('document').insert({ ...document, place: 0, fingerprint: vault.fingerprint(JSON.stringify(document)) });
    const told = { case_number: 'old', told_at: OPENED_AT, fingerprint: 'f' };
    const fact = vault.lock(JSON.stringify({ kind: 'WITHDRAWAL', requestId: 'w', reason: 'x', by: 'clerk' }));
    await knex('inbox').insert({ ...told, id: 'request/taken', body: fact, taken: 1 });
    await knex('inbox').insert({ ...told, id: 'request/open', body: fact, taken: 0 });
    await knex.destroy();
    store = await openStore(at.place, vault, defect => {
      throw defect;
    });
    const [view] = await store.load(['old']);
    expect(view?.documents).toEqual([expect.objectContaining({ record: document.record, disclosures: null })]);
    expect(struckOutIn(view!.documents[0]!)).toEqual([]);
    expect(await at.query('select id, body from inbox order by id')).toEqual([
      { id: 'request/open', body: fact },
      { id: 'request/taken', body: '' },
    ]);
    const held = { number: 'old', epoch: 0, signal: 0, validUntilMs: 0 };
    expect(await store.facts(held)).toMatchObject([{ id: 'request/open', kind: 'WITHDRAWAL' }]);
    expect(await store.told('request/taken')).toMatchObject({ caseNumber: 'old', fingerprint: 'f' });
  });
});
