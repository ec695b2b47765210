/**
 * The whole case as one file (案卷包), for whoever wants to check it offline: put together from the rows when it is asked
 * for, once the case is over.
 *
 * Papers, slips and ledger of a case are the same each time; the evidence beside them (checkpoint, proofs, revocation
 * lists) and the time of making are newer, and with them the center's seal over the manifest, which is kept in no row: it
 * only binds what stands by itself. For the same reason it has no leaf in the log: reading would then write, as often as
 * anybody reads. A bundle that is complete is remembered while nothing in it but the checkpoint would be newer, so that
 * who asks again is given the same bytes.
 */
import { createHash } from 'node:crypto';
import { type Paper, type TrustFiles, writeBundle } from '../certs/bundle/write.ts';
import { withTimeStamp } from '../certs/cms.ts';
import type { LedgerEntry } from '../certs/ledger-chain.ts';
import type { Sealer } from '../certs/seal.ts';
import type { TransparencyLog } from './log/transparency-log.ts';
import { Lru } from './router/lru.ts';
import { readOnce, readTrustFiles } from './trust-files.ts';
import type { CaseView, SealedOutcome, Stampable } from './window/case.ts';
import { readEvents } from './window/counted-case.ts';
import { sealBytes, sealForm } from './window/sealed-bytes.ts';
import { type Stamper, stampsFor } from './window/stamping.ts';

export interface Bundle {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
}

export interface Bundles {
  /** @param view A case that is over. */
  of(view: CaseView): Promise<Bundle>;
}

export interface BundleTools extends Stamper {
  ledgers(numbers: readonly string[]): Promise<ReadonlyMap<string, readonly LedgerEntry[]>>;
  readonly log: Pick<TransparencyLog, 'proof' | 'checkpoint'>;
  /** The center's. */
  readonly sealer: Pick<Sealer, 'seal'>;
  readonly trustFolder: string;
  now(): Date;
  report(defect: Error): void;
}

/** Of some 100 kB each. */
const bundlesKeptMax = 64;
/** A larger one is made anew each time. */
const keptBytesMax = 1024 * 1024;

export function createBundles(tools: BundleTools): Bundles {
  const kept = new Lru<string, Bundle>(bundlesKeptMax);
  return {
    async of(view) {
      const known = kept.get(fingerprint(view, await readOnce(tools.trustFolder)));
      if (known) return known;
      const trust = await readTrustFiles(tools.trustFolder);
      const key = fingerprint(view, trust);
      const { bundle, isComplete } = await make(view, trust, tools);
      return isComplete && bundle.bytes.length <= keptBytesMax ? kept.set(key, bundle) : bundle;
    },
  };
}

async function make(view: CaseView, trust: TrustFiles, tools: BundleTools) {
  const { number, regime, state, acceptedOn } = view;
  const madeAt = tools.now();
  const ledger = (await tools.ledgers([number])).get(number) ?? [];
  const [papers, slips] = await Promise.all([
    Promise.all(inOrder(view.documents, ledger).map(document => documentOf(document, tools))),
    Promise.all(inOrder(view.slips, ledger).map(paper => paperOf(paper, tools))),
  ]);
  const { note } = await tools.log.checkpoint();
  const content = {
    number,
    regime: { id: regime.id, version: regime.version },
    state,
    acceptedOn,
    madeAt,
    papers,
    slips,
    ledger,
    trust,
    checkpoint: Buffer.from(note),
  };
  let isComplete = [...papers, ...slips].every(({ seal, proof }) => !seal || proof);
  const bytes = await writeBundle(content, async manifest => {
    const seal = await tools.sealer.seal(manifest, madeAt);
    const [stamp] = await stampsFor([seal], tools);
    if (stamp) return withTimeStamp(seal, stamp.token);
    isComplete = false;
    return seal;
  });
  return { bundle: { bytes, sha256: sha256(bytes) }, isComplete };
}

interface Sealed extends Stampable {
  readonly id: string;
  readonly record: string;
  readonly seal: string | null;
}

async function documentOf(document: SealedOutcome, tools: BundleTools): Promise<Paper> {
  const { disclosures } = document;
  const paper = await paperOf(document, tools);
  return disclosures === null ? paper : { ...paper, disclosures: Buffer.from(disclosures) };
}

async function paperOf({ id, record, seal, timeStamp }: Sealed, { log }: BundleTools): Promise<Paper> {
  const bytes = { id, record: Buffer.from(record) };
  if (seal === null) return { ...bytes, seal: undefined, proof: undefined };
  const proof = await log.proof(id, sealForm({ timeStamp }));
  return {
    ...bytes,
    seal: sealBytes({ seal, timeStamp }),
    proof: proof === undefined ? undefined : Buffer.from(proof),
  };
}

/** As the ledger names them; first those of a case that was carried over from before there were ledgers. */
function inOrder<One extends { readonly id: string }>(
  papers: readonly One[],
  ledger: readonly LedgerEntry[],
): readonly One[] {
  const told = ledger.flatMap(({ events }) => readEvents(events) ?? []);
  const places = new Map(
    told.flatMap((event, place) =>
      event.event === 'DOCUMENT' || event.event === 'SLIP' ? [[event.id, place] as const] : [],
    ),
  );
  const placeOf = ({ id }: One): number => places.get(id) ?? -1;
  return papers.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** What a bundle would be made of, but for what the log adds. */
function fingerprint({ number, head, documents, slips }: CaseView, trust: TrustFiles): string {
  const stamps = [...documents, ...slips].map(({ id, timeStamp }) => `${id} ${sealForm({ timeStamp })}`);
  const { root, chain, list, listSeal, crls } = trust;
  const files = [root, chain, list, listSeal, ...crls.values()].map(sha256);
  return [number, head.hash, ...stamps, ...files].join();
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
