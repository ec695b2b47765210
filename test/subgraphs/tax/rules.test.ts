import { describe, expect, it } from '@jest/globals';
import { grantRegistration, taxFaults } from '../../../subgraphs/tax/rules.ts';
import { applied, certified, checked } from '../office.ts';

const USCC = '91371002PDY00001XJ';
const filing = certified(checked(USCC), 'PDY00001-X');
const codes = (faults: readonly { readonly path: string; readonly code: string }[]) =>
  faults.map(({ path, code }) => `${path} ${code}`);

describe('the taxpayer number', () => {
  it.each(['NATIONAL', 'LOCAL'] as const)(
    'at %s tax is the region and the organization code before 三证合一',
    authority => {
      expect(grantRegistration(filing, authority, '2025-06-30')).toMatchObject({
        outcome: 'GRANT',
        row: { taxpayerNumber: '371002PDY00001X', uscc: USCC, registeredOn: '2025-06-30', authority },
      });
    },
  );

  it('is the unified code since 三证合一, and no organization code is asked for', () => {
    const unified = checked(USCC, { numbering: 'UNIFIED' });
    expect(taxFaults(unified, false)).toEqual([]);
    expect(grantRegistration(unified, 'NATIONAL', '2025-06-30')).toMatchObject({ row: { taxpayerNumber: USCC } });
  });

  it('is given by the office of the place of registration', () => {
    const office = (authority: 'NATIONAL' | 'LOCAL') => {
      const decision = grantRegistration(filing, authority, '2025-06-30');
      return decision.outcome === 'GRANT' && decision.row.office;
    };
    expect(office('NATIONAL')).toBe('山东省威海市环翠区国家税务局');
    expect(office('LOCAL')).toBe('山东省威海市环翠区地方税务局');
  });

  it('is locked at each authority by itself', () => {
    const locks = (['NATIONAL', 'LOCAL'] as const).map(authority => {
      const decision = grantRegistration(filing, authority, '2025-06-30');
      return decision.outcome === 'GRANT' && decision.row.lock;
    });
    expect(locks).toEqual(['NATIONAL|371002PDY00001X', 'LOCAL|371002PDY00001X']);
  });
});

describe('a registration is asked to be corrected', () => {
  it('never when license, code and application agree', () => {
    expect(taxFaults(filing, false)).toEqual([]);
  });

  it('when the person answers for an abnormal taxpayer, at the precheck already', () => {
    const { numbering, application } = filing;
    const atPrecheck = { stage: 'PRECHECK', numbering, application, caseNumber: undefined } as const;
    expect(codes(taxFaults(atPrecheck, true))).toEqual(['legalRepresentative.idNumber ABNORMAL_TAXPAYER']);
    expect(codes(taxFaults(filing, true))).toEqual(['legalRepresentative.idNumber ABNORMAL_TAXPAYER']);
  });

  it('when there is no organization code, or none that holds', () => {
    for (const one of [checked(USCC), certified(checked(USCC), 'PDY00001-0'), certified(checked(USCC), '')]) {
      expect(codes(taxFaults(one, false))).toEqual(['organizationCode ORGANIZATION_CODE_MISSING']);
    }
  });

  it('when the organization code is that of another enterprise, certified or typed in', () => {
    const typed = checked(USCC, { application: applied({ organizationCode: 'PDY00002-8' }) });
    const { name } = checked(USCC).application;
    for (const one of [certified(checked(USCC), 'PDY00002-8'), typed]) {
      expect(codes(taxFaults({ ...one, application: { ...one.application, name } }, false))).toContain(
        'organizationCode ORGANIZATION_CODE_OF_ANOTHER_ENTERPRISE',
      );
    }
  });

  it.each([
    ['another name', { name: { tradingName: '别家', trade: '软件', form: '有限公司' } }],
    ['another region', { regionCode: '370102' }],
  ])('when its license is of %s', (_, changes) => {
    const other = { ...filing, application: { ...filing.application, ...changes } };
    expect(codes(taxFaults(other, false))).toEqual(['name.tradingName LICENSE_OF_ANOTHER_ENTERPRISE']);
  });

  it('never when its license holds no code that is valid: that is a defect of the registry', () => {
    for (const uscc of ['91371002PDY00001XK', '']) {
      const [license] = filing.evidence;
      const broken = { ...filing, evidence: [{ ...license!, uscc }] };
      expect(() => taxFaults(broken, false)).toThrow('no valid unified social credit code');
    }
  });

  it('by the newest license when there are several', () => {
    const [license, code] = filing.evidence;
    const older = { ...license!, holder: '威海市环翠区旧名软件有限公司' };
    const newer = { ...license!, version: 2 };
    expect(taxFaults({ ...filing, evidence: [older, newer, code!] }, false)).toEqual([]);
    expect(codes(taxFaults({ ...filing, evidence: [{ ...older, version: 3 }, newer, code!] }, false))).toEqual([
      'name.tradingName LICENSE_OF_ANOTHER_ENTERPRISE',
    ]);
  });
});
