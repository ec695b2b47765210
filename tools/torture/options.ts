import type { StoreKind } from './place.ts';

/** What `npm run torture` is asked for. */
export interface Options {
  readonly kills: number;
  /** SIGSTOPs for longer than a lease lasts; only where another gateway can take over. */
  readonly pauses: number;
  readonly cases: number;
  readonly seed: number;
  readonly store: StoreKind;
  readonly json: boolean;
  /** The data folder and the database are left for whoever wants to look at them. */
  readonly keep: boolean;
}

const killsMax = 100_000;
const casesMax = 1_000_000;
const seedMax = 2 ** 32 - 1;
const killsByDefault = 100;
const casesPerKill = 5;
/** Without kills there is still something to be run. */
const casesWithoutKills = 50;

export const USAGE = `npm run torture -- [--kills N] [--pauses P] [--cases C] [--seed S] [--store sqlite|postgres] [--json] [--keep]

Starts the departments and one gateway on SQLite, or two on a PostgreSQL database made for the run (127.0.0.1:5432, user
postgres); registers synthetic enterprises over lines that lose, delay and refuse calls, with departments of which some
decide at the pace of people; meanwhile kills gateways with SIGKILL at random moments and starts them again. In the end
it counts what must never be: cases lost, effects that happened twice or belong to no case, cases that are stuck, ledgers
and seals that do not hold.

  --kills   how many kills (0 to ${killsMax}; ${killsByDefault} when absent)
  --pauses  how many times a gateway is stopped for longer than its leases last, and goes on afterwards (PostgreSQL only)
  --cases   how many applications (1 to ${casesMax}; ${casesPerKill} for each kill when absent)
  --seed    of the plan: applications, faults, moments of the kills (drawn and printed when absent)
  --store   sqlite (when absent) or postgres
  --json    one JSON object for each figure instead of a table
  --keep    leaves the data folder and the database

Exit status 0: every invariant holds. 1: one does not, each violation named; or the run did not come to its end. 2: it
could not be run.`;

/** A wrong argument; its message says what a right one is. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const NAMED = ['--kills', '--pauses', '--cases', '--seed', '--store'] as const;
const FLAGS = ['--json', '--keep'] as const;

/** @throws {WrongUsage} */
export function readOptions(args: readonly string[], drawSeed: () => number): Options {
  const given = new Map<string, string>();
  const flags = new Set<string>();
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (FLAGS.some(flag => flag === arg)) flags.add(arg);
    else if (NAMED.some(name => name === arg)) given.set(arg, args[++at] ?? '');
    else throw new WrongUsage(`"${arg}" is no option (--help tells more).`);
  }
  const number = (name: string, byDefault: number, least: number, most: number): number =>
    given.has(name) ? wholeNumber(name, given.get(name) as string, least, most) : byDefault;
  const store = given.get('--store') ?? 'sqlite';
  if (store !== 'sqlite' && store !== 'postgres') throw new WrongUsage('--store is sqlite or postgres.');
  const kills = number('--kills', killsByDefault, 0, killsMax);
  const pauses = number('--pauses', 0, 0, killsMax);
  if (pauses > 0 && store === 'sqlite')
    throw new WrongUsage('--pauses needs --store postgres: nobody else could take over.');
  return {
    kills,
    pauses,
    cases: number('--cases', (kills + pauses) * casesPerKill || casesWithoutKills, 1, casesMax),
    seed: given.has('--seed') ? number('--seed', 0, 0, seedMax) : drawSeed(),
    store,
    json: flags.has('--json'),
    keep: flags.has('--keep'),
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new WrongUsage(`${name} is a whole number from ${least} to ${most}, but "${text}" was given.`);
}
