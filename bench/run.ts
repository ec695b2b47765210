import { casesBench } from './cases.ts';
import type { Bench, Figure } from './figure.ts';
import { gatewayBench } from './gateway.ts';
import { hostileBench } from './hostile.ts';
import { papersBench } from './papers.ts';
import { sealsBench } from './seals.ts';
import { waitingBench } from './waiting.ts';

/** `npm run bench [-- NAME] [--json]`: measures, and exits non-zero when a figure could not be taken. */
const BENCHES: Readonly<Record<string, Bench>> = {
  cases: casesBench,
  gateway: gatewayBench,
  hostile: hostileBench,
  papers: papersBench,
  seals: sealsBench,
  waiting: waitingBench,
};

const USAGE = `npm run bench [-- NAME…] [--json] [--profile] [--quick]

NAME is one of ${Object.keys(BENCHES).join(', ')}; all of them when absent.

  --json     one JSON object for each figure, and nothing else
  --profile  tells where the time goes, too
  --quick    so short that it says whether the bench works, and little else`;

// Whoever reads our output may stop reading, as head does; what was started is ended all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const args = process.argv.slice(2);
const OPTIONS = ['--json', '--profile', '--quick', '--help', '-h'];
const [json, profile, quick] = OPTIONS.map(option => args.includes(option));
const names = args.filter(argument => !argument.startsWith('-'));
const unknown = args.find(argument => !OPTIONS.includes(argument) && !Object.hasOwn(BENCHES, argument));

if (args.includes('--help') || args.includes('-h')) console.log(USAGE);
else if (unknown !== undefined) {
  console.error(`"${unknown}" is no bench and no option.\n\n${USAGE}`);
  process.exitCode = 1;
} else {
  const options = { quick: quick === true, profile: profile === true, log: json ? () => {} : console.log };
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const figures = await (BENCHES[name] as Bench)(options);
    for (const figure of figures) console.log(json ? JSON.stringify(figure) : lineOf(figure));
    if (figures.some(({ value }) => !Number.isFinite(value))) process.exitCode = 1;
  }
}

function lineOf({ figure, value, unit, against, ratio, target, met }: Figure): string {
  const beside = against === null ? '' : `  ${ratio} of ${against}`;
  const held = target === null ? '' : `  target ${target}: ${met ? 'met' : 'missed'}`;
  return `${figure.padEnd(30)} ${String(value).padStart(9)} ${unit.padEnd(12)}${beside}${held}`;
}
