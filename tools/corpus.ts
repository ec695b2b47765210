import { existsSync, readdirSync } from 'node:fs';
import {
  answersOfOurs,
  answersOfSecond,
  disagreements,
  hasSecond,
  SECOND,
  sentenceOf,
  surprises,
} from './corpus/agreement.ts';
import { entryOf, type Numbered } from './corpus/classes.ts';
import { readOptions, USAGE, WrongUsage } from './corpus/options.ts';
import { type Line, writeCorpus } from './corpus/write.ts';
import { openYard } from './corpus/yard.ts';

const NOT_DONE = 2;

if (process.argv.includes('--help') || process.argv.includes('-h')) console.log(USAGE);
else process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { folder, count, seed, agree } = readOptions(args);
    if (existsSync(folder) && readdirSync(folder).length > 0) throw new WrongUsage(`${folder} is not empty.`);
    if (agree && !hasSecond()) throw new WrongUsage(`${SECOND} is not there.`);
    const yard = await openYard(seed);
    const entries: Numbered[] = [];
    for (let number = 0; number < count; number++) entries.push(await entryOf(yard, number));
    yard.press.close();
    const lines = writeCorpus(folder, entries);
    const status = judgeBoth(folder, lines, agree);
    console.log(`seed ${seed}: ${count} files in ${folder}`);
    return status;
  } catch (error) {
    console.error(error instanceof WrongUsage ? error.message : error);
    return NOT_DONE;
  }
}

function judgeBoth(folder: string, lines: readonly Line[], agree: boolean): number {
  const ours = answersOfOurs(folder, lines);
  const wrong = surprises(lines, ours);
  for (const sentence of wrong) console.error(`not as expected: ${sentence}`);
  const differing = agree ? disagreements(lines, ours, answersOfSecond(folder)) : [];
  for (const one of differing) console.error(sentenceOf(one));
  const told = new Set(ours.map(({ verdict, reason }) => `${verdict} ${reason}`));
  console.log(`${new Set(lines.map(({ class: of }) => of)).size} classes, ${told.size} different answers of ours`);
  if (agree) console.log(`the verifiers agree on ${lines.length - differing.length} of ${lines.length}`);
  return wrong.length + differing.length > 0 ? 1 : 0;
}
