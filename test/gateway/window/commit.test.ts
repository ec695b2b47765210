import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { groupCommit } from '../../../gateway/window/commit.ts';

type Db = InstanceType<typeof Database>;
let db: Db;
let commits: number;

beforeEach(() => {
  db = new Database(':memory:');
  db.exec('create table written (n integer primary key)');
  commits = 0;
});
afterEach(() => db.close());

/** A transaction as a driver with a connection of its own gives it: begun at once, flushed in a later turn. */
async function transact<Result>(work: (transaction: Db) => Promise<Result>): Promise<Result> {
  db.exec('begin immediate');
  try {
    const result = await work(db);
    await new Promise(resolve => setImmediate(resolve));
    db.exec('commit');
    commits += 1;
    return result;
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}
const insert = (n: number) => async (transaction: Db) => {
  transaction.prepare('insert into written values (?)').run(n);
  return n;
};
const written = () => db.prepare('select n from written order by n').pluck().all();

describe('group commit', () => {
  it('writes what comes during a flush together in the next one, and answers each with its own result', async () => {
    const commit = groupCommit(transact);
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    await expect(Promise.all(numbers.map(n => commit(insert(n))))).resolves.toEqual(numbers);
    expect(written()).toEqual(numbers);
    expect(commits).toBe(2);
  });

  it('lets a poison write fail alone', async () => {
    const commit = groupCommit(transact);
    const settled = await Promise.allSettled([commit(insert(0)), ...[1, 2, 2, 3].map(n => commit(insert(n)))]);
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(written()).toEqual([0, 1, 2, 3]);
    await expect(commit(insert(4))).resolves.toBe(4);
  });

  it('answers a write only after it is committed', async () => {
    const commit = groupCommit(transact);
    const commitsSeen = await Promise.all([1, 2, 3].map(n => commit(insert(n)).then(() => commits)));
    expect(commitsSeen.every(seen => seen > 0)).toBe(true);
    expect(commits).toBe(2);
  });

  it('bounds a group at 100 writes', async () => {
    const commit = groupCommit(transact);
    await Promise.all(Array.from({ length: 301 }, (_, n) => commit(insert(n))));
    expect(commits).toBe(4);
  });
});
