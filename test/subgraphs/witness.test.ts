import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { toBase64 } from '../../certs/base64.ts';
import { SIZE_TYPE, writeAddCheckpoint } from '../../certs/log/add-checkpoint.ts';
import { Lines } from '../../certs/log/lines.ts';
import { NOTE_KEY, noteVerifier, readNote, readSignatures } from '../../certs/log/note.ts';
import { rawPublicKey } from '../../certs/log-key.ts';
import { openWitness, type Witness, type WitnessAnswer } from '../../subgraphs/witness.ts';
import { AT, bytes, ed25519, toyLog } from '../fixtures/toy-log.ts';

const key = ed25519();
const NAME = 'tax.one-window.internal/witness';
const entries = Array.from({ length: 40 }, (_, nth) => bytes(`entry ${nth}\n`));
const logKey = ed25519();
const log = toyLog(entries, { key: logKey });
const fork = toyLog([bytes('another\n'), ...entries.slice(1)], { key: logKey });

describe('a witness', () => {
  let folder: string;
  let witness: Witness;
  let reported: string[];

  const open = () =>
    openWitness({
      file: join(folder, 'witness.sqlite'),
      name: NAME,
      key,
      logs: () => log.logs,
      now: () => AT,
      report: defect => reported.push(defect.message),
    });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'one-window-witness-'));
    reported = [];
    witness = open();
  });
  afterEach(() => {
    witness.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const send = (text: string): WitnessAnswer => witness.addCheckpoint(bytes(text));
  async function grow(old: number, size: number, of = log): Promise<WitnessAnswer> {
    const path = old > 0 && old < size ? await of.consistency(old, size) : [];
    return send(writeAddCheckpoint({ old, path, note: await of.note(size) }));
  }

  it('signs a first checkpoint, and each that continues it', async () => {
    const verifier = noteVerifier({ type: NOTE_KEY.WITNESS, name: NAME, raw: rawPublicKey(key) });
    for (const [old, size] of [
      [0, 0],
      [0, 5],
      [5, 5],
      [5, 6],
      [6, 32],
      [32, 40],
    ] as const) {
      const { status, type, body } = await grow(old, size);
      expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
      const [signature] = readSignatures(new Lines(body, 'LOG_CHECKPOINT_MALFORMED'));
      expect(verifier.verifies(readNote(await log.note(size)).text, signature!.signature)).toBe(true);
    }
  });

  it('tells what it has signed last to a log that does not know', async () => {
    await grow(0, 5);
    expect(await grow(0, 6)).toEqual({ status: 409, type: SIZE_TYPE, body: '5\n' });
    expect(await grow(3, 6)).toEqual({ status: 409, type: SIZE_TYPE, body: '5\n' });
    expect(await grow(6, 6)).toEqual({ status: 409, type: SIZE_TYPE, body: '5\n' });
    expect((await grow(5, 6)).status).toBe(200);
  });

  it('remembers what it has signed when its process is another', async () => {
    await grow(0, 7);
    witness.close();
    witness = open();
    expect(await grow(0, 5)).toMatchObject({ status: 409, body: '7\n' });
    expect((await grow(7, 8)).status).toBe(200);
  });

  it('never signs two histories, and keeps what convicts the log', async () => {
    await grow(0, 7);
    expect((await grow(7, 9, fork)).status).toBe(422);
    expect((await grow(7, 7, fork)).status).toBe(422);
    expect(reported).toEqual([
      'log.example/toy signed a checkpoint of 9 leaves that does not continue its 7',
      'log.example/toy signed a checkpoint of 7 leaves that does not continue its 7',
    ]);
    const db = new Database(join(folder, 'witness.sqlite'), { readonly: true });
    expect(db.prepare('select note from accused order by rowid').pluck().all()).toEqual([
      await fork.note(9),
      await fork.note(7),
    ]);
    db.close();
    expect((await grow(7, 9)).status).toBe(200);
  });

  it('signs nothing smaller, whoever asks in between', async () => {
    await grow(0, 5);
    const other = open();
    const late = { old: 5, path: await log.consistency(5, 6), note: await log.note(6) };
    expect((await grow(5, 9)).status).toBe(200);
    expect(other.addCheckpoint(bytes(writeAddCheckpoint(late)))).toMatchObject({ status: 409, body: '9\n' });
    other.close();
  });

  it('refuses proofs that are wrong, absent, or not needed', async () => {
    const note = await log.note(9);
    const [hash] = await log.consistency(5, 9);
    expect(send(writeAddCheckpoint({ old: 0, path: [hash!], note })).status).toBe(422);
    await grow(0, 5);
    expect(send(writeAddCheckpoint({ old: 5, path: [], note })).status).toBe(422);
    expect(send(writeAddCheckpoint({ old: 5, path: [hash!], note })).status).toBe(422);
    expect(send(writeAddCheckpoint({ old: 5, path: [hash!], note: await log.note(5) })).status).toBe(422);
  });

  it('refuses an empty tree with a root', async () => {
    const odd = { origin: log.origin, size: 0, root: new Uint8Array(32) };
    const text = `${odd.origin}\n0\n${toBase64(odd.root)}\n`;
    const note = `${text}\n${log.signer.line(text)}`;
    expect(send(writeAddCheckpoint({ old: 0, path: [], note })).status).toBe(422);
  });

  it('knows the logs of the trust list and their keys, and no other', async () => {
    const stranger = toyLog(entries, { origin: 'other.example' });
    expect((await grow(0, 5, stranger)).status).toBe(404);
    expect((await grow(0, 5, toyLog(entries))).status).toBe(403);
    const note = (await log.note(5)).replace(/(?<=\n)5(?=\n)/, '6');
    expect(send(writeAddCheckpoint({ old: 0, path: [], note })).status).toBe(403);
    expect(reported).toEqual([]);
  });

  it.each<[string, (text: string) => string]>([
    ['nothing', () => ''],
    ['no old size', text => text.replace('old 5\n', '')],
    ['a zero before its old size', text => text.replace('old 5', 'old 05')],
    ['an old size beyond 2^53', text => text.replace('old 5', 'old 9007199254740992')],
    ['an old size greater than the new one', text => text.replace('old 5', 'old 10')],
    ['a hash that is short', text => text.replace(/\n\S{43}=\n/, '\nAAAA\n')],
    ['64 hashes', text => text.replace(/(\n\S{43}=)/, '$1'.repeat(61))],
    ['no checkpoint', text => text.split('\n\n')[0]!],
    ['a checkpoint without signature', text => text.split('—')[0]!],
    ['more bytes than any', text => `${text}${'x'.repeat(40_000)}`],
  ])('refuses %s', async (_, change) => {
    await grow(0, 5);
    const text = writeAddCheckpoint({ old: 5, path: await log.consistency(5, 9), note: await log.note(9) });
    expect(send(change(text)).status).toBe(400);
  });
});
