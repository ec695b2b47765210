/** The PDFs of a department: drawn from its own record by a real press, under its own seal. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openKept } from '../../certs/custody/open.ts';
import { toHex } from '../../certs/hex.ts';
import { atWork } from '../../certs/hierarchy/at-work.ts';
import { renewKey } from '../../certs/hierarchy/succession.ts';
import { turnCertificate } from '../../certs/hierarchy/turn.ts';
import { judgePdf, refusalOnTheWay } from '../../certs/pdf/judge.ts';
import { openSealer, type Sealer } from '../../certs/seal.ts';
import { readTrust, type Trust } from '../../certs/verify.ts';
import { openPress, type Press, type PressSettings } from '../../papers/press.ts';
import { papers } from '../../subgraphs/business/papers.ts';
import type { Filing } from '../../subgraphs/generated/contract.ts';
import { pdfForm } from '../../subgraphs/pdf-form.ts';
import { pdfMaker } from '../../subgraphs/pdf-maker.ts';
import { applied, filing, type Hall, NOW, type Office, openHall, openOffice } from './office.ts';

let hall: Hall;
/** Of the first key: a renewal takes its file away. */
let before: ReturnType<Hall['party']>;
const offices: Office[] = [];
const presses: Press[] = [];
beforeEach(() => {
  hall = openHall();
  before = hall.party('business');
});
afterEach(async () => {
  for (const office of offices.splice(0)) await office.close();
  for (const press of presses.splice(0)) press.close();
  hall.remove();
});

interface Options {
  readonly sealer?: Sealer;
  readonly trust?: Trust;
  readonly press?: PressSettings;
}

/** The same registry each time, as after a restart. */
async function open({ sealer = before.sealer, trust = hall.trust, press: fonts = {} }: Options = {}): Promise<Office> {
  const press = await openPress(fonts);
  presses.push(press);
  const [publicUrl, now] = ['https://center.example', () => NOW];
  const make = pdfMaker({ holder: 'business', press: async () => press, sealer, publicUrl, now });
  const forms = { PDF: pdfForm({ papers, make, sealer, trust: () => trust, now }) };
  const office = await openOffice(hall, 'business', { name: 'registry', sealer, trust, forms });
  offices.push(office);
  return office;
}

async function granted(office: Office, changes: Partial<Filing> = {}): Promise<Filing> {
  const one = filing('license', changes);
  await office.one({ ...one, operationId: `${one.caseNumber}/name`, item: 'name' });
  expect(await office.one(one)).toMatchObject({ __typename: 'Granted' });
  return one;
}
async function pdfOf(office: Office, { operationId }: Filing): Promise<Uint8Array> {
  const answer = await office.paper(operationId, 'PDF');
  expect(answer?.reason).toBeNull();
  return new Uint8Array(Buffer.from(answer?.bytes ?? '', 'base64'));
}

it('hold the record and what is disclosed of it, sealed in the name of the certificate, at the time that they say', async () => {
  const office = await open();
  const one = await granted(office);
  const bytes = await pdfOf(office, one);
  const judgement = judgePdf({ bytes, trust: hall.trust, at: NOW });
  expect(refusalOnTheWay(judgement)).toBeUndefined();
  const [outcome] = await office.outcomes([one.operationId]);
  const document = outcome && 'document' in outcome ? outcome.document : undefined;
  expect(Buffer.from(judgement.recordBytes!).toString()).toBe(document?.record);
  expect(Buffer.from(judgement.disclosures!).toString()).toBe(document?.disclosures);
  expect([judgement.signer?.department, judgement.claims?.organization]).toEqual(['business', '市场监督管理局']);
  expect(judgement.sealedAt).toBe('2025-06-30T08:00:00.000Z');
});

it('are of certificates alone: of a name that was reserved there is none', async () => {
  const office = await open();
  const { caseNumber } = await granted(office);
  expect(await office.paper(`${caseNumber}/name`, 'PDF')).toMatchObject({ bytes: null, reason: 'NO_SUCH_PAPER' });
  expect(office.reported).toEqual([]);
});

it('are not made with a box in the place of a character that no font has', async () => {
  const name = { tradingName: '𠀀𠀁', trade: '软件', form: '有限公司' };
  const office = await open({ press: { fallbackFonts: [] } });
  const one = await granted(office, { application: applied({ name }) });
  expect(await office.paper(one.operationId, 'PDF')).toMatchObject({ bytes: null, reason: 'CHARACTER_NOT_DRAWN' });
  expect(office.reported.map(({ cause }) => (cause as Error).message)).toEqual([expect.stringContaining('U+20000')]);
});

it('are made anew under the seal of today when their certificate was revoked before anybody took them', async () => {
  const work = <Result>(act: (at: Parameters<typeof renewKey>[0]) => Result): Result =>
    atWork(hall.dir, { who: 'test', at: NOW }, act);
  const trustOfToday = (): Trust => {
    const file = (name: string) => readFileSync(join(hall.dir, 'trust', name));
    const list = { json: file('list.json'), p7s: file('list.p7s') };
    return readTrust({
      rootPem: hall.text('trust/root.pem'),
      list,
      crls: ['root.crl', 'seal-authority.crl'].map(file),
    });
  };
  const counts = (bytes: Uint8Array, trust: Trust): boolean =>
    refusalOnTheWay(judgePdf({ bytes, trust, at: NOW })) === undefined;

  const office = await open();
  const one = await granted(office);
  const first = await pdfOf(office, one);
  await work(at => renewKey(at, 'business'));
  const sealer = openSealer(await openKept(join(hall.dir, 'business', 'keys'), 'seal'));
  // While the seal of the first counts, there is no reason to make another.
  expect(await pdfOf(await open({ sealer, trust: trustOfToday() }), one)).toEqual(first);
  const serial = toHex(before.certificate.serial);
  const turn = { turn: 'REVOKED', at: new Date(NOW.getTime() - 60_000), reason: 'keyCompromise' } as const;
  work(at => turnCertificate(at, { issuer: 'seal-authority', serial }, turn));
  const trust = trustOfToday();
  expect(counts(first, trust)).toBe(false);
  // Nor while there is no other seal to put in its place.
  expect(await pdfOf(await open({ trust }), one)).toEqual(first);
  const anew = await pdfOf(await open({ sealer, trust }), one);
  expect(counts(anew, trust)).toBe(true);
  expect(await pdfOf(await open({ sealer, trust }), one)).toEqual(anew);
});
