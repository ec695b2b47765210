/** Puts a bundle together from the papers of a case and the evidence for them; the manifest is sealed by whoever calls. */
import { readSignedData } from '../cms.ts';
import type { JsonObject } from '../jcs.ts';
import { textIn } from '../json.ts';
import type { LedgerEntry } from '../ledger-chain.ts';
import { type BundledPaper, type CaseFile, writeCaseFile } from './case-file.ts';
import {
  CASE_FILE,
  CHAIN,
  CHECKPOINT,
  crlOf,
  disclosuresIn,
  folderOf,
  LEDGER_FILE,
  LIST,
  LIST_SEAL,
  type PaperFolder,
  proofIn,
  README,
  ROOT,
  recordIn,
  sealIn,
} from './layout.ts';
import { writeLedger } from './ledger-file.ts';
import { digestsOf, MANIFEST, MIMETYPE, SIGNATURE, writeManifest } from './manifest.ts';
import { writeReadme } from './readme.ts';
import { FIRST_FILE, writeZip } from './zip.ts';

export interface BundleContent extends Omit<CaseFile, 'papers' | 'slips' | 'madeAt'> {
  readonly madeAt: Date;
  /** In the order of the ledger. */
  readonly papers: readonly Paper[];
  readonly slips: readonly Paper[];
  readonly ledger: readonly LedgerEntry[];
  readonly trust: TrustFiles;
  /** The newest of the log, as it serves it; undefined before there is one. */
  readonly checkpoint: Uint8Array | undefined;
}

export interface Paper {
  /** By which the ledger names it. */
  readonly id: string;
  readonly record: Uint8Array;
  /** Absent where the record has no leaves, and where all of them are struck out. */
  readonly disclosures?: Uint8Array;
  /** With its time stamp, if it has one; undefined for what is not sealed. */
  readonly seal: Uint8Array | undefined;
  /** Undefined while the log has signed no checkpoint that holds the seal. */
  readonly proof: Uint8Array | undefined;
}

/** The files of `/trust`, as the center serves them. */
export interface TrustFiles {
  readonly root: Uint8Array;
  readonly chain: Uint8Array;
  readonly list: Uint8Array;
  readonly listSeal: Uint8Array;
  /** Revocation lists by the name of their authority, such as `seal-authority`. */
  readonly crls: ReadonlyMap<string, Uint8Array>;
}

/** @param seal The center's, over the manifest. */
export async function writeBundle(
  content: BundleContent,
  seal: (manifest: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const data = dataOf(content);
  const manifest = writeManifest(digestsOf(data));
  const signature = await seal(manifest);
  return writeZip(new Map([...data, [FIRST_FILE, MIMETYPE], [MANIFEST, manifest], [SIGNATURE, signature]]));
}

function dataOf(content: BundleContent): Map<string, Uint8Array> {
  const { number, regime, state, acceptedOn, madeAt, ledger, trust, checkpoint } = content;
  const papers = content.papers.map((paper, place) => placed('papers', paper, place));
  const slips = content.slips.map((paper, place) => placed('slips', paper, place));
  const described = {
    number,
    regime,
    state,
    acceptedOn,
    madeAt: madeAt.toISOString(),
    papers: papers.map(({ entry }) => entry),
    slips: slips.map(({ entry }) => entry),
  };
  return new Map([
    [README, writeReadme({ number, madeAt, isWhole: !isCarriedOver(ledger) })],
    [CASE_FILE, writeCaseFile(described)],
    [LEDGER_FILE, writeLedger(ledger)],
    [ROOT, trust.root],
    [CHAIN, trust.chain],
    [LIST, trust.list],
    [LIST_SEAL, trust.listSeal],
    ...[...trust.crls].map(([name, crl]): [string, Uint8Array] => [crlOf(name), crl]),
    ...(checkpoint ? [[CHECKPOINT, checkpoint] as const] : []),
    ...[...papers, ...slips].flatMap(({ files }) => files),
  ]);
}

const isCarriedOver = ([first]: readonly LedgerEntry[]): boolean =>
  first?.events.includes('"event":"CARRIED_OVER"') === true;

interface Placed {
  readonly entry: BundledPaper;
  readonly files: readonly (readonly [string, Uint8Array])[];
}

function placed(of: PaperFolder, { id, record, disclosures, seal, proof }: Paper, place: number): Placed {
  const read = JSON.parse(new TextDecoder().decode(record)) as JsonObject;
  const [department, kind] = [textIn(read, 'department') ?? '', textIn(read, 'kind') ?? ''];
  const folder = folderOf(of, place, kind);
  const entry: BundledPaper = {
    folder,
    id,
    department,
    kind,
    number: textIn(read, 'number') ?? null,
    seal: seal ? (readSignedData(seal).timeStamp ? 'B-T' : 'B') : null,
  };
  const files = [
    [recordIn(folder), record] as const,
    ...(disclosures ? [[disclosuresIn(folder), disclosures] as const] : []),
    ...(seal ? [[sealIn(folder), seal] as const] : []),
    ...(proof ? [[proofIn(folder), proof] as const] : []),
  ];
  return { entry, files };
}
