import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { openStore } from '../../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../../gateway/window/store/secret.ts';
import type { Held, Store } from '../../../../gateway/window/store.ts';
import { CannotStart } from '../../../../subgraphs/process.ts';
import { opening } from '../../../fixtures/opening.ts';

const root = mkdtempSync(join(tmpdir(), 'one-window-sqlite-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const vault = openVault(randomBytes(32));
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'file-'));
  file = join(folder, 'window.sqlite');
});

const open = (): Promise<Store> =>
  openStore({ file }, vault, defect => {
    throw defect;
  });
async function held(store: Store): Promise<Held> {
  const opened = await store.open(opening());
  if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
  return opened.held;
}

describe('the file', () => {
  it('holds no identity number, phone or name of a person, neither do the files beside it', async () => {
    const store = await open();
    await held(store);
    const bytes = readdirSync(folder).map(name => readFileSync(join(folder, name)));
    expect(bytes.length).toBeGreaterThan(1); // The write-ahead log too.
    for (const secret of ['371002189503070019', '371002189811230029', '063100000000', '甲子某']) {
      expect(bytes.some(some => some.includes(secret))).toBe(false);
    }
    await store.close();
  });

  it('is flushed at every commit: the connection that writes says so itself, after writing too', async () => {
    const pragma = jest.spyOn(Database.prototype, 'pragma');
    const store = await open();
    await held(store);
    const connections = [...new Set(pragma.mock.contexts)] as Database.Database[];
    pragma.mockRestore();
    expect(connections.map(one => one.pragma('synchronous', { simple: true }))).toEqual([2]);
    expect(connections.map(one => one.pragma('journal_mode', { simple: true }))).toEqual(['wal']);
    await store.close();
  });

  it('is refused when the connection would not flush', async () => {
    await (await open()).close();
    const { pragma } = Database.prototype;
    const deaf = jest.spyOn(Database.prototype, 'pragma').mockImplementation(function (
      this: Database.Database,
      text: string,
      options?: Database.PragmaOptions,
    ) {
      return text === 'synchronous = FULL' ? [] : pragma.call(this, text, options);
    });
    await expect(open()).rejects.toThrow(/no durable journal here \(wal, 1\)/);
    deaf.mockRestore();
    await (await open()).close();
  });

  it('is refused in one sentence when it is no database', async () => {
    writeFileSync(file, 'a letter, and nothing like a database');
    const [out, err] = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')];
    const refused = await open().catch((error: Error) => error);
    expect([...out.mock.calls, ...err.mock.calls]).toEqual([]);
    expect(refused).toBeInstanceOf(CannotStart);
    expect((refused as Error).message).toMatch(/no SQLite database/);
  });

  it('frees what a process that has ended left held', async () => {
    const first = await open();
    const { lease } = await held(first);
    await first.close();
    const store = await open();
    expect((await store.claimDue(10)).map(({ lease: { number } }) => number)).toEqual([lease.number]);
    await store.close();
  });

  it('keeps the time that was set for it', async () => {
    const first = await open();
    await first.advanceClock(86_400_000);
    await first.close();
    const store = await open();
    expect(Math.abs(store.now() - Date.now() - 86_400_000)).toBeLessThan(5_000);
    await store.close();
  });
});

/** Sleeping cases, written beside the store: to open them through it would take minutes. */
function sleepingCases(count: number): void {
  const db = new Database(file);
  const row = db.prepare(
    `insert into "case" (number, request_id, request_fingerprint, duplicate_fingerprint, regime, regime_version,
       region_code, policy, state, opened_at, wake_at, progress_id, received_at, checks)
     values (@id, @id, @id, @id, 'R2', 1, '371002', 'KEEP_GRANTED', 'IN_REVIEW', 0, @wake_at, @id, 0, '[]')`,
  );
  const far = Date.now() + 86_400_000;
  db.transaction(() => {
    for (let nth = 0; nth < count; nth++) row.run({ id: `sleeping ${nth}`, wake_at: nth % 3 ? far + nth : null });
  })();
  db.close();
}

describe('a hundred thousand sleeping cases', () => {
  it('cost whoever looks for what is due next to nothing', async () => {
    await (await open()).close();
    sleepingCases(100_000);
    const startedAt = performance.now();
    const store = await open();
    const openMs = performance.now() - startedAt;
    const one = await held(store);
    await store.release(one.lease, 0);
    expect((await store.claimDue(50)).map(({ lease }) => lease.number)).toEqual([one.lease.number]);
    const times: number[] = [];
    for (let nth = 0; nth < 100; nth++) {
      const begin = performance.now();
      await store.claimDue(50);
      times.push(performance.now() - begin);
    }
    expect(openMs).toBeLessThan(2_000);
    // A scan of them all takes some tens of milliseconds.
    expect(times.sort((a, b) => a - b)[50]).toBeLessThan(5);
    await store.close();
    const db = new Database(file, { readonly: true });
    const plan = (sql: string) => JSON.stringify(db.prepare(`explain query plan ${sql}`).all());
    expect(plan('select number from "case" where wake_at <= 5 order by wake_at limit 50')).toMatch(
      /INDEX case_wake_at/,
    );
    expect(plan('update "case" set owner = null where owner is not null')).toMatch(/INDEX case_owner/);
    db.close();
  });
});

const diskBytes = 1_500_000;
/** A disk of its own that is soon full; only root may make one. */
const smallDisk = process.getuid?.() === 0 && process.platform === 'linux';

describe('a full disk', () => {
  (smallDisk ? it : it.skip)('refuses a write whole, and takes the next when there is space again', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', disk]);
    try {
      file = join(disk, 'window.sqlite');
      const store = await open();
      const first = await held(store);
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - 20_000)));
      const numbers: string[] = [first.lease.number];
      const failed = await (async () => {
        for (let nth = 0; nth < 1_000; nth++) numbers.push((await held(store)).lease.number);
      })().catch((error: Error & { code?: string }) => error);
      expect((failed as { code?: string })?.code).toBe('SQLITE_FULL');
      expect(await store.count({ visibleIn: null })).toBe(numbers.length);
      rmSync(join(disk, 'ballast'));
      numbers.push((await held(store)).lease.number);
      const views = await store.load(numbers);
      expect(views.map(({ head }) => head.seq)).toEqual(numbers.map(() => 1));
      await store.close();
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });
});
