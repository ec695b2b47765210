/*
 * Kills gateways while they work, and looks whether anything was lost, done twice or left behind:
 *
 *     npm run torture -- --kills 1000 --store postgres --pauses 100
 *
 * `torture/judge.ts` says what must never be.
 */
import { randomInt } from 'node:crypto';
import { type Options, readOptions, USAGE, WrongUsage } from './torture/options.ts';
import { NoPostgres } from './torture/place.ts';
import { commandOf, figuresOf, sentenceOf, tableOf } from './torture/report.ts';
import { runTorture, type Torture, type Watcher } from './torture/run.ts';

const NOT_RUN = 2;
const INTERRUPTED = 130;
const seedEnd = 2 ** 32;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(USAGE);
} else {
  process.exitCode = await tortureAsAsked(args);
}

async function tortureAsAsked(given: readonly string[]): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  try {
    const options = readOptions(given, () => randomInt(seedEnd));
    if (!options.json) console.log(`${commandOf({ options })}`);
    const torture = await runTorture(options, watcherOf(options, ending.signal));
    tell(torture);
    return torture.violations.length === 0 ? 0 : 1;
  } catch (error) {
    if (ending.signal.aborted) return INTERRUPTED;
    const isSentence = error instanceof WrongUsage || error instanceof NoPostgres;
    console.error(isSentence ? error.message : error);
    return NOT_RUN;
  }
}

/** On a terminal one line that changes; in a pipe nothing. */
function watcherOf({ json }: Options, signal: AbortSignal): Watcher {
  const { stderr } = process;
  const tells = Boolean(stderr.isTTY) && !json;
  return { signal, progress: line => tells && stderr.write(`\r\x1b[K${line}`) };
}

function tell(torture: Torture): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (!torture.options.json) console.log(tableOf(torture));
  else {
    for (const figure of figuresOf(torture)) console.log(JSON.stringify(figure));
    for (const violation of torture.violations) console.error(sentenceOf(violation));
  }
}
