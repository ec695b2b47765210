import { LEAVED_RECORD_FORMAT } from '../certs/leaves.ts';
import type { ItemId } from './catalogue.ts';

/**
 * What a department seals: the outcome of one operation as canonical JSON (RFC 8785). The record is the truth; papers,
 * rows and answers are read off it. It holds no identity number: a salted hash stands for it. Where a person is named, a
 * salted leaf stands (certs/leaves.ts), and beside the record lies what is disclosed of it.
 */
export type OutcomeRecord = GrantRecord | RefusalRecord | CorrectionRecord | RevocationRecord;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

interface RecordHead {
  readonly format: RecordFormat;
  /** The department's id, the same as in the certificate of its seal. */
  readonly department: string;
  readonly item: ItemId;
  readonly caseNumber: string;
  readonly operationId: string;
  /** Day of the decision, `YYYY-MM-DD`, China time. */
  readonly decidedOn: string;
}

export interface GrantRecord extends RecordHead {
  readonly outcome: 'GRANTED';
  /** The kind of certificate, such as BUSINESS_LICENSE. */
  readonly kind: string;
  readonly number: string;
  /** The enterprise's full name. */
  readonly holder: string;
  /** GB 32100; null before the license. */
  readonly uscc: string | null;
  readonly version: number;
  /** With leaves in the place of personal fields. */
  readonly content: { readonly [key: string]: Json };
}

export interface RefusalRecord extends RecordHead {
  readonly outcome: 'REFUSED';
  readonly kind: 'REFUSAL';
  /** The lawful ground, in words for the applicant. */
  readonly ground: string;
  readonly article: string;
}

export interface CorrectionRecord extends RecordHead {
  readonly outcome: 'CORRECTION_ASKED';
  readonly kind: 'CORRECTION';
  readonly faults: readonly Fault[];
}

export interface RevocationRecord extends RecordHead {
  readonly outcome: 'REVOKED';
  readonly kind: 'REVOCATION';
  /** The operation whose grant is taken back, and the number of what it granted. */
  readonly revokes: string;
  readonly number: string;
  readonly holder: string;
  readonly ground: string;
}

/** A fault of an application: where, a stable code, and what to do in words for the applicant. */
export interface Fault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export const RECORD_FORMAT = LEAVED_RECORD_FORMAT;
/** Of records from before there were leaves: personal fields stand in them in the open. They are read for ever. */
export const OLD_RECORD_FORMAT = 'one-window/record/1';
export type RecordFormat = typeof RECORD_FORMAT | typeof OLD_RECORD_FORMAT;

/** Kinds that every department may seal beside its certificates. */
export const OUTCOME_KINDS = ['REFUSAL', 'CORRECTION', 'REVOCATION'] as const;

const TEXTS: Readonly<Record<OutcomeRecord['outcome'], readonly string[]>> = {
  GRANTED: ['number', 'holder'],
  REFUSED: ['ground', 'article'],
  CORRECTION_ASKED: [],
  REVOKED: ['revokes', 'number', 'holder', 'ground'],
};
const HEAD_TEXTS = ['department', 'item', 'caseNumber', 'operationId', 'decidedOn', 'kind'] as const;

/** Reads a record whose seal has been checked; undefined when it is not of this form (its sealer erred). */
export function readRecord(parsed: unknown): OutcomeRecord | undefined {
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const record = parsed as Record<string, unknown>;
  const hasTexts = (names: readonly string[]): boolean => names.every(name => typeof record[name] === 'string');
  if (record.format !== RECORD_FORMAT && record.format !== OLD_RECORD_FORMAT) return undefined;
  if (!hasTexts(HEAD_TEXTS)) return undefined;
  const outcome = record.outcome;
  if (typeof outcome !== 'string' || !Object.hasOwn(TEXTS, outcome)) return undefined;
  if (!hasTexts(TEXTS[outcome as OutcomeRecord['outcome']])) return undefined;
  if (outcome === 'CORRECTION_ASKED' && !Array.isArray(record.faults)) return undefined;
  if (outcome === 'GRANTED' && typeof record.content !== 'object') return undefined;
  return record as unknown as OutcomeRecord;
}
