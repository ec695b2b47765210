import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import type { FiledDocument, Filing } from '../../subgraphs/generated/contract.ts';
import {
  applied,
  asEvidence,
  filing,
  grantIn,
  type Hall,
  license,
  listed,
  type Office,
  openHall,
  openOffice,
  recordIn,
  shortly,
} from './office.ts';

let hall: Hall;
const offices = {} as Record<DepartmentId, Office>;
beforeAll(async () => {
  hall = openHall();
  for (const id of ['business', 'code', 'tax', 'seal'] as const) offices[id] = await openOffice(hall, id);
});
afterAll(async () => {
  for (const office of Object.values(offices)) await office.close();
  hall.remove();
});

/** A filing of a case whose license has been granted. */
async function licensed(item: ItemId, changes: Partial<Filing> = {}): Promise<Filing> {
  const one = filing(item, changes);
  return { ...one, evidence: [await license(offices.business, one)] };
}
const again = (one: Filing, item: ItemId): Filing => ({ ...one, item, operationId: `${one.operationId}/${item}` });

async function certificateOf(one: Filing): Promise<FiledDocument> {
  const outcome = await offices.code.one(again(one, 'organization-code'));
  if (!('document' in outcome)) throw new Error(JSON.stringify(outcome));
  return asEvidence(outcome.document);
}

describe('the code center', () => {
  it('certifies, or confirms, the code that the registry drew', async () => {
    for (const [item, kind] of [
      ['organization-code', 'ORGANIZATION_CODE'],
      ['code-confirmation', 'CODE_CONFIRMATION'],
    ] as const) {
      const one = await licensed(item);
      const { uscc } = JSON.parse(one.evidence[0]!.record) as { readonly uscc: string };
      const code = `${uscc.slice(8, 16)}-${uscc[16]}`;
      expect(grantIn(await offices.code.one(one))).toMatchObject({
        kind,
        number: code,
        uscc,
        content: { organizationCode: code, regionCode: '371002' },
      });
    }
  });

  it('enters an enterprise once, and once more only after its entry was revoked', async () => {
    const one = await licensed('organization-code');
    const granted = await offices.code.one(one);
    const twice = [again(one, 'organization-code'), again(one, 'code-confirmation')];
    expect((await offices.code.file(twice)).map(outcome => recordIn(outcome))).toMatchObject([
      { outcome: 'REFUSED', article: 'GB 11714-1997' },
      { outcome: 'REFUSED', article: 'GB 11714-1997' },
    ]);
    await offices.code.revoke([{ operationId: `${one.operationId}/r`, revokes: one.operationId, ground: '有误' }]);
    const anew = await offices.code.one({ ...one, operationId: `${one.operationId}/anew` });
    expect(grantIn(anew).number).toBe(grantIn(granted).number);
  });
});

describe('the tax offices', () => {
  it('register one taxpayer each, and the same one once', async () => {
    const one = await licensed('national-tax');
    const evidence = [...one.evidence, await certificateOf(one)];
    const [national, local] = await offices.tax.file([
      { ...one, evidence },
      { ...again(one, 'local-tax'), evidence },
    ]);
    expect(grantIn(national).number).toBe(grantIn(local).number);
    expect([grantIn(national), grantIn(local)].map(({ content }) => content.authority)).toEqual(['NATIONAL', 'LOCAL']);
    const second = await offices.tax.one({ ...again(one, 'national-tax'), evidence });
    expect(recordIn(second)).toMatchObject({ outcome: 'REFUSED', article: '税收征收管理法实施细则 art. 10' });
    const confirmed = await offices.tax.one({ ...again(one, 'national-tax-confirmation'), evidence });
    expect(recordIn(confirmed)).toMatchObject({ outcome: 'REFUSED' });
    await offices.tax.revoke([{ operationId: `${one.operationId}/r`, revokes: one.operationId, ground: '有误' }]);
    const anew = await offices.tax.one({ ...one, evidence, operationId: `${one.operationId}/anew` });
    expect(grantIn(anew).number).toBe(grantIn(national).number);
  });

  it('confirm by the unified code, without a certificate of the organization code', async () => {
    const one = await licensed('national-tax-confirmation', { numbering: 'UNIFIED' });
    const { uscc } = JSON.parse(one.evidence[0]!.record) as { readonly uscc: string };
    expect(grantIn(await offices.tax.one(one))).toMatchObject({ kind: 'NATIONAL_TAX_CONFIRMATION', number: uscc });
  });

  it('want the person identified by a paper that somebody has looked at', async () => {
    const materials = applied().materials.map(paper => ({ ...paper, trust: paper.kind === 'IDENTITY' ? 'C' : 'B' }));
    const one = await licensed('national-tax', { numbering: 'UNIFIED', application: applied({ materials }) });
    expect(recordIn(await offices.tax.one(one))).toMatchObject({
      faults: [{ path: 'materials.2.trust', code: 'MATERIAL_UNCHECKED_IDENTITY' }],
    });
  });

  it('want an abnormal taxpayer of the same person cleared first', async () => {
    const person = { name: '丙寅某', idNumber: listed('18991202'), phone: '063100000000' };
    const one = await licensed('national-tax', {
      numbering: 'UNIFIED',
      application: applied({ legalRepresentative: person }),
    });
    expect(recordIn(await offices.tax.one(one))).toMatchObject({ faults: [{ code: 'ABNORMAL_TAXPAYER' }] });
  });
});

