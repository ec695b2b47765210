/** Records that name persons in leaves, and every way to lie about what is disclosed of them. */
import { canonicalize, type JsonObject, type JsonValue } from '../../certs/jcs.ts';
import { covered, LEAVED_RECORD_FORMAT, writeDisclosures } from '../../certs/leaves.ts';
import type { Random } from '../generate/random.ts';
import { seededBytes } from './keys.ts';
import { RAW_EDITS } from './raw-edits.ts';

export interface Disclosed {
  readonly record: Uint8Array;
  readonly disclosures: Uint8Array;
}

/** Two of them are alike but for their places. */
const PERSONS: JsonObject = {
  founders: [{ name: '甲子某' }, { name: '乙丑某' }, { name: '甲子某' }],
  legalRepresentative: { name: '甲子某', idNumber: { salt: 'ab', sha256: 'cd' } },
};
const PATHS = [
  ...[0, 1, 2].map(at => `content.founders.${at}.name`),
  'content.legalRepresentative.name',
  'content.legalRepresentative.idNumber',
];

/** @param label Of the record: another has other salts. */
export function disclosedRecord(seed: number, label: string, head: JsonObject): Disclosed {
  const salts = PATHS.map(path => [path, seededBytes(seed, `${label} ${path}`, 16).toString('hex')] as const);
  const value = { ...head, format: LEAVED_RECORD_FORMAT, content: PERSONS };
  const { record: under, leaves } = covered(value, new Map(salts));
  const record = Buffer.from(canonicalize(under));
  return { record, disclosures: writeDisclosures(record, leaves)! };
}

interface Leaf {
  readonly salt: string;
  readonly value: JsonValue;
}
interface Open {
  readonly format: string;
  readonly leaves: Readonly<Record<string, Leaf>>;
  readonly record: string;
}

