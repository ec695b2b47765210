/**
 * Personal fields of a record as salted leaves, so that a field can be struck out and the seal still holds. In the record
 * stands `{"leaf":"<64 hex>"}`: the SHA-256 of UTF-8 of RFC 8785 `["one-window/leaf/1",path,salt,value]`. The path leads
 * from the record's root (`content.founders.0.name`), so that a value can't be shown in another place; the salt is 128
 * random bits, so that nobody who has only the record can try names until one fits. Beside the record lies what is
 * disclosed of it:
 *
 *     {"format":"one-window/disclosures/1",
 *      "leaves":{"content.founders.0.name":{"salt":"9f…","value":"…"}},
 *      "record":"<SHA-256 of the record's bytes, hexadecimal>"}
 *
 * as canonical JSON on one line. A path that is absent is struck out; with every path struck out there is no such file.
 */
import { utf8 } from './bytes.ts';
import { FormatError } from './findings.ts';
import { toHex } from './hex.ts';
import { canonicalize, type JsonObject, type JsonValue, jsonDepthMax } from './jcs.ts';
import { isObject, parseCanonical, textIn } from './json.ts';
import { textOf } from './log/lines.ts';
import { sha256 } from './primitives.ts';

/** The form of records that may hold leaves. In a record of another form an object with a member `leaf` is only that. */
export const LEAVED_RECORD_FORMAT = 'one-window/record/2';
const DISCLOSURES_FORMAT = 'one-window/disclosures/1';
const LEAF_FORMAT = 'one-window/leaf/1';

/** An enterprise of 200 founders has 202 personal fields. */
export const leavesMax = 1024;
/** The names of 200 founders take some 60 kB, were each of them 60 characters long. */
export const disclosuresBytesMax = 256 * 1024;
const pathCharactersMax = 256;

export interface Disclosure {
  /** 128 random bits, 32 lower-case hexadecimal digits. */
  readonly salt: string;
  readonly value: JsonValue;
}

export interface Disclosures {
  /** SHA-256 of the record's bytes, lower-case hexadecimal. */
  readonly record: string;
  /** By path; never empty. */
  readonly leaves: ReadonlyMap<string, Disclosure>;
}

/** What is hashed for a value. @throws {TypeError} for what JSON can't carry. */
export const leafText = (path: string, { salt, value }: Disclosure): string =>
  canonicalize([LEAF_FORMAT, path, salt, value]);

/** What stands in the record for a value. @throws {TypeError} for what JSON can't carry. */
export const leafHash = (path: string, disclosure: Disclosure): string =>
  toHex(sha256(utf8(leafText(path, disclosure))));

// --- in the record ---------------------------------------------------------------------------------------------------

export interface RecordLeaves {
  /** The hash of each leaf by its path, in the order of the record. */
  readonly leaves: ReadonlyMap<string, string>;
  /** Where the first of those stands that are not of the form of a leaf, such as `record.content.name`; if there is one. */
  readonly malformed?: string;
  readonly isTooMany: boolean;
}

/** @param record Of any origin; what lies deeper than records may is not looked at. */
export function leavesIn(record: JsonObject): RecordLeaves {
  const leaves = new Map<string, string>();
  if (textIn(record, 'format') !== LEAVED_RECORD_FORMAT) return { leaves, isTooMany: false };
  let malformed: string | undefined;
  let isTooMany = false;
  // A leaf below a name with a dot, or at the end of a long way, would have no path of its own: undefined.
  const walk = (value: JsonValue, path: string | undefined, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > jsonDepthMax) return;
    if (!Array.isArray(value) && Object.hasOwn(value, 'leaf')) {
      const hash = leafIn(value as JsonObject);
      if (hash === undefined || !path) malformed ??= path ? `record.${path}` : 'record';
      else if (leaves.size === leavesMax) isTooMany = true;
      else leaves.set(path, hash);
      return;
    }
    for (const [name, member] of Object.entries(value)) walk(member, pathOf(path, name), depth + 1);
  };
  walk(record, '', 0);
  return { leaves, isTooMany, ...(malformed !== undefined && { malformed }) };
}

const HASH = /^[0-9a-f]{64}$/;
const SALT = /^[0-9a-f]{32}$/;
/** A member of an object, or a place in a list. */
const STEP = /^(?:[A-Za-z][A-Za-z0-9_]*|0|[1-9][0-9]*)$/;

/** The hash in a leaf; undefined when it has another form. */
function leafIn(object: JsonObject): string | undefined {
  const hash = textIn(object, 'leaf');
  return hash !== undefined && HASH.test(hash) && Object.keys(object).length === 1 ? hash : undefined;
}

function pathOf(above: string | undefined, name: string): string | undefined {
  if (above === undefined || !STEP.test(name)) return undefined;
  const path = above === '' ? name : `${above}.${name}`;
  return path.length <= pathCharactersMax ? path : undefined;
}

/** Whether anything in the value could be taken for a leaf: leaves nest nowhere. */
const holdsLeaf = (value: JsonValue): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ((!Array.isArray(value) && Object.hasOwn(value, 'leaf')) || Object.values(value).some(holdsLeaf));

