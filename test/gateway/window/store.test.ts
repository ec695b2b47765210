import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import {
  type CaseItem,
  type CaseView,
  type Change,
  changed,
  type SealedOutcome,
} from '../../../gateway/window/case.ts';
import { isCaseNumber } from '../../../gateway/window/case-number.ts';
import { openVault } from '../../../gateway/window/secret.ts';
import { openStore } from '../../../gateway/window/sqlite.ts';
import type { Store } from '../../../gateway/window/store.ts';
import { CannotStart } from '../../../subgraphs/process.ts';
import { mod11_10 } from '../../../subgraphs/standards/iso7064.ts';
import { OPENED_AT, OPENED_ON, opening } from '../../fixtures/opening.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-window-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vault = openVault(randomBytes(32));
let files = 0;
let file: string;
let store: Store;
beforeEach(async () => {
  files += 1;
  file = join(folder, `window-${files}.sqlite`);
  store = await openStore(file, vault);
});
afterEach(() => store.close());

async function opened(changes: Parameters<typeof opening>[0] = {}, input: Parameters<typeof opening>[1] = {}) {
  const { outcome, number } = await store.open(opening(changes, input));
  expect(outcome).toBe('OPEN');
  return number;
}
async function loaded(number: string): Promise<CaseView> {
  const [view] = await store.load([number]);
  return view as CaseView;
}
async function saved(number: string, changes: readonly Change[], wakeAt: number | null = null): Promise<CaseView> {
  const view = changed(await loaded(number), changes, OPENED_ON);
  await store.save(view, changes, wakeAt);
  return view;
}
/** A second pair of eyes on the file. */
function rows(sql: string): unknown[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

const document = (caseNumber: string, changes: Partial<SealedOutcome> = {}): SealedOutcome => ({
  id: randomBytes(16).toString('hex'),
  caseNumber,
  item: 'license',
  department: 'business',
  operationId: `${caseNumber}/license/1`,
  outcome: 'GRANTED',
  kind: 'BUSINESS_LICENSE',
  number: '371002000000011',
  holder: '威海市环翠区𠀀试样软件有限公司',
  uscc: '91371002PDY00001XJ',
  decidedOn: OPENED_ON,
  version: 1,
  status: 'VALID',
  record: '{"a":1}',
  seal: 'MAA=',
  ...changes,
});

describe('opening a case', () => {
  it('answers the same request with the same case, once and for ever', async () => {
    const asked = opening();
    const first = await store.open(asked);
    expect(first).toMatchObject({ outcome: 'OPEN', fresh: true });
    expect(await store.open(asked)).toEqual({ ...first, fresh: false });
    expect(await store.count({ visibleIn: null })).toBe(1);
  });

  it('refuses a request id that has opened a case with another content', async () => {
    const asked = opening();
    const { number } = await store.open(asked);
    expect(await store.open({ ...asked, requestFingerprint: 'another' })).toEqual({
      outcome: 'REQUEST_ID_REUSED',
      number,
    });
  });

  it('asks whether it is a duplicate, and goes on when a clerk has looked at that very case', async () => {
    const twin = { duplicateFingerprint: 'the same founders and name' };
    const first = await opened(twin);
    expect(await store.open(opening(twin))).toEqual({ outcome: 'POSSIBLE_DUPLICATE', number: first });
    const other = await opened();
    expect(await store.open(opening({ ...twin, notDuplicateOf: other }))).toMatchObject({ number: first });
    const second = await opened({ ...twin, notDuplicateOf: first });
    expect(second).not.toBe(first);
    expect(await store.open(opening(twin))).toEqual({ outcome: 'POSSIBLE_DUPLICATE', number: second });
  });

  it('takes the same enterprise again after a refusal', async () => {
    const twin = { duplicateFingerprint: 'the same founders and name' };
    const first = await opened(twin);
    await store.save({ ...(await loaded(first)), state: 'REFUSED' }, [], null);
    expect(await store.open(opening(twin))).toMatchObject({ outcome: 'OPEN', fresh: true });
  });

  it('numbers cases by region and day, with a check digit', async () => {
    expect(mod11_10('3710022026030200001')).toBe('5');
    expect(await opened()).toBe('371002-20260302-00001-5');
    expect(await opened()).toMatch(/^371002-20260302-00002-\d$/);
    expect(await opened({}, { regionCode: '330782' })).toMatch(/^330782-20260302-00001-\d$/);
    expect(await opened({ openedOn: '2026-03-03' })).toMatch(/^371002-20260303-00001-\d$/);
  });

  it('gives two hundred openings at once two hundred numbers', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => opened()));
    expect(new Set(all).size).toBe(200);
    expect(all.every(isCaseNumber)).toBe(true);
    expect(all.map(number => Number(number.slice(16, 21))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, at) => at + 1),
    );
  });

  it('opens one case when fifty equal requests come at once', async () => {
    const asked = opening();
    const answers = await Promise.all(Array.from({ length: 50 }, () => store.open(asked)));
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
    expect(answers.filter(answer => answer.outcome === 'OPEN' && answer.fresh)).toHaveLength(1);
  });

  it('refuses a case number with a mistyped digit', async () => {
    const number = await opened();
    expect(isCaseNumber(number)).toBe(true);
    for (const at of [0, 5, 7, 14, 16, 20, 22]) {
      const digit = String((Number(number[at]) + 1) % 10);
      expect(isCaseNumber(number.slice(0, at) + digit + number.slice(at + 1))).toBe(false);
    }
  });
});

