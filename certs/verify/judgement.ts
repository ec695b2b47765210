/** What is asked of a verification, and what it answers. */
import type { Finding, FindingCode } from '../findings.ts';
import type { JsonObject } from '../jcs.ts';
import type { Trust } from './trust.ts';

export type Verdict = 'VALID' | 'VALID_AT_SIGNING' | 'REVOKED' | 'EXPIRED' | 'INDETERMINATE' | 'INVALID';

export interface Question {
  readonly record: Uint8Array;
  readonly seal: Uint8Array;
  /** The bytes of `disclosures.json`; without them every leaf of the record counts as struck out. */
  readonly disclosures?: Uint8Array;
  /** The bytes of `seal.tlog-proof`. */
  readonly proof?: Uint8Array;
  readonly trust: Trust;
  /** The time of verification. */
  readonly at: Date;
  /** How many witnesses of the trust list must have signed the checkpoint of the proof; by default none need have. */
  readonly witnessesMin?: number;
}

export interface Signer {
  /** The holder's id, such as `tax`. */
  readonly department: string;
  readonly organization: string;
  /** Hexadecimal, as on the trust list. */
  readonly certificateSha256: string;
  /** Hexadecimal. */
  readonly serial: string;
}

/** Where the seal stands in the public log. */
export interface LogEntry {
  readonly origin: string;
  /** The number of the entry, from 0. */
  readonly index: number;
  /** Of the tree whose checkpoint the proof carries. */
  readonly size: number;
  /** The names of those witnesses of the trust list whose signatures under the checkpoint hold. */
  readonly witnesses: readonly string[];
}

export interface Judgement {
  /** The headline (verdict.ts): VALID_AT_SIGNING when the seal was good and only its certificate has ended since. */
  readonly verdict: Verdict;
  /** As of the time that the time stamp proves: VALID, REVOKED, EXPIRED, INDETERMINATE or INVALID. */
  readonly atSigning: Verdict;
  /** As of the time of verification. */
  readonly now: Verdict;
  /** Everything that was found, what weighs most first. */
  readonly findings: readonly Finding[];
  /** Whom the certificate in the seal names: true only if no finding is fatal. */
  readonly signer?: Signer;
  /** Instant that the seal states, ISO 8601 in UTC. */
  readonly sealedAt?: string;
  /** Instant that a time stamp which holds proves: the seal was there by then. ISO 8601 in UTC, with milliseconds. */
  readonly stampedAt?: string;
  /** Only when the proof holds. */
  readonly log?: LogEntry;
  /** What is disclosed of the record's leaves, by path; only of a record that has leaves. */
  readonly disclosed?: JsonObject;
  /** The paths of its leaves that are struck out, in the order of the record; only of a record that has leaves. */
  readonly struckOut?: readonly string[];
}

declare const verifiedBrand: unique symbol;
/** A record whose seal holds. Only `checkSeal` makes one. */
export interface Verified<T = JsonObject> {
  readonly record: T;
  readonly bytes: Uint8Array;
  readonly seal: Uint8Array;
  readonly signer: Signer;
  readonly sealedAt: string;
  /** Instant that a time stamp in the seal proves, ISO 8601 in UTC. */
  readonly stampedAt?: string;
  readonly [verifiedBrand]: true;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: Verified<T> }
  | {
      readonly ok: false;
      readonly judgement: Judgement;
      /** What weighs most of all that may not be. */
      readonly reason: FindingCode;
    };
