/** One measured figure, as others read it. `ratio` is set where it is held against something measured in the same run. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly against: string | null;
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
}

/** How a bench is run. */
export interface BenchOptions {
  /** So short that it says whether the bench works, and little else. */
  readonly quick: boolean;
  /** Whether to tell where the time goes, too. */
  readonly profile: boolean;
  log(line: string): void;
}

/** @returns Not a number for a figure that could not be taken. */
export type Bench = (options: BenchOptions) => Promise<readonly Figure[]>;

type Held = Partial<Pick<Figure, 'against' | 'ratio' | 'target' | 'met'>>;

/** @param held What it is held against, and what was aimed at. */
export const figure = (name: string, value: number, unit: string, held: Held = {}): Figure => ({
  figure: name,
  value: rounded(value, digitsOf(value)),
  unit,
  against: held.against ?? null,
  ratio: held.ratio === undefined || held.ratio === null ? null : rounded(held.ratio, 3),
  target: held.target ?? null,
  met: held.met ?? null,
});

export const atLeast = (found: number, least: number, unit: string): Held => ({
  target: `≥ ${least} ${unit}`.trim(),
  met: found >= least,
});
export const atMost = (found: number, most: number, unit: string): Held => ({
  target: `≤ ${most} ${unit}`.trim(),
  met: found <= most,
});
export const against = (what: string, found: number, held: number): Held => ({ against: what, ratio: found / held });

/** The value below which the share of the values lies; values need not be sorted. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** Three that count, or as many as stand before the point. */
const digitsOf = (value: number): number => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3);
