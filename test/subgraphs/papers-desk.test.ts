/** What a department hands out on paper: what stands in the journal, once for ever. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Filing } from '../../subgraphs/generated/contract.ts';
import { NoPaper, type PaperForm, paperBytesMax } from '../../subgraphs/papers-desk.ts';
import { filing, type Hall, type Office, type OfficeOptions, openHall, openOffice } from './office.ts';

let hall: Hall;
const offices: Office[] = [];
beforeAll(() => {
  hall = openHall();
});
afterEach(async () => {
  for (const office of offices.splice(0)) await office.close();
});
afterAll(() => hall.remove());

/** The same office each time, as after a restart. */
async function open(options: OfficeOptions = {}): Promise<Office> {
  const office = await openOffice(hall, 'business', { name: 'papers', ...options });
  offices.push(office);
  return office;
}

/** A form whose papers are all different, as sealed ones are, and say of what they were made. */
function form(changes: Partial<PaperForm> = {}): PaperForm & { readonly made: string[] } {
  const made: string[] = [];
  return {
    made,
    async make({ record, text, disclosures }) {
      made.push(record.operationId);
      await new Promise(resolve => setTimeout(resolve, 5));
      return Buffer.from(`${randomUUID()} ${text}${disclosures ?? ''}`);
    },
    isSpent: () => false,
    ...changes,
  };
}

async function granted(office: Office): Promise<Filing> {
  const one = filing('license');
  await office.one({ ...one, operationId: `${one.caseNumber}/name`, item: 'name' });
  expect(await office.one(one)).toMatchObject({ __typename: 'Granted' });
  return one;
}
const textOf = (answer: { readonly bytes?: string | null } | undefined): string =>
  Buffer.from(answer?.bytes ?? '', 'base64').toString();

describe('papersOf', () => {
  it('draws from the record in the journal, and gives the same bytes ever after, also when it is opened again', async () => {
    const PDF = form();
    const office = await open({ forms: { PDF } });
    const { operationId } = await granted(office);
    const [outcome] = await office.outcomes([operationId]);
    const first = await office.paper(operationId, 'PDF');
    expect(first).toMatchObject({ operationId, reason: null });
    const document = outcome && 'document' in outcome ? outcome.document : undefined;
    expect(textOf(first).slice(37)).toBe(`${document?.record}${document?.disclosures}`);
    expect(await office.paper(operationId, 'PDF')).toEqual(first);
    expect(await (await open({ forms: { PDF } })).paper(operationId, 'PDF')).toEqual(first);
    expect(PDF.made).toEqual([operationId]);
  });

  it('makes one paper for all who ask at once, in this process and in two on one journal', async () => {
    const PDF = form();
    const [office, other] = [await open({ forms: { PDF } }), await open({ forms: { PDF } })];
    const { operationId } = await granted(office);
    const answers = await Promise.all([office, office, office, other].map(one => one.paper(operationId, 'PDF')));
    expect(new Set(answers.map(textOf)).size).toBe(1);
    // Two processes may both have drawn; only one was kept.
    expect(PDF.made.length).toBeLessThanOrEqual(2);
  });

  it('says why there is no paper, and makes none', async () => {
    const PDF = form();
    const office = await open({ forms: { PDF } });
    const { operationId, caseNumber } = await granted(office);
    const refused = filing('license');
    expect(await office.one(refused)).toMatchObject({ __typename: 'CorrectionAsked' });
    const reasonOf = async (id: string, of: 'PDF' | 'SES' = 'PDF') => (await office.paper(id, of))?.reason;
    expect(await reasonOf('never-filed')).toBe('NOT_SEEN');
    expect(await reasonOf(refused.operationId)).toBe('NOT_GRANTED');
    expect(await reasonOf(operationId, 'SES')).toBe('FORM_NOT_MADE');
    expect(await reasonOf(operationId, 'toString' as 'SES')).toBe('FORM_NOT_MADE');
    expect(PDF.made).toEqual([]);
    expect(await reasonOf(`${caseNumber}/name`)).toBeNull();
    expect(office.reported).toEqual([]);
  });

  it('tells the operator what a person has to mend, and tries again the next time', async () => {
    let fault: Error | undefined = new NoPaper('CHARACTER_NOT_DRAWN', { cause: new Error('U+2A6D6') });
    const PDF = form();
    const make: PaperForm['make'] = async paper => {
      if (fault) throw fault;
      return PDF.make(paper);
    };
    const office = await open({ forms: { PDF: { ...PDF, make } } });
    const { operationId } = await granted(office);
    expect(await office.paper(operationId, 'PDF')).toMatchObject({ bytes: null, reason: 'CHARACTER_NOT_DRAWN' });
    fault = new TypeError('a defect');
    expect(await office.paper(operationId, 'PDF')).toMatchObject({ bytes: null, reason: 'DEFECT' });
    expect(office.reported.map(({ name }) => name)).toEqual(['NoPaper', 'TypeError']);
    fault = undefined;
    expect(await office.paper(operationId, 'PDF')).toMatchObject({ reason: null });
  });

  it('keeps no paper that is too large for an answer', async () => {
    let bytes = paperBytesMax + 1;
    const office = await open({ forms: { PDF: form({ make: async () => Buffer.alloc(bytes, 'x') }) } });
    const { operationId } = await granted(office);
    expect(await office.paper(operationId, 'PDF')).toMatchObject({ bytes: null, reason: 'DEFECT' });
    bytes = paperBytesMax;
    expect(textOf(await office.paper(operationId, 'PDF'))).toHaveLength(paperBytesMax);
  });

  it('makes a paper anew that nobody can take any more, once', async () => {
    const spent = new Set<string>();
    const PDF = form({ isSpent: paper => spent.has(Buffer.from(paper).toString()) });
    const office = await open({ forms: { PDF } });
    const { operationId } = await granted(office);
    const first = textOf(await office.paper(operationId, 'PDF'));
    spent.add(first);
    const again = await Promise.all([office.paper(operationId, 'PDF'), office.paper(operationId, 'PDF')]);
    expect(new Set([first, ...again.map(textOf)]).size).toBe(2);
    expect(textOf(await office.paper(operationId, 'PDF'))).toBe(textOf(again[0]));
    expect(PDF.made).toHaveLength(2);
  });

  it('shows no more what was struck out, whoever asks again and whenever', async () => {
    const PDF = form();
    const office = await open({ forms: { PDF } });
    const { operationId, application } = await granted(office);
    const { name } = application.legalRepresentative;
    const path = 'content.legalRepresentative.name';
    const first = textOf(await office.paper(operationId, 'PDF'));
    expect(first).toContain(`"${path}":{"salt":`);
    expect(first).toContain(name);
    expect(textOf(await office.paper(operationId, 'PDF', ['content.nothing', path]))).not.toContain(`"${path}":`);
    const anew = textOf(await office.paper(operationId, 'PDF'));
    expect(anew).not.toContain(`"${path}":`);
    expect(textOf(await (await open({ forms: { PDF } })).paper(operationId, 'PDF', [path]))).toBe(anew);
    expect(PDF.made).toHaveLength(2);
  });
});
