/**
 * What a standard says of a text: a class, never a boolean.
 *
 * `LEGACY_TOLERATED` is for codes that were lawfully issued and break today's rule: they are taken, and marked.
 *
 * ```ts
 * const verdict = parseUscc(typed);
 * if (verdict.class === 'INVALID') show(verdict.reason, verdict.position, verdict.expected);
 * else use(verdict.value);
 * ```
 */
export type Verdict<T, Reason extends string> =
  | { readonly class: 'VALID'; readonly value: T }
  | { readonly class: 'LEGACY_TOLERATED'; readonly value: T; readonly reason: Reason }
  | Invalid<Reason>;

export interface Invalid<Reason extends string> {
  readonly class: 'INVALID';
  readonly reason: Reason;
  /** 0-based, in code points, in the text as typed without its outer ordinary spaces. */
  readonly position?: number;
  /** What would be right at that position, given the rest; for a wrong length, the right number of characters. */
  readonly expected?: string;
}

export function valid<T>(value: T): { readonly class: 'VALID'; readonly value: T } {
  return { class: 'VALID', value };
}

export function legacyTolerated<T, Reason extends string>(value: T, reason: Reason): Verdict<T, Reason> {
  return { class: 'LEGACY_TOLERATED', value, reason };
}

export function invalid<Reason extends string>(reason: Reason, position?: number, expected?: string): Invalid<Reason> {
  return {
    class: 'INVALID',
    reason,
    ...(position === undefined ? {} : { position }),
    ...(expected === undefined ? {} : { expected }),
  };
}
