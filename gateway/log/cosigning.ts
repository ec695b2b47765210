import { fromBase64 } from '../../certs/base64.ts';
import { FormatError } from '../../certs/findings.ts';
import { writeAddCheckpoint } from '../../certs/log/add-checkpoint.ts';
import { Lines } from '../../certs/log/lines.ts';
import {
  NOTE_KEY,
  type NoteSignature,
  noteVerifier,
  readNote,
  readSignatures,
  writeSignature,
} from '../../certs/log/note.ts';
import type { ListedWitness } from '../../certs/trust-list.ts';
import type { LogStore, SignedCheckpoint } from './log-store.ts';
import type { TransparencyLog } from './transparency-log.ts';
import type { WitnessClient, WitnessReply } from './witness-client.ts';

export interface CosigningTools {
  readonly store: Pick<LogStore, 'newest' | 'newestCosigned' | 'cosign'>;
  readonly log: Pick<TransparencyLog, 'consistency'>;
  readonly witnesses: readonly WitnessClient[];
  /** With their keys, as the trust list has them by now. */
  listed(): readonly ListedWitness[];
  report(defect: Error): void;
}

/** However fast checkpoints come, witnesses are asked no more often. */
const roundMs = 2_000;

/**
 * Takes the newest checkpoint to the witnesses, and keeps what they sign. Who is away is left out, and asked again as long
 * as no newer one is there. Several gateways may do it at once: a witness tells what another has brought it already.
 *
 * @returns To be done again and again; it says after how many milliseconds.
 */
export function createCosigning({ store, log, witnesses, listed, report }: CosigningTools): () => Promise<number> {
  /** How many leaves had what each has signed last, as far as this process knows. */
  const sizes = new Map<WitnessClient, number>();
  /** What was reported of each last: while it stays the same, once is enough. */
  const told = new Map<string, string>();

  async function round(): Promise<number> {
    const [newest, last] = await Promise.all([store.newest(), store.newestCosigned()]);
    // Of an empty log there is nothing to witness.
    if (newest && newest.size > 0) await take(newest, last?.size === newest.size ? missingIn(last) : witnesses);
    return roundMs;
  }

  /** Those who have not signed it, as far as the trust list names them. */
  function missingIn({ note }: SignedCheckpoint): readonly WitnessClient[] {
    const names = new Set(readNote(note).signatures.map(({ name }) => name));
    const signed = new Set(listed().flatMap(({ holder, name }) => (names.has(name) ? [holder] : [])));
    return witnesses.filter(({ holder }) => !signed.has(holder));
  }

  async function take(checkpoint: SignedCheckpoint, from: readonly WitnessClient[]): Promise<void> {
    const lines = await Promise.all(
      from.map(async witness => [witness.holder, await lineOf(witness, checkpoint)] as const),
    );
    const signed = new Map(lines.flatMap(([holder, line]) => (line === undefined ? [] : [[holder, line]])));
    if (signed.size > 0) await store.cosign(checkpoint.size, signed);
  }

  /** Undefined when the witness is away, or has signed more than this already. */
  async function lineOf(witness: WitnessClient, checkpoint: SignedCheckpoint): Promise<string | undefined> {
    const first = await bring(witness, checkpoint);
    // Once more, now that it is known what it has signed last.
    const reply = first?.said === 'SIZE' ? await bring(witness, checkpoint) : first;
    if (reply?.said === 'REFUSED') {
      const { status, sentence } = reply;
      tell(witness, `refuses the checkpoint of ${checkpoint.size} leaves (${status}): ${sentence}`);
    }
    if (reply?.said !== 'SIGNED') return undefined;
    const line = checkedLine(
      reply.lines,
      checkpoint,
      listed().filter(({ holder }) => holder === witness.holder),
    );
    if (line === undefined) tell(witness, 'has not signed the checkpoint that it was brought');
    else told.delete(witness.holder);
    return line;
  }

  function tell({ holder }: WitnessClient, sentence: string): void {
    if (told.get(holder) === sentence) return;
    told.set(holder, sentence);
    report(new Error(`the witness ${holder} ${sentence}`));
  }

  async function bring(witness: WitnessClient, checkpoint: SignedCheckpoint): Promise<WitnessReply | undefined> {
    const old = sizes.get(witness) ?? 0;
    if (old > checkpoint.size) {
      await mustHave(old, witness);
      return undefined;
    }
    const path = old > 0 ? await log.consistency(old, checkpoint.size) : [];
    const reply = await witness.ask(writeAddCheckpoint({ old, path, note: checkpoint.note })).catch(() => undefined);
    if (reply?.said === 'SIZE') sizes.set(witness, reply.size);
    if (reply?.said === 'SIGNED') sizes.set(witness, checkpoint.size);
    return reply;
  }

  /** Another gateway may have brought more; nobody can have brought more than there is. */
  async function mustHave(size: number, witness: WitnessClient): Promise<void> {
    const newest = (await store.newest())?.size ?? 0;
    if (newest >= size) return;
    tell(
      witness,
      `has signed a checkpoint of ${size} leaves, but the log has ${newest}: leaves that were published are lost`,
    );
  }

  return round;
}

/**
 * The line of this witness that holds over the checkpoint.
 *
 * @param lines A stranger's, as far as is known.
 * @param listed The witness with each of its keys: one that was renewed stands after the one before.
 */
function checkedLine(lines: string, { note }: SignedCheckpoint, listed: readonly ListedWitness[]): string | undefined {
  const verifiers = listed.map(({ name, key }) =>
    noteVerifier({ type: NOTE_KEY.WITNESS, name, raw: fromBase64(key) ?? new Uint8Array(0) }),
  );
  const { text } = readNote(note);
  const signature = signaturesIn(lines).find(one =>
    verifiers.some(
      ({ name, keyId, verifies }) => one.name === name && one.keyId === keyId && verifies(text, one.signature),
    ),
  );
  return signature && writeSignature(signature);
}

function signaturesIn(lines: string): readonly NoteSignature[] {
  try {
    return readSignatures(new Lines(lines, 'LOG_CHECKPOINT_MALFORMED'));
  } catch (fault) {
    if (fault instanceof FormatError) return [];
    throw fault;
  }
}
