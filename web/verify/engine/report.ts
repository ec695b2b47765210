/** What the page is told of a thing that was verified: plain data, so that a worker can hand it over. */
import type { CaseFile } from '../../../certs/bundle/case-file.ts';
import type { Finding } from '../../../certs/findings.ts';
import type { SuiteId } from '../../../certs/suites.ts';
import type { LogEntry, Signer, Verdict } from '../../../certs/verify.ts';
import type { Shown } from './shown.ts';

export type Report = Judged | Unreadable;

export interface Judged {
  readonly state: 'JUDGED';
  readonly kind: 'PDF' | 'BUNDLE' | 'SEAL' | 'SES';
  readonly names: readonly string[];
  /** The time of verification, ISO 8601 in UTC. */
  readonly at: string;
  readonly verdict: Verdict;
  readonly atSigning: Verdict;
  readonly now: Verdict;
  /** What weighs most first. `file` is the path in a bundle. */
  readonly findings: readonly (Finding & { readonly file?: string })[];
  /** Who sealed it, and when; of a bundle, its manifest. */
  readonly sealed: Sealed;
  /** The paper; absent from a bundle, and where the record cannot be read. */
  readonly paper?: ShownPaper;
  readonly bundle?: BundleContents;
  /** What was scanned, against what was dropped; absent when nothing was scanned. */
  readonly scanned?: 'SAME' | 'ANOTHER';
}

export interface Sealed {
  readonly signer?: Signer;
  readonly sealedAt?: string;
  readonly stampedAt?: string;
  readonly log?: LogEntry;
  /** From the signer up, as far as it leads; empty when there is no seal that could be read. */
  readonly chain: readonly ChainLink[];
}

export interface ChainLink {
  readonly organization: string;
  readonly unit: string | undefined;
  readonly commonName: string;
  /** Fingerprint, hexadecimal. */
  readonly sha256: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** ISO 8601 in UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly suite: SuiteId;
  readonly isPinned: boolean;
}

export interface ShownPaper {
  /** What the record says of itself, where it says it; safe to print. */
  readonly department?: string;
  readonly kind?: string;
  readonly number?: string;
  /** Of the record's bytes, hexadecimal. */
  readonly sha256: string;
  readonly shown: Shown;
  /** The record has fields that only disclosures show, and none came with it: they may be struck out or not. */
  readonly wantsDisclosures?: boolean;
}

export interface BundleContents {
  readonly caseFile: CaseFile;
  readonly listVersion?: number;
  readonly papers: readonly BundlePaper[];
}

export interface BundlePaper {
  readonly folder: string;
  readonly department: string;
  readonly kind: string;
  readonly number: string | null;
  /** What the ledger says has become of it: VALID, REPLACED or REVOKED. */
  readonly status: string;
  /** Undefined for what is not sealed. */
  readonly verdict: Verdict | undefined;
  readonly sealed: Sealed;
  readonly paper?: ShownPaper;
}

export interface Unreadable {
  readonly state: 'UNREADABLE';
  readonly names: readonly string[];
  readonly reason: UnreadableReason;
  /** What goes with the reason: a bound, or why the trust was refused. */
  readonly facts?: Readonly<Record<string, string>>;
}

export type UnreadableReason =
  | 'FILE_UNKNOWN'
  | 'FILE_TOO_LARGE'
  | 'FILE_NOT_READ'
  | 'FILES_TOO_MANY'
  | 'SEAL_WITHOUT_RECORD'
  | 'RECORD_WITHOUT_SEAL'
  | 'PART_ALONE'
  | 'TRUST_REFUSED'
  | 'TRUST_ABSENT'
  | 'UNSETTLED'
  | 'TOO_SLOW'
  | 'DEFECT';

/** By what is judged. */
export interface Setup {
  /** Undefined where the page came without any and none was chosen. */
  readonly trust: TrustMaterial | undefined;
  /** The time of verification, ISO 8601. */
  readonly at: string;
  readonly witnessesMin: number;
  /** SHA-256 of the record that a scanned code names, hexadecimal. */
  readonly scanned?: string | undefined;
}

/** The files of a trust folder. */
export interface TrustMaterial {
  readonly rootPem: string;
  /** The certificates of authorities: electronic seals in the national form carry none. */
  readonly chainPem?: string;
  readonly list?: { readonly json: Uint8Array; readonly p7s: Uint8Array };
  readonly crls: readonly Uint8Array[];
}

/** A revocation list. */
export interface News {
  readonly sha256: string;
  readonly issuer: string;
  /** ISO 8601 in UTC, both. */
  readonly from: string;
  readonly until: string;
}

export type TrustSummary =
  | {
      readonly state: 'TRUSTED';
      readonly root: ChainLink;
      readonly list?: { readonly version: number; readonly issuedAt: string };
      readonly news: readonly News[];
    }
  | { readonly state: 'REFUSED'; readonly reason: string };
