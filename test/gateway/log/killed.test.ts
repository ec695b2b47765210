/** Gateways that are killed while they seal and log. `LONG=1` kills far more of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { toBase64 } from '../../../certs/base64.ts';
import { readCheckpoint } from '../../../certs/log/checkpoint.ts';
import { entryOf } from '../../../certs/log/entry.ts';
import { readNote } from '../../../certs/log/note.ts';
import { checkProof } from '../../../certs/log/proof.ts';
import { noteSigner } from '../../../certs/log/sign.ts';
import { checkConsistency, consistencyProof } from '../../../certs/log/tree.ts';
import { makeLogKeyPem, rawPublicKey, readLogKey } from '../../../certs/log-key.ts';
import { Sequencer } from '../../../gateway/log/sequencer.ts';
import { openTransparencyLog } from '../../../gateway/log/transparency-log.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import { places, postgresAbsence, type TestPlace } from '../../fixtures/database.ts';
import type { Border } from '../../fixtures/life.ts';
import type { Said, Started } from './log-until-killed.ts';

const isLong = process.env.LONG === '1';
const killsPerStore = isLong ? 300 : 8;
const withinMs = isLong ? 1_800_000 : 180_000;

const ORIGIN = 'log.example/killed';
const storageKey = 'ab'.repeat(32);
const logKeyPem = makeLogKeyPem();
const key = readLogKey(logKeyPem, 'the test');
const logs = [{ origin: ORIGIN, key: toBase64(rawPublicKey(key)) }];

/** Between the leaves and the checkpoint, before and after each of the two; and when nobody expects it. */
const BORDERS: readonly (Border | undefined)[] = [
  'save 1 after',
  'publish 1 before',
  'publish 2 before',
  'publish 2 after',
  undefined,
  'save 8 after',
  'publish 5 before',
  'save 3 before',
  undefined,
  'publish 9 after',
];
const randomKillMaxMs = 400;

if (postgresAbsence !== undefined) it.skip(`killed gateways on PostgreSQL: ${postgresAbsence}`, () => {});

/** Lives until it kills itself at the border, or is killed; what it said until then. */
async function lived(started: Started): Promise<{ readonly said: readonly Said[]; readonly killed: boolean }> {
  const program = join(import.meta.dirname, 'log-until-killed.ts');
  const running = spawn(process.execPath, [program, JSON.stringify(started)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(running, 'exit');
  const said: Said[] = [];
  let killing: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: running.stdout })) {
    said.push(JSON.parse(line) as Said);
    if (!started.border) killing ??= setTimeout(() => running.kill('SIGKILL'), Math.random() * randomKillMaxMs);
  }
  clearTimeout(killing);
  const [code, signal] = (await exit) as [number | null, string | null];
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the process ended with ${code ?? signal}`);
  return { said, killed: signal === 'SIGKILL' };
}

/** What was said, by all who lived. */
class Heard {
  readonly shown = new Map<string, string>();
  readonly proofs: { readonly id: string; readonly proof: string }[] = [];
  readonly published: string[] = [];

  take(said: readonly Said[]): void {
    for (const one of said) {
      if ('shown' in one) for (const { id, seal } of one.shown) this.shown.set(id, seal);
      else if ('proved' in one) this.proofs.push({ id: one.proved, proof: one.proof });
      else this.published.push(one.published);
    }
  }
}

/** Everything that was ever shown, proved or published still holds in the log as the rows have it now. */
async function mustHold(at: TestPlace, heard: Heard): Promise<number> {
  const store = await openStore(at.place, openVault(Buffer.from(storageKey, 'hex')), fail);
  const signer = noteSigner(ORIGIN, key);
  const log = await openTransparencyLog({ store: store.log, signer, report: fail });
  const sequencer = new Sequencer(store.log, signer);
  try {
    const proofs = await Promise.all(
      Array.from(heard.shown.keys(), async id => ({ id, proof: (await log.proof(id, 'B')) ?? 'none' })),
    );
    for (const { id, proof } of [...proofs, ...heard.proofs]) {
      const entry = entryOf('center', Buffer.from(heard.shown.get(id) ?? '', 'base64'));
      const { findings } = checkProof({ proof: Buffer.from(proof), entry, logs, witnesses: [] });
      expect({ id, findings }).toEqual({ id, findings: [] });
    }
    await sequencer.integrate();
    const to = sequencer.checkpointOf(sequencer.head!);
    for (const note of heard.published) {
      const from = readCheckpoint(readNote(note).text);
      if (from.size === 0) continue;
      const path = await consistencyProof(from.size, to.size, sequencer.hashesOf(to.size));
      const grew = checkConsistency({ from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, path });
      expect({ size: from.size, grew }).toEqual({ size: from.size, grew: true });
    }
    expect(to.size).toBe(await store.log.size());
    return to.size;
  } finally {
    await store.close();
  }
}

describe.each(places)('a log whose gateways are killed, on %s', (name, make) => {
  const gateways = name === 'PostgreSQL' ? 2 : 1;

  it(
    'has every seal that was shown, continues all that was published, and is proved by what is there',
    async () => {
      const at = await make();
      const heard = new Heard();
      const started = { place: at.place, origin: ORIGIN, logKeyPem, storageKey, cases: 30 };
      const sizes: number[] = [];
      let killed = 0;
      try {
        for (let kill = 0; kill < killsPerStore; kill += gateways) {
          const lives = Array.from({ length: gateways }, (_, nth) => BORDERS[(kill + nth) % BORDERS.length]);
          const ended = await Promise.all(lives.map(border => lived({ ...started, border })));
          for (const { said } of ended) heard.take(said);
          killed += ended.filter(one => one.killed).length;
          sizes.push(await mustHold(at, heard));
        }
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
        // Who has nothing left to do may come to the end before a border that lies far ahead.
        expect(killed).toBeGreaterThan(killsPerStore / 2);
        expect(heard.shown.size).toBeGreaterThan(20 * killsPerStore);
        expect(sizes.at(-1)).toBeGreaterThanOrEqual(heard.shown.size);
      } finally {
        await at.remove();
      }
    },
    withinMs,
  );
});

function fail(defect: Error): never {
  throw defect;
}
