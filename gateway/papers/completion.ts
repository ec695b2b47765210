import type { PaperFormId } from '../../subgraphs/papers-desk.ts';
import { type Again, again } from '../window/again.ts';
import type { Rendition } from '../window/rendition.ts';
import { type StampingTools, stampsFor } from '../window/stamping.ts';
import type { Store } from '../window/store.ts';
import type { ServedForm } from './form.ts';

export interface RenditionCompletionTools extends StampingTools {
  readonly store: Pick<Store, 'unstampedRenditions' | 'keepRendition'>;
  readonly forms: Readonly<Partial<Record<PaperFormId, ServedForm>>>;
}

/** As window/completion.ts, which completes the papers themselves. */
const lookEveryMs = 2_000;
const lookAfterFailureMs = 5_000;
/** Of some 100 kB each. */
const renditionsAtOnceMax = 20;
/** Of which the operator has been told: once is enough. */
const unreadableToldMax = 1_000;

/**
 * Gives time stamps to what was made while the time-stamp authority was away: the seal with it becomes a leaf of the log
 * beside that without, and whoever asks next is served with a proof of that.
 */
export function createRenditionCompletion({ store, forms, ...tools }: RenditionCompletionTools): Again {
  const told = new Set<string>();

  function tell(defect: Error): void {
    if (told.has(defect.message) || told.size >= unreadableToldMax) return;
    told.add(defect.message);
    tools.report(defect);
  }

  function sealOf(rendition: Rendition, timeStamp?: Uint8Array): Uint8Array | undefined {
    try {
      return forms[rendition.form]?.sealOf(Buffer.from(rendition.bytes, 'base64'), timeStamp);
    } catch (error) {
      tell(new Error(`the ${rendition.form} of ${rendition.paper} can't be stamped: ${(error as Error).message}`));
      return undefined;
    }
  }

  /** @returns Whether the authority answers. */
  async function complete(renditions: readonly Rendition[]): Promise<boolean> {
    const waiting = renditions.flatMap(rendition => {
      const seal = sealOf(rendition);
      return seal ? [{ rendition, seal }] : [];
    });
    if (waiting.length === 0) return true;
    const stamps = await stampsFor(
      waiting.map(({ seal }) => seal),
      tools,
    );
    for (const [at, { rendition }] of waiting.entries()) {
      const stamp = stamps[at];
      const newSeal = stamp && sealOf(rendition, stamp.token);
      if (!newSeal) continue;
      const timeStamp = Buffer.from(stamp.token).toString('base64');
      const complete = { ...rendition, timeStamp, stampedAt: stamp.at, proof: null };
      await store.keepRendition(complete, { was: rendition, newSeal });
    }
    return stamps.some(stamp => stamp !== undefined);
  }

  async function look(stopping: AbortSignal): Promise<number> {
    for (let after: string | null = ''; after !== null && !stopping.aborted; ) {
      const page = await store.unstampedRenditions(after, renditionsAtOnceMax);
      for (const defect of page.unreadable) tell(defect);
      if (!(await complete(page.renditions))) break;
      after = page.after;
    }
    return lookEveryMs;
  }

  return again(look, { report: tools.report, afterFailureMs: lookAfterFailureMs });
}
