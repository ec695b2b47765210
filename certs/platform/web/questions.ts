/**
 * Lets what is synchronous ask what is answered later. A run of the verifier asks whether signatures hold; what is not
 * known is noted and answered "yes" for the time being, so that the run goes on to what it would ask next. When it is over
 * all that it noted is answered, and the same run is made again with the answers, until one has asked nothing new: that one
 * alone is believed, since it rests on no provisional answer.
 *
 *     await settled(() => verifySeal({ …, trust: readTrust(…) }), answer);
 *
 * A run must bring its own trust: what it remembers as proven may rest on a provisional answer.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { ReadKey } from './keys.ts';

export interface Question {
  readonly key: ReadKey;
  readonly bytes: Uint8Array;
  /** In the form that node.ts says. */
  readonly signature: Uint8Array;
}

export type Answer = (question: Question) => Promise<boolean>;

/** An answer opens at most the way to what stands behind it: list, chain, seal, stamp. Twice that is beyond all doubt. */
const roundsMax = 16;
/** The largest bundle has 4,096 files; each seal asks some five new questions. */
const questionsMax = 20_000;

/** A run that asks more than it may: it is no answer, neither yes nor no. */
export class Unsettled extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Unsettled';
  }
}

interface Open {
  readonly answers: Map<string, boolean>;
  readonly asked: Map<string, Question>;
}

/** The run that is under way: one at most, since each is synchronous. */
let open: Open | undefined;

/** @returns What is known; else yes, for the time being. @throws {Error} outside of a run. @throws {Unsettled} */
export function ask(question: Question): boolean {
  if (!open) throw new Error('a signature can be checked only within settled()');
  const id = idOf(question);
  const known = open.answers.get(id);
  if (known !== undefined) return known;
  if (open.answers.size + open.asked.size >= questionsMax) throw new Unsettled(`more than ${questionsMax} signatures`);
  open.asked.set(id, question);
  return true;
}

/** @throws {Unsettled} and whatever the last run throws. */
export async function settled<T>(run: () => T, answer: Answer): Promise<T> {
  const answers = new Map<string, boolean>();
  for (let round = 0; round < roundsMax; round++) {
    const asked = new Map<string, Question>();
    const outcome = attempt(run, { answers, asked });
    if (asked.size === 0) return outcome();
    for (const [id, question] of asked) answers.set(id, await answer(question));
  }
  throw new Unsettled(`signatures were still unknown after ${roundsMax} rounds`);
}

/** What a run ends in, a fault too, counts only when it asked nothing new. */
function attempt<T>(run: () => T, within: Open): () => T {
  const outer = open;
  open = within;
  try {
    const result = run();
    return () => result;
  } catch (fault) {
    if (fault instanceof Unsettled) throw fault;
    return () => {
      throw fault;
    };
  } finally {
    open = outer;
  }
}

/** One for the same question, whoever asks: the digests of its parts, so that no part can pass into another. */
function idOf({ key: { spki }, bytes, signature }: Question): string {
  const parts = [spki, bytes, signature].map(part => sha256(part));
  return parts.map(digest => String.fromCharCode(...digest)).join('');
}
