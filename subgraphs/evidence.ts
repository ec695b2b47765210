import type { CheckedFiling } from './desk.ts';
import type { Fault, GrantRecord } from './record.ts';
import { parseRegionCode, type RegionCode } from './standards/region.ts';
import { parseUscc, type Uscc } from './standards/uscc.ts';

/** What every department after the registry reads off the sealed business license. */
export interface LicenseFacts {
  readonly uscc: Uscc;
  /** Region of registration, GB/T 2260. */
  readonly regionCode: RegionCode;
  readonly holder: string;
}

/** @throws {Error} when the registry sealed something that can't be: a defect there, not a fault of the applicant. */
export function licenseOf({ evidence }: CheckedFiling): LicenseFacts {
  const license = sealedOf(evidence, 'BUSINESS_LICENSE');
  const uscc = parseUscc(license?.uscc ?? '');
  const region = parseRegionCode(String(license?.content.regionCode));
  if (!license || uscc.class === 'INVALID' || region.class === 'INVALID') {
    throw new Error('the sealed business license holds no valid unified social credit code or no region');
  }
  return { uscc: uscc.value, regionCode: region.value, holder: license.holder };
}

/** The newest sealed document of a kind among the evidence. */
export const sealedOf = (evidence: readonly GrantRecord[], kind: string): GrantRecord | undefined =>
  evidence.filter(record => record.kind === kind).sort((a, b) => b.version - a.version)[0];

/** The application must be about the enterprise that the license was issued to, or the wrong one would be entered. */
export function licenseFaults(filing: CheckedFiling): readonly Fault[] {
  const { holder, regionCode } = licenseOf(filing);
  const { application } = filing;
  if (regionCode === application.regionCode && holder.includes(application.name.tradingName)) return [];
  return [
    {
      path: 'name.tradingName',
      code: 'LICENSE_OF_ANOTHER_ENTERPRISE',
      message: '营业执照与申请不一致 / the sealed license names another enterprise',
    },
  ];
}
