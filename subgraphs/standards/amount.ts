/**
 * An amount of money in CNY: a decimal with exactly two places in text, a whole number of fen 分 inside.
 *
 * ```ts
 * parseAmount('1000000.00');   // { class: 'VALID', value: 100000000n }
 * formatAmount(100000000n);    // '1000000.00'
 * ```
 */
import { type CodeFault, readCode } from './code-text.ts';
import { type Invalid, invalid, type Verdict, valid } from './verdict.ts';

export type AmountReason =
  | CodeFault
  | 'SIGN'
  | 'EXPONENT'
  /** A comma or apostrophe between thousands. */
  | 'THOUSANDS_SEPARATOR'
  | 'LEADING_ZERO'
  /** Not exactly two digits after the point. */
  | 'DECIMAL_PLACES'
  | 'TOO_LARGE';

/**
 * 10^13 yuan, in fen. Several times the largest registered capital in the country, and below 2^53 fen, so that an
 * amount survives every register and every JSON reader that keeps it as a double.
 */
export const AMOUNT_MAX_FEN = 1_000_000_000_000_000n;

const FORM = /^(0|[1-9][0-9]*)\.([0-9]{2})$/;

export function parseAmount(typed: string): Verdict<bigint, AmountReason> {
  const text = readCode(typed);
  if (typeof text !== 'string') return text;
  const [, yuan, fen] = FORM.exec(text) ?? [];
  if (yuan === undefined || fen === undefined) return formFault(text);
  const amount = BigInt(yuan) * 100n + BigInt(fen);
  if (amount > AMOUNT_MAX_FEN) return invalid('TOO_LARGE', 0, formatAmount(AMOUNT_MAX_FEN));
  return valid(amount);
}

/** @throws {RangeError} on a negative amount or one over {@link AMOUNT_MAX_FEN}. */
export function formatAmount(fen: bigint): string {
  if (fen < 0n || fen > AMOUNT_MAX_FEN) throw new RangeError('an amount lies between 0 and 10^13 yuan');
  return `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
}

/** Why the text has not the form: the first strange character, else the zeros, else the places. */
function formFault(text: string): Invalid<AmountReason> {
  const characters = [...text];
  const strange = characters.findIndex(character => !/[0-9.]/.test(character));
  if (strange >= 0) return invalid(strangeCharacter(characters[strange]!), strange);
  const point = text.indexOf('.');
  const secondPoint = text.indexOf('.', point + 1);
  if (point === 0) return invalid('CHARACTER', 0);
  if (point > 0 && secondPoint > 0) return invalid('CHARACTER', secondPoint);
  if (/^0[0-9]/.test(text)) return invalid('LEADING_ZERO', 0);
  return invalid('DECIMAL_PLACES', point < 0 ? text.length : point, '2');
}

function strangeCharacter(character: string): AmountReason {
  if ('+-−'.includes(character)) return 'SIGN';
  if (character === 'E') return 'EXPONENT';
  if (",'’".includes(character)) return 'THOUSANDS_SEPARATOR';
  return 'CHARACTER';
}