export interface DisclosureEdit {
  readonly kind: string;
  /** @param others Of other records. Undefined where there is nothing to be changed in this way. */
  edit(disclosures: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array | undefined;
}

const read = (disclosures: Uint8Array): Open => JSON.parse(Buffer.from(disclosures).toString()) as Open;
const written = (open: Open): Uint8Array => Buffer.from(canonicalize(open as unknown as JsonObject));

/** Another in the form of disclosures: only the hashes can tell. */
const inForm =
  (change: (open: Open, random: Random, others: readonly Open[]) => Open): DisclosureEdit['edit'] =>
  (disclosures, random, others) =>
    written(change(read(disclosures), random, others.map(read)));

const twoPaths = ({ leaves }: Open, random: Random): [string, string] =>
  random.shuffled(Object.keys(leaves)) as [string, string];
const withLeaves = (open: Open, leaves: Open['leaves']): Open => ({ ...open, leaves: { ...open.leaves, ...leaves } });

const OTHER_VALUES: readonly ((value: JsonValue) => JsonValue)[] = [
  value => [value],
  value => ({ value }),
  value => (typeof value === 'string' ? `${value}\u200b` : '甲子某'),
  value => (typeof value === 'string' ? value.slice(1) : null),
  () => '',
  () => null,
  () => 0,
  value => ({ leaf: 'ab'.repeat(32), value }),
];

/** What JSON takes for the same. */
const OTHER_FORMS: readonly ((text: string, random: Random) => string)[] = [
  text => `${text}\n`,
  text => ` ${text}`,
  text => `\ufeff${text}`,
  text => text.replaceAll('":"', '": "'),
  text => text.replace('"leaves"', '"\\u006ceaves"'),
  text => text.replace('甲', '\\u7532'),
  text => text.replace(/^\{("format":"[^"]*"),/, '{').replace(/\}$/, ',"format":"one-window/disclosures/1"}'),
  text => text.replace(/("[\w.]+":\{"salt":"[0-9a-f]+","value":"[^"]*"\})/, '$1,$1'),
  text => text.replace('"salt"', '"salt":"00","salt"'),
  text => text.replace('disclosures/1', 'disclosures/2'),
  text => text.replace(/"record":"[0-9a-f]+"/, found => found.toUpperCase().replace('RECORD', 'record')),
  text => text.replace(/"salt":"[0-9a-f]+"/, found => found.toUpperCase().replace('SALT', 'salt')),
  text => text.replace('{"format"', '{"also":1,"format"'),
  text => text.replace('"value"', '"kind":1,"value"'),
];

export const DISCLOSURE_EDITS: readonly DisclosureEdit[] = [
  {
    kind: 'values of leaves swapped',
    edit: inForm((open, random) => {
      const [one, another] = twoPaths(open, random);
      const [a, b] = [open.leaves[one]!, open.leaves[another]!];
      return withLeaves(open, { [one]: { ...a, value: b.value }, [another]: { ...b, value: a.value } });
    }),
  },
  {
    kind: 'leaves in each other’s place',
    edit: inForm((open, random) => {
      const [one, another] = twoPaths(open, random);
      return withLeaves(open, { [one]: open.leaves[another]!, [another]: open.leaves[one]! });
    }),
  },
  {
    kind: 'leaf at another path',
    edit: inForm((open, random) => {
      const [one] = twoPaths(open, random);
      const { [one]: moved, ...leaves } = open.leaves;
      const to = random.pick([
        `${one}s`,
        one.replace(/\d/, '7'),
        one.replace('content.', ''),
        `${one}.value`,
        'holder',
      ]);
      return { ...open, leaves: { ...leaves, [to]: moved! } };
    }),
  },
  {
    kind: 'salt changed',
    edit: inForm((open, random) => {
      const [one] = twoPaths(open, random);
      const { salt, value } = open.leaves[one]!;
      const at = random.below(salt.length);
      const digit = (Number.parseInt(salt[at]!, 16) ^ (1 << random.below(4))).toString(16);
      const cut = random.pick([salt.slice(1), `${salt}0`, salt.slice(0, at) + digit + salt.slice(at + 1)]);
      return withLeaves(open, { [one]: { salt: cut, value } });
    }),
  },
  {
    kind: 'value changed',
    edit: inForm((open, random) => {
      const [one] = twoPaths(open, random);
      const { salt, value } = open.leaves[one]!;
      return withLeaves(open, { [one]: { salt, value: random.pick(OTHER_VALUES)(value) } });
    }),
  },
  {
    kind: 'leaf more',
    edit: inForm((open, random) => {
      const [one] = twoPaths(open, random);
      const path = random.pick(['content.founders.3.name', 'content.address', 'holder', 'content', `${one}.name`]);
      return withLeaves(open, { [path]: random.pick(Object.values(open.leaves)) });
    }),
  },
  {
    kind: 'disclosures of another record',
    edit(disclosures, random, others) {
      if (others.length === 0) return undefined;
      const other = random.pick(others);
      if (random.chance(50)) return other;
      const [own, theirs] = [read(disclosures), read(other)];
      return written(random.chance(50) ? { ...own, record: theirs.record } : { ...own, leaves: theirs.leaves });
    },
  },
  {
    kind: 'disclosures in another form',
    edit(disclosures, random) {
      const text = Buffer.from(disclosures).toString();
      const bytes = Buffer.from(random.pick(OTHER_FORMS)(text, random));
      return Buffer.compare(bytes, disclosures) === 0 ? undefined : bytes;
    },
  },
  ...RAW_EDITS.map(({ kind, edit }) => ({
    kind,
    edit: (disclosures: Uint8Array, random: Random) => edit(disclosures, random),
  })),
];

/** Without one leaf, or without any: what a seal allows, and a ledger that has no act of it does not. */
export function withLeafLess(disclosures: Uint8Array, random: Random): Uint8Array {
  const open = read(disclosures);
  const [one] = twoPaths(open, random);
  const { [one]: _, ...leaves } = open.leaves;
  return written({ ...open, leaves });
}
