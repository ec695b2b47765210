import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { CannotStart } from '../../../subgraphs/process.ts';

/** Keeps applications unreadable in the database (identity numbers are in them), and compares them unseen. */
export interface Vault {
  /** AES-256-GCM: nonce, tag and text, base64. */
  lock(text: string): string;
  /** @throws {Error} when the text was changed or the key is another. */
  unlock(locked: string): string;
  /** HMAC-SHA-256, hexadecimal: equal texts, and only they, have equal fingerprints. */
  fingerprint(text: string): string;
}

const secretBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * @param secret 32 random bytes that never leave the center.
 * @throws {CannotStart} on another length: a key file that was cut short would lock applications with a guessable key.
 */
export function openVault(secret: Uint8Array): Vault {
  if (secret.length !== secretBytes) {
    throw new CannotStart(
      `The storage key has ${secret.length} bytes instead of ${secretBytes}: bring the whole one back.`,
    );
  }
  // Bytes would be made a key anew each time they are used, which takes longer than the use.
  const derive = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
  const encryption = derive('one-window storage');
  const comparison = derive('one-window fingerprint');
  return {
    lock(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', encryption, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    unlock(locked) {
      const bytes = Buffer.from(locked, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', encryption, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
    },
    fingerprint: text => createHmac('sha256', comparison).update(text).digest('hex'),
  };
}
