/** What `npm run mutants` is asked for. */
export interface Options {
  readonly count: number;
  readonly seed: number;
  /** The number of the first; others than 0 to look again at some. */
  readonly from: number;
  readonly json: boolean;
  readonly withOpenssl: boolean;
}

const countMax = 10_000_000;
const numberMax = 2 ** 31 - 1;
const seedMax = 2 ** 32 - 1;

export const USAGE = `npm run mutants -- COUNT [--seed S] [--from N] [--json] [--without-openssl]

Makes sealed and stamped records and PDFs of every suite, seals in the national form, and the bundle of a case, all VALID;
then COUNT mutants of their seals, time stamps, certificates, revocation lists, log proofs, PDFs and bundles (1 to ${countMax}). Each mutant of a seal is
entered into a log of its own with a proof that holds, so that the log refuses none of them. Counts how many the verifier
accepts (VALID or VALID_AT_SIGNING), throws at, or needs more than a second for; beside it how many of the same seals
"openssl cms -verify" accepts, which looks at neither time stamp nor log, and is not asked about seals of SM2SM3.

  --seed             of keys and mutants (0 to ${seedMax}; drawn and printed when absent): the same seed gives the same
                     mutants, byte for byte
  --from             the number of the first mutant (0 when absent)
  --json             one JSON object for each figure instead of a table
  --without-openssl  asks nobody else

A mutant that is accepted is written to the current folder, with a sentence that tells how to draw it again.

Exit status 0: no mutant was accepted, thrown at or slow. 1: one was. 2: it could not be run.`;

/** A wrong argument; its message says what a right one is. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** @throws {WrongUsage} */
export function readOptions(args: readonly string[], drawSeed: () => number): Options {
  const given = new Map<string, string>();
  const counts: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (arg === '--json' || arg === '--without-openssl') given.set(arg, '');
    else if (arg === '--seed' || arg === '--from') given.set(arg, args[++at] ?? '');
    else if (arg.startsWith('-')) throw new WrongUsage(`"${arg}" is no option (--help tells more).`);
    else counts.push(arg);
  }
  if (counts.length > 1) throw new WrongUsage(`"${counts[1]}" is too much: give one COUNT.`);
  const seed = given.get('--seed');
  return {
    count: wholeNumber('COUNT', counts[0], 1, countMax),
    seed: seed === undefined ? drawSeed() : wholeNumber('The seed', seed, 0, seedMax),
    from: wholeNumber('--from', given.get('--from') ?? '0', 0, numberMax - countMax),
    json: given.has('--json'),
    withOpenssl: !given.has('--without-openssl'),
  };
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const found = text === undefined ? 'none was given' : `"${text}" was given`;
  throw new WrongUsage(`${name} is a whole number from ${least} to ${most}, but ${found} (--help tells more).`);
}
