/**
 * The hole of a PDF: the value of /Contents in its signature dictionary, which the seal and its evidence are put into after
 * everything else is drawn. It is as long as will ever be needed, because what stands behind it can never move again.
 */
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
 * What fits into a hole, in bytes of DER. With names of 64 Chinese characters in each certificate, a seal has 1.9 kB
 * (ES256, SM2SM3) or 3.3 kB (RSA3072), its time stamp 3.4 kB at most (of RSA3072 keys all the way up; 1.6 kB of P-256), its
 * proof 2.0 kB in a log of a million entries with four witnesses, and 160 bytes for each witness more.
 */
const sealBytesInHole = 8 * 1024;
const rsaSealBytesInHole = 10 * 1024;

/** How long the hole of a paper is that a holder of this suite seals, in bytes of the file: `to − from`. */
export const holeBytesOf = (suite: SuiteId): number =>
  2 + 2 * (suite === 'RSA3072' ? rsaSealBytesInHole : sealBytesInHole);
