import { type Again, again } from './again.ts';
import { type PaperChange, paperIn } from './case.ts';
import { type StampingTools, stamped } from './stamping.ts';
import type { Store } from './store.ts';

export interface CompletionTools extends StampingTools {
  readonly store: Pick<Store, 'unstamped' | 'complete'>;
  /** 128 random bits, hexadecimal, as papers have for ids. */
  newId(): string;
}

/** The authority's own circuit keeps it from being asked so often; a look that finds nothing costs two short queries. */
const lookEveryMs = 2_000;
const lookAfterFailureMs = 5_000;
/** Stamped and written together; more would hold up what departments seal at that moment. */
const papersAtOnceMax = 50;
/** Cases whose rows can't be read, of which the operator has been told: once is enough. */
const unreadableToldMax = 1_000;

/**
 * Completes what was sealed while the time-stamp authority was away: papers without a time stamp get one, and the seal with
 * it becomes a leaf of the log beside that without. Any gateway does it, and what two do at once is done once. The rows
 * alone say what is left.
 */
export function createCompletion({ store, newId, ...tools }: CompletionTools): Again {
  const told = new Set<string>();
  /** Whether the last look found any. */
  let isBusy = false;

  function tell(unreadable: readonly Error[]): void {
    for (const defect of unreadable) {
      if (told.has(defect.message) || told.size >= unreadableToldMax) continue;
      told.add(defect.message);
      tools.report(defect);
    }
  }

  /** @returns Whether the authority answers: without it all others would wait in vain, too. */
  async function complete(papers: readonly PaperChange[]): Promise<boolean> {
    if (papers.length === 0) return true;
    isBusy = true;
    const completed = (await stamped(papers, tools)).filter(paper => paperIn(paper).timeStamp !== null);
    if (completed.length > 0) await store.complete(completed);
    return completed.length > 0;
  }

  /** Those beyond an id, as far as another. @returns As {@link complete}. */
  async function completeBetween(
    of: PaperChange['of'],
    [from, to]: readonly [string, string | null],
    stopping: AbortSignal,
  ): Promise<boolean> {
    let after: string | null = from;
    while (!stopping.aborted && after !== null && (to === null || after < to)) {
      const page = await store.unstamped({ of, after, first: papersAtOnceMax });
      tell(page.unreadable);
      if (!(await complete(page.papers))) return false;
      after = page.after;
    }
    return true;
  }

  async function completeAll(stopping: AbortSignal): Promise<void> {
    // Where there is much to do each gateway begins elsewhere, so that two seldom ask for the same paper.
    const from = isBusy ? newId() : '';
    isBusy = false;
    for (const kind of ['DOCUMENT', 'SLIP'] as const) {
      for (const range of [
        [from, null],
        ['', from],
      ] as const)
        if (!(await completeBetween(kind, range, stopping))) return;
    }
  }

  async function look(stopping: AbortSignal): Promise<number> {
    await completeAll(stopping);
    return lookEveryMs;
  }

  return again(look, { report: tools.report, afterFailureMs: lookAfterFailureMs });
}
