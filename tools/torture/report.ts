import { VIOLATIONS, type Violation } from './judge.ts';
import type { Torture } from './run.ts';
import { inWords } from './tally.ts';

/** One figure, in the form that the benches use. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly against: null;
  readonly ratio: null;
  readonly target: string | null;
  readonly met: boolean | null;
}

const takeoverTargetMs = 2_000;
/** Of the defects that gateways told, and of the violations of one kind; the rest is counted. */
const shownMax = 20;

export function figuresOf(torture: Torture): readonly Figure[] {
  const { options, struck, cases, violations, takeovers, seconds } = torture;
  const name = (figure: string): string => `torture.${options.store}.${figure}`;
  const plain = (figure: string, value: number, unit: string): Figure => ({
    figure: name(figure),
    value,
    unit,
    against: null,
    ratio: null,
    target: null,
    met: null,
  });
  const countOf = (is: string): number => struck.filter(one => one.is === is).length;
  return [
    plain('cases', cases, 'cases'),
    plain('kills', countOf('KILL'), 'kills'),
    plain('pauses', countOf('PAUSE'), 'pauses'),
    ...VIOLATIONS.map((is): Figure => {
      const value = violations.filter(one => one.is === is).length;
      return { ...plain(is.toLowerCase(), value, 'found'), target: '0', met: value === 0 };
    }),
    ...(takeovers ? takeoverFigures(takeovers.withOther, plain) : []),
    plain('seconds', Math.round(seconds), 's'),
  ];
}

function takeoverFigures(
  waitsMs: readonly number[],
  plain: (figure: string, value: number, unit: string) => Figure,
): readonly Figure[] {
  if (waitsMs.length === 0) return [];
  const sorted = waitsMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number);
  const most = at(1);
  return [
    plain('takeover.p50', at(0.5), 'ms'),
    plain('takeover.p99', at(0.99), 'ms'),
    { ...plain('takeover.max', most, 'ms'), target: `< ${takeoverTargetMs} ms`, met: most < takeoverTargetMs },
  ];
}

/** The table for people. */
export function tableOf(torture: Torture): string {
  const { options, states, faults, callBacks, vain, struck, takeovers, defects, dataDir } = torture;
  const starting = struck.filter(({ wasServing }) => !wasServing).length;
  const figures = figuresOf(torture).map(({ figure, value, unit, target, met }) => {
    const held = target === null ? '' : `  target ${target}: ${met ? 'met' : 'missed'}`;
    return `${figure.padEnd(30)} ${String(value).padStart(8)} ${unit}${held}`;
  });
  return [
    ...figures,
    '',
    `strikes       ${starting} of ${struck.length} while the gateway was starting`,
    ...(takeovers
      ? [
          `takeovers     ${takeovers.withOther.length} by a gateway that served, ${takeovers.withoutOther.length} after a start`,
        ]
      : []),
    `ends          ${inWords(states)}`,
    `on the lines  ${inWords(faults)}`,
    `call-backs    ${inWords(callBacks)}`,
    `tries in vain ${inWords(vain)}`,
    ...told(
      'gateways told',
      [...defects].map(([line, times]) => `${times} × ${line}`),
    ),
    ...told('violations', torture.violations.map(sentenceOf)),
    `seed          ${options.seed}: ${commandOf(torture)}`,
    ...(dataDir === null ? [] : [`data          ${dataDir}`]),
  ].join('\n');
}

export const sentenceOf = ({ is, of, sentence }: Violation): string => `${is} ${of}: ${sentence}`;

/** What plans the same run again. */
export function commandOf({ options: { kills, pauses, cases, seed, store } }: Pick<Torture, 'options'>): string {
  const paused = pauses > 0 ? ` --pauses ${pauses}` : '';
  return `npm run torture -- --kills ${kills}${paused} --cases ${cases} --seed ${seed} --store ${store}`;
}

function told(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length > shownMax ? [`  … and ${lines.length - shownMax} more`] : [];
  return [`${title} (${lines.length}):`, ...lines.slice(0, shownMax).map(line => `  ${line}`), ...more];
}
