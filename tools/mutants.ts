/*
 * Changes seals, time stamps, certificates, revocation lists, log proofs, PDFs and bundles in all the ways in which encodings
 * and signatures have been forged, and counts what the verifier takes for good:
 *
 *     npm run mutants -- 100000 --seed 7
 *
 * `mutants/*-edits.ts` have the ways, `mutants/world.ts` what is changed, `mutants/trial.ts` what is asked.
 */
import { randomInt } from 'node:crypto';
import { hasOpenssl } from './mutants/openssl.ts';
import { readOptions, USAGE, WrongUsage } from './mutants/options.ts';
import { figuresOf, keepFailures, tableOf } from './mutants/report.ts';
import { runMutants } from './mutants/run.ts';

const NOT_RUN = 2;
const INTERRUPTED = 130;
const seedEnd = 2 ** 32;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(USAGE);
} else {
  process.exitCode = await mutantsAsAsked(args);
}

async function mutantsAsAsked(given: readonly string[]): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  try {
    const options = readOptions(given, () => randomInt(seedEnd));
    if (options.withOpenssl && !hasOpenssl())
      throw new WrongUsage('openssl is not installed: install it, or say --without-openssl.');
    if (!options.json) console.log(`npm run mutants -- ${options.count} --seed ${options.seed} --from ${options.from}`);
    const tells = Boolean(process.stderr.isTTY) && !options.json;
    const run = await runMutants(options, {
      signal: ending.signal,
      progress: line => tells && process.stderr.write(`\r\x1b[K${line}`),
    });
    if (tells) process.stderr.write('\r\x1b[K');
    if (!options.json) console.log(tableOf(run));
    else for (const figure of figuresOf(run)) console.log(JSON.stringify(figure));
    for (const sentence of keepFailures(run, process.cwd())) console.error(sentence);
    if (run.failures.length > 0) return 1;
    return ending.signal.aborted ? INTERRUPTED : 0;
  } catch (error) {
    if (ending.signal.aborted) return INTERRUPTED;
    console.error(error instanceof WrongUsage ? error.message : error);
    return NOT_RUN;
  }
}
