import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { groupCommit } from '../../../../gateway/window/store/commit.ts';

let db: InstanceType<typeof Database>;
let commits: number;
let insert: (n: number) => Promise<number>;

beforeEach(() => {
  db = new Database(':memory:');
  db.exec('create table written (n integer primary key)');
  commits = 0;
  const statement = db.prepare('insert into written values (?)');
  const insertAll = db.transaction((numbers: readonly number[]) => {
    for (const n of numbers) statement.run(n);
    return numbers;
  });
  insert = groupCommit(numbers => {
    const inserted = insertAll(numbers);
    commits += 1;
    return inserted;
  });
});
afterEach(() => {
  db.close();
});

const written = () => db.prepare('select n from written order by n').pluck().all();

describe('group commit', () => {
  it('writes what comes in one turn in one transaction, and answers each with its own result', async () => {
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    await expect(Promise.all(numbers.map(insert))).resolves.toEqual(numbers);
    expect(written()).toEqual(numbers);
    expect(commits).toBe(1);
  });

  it('lets a poison write fail alone', async () => {
    const settled = await Promise.allSettled([1, 2, 2, 3].map(insert));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(written()).toEqual([1, 2, 3]);
    await expect(insert(4)).resolves.toBe(4);
  });

  it('does not try each write alone when none is to blame', async () => {
    let tried = 0;
    const away = new Error('away');
    const write = groupCommit(
      async () => {
        tried += 1;
        throw away;
      },
      error => error === away,
    );
    const settled = await Promise.allSettled([1, 2, 3].map(write));
    expect(settled.map(one => (one as PromiseRejectedResult).reason)).toEqual([away, away, away]);
    expect(tried).toBe(1);
  });

  it('answers a write only after it is committed', async () => {
    const commitsSeen = await Promise.all([1, 2, 3].map(n => insert(n).then(() => commits)));
    expect(commitsSeen).toEqual([1, 1, 1]);
  });

  it('bounds a transaction at 100 writes', async () => {
    await Promise.all(Array.from({ length: 301 }, (_, n) => insert(n)));
    expect(commits).toBe(4);
  });
});
