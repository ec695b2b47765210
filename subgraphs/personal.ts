import { createHash } from 'node:crypto';

/** What stands in a record for an identity number: who knows the number can show that it is the one. */
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
