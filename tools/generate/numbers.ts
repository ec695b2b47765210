/*
 * Numbers that look real and belong to nobody. The arithmetic of their check characters is written here a second time,
 * so that a mistake in the product's own can't hide behind the same mistake in what is sent to it.
 */
import type { Random } from './random.ts';

/** 公民身份号码 GB 11643: 17 digits and their check character, ISO 7064 MOD 11-2 written as weights. */
export function withIdCheck(first17: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(first17[at]), 0);
  return first17 + '10X98765432'[sum % 11];
}

const two = (n: number): string => String(n).padStart(2, '0');

/**
 * A person born 1890-01-01 to 1899-11-30: before everybody alive, and on none of the reference departments' lists,
 * whose persons were born in December 1899. The order never ends in 00, so that the number can't look rounded.
 */
export function idNumber(random: Random, regionCode: string): string {
  const year = random.between(1890, 1899);
  const month = random.between(1, year === 1899 ? 11 : 12);
  return withIdCheck(`${regionCode}${year}${two(month)}${two(random.between(1, 28))}${orderOf(random.below(990))}`);
}

/** 001 to 999 without those that end in 00. */
const orderOf = (n: number): string => String(n + 1 + Math.floor(n / 99)).padStart(3, '0');

/** A synthetic person on the list of one department: see `subgraphs/restricted.ts`. */
export const listedIdNumber = (born: `189912${'01' | '02' | '03'}`, order: number): string =>
  withIdCheck(`371002${born}${String(order).padStart(3, '0')}`);

/** 统一社会信用代码 GB 32100 around a body of the range PDY00001 – PDY99999, which is never issued. */
export function uscc(regionCode: string, n: number): string {
  const body = `PDY${String((n % 99_999) + 1).padStart(5, '0')}`;
  return withUsccCheck(`91${regionCode}${body}${organizationCheck(body)}`);
}

/** The alphabet in the order of its values; a character that stands in it twice would be a different one. */
export const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

function withUsccCheck(first17: string): string {
  const sum = [...first17].reduce((total, sign, at) => total + USCC_ALPHABET.indexOf(sign) * (3 ** at % 31), 0);
  return first17 + USCC_ALPHABET[(31 - (sum % 31)) % 31];
}

/** GB 11714; A is 10 and Z is 35. */
export function organizationCheck(body: string): string {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number.parseInt(body[at]!, 36), 0);
  return '0X987654321'[sum % 11]!;
}

/** Whole fen as the schema wants yuan, such as 500000.00. */
export const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${two(fen % 100)}`;
export const fenOf = (amount: string): number => Number(amount.replace('.', ''));

const wide = (sign: string): string => String.fromCodePoint(sign.codePointAt(0)! + 0xfee0);
/** ASCII digits and letters in their full-width forms. */
export const fullWidth = (text: string): string => text.replace(/[0-9A-Za-z]/g, wide);
