/**
 * Texts that no one of us has worded (messages of databases, of parsers, of the network) quote what they were given, and
 * what this product is given is full of people. Before such a text is kept, whatever may name somebody or open something
 * is taken out: names, identity numbers, phone numbers, the ids that papers are found by, tokens, passwords in addresses.
 */
const PERSONAL: readonly (readonly [found: RegExp, instead: string])[] = [
  [/\bBearer\s+\S+/gi, 'Bearer …'],
  [/\beyJ[\w-]*(\.[\w-]+){1,4}/g, '…'],
  [/\/\/[^/@\s]+@/g, '//…@'],
  // Hashes, keys, and the 128 random bits of a paper's address.
  [/\b[0-9a-f]{32,}\b/gi, '…'],
  // The shortest phone number has seven digits; ports and durations have fewer.
  [/\d{7,}[Xx]?/g, '…'],
  // Names and addresses. This program's own words are English.
  [/\p{Script=Han}+/gu, '…'],
];

/** @param charactersMax What is beyond is cut off before anything else is done: the text may be of any length. */
export const masked = (text: string, charactersMax: number): string =>
  PERSONAL.reduce((kept, [found, instead]) => kept.replace(found, instead), text.slice(0, charactersMax));
