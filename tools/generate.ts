/*
 * Synthetic applications, each with what must come of it:
 *
 *     npm run --silent generate -- 1000 --seed 7 > applications.jsonl
 *
 * A line is `{input, expect}`. `input` is what `registerEnterprise` takes. `expect` is of one of these shapes, each with
 * the `kind` of what was planted (`generate/mix.ts` has the table; `generate/line.ts` the types):
 *
 *     {kind, outcome: 'CLOSED' | 'REFUSED' | 'REVOKED', items: {name: 'GRANTED', …}, certificates: ['BUSINESS_LICENSE', …]}
 *     {kind, outcome: 'CORRECTION_NOTICED', items, certificates: [], faults: [{item, path, code}, …]}
 *     {kind, outcome: 'APPLICATION_INVALID', faults: [{path, code}, …]}
 *     {kind, outcome: 'REQUEST_ID_REUSED' | 'POSSIBLE_DUPLICATE', caseOfLine: 12}
 *
 * `items` names every item of the regime in its order, with its state in the end, or several states where it depends
 * on which department answers first. `certificates` are the kinds that stand in the end, in the order of the regime.
 * `faults` are all there are and no other, in no order. `caseOfLine` is the line, counted from 1, that has opened the
 * case in question; with CLOSED it says that the answer is that very case.
 *
 * Such a line, a name clash and a near one are about an earlier straight line, at least 64 lines before. Who runs the
 * lines one after another, or begins none before the one 64 lines earlier has been answered, sees what is expected. One
 * center takes the lines of one seed: those of another may clash with them by chance.
 */
import { once } from 'node:events';
import { linesApartMin } from './generate/mix.ts';
import { serialBits } from './generate/random.ts';
import { linesOf } from './generate/stream.ts';

/** Every line has a name of its own; there are so many. */
const countMax = 2 ** serialBits - 1;
const seedMax = 2 ** 32 - 1;
const seedByDefault = 1;
/** Written at once: large enough that writing costs little, small enough that nobody waits for it. */
const chunkCharacters = 65_536;
const linesPerProgress = 1_000;

const USAGE = `npm run --silent generate -- COUNT [--seed N]

Writes COUNT synthetic applications (1 to ${countMax}) to the standard output, one a line, as JSON
{"input": …, "expect": …}: what to send to registerEnterprise, and what must come of it. The same seed (0 to ${seedMax},
${seedByDefault} when absent) gives the same bytes on every machine, and a greater COUNT the same lines first.

A line about an earlier one (a duplicate, a name clash) stands at least ${linesApartMin} lines behind it. Without --silent npm
prints two lines of its own before the first.`;

class WrongUsage extends Error {}

function wholeNumber(text: string | undefined, what: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const found = text === undefined ? 'none was given' : `"${text}" was given`;
  throw new WrongUsage(`${what} is a whole number from ${least} to ${most}, but ${found} (--help tells more).`);
}

/** @throws {WrongUsage} */
function readArguments(args: readonly string[]): { readonly count: number; readonly seed: number } {
  const rest = [...args];
  const option = rest.findIndex(arg => arg.startsWith('-'));
  const [name, seed] = option < 0 ? [] : rest.splice(option, 2);
  if (name !== undefined && name !== '--seed') throw new WrongUsage(`"${name}" is no option: --seed and --help are.`);
  const [count, more] = rest;
  if (more !== undefined) throw new WrongUsage(`"${more}" is too much: give one COUNT and at most one --seed.`);
  return {
    count: wholeNumber(count, 'COUNT', 1, countMax),
    seed: name === undefined ? seedByDefault : wholeNumber(seed, 'The seed', 0, seedMax),
  };
}

async function write(count: number, seed: number): Promise<void> {
  const { stdout, stderr } = process;
  // Whoever reads has had enough, as `head` does: that is no fault.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const tells = Boolean(stderr.isTTY) && !stdout.isTTY;
  let chunk = '';
  let written = 0;
  for (const line of linesOf(count, seed)) {
    chunk += `${JSON.stringify(line)}\n`;
    written += 1;
    if (chunk.length >= chunkCharacters || written === count) {
      const full = !stdout.write(chunk);
      chunk = '';
      if (full) await once(stdout, 'drain');
    }
    if (tells && (written % linesPerProgress === 0 || written === count))
      stderr.write(`\r${written} of ${count} lines`);
  }
  if (tells) stderr.write('\n');
}

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(USAGE);
} else {
  try {
    const { count, seed } = readArguments(args);
    await write(count, seed);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
