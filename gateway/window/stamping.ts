import { type CaseView, type Change, type PaperChange, paperIn } from './case.ts';
import { within } from './within.ts';

/** What the time-stamp authority has said of a seal. */
export interface TimeStamp {
  /** RFC 3161, DER; checked. */
  readonly token: Uint8Array;
  /** Milliseconds since 1970 that the token names. */
  readonly at: number;
}

/** The time-stamp authority, as the window knows it. */
export interface Stamper {
  /** @returns In the places of the seals; undefined where the authority is away. */
  stamp(seals: readonly Uint8Array[]): Promise<readonly (TimeStamp | undefined)[]>;
}

export interface StampingTools extends Stamper {
  report(defect: Error): void;
}

/**
 * How long a step waits to be stamped before it is saved: what a department has decided is told without a time stamp
 * rather than late, and a lease lasts longer than that.
 */
export const stampWaitMaxMs = 1_000;

/**
 * The same changes, their papers with time stamps as far as the authority gives them. Whatever brought the papers, they
 * are stamped before they are written, and so before anybody is shown them.
 */
export async function stamped<Each extends Change>(
  changes: readonly Each[],
  tools: StampingTools,
): Promise<readonly Each[]> {
  const sealed = changes.flatMap(change => {
    const seal = isPaper(change) ? paperIn(change).seal : null;
    return seal === null ? [] : [{ change, seal: Buffer.from(seal, 'base64') }];
  });
  if (sealed.length === 0) return changes;
  const stamps = await stampsFor(
    sealed.map(({ seal }) => seal),
    tools,
  );
  const stampOf = new Map<Change, TimeStamp | undefined>(sealed.map(({ change }, at) => [change, stamps[at]]));
  return changes.map(change => withStamp(change, stampOf.get(change)));
}

/** In the places of the seals. A defect is no reason to keep from anybody what has been decided. */
export async function stampsFor(
  seals: readonly Uint8Array[],
  { stamp, report }: StampingTools,
): ReturnType<Stamper['stamp']> {
  try {
    return (await within(stampWaitMaxMs, stamp(seals))) ?? [];
  } catch (defect) {
    report(defect as Error);
    return [];
  }
}

const isPaper = (change: Change): change is PaperChange => change.of === 'DOCUMENT' || change.of === 'SLIP';

function withStamp<Each extends Change>(change: Each, stamp: TimeStamp | undefined): Each {
  if (!stamp) return change;
  const stamped = { timeStamp: Buffer.from(stamp.token).toString('base64'), stampedAt: stamp.at };
  if (change.of === 'DOCUMENT') return { ...change, document: { ...change.document, ...stamped } };
  return change.of === 'SLIP' ? { ...change, slip: { ...change.slip, ...stamped } } : change;
}

/** The case with its papers as these changes have them. */
export function withPapers(view: CaseView, changes: readonly Change[]): CaseView {
  const papers = new Map(changes.filter(isPaper).map(change => [paperIn(change).id, paperIn(change)]));
  if (papers.size === 0) return view;
  const newest = <Paper extends { readonly id: string }>(paper: Paper): Paper =>
    (papers.get(paper.id) as Paper | undefined) ?? paper;
  return { ...view, documents: view.documents.map(newest), slips: view.slips.map(newest) };
}
