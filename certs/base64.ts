/** Base64 (RFC 4648 section 4) in its one form: without a Buffer, so that a browser can run it too. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** @returns undefined for what is not base64, or would be written in other characters. */
export function fromBase64(text: string): Uint8Array | undefined {
  // atob also takes white space, absent padding and stray bits in the last character: the comparison does not.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const binary = atob(text);
  if (btoa(binary) !== text) return undefined;
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
