/**
 * `case.json`: which case the bundle is of, and its papers, as canonical JSON. What it says of a paper stands in the
 * paper's record too; it is here so that one file tells what there is.
 *
 *     {"acceptedOn":"2026-03-02","format":"one-window/bundle/1","madeAt":"2026-03-02T08:00:01.000Z",
 *      "number":"371002-20260302-00001-5",
 *      "papers":[{"department":"business","folder":"papers/01-BUSINESS_LICENSE","id":"5f…","kind":"BUSINESS_LICENSE",
 *                 "number":"371002…","seal":"B-T"}],
 *      "regime":{"id":"R2","version":1},"slips":[…],"state":"CLOSED"}
 */

import { utf8 } from '../bytes.ts';
import { FormatError } from '../findings.ts';
import { canonicalize, type JsonObject, type JsonValue } from '../jcs.ts';
import { isObject, parseCanonical } from '../json.ts';
import { textOf } from '../log/lines.ts';
import { isHolderId, isKind } from '../trust-list.ts';
import { folderOf, type PaperFolder } from './layout.ts';

/** B-T: with a time stamp. B: the time-stamp authority was away. Null: what the catalogue says is not sealed. */
export type SealLevel = 'B-T' | 'B' | null;

export interface BundledPaper {
  /** Such as `papers/01-BUSINESS_LICENSE`. */
  readonly folder: string;
  /** By which the ledger names it. */
  readonly id: string;
  readonly department: string;
  readonly kind: string;
  /** Null for what has none, such as a refusal. */
  readonly number: string | null;
  readonly seal: SealLevel;
}

export interface CaseFile {
  /** Of the case. */
  readonly number: string;
  readonly regime: { readonly id: string; readonly version: number };
  readonly state: string;
  /** Day in China. */
  readonly acceptedOn: string | null;
  /** When the bundle was put together: revocation lists and checkpoint are of that time. ISO 8601 in UTC. */
  readonly madeAt: string;
  /** What the departments sealed, in the order of the ledger. */
  readonly papers: readonly BundledPaper[];
  /** What the center sealed, likewise. */
  readonly slips: readonly BundledPaper[];
}

const FORMAT = 'one-window/bundle/1';
/** A paper takes some 200 bytes, and a container holds at most 4,096 files. */
const caseFileBytesMax = 1024 * 1024;

export const writeCaseFile = (file: CaseFile): Uint8Array =>
  utf8(canonicalize({ format: FORMAT, ...file } as unknown as JsonObject));

/** @throws {FormatError} CASE_FILE_MALFORMED for whatever is not exactly of the form above, an unknown member included. */
export function readCaseFile(bytes: Uint8Array): CaseFile {
  const value = parseCanonical(textOf(bytes, caseFileBytesMax, 'CASE_FILE_MALFORMED'));
  const file = isObject(value) && hasForm(value, CASE) && value.format === FORMAT ? value : undefined;
  if (!file) throw new FormatError('CASE_FILE_MALFORMED', 0);
  const { format: _, ...read } = file as unknown as CaseFile & { readonly format: string };
  if (!areInPlace('papers', read.papers) || !areInPlace('slips', read.slips))
    throw new FormatError('CASE_FILE_MALFORMED', 0);
  return read;
}

const areInPlace = (folder: PaperFolder, papers: readonly BundledPaper[]): boolean =>
  papers.every((paper, place) => paper.folder === folderOf(folder, place, paper.kind)) &&
  new Set(papers.map(({ id }) => id)).size === papers.length;

// --- the form --------------------------------------------------------------------------------------------------------

type Form = (value: JsonValue | undefined) => boolean;

const text =
  (pattern: RegExp): Form =>
  value =>
    typeof value === 'string' && pattern.test(value);
const orNull =
  (form: Form): Form =>
  value =>
    value === null || form(value);
const listOf =
  (form: Form): Form =>
  value =>
    Array.isArray(value) && value.every(form);
const count: Form = value => Number.isSafeInteger(value) && Number(value) >= 0;
const hasForm = (value: JsonObject, members: Readonly<Record<string, Form>>): boolean =>
  Object.keys(value).sort().join() === Object.keys(members).sort().join() &&
  Object.entries(members).every(([name, form]) => form(value[name]));
const object =
  (members: Readonly<Record<string, Form>>): Form =>
  value =>
    isObject(value) && hasForm(value, members);

/** Printed by whoever reads a bundle: short, and on one line. */
const word = text(/^[!-~]{1,80}$/);
const PAPER = {
  folder: text(/^(papers|slips)\/\d{2,4}-[A-Z0-9_]{1,64}$/),
  id: text(/^[0-9a-f]{32}$/),
  department: (value: JsonValue | undefined) => typeof value === 'string' && isHolderId(value),
  kind: (value: JsonValue | undefined) => typeof value === 'string' && isKind(value),
  number: orNull(value => typeof value === 'string'),
  seal: orNull(text(/^B(-T)?$/)),
};
const CASE = {
  format: word,
  number: text(/^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/),
  regime: object({ id: word, version: count }),
  state: text(/^[A-Z_]{1,32}$/),
  acceptedOn: orNull(text(/^\d{4}-\d\d-\d\d$/)),
  madeAt: text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  papers: listOf(object(PAPER)),
  slips: listOf(object(PAPER)),
};