describe('the rows of a case', () => {
  it('begin with every item queued and every department to be asked', async () => {
    const view = await loaded(await opened());
    expect(view).toMatchObject({ state: 'SUBMITTED', acceptedOn: null, policy: 'KEEP_GRANTED', documents: [] });
    expect(view.openedAt).toBe(OPENED_AT);
    expect(view.regime.items.map(({ item }) => item)).toEqual(view.items.map(({ item }) => item));
    expect(view.items.every(({ state, since }) => state === 'QUEUED' && since === OPENED_AT)).toBe(true);
    expect(view.prechecks.map(({ department }) => department).sort()).toEqual(['business', 'code', 'seal', 'tax']);
    expect(view.prechecks.every(({ faults, retry }) => faults === null && retry.at === null)).toBe(true);
  });

  /** Each column of an item with two values that differ; the second of some is null. */
  const COLUMNS: readonly [Partial<CaseItem>, Partial<CaseItem>][] = [
    [{ state: 'SENT' }, { state: 'GRANTED' }],
    [{ operationId: 'a' }, { operationId: null }],
    [{ attempts: 1 }, { attempts: 0 }],
    [{ retry: { tries: 3, at: 1_772_413_200_250 } }, { retry: { tries: 0, at: null } }],
    [{ waits: '等' }, { waits: null }],
    [{ faults: [{ path: 'a', code: 'B', message: '丙' }] }, { faults: [] }],
    [{ refusal: { ground: '欠税', article: 'art. 15' } }, { refusal: null }],
    [{ since: 1 }, { since: 0 }],
    [{ sentAt: 1 }, { sentAt: null }],
    [{ outcomeAt: 0 }, { outcomeAt: null }],
  ];

  it.each(COLUMNS)('keep %j and then %j, and nothing else changes', async (first, second) => {
    const number = await opened();
    const whole = await loaded(number);
    for (const to of [first, second]) {
      const view = await saved(number, [{ of: 'ITEM', item: 'license', to }]);
      const read = await loaded(number);
      expect(read).toEqual(view);
      expect(read.items.filter(({ item }) => item !== 'license')).toEqual(
        whole.items.filter(({ item }) => item !== 'license'),
      );
    }
    const columns = Object.keys(first) as (keyof CaseItem)[];
    const license = (view: CaseView) => view.items.find(({ item }) => item === 'license')!;
    const untouched = Object.keys(license(whole)).filter(name => !columns.includes(name as keyof CaseItem));
    for (const name of untouched) {
      expect(license(await loaded(number))[name as keyof CaseItem]).toEqual(license(whole)[name as keyof CaseItem]);
    }
  });

  it('keep what departments found, and that they found nothing', async () => {
    const number = await opened();
    const fault = { item: 'license', path: 'address', code: 'X', message: '丙' } as const;
    await saved(number, [
      { of: 'PRECHECK', department: 'business', to: { faults: [fault] } },
      { of: 'PRECHECK', department: 'tax', to: { faults: [] } },
      { of: 'PRECHECK', department: 'code', to: { retry: { tries: 2, at: 7 } } },
    ]);
    const { prechecks } = await loaded(number);
    const of = (department: string) => prechecks.find(one => one.department === department);
    expect(of('business')).toEqual({ department: 'business', faults: [fault], retry: { tries: 0, at: null } });
    expect(of('tax')?.faults).toEqual([]);
    expect(of('code')).toEqual({ department: 'code', faults: null, retry: { tries: 2, at: 7 } });
  });

  it.each([
    ['sealed', {}],
    ['unsealed', { seal: null }],
    ['without a code', { uscc: null }],
    ['of another version', { version: 7, kind: 'X' }],
  ])('keep a document %s, byte for byte', async (_, changes) => {
    const number = await opened();
    const kept = document(number, changes);
    const view = await saved(number, [{ of: 'DOCUMENT', document: kept }]);
    expect((await loaded(number)).documents).toEqual([kept]);
    expect(await store.document(kept.id)).toEqual(kept);
    expect(await loaded(number)).toEqual(view);
    await saved(number, [{ of: 'DOCUMENT_STATUS', id: kept.id, status: 'REVOKED' }]);
    expect(await store.document(kept.id)).toEqual({ ...kept, status: 'REVOKED' });
  });

  it('change all together or not at all', async () => {
    const number = await opened();
    const before = await loaded(number);
    const twice = document(number);
    const changes: Change[] = [
      { of: 'ITEM', item: 'license', to: { state: 'GRANTED' } },
      { of: 'DOCUMENT', document: twice },
      { of: 'DOCUMENT', document: { ...twice, id: 'another' } },
    ];
    await expect(saved(number, changes)).rejects.toThrow(/UNIQUE/);
    expect(await loaded(number)).toEqual(before);
    expect(await store.document(twice.id)).toBeUndefined();
  });

  it('come in the order asked, without those that are not there', async () => {
    const [a, b] = [await opened(), await opened()];
    expect((await store.load([b, 'none', a])).map(({ number }) => number)).toEqual([b, a]);
    expect(await store.load([])).toEqual([]);
  });

  it('survive a stop', async () => {
    const number = await opened();
    const before = await saved(number, [{ of: 'DOCUMENT', document: document(number) }]);
    await store.close();
    store = await openStore(file, vault);
    expect(await loaded(number)).toEqual(before);
  });
});

