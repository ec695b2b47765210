/**
 * Hands out what a department granted in forms that people hold (PDF, and the national seal form), never drawn from
 * anything that is handed in. The first call draws, seals and keeps a paper; every other is given the same bytes, also
 * after a restart. Two calls at once make one.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readDisclosures, struckOutOf } from '../certs/leaves.ts';
import type { PaperAnswer, StruckOut } from './generated/contract.ts';
import { type Granted, grantIn } from './granted.ts';
import type { Journal } from './journal.ts';

export type PaperFormId = 'PDF' | 'SES';

/** How a department makes papers of one form. */
export interface PaperForm {
  /** Draws and seals it; what it shows follows from the grant alone. @throws {NoPaper} */
  make(granted: Granted): Promise<Uint8Array>;
  /** Whether nobody can take the paper any more, because its seal was revoked meanwhile, and there is another seal by now. */
  isSpent(paper: Uint8Array, granted: Granted): boolean;
}

export type PaperForms = Readonly<Partial<Record<PaperFormId, PaperForm>>>;

export type NoPaperReason =
  | 'NOT_SEEN'
  | 'NOT_GRANTED'
  | 'NO_SUCH_PAPER'
  | 'FORM_NOT_MADE'
  | 'CHARACTER_NOT_DRAWN'
  | 'NOT_DRAWABLE'
  | 'DEFECT';

/** A paper can't be handed out; the message is the reason that is answered. */
export class NoPaper extends Error {
  override readonly name = 'NoPaper';
  readonly reason: NoPaperReason;

  constructor(reason: NoPaperReason, options: { readonly cause?: unknown } = {}) {
    super(reason, options);
    this.reason = reason;
  }
}

export interface PapersTools {
  readonly journal: Pick<Journal, 'recall' | 'paper' | 'keepPaper' | 'strikeOut'>;
  readonly forms: PaperForms;
  /** Hears why a paper could not be made, where somebody has to mend something. */
  report(reason: Error): void;
}

/** One call carries at most so many: with {@link paperBytesMax}, an answer stays within what the center takes at once. */
export const papersPerBatchMax = 16;
/** A paper has some 60 kB, with rare characters 200 kB. */
export const paperBytesMax = 1024 * 1024;

/**
 * @param struckOut What no paper of these shows from now on, whoever asks again.
 * @returns Answers in the places of the operation ids; one that fails spoils no other.
 */
export type PapersDesk = (
  operationIds: readonly string[],
  form: string,
  struckOut: readonly StruckOut[],
) => Promise<PaperAnswer[]>;

export function papersDesk({ journal, forms, report }: PapersTools): PapersDesk {
  const underWay = new Map<string, Promise<Uint8Array>>();

  /** What was granted, as far as papers show it. @throws {NoPaper} */
  function grantedBy(operationId: string, struckOut: readonly StruckOut[]): Granted {
    const operation = journal.recall([operationId]).get(operationId);
    if (!operation) throw new NoPaper('NOT_SEEN');
    const granted = grantIn(operation.answer);
    if (!granted) throw new NoPaper('NOT_GRANTED');
    if (granted.disclosures === undefined) return granted;
    const disclosures = Buffer.from(granted.disclosures);
    const { leaves } = readDisclosures(disclosures);
    const told = struckOut.flatMap(one => (one.operationId === operationId ? one.paths : []));
    const struck = journal.strikeOut(
      operationId,
      told.filter(path => leaves.has(path)),
    );
    const left = struckOutOf(disclosures, struck);
    return { ...granted, disclosures: left && Buffer.from(left).toString() };
  }

  async function make(granted: Granted, id: PaperFormId, form: PaperForm): Promise<Uint8Array> {
    const { operationId } = granted.record;
    const shows = showsOf(granted);
    const kept = journal.paper(operationId, id);
    if (kept?.shows === shows && !form.isSpent(kept.bytes, granted)) return kept.bytes;
    const bytes = await form.make(granted);
    if (bytes.length > paperBytesMax) throw new Error(`the ${id} of ${operationId} has ${bytes.length} bytes`);
    return journal.keepPaper({ operationId, form: id, shows, bytes }, kept).bytes;
  }

  async function makeOnce(operationId: string, id: string, struckOut: readonly StruckOut[]): Promise<Uint8Array> {
    const form = isForm(id) ? forms[id] : undefined;
    if (!form || !isForm(id)) throw new NoPaper('FORM_NOT_MADE');
    const granted = grantedBy(operationId, struckOut);
    const key = `${id} ${showsOf(granted)}`;
    const paper = underWay.get(key) ?? make(granted, id, form).finally(() => underWay.delete(key));
    underWay.set(key, paper);
    return paper;
  }

  async function answer(operationId: string, form: string, struckOut: readonly StruckOut[]): Promise<PaperAnswer> {
    try {
      const bytes = await makeOnce(operationId, form, struckOut);
      return { operationId, bytes: Buffer.from(bytes).toString('base64'), reason: null };
    } catch (error) {
      const reason = error instanceof NoPaper ? error.reason : 'DEFECT';
      if (OF_THE_OPERATOR.has(reason)) report(error as Error);
      return { operationId, bytes: null, reason };
    }
  }

  return async (operationIds, form, struckOut) => {
    const answers: PaperAnswer[] = [];
    for (const operationId of operationIds) {
      answers.push(await answer(operationId, form, struckOut));
      // Drawing takes some milliseconds: who has asked for something else meanwhile goes first.
      await nextTurn();
    }
    return answers;
  };
}

/** Of all that it shows: SHA-256, hexadecimal. */
const showsOf = ({ text, disclosures = '' }: Granted): string =>
  createHash('sha256').update(`${text}\n${disclosures}`).digest('hex');

const FORMS: Readonly<Record<PaperFormId, true>> = { PDF: true, SES: true };
const isForm = (text: string): text is PaperFormId => Object.hasOwn(FORMS, text);

/** Whom to blame for these is not whoever asked. */
const OF_THE_OPERATOR: ReadonlySet<NoPaperReason> = new Set(['CHARACTER_NOT_DRAWN', 'NOT_DRAWABLE', 'DEFECT']);
