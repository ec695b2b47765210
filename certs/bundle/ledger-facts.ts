/** What the ledger of a bundle says of its papers and its case; whether its entries are one chain. */
import type { JsonObject, JsonValue } from '../jcs.ts';
import { isObject, textIn } from '../json.ts';
import { chainFault } from '../ledger-chain.ts';
import type { Found } from './found.ts';
import { LEDGER_FILE } from './layout.ts';
import type { ReadEntry } from './ledger-file.ts';

/** A paper as the entry names it that entered it. */
export interface LedgerPaper {
  /** Of that entry. */
  readonly seq: number;
  /** Byte offset of that entry. */
  readonly offset: number;
  readonly recordSha256: string;
  /** Without its time stamp; null for what is not sealed. */
  readonly sealSha256: string | null;
}

/** An act by which fields of a paper were struck out. */
export interface LedgerStrike {
  /** Of its entry, as is the offset. */
  readonly seq: number;
  readonly offset: number;
  readonly paper: string;
  readonly paths: readonly string[];
  /** Who proposed it, and who approved it; empty for what the entry does not say. */
  readonly by: string;
  readonly approvedBy: string;
}

export interface LedgerFacts {
  readonly entries: readonly ReadEntry[];
  /** By their ids. */
  readonly papers: ReadonlyMap<string, LedgerPaper>;
  readonly slips: ReadonlyMap<string, LedgerPaper>;
  /** Of papers that were valid once and are no more: REVOKED, REPLACED. */
  readonly statuses: ReadonlyMap<string, string>;
  /** What was struck out of papers, by their ids. */
  readonly strikes: ReadonlyMap<string, readonly LedgerStrike[]>;
  /** The case was opened before there were ledgers: older papers are in none. */
  readonly isCarriedOver: boolean;
  readonly state: string | undefined;
  readonly acceptedOn: string | null;
  /** Such as `R2/1`; undefined for a case that was carried over. */
  readonly regime: string | undefined;
}

/**
 * Of the window's events (gateway/window/ledger.ts), what a bundle is held against. An event without its members says
 * nothing; what it should have said is then missed elsewhere.
 */
export function ledgerFacts(entries: readonly ReadEntry[], found: Found): LedgerFacts {
  examineChain(entries, found);
  const told = entries.flatMap(({ read, seq, offset }) => read.map(event => ({ event, seq, offset })));
  const named = (...names: readonly string[]): readonly Told[] =>
    told.filter(({ event }) => names.includes(textIn(event, 'event') ?? ''));
  const opened = named('OPENED')[0]?.event;
  const papers = named('DOCUMENT');
  const slips = named('SLIP');
  examineOnce([...papers, ...slips], found);
  const moved = named('CARRIED_OVER', 'CASE').at(-1)?.event ?? {};
  return {
    entries,
    papers: papersOf(papers),
    slips: papersOf(slips),
    statuses: new Map(named('DOCUMENT_STATUS').map(({ event }) => [textIn(event, 'id') ?? '', statusIn(event)])),
    strikes: Map.groupBy(named('STRUCK_OUT').map(strikeOf), ({ paper }) => paper),
    // First of all or not at all: it excuses papers from being in the ledger.
    isCarriedOver: textIn(told[0]?.event ?? {}, 'event') === 'CARRIED_OVER',
    state: textIn(moved, 'state'),
    acceptedOn: textIn(moved, 'acceptedOn') ?? null,
    regime: opened && `${opened.regime}/${opened.version}`,
  };
}

interface Told {
  readonly event: JsonObject;
  /** Of its entry, as is the offset. */
  readonly seq: number;
  readonly offset: number;
}

const papersOf = (told: readonly Told[]): LedgerFacts['papers'] =>
  new Map(
    told.map(({ event, seq, offset }) => [
      textIn(event, 'id') ?? '',
      {
        seq,
        offset,
        recordSha256: textIn(event, 'recordSha256') ?? '',
        sealSha256: textIn(event, 'sealSha256') ?? null,
      },
    ]),
  );

function strikeOf({ event, seq, offset }: Told): LedgerStrike {
  const { paths = [] } = event;
  return {
    seq,
    offset,
    paper: textIn(event, 'id') ?? '',
    paths: Array.isArray(paths) ? paths.filter(path => typeof path === 'string') : [],
    by: textIn(event, 'by') ?? '',
    approvedBy: textIn(event, 'approvedBy') ?? '',
  };
}

/** A second entry of a paper would have it that the first, which slips are bound to, was never there. */
function examineOnce(told: readonly Told[], found: Found): void {
  const seen = new Set<string>();
  for (const { event, seq, offset } of told) {
    const id = textIn(event, 'id') ?? '';
    if (seen.has(id)) found.report(LEDGER_FILE, 'LEDGER_PAPER_REPEATED', `byte ${offset}`, { seq: String(seq) });
    seen.add(id);
  }
}

/** Printed by whoever reads a bundle. */
const statusIn = (event: JsonObject): string => /^[A-Z_]{1,32}$/.exec(textIn(event, 'status') ?? '')?.[0] ?? 'UNKNOWN';

function examineChain(entries: readonly ReadEntry[], found: Found): void {
  let before: ReadEntry | undefined;
  for (const entry of entries) {
    const why = chainFault(entry, before);
    if (why) {
      const seq = String((before?.seq ?? 0) + 1);
      found.report(LEDGER_FILE, 'LEDGER_CHAIN_BROKEN', `byte ${entry.offset}`, { seq, why });
    }
    before = entry;
  }
}

/** The hashes by which a slip names papers, wherever in it they stand, with their places. */
export function namedIn(value: JsonValue | undefined, at = 'record'): readonly (readonly [at: string, hash: string])[] {
  if (Array.isArray(value)) return value.flatMap((member, i) => namedIn(member, `${at}[${i}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const place = `${at}.${name}`;
    return NAMING.has(name) && typeof member === 'string' ? [[place, member] as const] : namedIn(member, place);
  });
}

const NAMING: ReadonlySet<string> = new Set(['recordSha256', 'revocationSha256']);