/**
 * The record with leaves in the place of its personal fields.
 *
 * @param salts By the path of each field: all that are to be covered.
 * @throws {TypeError} when the record has no such field, or its value holds what looks like a leaf.
 */
export function covered(
  record: JsonObject,
  salts: ReadonlyMap<string, string>,
): { readonly record: JsonObject; readonly leaves: ReadonlyMap<string, Disclosure> } {
  const leaves = new Map<string, Disclosure>();
  const cover = (value: JsonValue, path: string): JsonValue => {
    const salt = salts.get(path);
    if (salt !== undefined) {
      if (holdsLeaf(value) || !SALT.test(salt)) throw new TypeError(`${path} can't be covered by a leaf`);
      leaves.set(path, { salt, value });
      return { leaf: leafHash(path, { salt, value }) };
    }
    if (Array.isArray(value)) return value.map((member, at) => cover(member, `${path}.${at}`));
    if (!isObject(value)) return value;
    const members = Object.entries(value);
    return Object.fromEntries(members.map(([name, member]) => [name, cover(member, path ? `${path}.${name}` : name)]));
  };
  const under = cover(record, '') as JsonObject;
  const missed = [...salts.keys()].find(path => !leaves.has(path));
  if (missed !== undefined) throw new TypeError(`the record has no field ${missed}`);
  return { record: under, leaves };
}

/** The record with what is disclosed in its place; what is struck out stays a leaf. @param disclosed Values by path. */
export function uncovered(record: JsonObject, disclosed: Readonly<Record<string, JsonValue>>): JsonObject {
  const { leaves } = leavesIn(record);
  const uncover = (value: JsonValue, path: string): JsonValue => {
    if (leaves.has(path)) return Object.hasOwn(disclosed, path) ? (disclosed[path] as JsonValue) : value;
    if (Array.isArray(value)) return value.map((member, at) => uncover(member, `${path}.${at}`));
    if (!isObject(value)) return value;
    const members = Object.entries(value);
    return Object.fromEntries(
      members.map(([name, member]) => [name, uncover(member, path ? `${path}.${name}` : name)]),
    );
  };
  return uncover(record, '') as JsonObject;
}

// --- beside the record -----------------------------------------------------------------------------------------------

/** @returns undefined when nothing is disclosed. */
export function writeDisclosures(record: Uint8Array, leaves: ReadonlyMap<string, Disclosure>): Uint8Array | undefined {
  return disclosuresBytes(toHex(sha256(record)), leaves);
}

function disclosuresBytes(record: string, leaves: ReadonlyMap<string, Disclosure>): Uint8Array | undefined {
  if (leaves.size === 0) return undefined;
  const shown = Object.fromEntries([...leaves].map(([path, { salt, value }]) => [path, { salt, value }]));
  return utf8(canonicalize({ format: DISCLOSURES_FORMAT, leaves: shown, record }));
}

/** @throws {FormatError} for every text that {@link writeDisclosures} would not have written, and for a value with a leaf in it. */
export function readDisclosures(bytes: Uint8Array): Disclosures {
  if (bytes.length > disclosuresBytesMax) throw new FormatError('DISCLOSURES_TOO_LARGE', disclosuresBytesMax);
  const value = parseCanonical(textOf(bytes, disclosuresBytesMax, 'DISCLOSURES_MALFORMED'));
  const read = isObject(value) && Object.keys(value).length === 3 ? value : {};
  const [record, leaves] = [textIn(read, 'record'), Object.hasOwn(read, 'leaves') ? read.leaves : undefined];
  const isOurs = textIn(read, 'format') === DISCLOSURES_FORMAT && record !== undefined && HASH.test(record);
  if (!isOurs || !isObject(leaves)) throw new FormatError('DISCLOSURES_MALFORMED', 0);
  const disclosed = Object.entries(leaves).map(([path, leaf]) => [path, readDisclosure(path, leaf)] as const);
  if (disclosed.length === 0) throw new FormatError('DISCLOSURES_MALFORMED', 0);
  return { record, leaves: new Map(disclosed) };
}

function readDisclosure(path: string, leaf: JsonValue): Disclosure {
  const isPath = path.length <= pathCharactersMax && path.split('.').every(step => STEP.test(step));
  if (isPath && isObject(leaf) && Object.keys(leaf).length === 2 && Object.hasOwn(leaf, 'value')) {
    const [salt, value] = [textIn(leaf, 'salt'), leaf.value as JsonValue];
    if (salt !== undefined && SALT.test(salt) && !holdsLeaf(value)) return { salt, value };
  }
  throw new FormatError('DISCLOSURES_MALFORMED', 0);
}

/**
 * The same with some paths struck out.
 *
 * @returns undefined when nothing is left.
 * @throws {FormatError} when these are no disclosures.
 */
export function struckOutOf(bytes: Uint8Array, paths: readonly string[]): Uint8Array | undefined {
  const { record, leaves } = readDisclosures(bytes);
  return disclosuresBytes(record, new Map([...leaves].filter(([path]) => !paths.includes(path))));
}