describe('cases that somebody must look at', () => {
  it('are those whose time has come, the longest due first', async () => {
    const [a, b, c, d] = [await opened(), await opened(), await opened(), await opened()];
    await saved(a, [], 30);
    await saved(b, [], 10);
    await saved(c, [], null);
    await saved(d, [], 31);
    expect(await store.due(30, 10)).toEqual([b, a]);
    expect(await store.due(30, 1)).toEqual([b]);
    expect(await store.due(9, 10)).toEqual([]);
  });

  it('are, after a stop, those with an answer that nobody waits for', async () => {
    const [sent, waiting] = [await opened(), await opened()];
    const retry = { tries: 2, at: 99 };
    await saved(sent, [{ of: 'ITEM', item: 'name', to: { state: 'SENT', operationId: 'x', retry } }]);
    const pending = await saved(waiting, [{ of: 'ITEM', item: 'name', to: { state: 'PENDING_HUMAN', retry } }], 99);
    await store.recover(50);
    expect(await store.due(50, 10)).toEqual([sent]);
    const [name] = (await loaded(sent)).items;
    expect(name).toMatchObject({ state: 'OUTCOME_UNKNOWN', operationId: 'x', retry: { tries: 2, at: null } });
    expect(await loaded(waiting)).toEqual(pending);
  });

  it('are looked at again later, one by one, when driving them has failed', async () => {
    const [failed, other] = [await opened(), await opened()];
    for (const number of [failed, other]) {
      await saved(number, [{ of: 'ITEM', item: 'name', to: { state: 'SENT', operationId: number } }]);
    }
    await store.interrupted(failed, 70);
    expect(await store.due(69, 10)).toEqual([]);
    expect(await store.due(70, 10)).toEqual([failed]);
    expect((await loaded(failed)).items[0]?.state).toBe('OUTCOME_UNKNOWN');
    expect((await loaded(other)).items[0]?.state).toBe('SENT');
  });
});

