import { SEAL_KINDS, type SealKind } from '../catalogue.ts';
import type { AppliedItem, CheckedFiling, Decision, DecisionTools, Denial } from '../desk.ts';
import { licenseFaults, licenseOf } from '../evidence.ts';
import type { FiledApplication } from '../generated/contract.ts';
import type { Fault } from '../record.ts';
import { composeSealCode, SEAL_CODE_FORMAT } from '../standards/seal-code.ts';
import type { FiledSeal, SealFilingRow } from './mapping.ts';

/** An individual business may do with its owner's name seal; whoever orders any other seal needs the company seal first. */
export function sealFaults(applied: AppliedItem): readonly Fault[] {
  const { enterpriseType, sealOrders } = applied.application;
  const faults: Fault[] = [];
  const nameSealAlone = sealOrders.length > 0 && sealOrders.every(kind => kind === 'LEGAL_REPRESENTATIVE');
  if (!sealOrders.includes('COMPANY') && !(enterpriseType === 'INDIVIDUAL_BUSINESS' && nameSealAlone)) {
    faults.push({
      path: 'sealOrders',
      code: 'COMPANY_SEAL_MISSING',
      message: '须刻制公章 / a company seal (公章) must be among the seals',
    });
  }
  for (const [at, kind] of sealOrders.entries()) {
    if (Object.hasOwn(SEAL_KINDS, kind)) continue;
    faults.push({
      path: `sealOrders.${at}`,
      code: 'SEAL_KIND_UNKNOWN',
      message: `不受理的印章种类 / ${kind} is not filed here`,
    });
  }
  return applied.stage === 'FILING' ? [...faults, ...licenseFaults(applied)] : faults;
}

/** The text of a seal: the enterprise's registered name, and the kind where it is not the company seal itself. */
function carvedText(kind: string, holder: string, { legalRepresentative }: FiledApplication): string {
  if (kind === 'LEGAL_REPRESENTATIVE') return `${legalRepresentative.name}之印`;
  return kind === 'COMPANY' ? holder : `${holder}${SEAL_KINDS[kind as SealKind]}`;
}

export function grantFiling(filing: CheckedFiling, { draw, today }: DecisionTools): Decision<SealFilingRow> {
  const { application, caseNumber } = filing;
  const { uscc, holder, regionCode } = licenseOf(filing);
  const serials = draw(
    { name: `seal/${regionCode}`, from: 1, to: 10 ** SEAL_CODE_FORMAT.serialCharacters - 1 },
    application.sealOrders.length,
  );
  const seals: FiledSeal[] = application.sealOrders.map((kind, at) => ({
    kind,
    code: composeSealCode(regionCode, serials[at] as number),
    text: carvedText(kind, holder, application),
  }));
  return {
    outcome: 'GRANT',
    row: {
      uscc,
      caseNumber,
      number: `${regionCode}-S${String(serials[0]).padStart(7, '0')}`,
      holder,
      seals: JSON.stringify(seals),
      filedOn: today,
      status: 'VALID',
    },
  };
}

/** Who has been punished for forging seals gets none filed while on the list (memory: the period is local practice). */
export const PUNISHED_FOR_FORGERY: Denial = {
  outcome: 'REFUSE',
  ground: '法定代表人因伪造印章受过处罚，印章不予备案 (the person was punished for forging seals)',
  article: '治安管理处罚法 art. 52',
};
