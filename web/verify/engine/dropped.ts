/**
 * What was dropped on the page, put together: a seal with its record, log proof and disclosures is one thing to verify, a
 * bundle or a PDF another. Files that a browser saved twice are called `record (1).json`, so that names tell less than what
 * is inside: a seal names the digest of its record, disclosures that of theirs.
 */

import { readSignedData } from '../../../certs/cms.ts';
import { FormatError } from '../../../certs/findings.ts';
import { toHex } from '../../../certs/hex.ts';
import { sha256 } from '../../../certs/primitives.ts';
import { recordBytesMax } from '../../../certs/verify.ts';

export interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One thing to verify, or what cannot be told what it belongs to. */
export type Item = { readonly kind: 'PDF' | 'BUNDLE' | 'UNKNOWN'; readonly file: Dropped } | SealItem;

/** A seal in either form, CAdES or GB/T 38540, with what belongs to it; or a part that belongs to no seal. */
export interface SealItem {
  readonly kind: 'SEAL';
  readonly seal?: Dropped;
  readonly record?: Dropped;
  readonly proof?: Dropped;
  readonly disclosures?: Dropped;
}

export const isSes = ({ name }: Dropped): boolean => /\.ses$/i.test(name);

type Part = 'seal' | 'record' | 'proof' | 'disclosures';
const PARTS: readonly Part[] = ['seal', 'record', 'proof', 'disclosures'];
type Parts = Readonly<Record<Part, readonly Dropped[]>>;

/** As files come: a record may have a seal in each of two forms. */
type Ending = Part | 'ses' | 'sesProof';

/** Longest ending first: `x.disclosures.json` is no record. */
const ENDINGS: readonly (readonly [RegExp, Ending])[] = [
  [/(?:^|[.\\/])disclosures(?: ?\(\d+\))?\.json$/i, 'disclosures'],
  [/\.json$/i, 'record'],
  [/\.p7s$/i, 'seal'],
  [/\.ses$/i, 'ses'],
  [/\.ses(?: ?\(\d+\))?\.tlog-proof$/i, 'sesProof'],
  [/\.tlog-proof$/i, 'proof'],
];

export function itemsOf(files: readonly Dropped[]): readonly Item[] {
  const whole: Item[] = [];
  const ended: Record<Ending, Dropped[]> = { seal: [], ses: [], record: [], proof: [], sesProof: [], disclosures: [] };
  for (const file of files) {
    const kind = wholeKindOf(file);
    const ending = kind ? undefined : endingOf(file);
    if (ending) ended[ending].push(file);
    else whole.push({ kind: kind ?? 'UNKNOWN', file });
  }
  const { ses, sesProof, ...parts } = ended;
  const seals = [...sealsOf(parts), ...sealsOf({ ...parts, seal: ses, proof: sesProof })];
  return [...whole, ...seals, ...leftOf(Object.values(ended).flat(), seals)];
}

function wholeKindOf({ name, bytes }: Dropped): 'PDF' | 'BUNDLE' | undefined {
  if (/\.pdf$/i.test(name) || startsWith(bytes, '%PDF-')) return 'PDF';
  if (/\.asice$/i.test(name) || startsWith(bytes, 'PK\u0003\u0004')) return 'BUNDLE';
  return undefined;
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((character, i) => bytes[i] === character.charCodeAt(0));

const endingOf = ({ name }: Dropped): Ending | undefined => ENDINGS.find(([ending]) => ending.test(name))?.[1];

/** Each with what belongs to it. */
function sealsOf(parts: Parts): readonly SealItem[] {
  // What is no record by its size is not looked into here, where the page would wait for it.
  const records = parts.record.map(file => ({
    file,
    sha256: file.bytes.length > recordBytesMax ? undefined : toHex(sha256(file.bytes)),
  }));
  return parts.seal.map(seal => {
    const digest = digestIn(seal.bytes);
    const record =
      records.find(({ file }) => goWith(file, seal)) ??
      records.find(one => one.sha256 !== undefined && one.sha256 === digest) ??
      onlyOne(parts.seal, records);
    return {
      kind: 'SEAL' as const,
      seal,
      ...(record && { record: record.file }),
      ...beside('proof', seal, parts),
      ...(record && disclosuresOf(record, seal, parts)),
    };
  });
}

/** What belongs to nothing, on its own. */
function leftOf(files: readonly Dropped[], seals: readonly SealItem[]): readonly SealItem[] {
  const taken = new Set(seals.flatMap(seal => PARTS.flatMap(part => seal[part] ?? [])));
  return files.flatMap(file => {
    if (taken.has(file)) return [];
    return [endingOf(file) === 'record' ? { kind: 'SEAL', record: file } : { kind: 'SEAL', proof: file }];
  });
}

/** Of the same name up to the ending, or of the names that they have in bundles and on the center's paths. */
const goWith = (a: Dropped, b: Dropped): boolean => stemOf(a) === stemOf(b);

const stemOf = ({ name }: Dropped): string =>
  name
    .replace(/(?:^|\.)disclosures((?: ?\(\d+\))?)\.json$/i, '$1.json')
    .replace(/\.ses((?: ?\(\d+\))?)\.tlog-proof$/i, '$1.ses')
    .replace(/\.[^.]*$/, '')
    .replace(/(^|\/)(?:seal|record)?((?: ?\(\d+\))?)$/, '$1$2');

const onlyOne = <T>(seals: readonly Dropped[], files: readonly T[]): T | undefined =>
  seals.length === 1 && files.length === 1 ? files[0] : undefined;

function beside(part: Part, seal: Dropped, parts: Parts): Partial<Record<Part, Dropped>> {
  const file = parts[part].find(one => goWith(one, seal)) ?? onlyOne(parts.seal, parts[part]);
  return file ? { [part]: file } : {};
}

function disclosuresOf(
  record: { readonly file: Dropped; readonly sha256: string | undefined },
  seal: Dropped,
  parts: Parts,
): Partial<Record<Part, Dropped>> {
  const file = parts.disclosures.find(({ bytes }) => record.sha256 && recordNamedIn(bytes) === record.sha256);
  return file ? { disclosures: file } : beside('disclosures', seal, parts);
}

/** Only to put files together: what they say is judged later. */
function digestIn(seal: Uint8Array): string | undefined {
  try {
    return toHex(readSignedData(seal).attributes.messageDigest);
  } catch (fault) {
    if (fault instanceof FormatError) return undefined;
    throw fault;
  }
}

/** Their last member, as canonical JSON has it. */
const recordNamedIn = (disclosures: Uint8Array): string | undefined =>
  /"record":"([0-9a-f]{64})"\}\s*$/.exec(new TextDecoder().decode(disclosures.slice(-100)))?.[1];
