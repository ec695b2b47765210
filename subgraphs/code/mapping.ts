import type DataLoader from 'dataloader';
import type { Mapping } from '../../adapters/port.ts';
import type { OrganizationCode } from '../standards/organization-code.ts';

/** An entry of the organization-code register (组织机构代码库). */
export type CodeRow = {
  readonly uscc: string;
  readonly caseNumber: string;
  readonly item: string;
  /** GB 11714, nine characters without a hyphen. */
  readonly code: OrganizationCode;
  readonly holder: string;
  readonly regionCode: string;
  readonly enteredOn: string;
  readonly status: 'VALID' | 'REVOKED';
};

export const CODES: Mapping<CodeRow> = {
  table: 'organization_code',
  key: 'uscc',
  columns: {
    uscc: { column: 'uscc', type: 'text' },
    caseNumber: { column: 'case_number', type: 'text' },
    item: { column: 'item', type: 'text' },
    code: { column: 'organization_code', type: 'text' },
    holder: { column: 'holder', type: 'text' },
    regionCode: { column: 'region_code', type: 'text' },
    enteredOn: { column: 'entered_on', type: 'text' },
    status: { column: 'status', type: 'text' },
  },
  // Synthetic bodies repeat from region to region, so the code alone may too; within its region it may not.
  unique: ['uscc'],
  indexed: ['code', 'caseNumber'],
};

export interface CodeContext {
  readonly codes: DataLoader<string, CodeRow | null>;
}
