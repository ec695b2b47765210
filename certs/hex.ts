/** Bytes as lower-case hexadecimal text and back. A browser brings its own (bytes.ts). */
export const toHex = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex');

/** @param text An even number of hexadecimal digits; the caller has checked that. */
export const fromHex = (text: string): Uint8Array => Buffer.from(text, 'hex');
