import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fromBase64 } from '../../../certs/base64.ts';
import { entryOf } from '../../../certs/log/entry.ts';
import { NOTE_KEY, noteVerifier } from '../../../certs/log/note.ts';
import { TileTree } from '../../../certs/log/tile-tree.ts';
import { writeEntries } from '../../../certs/log/tiles.ts';
import { leafHash } from '../../../certs/log/tree.ts';
import { observe } from '../../../tools/monitor/observe.ts';
import { remoteLog } from '../../../tools/monitor/remote-log.ts';
import type { Misbehaved, Seen } from '../../../tools/monitor/seen.ts';
import { type Changes, type ServedLog, serveLog, tileOf } from '../../fixtures/served-log.ts';
import { bytes, ed25519, type ToyLog, toyLog } from '../../fixtures/toy-log.ts';

const key = ed25519();
const entries = Array.from({ length: 1_300 }, (_, nth) => entryOf('tax', bytes(`seal ${nth}`)));
const log = toyLog(entries, { key });
/** The same, but for one entry. */
const forkAt = (index: number): ToyLog =>
  toyLog([...entries.slice(0, index), entryOf('tax', bytes('another')), ...entries.slice(index + 1)], { key });
const keys = {
  logs: [noteVerifier(log.signer.key)],
  witnesses: log.witnesses.map(({ name, key: raw }) =>
    noteVerifier({ type: NOTE_KEY.WITNESS, name, raw: fromBase64(raw)! }),
  ),
};

let served: ServedLog;
beforeAll(async () => {
  served = await serveLog();
});
afterAll(() => served.close());

let indices: number[];
beforeEach(() => {
  indices = [];
});
const look = (last?: Seen): Promise<Seen> =>
  observe({ log: remoteLog(`${served.url}/log`), keys, last, onEntry: index => indices.push(index) });
async function seen(size: number): Promise<Seen> {
  await served.show(log, size);
  const found = await look();
  indices = [];
  return found;
}

describe('who watches a log', () => {
  it.each([
    [0, 1],
    [0, 256],
    [1, 2],
    [255, 257],
    [256, 512],
    [300, 1_300],
    [1_299, 1_300],
  ])('that had %i leaves and has %i hears of each new entry once, in its order', async (before, after) => {
    const last = await seen(before);
    await served.show(log, after);
    expect(await look(last)).toMatchObject({ size: after, note: await log.cosigned(after) });
    expect(indices).toEqual(Array.from({ length: after - before }, (_, nth) => before + nth));
  });

  it('fetches no entry that was seen before, but those beside new ones', async () => {
    const last = await seen(300);
    await served.show(log);
    const from = served.asked.length;
    await look(last);
    expect(served.asked.slice(from).filter(path => path.includes('entries'))).toEqual([
      '/log/tile/entries/001',
      '/log/tile/entries/002',
      '/log/tile/entries/003',
      '/log/tile/entries/004',
      '/log/tile/entries/005.p/20',
    ]);
  });

  it('knows which witnesses have signed', async () => {
    expect((await seen(300)).witnesses).toEqual(['tax.example/witness']);
  });
});

const leaves = (of: ToyLog, from: number, to: number): Uint8Array =>
  TileTree.of(of.entries.slice(from, to).map(leafHash)).bytes();
const bundle = (of: ToyLog, index: number, width: number): Uint8Array =>
  writeEntries(of.entries.slice(index * 256, index * 256 + width));

