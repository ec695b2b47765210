/*
 * The supergraph, before it is served: whether the departments go together, and what a newer schema would break.
 *
 *     npm run --silent compose -- --out supergraph.graphql
 *     npm run compose -- --check --department tax=tax-next.graphql
 */
import { sentenceOf } from '../subgraphs/process.ts';
import { check } from './compose/check.ts';
import { composeAll } from './compose/compose.ts';
import { readOptions, USAGE, WrongUsage } from './compose/options.ts';
import { Unreadable } from './compose/sources.ts';

const EXIT = { good: 0, bad: 1, unreadable: 2 } as const;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) console.log(USAGE);
else process.exitCode = await run().catch(failed);

async function run(): Promise<number> {
  const options = readOptions(args);
  const good = options.check ? await check(options) : await composeAll(options);
  return good ? EXIT.good : EXIT.bad;
}

function failed(error: unknown): number {
  if (!(error instanceof WrongUsage) && !(error instanceof Unreadable)) console.error(sentenceOf(error));
  else console.error(error instanceof WrongUsage ? `${error.message}\n\n${USAGE}` : error.message);
  return EXIT.unreadable;
}
