/**
 * The key can't be used now: the thread that keeps it has ended, the token was taken out, too many wait for it. The same
 * bytes may be signed later. No part of a key, a password or a PIN is in the message, nor is what caused it passed on.
 */
export class KeyAway extends Error {
  override readonly name = 'KeyAway';
}

/** Of signatures that have been asked for and are not made yet: more would only wait longer than anybody waits for them. */
export const signsWaitingMax = 1_000;
