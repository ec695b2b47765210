/** Records as departments make them, of many shapes, and what is disclosed of them. */
import { canonicalize, type JsonObject, type JsonValue } from '../../certs/jcs.ts';
import { covered, type Disclosure, writeDisclosures } from '../../certs/leaves.ts';
import type { Random } from '../generate/random.ts';
import { type DEPARTMENTS, KINDS } from './yard.ts';

export type Department = (typeof DEPARTMENTS)[number];

const NAMES = [
  '某市𠀀山贸易有限公司',
  'Ünïted & Söhne "KG"',
  '某某（集团）\n股份有限公司',
  '\u2028行',
  '公司\u007f',
  '\ue000私',
];
const VALUES: readonly JsonValue[] = [
  0,
  -1,
  1.5,
  1e21,
  1e-7,
  123456789012,
  true,
  false,
  null,
  [],
  {},
  [[1], { a: [] }],
];

/** @param more Members beside those of every record. */
export function recordOf(random: Random, department: Department, more: JsonObject = {}): JsonObject {
  const oddities = random.chance(40) ? { 'z\u00e9': random.pick(VALUES), '10': random.pick(VALUES), '9': '' } : {};
  return {
    format: 'one-window/record/1',
    department,
    kind: KINDS[department],
    number: `${KINDS[department]}-${random.below(100_000)}`,
    holder: random.pick(NAMES),
    version: 1 + random.below(3),
    ...oddities,
    ...more,
  };
}

export const bytesOf = (value: JsonValue): Uint8Array => Buffer.from(canonicalize(value));

export interface Covered {
  readonly record: Uint8Array;
  /** By path. */
  readonly leaves: ReadonlyMap<string, Disclosure>;
}

/** A record of the second form, with its persons under leaves. */
export function coveredRecordOf(random: Random, department: Department): Covered {
  const founders = Array.from({ length: random.below(5) }, (_, i) => ({ name: `${random.pick(NAMES)}${i}`, share: i }));
  const content = { legalRepresentative: { name: random.pick(NAMES), phone: null }, founders, address: '某路1号' };
  const open = recordOf(random, department, { format: 'one-window/record/2', content });
  const paths = [
    'content.legalRepresentative.name',
    'content.address',
    ...founders.map((_, i) => `content.founders.${i}.name`),
    ...(founders.length > 1 ? ['content.founders.0.share'] : []),
  ];
  const { record, leaves } = covered(open, new Map(paths.map(path => [path, saltOf(random)])));
  return { record: bytesOf(record), leaves };
}

const saltOf = (random: Random): string =>
  Array.from({ length: 16 }, () => random.below(256).toString(16).padStart(2, '0')).join('');

/** The disclosures file; undefined where nothing is disclosed. */
export const disclosuresOf = ({ record, leaves }: Covered): Uint8Array | undefined => writeDisclosures(record, leaves);
