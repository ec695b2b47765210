/** The frame of a PDF (form.ts): header, objects, cross-reference table, trailer, and not one byte between or behind. */
import { type FindingCode, finding } from '../findings.ts';
import { objectFault, PdfFault } from './fault.ts';
import { objectsMax, pdfBytesMax } from './form.ts';
import { type PdfDictionary, type PdfValue, Scanner } from './values.ts';

export interface PdfObject {
  readonly number: number;
  readonly value: PdfValue;
  /** The content of its stream, as it stands in the file. */
  readonly stream?: Uint8Array;
  /** Objects that it refers to. */
  readonly references: readonly number[];
}

export interface PdfFrame {
  /** By number; all of them are there, from 1. */
  readonly objects: ReadonlyMap<number, PdfObject>;
  readonly trailer: PdfDictionary;
}

const HEADER = '%PDF-1.7\n%';
const headerBytes = HEADER.length + 5;
const END = '%%EOF\n';
const LF = 0x0a;

/** @throws {PdfFault} for every file that is not in the form. */
export function readFrame(bytes: Uint8Array): PdfFrame {
  if (bytes.length > pdfBytesMax) throw new PdfFault(finding('PDF_TOO_LARGE', 'pdf', { max: String(pdfBytesMax) }));
  readHeader(bytes);
  const tableAt = readTail(bytes);
  const table = new Scanner(bytes, tableAt);
  const offsets = readTable(table);
  const trailer = readTrailer(table, offsets.length + 1);
  return { objects: readObjects(bytes, offsets, tableAt), trailer };
}

function readHeader(bytes: Uint8Array): void {
  const scanner = new Scanner(bytes, 0);
  scanner.demand(HEADER, 'PDF_HEADER');
  for (let i = 0; i < 4; i++) if ((bytes[scanner.at + i] ?? 0) < 0x80) throw scanner.fault('PDF_HEADER');
  if (bytes[scanner.at + 4] !== LF) throw scanner.fault('PDF_HEADER');
}

/** @returns Where the cross-reference table is said to begin. */
function readTail(bytes: Uint8Array): number {
  const whole = new Scanner(bytes, bytes.length);
  const end = lastOf(bytes, END, bytes.length);
  if (end < 0) throw whole.fault('PDF_TRUNCATED');
  const start = lastOf(bytes, '\nstartxref\n', end);
  if (start < 0) throw whole.fault('PDF_TRUNCATED', end);
  // Whoever updates a PDF appends another table; whoever appends anything else has none.
  if (lastOf(bytes, '\nstartxref\n', start) >= 0) throw whole.fault('PDF_UPDATED', start);
  if (end + END.length !== bytes.length) throw whole.fault('PDF_TRAILING_BYTES', end + END.length);
  const scanner = new Scanner(bytes, start + '\nstartxref\n'.length);
  const tableAt = scanner.whole('PDF_XREF');
  scanner.demand('\n', 'PDF_XREF');
  if (scanner.at !== end) throw scanner.fault('PDF_TRAILING_BYTES');
  return tableAt;
}

/** Where this text last stands before `before`; -1 when nowhere. */
function lastOf(bytes: Uint8Array, text: string, before: number): number {
  let at = before - text.length;
  // The first character by the engine's own means: it seldom stands in what is compressed.
  while (at >= 0) {
    at = bytes.lastIndexOf(text.charCodeAt(0), at);
    if (at >= 0 && stands(bytes, at, text)) return at;
    at--;
  }
  return -1;
}

function stands(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** @returns The offsets of objects 1, 2, 3 … */
function readTable(table: Scanner): readonly number[] {
  table.demand('xref\n0 ', 'PDF_XREF');
  const { at } = table;
  const count = table.whole('PDF_XREF');
  if (count > objectsMax + 1) throw table.fault('PDF_TOO_MANY_OBJECTS', at, { max: String(objectsMax) });
  table.demand('\n0000000000 65535 f \n', 'PDF_XREF');
  const offsets: number[] = [];
  while (offsets.length + 1 < count) {
    offsets.push(table.whole('PDF_XREF', 10));
    table.demand(' 00000 n \n', 'PDF_XREF');
  }
  return offsets;
}

function readTrailer(table: Scanner, size: number): PdfDictionary {
  table.demand('trailer\n', 'PDF_XREF');
  const { at } = table;
  const trailer = table.value();
  // What follows is where the reading of the tail began.
  table.demand('\nstartxref\n', 'PDF_XREF');
  if (trailer.is !== 'dictionary') throw table.fault('PDF_SYNTAX', at);
  const said = trailer.members.get('Size');
  if (said?.is !== 'number' || said.value !== size) throw table.fault('PDF_XREF', at);
  return trailer;
}

/** Each where the table says, and each where another ends: so that there is no byte which the table does not list. */
function readObjects(bytes: Uint8Array, offsets: readonly number[], tableAt: number): PdfFrame['objects'] {
  const objects = new Map<number, PdfObject>();
  const inFile = offsets.map((offset, i) => ({ offset, number: i + 1 })).sort((a, b) => a.offset - b.offset);
  let end = headerBytes;
  for (const { offset, number } of inFile) {
    const scanner = new Scanner(bytes, offset);
    if (offset < end)
      throw objectFault(objects.size > 0 ? repeatedOr(offsets, offset) : 'PDF_OBJECT_ELSEWHERE', number);
    if (offset > end) throw scanner.fault('PDF_BYTES_UNLISTED', end);
    if (!scanner.passes(`${number} 0 obj\n`)) throw objectFault('PDF_OBJECT_ELSEWHERE', number);
    objects.set(number, readObject(scanner, number));
    end = scanner.at;
  }
  if (end !== tableAt) throw new Scanner(bytes, end).fault(end < tableAt ? 'PDF_BYTES_UNLISTED' : 'PDF_XREF');
  return objects;
}

const repeatedOr = (offsets: readonly number[], offset: number): FindingCode =>
  offsets.indexOf(offset) === offsets.lastIndexOf(offset) ? 'PDF_OBJECT_ELSEWHERE' : 'PDF_OBJECT_REPEATED';

function readObject(scanner: Scanner, number: number): PdfObject {
  const value = scanner.value();
  const { references } = scanner;
  scanner.demand('\n', 'PDF_SYNTAX');
  const stream = scanner.passes('stream\n') ? readStream(scanner, value, number) : undefined;
  scanner.demand('endobj\n', stream ? 'PDF_STREAM' : 'PDF_SYNTAX');
  return { number, value, references, ...(stream && { stream }) };
}

function readStream(scanner: Scanner, value: PdfValue, number: number): Uint8Array {
  if (value.is !== 'dictionary') throw objectFault('PDF_STREAM', number);
  const length = value.members.get('Length');
  if (length?.is !== 'number' || !Number.isInteger(length.value) || length.value < 0)
    throw objectFault('PDF_STREAM', number);
  const filter = value.members.get('Filter');
  if (value.members.has('F') || (filter && (filter.is !== 'name' || filter.name !== 'FlateDecode')))
    throw objectFault('PDF_STREAM', number);
  const stream = scanner.bytes.subarray(scanner.at, scanner.at + length.value);
  scanner.at += length.value;
  scanner.demand('\nendstream\n', 'PDF_STREAM');
  return stream;
}
