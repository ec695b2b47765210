/**
 * Judges a bundle: the whole case as one file, offline, by a pinned root. All that is in it comes from strangers.
 *
 *     const trust = readTrust({ rootPem });                     // an auditor needs no more: see trust.ts
 *     judgeBundle({ bytes, trust, at: new Date() }).verdict;    // the worst of all that was found
 *
 * What is not one ZIP is judged no further. The seal over the manifest is not asked for a log proof: it only binds what is
 * proved one by one, is made anew for whoever asks, and a bundle that leaves a paper out is found by the ledger, whose
 * head is in slips that are in the log.
 */
import { CENTER } from '../trust-list.ts';
import { examineContent } from '../verify/examine.ts';
import { type Verdicts, weigh } from '../verify/verdict.ts';
import type { Judgement, Trust } from '../verify.ts';
import { type CaseFile, readCaseFile } from './case-file.ts';
import { examineCheckpoints } from './checkpoints.ts';
import { examineManifest, examineNames, openContainer } from './container.ts';
import { type BundleFinding, compare, Found } from './found.ts';
import { CASE_FILE, disclosuresIn, isFixed, LEDGER_FILE, LIST, proofIn, recordIn, sealIn } from './layout.ts';
import { type LedgerFacts, ledgerFacts } from './ledger-facts.ts';
import { readLedger } from './ledger-file.ts';
import { MANIFEST, SIGNATURE } from './manifest.ts';
import { examinePapers, type PaperJudgement } from './papers.ts';
import { trustFor } from './trust.ts';
import type { Files } from './zip.ts';

export interface BundleQuestion {
  readonly bytes: Uint8Array;
  /** Its list may be absent: the bundle brings one. */
  readonly trust: Trust;
  /** The time of verification. */
  readonly at: Date;
  /** How many witnesses of the trust list must have signed the checkpoint of each proof; by default none need have. */
  readonly witnessesMin?: number | undefined;
}

export interface BundleJudgement extends Verdicts {
  /** Everything that was found, what weighs most first. */
  readonly findings: readonly BundleFinding[];
  /** What the bundle says of itself; undefined when that could not be read. */
  readonly caseFile?: CaseFile;
  /** Of the trust list by which it was judged. */
  readonly listVersion?: number;
  /** The center's seal over the manifest. */
  readonly manifest?: Judgement;
  /** Of each paper and slip, in their order. */
  readonly papers: readonly PaperJudgement[];
}

export function judgeBundle({ bytes, trust: pinned, at, witnessesMin }: BundleQuestion): BundleJudgement {
  const found = new Found();
  const files = openContainer(bytes, found);
  if (!files) return { ...weigh(found.findings), papers: [] };
  examineManifest(files, found);
  const trust = trustFor(files, pinned, found);
  const manifest = judgeManifest(files, trust, at, found);
  const caseFile = readIn(files, CASE_FILE, readCaseFile, found);
  if (caseFile) examineNames(files, isFileOf(caseFile), found);
  const ledger = caseFile && ledgerOf(files, caseFile, found);
  const papers = caseFile ? examinePapers({ files, caseFile, ledger, trust, at, witnessesMin }, found) : [];
  examineCheckpoints(files, papers, trust.list, found);
  return {
    ...weigh(found.findings),
    ...(caseFile && { caseFile }),
    ...(trust.list && { listVersion: trust.list.version }),
    ...(manifest && { manifest }),
    papers,
  };
}

function readIn<T>(files: Files, file: string, read: (bytes: Uint8Array) => T, found: Found): T | undefined {
  const bytes = files.get(file);
  return bytes && found.read(file, () => read(bytes));
}

function judgeManifest(files: Files, trust: Trust, at: Date, found: Found): Judgement | undefined {
  const [content, seal] = [files.get(MANIFEST), files.get(SIGNATURE)];
  if (!content || !seal) return undefined;
  const judgement = examineContent({ content, seal, trust, at });
  found.take(judgement.findings, ({ at: place }) => (place.startsWith('trust list') ? LIST : SIGNATURE));
  if (judgement.signer && judgement.signer.department !== CENTER)
    found.report(SIGNATURE, 'BUNDLE_NOT_BY_CENTER', 'seal');
  return judgement;
}

function isFileOf({ papers, slips }: CaseFile): (file: string) => boolean {
  const ofPapers = [...papers, ...slips].flatMap(({ folder, seal }) => [
    recordIn(folder),
    ...(seal === null ? [] : [sealIn(folder), proofIn(folder)]),
  ]);
  const known = new Set([...ofPapers, ...papers.map(({ folder }) => disclosuresIn(folder))]);
  return file => isFixed(file) || known.has(file);
}

/** States in which a case has come to its end: of no other there are bundles. */
const OVER: ReadonlySet<string | undefined> = new Set(['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN']);

function ledgerOf(files: Files, caseFile: CaseFile, found: Found): LedgerFacts | undefined {
  const entries = readIn(files, LEDGER_FILE, bytes => readLedger(bytes, caseFile.number), found);
  const ledger = entries && ledgerFacts(entries, found);
  if (!ledger) return undefined;
  const { state, acceptedOn, regime } = ledger;
  if (!OVER.has(state)) found.report(LEDGER_FILE, 'CASE_NOT_OVER', 'events', { state: state ?? '–' });
  compare('state', caseFile.state, state, found);
  compare('acceptedOn', caseFile.acceptedOn, acceptedOn, found);
  // The ledger of a case that was carried over does not say.
  if (regime !== undefined) compare('regime', `${caseFile.regime.id}/${caseFile.regime.version}`, regime, found);
  return ledger;
}
