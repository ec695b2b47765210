import { type PaperChange, paperIn, UNSTAMPED } from '../case.ts';
import type { CompletionRow } from './database.ts';
import { leavesOf } from './leaf-rows.ts';
import { documentRow, slipRow } from './paper-rows.ts';
import type { Row } from './row.ts';
import type { Vault } from './secret.ts';

/** What is written when a paper that was kept without a time stamp has got one. */
export function completionRow(paper: PaperChange, vault: Vault): CompletionRow {
  const { id, time_stamp, stamped_at, fingerprint } = paperRow(paper, vault);
  const [leaf] = leavesOf(paper);
  if (!leaf || time_stamp === null) throw new Error(`the paper ${id} has no seal or no time stamp`);
  return {
    of: paper.of,
    id: paperIn(paper).id,
    was: String(paperRow(unstamped(paper), vault).fingerprint),
    stamp: { time_stamp: time_stamp as string, stamped_at: stamped_at as number, fingerprint: fingerprint as string },
    leaf,
  };
}

const paperRow = (paper: PaperChange, vault: Vault): Row =>
  paper.of === 'DOCUMENT' ? documentRow(paper.document, 0, vault) : slipRow(paper.slip, 0, vault);

const unstamped = (paper: PaperChange): PaperChange =>
  paper.of === 'DOCUMENT'
    ? { ...paper, document: { ...paper.document, ...UNSTAMPED } }
    : { ...paper, slip: { ...paper.slip, ...UNSTAMPED } };
