import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { toHex } from '../../../certs/hex.ts';
import { noteSigner } from '../../../certs/log/sign.ts';
import { consistencyProof, inclusionProof, type ReadHashes } from '../../../certs/log/tree.ts';
import { Sequencer } from '../../../gateway/log/sequencer.ts';
import type { Store } from '../../../gateway/window/store.ts';
import { places, postgresAbsence, type TestPlace } from '../../fixtures/database.ts';
import { appendLeaves, emptyLog, leafEntry, openLogStore } from '../../fixtures/leaves.ts';
import { bytes, ed25519, toyLog } from '../../fixtures/toy-log.ts';

const key = ed25519();
const ORIGIN = 'log.example/window';
const signer = noteSigner(ORIGIN, key);
const LEAVES = 66_500;
const toy = toyLog(
  Array.from({ length: LEAVES }, (_, index) => leafEntry(index)),
  { origin: ORIGIN, key },
);

if (postgresAbsence !== undefined) it.skip(`the log in PostgreSQL: ${postgresAbsence}`, () => {});

describe.each(places)('the sequencer on %s', (_, make) => {
  let at: TestPlace;
  let store: Store;

  beforeAll(async () => {
    at = await make();
    store = await openLogStore(at);
  });
  afterAll(async () => {
    await store.close();
    await at.remove();
  });
  afterEach(() => emptyLog(at));

  const sequencer = (leavesMax?: number) => new Sequencer(store.log, signer, leavesMax);
  async function integrated(leavesMax?: number): Promise<Sequencer> {
    const one = sequencer(leavesMax);
    await one.integrate();
    return one;
  }
  const numbers = async (sql: string): Promise<number[]> => (await at.query(sql)).map(row => Number(row.n));
  const published = () => numbers('select size as n from log_checkpoint order by size');
  const pathsOf = async (index: number, from: number, size: number, read: ReadHashes) =>
    [await inclusionProof(index, size, read), await consistencyProof(from, size, read)].map(path => path.map(toHex));

  it('signs that nothing is there, before anything is', async () => {
    const { head } = await integrated();
    expect(head).toEqual({ size: 0, note: await toy.note(0) });
    expect(await store.log.newest()).toEqual(head);
  });

  it('has at every size the root, tiles and proofs of the tree, though it holds its edge alone', async () => {
    const one = await integrated(10_000);
    let size = 0;
    for (const count of [1, 254, 1, 1, 255, 300, 64_000, 724, 964]) {
      await appendLeaves(at, count);
      size += count;
      expect(await one.integrate()).toBe(true);
      expect(one.head).toEqual({ size, note: await toy.note(size) });
      for (const index of [0, Math.floor(size / 2), size - 1]) {
        const from = Math.ceil(size / 3);
        expect(await pathsOf(index, from, size, one.hashesOf(size))).toEqual(
          await pathsOf(index, from, size, toy.read),
        );
      }
    }
    expect(size).toBe(LEAVES);
    expect(await one.integrate()).toBe(false);
    const batches = [10_812, 20_812, 30_812, 40_812, 50_812, 60_812];
    expect(await published()).toEqual([0, 1, 255, 256, 257, 512, 812, ...batches, 64_812, 65_536, 66_500]);
    expect(await numbers('select count(*) as n from log_tile group by level order by level')).toEqual([259, 2, 1]);
  });

  it('goes on after a start wherever the last process came to its end', async () => {
    for (const count of [3, 253, 1, 255, 400, 65_000]) {
      await appendLeaves(at, count);
      const { head } = await integrated();
      expect(head?.note).toBe(await toy.note(head!.size));
    }
  });

  it('gives the proofs of smaller trees, too', async () => {
    await appendLeaves(at, 66_000);
    const one = await integrated(66_000);
    for (const size of [1, 200, 256, 40_000, 65_536, 65_999]) {
      expect(await pathsOf(0, 1, size, one.hashesOf(size))).toEqual(await pathsOf(0, 1, size, toy.read));
    }
  });

  it('gives tiles and entries as wide as the tree has them, or narrower', async () => {
    await appendLeaves(at, 600);
    const one = await integrated();
    const lengthOf = async (level: number | 'entries', index: number, width: number) =>
      (await one.tile({ level, index, width }))?.length;
    const entryBytes = 2 + leafEntry(0).length;
    expect(await lengthOf(0, 1, 256)).toBe(256 * 32);
    expect(await lengthOf(0, 1, 7)).toBe(7 * 32);
    expect(await lengthOf(0, 2, 88)).toBe(88 * 32);
    expect(await lengthOf(0, 2, 89)).toBeUndefined();
    expect(await lengthOf(1, 0, 2)).toBe(64);
    expect(await lengthOf(1, 0, 3)).toBeUndefined();
    expect(await lengthOf(2, 0, 1)).toBeUndefined();
    expect(await lengthOf('entries', 2, 88)).toBe(88 * entryBytes);
    expect(await lengthOf('entries', 2, 89)).toBeUndefined();
  });

  it('agrees with another gateway, whoever comes first, and both at once', async () => {
    const [one, other] = [await integrated(), await integrated()];
    for (const count of [5, 300, 1, 700]) {
      await appendLeaves(at, count);
      await Promise.all([one.integrate(), other.integrate()]);
      await appendLeaves(at, 1);
      await other.integrate();
      await one.integrate();
      expect(one.head).toEqual(other.head);
      expect(one.head).toEqual(await store.log.newest());
      expect(one.head?.note).toBe(await toy.note(one.head!.size));
    }
  });

  it('publishes no checkpoint with fewer leaves, and takes back no tile that has grown', async () => {
    await appendLeaves(at, 600);
    await integrated();
    await store.log.publish({
      tiles: [{ level: 1, index: 0, hashes: new Uint8Array(32) }],
      checkpoint: { size: 599, note: 'late' },
    });
    expect(await published()).toEqual([0, 600]);
    expect((await store.log.tiles([{ level: 1, index: 0 }]))[0]).toHaveLength(64);
  });

  describe('signs nothing, and says so,', () => {
    const changed = Buffer.from(leafEntry(601)).toString('latin1');
    const fork = toyLog([...toy.entries.slice(0, 700), bytes('another\n'), ...toy.entries.slice(701, 800)], {
      origin: ORIGIN,
      key,
    });

    it.each<[string, string, (fresh: Sequencer) => Promise<unknown>]>([
      [
        'when a leaf was changed after it was signed',
        'do not have the root of its checkpoint of 650 leaves',
        () => at.query(`update log_leaf set entry = '${changed}' where idx = 600`),
      ],
      [
        'when a tile was changed',
        'do not have the root of its checkpoint of 650 leaves',
        () => at.query("update log_tile set hashes = replace(hashes, '0', '1') where level = 1"),
      ],
      [
        'when a leaf is gone',
        'the leaf 600 of the log is missing',
        () => at.query('delete from log_leaf where idx = 600'),
      ],
      [
        'when a tile is gone',
        'the tile 1/0 of the log is missing',
        () => at.query('delete from log_tile where level = 1'),
      ],
      [
        'when the checkpoint is signed with another key',
        'is not signed with the key of log.example/window: bring that one back',
        async () =>
          at.query(`update log_checkpoint set note = '${await toyLog(toy.entries).note(650)}' where size = 650`),
      ],
      [
        'when the checkpoint is of another size than its row',
        'the checkpoint of 650 leaves says 649',
        async () => at.query(`update log_checkpoint set note = '${await toy.note(649)}' where size = 650`),
      ],
    ])('%s', async (_title, sentence, damage) => {
      await appendLeaves(at, 650);
      await damage(await integrated());
      await appendLeaves(at, 50);
      const one = sequencer();
      await expect(one.integrate()).rejects.toThrow(sentence);
      expect(await published()).toEqual([0, 650]);
      expect(one.head).toBeUndefined();
    });

    it('when a leaf is missing among those that are new', async () => {
      const one = await integrated();
      await appendLeaves(at, 10);
      await at.query('delete from log_leaf where idx = 4');
      await expect(one.integrate()).rejects.toThrow('the leaf 4 of the log is missing');
      expect(await published()).toEqual([0]);
    });

    it('when what it has published is gone', async () => {
      await appendLeaves(at, 10);
      const one = await integrated();
      await at.query('delete from log_checkpoint');
      await expect(one.integrate()).rejects.toThrow('the checkpoint of 10 leaves, which was published, is gone');
    });

    it('when the database was brought back to an earlier state under a running gateway', async () => {
      const one = await integrated();
      await appendLeaves(at, 10);
      await one.integrate();
      await at.query('delete from log_checkpoint where size = 10');
      await expect(one.integrate()).rejects.toThrow(
        'after the checkpoint of 10 leaves the database has another one of 0',
      );
    });

    it('when somebody has rewritten the log and signed it anew', async () => {
      await appendLeaves(at, 750);
      const one = await integrated();
      await emptyLog(at);
      await appendLeaves(at, 800);
      await at.query("update log_leaf set entry = 'another\n' where idx = 700");
      await integrated();
      expect((await store.log.newest())?.note).toBe(await fork.note(800));
      await expect(one.integrate()).rejects.toThrow(
        'the checkpoint of 800 leaves does not continue that of 750: the log was rewritten',
      );
      expect(one.head?.size).toBe(750);
    });
  });

  it('goes on when the damage is mended', async () => {
    await appendLeaves(at, 10);
    const one = await integrated();
    await appendLeaves(at, 10);
    await at.query('update log_leaf set idx = 1000 where idx = 14');
    await expect(one.integrate()).rejects.toThrow('the leaf 14 of the log is missing');
    await at.query('update log_leaf set idx = 14 where idx = 1000');
    await one.integrate();
    expect(one.head).toEqual({ size: 20, note: await toy.note(20) });
  });

  it('keeps the newest checkpoint and the newest that was cosigned for good, others for a while', async () => {
    const one = await integrated();
    for (let nth = 0; nth < 3; nth++) {
      await appendLeaves(at, 1);
      await one.integrate();
    }
    const lines = new Map([['tax.example/witness', '— tax.example/witness AAAA\n']]);
    await store.log.cosign(1, lines);
    await store.log.cosign(2, lines);
    await store.advanceClock(599_000);
    await appendLeaves(at, 1);
    await one.integrate();
    expect(await published()).toEqual([0, 1, 2, 3, 4]);
    await store.advanceClock(2_000);
    await appendLeaves(at, 1);
    await one.integrate();
    expect(await published()).toEqual([2, 4, 5]);
    expect(await store.log.newestCosigned()).toEqual({
      size: 2,
      note: `${await toy.note(2)}— tax.example/witness AAAA\n`,
    });
    await store.advanceClock(-601_000);
  });
});
