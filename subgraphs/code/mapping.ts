import type { Mapping } from '../../adapters/port.ts';
import type { RowLoader } from '../loader.ts';
import type { OrganizationCode } from '../standards/organization-code.ts';

/** An entry of the organization-code register (组织机构代码库). */
export type CodeRow = {
  readonly uscc: string;
  readonly caseNumber: string;
  readonly item: string;
  /** GB 11714, nine characters without a hyphen. */
  readonly code: OrganizationCode;
  /**
   * The unified code once more: what no two live entries may share, null once revoked. The organization code alone may
   * repeat, as synthetic bodies do from region to region.
   */
  readonly lock: string | null;
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
    lock: { column: 'entry_lock', type: 'text' },
    holder: { column: 'holder', type: 'text' },
    regionCode: { column: 'region_code', type: 'text' },
    enteredOn: { column: 'entered_on', type: 'text' },
    status: { column: 'status', type: 'text' },
  },
  unique: ['lock'],
  indexed: ['code', 'caseNumber'],
};

export interface CodeContext {
  readonly codes: RowLoader<CodeRow>;
}
