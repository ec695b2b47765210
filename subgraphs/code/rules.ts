import type { CheckedFiling, Decision, Denial } from '../desk.ts';
import { licenseOf } from '../evidence.ts';
import { organizationCodeOf } from '../standards/uscc.ts';
import type { CodeRow } from './mapping.ts';

/** The code center certifies or confirms the code that the registry drew from the block allocated to it. */
export function grantCode(filing: CheckedFiling, item: string, today: string): Decision<CodeRow> {
  const { uscc, holder, regionCode } = licenseOf(filing);
  return {
    outcome: 'GRANT',
    row: {
      uscc,
      caseNumber: filing.caseNumber,
      item,
      code: organizationCodeOf(uscc),
      lock: uscc,
      holder,
      regionCode,
      enteredOn: today,
      status: 'VALID',
    },
  };
}

/** GB 11714: one code, one body; an enterprise that is already in the register can't be entered again. */
export const ALREADY_ENTERED: Denial = {
  outcome: 'REFUSE',
  ground: '该组织机构代码已赋码 (the organization code has been entered for an enterprise already)',
  article: 'GB 11714-1997',
};
