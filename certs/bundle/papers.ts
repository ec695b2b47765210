/** The papers of a bundle: each judged by itself, and held against case, ledger and each other. */
import { withoutTimeStamp } from '../cms.ts';
import { type Finding, FormatError } from '../findings.ts';
import { toHex } from '../hex.ts';
import type { JsonObject } from '../jcs.ts';
import { isObject, parseCanonical, textIn } from '../json.ts';
import { sha256 } from '../primitives.ts';
import { examineLeaves, type ShownLeaves, shownOf } from '../verify/leaves.ts';
import { examineRecord } from '../verify/record.ts';
import { type Judgement, judge, type Trust } from '../verify.ts';
import type { BundledPaper, CaseFile } from './case-file.ts';
import { compare, type Found } from './found.ts';
import { disclosuresIn, LEDGER_FILE, LIST, proofIn, recordIn, sealIn } from './layout.ts';
import { type LedgerFacts, type LedgerPaper, namedIn } from './ledger-facts.ts';
import { examineActs, examineStrikes } from './strikes.ts';
import type { Files } from './zip.ts';

export interface PaperJudgement extends BundledPaper {
  /** What the ledger says has become of it: VALID, REPLACED or REVOKED. */
  readonly status: string;
  /** Undefined for what is not sealed. */
  readonly judgement: Judgement | undefined;
}

export interface PaperQuestion {
  readonly files: Files;
  readonly caseFile: CaseFile;
  readonly ledger: LedgerFacts | undefined;
  readonly trust: Trust;
  readonly at: Date;
  readonly witnessesMin?: number | undefined;
}

export function examinePapers(question: PaperQuestion, found: Found): readonly PaperJudgement[] {
  const { files, caseFile, ledger } = question;
  const known = new Set(caseFile.papers.map(({ folder }) => hashOf(files.get(recordIn(folder)))));
  const papers = caseFile.papers.map(paper => examinePaper(paper, question, ledger?.papers, found));
  const counts = new Map<string, number>();
  const slips = caseFile.slips.map(slip => {
    const count = (counts.get(slip.kind) ?? 0) + 1;
    counts.set(slip.kind, count);
    examineSlip(slip, count, known, question, found);
    return examinePaper(slip, question, ledger?.slips, found);
  });
  if (ledger) {
    examineActs(ledger, caseFile.papers, found);
    examineAbsent(ledger.papers, caseFile.papers, found);
    examineAbsent(ledger.slips, caseFile.slips, found);
  }
  return [...papers, ...slips];
}

const hashOf = (bytes: Uint8Array | undefined): string => (bytes ? toHex(sha256(bytes)) : '');

function examinePaper(
  paper: BundledPaper,
  question: PaperQuestion,
  entered: LedgerFacts['papers'] | undefined,
  found: Found,
): PaperJudgement {
  const { files, caseFile, ledger } = question;
  const { folder, id } = paper;
  const status = ledger?.statuses.get(id) ?? 'VALID';
  const [record, seal] = [files.get(recordIn(folder)), files.get(sealIn(folder))];
  if (!record) found.report(recordIn(folder), 'BUNDLE_FILE_MISSING', 'file');
  else examineDescription(paper, record, caseFile, found);
  examineLevel(paper, record, seal, question, found);
  const entry = entered?.get(id);
  if (entry) examineEntered(folder, record, seal, entry, found);
  else if (ledger && !ledger.isCarriedOver) found.report(recordIn(folder), 'PAPER_NOT_IN_LEDGER', 'file');
  const { judgement, leaves } = record ? judgePaper(folder, record, seal, question, found) : NOT_JUDGED;
  if (ledger) examineStrikes(paper, leaves, ledger, found);
  return { ...paper, status, judgement };
}

interface Judged {
  /** Undefined for what is not sealed. */
  readonly judgement: Judgement | undefined;
  /** Undefined for a record without any. */
  readonly leaves: ShownLeaves | undefined;
}
const NOT_JUDGED: Judged = { judgement: undefined, leaves: undefined };

function judgePaper(
  folder: string,
  record: Uint8Array,
  seal: Uint8Array | undefined,
  { files, trust, at, witnessesMin }: PaperQuestion,
  found: Found,
): Judged {
  const disclosures = files.get(disclosuresIn(folder));
  if (!seal) {
    const findings: Finding[] = [];
    const value = examineRecord(record, findings);
    const leaves = examineLeaves({ record, value, disclosures }, findings);
    found.take(findings, ({ at: place }) => fileOf(folder, place));
    return { judgement: undefined, leaves: leaves && shownOf(leaves) };
  }
  const proof = files.get(proofIn(folder));
  const judgement = judge({
    record,
    seal,
    trust,
    at,
    ...(disclosures && { disclosures }),
    ...(proof && { proof }),
    ...(witnessesMin !== undefined && { witnessesMin }),
  });
  found.take(judgement.findings, ({ at: place }) => fileOf(folder, place));
  const { disclosed, struckOut } = judgement;
  return { judgement, leaves: disclosed && struckOut && { disclosed, struckOut } };
}

/** Which file of a paper the place of a finding is in. */
function fileOf(folder: string, place: string): string {
  if (place.startsWith('record')) return recordIn(folder);
  if (place.startsWith('disclosures')) return disclosuresIn(folder);
  if (place.startsWith('log proof')) return proofIn(folder);
  return place.startsWith('trust list') ? LIST : sealIn(folder);
}