describe('the list of cases', () => {
  it('shows the newest first, page by page, until there is no more', async () => {
    const numbers: string[] = [];
    for (let at = 0; at < 5; at++) numbers.unshift(await opened());
    const list = { visibleIn: null };
    const first = await store.list(list, 2, null);
    expect(first.numbers).toEqual(numbers.slice(0, 2));
    await opened();
    const second = await store.list(list, 2, first.cursor);
    expect(second.numbers).toEqual(numbers.slice(2, 4));
    expect(await store.list(list, 2, second.cursor)).toEqual({ numbers: numbers.slice(4), cursor: null });
    expect(await store.count(list)).toBe(6);
  });

  it.each([
    [null, undefined, 3, 'all of them'],
    ['371002', undefined, 1, 'those of one district'],
    ['371000', undefined, 2, 'those of a city'],
    ['370000', undefined, 2, 'those of a province'],
    ['330000', undefined, 1, 'those of another province'],
    [null, '371000', 2, 'those of the city asked for'],
    ['371002', '330782', 0, 'none, when another region is asked for'],
    ['371002', '370000', 1, 'no more than the caller may see'],
  ])('seen from %s and asked for %s holds %i: %s', async (visibleIn, regionCode, count, _why) => {
    for (const region of ['371002', '371082', '330782']) await opened({}, { regionCode: region });
    expect(await store.count({ visibleIn, regionCode })).toBe(count);
    expect((await store.list({ visibleIn, regionCode }, 10, null)).numbers).toHaveLength(count);
  });

  it('can be asked for one state', async () => {
    const number = await opened();
    await opened();
    await store.save({ ...(await loaded(number)), state: 'CLOSED' }, [], null);
    expect((await store.list({ visibleIn: null, state: 'CLOSED' }, 10, null)).numbers).toEqual([number]);
    expect(await store.count({ visibleIn: null, state: 'SUBMITTED' })).toBe(1);
  });
});

