/**
 * `ledger.json`: the whole ledger of a case, a JSON array with an entry on each line, so that `sed` can take it apart for
 * `sha256sum`. The events of an entry are not quoted: canonical JSON inside canonical JSON is the text that was hashed.
 *
 *     [
 *     {"at":1772416800000,"events":[{"event":"OPENED",…}],"hash":"5f…","seq":1},
 *     {"at":1772416800012,"events":[…],"hash":"c0…","seq":2}
 *     ]
 */

import { utf8 } from '../bytes.ts';
import { FormatError } from '../findings.ts';
import { canonicalize, type JsonObject, type JsonValue } from '../jcs.ts';
import { isObject, parseCanonical } from '../json.ts';
import type { LedgerEntry } from '../ledger-chain.ts';
import { Lines, textOf } from '../log/lines.ts';

/** A case has some tens of entries, of some hundred bytes each. */
const ledgerBytesMax = 8 * 1024 * 1024;

/** An entry with its events as they read. */
export interface ReadEntry extends LedgerEntry {
  readonly read: readonly JsonObject[];
  /** Byte offset of its line. */
  readonly offset: number;
}

const line = ({ at, events, hash, seq }: LedgerEntry): string =>
  `{"at":${at},"events":${events},"hash":"${hash}","seq":${seq}}`;

export function writeLedger(entries: readonly LedgerEntry[]): Uint8Array {
  return utf8(`[\n${entries.map(line).join(',\n')}\n]\n`);
}

/**
 * Whether the chain holds is for the caller.
 *
 * @param caseNumber Whose it is to be: the file does not say, but every hash does.
 * @throws {FormatError} for every text that {@link writeLedger} would not have written.
 */
export function readLedger(bytes: Uint8Array, caseNumber: string): readonly ReadEntry[] {
  const lines = new Lines(textOf(bytes, ledgerBytesMax, 'LEDGER_MALFORMED'), 'LEDGER_MALFORMED');
  if (lines.next() !== '[') throw lines.fault();
  const entries: ReadEntry[] = [];
  for (let more = true; more; ) {
    const offset = lines.restBase;
    const text = lines.next();
    more = text.endsWith(',');
    const entry = readLine(more ? text.slice(0, -1) : text, caseNumber, offset);
    if (!entry) throw lines.fault();
    entries.push(entry);
  }
  if (lines.next() !== ']' || !lines.isOver) throw new FormatError('LEDGER_MALFORMED', bytes.length);
  return entries;
}

function readLine(text: string, caseNumber: string, offset: number): ReadEntry | undefined {
  const value = parseCanonical(text);
  if (!isObject(value)) return undefined;
  const { at, events, hash, seq } = value;
  if (!isCount(at) || !isCount(seq) || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  if (!Array.isArray(events) || !events.every(event => isObject(event) && typeof event.event === 'string'))
    return undefined;
  const entry = { caseNumber, seq, at, hash, events: canonicalize(events as JsonValue) };
  return line(entry) === text ? { ...entry, read: events as readonly JsonObject[], offset } : undefined;
}

const isCount = (value: JsonValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
