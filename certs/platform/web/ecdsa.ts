/** WebCrypto takes an ECDSA signature as r ‖ s; ours, as all of X.509, are `SEQUENCE { r INTEGER, s INTEGER }` in DER. */
import { contentOf, elementLength } from './keys.ts';

const scalarBytes = 32;

/** @returns 64 bytes, or undefined for any but the shortest encoding of two positive numbers of 256 bits. */
export function rawSignature(der: Uint8Array): Uint8Array | undefined {
  const pair = contentOf(der, 0x30);
  const first = pair && elementLength(pair);
  if (!pair || first === undefined) return undefined;
  const [r, s] = [scalar(pair.subarray(0, first)), scalar(pair.subarray(first))];
  return r && s && Uint8Array.of(...r, ...s);
}

function scalar(der: Uint8Array): Uint8Array | undefined {
  const integer = contentOf(der, 0x02);
  const [first, second] = integer ?? [];
  if (!integer || first === undefined || first >= 0x80) return undefined;
  if (first === 0 && (second === undefined || second < 0x80)) return undefined;
  const bytes = first === 0 ? integer.subarray(1) : integer;
  if (bytes.length > scalarBytes) return undefined;
  return Uint8Array.of(...new Uint8Array(scalarBytes - bytes.length), ...bytes);
}
