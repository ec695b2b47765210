import { describe, expect, it } from '@jest/globals';
import type { DecisionTools } from '../../../subgraphs/desk.ts';
import { grantFiling, sealFaults } from '../../../subgraphs/seal/rules.ts';
import { applied, checked } from '../office.ts';

const USCC = '91371002PDY00001XJ';
const ordering = (sealOrders: readonly string[], enterpriseType = 'LIMITED_COMPANY') => {
  const filing = checked(USCC);
  return { ...filing, application: { ...filing.application, sealOrders, enterpriseType } };
};
const codes = (faults: readonly { readonly path: string; readonly code: string }[]) =>
  faults.map(({ path, code }) => `${path} ${code}`);

/** Numbers from a counter; what is asked for is kept. */
function tools(next: number): DecisionTools & { readonly drawn: unknown[] } {
  const drawn: unknown[] = [];
  return {
    drawn,
    today: '2025-06-30',
    salt: () => '',
    draw: (block, count = 1) => {
      drawn.push([block, count]);
      return Array.from({ length: count }, (_, at) => next + at);
    },
  };
}

describe('the seals of one order', () => {
  it('have codes of 13 digits, one after the other, beginning with the region', () => {
    const given = tools(41);
    const decision = grantFiling(
      ordering(['COMPANY', 'FINANCE', 'INVOICE', 'CONTRACT', 'LEGAL_REPRESENTATIVE']),
      given,
    );
    if (decision.outcome !== 'GRANT') throw new Error(decision.outcome);
    const seals = JSON.parse(decision.row.seals) as { readonly kind: string; readonly code: string }[];
    expect(seals.map(({ code }) => code)).toEqual([
      '3710020000041',
      '3710020000042',
      '3710020000043',
      '3710020000044',
      '3710020000045',
    ]);
    expect(decision.row).toMatchObject({ number: '371002-S0000041', uscc: USCC, filedOn: '2025-06-30' });
    expect(given.drawn).toEqual([[{ name: 'seal/371002', from: 1, to: 9_999_999 }, 5]]);
  });

  it('carry the registered name, and their kind where they are not the company seal', () => {
    const filing = ordering(['COMPANY', 'FINANCE', 'LEGAL_REPRESENTATIVE']);
    const decision = grantFiling(filing, tools(1));
    if (decision.outcome !== 'GRANT') throw new Error(decision.outcome);
    const { holder } = decision.row;
    expect((JSON.parse(decision.row.seals) as { readonly text: string }[]).map(({ text }) => text)).toEqual([
      holder,
      `${holder}财务专用章`,
      '甲子某之印',
    ]);
  });
});

describe('an order is asked to be corrected', () => {
  it.each([
    ['LIMITED_COMPANY', ['COMPANY'], []],
    ['LIMITED_COMPANY', ['FINANCE', 'COMPANY'], []],
    ['LIMITED_COMPANY', ['FINANCE'], ['sealOrders COMPANY_SEAL_MISSING']],
    ['LIMITED_COMPANY', ['LEGAL_REPRESENTATIVE'], ['sealOrders COMPANY_SEAL_MISSING']],
    ['LIMITED_COMPANY', [], ['sealOrders COMPANY_SEAL_MISSING']],
    ['PARTNERSHIP', ['CONTRACT'], ['sealOrders COMPANY_SEAL_MISSING']],
    ['INDIVIDUAL_BUSINESS', ['LEGAL_REPRESENTATIVE'], []],
    ['INDIVIDUAL_BUSINESS', ['COMPANY', 'FINANCE'], []],
    ['INDIVIDUAL_BUSINESS', ['FINANCE'], ['sealOrders COMPANY_SEAL_MISSING']],
    ['INDIVIDUAL_BUSINESS', [], ['sealOrders COMPANY_SEAL_MISSING']],
    [
      'LIMITED_COMPANY',
      ['COMPANY', 'STEEL', 'toString'],
      ['sealOrders.1 SEAL_KIND_UNKNOWN', 'sealOrders.2 SEAL_KIND_UNKNOWN'],
    ],
  ])('or not: %s ordering %j: %j', (type, orders, faults) => {
    expect(codes(sealFaults(ordering(orders, type)))).toEqual(faults);
  });

  it('when its license is of another enterprise', () => {
    expect(codes(sealFaults(checked(USCC, { application: applied() })))).toEqual([
      'name.tradingName LICENSE_OF_ANOTHER_ENTERPRISE',
    ]);
  });
});
