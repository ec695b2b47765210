import { entryOf } from '../certs/log/entry.ts';
import { GrowingTree, inclusionProof, leafHash } from '../certs/log/tree.ts';
import { judge } from '../certs/verify.ts';
import { against, atLeast, type Bench, type BenchOptions, type Figure, figure, quantile } from './figure.ts';
import { linesOf, startProfile } from './profile.ts';
import { type Evidence, hashesOver, type Office, openOffice, recordOf, stampedSeal } from './seals/evidence.ts';
import { type OpensslSpeed, opensslSpeed } from './seals/openssl-speed.ts';

/**
 * Seals made, stamped and judged, leaves logged and proved, in one process without network and disk, beside what
 * `openssl speed` makes of the same core in the same minute. Both count the CPU time of their process, so that what else
 * runs on the machine weighs little.
 */
export const sealsBench: Bench = async options => {
  const office = openOffice();
  try {
    const pace = options.quick ? QUICK : FULL;
    const tasks = await tasksOf(office, await office.evidence(pace.evidence));
    const rounds: Round[] = [];
    for (const [name, task] of Object.entries(tasks)) await rateOf(name, task, pace.warmUpMs, options);
    for (let nth = 0; nth < pace.rounds; nth++) {
      const speed = opensslSpeed();
      const rates: Record<string, number> = {};
      for (const [name, task] of Object.entries(tasks))
        rates[name] = await rateOf(name, task, pace.roundMs, { ...options, profile: options.profile && nth === 0 });
      options.log(`round ${nth + 1} of ${pace.rounds}: ${lineOf(speed, rates)}`);
      rounds.push({ speed, rates });
    }
    return figuresOf(rounds);
  } finally {
    office.close();
  }
};

interface Pace {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  readonly evidence: number;
}

const FULL: Pace = { rounds: 5, roundMs: 1_000, warmUpMs: 3_000, evidence: 2_000 };
const QUICK: Pace = { rounds: 1, roundMs: 200, warmUpMs: 100, evidence: 200 };

/** Does its work once, and says how often it did it: a pass over many is one call. */
type Task = () => Promise<number> | number;
type TaskName = 'create.b' | 'create.bt' | 'verify' | 'log.append' | 'log.proof';

async function tasksOf(office: Office, all: readonly Evidence[]): Promise<Readonly<Record<TaskName, Task>>> {
  const { sealer, stamper, at } = office;
  const records = all.map((_, nth) => recordOf(nth));
  const leaves = all.map(({ seal }) => leafHash(entryOf('business', seal)));
  const read = hashesOver(Array.from({ length: treeSize }, (_, nth) => leaves[nth % leaves.length] as Uint8Array));
  const each = (work: (nth: number) => Promise<unknown>) => async () => {
    for (let nth = 0; nth < records.length; nth++) await work(nth);
    return records.length;
  };
  const tree = new GrowingTree();
  return {
    'create.b': each(nth => sealer.seal(records[nth] as Uint8Array, at)),
    'create.bt': each(nth => stampedSeal(sealer, stamper, records[nth] as Uint8Array, at)),
    verify: () => judgeAll(office, all),
    'log.append': () => {
      for (const { seal } of all) tree.append(leafHash(entryOf('business', seal)));
      return all.length;
    },
    'log.proof': each(nth => inclusionProof((nth * 7_919) % treeSize, treeSize, read)),
  };
}

/** Leaves of the tree in which proofs are made: some months of a district. */
const treeSize = 1_000_000;

/** As whoever opens an archive: root, trust list and revocation lists are read anew, then every seal is judged. */
function judgeAll({ trust: read, at }: Office, all: readonly Evidence[]): number {
  const trust = read();
  for (const { record, seal, proof } of all) {
    const { verdict, findings } = judge({ record, seal, proof, trust, at });
    if (verdict !== 'VALID') throw new Error(`a seal is ${verdict}: ${findings.map(({ code }) => code).join()}`);
  }
  return all.length;
}

/** How often a second of this process's CPU time. */
async function rateOf(name: string, task: Task, ms: number, { profile, log }: BenchOptions): Promise<number> {
  const stop = profile ? await startProfile() : undefined;
  const before = process.cpuUsage();
  let done = 0;
  let spentMs = 0;
  while (spentMs < ms) {
    done += await task();
    const { user, system } = process.cpuUsage(before);
    spentMs = (user + system) / 1_000;
  }
  if (stop) for (const line of [`where the time of ${name} goes:`, ...linesOf(await stop())]) log(line);
  return (done / spentMs) * 1_000;
}

interface Round {
  readonly speed: OpensslSpeed;
  readonly rates: Readonly<Record<string, number>>;
}

const lineOf = ({ signs, verifies }: OpensslSpeed, rates: Round['rates']): string =>
  [
    `openssl ${Math.round(signs)} signs/s, ${Math.round(verifies)} verifies/s`,
    ...Object.entries(rates).map(([name, rate]) => `${name} ${Math.round(rate)}/s`),
  ].join('; ');

/** Names are public. `least` is of the ratio. */
const FIGURES: Readonly<Record<TaskName, { readonly of: keyof OpensslSpeed; readonly least?: number }>> = {
  'create.b': { of: 'signs', least: 0.4 },
  'create.bt': { of: 'signs', least: 0.2 },
  verify: { of: 'verifies', least: 0.4 },
  'log.append': { of: 'signs' },
  'log.proof': { of: 'signs' },
};
const SPEED: Readonly<Record<keyof OpensslSpeed, string>> = {
  signs: 'openssl speed ecdsap256 sign',
  verifies: 'openssl speed ecdsap256 verify',
};

function figuresOf(rounds: readonly Round[]): readonly Figure[] {
  return (Object.keys(FIGURES) as TaskName[]).map(name => {
    const { of, least } = FIGURES[name];
    const rate = median(rounds.map(({ rates }) => rates[name] as number));
    const ratio = median(rounds.map(({ rates, speed }) => (rates[name] as number) / speed[of]));
    const held = { ...against(SPEED[of], ratio, 1), ...(least !== undefined && atLeast(ratio, least, '')) };
    return figure(`seals.${name}`, rate, 'a second', held);
  });
}

const median = (values: readonly number[]): number => quantile(values, 0.5);
