/**
 * ECDSA signatures over P-256 as bytes: `ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 5480), and the rule
 * that s is the lower of its two forms. (r, n − s) verifies wherever (r, s) does, so without that rule a stranger could
 * turn one seal into a second one with other bytes.
 */
import { compareBytes, DerReader, sequence, unsigned } from './der.ts';
import { fromHex } from './hex.ts';

const scalarBytes = 32;
/** The order n of the P-256 group, FIPS 186-5; and n/2, rounded down. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ORDER_BYTES = scalar(ORDER);
const HALF_BYTES = scalar(ORDER / 2n);

export interface EcdsaSignature {
  /** Big-endian, 32 bytes each, from 1 to n − 1. */
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

/** @throws {FormatError} for anything but two minimal integers from 1 to n − 1. */
export function readSignature(der: Uint8Array, base = 0): EcdsaSignature {
  const reader = new DerReader(der, base);
  const pair = reader.sequence();
  const r = readScalar(pair);
  const s = readScalar(pair);
  pair.done();
  reader.done();
  return { r, s };
}

export function writeSignature({ r, s }: EcdsaSignature): Uint8Array {
  return sequence(unsigned(r), unsigned(s));
}

export const isLowS = ({ s }: EcdsaSignature): boolean => compareBytes(s, HALF_BYTES) <= 0;

/** The other form of the same signature. */
export function negateS({ r, s }: EcdsaSignature): EcdsaSignature {
  const other = new Uint8Array(scalarBytes);
  let borrow = 0;
  for (let i = scalarBytes - 1; i >= 0; i--) {
    const difference = ORDER_BYTES[i]! - s[i]! - borrow;
    other[i] = difference;
    borrow = difference < 0 ? 1 : 0;
  }
  return { r, s: other };
}

/** The signature with the lower s, in DER. */
export function lowered(der: Uint8Array): Uint8Array {
  const signature = readSignature(der);
  return isLowS(signature) ? der : writeSignature(negateS(signature));
}

function readScalar(reader: DerReader): Uint8Array {
  const { offset } = reader;
  const bytes = reader.unsigned();
  if (bytes.length > scalarBytes || bytes[0] === 0) throw reader.fault('DER_INTEGER', offset);
  const padded = new Uint8Array(scalarBytes);
  padded.set(bytes, scalarBytes - bytes.length);
  if (compareBytes(padded, ORDER_BYTES) >= 0) throw reader.fault('DER_INTEGER', offset);
  return padded;
}

function scalar(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'));
}
