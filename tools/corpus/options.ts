/** What `npm run corpus` is asked for. */
export interface Options {
  readonly folder: string;
  readonly count: number;
  readonly seed: number;
  /** Whether both verifiers are to be held against each other. */
  readonly agree: boolean;
}

const countMax = 100_000;
const seedMax = 2 ** 32 - 1;

export const USAGE = `npm run corpus -- FOLDER [--count N] [--seed S] [--agree]

Writes a corpus for verifiers into FOLDER, which must not be there or be empty: N files (2000 when absent; 1 to ${countMax}),
sealed records, bundles and PDFs, valid, tampered, revoked, expired, redacted, truncated and more, with the trust folders and times
that each is to be judged by. FOLDER/expect.jsonl names them, as "verify --batch" takes them (docs/format.md, section 16).

  --seed   of what is drawn (0 to ${seedMax}; 1 when absent): the same seed gives the same files, signatures apart
  --agree  judges all of it with our verifier and with verifier/verify.py, which was written from docs/format.md alone, and prints where
           verdict or reason differ; the files stay in FOLDER

Exit status 0: written, and the verifiers agree. 1: they don't. 2: it could not be done.`;

/** A wrong argument; its message says what a right one is. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** @throws {WrongUsage} */
export function readOptions(args: readonly string[]): Options {
  const given = new Map<string, string>();
  const folders: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (arg === '--agree') given.set(arg, '');
    else if (arg === '--seed' || arg === '--count') given.set(arg, args[++at] ?? '');
    else if (arg.startsWith('-')) throw new WrongUsage(`"${arg}" is no option (--help tells more).`);
    else folders.push(arg);
  }
  const [folder, ...more] = folders;
  if (folder === undefined || more.length > 0) throw new WrongUsage('Give one FOLDER (--help tells more).');
  return {
    folder,
    count: wholeNumber('--count', given.get('--count') ?? '2000', 1, countMax),
    seed: wholeNumber('--seed', given.get('--seed') ?? '1', 0, seedMax),
    agree: given.has('--agree'),
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new WrongUsage(
    `${name} is a whole number from ${least} to ${most}, but "${text}" was given (--help tells more).`,
  );
}
