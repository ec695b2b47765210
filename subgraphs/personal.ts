import { createHash } from 'node:crypto';

/**
 * What a department keeps of an identity number. The hash stands in the record; the salt never leaves the register, for of
 * citizens born in one year in one region there are so few numbers that who had both could try them all. So it is the
 * department that can show of a number that it is the one.
 */
export interface SaltedHash {
  /** 128 random bits, hexadecimal. */
  readonly salt: string;
  /** SHA-256 of the salt, a colon, and the 18 characters, hexadecimal. */
  readonly sha256: string;
}

export const saltedHash = (idNumber: string, salt: string): SaltedHash => ({
  salt,
  sha256: createHash('sha256').update(`${salt}:${idNumber}`).digest('hex'),
});
