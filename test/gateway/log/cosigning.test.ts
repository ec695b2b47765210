import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toBase64 } from '../../../certs/base64.ts';
import { readSize, SIZE_TYPE } from '../../../certs/log/add-checkpoint.ts';
import { readNote } from '../../../certs/log/note.ts';
import { checkProof } from '../../../certs/log/proof.ts';
import { noteSigner } from '../../../certs/log/sign.ts';
import { rawPublicKey } from '../../../certs/log-key.ts';
import { createCosigning } from '../../../gateway/log/cosigning.ts';
import { openTransparencyLog, type TransparencyLog } from '../../../gateway/log/transparency-log.ts';
import type { WitnessClient, WitnessReply } from '../../../gateway/log/witness-client.ts';
import type { Store } from '../../../gateway/window/store.ts';
import { openWitness, type Witness } from '../../../subgraphs/witness.ts';
import { places, postgresAbsence, type TestPlace } from '../../fixtures/database.ts';
import { appendLeaves, emptyLog, leafEntry, leafPaper, openLogStore } from '../../fixtures/leaves.ts';
import { AT, bytes, ed25519 } from '../../fixtures/toy-log.ts';

const key = ed25519();
const signer = noteSigner('log.example/window', key);
const logs = [{ origin: 'log.example/window', key: toBase64(rawPublicKey(key)) }];
const HOLDERS = ['business', 'tax'];
const keys = new Map(HOLDERS.map(holder => [holder, ed25519()]));
const nameOf = (holder: string) => `${holder}.one-window.internal/witness`;
const listed = HOLDERS.map(holder => ({
  holder,
  name: nameOf(holder),
  key: toBase64(rawPublicKey(keys.get(holder)!)),
}));

if (postgresAbsence !== undefined) it.skip(`the witnesses of a log in PostgreSQL: ${postgresAbsence}`, () => {});

