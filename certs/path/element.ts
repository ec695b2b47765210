/**
 * Elements as strangers write them, over the strict reader of der.ts: IMPLICIT tags, numbers of any size, times in either
 * form. What is not DER stays refused.
 */
import { DerReader, primitive, retagged, TAG } from '../der.ts';

/** A reader of the value behind `[n] IMPLICIT`, of the universal type that the tag replaces. */
export function implicit(reader: DerReader, n: number, tag: number): DerReader {
  const { offset } = reader;
  return new DerReader(retagged(reader.raw(primitive(n)), tag), offset);
}

/** An INTEGER that counts certificates; beyond three bytes it is as good as unbounded. */
export function count(reader: DerReader): number {
  const bytes = reader.unsigned();
  return bytes.length > 3 ? Number.MAX_SAFE_INTEGER : bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/**
 * The content of an INTEGER of either sign, which must be minimal: RFC 5280 section 4.1.2.2 asks verifiers to live with
 * serial numbers that are zero or negative.
 */
export function integerContent(reader: DerReader): Uint8Array {
  const { offset } = reader;
  const bytes = reader.content(TAG.INTEGER);
  const [first, second] = bytes;
  const padded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || padded) throw reader.fault('DER_INTEGER', offset);
  return bytes;
}

/**
 * `Time`, RFC 5280 section 4.1.2.5. Authorities must write years before 2050 as UTCTime, but nothing tells a verifier to
 * refuse one that didn't.
 */
export function timeOf(reader: DerReader): Date {
  return reader.next(TAG.UTC_TIME) ? reader.time() : reader.wholeSecond();
}

/** Text of IA5String content; undefined where a byte is not ASCII. */
export function asciiText(bytes: Uint8Array): string | undefined {
  let text = '';
  for (const byte of bytes) {
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
