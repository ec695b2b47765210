/** Records with personal fields under leaves: struck out, disclosed as they were, disclosed otherwise. */
import { canonicalize } from '../../../certs/jcs.ts';
import type { Random } from '../../generate/random.ts';
import type { Class, Drawn } from '../entry.ts';
import { bytesOf, type Covered, coveredRecordOf, disclosuresOf } from '../papers.ts';
import { AT } from '../times.ts';
import { trustOf } from '../trusts.ts';
import { DEPARTMENTS, type Yard } from '../yard.ts';

type Open = { format: unknown; leaves: Record<string, { salt: unknown; value: unknown }>; record: unknown };

/** What is disclosed, changed; text is taken as it is. */
type Change = (open: Open, random: Random) => unknown;

const first = ({ leaves }: Open): { salt: unknown; value: unknown } => Object.values(leaves)[0]!;

const WRONG: Readonly<Record<string, Change>> = {
  'another value': open => {
    first(open).value = 'other';
    return open;
  },
  'another salt': open => {
    first(open).salt = '0'.repeat(32);
    return open;
  },
  'values exchanged': open => {
    const [a, b] = Object.keys(open.leaves) as [string, string];
    const { [a]: one, [b]: two } = open.leaves;
    return { ...open, leaves: { ...open.leaves, [a]: two, [b]: one } };
  },
  'a leaf more': open => ({ ...open, leaves: { ...open.leaves, 'content.zip': { salt: '0'.repeat(32), value: 1 } } }),
  'of another record': open => ({ ...open, record: 'ab'.repeat(32) }),
  'of another form': open => ({ ...open, format: 'one-window/disclosures/2' }),
  'a member more': open => ({ ...open, more: 1 }),
  'no leaves': open => ({ ...open, leaves: {} }),
  'leaves that are a list': open => ({ ...open, leaves: [] }),
  'a short salt': open => {
    first(open).salt = '00';
    return open;
  },
  'a salt in capitals': open => {
    first(open).salt = 'AB'.repeat(16);
    return open;
  },
  'a value with a leaf in it': open => {
    first(open).value = [{ leaf: 1 }];
    return open;
  },
  'a path with a hyphen': open => ({ ...open, leaves: { ...open.leaves, 'content.a-b': first(open) } }),
  'a path with 01': open => ({ ...open, leaves: { ...open.leaves, 'content.founders.01.name': first(open) } }),
  'not canonical': open => `${canonicalize(open as never)} `,
  'not JSON': () => '{',
};

async function redacted(random: Random, yard: Yard): Promise<Drawn> {
  const department = random.pick(DEPARTMENTS);
  const covered = coveredRecordOf(random, department);
  const seal = await yard.seal({ record: covered.record, by: yard.honest.holders[department] });
  const { disclosures, ...rest } = random.chance(45) ? struckOut(covered, random) : changed(covered, random);
  return {
    kind: 'seal',
    files: {
      record: covered.record,
      seal,
      proof: yard.prove(department, seal, random),
      ...(disclosures && { disclosures }),
    },
    trust: await trustOf(yard, 'plain'),
    at: AT,
    ...rest,
  };
}

type Shown = Pick<Drawn, 'what' | 'verdicts'> & { readonly disclosures: Uint8Array | undefined };

function struckOut({ record, leaves }: Covered, random: Random): Shown {
  const left = new Map([...leaves].filter(() => random.chance(60)));
  const what = `${leaves.size - left.size} of ${leaves.size} struck out`;
  return { disclosures: disclosuresOf({ record, leaves: left }), what, verdicts: ['VALID'] };
}

function changed(covered: Covered, random: Random): Shown {
  const what = random.pick(Object.keys(WRONG));
  const open = JSON.parse(Buffer.from(disclosuresOf(covered)!).toString()) as Open;
  const now = WRONG[what]!(open, random);
  const disclosures = typeof now === 'string' ? Buffer.from(now) : bytesOf(now as never);
  return { disclosures, what: `disclosed: ${what}`, verdicts: ['INVALID'] };
}

// --- records that no honest department seals -------------------------------------------------------------------------

const LEAF = { leaf: 'ab'.repeat(32) };
const ODD: Readonly<Record<string, unknown>> = {
  'a leaf of another length': { name: { leaf: 'ab' } },
  'a leaf in capitals': { name: { leaf: 'AB'.repeat(32) } },
  'a leaf with a neighbor': { name: { ...LEAF, more: 1 } },
  'a leaf that is a number': { name: { leaf: 1 } },
  'a leaf below a name with a dot': { 'a.b': LEAF },
  'a leaf below an empty name': { '': LEAF },
  'a leaf at the end of a long way': { ['x'.repeat(248)]: LEAF },
  'a leaf at the end of a way too long': { ['x'.repeat(249)]: LEAF },
  'more leaves than there may be': Array.from({ length: 1_030 }, () => LEAF),
};
const FINE: ReadonlySet<string> = new Set(['a leaf at the end of a long way']);

async function oddLeaves(random: Random, yard: Yard): Promise<Drawn> {
  const what = random.pick(Object.keys(ODD));
  const format = random.chance(80) ? 'one-window/record/2' : 'one-window/record/1';
  const record = bytesOf({ content: ODD[what] as never, department: 'tax', format, kind: 'NATIONAL_TAX' });
  const seal = await yard.seal({ record, by: yard.honest.holders.tax });
  const isFine = FINE.has(what) || format === 'one-window/record/1';
  return {
    kind: 'seal',
    files: { record, seal, proof: yard.prove('tax', seal, random) },
    trust: await trustOf(yard, 'plain'),
    at: AT,
    what: `${what} (${format})`,
    verdicts: [isFine ? 'VALID' : 'INVALID'],
  };
}

export const REDACTED_CLASSES: readonly Class[] = [
  { name: 'redacted', weight: 12, draw: redacted },
  { name: 'odd leaves', weight: 3, draw: oddLeaves },
];
