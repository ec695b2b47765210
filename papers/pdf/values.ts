/** Values of a PDF as text, in the form that certs/pdf/form.ts demands: plain, and in one way only. */

/** To a hundredth of a point, a thirtieth of the width of a hair. */
export function number(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

export const numbers = (...values: readonly number[]): string => values.map(number).join(' ');

const ASCII = /^[\x20-\x7e]*$/;

/** A text string: ASCII, or UTF-16 behind a byte order mark. */
export const textString = (text: string): string =>
  ASCII.test(text) ? `(${text.replace(/[\\()]/g, '\\$&')})` : `<FEFF${utf16(text)}>`;

/** UTF-16BE in upper-case hexadecimal. */
export const utf16 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();

export const reference = (object: number): string => `${object} 0 R`;

/** `D:20261123020304Z`. @param at Kept in whole seconds, UTC. */
export const dateString = (at: Date): string => `(D:${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z)`;
