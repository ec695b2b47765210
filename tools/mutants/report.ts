import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Count, failedIn, type Run } from './run.ts';
import type { Failure, Wrong } from './trial.ts';

/** One figure, in the form that the benches use. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly against: string | null;
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
}

/** Written to files; of the others it is told how many. */
const filesMax = 20;
const WRONGS: readonly Wrong[] = ['ACCEPTED', 'THROWN', 'SLOW', 'REFUSED_BY_LOG_ALONE'];

const sum = (counts: readonly Count[], of: 'tried' | 'accepted' | 'asked' | 'acceptedByOpenssl'): number =>
  counts.reduce((total, count) => total + count[of], 0);

export function figuresOf({ options, counts, wrongs, slowestMs, perSecond, seconds }: Run): readonly Figure[] {
  const plain = (figure: string, value: number, unit: string): Figure => ({
    figure: `mutants.${figure}`,
    value,
    unit,
    against: null,
    ratio: null,
    target: null,
    met: null,
  });
  const [accepted, asked] = [sum(counts, 'accepted'), sum(counts, 'asked')];
  const byOpenssl = {
    ...plain('openssl.accepted', sum(counts, 'acceptedByOpenssl'), 'mutants'),
    against: `${asked} seals`,
  };
  return [
    plain('tried', sum(counts, 'tried'), 'mutants'),
    { ...plain('accepted', accepted, 'mutants'), target: '0', met: accepted === 0 },
    ...WRONGS.slice(1).map((is): Figure => {
      const value = wrongs[is];
      return { ...plain(is.toLowerCase().replaceAll('_', '-'), value, 'mutants'), target: '0', met: value === 0 };
    }),
    ...(options.withOpenssl ? [byOpenssl] : []),
    plain('slowest', Math.round(slowestMs), 'ms'),
    plain('per-second', Math.round(perSecond), '1/s in a thread'),
    plain('seconds', Math.round(seconds), 's'),
  ];
}

/** The table for people. */
export function tableOf(run: Run): string {
  const { options, counts } = run;
  const openssl = options.withOpenssl ? `${'asked'.padStart(9)}${'openssl'.padStart(9)}` : '';
  const heading = `${'tried'.padStart(9)}${'accepted'.padStart(10)}${openssl}`;
  return [
    `${'kind of mutation'.padEnd(nameCharacters)}${heading}`,
    ...linesBy('kind', run),
    '',
    `${'of'.padEnd(nameCharacters)}${heading}`,
    ...linesBy('area', run),
    lineOf('all', counts, options.withOpenssl),
    '',
    ...(options.withOpenssl ? [ASKED, ''] : []),
    ...figuresOf(run).map(({ figure, value, unit, target, met }) => {
      const held = target === null ? '' : `  target ${target}: ${met ? 'met' : 'missed'}`;
      return `${figure.padEnd(30)} ${String(value).padStart(8)} ${unit}${held}`;
    }),
  ].join('\n');
}

const nameCharacters = 46;

const ASKED = `"openssl cms -verify" was asked about every mutant of a seal of ES256 or RSA3072. It judges record, certificates and
signature, but neither the time stamp, which no signature covers, nor the log.`;

function linesBy(of: 'kind' | 'area', { counts, options }: Run): readonly string[] {
  const groups = Map.groupBy(counts, count => count[of]);
  const names = [...groups.keys()].sort();
  return names.map(name => lineOf(name, groups.get(name)!, options.withOpenssl));
}

function lineOf(name: string, counts: readonly Count[], isAsked: boolean): string {
  const own = `${name.padEnd(nameCharacters)}${cell(sum(counts, 'tried'), 9)}${cell(sum(counts, 'accepted'), 10)}`;
  const asked = sum(counts, 'asked');
  if (!isAsked) return own;
  return own + cell(asked || '–', 9) + cell(asked ? sum(counts, 'acceptedByOpenssl') : '–', 9);
}

const cell = (value: number | string, width: number): string => String(value).padStart(width);

/** Writes what was judged beside each other. @returns A sentence each. */
export function keepFailures(run: Run, folder: string): readonly string[] {
  const {
    options: { seed },
    failures,
  } = run;
  const sentences = failures.slice(0, filesMax).map(failure => keep(seed, failure, folder));
  const more = failedIn(run) - sentences.length;
  return more > 0 ? [...sentences, `… and ${more} more`] : sentences;
}

function keep(seed: number, { is, number, area, kind, sentence, files }: Failure, folder: string): string {
  const names = Object.entries(files).map(([ending, content]) => {
    const name = `mutant-${seed}-${number}.${ending}`;
    writeFileSync(join(folder, name), content);
    return name;
  });
  return (
    `${is}: mutant ${number} of seed ${seed} (${area}: ${kind}): ${sentence}. It is in ${names.join(', ')}; ` +
    `"npm run mutants -- 1 --seed ${seed} --from ${number}" draws it again.`
  );
}
