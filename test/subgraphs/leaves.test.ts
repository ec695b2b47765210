/** How departments name persons: in leaves of the record, and beside it to the center alone. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readDisclosures } from '../../certs/leaves.ts';
import { type Judgement, judge } from '../../certs/verify.ts';
import type { SealedDocument } from '../../subgraphs/generated/contract.ts';
import type { Journal } from '../../subgraphs/journal.ts';
import {
  applied,
  filing,
  type Hall,
  license,
  NOW,
  type Office,
  type OfficeOptions,
  openHall,
  openOffice,
  wholeLicense,
} from './office.ts';

let hall: Hall;
const offices: Office[] = [];
beforeAll(() => {
  hall = openHall();
});
afterEach(async () => {
  for (const office of offices.splice(0)) await office.close();
});
afterAll(() => hall.remove());

const RANDOM: OfficeOptions = { salt: () => randomBytes(16).toString('hex') };
async function open(id: 'business' | 'seal' | 'code', options: OfficeOptions = RANDOM): Promise<Office> {
  const office = await openOffice(hall, id, options);
  offices.push(office);
  return office;
}

const judged = ({ record, seal, disclosures }: SealedDocument): Judgement =>
  judge({
    record: Buffer.from(record),
    seal: Buffer.from(seal ?? '', 'base64'),
    ...(disclosures && { disclosures: Buffer.from(disclosures) }),
    trust: hall.trust,
    at: NOW,
  });
const fatal = ({ findings }: Judgement) => findings.filter(({ severity }) => severity === 'fatal');
const saltsIn = ({ disclosures }: SealedDocument) =>
  [...readDisclosures(Buffer.from(disclosures ?? '')).leaves.values()].map(({ salt }) => salt);

/** Two persons and an enterprise, of which one person represents the new one. */
const application = applied({
  founders: [
    { name: '甲子某', idNumber: '371002189503070019', uscc: null, contribution: '100000.00' },
    { name: '某市样本投资有限公司', idNumber: null, uscc: '91371002PDY00001XJ', contribution: '200000.00' },
    { name: '乙丑某', idNumber: '371002189811230029', uscc: null, contribution: '200000.00' },
  ],
  sealOrders: ['COMPANY', 'LEGAL_REPRESENTATIVE'],
});

describe('a business license', () => {
  it('names no person in its record, and every person in what is disclosed of it', async () => {
    const document = await wholeLicense(await open('business'), filing('license', { application }));
    expect(document.record).not.toMatch(/甲子某|乙丑某|sha256/);
    const judgement = judged(document);
    expect(fatal(judgement)).toEqual([]);
    expect(judgement.struckOut).toEqual([]);
    expect(judgement.disclosed).toEqual({
      'content.legalRepresentative.name': '甲子某',
      // Without the salt: with it the number could be found by trying.
      'content.legalRepresentative.idNumber': { sha256: expect.any(String) },
      'content.founders.0.name': '甲子某',
      'content.founders.2.name': '乙丑某',
    });
  });

  it('names enterprises that found it, contributions and the address in the open', async () => {
    const { record } = await wholeLicense(await open('business'), filing('license', { application }));
    expect(JSON.parse(record)).toMatchObject({
      format: 'one-window/record/2',
      content: {
        address: application.address,
        founders: [
          { name: { leaf: expect.any(String) }, contribution: '100000.00', uscc: null },
          { name: '某市样本投资有限公司', contribution: '200000.00', uscc: '91371002PDY00001XJ' },
          { name: { leaf: expect.any(String) }, contribution: '200000.00', uscc: null },
        ],
      },
    });
  });

  it('salts each leaf by itself, so that the same name is another leaf each time', async () => {
    const business = await open('business');
    const documents = [
      await wholeLicense(business, filing('license', { application })),
      await wholeLicense(business, filing('license', { application: applied({ ...application, name: NEXT }) })),
    ];
    const salts = documents.flatMap(saltsIn);
    expect(new Set(salts).size).toBe(8);
    for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/);
    const { founders, legalRepresentative } = JSON.parse(documents[0]!.record).content;
    expect(founders[0].name.leaf).not.toBe(legalRepresentative.name.leaf);
  });

  it('is disclosed in the same bytes whenever it is asked for again', async () => {
    const business = await open('business', { ...RANDOM, name: 'again' });
    const one = filing('license', { application: applied({ ...application, name: NEXT }) });
    const first = await wholeLicense(business, one);
    const [known] = await business.outcomes([`${one.caseNumber}/license`]);
    expect(known).toMatchObject({ document: first });
    const restarted = await open('business', { ...RANDOM, name: 'again' });
    const [after] = await restarted.outcomes([`${one.caseNumber}/license`]);
    expect(after).toMatchObject({ document: first });
  });

  it('has the salts of its intent, wherever the department stopped before it answered', async () => {
    let fails = true;
    let intent = '';
    const stopping = (journal: Journal): Journal => ({
      ...journal,
      intend(operations) {
        const intents = journal.intend(operations);
        for (const [id, text] of intents) if (id.endsWith('/license')) intent = String(text);
        return intents;
      },
      complete(answers) {
        if (fails && answers.some(({ operationId }) => operationId.endsWith('/license'))) throw new Error('power lost');
        return journal.complete(answers);
      },
    });
    const business = await open('business', { ...RANDOM, wrapJournal: stopping });
    const one = filing('license', { application });
    await expect(wholeLicense(business, one)).rejects.toThrow('DEFECT');
    fails = false;
    const document = await wholeLicense(business, one);
    const { salts } = JSON.parse(intent) as { readonly salts: Readonly<Record<string, string>> };
    expect(saltsIn(document).sort()).toEqual(Object.values(salts).sort());
    expect(fatal(judged(document))).toEqual([]);
  });
});

