/** What is struck out of the papers of a bundle, held against the acts in the ledger: two persons had it struck out, or nobody. */
import type { ShownLeaves } from '../verify/leaves.ts';
import type { BundledPaper } from './case-file.ts';
import type { Found } from './found.ts';
import { disclosuresIn, LEDGER_FILE } from './layout.ts';
import type { LedgerFacts, LedgerStrike } from './ledger-facts.ts';

/** @param leaves Undefined for a record without any. */
export function examineStrikes(
  { folder, id }: BundledPaper,
  leaves: ShownLeaves | undefined,
  { strikes }: LedgerFacts,
  found: Found,
): void {
  const acts = strikes.get(id) ?? [];
  const entered = new Set(acts.flatMap(({ paths }) => paths));
  const file = disclosuresIn(folder);
  for (const path of leaves?.struckOut ?? [])
    if (!entered.has(path)) found.report(file, 'STRUCK_OUT_WITHOUT_ACT', path);
  for (const path of Object.keys(leaves?.disclosed ?? {}))
    if (entered.has(path)) found.report(file, 'DISCLOSED_THOUGH_STRUCK_OUT', path);
}

/** Of every act: two different persons. Of one that names no paper of the bundle nothing else would be said. */
export function examineActs({ strikes }: LedgerFacts, papers: readonly BundledPaper[], found: Found): void {
  const ids = new Set(papers.map(({ id }) => id));
  const acts = [...strikes.values()].flat();
  for (const { seq, offset } of acts.filter(act => !isByTwo(act)))
    found.report(LEDGER_FILE, 'STRUCK_OUT_BY_ONE_PERSON', `byte ${offset}`, { seq: String(seq) });
  for (const { offset, paper } of acts.filter(act => !ids.has(act.paper)))
    found.report(LEDGER_FILE, 'PAPER_ABSENT', `byte ${offset}`, { paper });
}

const isByTwo = ({ by, approvedBy }: LedgerStrike): boolean => by !== '' && approvedBy !== '' && by !== approvedBy;
