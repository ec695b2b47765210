/**
 * ZIP (APPNOTE 6.3.3) in one form, as a container (ETSI EN 319 162-1 appendix A): `mimetype` comes first, so that its text
 * stands at byte 38 for whoever looks at magic numbers, the other files follow in the order of their names. Every file is
 * stored, not compressed: what would be saved is little, and deflate has many encodings of one content. No time, no
 * attribute, no extra field, no comment, no data descriptor, no byte before or after. Files that read alike are alike:
 * every byte that is read is compared with the one that would be written.
 *
 *     const bytes = writeZip(new Map([['mimetype', type], ['a/b.txt', text]]));
 *     readZip(bytes).get('a/b.txt');
 */
import { type FindingCode, FormatError } from '../findings.ts';
import { crc32 } from './crc32.ts';

/** Contents by path, in the order in which they lie in the file. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** A case has some ten papers of three files each; one that was corrected again and again has more. */
export const zipFilesMax = 4_096;
/** A case has some 100 kB; records of the largest size there is (1 MiB) fit in some thirty times. */
export const zipBytesMax = 32 * 1024 * 1024;
const pathBytesMax = 128;

/** Names that mean one file to every tool and file system: ASCII, no empty, hidden or upward step, no option of a command. */
const PATH = /^(?:[A-Za-z0-9_][\w-]*(?:\.[\w-]+)*\/)*[A-Za-z0-9_][\w-]*(?:\.[\w-]+)*$/;

export const FIRST_FILE = 'mimetype';

/** A fault of the container, with the file in whose entry it lies; none for what lies between or after the files. */
export class ZipError extends FormatError {
  readonly file: string | undefined;

  constructor(code: FindingCode, offset: number, file?: string) {
    super(code, offset);
    this.name = 'ZipError';
    this.file = file;
  }
}

// --- the three records -----------------------------------------------------------------------------------------------

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const localBytes = 30;
const centralBytes = 46;
const endBytes = 22;

/** "Version needed to extract": 1.0, for what is stored. Made by the same, on a system without attributes. */
const VERSION = 10;
/** 1980-01-01 00:00, the earliest that can be said: there is no way to say nothing. */
const DOS_DATE = 0x21;

interface Entry {
  readonly path: string;
  readonly content: Uint8Array;
  readonly check: number;
  /** Of its local record. */
  readonly offset: number;
}

/** What local and central records have in common, from "version needed" to the length of the name. */
function writeShared(view: DataView, at: number, { path, content, check }: Entry): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, check, true);
  view.setUint32(at + 14, content.length, true);
  view.setUint32(at + 18, content.length, true);
  view.setUint16(at + 22, path.length, true);
}

function localRecord(entry: Entry): Uint8Array {
  const record = new Uint8Array(localBytes + entry.path.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, LOCAL, true);
  writeShared(view, 4, entry);
  record.set(ASCII.encode(entry.path), localBytes);
  return record;
}

function centralRecord(entry: Entry): Uint8Array {
  const record = new Uint8Array(centralBytes + entry.path.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, CENTRAL, true);
  view.setUint16(4, VERSION, true);
  writeShared(view, 6, entry);
  view.setUint32(42, entry.offset, true);
  record.set(ASCII.encode(entry.path), centralBytes);
  return record;
}

