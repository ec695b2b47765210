/**
 * Every single slip of a typist, for tests that state exactly what a check scheme cannot find.
 */

export interface Slip {
  readonly kind: 'wrong character' | 'swap of neighbours';
  /** Of the wrong character, or of the first of the two neighbours. */
  readonly position: number;
  readonly text: string;
}

/** Each character replaced by each other one of the alphabet, and each pair of unequal neighbours swapped. */
export function slipsOf(code: string, alphabet: string): readonly Slip[] {
  const slips: Slip[] = [];
  for (let position = 0; position < code.length; position++) {
    for (const other of alphabet) {
      if (other === code[position]) continue;
      const text = code.slice(0, position) + other + code.slice(position + 1);
      slips.push({ kind: 'wrong character', position, text });
    }
    const [a, b] = [code[position]!, code[position + 1]];
    if (b === undefined || a === b) continue;
    const text = code.slice(0, position) + b + a + code.slice(position + 2);
    slips.push({ kind: 'swap of neighbours', position, text });
  }
  return slips;
}

export const DIGITS = '0123456789';
export const DIGITS_AND_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
