declare const publicKey: unique symbol;

/** A key that signatures are checked with, of whatever kind the platform computes with. Only `publicKeyOf` makes one. */
export interface PublicKey {
  readonly [publicKey]: true;
}
