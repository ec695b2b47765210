/**
 * What people hold of sealed papers: made by whoever sealed the paper when it is asked for first, checked, stamped, entered
 * in the log and kept; from then on served with its evidence inside, the same bytes whichever gateway serves it.
 *
 *     none ── made, checked, stamped; row and leaf in one transaction ──> kept ── proof of the newest checkpoint ──> proven
 *
 * Wherever this is interrupted, the next request goes on from the row. Two at once make one row: the first that is written
 * stands. Without a time stamp it is kept and served all the same; completion.ts adds one later, and then a new proof.
 */
import { createHash } from 'node:crypto';
import type { Trust } from '../../certs/verify.ts';
import type { PaperFormId } from '../../subgraphs/papers-desk.ts';
import type { TransparencyLog } from '../log/transparency-log.ts';
import { bulkhead } from '../window/bulkhead.ts';
import type { SealedOutcome } from '../window/case.ts';
import { NoAnswer } from '../window/departments.ts';
import { leafName, type Rendition } from '../window/rendition.ts';
import { sealForm } from '../window/sealed-bytes.ts';
import { type StampingTools, stampsFor } from '../window/stamping.ts';
import type { Store } from '../window/store.ts';
import { within } from '../window/within.ts';
import type { ServedForm } from './form.ts';
import { NoRendition } from './no-rendition.ts';

/** A sealed paper of which something is made. */
export interface Original {
  /** The id of the certificate or slip. */
  readonly paper: string;
  readonly caseNumber: string;
  /** Who sealed it, such as `tax`. */
  readonly holder: string;
  readonly record: Uint8Array;
  readonly disclosures: Uint8Array | undefined;
  /** Has its holder make it in a form, under a seal that nothing was added to. @throws {NoAnswer} @throws {NoRendition} */
  make(form: PaperFormId): Promise<Uint8Array>;
}

export interface Served {
  readonly bytes: Uint8Array;
  /** That its seal is in the log (c2sp.org/tlog-proof), for forms that have no place for it; null when that took too long. */
  readonly proof: string | null;
}

export interface Renditions {
  /** @throws {NoAnswer} BUSY, or why its holder does not answer. @throws {NoRendition} */
  of(original: Original, form: PaperFormId): Promise<Served>;
}

export interface RenditionTools extends StampingTools {
  readonly store: Pick<Store, 'rendition' | 'keepRendition' | 'dropRenditions' | 'document'>;
  readonly log: Pick<TransparencyLog, 'proof'>;
  readonly forms: Readonly<Partial<Record<PaperFormId, ServedForm>>>;
  trust(): Trust;
  now(): Date;
  /** @param outcome `made`, or why not: `away`, `refused`. */
  made(form: PaperFormId, holder: string, outcome: MakingOutcome, ms: number): void;
}

export type MakingOutcome = 'made' | 'away' | 'refused';

/** Each waits for a department and the time-stamp authority most of its time; what is held meanwhile is some 100 kB. */
const MAKINGS = { callsAtOnceMax: 8, entriesPerCallMax: 1, entriesWaitingMax: 64, waitMaxMs: 5_000 } as const;
const busyRetryInMs = 2_000;
/** The log comes to a new leaf within some tens of milliseconds. */
const proofWaitMaxMs = 3_000;
/** A time stamp that has come meanwhile asks for another proof; it comes once. */
const proofTriesMax = 2;

