import { quantile } from '../figure.ts';
import type { ContestantName } from './contestants.ts';
import type { Round } from './rounds.ts';

/** What was seen of one gateway. */
export interface Seen {
  readonly name: ContestantName;
  readonly title: string;
  readonly installMb: number;
  /** The first start of all, then the others. */
  readonly startsMs: number[];
  readonly rounds: Readonly<Record<'one' | 'entity4' | 'entity50' | 'slow50', Round[]>>;
  rssMb: number;
  /** Why its figures are not taken. */
  failed: string | undefined;
}

type Stretch = keyof Seen['rounds'];

/** The median of the rounds: one that the machine disturbed does not count. */
export const cpuMsPer = ({ rounds }: Seen, stretch: Stretch): number =>
  quantile(
    rounds[stretch].map(({ cpuMs, answers }) => cpuMs / answers),
    0.5,
  );
export const rateOf = ({ rounds }: Seen, stretch: Stretch): number =>
  quantile(
    rounds[stretch].map(({ answers, ms }) => (answers / ms) * 1_000),
    0.5,
  );
export const timeMs = ({ rounds }: Seen, stretch: Stretch, share: number): number =>
  quantile(
    rounds[stretch].flatMap(({ timesMs }) => timesMs),
    share,
  );
/** With what earlier starts left behind, as on every start but the first. */
export const coldMs = ({ startsMs }: Seen): number => quantile(startsMs.slice(1), 0.5);

const ROWS: readonly (readonly [title: string, of: (seen: Seen) => number, digits: number])[] = [
  ...(['one', 'entity4', 'entity50'] as const).flatMap(name => [
    [`${name}: CPU, ms/request`, (seen: Seen) => cpuMsPer(seen, name), 3] as const,
    [`${name}: requests/s`, (seen: Seen) => rateOf(seen, name), 0] as const,
    [`${name}: p50, ms`, (seen: Seen) => timeMs(seen, name, 0.5), 2] as const,
    [`${name}: p99, ms`, (seen: Seen) => timeMs(seen, name, 0.99), 2] as const,
  ]),
  ['slow50: p50, ms', seen => timeMs(seen, 'slow50', 0.5), 1],
  ['slow50: p99, ms', seen => timeMs(seen, 'slow50', 0.99), 1],
  ['start, ms', coldMs, 0],
  ['RSS after load, MB', ({ rssMb }) => rssMb, 0],
  ['to install, MB', ({ installMb }) => installMb, 0],
];

/** For people: one column a gateway, one line a figure. */
export function tableOf(seen: readonly Seen[]): readonly string[] {
  const cells = [
    ['', ...seen.map(({ title }) => title)],
    ...ROWS.map(([title, of, digits]) => [
      title,
      ...seen.map(one => (one.failed === undefined ? of(one).toFixed(digits) : '–')),
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const [head = [], ...rows] = cells;
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)];
}
