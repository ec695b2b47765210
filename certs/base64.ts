/** Base64 (RFC 4648 section 4) in its one form. A browser brings its own (bytes.ts). */
export const toBase64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** @returns undefined for what is not base64, or would be written in other characters. */
export function fromBase64(text: string): Uint8Array | undefined {
  // A Buffer also takes white space, other alphabets, absent padding and stray bits: the comparison does not.
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
