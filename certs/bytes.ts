/**
 * Bytes compared, and made of text, by the runtime's own means: a loop of ours takes ten times as long, and beside its
 * signatures a verification is little else. In a file of their own, as primitives.ts, hex.ts and base64.ts are, so that a
 * browser can bring its own.
 */

/** The order of X.690 section 11.6: as bytes; a prefix comes first. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);

/** @param text Of characters up to U+00FF, one byte each. */
export const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
export const utf8Length = (text: string): number => Buffer.byteLength(text, 'utf8');