describe('the file', () => {
  it('holds no identity number, phone, name of a person or paper that could be read', async () => {
    const paper = 'the content of an identity paper';
    const sha256 = createHash('sha256').update(paper).digest('hex');
    const content = Buffer.from(paper).toString('base64');
    const material = {
      kind: 'IDENTITY',
      title: '身份证明',
      trust: 'B',
      mediaType: 'image/png',
      sha256,
      content,
    } as const;
    const number = await opened({}, { materials: [material] });
    expect(await store.contents(number)).toEqual(new Map([[sha256, content]]));
    expect((await loaded(number)).application.legalRepresentative.idNumber).toBe('371002189503070019');
    const bytes = readdirSync(folder)
      .filter(name => name.startsWith(`window-${files}.`))
      .map(name => readFileSync(join(folder, name)));
    expect(bytes.length).toBeGreaterThan(1); // The write-ahead log too.
    for (const secret of ['371002189503070019', '371002189811230029', '063100000000', '甲子某', paper, content]) {
      expect(bytes.some(some => some.includes(secret))).toBe(false);
    }
  });

  it('notices that an application was changed in it', async () => {
    const number = await opened();
    const db = new Database(file);
    db.prepare(
      'update "case" set application = substr(application, 1, 40) || \'AAAA\' || substr(application, 45)',
    ).run();
    db.close();
    await expect(store.load([number])).rejects.toThrow();
  });

  it.each([
    ['record', '{}'],
    ['seal', 'AAAA'],
    ['holder', '他人有限公司'],
    ['status', 'REVOKED'],
    ['kind', 'ORGANIZATION_CODE'],
  ])('shows no document whose %s was changed in it', async (column, value) => {
    const number = await opened();
    const certificate = document(number);
    await saved(number, [{ of: 'DOCUMENT', document: certificate }]);
    expect(await store.document(certificate.id)).toEqual(certificate);
    const db = new Database(file);
    db.prepare(`update document set ${column} = ?`).run(value);
    db.close();
    await expect(store.document(certificate.id)).rejects.toThrow(/is not as the window has written it/);
    await expect(store.load([number])).rejects.toThrow(/is not as the window has written it/);
  });

  it('shows a document that was taken back as that', async () => {
    const number = await opened();
    const certificate = document(number);
    await saved(number, [{ of: 'DOCUMENT', document: certificate }]);
    await saved(number, [{ of: 'DOCUMENT_STATUS', id: certificate.id, status: 'REVOKED' }]);
    expect(await store.document(certificate.id)).toEqual({ ...certificate, status: 'REVOKED' });
  });

  it('is flushed at every commit: the connection that writes says so itself, after writing too', async () => {
    const pragma = jest.spyOn(Database.prototype, 'pragma');
    const other = await openStore(join(folder, 'durable.sqlite'), vault);
    await other.open(opening());
    const connections = [...new Set(pragma.mock.contexts)] as Database.Database[];
    pragma.mockRestore();
    expect(connections.map(one => one.pragma('synchronous', { simple: true }))).toEqual([2]);
    expect(connections.map(one => one.pragma('journal_mode', { simple: true }))).toEqual(['wal']);
    await other.close();
  });

  it('is refused when the connection would not flush', async () => {
    await store.close();
    const { pragma } = Database.prototype;
    const deaf = jest.spyOn(Database.prototype, 'pragma').mockImplementation(function (
      this: Database.Database,
      text: string,
      options?: Database.PragmaOptions,
    ) {
      return text === 'synchronous = FULL' ? [] : pragma.call(this, text, options);
    });
    await expect(openStore(file, vault)).rejects.toThrow(/no durable journal here \(wal, 1\)/);
    deaf.mockRestore();
    store = await openStore(file, vault);
  });

  it.each([
    [
      'was written by a newer version',
      /newer version/,
      () => {
        const db = new Database(file);
        db.prepare("insert into knex_migrations (name, batch, migration_time) values ('999', 9, 0)").run();
        db.close();
      },
    ],
    ['is no database', /no SQLite database/, () => writeFileSync(file, 'a letter, and nothing like a database')],
  ])('is refused in one sentence when it %s', async (_, sentence, spoil) => {
    await store.close();
    for (const name of readdirSync(folder))
      if (name.startsWith(`window-${files}.`) && !name.endsWith('.sqlite')) rmSync(join(folder, name));
    spoil();
    const [out, err] = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')];
    const refused = await openStore(file, vault).catch((error: Error) => error);
    expect([...out.mock.calls, ...err.mock.calls]).toEqual([]);
    expect(refused).toBeInstanceOf(CannotStart);
    expect((refused as Error).message).toMatch(sentence);
    store = await openStore(join(folder, 'next.sqlite'), vault);
  });

  it('is refused when the storage key is another than the one it was locked with', async () => {
    await opened();
    await store.close();
    await expect(openStore(file, openVault(randomBytes(32)))).rejects.toThrow(/another storage key/);
    store = await openStore(file, vault);
    expect(await store.count({ visibleIn: null })).toBe(1);
  });

  it('has an index for what is due, so that waiting cases cost nothing', async () => {
    const [plan] = rows('explain query plan select number from "case" where wake_at <= 5 order by wake_at limit 50');
    expect(plan).toMatchObject({ detail: expect.stringContaining('case_wake_at') });
  });
});

it('locks with a whole key only', () => {
  expect(() => openVault(new Uint8Array(0))).toThrow(/0 bytes instead of 32/);
});
