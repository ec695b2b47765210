/**
 * How much of each member the forms of GB/T 38540 may hold here: the standard itself bounds nothing. Whatever is above a
 * bound is SES_BOUND_EXCEEDED at its place.
 */
import { type DerReader, TAG } from '../der.ts';

/** A red seal of 600 × 600 points has some 30 kB as PNG; vendors' have up to about 100. */
export const pictureBytesMax = 256 * 1024;
/** A picture, two certificates and as many signers as a seal may have, and a time stamp of 32 kB. */
export const sesBytesMax = 384 * 1024;
/** Of bytes as they are written, of UTF8String and IA5String. */
const textBytesMax = 1024;
/** Certificates of RSA-4096 with every extension have some 3 kB. */
export const certificateBytesMax = 8 * 1024;
/** A department's seal is used by one signer or a few. */
export const signersMax = 16;
export const customDataMax = 16;
export const customBytesMax = 16 * 1024;
/** SM2 signatures have at most 72 bytes, of RSA-4096 512; digests have up to 64. */
const bitsBytesMax = 512;
/** Millimetres, kinds of seals: what a person could mean by them. */
const numberMax = 0xffff;

/** @param read Reads the next element, of which `bytes` says how large it is. */
export function bounded<T extends { readonly length: number }>(reader: DerReader, max: number, read: () => T): T {
  const { offset } = reader;
  const value = read();
  if (value.length > max) throw reader.fault('SES_BOUND_EXCEEDED', offset);
  return value;
}

export const boundedBits = (reader: DerReader): Uint8Array => bounded(reader, bitsBytesMax, () => reader.bitString());
export const boundedIa5 = (reader: DerReader): string => bounded(reader, textBytesMax, () => reader.ia5String());

export const boundedPrintable = (reader: DerReader): string =>
  bounded(reader, textBytesMax, () => reader.printableString());

export function boundedUtf8(reader: DerReader): string {
  const ahead = reader.fork();
  bounded(ahead, textBytesMax, () => ahead.content(TAG.UTF8_STRING));
  return reader.utf8String();
}

/** A number of at most two bytes, not negative. */
export function boundedNumber(reader: DerReader): number {
  const { offset } = reader;
  const bytes = reader.unsigned();
  const value = bytes.length > 2 ? numberMax + 1 : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (value > numberMax) throw reader.fault('SES_BOUND_EXCEEDED', offset);
  return value;
}
