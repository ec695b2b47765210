import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDisclosures } from '../../../certs/leaves.ts';
import type { Journal } from '../../../subgraphs/journal.ts';
import { SYNTHETIC_BODY_MAX } from '../../../subgraphs/standards/organization-code.ts';
import { parseRegistrationNumber } from '../../../subgraphs/standards/registration-number.ts';
import { organizationCodeOf, parseUscc, type Uscc } from '../../../subgraphs/standards/uscc.ts';
import {
  applied,
  filing,
  grantIn,
  type Hall,
  LATE,
  license,
  listed,
  type Office,
  openHall,
  openOffice,
  recordIn,
  shortly,
  wholeLicense,
} from '../office.ts';

let hall: Hall;
let business: Office;
let journal: Journal;
beforeAll(async () => {
  hall = openHall();
  business = await openOffice(hall, 'business', {
    name: 'registry',
    wrapJournal: opened => {
      journal = opened;
      return opened;
    },
  });
});
afterAll(async () => {
  await business.close();
  hall.remove();
});

const NEXT = { name: { tradingName: '凌波', trade: '餐饮', form: '店' }, enterpriseType: 'INDIVIDUAL_BUSINESS' };
const licensed = async (changes: Parameters<typeof filing>[1] = {}) =>
  grantIn({ __typename: 'Granted', document: await license(business, filing('license', changes)) });

describe('the registry numbers an enterprise', () => {
  it('with a unified code made of its region and the next code of the block', async () => {
    const [first, second] = [await licensed(), await licensed()];
    for (const [at, { uscc, content }] of [first, second].entries()) {
      expect(parseUscc(uscc!).class).toBe('VALID');
      expect(uscc!.slice(0, 16)).toBe(`91371002PDY0000${at + 1}`);
      expect(organizationCodeOf(uscc as Uscc)).toMatch(/^PDY0000\d[0-9X]$/);
      expect(content.regionCode).toBe('371002');
    }
  });

  it('with a registration number of its own where offices number by themselves', async () => {
    const { number, content } = await licensed();
    expect(content.registrationNumber).toBe(number);
    expect(parseRegistrationNumber(number).class).toBe('VALID');
    expect(number).toMatch(/^3710020000000\d\d$/);
  });

  it('with a registration number from 6 on, and a unified code of class 2, when it is a household business', async () => {
    const application = applied({ ...NEXT, founders: applied().founders.slice(0, 1) });
    const { number, uscc } = await licensed({ application });
    expect(number).toMatch(/^37100260000001\d$/);
    expect(parseRegistrationNumber(number).class).toBe('VALID');
    expect(uscc).toMatch(/^92371002PDY/);
  });

  it('with the unified code alone where that is the number', async () => {
    const { number, uscc, content } = await licensed({ numbering: 'UNIFIED' });
    expect(number).toBe(uscc);
    expect(content.registrationNumber).toBeNull();
  });

  it('by a block of each region: the first code of another region is the first again', async () => {
    const { uscc } = await licensed({ application: applied({ regionCode: '330782' }) });
    expect(uscc).toBe('91330782PDY00001XM');
  });

  it('until its block is used up: then it says so, without any effect, and other regions go on', async () => {
    const regionCode = '110102';
    const block = { name: `organization-code/${regionCode}`, from: 1, to: SYNTHETIC_BODY_MAX };
    journal.intend([
      { operationId: 'used before', decide: draw => String(draw(block, SYNTHETIC_BODY_MAX - 1).length) },
    ]);
    const last = await licensed({ application: applied({ regionCode }) });
    expect(last.uscc).toMatch(/^91110102PDY99999/);

    const reserved = filing('name', { application: applied({ regionCode }) });
    await business.one(reserved);
    const before = business.rows('business_license').length;
    const refused = { ...reserved, item: 'license', operationId: 'no-code-is-left' };
    const elsewhere = filing('license');
    await business.one({ ...elsewhere, item: 'name', operationId: `${elsewhere.operationId}/name` });
    expect(shortly(await business.file([refused, elsewhere]))).toEqual(['CODE_BLOCK_EXHAUSTED', 'Granted']);
    expect(shortly(await business.outcomes([refused.operationId]))).toEqual(['NOT_SEEN']);
    expect(business.rows('business_license')).toHaveLength(before + 1);
    expect(business.reported.map(({ name }) => name)).toContain('BlockExhausted');
  });
});