/** The central directory and the end record. @param offset Where it begins. */
function directory(entries: readonly Entry[], offset: number): Uint8Array {
  const records = entries.map(centralRecord);
  const end = new Uint8Array(endBytes);
  const view = new DataView(end.buffer);
  view.setUint32(0, END, true);
  view.setUint16(8, entries.length, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(12, lengthOf(records), true);
  view.setUint32(16, offset, true);
  return joined([...records, end]);
}

const ASCII = new TextEncoder();

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// --- writing ---------------------------------------------------------------------------------------------------------

/** @param files In any order. @throws {RangeError} for what no reader would take. */
export function writeZip(files: Files): Uint8Array {
  const entries: Entry[] = [];
  const parts: Uint8Array[] = [];
  const paths = new Paths();
  let offset = 0;
  for (const path of [...files.keys()].sort(byPlace)) {
    const content = files.get(path)!;
    const fault = paths.refuses(path);
    if (fault) throw new RangeError(`${path} cannot be a file of a container (${fault})`);
    const entry = { path, content, check: crc32(content), offset };
    const record = localRecord(entry);
    entries.push(entry);
    parts.push(record, content);
    offset += record.length + content.length;
  }
  const zip = joined([...parts, directory(entries, offset)]);
  if (entries.length > zipFilesMax || zip.length > zipBytesMax)
    throw new RangeError(`a container of ${entries.length} files and ${zip.length} bytes is beyond the bounds`);
  return zip;
}

/** The first file, then by name; for ASCII the order of characters is that of bytes. */
const byPlace = (a: string, b: string): number => {
  if (a === b) return 0;
  if (a === FIRST_FILE || b === FIRST_FILE) return a === FIRST_FILE ? -1 : 1;
  return a < b ? -1 : 1;
};

/** The paths of a container as they come, one after the other. */
class Paths {
  #last: string | undefined;
  /** Files, and the folders they lie in, as file systems see them that don't tell small letters from large. */
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** Takes the next path, or says why not. */
  refuses(path: string): FindingCode | undefined {
    if (path.length > pathBytesMax || !PATH.test(path)) return 'ZIP_PATH';
    if (this.#last === undefined && path !== FIRST_FILE) return 'ZIP_MIMETYPE';
    if (this.#last !== undefined && byPlace(this.#last, path) >= 0) return 'ZIP_ORDER';
    this.#last = path;
    const folded = path.toLowerCase();
    const folders = foldersOf(folded);
    // Unpacked, one would stand in the other's place.
    if (this.#files.has(folded) || this.#folders.has(folded) || folders.some(folder => this.#files.has(folder)))
      return 'ZIP_PATH';
    this.#files.add(folded);
    for (const folder of folders) this.#folders.add(folder);
    return undefined;
  }
}

const foldersOf = (path: string): readonly string[] => {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, i) => steps.slice(0, i + 1).join('/'));
};

// --- reading ---------------------------------------------------------------------------------------------------------

/**
 * @param zip Of unknown origin.
 * @returns Views of `zip`, which must not be written to afterwards.
 * @throws {ZipError} for every byte that {@link writeZip} would not have written.
 */
export function readZip(zip: Uint8Array): Files {
  if (zip.length > zipBytesMax) throw new ZipError('ZIP_TOO_LARGE', zipBytesMax);
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const entries: Entry[] = [];
  const paths = new Paths();
  let offset = 0;
  while (offset + 4 <= zip.length && view.getUint32(offset, true) === LOCAL) {
    if (entries.length === zipFilesMax) throw new ZipError('ZIP_TOO_MANY_FILES', offset);
    const entry = readEntry(zip, view, offset, paths);
    entries.push(entry);
    offset += localBytes + entry.path.length + entry.content.length;
  }
  if (entries.length === 0) throw new ZipError('ZIP_NOT_ONE', 0);
  const rest = directory(entries, offset);
  mustBe(zip, offset, rest, 'ZIP_DIRECTORY_DIFFERS');
  if (zip.length > offset + rest.length) throw new ZipError('ZIP_TRAILING_BYTES', offset + rest.length);
  return new Map(entries.map(({ path, content }) => [path, content]));
}

function readEntry(zip: Uint8Array, view: DataView, offset: number, paths: Paths): Entry {
  if (offset + localBytes > zip.length) throw new ZipError('ZIP_TRUNCATED', zip.length);
  const pathAt = offset + localBytes;
  const pathLength = view.getUint16(offset + 26, true);
  const contentAt = pathAt + pathLength;
  const contentLength = view.getUint32(offset + 22, true);
  if (pathLength > pathBytesMax) throw new ZipError('ZIP_PATH', offset + 26);
  if (contentAt + contentLength > zip.length) throw new ZipError('ZIP_TRUNCATED', zip.length);
  const path = String.fromCharCode(...zip.subarray(pathAt, contentAt));
  const fault = paths.refuses(path);
  if (fault) throw new ZipError(fault, pathAt);
  const content = zip.subarray(contentAt, contentAt + contentLength);
  const check = crc32(content);
  if (view.getUint32(offset + 14, true) !== check) throw new ZipError('ZIP_CHECK_SUM_DIFFERS', offset + 14, path);
  const entry = { path, content, check, offset };
  mustBe(zip, offset, localRecord(entry), 'ZIP_NOT_CANONICAL', path);
  return entry;
}

/** @throws {ZipError} at the first byte in which the file is not what would be written. */
function mustBe(zip: Uint8Array, offset: number, wanted: Uint8Array, code: FindingCode, path?: string): void {
  for (let i = 0; i < wanted.length; i++) {
    if (offset + i >= zip.length) throw new ZipError('ZIP_TRUNCATED', zip.length, path);
    if (zip[offset + i] !== wanted[i]) throw new ZipError(code, offset + i, path);
  }
}
