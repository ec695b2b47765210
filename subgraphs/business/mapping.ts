import type { Found, Mapping } from '../../adapters/port.ts';
import type { RowLoader } from '../loader.ts';

/** A name (企业名称) from its reservation until it is free again. Days are China's, `YYYY-MM-DD`. */
export type NameRow = {
  readonly fullName: string;
  /** 字号 and 行业 as they were typed; null in rows from before they were kept. */
  readonly tradingName: string | null;
  readonly trade: string | null;
  readonly caseNumber: string;
  readonly regionCode: string;
  /**
   * City, trading name and trade, folded: what no two names may share. Null once the name is free again, though a name
   * whose time is over keeps its lock until somebody asks for it.
   */
  readonly lock: string | null;
  /** The lock of the enterprises with which this name is shared by investment ties; null for a name of its own. */
  readonly sharedLock: string | null;
  readonly number: string;
  readonly reservedOn: string;
  /** The last day of the reservation; nothing follows from it once the name is REGISTERED. */
  readonly expiresOn: string;
  /** The day on which its enterprise ended or gave the name up; null before. */
  readonly endedOn: string | null;
  readonly status: NameStatus;
};

/**
 * LIVE: reserved (and perhaps registered, in rows from before that was marked). REGISTERED: its license was granted.
 * CANCELLED 注销, CHANGED 变更, REVOKED 撤销: of an enterprise that had it. EXPIRED: never used, and given up to somebody
 * who asked for it. RELEASED: given up by its own case.
 */
export type NameStatus = 'LIVE' | 'REGISTERED' | 'CANCELLED' | 'CHANGED' | 'REVOKED' | 'EXPIRED' | 'RELEASED';

export const NAMES: Mapping<NameRow> = {
  table: 'enterprise_name',
  key: 'caseNumber',
  columns: {
    fullName: { column: 'full_name', type: 'text' },
    tradingName: { column: 'trading_name', type: 'text' },
    trade: { column: 'trade', type: 'text' },
    caseNumber: { column: 'case_number', type: 'text' },
    regionCode: { column: 'region_code', type: 'text' },
    lock: { column: 'clash_lock', type: 'text' },
    sharedLock: { column: 'shared_lock', type: 'text' },
    number: { column: 'reservation_number', type: 'text' },
    reservedOn: { column: 'reserved_on', type: 'text' },
    expiresOn: { column: 'expires_on', type: 'text' },
    endedOn: { column: 'ended_on', type: 'text' },
    status: { column: 'status', type: 'text' },
  },
  unique: ['lock'],
  indexed: ['sharedLock'],
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
  /** JSON: {@link Founder}, in the order of the application. */
  readonly founders: string;
  readonly issuedOn: string;
  /** Null while it is valid, and in rows that were revoked before this was kept. */
  readonly revokedOn: string | null;
  readonly status: 'VALID' | 'REVOKED';
};

export interface Founder {
  readonly name: string;
  /** CNY, decimal, two places. */
  readonly contribution: string;
  /** GB 32100; null for a natural person. */
  readonly uscc: string | null;
}

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
    revokedOn: { column: 'revoked_on', type: 'text' },
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