describe('who watches a log convicts it', () => {
  async function conviction(before: number, after: ToyLog, size: number, changes?: Changes): Promise<Misbehaved> {
    const last = await seen(before);
    await served.show(after, size, changes);
    const outcome = await look(last).catch((error: unknown) => error as Misbehaved);
    expect(outcome).toMatchObject({ name: 'Misbehaved' });
    return outcome as Misbehaved;
  }
  const sentenceOf = async (...some: Parameters<typeof conviction>) => (await conviction(...some)).message;

  it('when it has shrunk, by both checkpoints', async () => {
    const { message, evidence } = await conviction(300, log, 299);
    expect(message).toBe('The log has shrunk: it had 300 leaves, and now it has 299.');
    expect(evidence).toEqual([await log.cosigned(300), await log.cosigned(299)]);
  });

  it('when it has forked', async () => {
    const fork = forkAt(12);
    const { message, evidence } = await conviction(300, fork, 300);
    expect(message).toBe('The log has forked: it has signed two roots of 300 leaves.');
    expect(evidence).toEqual([await log.cosigned(300), await fork.cosigned(300)]);
  });

  it.each([0, 12, 255, 256, 299])('when it has rewritten the entry %i before it went on', async index => {
    expect(await sentenceOf(300, forkAt(index), 1_300)).toBe(
      'The log was rewritten: its 1300 leaves do not begin with the 300 that were seen before.',
    );
  });

  it('when it has rewritten an entry, though it shows the old hashes', async () => {
    const fork = forkAt(12);
    const old = await tileOf(log, { level: 1, index: 0, width: 5 });
    expect(await sentenceOf(300, fork, 1_300, { tile: ({ level }) => (level === 1 ? old : undefined) })).toBe(
      'The entries of the log do not have the root of its checkpoint of 1300 leaves.',
    );
  });

  it('when it shows other entries than it has signed, or other leaves', async () => {
    const isLast = ({ level, index }: { level: unknown; index: number }) => level === 'entries' && index === 2;
    expect(
      await sentenceOf(300, log, 600, {
        tile: tile => (isLast(tile) ? bundle(forkAt(598), tile.index, tile.width) : undefined),
      }),
    ).toBe('The entries of the log do not have the root of its checkpoint of 600 leaves.');
    expect(
      await sentenceOf(300, log, 600, {
        tile: ({ level, index }) => (level === 0 && index === 1 ? leaves(forkAt(260), 256, 512) : undefined),
      }),
    ).toBe('The log was rewritten: its 600 leaves do not begin with the 300 that were seen before.');
  });

  it('when it shows fewer entries or hashes than its tiles have', async () => {
    expect(
      await sentenceOf(300, log, 600, {
        tile: ({ level, index }) => (level === 'entries' && index === 2 ? bundle(log, 2, 87) : undefined),
      }),
    ).toBe('The log serves no 88 entries as tile/entries/002.p/88.');
    expect(
      await sentenceOf(300, log, 600, { tile: ({ level }) => (level === 1 ? new Uint8Array(32) : undefined) }),
    ).toBe('The log serves no 2 hashes as tile/1/000.p/2.');
  });

  it('when a signature is not over its checkpoint, the log’s or a witness’s', async () => {
    expect(await sentenceOf(300, log, 301, { note: note => note.replace('\n301\n', '\n302\n') })).toBe(
      'The signature of log.example/toy is not over the checkpoint that bears it.',
    );
    const other = (await log.cosigned(300)).split('\n').find(line => line.startsWith('— tax'))!;
    expect(await sentenceOf(300, log, 301, { note: note => note.replace(/— tax.*/, other) })).toBe(
      'The signature of tax.example/witness is not over the checkpoint that bears it.',
    );
  });

  it('when the key is another, or the log is', async () => {
    expect(await sentenceOf(300, toyLog(entries), 301)).toBe(
      'The checkpoint of 301 leaves is not signed with the key of the log.',
    );
    expect(await sentenceOf(300, toyLog(entries, { origin: 'other.example' }), 301)).toBe(
      'The checkpoint is of other.example, whose key is not known.',
    );
  });

  it('when it shows no checkpoint at all', async () => {
    expect(await sentenceOf(300, log, 301, { note: () => '<html>' })).toMatch(/^What the log shows is no checkpoint: /);
    expect(await sentenceOf(300, log, 301, { note: note => note.replace('301', '0301') })).toMatch(
      /^What the log shows/,
    );
  });
});

describe('who watches a log can say nothing of it', () => {
  it.each([
    ['when an entry is not served', 'entries', /\/log\/tile\/entries\/00\d\S* answers 404\.$/],
    ['when a hash is not served', 1, /\/log\/tile\/1\/000\.p\/2 answers 404\.$/],
  ])('%s', async (_, absent, sentence) => {
    const last = await seen(300);
    await served.show(log, 600, { tile: ({ level }) => (level === absent ? 'ABSENT' : undefined) });
    await expect(look(last)).rejects.toMatchObject({ name: 'NoAnswer', message: expect.stringMatching(sentence) });
  });

  it('when more comes than can be a checkpoint', async () => {
    await served.show(log, 300, { note: note => note + 'x'.repeat(20_000) });
    await expect(look()).rejects.toMatchObject({ message: expect.stringMatching(/more than 16384 bytes\.$/) });
  });
});
