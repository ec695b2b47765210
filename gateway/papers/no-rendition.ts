import { GraphQLError } from 'graphql';
import { DEPARTMENTS, type DepartmentId, isDepartment } from '../../subgraphs/catalogue.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import type { RouterCode } from '../router/errors.ts';
import type { NoAnswer } from '../window/departments.ts';

/**
 * Its holder has made none, or what it has made counts for nothing. The reason is a code, of the holder
 * (CHARACTER_NOT_DRAWN) or of what was found (a FindingCode, RECORD_DIFFERS).
 */
export class NoRendition extends Error {
  override readonly name = 'NoRendition';
  readonly reason: string;

  constructor(sentence: string, reason: string, options: { readonly cause?: unknown } = {}) {
    super(`${sentence} (${reason})`, options);
    this.reason = reason;
  }
}

/** Whoever waits for a download tries again soon. */
const retryAfterLeastS = 2;

/** What a client is told when nobody answers who could make it. */
export function awayError(holder: string, { message: reason, retryInMs }: NoAnswer): GraphQLError {
  const seconds = Math.max(retryAfterLeastS, Math.ceil((retryInMs ?? 0) / 1_000));
  return new GraphQLError(`${nameOf(holder)} draws this paper itself, and does not answer now: try again later`, {
    extensions: {
      code: 'DEPARTMENT_UNAVAILABLE' satisfies RouterCode,
      department: holder,
      reason,
      http: { status: 503, headers: new Map([['retry-after', String(seconds)]]) },
    },
  });
}

/** Reasons for which there will never be one. */
const NONE: ReadonlySet<string> = new Set(['NO_SUCH_PAPER', 'FORM_NOT_MADE']);

export function notMadeError(holder: string, { reason }: NoRendition): Refusal {
  if (NONE.has(reason)) return new Refusal('NOT_FOUND', `${nameOf(holder)} makes no such paper`).atStatus(404);
  const sentence = `${nameOf(holder)} could not make this paper; record and seal of it are there all the same`;
  return new Refusal('PAPER_NOT_MADE', sentence, { department: holder, reason }).atStatus(502);
}

const nameOf = (holder: string): string =>
  isDepartment(holder) ? `${DEPARTMENTS[holder as DepartmentId].organization} (${holder})` : 'the center';
