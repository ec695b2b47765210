/**
 * Check characters of ISO 7064 (GB/T 17710), the three systems that Chinese codes use.
 *
 * ```ts
 * mod11_2('11010519491231002');       // 'X'  resident identity number
 * mod11_10('11010800000001');         // '6'  registration number
 * mod37_36('A12425GABC1234002');      // 'M'  electronic-license identifier
 * ```
 *
 * What they find: every single wrong character, all three; every swap of neighbours, mod 11-2. A hybrid system of
 * M characters misses one kind of swap: that of `a` and `b` where carry + a and carry + b are M/2 and M/2 + 1
 * modulo M, because there doubling wraps around.
 */
const DIGITS = '0123456789';
const DIGITS_AND_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Pure system, modulus 11, radix 2: digits, and X for a check value of ten. */
export function mod11_2(digits: string): string {
  let sum = 0;
  for (const digit of digits) sum = ((sum + valueIn(DIGITS, digit)) * 2) % 11;
  return '0123456789X'[(12 - sum) % 11]!;
}

/** Hybrid system, moduli 11 and 10: digits. */
export function mod11_10(digits: string): string {
  return hybrid(digits, DIGITS);
}

/** Hybrid system, moduli 37 and 36: digits and capital letters. */
export function mod37_36(text: string): string {
  return hybrid(text, DIGITS_AND_LETTERS);
}

/** Hybrid system, moduli M + 1 and M, where M is the number of characters. */
function hybrid(text: string, alphabet: string): string {
  const modulus = alphabet.length;
  let carry = modulus;
  for (const character of text) {
    // A remainder of zero counts as M, so that the carry never is zero and no position loses its weight.
    const sum = (carry + valueIn(alphabet, character)) % modulus || modulus;
    carry = (sum * 2) % (modulus + 1);
  }
  return alphabet[(modulus + 1 - carry) % modulus]!;
}

/** @throws {RangeError} on a foreign character: the parsers look at the form first, so this is a defect of the caller. */
function valueIn(alphabet: string, character: string): number {
  const value = alphabet.indexOf(character);
  if (value < 0) throw new RangeError('a character outside the alphabet of the check system');
  return value;
}