describe('a license', () => {
  it('is given only for a name reserved in the same case', async () => {
    const without = await business.one(filing('license'));
    expect(recordIn(without)).toMatchObject({ faults: [{ path: 'name', code: 'NAME_NOT_RESERVED' }] });
    const reserved = filing('name');
    await business.one(reserved);
    const otherCase = await business.one(filing('license', { application: reserved.application }));
    expect(recordIn(otherCase)).toMatchObject({ faults: [{ code: 'NAME_NOT_RESERVED' }] });
    await business.revoke([{ operationId: `${reserved.caseNumber}/r`, revokes: reserved.operationId, ground: '撤回' }]);
    const released = await business.one({ ...reserved, item: 'license', operationId: `${reserved.caseNumber}/l` });
    expect(recordIn(released)).toMatchObject({ faults: [{ code: 'NAME_NOT_RESERVED' }] });
  });

  it('is refused to a person who is disqualified, whatever the papers', async () => {
    const person = { name: '丙寅某', idNumber: listed('18991201'), phone: '063100000000' };
    const refused = await license(
      business,
      filing('license', { application: applied({ legalRepresentative: person }) }),
    )
      .then(() => 'granted')
      .catch((error: Error) => error.message);
    expect(JSON.parse(refused)).toMatchObject({ outcome: 'REFUSED', kind: 'REFUSAL', article: '公司法 art. 178' });
  });

  it('asks for all its papers at once, and for no paper that its type does not need', async () => {
    const faultsOf = async (application: ReturnType<typeof applied>) => {
      const reserved = filing('name', { application });
      await business.one(reserved);
      const outcome = await business.one({ ...reserved, item: 'license', operationId: `${reserved.caseNumber}/l` });
      const record = recordIn(outcome);
      return record.outcome === 'CORRECTION_ASKED' ? record.faults.map(({ path, code }) => `${path} ${code}`) : [];
    };
    expect(await faultsOf(applied({ materials: [] }))).toEqual(
      ['APPLICATION_FORM', 'ARTICLES', 'IDENTITY', 'ADDRESS_PROOF', 'APPOINTMENT'].map(
        kind => `materials MATERIAL_MISSING_${kind}`,
      ),
    );
    const household = applied({ ...NEXT, founders: applied().founders.slice(0, 1), materials: [] });
    expect(await faultsOf({ ...household, name: { ...NEXT.name, tradingName: '凌波二' } })).toEqual(
      ['APPLICATION_FORM', 'IDENTITY', 'ADDRESS_PROOF'].map(kind => `materials MATERIAL_MISSING_${kind}`),
    );
    const declared = applied().materials.map(paper => ({ ...paper, trust: paper.kind === 'ARTICLES' ? 'D' : 'C' }));
    expect(await faultsOf(applied({ materials: declared }))).toEqual(['materials.1.trust MATERIAL_UNCHECKED_ARTICLES']);
  });

  it('holds no identity number, only what shows that it is the one', async () => {
    const { disclosures } = await wholeLicense(business, filing('license'));
    const { leaves } = readDisclosures(Buffer.from(disclosures ?? ''));
    expect(leaves.get('content.legalRepresentative.idNumber')?.value).toEqual({
      // Its salt is the department's: with both the number could be found by trying.
      // printf '%s:371002189503070019' "$(printf 'ab%.0s' $(seq 16))" | sha256sum
      sha256: 'a3bfd5a0d8158a4ea515a089266e90d7eb7299f999bf37e089fb652305473959',
    });
  });

  it('is dated by the day in China', async () => {
    const late = await openOffice(hall, 'business', { now: LATE });
    const { decidedOn } = grantIn({ __typename: 'Granted', document: await license(late, filing('license')) });
    expect(decidedOn).toBe('2025-07-01');
    await late.close();
  });
});

describe('two who want one name at once', () => {
  it.each(['in one batch', 'in two calls'])('%s: one gets it, the other is told of the clash', async way => {
    const [one, other] = [filing('name'), filing('name')];
    const rival = { ...other, application: { ...one.application, regionCode: '371083' } };
    const outcomes =
      way === 'in one batch'
        ? await business.file([one, rival])
        : await Promise.all([business.one(one), business.one(rival)]);
    expect(shortly(outcomes)).toEqual(['Granted', 'CorrectionAsked']);
    expect(recordIn(outcomes[1])).toMatchObject({ faults: [{ path: 'name.tradingName', code: 'NAME_CLASH' }] });
    const [answer] = await business.precheck([
      { requestId: 'r', items: ['name'], numbering: 'SEPARATE', application: rival.application },
    ]);
    expect(answer?.faults.map(({ code }) => code)).toEqual(['NAME_CLASH']);
  });

  it('in two processes on one register: one gets it', async () => {
    const [here, there] = await Promise.all(
      ['here', 'there'].map(() => openOffice(hall, 'business', { name: 'shared' })),
    );
    const application = applied();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 ? here! : there!).one(filing('name', { application }))),
    );
    expect([...shortly(outcomes)].sort()).toEqual([...Array(9).fill('CorrectionAsked'), 'Granted']);
    await here!.close();
    await there!.close();
  });

  it('the second gets it once the first has given it up', async () => {
    const held = filing('name');
    await business.one(held);
    await business.revoke([{ operationId: `${held.caseNumber}/r`, revokes: held.operationId, ground: '申请人撤回' }]);
    const next = await business.one(filing('name', { application: held.application }));
    expect(next.__typename).toBe('Granted');
    expect(business.rows('enterprise_name').filter(row => row.full_name === grantIn(next).holder)).toMatchObject([
      { status: 'RELEASED', clash_lock: null },
      { status: 'LIVE' },
    ]);
  });
});
