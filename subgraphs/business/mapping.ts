import type { Found, Mapping } from '../../adapters/port.ts';
import type { RowLoader } from '../loader.ts';

/** A reserved or registered name (企业名称). */
export type NameRow = {
  readonly fullName: string;
  readonly caseNumber: string;
  readonly regionCode: string;
  /** City, trading name and trade, folded: what no two live names may share. Null once the name is free again. */
  readonly lock: string | null;
  readonly number: string;
  readonly reservedOn: string;
  readonly expiresOn: string;
  readonly status: 'LIVE' | 'RELEASED';
};

export const NAMES: Mapping<NameRow> = {
  table: 'enterprise_name',
  key: 'caseNumber',
  columns: {
    fullName: { column: 'full_name', type: 'text' },
    caseNumber: { column: 'case_number', type: 'text' },
    regionCode: { column: 'region_code', type: 'text' },
    lock: { column: 'clash_lock', type: 'text' },
    number: { column: 'reservation_number', type: 'text' },
    reservedOn: { column: 'reserved_on', type: 'text' },
    expiresOn: { column: 'expires_on', type: 'text' },
    status: { column: 'status', type: 'text' },
  },
  unique: ['lock'],
  indexed: [],
};

/** A business license (营业执照) with what it registers. Amounts are CNY, decimal; days are China's. */
export type LicenseRow = {
  readonly uscc: string;
  readonly caseNumber: string;
  /** What the paper prints: the registration number or the unified social credit code. */
  readonly number: string;
  readonly registrationNumber: string | null;
  readonly fullName: string;
  readonly enterpriseType: string;
  readonly regionCode: string;
  readonly address: string;
  readonly businessScope: string;
  readonly industryCode: string;
  readonly registeredCapital: string;
  readonly legalRepresentative: string;
  readonly legalRepresentativeSalt: string;
  readonly legalRepresentativeHash: string;
  /** JSON: name, contribution, and the code of those that are enterprises. */
  readonly founders: string;
  readonly issuedOn: string;
  readonly status: 'VALID' | 'REVOKED';
};

export const LICENSES: Mapping<LicenseRow> = {
  table: 'business_license',
  key: 'uscc',
  columns: {
    uscc: { column: 'uscc', type: 'text' },
    caseNumber: { column: 'case_number', type: 'text' },
    number: { column: 'license_number', type: 'text' },
    registrationNumber: { column: 'registration_number', type: 'text' },
    fullName: { column: 'full_name', type: 'text' },
    enterpriseType: { column: 'enterprise_type', type: 'text' },
    regionCode: { column: 'region_code', type: 'text' },
    address: { column: 'address', type: 'text' },
    businessScope: { column: 'business_scope', type: 'text' },
    industryCode: { column: 'industry_code', type: 'text' },
    registeredCapital: { column: 'registered_capital', type: 'text' },
    legalRepresentative: { column: 'legal_representative', type: 'text' },
    legalRepresentativeSalt: { column: 'legal_representative_salt', type: 'text' },
    legalRepresentativeHash: { column: 'legal_representative_hash', type: 'text' },
    founders: { column: 'founders', type: 'text' },
    issuedOn: { column: 'issued_on', type: 'text' },
    status: { column: 'status', type: 'text' },
  },
  unique: ['uscc', 'number'],
  indexed: ['regionCode', 'fullName', 'caseNumber'],
};

export interface BusinessContext {
  readonly licenses: RowLoader<LicenseRow>;
}

/** A page of a list, and how to count the whole of it when that is asked. */
export interface EnterprisePage {
  readonly found: Found<LicenseRow>;
  count(): Promise<number>;
}
