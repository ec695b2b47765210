import type { Mapping } from '../../adapters/port.ts';
import type { RowLoader } from '../loader.ts';

export type TaxAuthority = 'NATIONAL' | 'LOCAL';

/** A tax registration (税务登记) at one of the two authorities. */
export type TaxRow = {
  readonly uscc: string;
  readonly caseNumber: string;
  readonly authority: TaxAuthority;
  readonly office: string;
  readonly taxpayerNumber: string;
  /** Authority and taxpayer number: what no two registrations may share. */
  readonly lock: string | null;
  readonly holder: string;
  readonly registeredOn: string;
  readonly status: 'VALID' | 'REVOKED';
};

export const TAX_REGISTRATIONS: Mapping<TaxRow> = {
  table: 'tax_registration',
  key: 'uscc',
  columns: {
    uscc: { column: 'uscc', type: 'text' },
    caseNumber: { column: 'case_number', type: 'text' },
    authority: { column: 'authority', type: 'text' },
    office: { column: 'office', type: 'text' },
    taxpayerNumber: { column: 'taxpayer_number', type: 'text' },
    lock: { column: 'registration_lock', type: 'text' },
    holder: { column: 'holder', type: 'text' },
    registeredOn: { column: 'registered_on', type: 'text' },
    status: { column: 'status', type: 'text' },
  },
  unique: ['lock'],
  indexed: ['taxpayerNumber', 'caseNumber'],
};

export interface TaxContext {
  readonly registrations: RowLoader<TaxRow>;
}
