import type { Trust } from '../../certs/verify.ts';

/** A form in which people hold papers, as the center checks, logs and serves it; holders make it (subgraphs/papers-desk.ts). */
export interface ServedForm {
  /**
   * Why what a holder has made counts for nothing: a stable code. Undefined when the seal is the holder's and holds, nothing
   * was added to it, and the record inside is the one that is expected.
   */
  faultIn(bytes: Uint8Array, expected: Expected): string | undefined;
  /** Its seal with this time stamp, DER: what the log has the hash of. */
  sealOf(bytes: Uint8Array, timeStamp: Uint8Array | undefined): Uint8Array;
  /** As it is served: evidence inside, where the form has a place for it. @throws {Error} when that is too small. */
  withEvidence(bytes: Uint8Array, evidence: ServedEvidence): Uint8Array;
}

export interface Expected {
  /** Whose seal it must bear. */
  readonly holder: string;
  readonly record: Uint8Array;
  /** Undefined where the record has no leaves, or all are struck out. */
  readonly disclosures: Uint8Array | undefined;
  readonly trust: Trust;
  readonly at: Date;
}

export interface ServedEvidence {
  /** RFC 3161, DER. */
  readonly timeStamp: Uint8Array | undefined;
  /** The bytes of a tlog-proof. */
  readonly proof: Uint8Array | undefined;
}
