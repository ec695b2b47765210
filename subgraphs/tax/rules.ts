import type { AppliedItem, CheckedFiling, Decision, Denial } from '../desk.ts';
import { licenseFaults, licenseOf, sealedOf } from '../evidence.ts';
import type { Fault } from '../record.ts';
import { type OrganizationCode, parseOrganizationCode } from '../standards/organization-code.ts';
import { type RegionCode, regionName } from '../standards/region.ts';
import { composeTaxpayerNumber15 } from '../standards/taxpayer-number.ts';
import { organizationCodeOf } from '../standards/uscc.ts';
import type { TaxAuthority, TaxRow } from './mapping.ts';

const AUTHORITY_CHINESE: Readonly<Record<TaxAuthority, string>> = { NATIONAL: '国家税务局', LOCAL: '地方税务局' };

/** 税收征收管理法实施细则 art. 12: registration is at the office of the place of business. */
const competentOffice = (regionCode: RegionCode, authority: TaxAuthority): string =>
  `${regionName(regionCode).full}${AUTHORITY_CHINESE[authority]}`;

export function taxFaults(applied: AppliedItem, abnormal: boolean): readonly Fault[] {
  const faults: Fault[] = [];
  if (abnormal) {
    faults.push({
      path: 'legalRepresentative.idNumber',
      code: 'ABNORMAL_TAXPAYER',
      message: '法定代表人名下有非正常户，须先解除 / the person answers for an abnormal taxpayer; clear that first',
    });
  }
  if (applied.stage === 'PRECHECK') return faults;
  faults.push(...licenseFaults(applied));
  if (applied.numbering === 'SEPARATE') {
    const code = organizationCode(applied);
    if (!code) {
      faults.push({
        path: 'organizationCode',
        code: 'ORGANIZATION_CODE_MISSING',
        message: '缺少组织机构代码 / the 15-character taxpayer number is made of the region and the organization code',
      });
    } else if (code !== organizationCodeOf(licenseOf(applied).uscc)) {
      faults.push({
        path: 'organizationCode',
        code: 'ORGANIZATION_CODE_OF_ANOTHER_ENTERPRISE',
        message: '组织机构代码与营业执照不一致 / the sealed license holds another organization code',
      });
    }
  }
  return faults;
}

/** Before 三证合一 region and organization code make 15 characters; since then the unified code is the taxpayer number. */
function taxpayerNumber(filing: CheckedFiling): string {
  const { uscc, regionCode } = licenseOf(filing);
  if (filing.numbering === 'UNIFIED') return uscc;
  const code = organizationCode(filing);
  if (!code) throw new Error('decided without an organization code');
  return composeTaxpayerNumber15(regionCode, code);
}

/** From the sealed code certificate; typed in where the code comes from outside. */
function organizationCode({ evidence, application }: CheckedFiling): OrganizationCode | undefined {
  const certified = sealedOf(evidence, 'ORGANIZATION_CODE')?.content.organizationCode;
  const parsed = parseOrganizationCode(
    typeof certified === 'string' ? certified : (application.organizationCode ?? ''),
  );
  return parsed.class === 'INVALID' ? undefined : parsed.value;
}

export function grantRegistration(filing: CheckedFiling, authority: TaxAuthority, today: string): Decision<TaxRow> {
  const { uscc, regionCode, holder } = licenseOf(filing);
  const number = taxpayerNumber(filing);
  return {
    outcome: 'GRANT',
    row: {
      uscc,
      caseNumber: filing.caseNumber,
      authority,
      office: competentOffice(regionCode, authority),
      taxpayerNumber: number,
      lock: `${authority}|${number}`,
      holder,
      registeredOn: today,
      status: 'VALID',
    },
  };
}

/** 税收征收管理法实施细则 art. 10: one taxpayer, one number. */
export const ALREADY_REGISTERED: Denial = {
  outcome: 'REFUSE',
  ground: '该纳税人识别号已登记 (this taxpayer number is registered already)',
  article: '税收征收管理法实施细则 art. 10',
};