export function createRenditions(tools: RenditionTools): Renditions {
  const { store, log, report } = tools;
  const making = new Map<string, Promise<Rendition>>();
  const inTurn = bulkhead(
    async ([work]: readonly (() => Promise<Rendition>)[]) => [await (work as () => Promise<Rendition>)()],
    MAKINGS,
    () => new NoAnswer('BUSY', { retryInMs: busyRetryInMs }),
  );

  function makeOnce(original: Original, id: PaperFormId, form: ServedForm): Promise<Rendition> {
    const key = `${id} ${original.paper} ${showsOf(original)}`;
    const rendition =
      making.get(key) ??
      inTurn([() => timed(original, id, () => make(original, id, form))])
        .then(([made]) => made as Rendition)
        .finally(() => making.delete(key));
    making.set(key, rendition);
    return rendition;
  }

  async function timed(original: Original, id: PaperFormId, work: () => Promise<Rendition>): Promise<Rendition> {
    const begunAtMs = performance.now();
    let outcome: MakingOutcome = 'refused';
    try {
      const rendition = await work();
      outcome = 'made';
      return rendition;
    } catch (error) {
      if (error instanceof NoAnswer) outcome = 'away';
      throw error;
    } finally {
      tools.made(id, original.holder, outcome, performance.now() - begunAtMs);
    }
  }

  async function make(original: Original, id: PaperFormId, form: ServedForm): Promise<Rendition> {
    const { paper, caseNumber, holder } = original;
    const shows = showsOf(original);
    const was = await store.rendition(paper, id);
    // Another gateway, or whoever asked while this waited for its turn.
    if (was?.shows === shows) return was;
    const bytes = await original.make(id);
    const fault = form.faultIn(bytes, { ...original, trust: tools.trust(), at: tools.now() });
    if (fault !== undefined)
      throw new NoRendition(`a ${id} that ${holder} has made for case ${caseNumber} is refused`, fault);
    const [stamp] = await stampsFor([form.sealOf(bytes, undefined)], tools);
    const rendition: Rendition = {
      paper,
      form: id,
      caseNumber,
      holder,
      shows,
      bytes: Buffer.from(bytes).toString('base64'),
      timeStamp: stamp ? Buffer.from(stamp.token).toString('base64') : null,
      stampedAt: stamp?.at ?? null,
      proof: null,
    };
    const kept = await store.keepRendition(rendition, { was, newSeal: form.sealOf(bytes, stamp?.token) });
    await mustStillShow(kept);
    return kept;
  }

  /**
   * What is struck out while this is made stays in no row: whoever strikes it out deletes what stands then, and what is
   * written later is found here to show too much.
   *
   * @throws {NoAnswer}
   */
  async function mustStillShow({ paper, shows }: Rendition): Promise<void> {
    const document = await store.document(paper);
    if (!document || showsOf(shownIn(document)) === shows) return;
    await store.dropRenditions([paper]);
    throw new NoAnswer('BUSY', { retryInMs: busyRetryInMs });
  }

  /** Proven if the log comes to its leaf soon; otherwise the next who asks tries again. */
  async function proven(rendition: Rendition, form: ServedForm, triesLeft = proofTriesMax): Promise<Rendition> {
    if (rendition.proof !== null || triesLeft === 0) return rendition;
    const proof = await within(proofWaitMaxMs, log.proof(leafName(rendition), sealForm(rendition))).catch(told);
    if (proof === undefined) return rendition;
    try {
      served({ ...rendition, proof }, form);
    } catch (error) {
      return told(error) ?? rendition;
    }
    const standing = await store.keepRendition({ ...rendition, proof }, { was: rendition, newSeal: undefined });
    return proven(standing, form, triesLeft - 1);
  }

  /** A defect of the log is no reason to keep a paper from whom it belongs to. */
  const told = (defect: unknown): undefined => void report(defect as Error);

  return {
    async of(original, id) {
      const form = tools.forms[id];
      if (!form) throw new NoRendition(`the center serves no ${id}`, 'FORM_NOT_MADE');
      const kept = await store.rendition(original.paper, id);
      const rendition = kept?.shows === showsOf(original) ? kept : await makeOnce(original, id, form);
      const { proof, ...standing } = await proven(rendition, form);
      return { bytes: served({ ...standing, proof }, form), proof };
    },
  };
}

function served({ bytes, timeStamp, proof }: Rendition, form: ServedForm): Uint8Array {
  return form.withEvidence(Buffer.from(bytes, 'base64'), {
    timeStamp: timeStamp === null ? undefined : Buffer.from(timeStamp, 'base64'),
    proof: proof === null ? undefined : Buffer.from(proof),
  });
}

const shownIn = ({ record, disclosures }: SealedOutcome): Parameters<typeof showsOf>[0] => ({
  record: Buffer.from(record),
  disclosures: disclosures === null ? undefined : Buffer.from(disclosures),
});

/** Of all that it shows: SHA-256, hexadecimal. */
function showsOf({ record, disclosures }: Pick<Original, 'record' | 'disclosures'>): string {
  const sha256 = createHash('sha256').update(record);
  if (disclosures) sha256.update('\n').update(disclosures);
  return sha256.digest('hex');
}