/** case.json repeats what the record says. */
function examineDescription(paper: BundledPaper, record: Uint8Array, { number }: CaseFile, found: Found): void {
  const read = canonicalObject(record);
  // That the record can't be read is found with its seal.
  if (!read) return;
  const { folder } = paper;
  for (const member of ['department', 'kind', 'number'] as const)
    compare(`${folder}.${member}`, paper[member], textIn(read, member) ?? null, found);
  const caseNumber = textIn(read, 'caseNumber') ?? '';
  if (caseNumber !== number)
    found.report(recordIn(folder), 'PAPER_OF_ANOTHER_CASE', 'record.caseNumber', { found: caseNumber, number });
}

function canonicalObject(record: Uint8Array): JsonObject | undefined {
  try {
    const value = parseCanonical(UTF8.decode(record));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function examineLevel(
  paper: BundledPaper,
  record: Uint8Array | undefined,
  seal: Uint8Array | undefined,
  question: PaperQuestion,
  found: Found,
): void {
  const { folder, kind, seal: says } = paper;
  if (!seal) {
    if (says !== null) found.report(sealIn(folder), 'BUNDLE_FILE_MISSING', 'file');
    else if (record && mustBeSealed(paper, record, question))
      found.report(recordIn(folder), 'PAPER_NOT_SEALED', 'record.kind', { kind });
    return;
  }
  const bare = withoutStamp(seal);
  if (bare) compare(`${folder}.seal`, says, bare.length === seal.length ? 'B' : 'B-T', found);
}

/** What a department calls the record by which it takes a grant back. */
const REVOCATION = 'REVOCATION';

/**
 * That a paper needs no seal is not for the center to say, which writes case.json and ledger: the trust list has the
 * kinds that are sealed. A grant of another kind, such as a reserved name, is taken back without a seal, too.
 */
function mustBeSealed({ kind }: BundledPaper, record: Uint8Array, question: PaperQuestion): boolean {
  const { files, caseFile, trust } = question;
  const isSealed = (one: string) => trust.list?.holders.some(({ seals }) => seals.includes(one)) === true;
  if (!isSealed(kind)) return false;
  const revokes = kind === REVOCATION ? memberOf(record, 'revokes') : undefined;
  if (revokes === undefined) return true;
  const granted = caseFile.papers.find(
    ({ folder, kind: of }) => of !== REVOCATION && memberOf(files.get(recordIn(folder)), 'operationId') === revokes,
  );
  return !granted || isSealed(granted.kind);
}

const memberOf = (record: Uint8Array | undefined, member: string): string | undefined => {
  const read = record && canonicalObject(record);
  return read && textIn(read, member);
};

/** @returns undefined when it is no seal, which is found elsewhere. */
function withoutStamp(seal: Uint8Array): Uint8Array | undefined {
  try {
    return withoutTimeStamp(seal);
  } catch (fault) {
    if (fault instanceof FormatError) return undefined;
    throw fault;
  }
}

/** The ledger names the seal as its department made it: a time stamp may have come later. */
function examineEntered(
  folder: string,
  record: Uint8Array | undefined,
  seal: Uint8Array | undefined,
  { seq, recordSha256, sealSha256 }: LedgerPaper,
  found: Found,
): void {
  const facts = { seq: String(seq) };
  if (record && hashOf(record) !== recordSha256)
    found.report(recordIn(folder), 'PAPER_DIFFERS_FROM_LEDGER', 'file', facts);
  const bare = seal && withoutStamp(seal);
  if ((bare ? hashOf(bare) : null) !== sealSha256)
    found.report(sealIn(folder), 'PAPER_DIFFERS_FROM_LEDGER', 'file', facts);
}

/** Papers that the ledger names and the bundle leaves out. */
function examineAbsent(entered: LedgerFacts['papers'], there: readonly BundledPaper[], found: Found): void {
  const ids = new Set(there.map(({ id }) => id));
  for (const [paper, { offset }] of entered)
    if (!ids.has(paper)) found.report(LEDGER_FILE, 'PAPER_ABSENT', `byte ${offset}`, { paper });
}

/** @param count The how manieth of its kind. @param known The SHA-256 of the records of all papers. */
function examineSlip(
  { folder, id, kind }: BundledPaper,
  count: number,
  known: ReadonlySet<string>,
  { files, caseFile, ledger }: PaperQuestion,
  found: Found,
): void {
  const record = files.get(recordIn(folder));
  const read = record && canonicalObject(record);
  if (!read) return;
  const file = recordIn(folder);
  const number = `${caseFile.number}/${kind}/${count}`;
  const said = textIn(read, 'number') ?? '';
  if (said !== number) found.report(file, 'SLIP_NUMBER_DIFFERS', 'record.number', { found: said, number });
  for (const [at, paper] of namedIn(read)) if (!known.has(paper)) found.report(file, 'PAPER_ABSENT', at, { paper });
  if (ledger) examineHead(file, read, ledger, ledger.slips.get(id), found);
}

/** Where the ledger ended when the slip was sealed. Slips of the first form do not say. */
function examineHead(
  file: string,
  { ledger: head }: JsonObject,
  { entries }: LedgerFacts,
  entered: LedgerPaper | undefined,
  found: Found,
): void {
  if (head === undefined) return;
  const { seq = null, hash = null } = isObject(head) ? head : {};
  const last = entries.at(-1)?.seq ?? 0;
  if (typeof seq === 'number' && seq > last) {
    found.report(file, 'LEDGER_CUT', 'record.ledger', { seq: String(last), named: String(seq) });
    return;
  }
  const before = seq === 0 ? '' : entries.find(entry => entry.seq === seq)?.hash;
  if (hash !== before || (entered && entered.seq - 1 !== seq))
    found.report(file, 'LEDGER_HEAD_DIFFERS', 'record.ledger', { seq: String(seq) });
}