describe('the police', () => {
  it('number the seals of each region on, from order to order', async () => {
    const [first, second] = [await licensed('seal-filing'), await licensed('seal-filing')];
    const elsewhere = await licensed('seal-filing', { application: applied({ regionCode: '330782' }) });
    const outcomes = await offices.seal.file([first, elsewhere, second]);
    const numbers = outcomes.map(outcome =>
      (grantIn(outcome).content.seals as readonly { readonly code: string }[]).map(({ code }) => code),
    );
    expect(numbers).toEqual([
      ['3710020000001', '3710020000002'],
      ['3307820000001', '3307820000002'],
      ['3710020000003', '3710020000004'],
    ]);
  });

  it('refuse a person who was punished for forging seals', async () => {
    const person = { name: '丙寅某', idNumber: listed('18991203'), phone: '063100000000' };
    const one = await licensed('seal-filing', { application: applied({ legalRepresentative: person }) });
    expect(recordIn(await offices.seal.one(one))).toMatchObject({
      outcome: 'REFUSED',
      article: '治安管理处罚法 art. 52',
    });
    expect(offices.seal.rows('seal_filing').filter(row => row.case_number === one.caseNumber)).toEqual([]);
  });
});

describe('what departments seal', () => {
  it('and what they keep holds no identity number, granted, refused or corrected', async () => {
    const numbers = [...applied().founders.flatMap(({ idNumber }) => idNumber ?? []), listed('18991203')];
    expect(numbers).toHaveLength(3);
    const person = { name: '丙寅某', idNumber: listed('18991203'), phone: '063100000000' };
    const one = await licensed('seal-filing', { application: applied({ legalRepresentative: person }) });
    const bare = { ...one.application, materials: [], sealOrders: [] };
    const certificate = await certificateOf(one);
    const outcomes = [
      await offices.seal.one(one),
      await offices.seal.one({ ...again(one, 'seal-filing'), application: bare }),
      ...(await offices.tax.file([
        { ...again(one, 'national-tax'), evidence: [...one.evidence, certificate] },
        { ...again(one, 'local-tax'), application: bare },
      ])),
    ];
    expect(shortly(outcomes)).toEqual(['Refused', 'CorrectionAsked', 'Granted', 'CorrectionAsked']);
    const texts = [one.evidence[0]!.record, certificate.record, ...outcomes.map(outcome => JSON.stringify(outcome))];
    for (const [text, number] of texts.flatMap(text => numbers.map(number => [text, number] as const))) {
      expect(text).not.toContain(number);
    }
    const kept = [
      ...['business_license', 'enterprise_name'].map(table => offices.business.rows(table)),
      offices.tax.rows('tax_registration'),
      offices.seal.rows('seal_filing'),
    ];
    for (const number of numbers) expect(JSON.stringify(kept)).not.toContain(number);
  });
});
