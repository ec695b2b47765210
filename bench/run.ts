import { caseBench } from './case.ts';
import type { Figure } from './figure.ts';

/** `npm run bench [-- NAME] [--json]`: measures, and exits non-zero when a figure could not be taken. */
const BENCHES: Readonly<Record<string, (log: (line: string) => void) => Promise<readonly Figure[]>>> = {
  case: caseBench,
};

// Whoever reads our output may stop reading, as head does; what was started is ended all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const args = process.argv.slice(2);
const json = args.includes('--json');
const names = args.filter(argument => !argument.startsWith('-'));
const unknown = names.find(name => !Object.hasOwn(BENCHES, name));

if (args.includes('--help') || args.includes('-h')) {
  console.log(
    `npm run bench [-- NAME] [--json]\n\nNAME is one of ${Object.keys(BENCHES).join(', ')}; all of them when absent.`,
  );
} else if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}": choose one of ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(1);
} else {
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const figures = await (BENCHES[name] as (typeof BENCHES)[string])(line => json || console.log(line));
    for (const figure of figures) console.log(json ? JSON.stringify(figure) : lineOf(figure));
    if (figures.some(({ value }) => !Number.isFinite(value))) process.exitCode = 1;
  }
}

function lineOf({ figure, value, unit, target, met }: Figure): string {
  const held = target === null ? '' : `  target ${target}: ${met ? 'met' : 'missed'}`;
  return `${figure.padEnd(28)} ${String(value).padStart(9)} ${unit}${held}`;
}
