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
 * A time stamp is about as long as the seal: their certificates have the same authority above them. Of an RSA3072 key over
 * the signature of a P-256 key it has 0.8 kB more.
 */
const stampLongerBytesMax = 1_536;
/** In a log of a million entries with four witnesses a proof has 1.9 kB, and 160 bytes for each witness more. */
const proofBytes = 2_560;

/**
 * How long a hole must be, in bytes of the file (`to − from`): what holds is measured with names of 64 Chinese characters in
 * every certificate and with RSA keys all the way up (test/certs/pdf/evidence.test.ts).
 *
 * @param sealBytes Of the bare seal in DER. A sealer knows how long its own are: `Sealer.holeBytes`.
 */
export const holeBytesFor = (sealBytes: number): number => 2 + 2 * (2 * sealBytes + stampLongerBytesMax + proofBytes);

/** The same of a holder with names of usual length, whose authority's key is of P-256. */
export const holeBytesOf = (suite: SuiteId): number => holeBytesFor(suite === 'RSA3072' ? 2_160 : 1_480);

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
