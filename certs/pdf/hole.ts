/**
 * The hole of a PDF: the value of /Contents in its signature dictionary, which the seal and its evidence are put into after
 * everything else is drawn. It is as long as will ever be needed, because what stands behind it can never move again.
 */
import { concatBytes, latin1 } from '../bytes.ts';
import { toHex } from '../hex.ts';
import type { SuiteId } from '../suites.ts';

/** Byte offsets in the file: `from` that of `<`, `to` that after `>`. The signature covers every byte outside. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

/** A paper before it is sealed, in the form of form.ts; the hole holds nothing but zeros: `<000…0>`. */
export interface DrawnPdf {
  readonly bytes: Uint8Array;
  readonly hole: Hole;
}

/**
 * What fits into a hole, in bytes of DER: the longest seals, measured (test/certs/pdf/evidence.test.ts). Where every name in
 * every certificate has its 64 Chinese characters, a seal has 3.2 kB (ES256, SM2SM3) or 4.8 kB (RSA3072), its time stamp
 * 3.4 kB or, of RSA3072 keys all the way up, 5.0 kB, and a proof in a log of a million entries with four witnesses 1.9 kB:
 * 11.1 and 11.8 kB at most, which leaves room for four witnesses more. With names as they are, half of it is zeros.
 */
const sealBytesInHole = 11_776;
const rsaSealBytesInHole = 12_544;

/** How long the hole of a paper is that a holder of this suite seals, in bytes of the file: `to − from`. */
export const holeBytesOf = (suite: SuiteId): number =>
  2 + 2 * (suite === 'RSA3072' ? rsaSealBytesInHole : sealBytesInHole);

/** A seal with its evidence that is longer than its hole: the paper must be drawn with a larger one. */
export class HoleTooSmall extends Error {
  constructor(bytes: number, room: number) {
    super(`the seal and its evidence have ${bytes} bytes, the hole of the PDF has room for ${room}`);
    this.name = 'HoleTooSmall';
  }
}

/** What the signature is over: everything but the hole. */
export const outsideOf = (pdf: Uint8Array, { from, to }: Hole): Uint8Array =>
  concatBytes([pdf.subarray(0, from), pdf.subarray(to)]);

/** The same file with this in its hole, and zeros behind. @throws {HoleTooSmall} */
export function withInHole(pdf: Uint8Array, { from, to }: Hole, der: Uint8Array): Uint8Array {
  const room = (to - from - 2) / 2;
  if (der.length > room) throw new HoleTooSmall(der.length, room);
  const filled = new Uint8Array(pdf);
  const hexadecimal = latin1(toHex(der));
  filled.set(hexadecimal, from + 1);
  filled.fill(ZERO, from + 1 + hexadecimal.length, to - 1);
  return filled;
}

const ZERO = 0x30;
