import type { Mapping } from '../../adapters/port.ts';
import type { RowLoader } from '../loader.ts';

/** A filing of seals (印章备案): the seals of one enterprise that were ordered together. */
export type SealFilingRow = {
  readonly uscc: string;
  readonly caseNumber: string;
  readonly number: string;
  readonly holder: string;
  /** JSON: {@link FiledSeal}, in the order ordered. */
  readonly seals: string;
  readonly filedOn: string;
  readonly status: 'VALID' | 'REVOKED';
};

export interface FiledSeal {
  /** As in the catalogue, such as COMPANY. */
  readonly kind: string;
  /** GA 241, 13 digits. */
  readonly code: string;
  /** What is carved into it. */
  readonly text: string;
}

export const SEAL_FILINGS: Mapping<SealFilingRow> = {
  table: 'seal_filing',
  key: 'uscc',
  columns: {
    uscc: { column: 'uscc', type: 'text' },
    caseNumber: { column: 'case_number', type: 'text' },
    number: { column: 'filing_number', type: 'text' },
    holder: { column: 'holder', type: 'text' },
    seals: { column: 'seals', type: 'text' },
    filedOn: { column: 'filed_on', type: 'text' },
    status: { column: 'status', type: 'text' },
  },
  unique: ['number'],
  indexed: ['caseNumber'],
};

export interface SealContext {
  readonly filings: RowLoader<SealFilingRow>;
}