describe.each(places)('the witnesses of a log on %s', (_, make) => {
  let at: TestPlace;
  let store: Store;
  let folder: string;
  let offices: Map<string, Witness>;
  let log: TransparencyLog;
  let reported: string[];
  let away: Set<string>;

  beforeAll(async () => {
    at = await make();
    store = await openLogStore(at);
  });
  afterAll(async () => {
    await store.close();
    await at.remove();
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'one-window-witnesses-'));
    reported = [];
    away = new Set();
    offices = new Map(HOLDERS.map(holder => [holder, office(holder)]));
    log = await openLog();
  });
  afterEach(async () => {
    await log.stop();
    for (const witness of offices.values()) witness.close();
    rmSync(folder, { recursive: true, force: true });
    await emptyLog(at);
  });

  const report = (defect: Error) => void reported.push(defect.message);
  const openLog = () => openTransparencyLog({ store: store.log, signer, report });
  const office = (holder: string): Witness =>
    openWitness({
      file: join(folder, `${holder}.sqlite`),
      name: nameOf(holder),
      key: keys.get(holder)!,
      logs: () => logs,
      now: () => AT,
      report,
    });

  /** A department without the network in between. */
  const client = (holder: string): WitnessClient => ({
    holder,
    async ask(text): Promise<WitnessReply> {
      if (away.has(holder)) throw new Error('nobody answers');
      const { status, type, body } = offices.get(holder)!.addCheckpoint(bytes(text));
      if (status === 200) return { said: 'SIGNED', lines: body };
      return type === SIZE_TYPE
        ? { said: 'SIZE', size: readSize(body)! }
        : { said: 'REFUSED', status, sentence: body.trim() };
    },
    close: async () => undefined,
  });
  const cosigning = (witnesses = HOLDERS.map(client), known = listed) =>
    createCosigning({ store: store.log, log, witnesses, listed: () => known, report });

  async function appended(count: number): Promise<void> {
    await appendLeaves(at, count);
    const [head] = await at.query('select size from log_head');
    await log.proof(leafPaper(Number(head!.size) - 1), 'BT');
  }
  const signedBy = async () => readNote((await log.checkpoint()).note).signatures.map(({ name }) => name);

  it('sign each checkpoint that is brought to them, and proofs are given under it', async () => {
    const round = cosigning();
    for (const count of [3, 1, 300]) {
      await appended(count);
      await round();
      expect(await signedBy()).toEqual(['log.example/window', ...HOLDERS.map(nameOf)]);
    }
    const fresh = await openLog();
    const proof = bytes((await fresh.proof(leafPaper(2), 'BT'))!);
    expect(checkProof({ proof, entry: leafEntry(2), logs, witnesses: listed })).toMatchObject({
      findings: [],
      index: 2,
      size: 304,
      witnesses: HOLDERS.map(nameOf),
    });
    expect(reported).toEqual([]);
  });

  it('leave a leaf that came after them to the newest checkpoint', async () => {
    await appended(3);
    await cosigning()();
    await appendLeaves(at, 1);
    const proof = bytes((await log.proof(leafPaper(3), 'BT'))!);
    expect(checkProof({ proof, entry: leafEntry(3), logs, witnesses: listed })).toMatchObject({
      findings: [],
      size: 4,
      witnesses: [],
    });
  });

  it('are left out while they are away, and go on where they were', async () => {
    const round = cosigning();
    await appended(3);
    await round();
    away.add('tax');
    await appended(5);
    await round();
    expect(await signedBy()).toEqual(['log.example/window', nameOf('business')]);
    away.clear();
    await appended(7);
    await round();
    expect(await signedBy()).toHaveLength(3);
    expect(reported).toEqual([]);
  });

  it('sign the newest checkpoint when they are back, though no other has come since', async () => {
    const round = cosigning();
    away.add('tax');
    await appended(3);
    await round();
    expect(await signedBy()).toEqual(['log.example/window', nameOf('business')]);
    away.clear();
    await round();
    expect(await signedBy()).toEqual(['log.example/window', ...HOLDERS.map(nameOf)]);
    expect(reported).toEqual([]);
  });

  it('tell another gateway, or one that was started anew, what they have signed', async () => {
    await appended(3);
    await cosigning()();
    await appended(5);
    const [one, other] = [cosigning(), cosigning()];
    await Promise.all([one(), other()]);
    expect(await signedBy()).toHaveLength(3);
    await appended(2);
    await other();
    await appended(2);
    await one();
    expect(await signedBy()).toHaveLength(3);
    expect(reported).toEqual([]);
  });

  it('are not asked about what they have signed, nor about an empty log', async () => {
    let asked = 0;
    const counted = HOLDERS.map(client).map(one => ({
      ...one,
      ask: (text: string) => {
        asked += 1;
        return one.ask(text);
      },
    }));
    const round = cosigning(counted);
    await log.checkpoint();
    await round();
    expect(asked).toBe(0);
    await appended(1);
    await round();
    await round();
    expect(asked).toBe(2);
  });

  it('find out a log that was brought back to an earlier state', async () => {
    await appended(9);
    await cosigning()();
    await emptyLog(at);
    await log.stop();
    log = await openLog();
    await appended(5);
    const round = cosigning([client('tax')]);
    await round();
    // What is known by now is reported once.
    await round();
    expect(reported).toEqual([
      'the witness tax has signed a checkpoint of 9 leaves, but the log has 5: leaves that were published are lost',
    ]);
    expect(await signedBy()).toHaveLength(1);
  });

  it('find out a log that has two histories', async () => {
    await appended(9);
    await cosigning()();
    await emptyLog(at);
    await appendLeaves(at, 12);
    await at.query("update log_leaf set entry = 'another' where idx = 8");
    await log.stop();
    log = await openLog();
    await log.checkpoint();
    await log.proof(leafPaper(11), 'BT');
    await cosigning([client('tax')])();
    expect(reported).toEqual([
      'log.example/window signed a checkpoint of 12 leaves that does not continue its 9',
      'the witness tax refuses the checkpoint of 12 leaves (422): the checkpoint does not continue the one that was signed last',
    ]);
    expect(await signedBy()).toHaveLength(1);
  });

  it('are believed by each of their keys: one that was renewed is listed after the one before', async () => {
    const before = { ...listed[1]!, key: toBase64(rawPublicKey(ed25519())) };
    await appended(3);
    await cosigning([client('tax')], [before, ...listed])();
    expect(await signedBy()).toEqual(['log.example/window', nameOf('tax')]);
    expect(reported).toEqual([]);
  });

  it('are believed only by their own signatures', async () => {
    const impostor = { ...client('business'), holder: 'tax' };
    const babbler = { ...client('business'), ask: async () => ({ said: 'SIGNED', lines: 'yes\n' }) as const };
    const stranger = { ...client('business'), holder: 'code' };
    await appended(3);
    await cosigning([impostor])();
    await cosigning([babbler])();
    await cosigning([stranger])();
    expect(await signedBy()).toHaveLength(1);
    expect(reported).toEqual(
      ['tax', 'business', 'code'].map(
        holder => `the witness ${holder} has not signed the checkpoint that it was brought`,
      ),
    );
  });
});
