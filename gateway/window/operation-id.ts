import { type ItemId, isItem } from '../../subgraphs/catalogue.ts';
import { isCaseNumber } from './case-number.ts';

/**
 * The id of what the window asks of a department: `371002-20260302-00001-5/national-tax/1` is the first filing of an
 * item, `…/national-tax/revoke-1` takes back what that filing granted. One id, one effect, for ever.
 */
export interface Operation {
  readonly caseNumber: string;
  readonly item: ItemId;
  /** Counted from 1; of a revocation, that of the filing whose grant it takes back. */
  readonly attempt: number;
  readonly verb: 'FILE' | 'REVOKE';
}

/** Departments keep ids in narrow columns. */
const charactersMax = 128;
const FORM = /^([\d-]+)\/([a-z-]+)\/(revoke-)?([1-9]\d{0,5})$/;

/** The operation of an id; undefined when the window makes no such id. */
export function parseOperationId(text: string): Operation | undefined {
  const [, caseNumber = '', item = '', revoke, attempt] = (text.length <= charactersMax && FORM.exec(text)) || [];
  if (!isCaseNumber(caseNumber) || !isItem(item)) return undefined;
  return { caseNumber, item, attempt: Number(attempt), verb: revoke ? 'REVOKE' : 'FILE' };
}

export const filingId = (caseNumber: string, item: ItemId, attempt: number): string =>
  `${caseNumber}/${item}/${attempt}`;
export const revocationId = (caseNumber: string, item: ItemId, attempt: number): string =>
  `${caseNumber}/${item}/revoke-${attempt}`;