describe('a seal filing', () => {
  it('names the person whose seal it is in a leaf, and the enterprise’s seals in the open', async () => {
    const one = filing('seal-filing', { application });
    const evidence = [await license(await open('business'), one)];
    const outcome = await (await open('seal')).one({ ...one, evidence });
    const { document } = outcome as { readonly document: SealedDocument };
    expect(document.record).not.toContain('甲子某');
    expect(JSON.parse(document.record).content.seals).toEqual([
      { kind: 'COMPANY', code: expect.any(String), text: expect.stringContaining('软件') },
      { kind: 'LEGAL_REPRESENTATIVE', code: expect.any(String), text: { leaf: expect.any(String) } },
    ]);
    expect(judged(document)).toMatchObject({ disclosed: { 'content.seals.1.text': '甲子某之印' }, struckOut: [] });
    expect(fatal(judged(document))).toEqual([]);
  });
});

describe('a paper that names nobody', () => {
  it('has no disclosures', async () => {
    const one = filing('organization-code', { application });
    const evidence = [await license(await open('business'), one)];
    const outcome = await (await open('code')).one({ ...one, evidence });
    expect(outcome).toMatchObject({ __typename: 'Granted', document: { disclosures: null } });
    expect(judged((outcome as { readonly document: SealedDocument }).document)).not.toHaveProperty('struckOut');
  });
});

describe('a journal from before there were leaves', () => {
  /** As the version before has written intents: without form and salts. */
  const old = (journal: Journal): Journal => ({
    ...journal,
    intend: operations =>
      journal.intend(
        operations.map(({ operationId, decide }) => ({
          operationId,
          decide: draw => {
            const { format: _, salts: __, ...intent } = JSON.parse(decide(draw)) as Record<string, unknown>;
            return JSON.stringify(intent);
          },
        })),
      ),
  });

  it('is gone on with as it would have been: persons stand in the open, and the answers are what they were', async () => {
    const one = filing('license', { application });
    const before = await wholeLicense(await open('business', { name: 'old', wrapJournal: old }), one);
    expect(JSON.parse(before.record)).toMatchObject({
      format: 'one-window/record/1',
      content: { legalRepresentative: { name: '甲子某' }, founders: [{ name: '甲子某' }, {}, { name: '乙丑某' }] },
    });
    expect(before.disclosures).toBeNull();
    expect(fatal(judged(before))).toEqual([]);
    const [again] = await (await open('business', { name: 'old' })).outcomes([`${one.caseNumber}/license`]);
    expect(again).toMatchObject({ document: before });
  });
});

const NEXT = { tradingName: '另试', trade: '软件', form: '有限公司' };
