/**
 * A process that seals and logs, as a gateway does, until it kills itself at a border or is killed. It tells what it has
 * shown and published on standard output, each in the moment in which that was done. Started by killed.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { noteSigner } from '../../../certs/log/sign.ts';
import { readLogKey } from '../../../certs/log-key.ts';
import type { LogStore } from '../../../gateway/log/log-store.ts';
import { openTransparencyLog } from '../../../gateway/log/transparency-log.ts';
import { type Change, changed, type Slip, UNSTAMPED } from '../../../gateway/window/case.ts';
import { eventsOf, nextEntry } from '../../../gateway/window/ledger.ts';
import { openStore, type StorePlace } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import { type Border, Life } from '../../fixtures/life.ts';
import { opening } from '../../fixtures/opening.ts';

/** With what it is started. */
export interface Started {
  readonly place: StorePlace;
  readonly origin: string;
  readonly logKeyPem: string;
  /** Hexadecimal. */
  readonly storageKey: string;
  readonly border: Border | undefined;
  /** It ends by itself after so many. */
  readonly cases: number;
}

/** A line of what it tells. */
export type Said =
  | { readonly shown: readonly { readonly id: string; readonly seal: string }[] }
  | { readonly proved: string; readonly proof: string }
  | { readonly published: string };

const { place, origin, logKeyPem, storageKey, border, cases } = JSON.parse(process.argv[2] ?? '') as Started;
/** So that tiles fill up within a life. */
const slipsPerCase = 40;
const report = (defect: Error): void => {
  throw defect;
};
const life = new Life(border, 'ENDS', () => process.kill(process.pid, 'SIGKILL'));
const say = (said: Said): void => void writeSync(1, `${JSON.stringify(said)}\n`);

const store = await openStore(place, openVault(Buffer.from(storageKey, 'hex')), report);
const watched: LogStore = {
  size: () => store.log.size(),
  entries: (from, countMax) => store.log.entries(from, countMax),
  places: leaves => store.log.places(leaves),
  tiles: tiles => store.log.tiles(tiles),
  newest: () => store.log.newest(),
  newestCosigned: () => store.log.newestCosigned(),
  cosign: (size, lines) => store.log.cosign(size, lines),
  async publish(publication) {
    await life.call('publish', () => store.log.publish(publication));
    say({ published: publication.checkpoint.note });
  },
};
const log = await openTransparencyLog({
  store: watched,
  signer: noteSigner(origin, readLogKey(logKeyPem, 'it')),
  report,
});
log.start();
for (let nth = 0; nth < cases; nth++) {
  const slips = await sealSome();
  if (nth % 2 === 0) await proveOne(slips[0]!);
}
await log.stop();
await store.close();

async function sealSome(): Promise<readonly Slip[]> {
  const opened = await store.open(opening());
  if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
  const { lease, view } = opened.held;
  const slips = Array.from({ length: slipsPerCase }, (_, nth) => slipOf(view.number, nth));
  const changes = slips.map((slip): Change => ({ of: 'SLIP', slip }));
  const after = changed(view, changes, store.now());
  const entry = nextEntry(view.number, view.head, store.now(), eventsOf(view, changes, after));
  const { seq, hash } = entry;
  const step = { view: { ...after, head: { seq, hash } }, changes, entry, taken: [], release: { wakeInMs: null } };
  await life.call('save', () => store.save(lease, step));
  say({ shown: slips.map(({ id, seal }) => ({ id, seal })) });
  return slips;
}

async function proveOne({ id }: Slip): Promise<void> {
  const proof = await log.proof(id, 'B');
  if (proof === undefined) throw new Error(`${id} is not in the log`);
  say({ proved: id, proof });
}

function slipOf(caseNumber: string, nth: number): Slip {
  return {
    id: randomBytes(16).toString('hex'),
    caseNumber,
    kind: 'ACCEPTANCE',
    number: String(nth),
    issuedAt: store.now(),
    record: '{}',
    seal: randomBytes(30).toString('base64'),
    ...UNSTAMPED,
  };
}
