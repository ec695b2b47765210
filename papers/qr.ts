import QRCode from 'qrcode';
import { Undrawable } from './undrawable.ts';

export interface Qr {
  /** Modules on a side, without the quiet zone. */
  readonly side: number;
  /** Fills the dark modules: units of a module, from the lower left corner. */
  readonly operators: string;
}

/** Of ISO/IEC 18004 at level M, one that is still read when it is printed two and a half centimeters wide. */
const charactersMax = 300;

/** @throws {Undrawable} */
export function qrOf(text: string): Qr {
  if (text.length > charactersMax)
    throw new Undrawable('URL_TOO_LONG', `the address in a QR code has more than ${charactersMax} characters`);
  // As bytes from end to end: to look for a shorter mixture takes a millisecond.
  const { modules } = QRCode.create([{ data: Buffer.from(text), mode: 'byte' }], { errorCorrectionLevel: 'M' });
  const side = modules.size;
  // A row is one broad line with gaps: half as long in the file as a rectangle for each dark run.
  const rows: string[] = [];
  for (let row = 0; row < side; row++) {
    const runs: number[] = [];
    let isDark = true;
    for (let column = 0, length = 0; column <= side; column++, length++) {
      if (column < side && Boolean(modules.get(row, column)) === isDark) continue;
      runs.push(length);
      length = 0;
      isDark = !isDark;
    }
    rows.push(`[${runs.join(' ')} ${side}] 0 d 0 ${side - row - 0.5} m ${side} ${side - row - 0.5} l S`);
  }
  return { side, operators: `0 G 1 w\n${rows.join('\n')}` };
}
