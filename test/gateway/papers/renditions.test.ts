/** What people hold of sealed papers: checked, stamped, logged, kept, and served with its evidence inside. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { noteSigner } from '../../../certs/log/sign.ts';
import { withPdfEvidence } from '../../../certs/pdf/evidence.ts';
import { holeBytesOf } from '../../../certs/pdf/hole.ts';
import { judgePdf } from '../../../certs/pdf/judge.ts';
import { readTrust } from '../../../certs/verify.ts';
import { openTransparencyLog, type TransparencyLog } from '../../../gateway/log/transparency-log.ts';
import { createRenditionCompletion } from '../../../gateway/papers/completion.ts';
import { NoRendition } from '../../../gateway/papers/no-rendition.ts';
import { PDF } from '../../../gateway/papers/pdf.ts';
import { createRenditions, type Original, type RenditionTools } from '../../../gateway/papers/renditions.ts';
import type { Again } from '../../../gateway/window/again.ts';
import type { SealedOutcome } from '../../../gateway/window/case.ts';
import { NoAnswer } from '../../../gateway/window/departments.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import type { Store } from '../../../gateway/window/store.ts';
import { ownCheckpointKey } from '../../../subgraphs/checkpoint-key.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { bytesOf, changed, world } from '../../certs/fixture.ts';
import { logRowsIn } from '../../fixtures/log-rows.ts';
import { minimalPdf, type Parts } from '../../fixtures/minimal-pdf.ts';
import { NOBODY_STAMPS, stamperOf } from '../../fixtures/stampers.ts';
import { until } from '../../fixtures/until.ts';

const keys = world(sealHolders(), new Date(Date.now() - 60_000));
afterAll(() => keys.remove());
const inTrust = (name: string): Buffer => readFileSync(join(keys.dir, 'trust', name));
const trust = readTrust({
  rootPem: inTrust('root.pem').toString(),
  list: { json: inTrust('list.json'), p7s: inTrust('list.p7s') },
  crls: ['root.crl', 'seal-authority.crl'].map(inTrust),
});
const honest = stamperOf(keys.dir, () => new Date());
const vault = openVault(new Uint8Array(32));
const newId = (): string => randomBytes(16).toString('hex');

let place: { readonly file: string };
let store: Store;
let log: TransparencyLog;
let reported: string[];
let counted: string[];
const completions: Again[] = [];
const report = ({ message }: Error): void => void reported.push(message);

beforeEach(async () => {
  place = { file: join(keys.dir, `${newId()}.sqlite`) };
  [reported, counted] = [[], []];
  await start();
});
afterEach(async () => {
  await Promise.all(completions.splice(0).map(completion => completion.stop()));
  await store.close();
});
async function start(): Promise<void> {
  store = await openStore(place, vault, report);
  const signer = noteSigner(
    trust.list?.logs[0]?.origin ?? '',
    ownCheckpointKey(join(keys.dir, 'center', 'keys'), 'log'),
  );
  log = await openTransparencyLog({ store: store.log, signer, report });
}

/** One process of the center. */
const center = (changes: Partial<RenditionTools> = {}) =>
  createRenditions({
    store,
    log,
    forms: { PDF },
    trust: () => trust,
    now: () => new Date(),
    report,
    made: (form, holder, outcome) => counted.push(`${form} ${holder} ${outcome}`),
    ...honest,
    ...changes,
  });

const RECORD = bytesOf({
  format: 'one-window/record/1',
  department: 'tax',
  kind: 'NATIONAL_TAX',
  holder: '威海市环翠区试样软件有限公司',
  number: '371002000000011',
  version: 1,
});

/** What a holder makes of a record; each time other bytes, for its signatures are. */
function paperBy(holder: string, parts: Partial<Parts> = {}): Promise<Uint8Array> {
  const { sealer } = keys.party(holder);
  const { organization, suite } = sealer;
  const drawn = minimalPdf({
    record: RECORD,
    organization,
    sealedAt: new Date(),
    holeBytes: holeBytesOf(suite),
    ...parts,
  });
  return sealer.sealPdf(drawn);
}

function original(make: (form: string) => Promise<Uint8Array> = () => paperBy('tax')) {
  const made: string[] = [];
  const one: Original & { readonly made: string[] } = {
    made,
    paper: newId(),
    caseNumber: '371002-20260302-00001-5',
    holder: 'tax',
    record: RECORD,
    disclosures: undefined,
    make(form) {
      made.push(form);
      return make(form);
    },
  };
  return one;
}

const verdictOf = (bytes: Uint8Array) => {
  const { verdict, findings } = judgePdf({ bytes, trust, at: new Date() });
  return [verdict, ...findings.map(({ code }) => code)];
};
const leaves = async (): Promise<readonly string[]> => (await logRowsIn(place)).leaves.map(({ form }) => form);
const refusalOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof NoRendition ? error.reason : error instanceof NoAnswer ? error.message : error;
};

describe('what people hold of a paper', () => {
  it('is valid for whoever has the root and the list, and the same bytes whenever it is asked for', async () => {
    const one = original();
    const { bytes, proof } = await center().of(one, 'PDF');
    expect(verdictOf(bytes)).toEqual(['VALID']);
    expect(judgePdf({ bytes, trust, at: new Date() }).recordBytes).toEqual(new Uint8Array(RECORD));
    expect(proof).toContain('c2sp.org/tlog-proof');
    const again = center();
    expect((await again.of(one, 'PDF')).bytes).toEqual(bytes);
    await store.close();
    await start();
    expect((await center().of(one, 'PDF')).bytes).toEqual(bytes);
    expect([one.made, await leaves(), reported]).toEqual([['PDF'], ['BT'], []]);
    expect(counted).toEqual(['PDF tax made']);
  });

  it('is made once for all who ask at once, and two processes of the center serve the same', async () => {
    const one = original();
    const [first, second] = [center(), center()];
    const served = await Promise.all([first, first, second, second, first].map(each => each.of(one, 'PDF')));
    expect(new Set(served.map(({ bytes }) => Buffer.from(bytes).toString('base64'))).size).toBe(1);
    expect(one.made).toHaveLength(2);
    expect(await leaves()).toEqual(['BT']);
  });

  it('is made anew when the paper shows something else', async () => {
    const one = original();
    const { bytes: first } = await center().of(one, 'PDF');
    const other = bytesOf({ ...JSON.parse(Buffer.from(RECORD).toString()), version: 2 });
    const anew = { ...original(() => paperBy('tax', { record: other })), paper: one.paper, record: other };
    const { bytes } = await center().of(anew, 'PDF');
    expect(verdictOf(bytes)).toEqual(['VALID']);
    expect(bytes).not.toEqual(first);
    expect(await leaves()).toEqual(['BT', 'BT']);
  });

  it('is served without a time stamp while the authority is away, and completed when it is back', async () => {
    const one = original();
    const away = center(NOBODY_STAMPS);
    const { bytes: bare } = await away.of(one, 'PDF');
    expect(verdictOf(bare)).toEqual(['INDETERMINATE', 'NO_TIME_STAMP']);
    expect((await away.of(one, 'PDF')).bytes).toEqual(bare);
    expect((await store.pulse()).unstamped).toBe(1);
    const completion = createRenditionCompletion({ store, forms: { PDF }, report, ...honest });
    completions.push(completion);
    completion.start();
    await until(async () => (await store.pulse()).unstamped === 0);
    const { bytes } = await center().of(one, 'PDF');
    expect(verdictOf(bytes)).toEqual(['VALID']);
    expect((await center().of(one, 'PDF')).bytes).toEqual(bytes);
    expect([one.made.length, await leaves(), reported]).toEqual([1, ['B', 'BT'], []]);
  });

  it('is served without a proof while the log does not come to it, and with one from then on', async () => {
    const one = original();
    const broken = center({ log: { proof: () => Promise.reject(new Error('the log is broken')) } });
    expect(verdictOf((await broken.of(one, 'PDF')).bytes)).toEqual(['INDETERMINATE', 'NO_LOG_PROOF']);
    const slow = center({ log: { proof: () => new Promise(() => undefined) } });
    expect(verdictOf((await slow.of(one, 'PDF')).bytes)).toEqual(['INDETERMINATE', 'NO_LOG_PROOF']);
    expect(reported).toEqual(['the log is broken']);
    const { bytes } = await center().of(one, 'PDF');
    expect(verdictOf(bytes)).toEqual(['VALID']);
    expect((await broken.of(one, 'PDF')).bytes).toEqual(bytes);
  }, 20_000);

  it.each([
    [
      'the record of something else',
      'RECORD_DIFFERS',
      () => paperBy('tax', { record: bytesOf({ ...REST, number: '2' }) }),
    ],
    [
      'what nobody disclosed',
      'DISCLOSURES_MALFORMED',
      () => paperBy('tax', { disclosures: Buffer.from('{"format":"one-window/disclosures/1"}') }),
    ],
    ["another holder's seal", 'RECORD_DEPARTMENT_DIFFERS', () => paperBy('code')],
    ['a page that was changed', 'PDF_DIGEST_DIFFERS', async () => withOtherPage(await paperBy('tax'))],
    ['a time stamp of its own', 'SEAL_STAMPED_ALREADY', async () => stamped(await paperBy('tax'))],
    ['garbage', 'PDF_HEADER', async () => randomBytes(60_000)],
    ['nothing', 'PDF_HEADER', async () => new Uint8Array()],
    [
      'bytes behind the end',
      'PDF_TRAILING_BYTES',
      async () => Buffer.concat([await paperBy('tax'), Buffer.from('\n')]),
    ],
    ['more than any paper has', 'PDF_TOO_LARGE', async () => Buffer.alloc(40 * 1024 * 1024, 0x20)],
  ])('that holds %s is refused (%s), and nothing of it is kept', async (_, code, make) => {
    const one = original(make);
    const renditions = center();
    expect(await refusalOf(renditions.of(one, 'PDF'))).toBe(code);
    expect([await store.rendition(one.paper, 'PDF'), await leaves(), counted]).toEqual([
      undefined,
      [],
      ['PDF tax refused'],
    ]);
    const mended = { ...one, make: () => paperBy('tax') };
    expect(verdictOf((await renditions.of(mended, 'PDF')).bytes)).toEqual(['VALID']);
  });

  it('is not made while its holder is away', async () => {
    const one = original(() => Promise.reject(new NoAnswer('TIMEOUT')));
    expect(await refusalOf(center().of(one, 'PDF'))).toBe('TIMEOUT');
    expect(counted).toEqual(['PDF tax away']);
    expect(await refusalOf(center().of(one, 'SES'))).toBe('FORM_NOT_MADE');
  });

  it('stays in no row when something of it was struck out while it was made', async () => {
    const one = original();
    const document = { record: Buffer.from(RECORD).toString(), disclosures: 'less than before' } as SealedOutcome;
    const striking: RenditionTools['store'] = {
      rendition: (paper, form) => store.rendition(paper, form),
      keepRendition: (rendition, kept) => store.keepRendition(rendition, kept),
      dropRenditions: papers => store.dropRenditions(papers),
      document: async () => document,
    };
    expect(await refusalOf(center({ store: striking }).of(one, 'PDF'))).toBe('BUSY');
    expect(await store.rendition(one.paper, 'PDF')).toBeUndefined();
  });

  it('comes to the same end wherever it is interrupted, with one leaf', async () => {
    for (const at of ['before', 'after'] as const) {
      for (const nth of [1, 2]) {
        const one = original();
        const before = await leaves();
        let writes = 0;
        const dying: RenditionTools['store'] = {
          rendition: (paper, form) => store.rendition(paper, form),
          dropRenditions: papers => store.dropRenditions(papers),
          document: id => store.document(id),
          async keepRendition(...write) {
            const isNow = ++writes === nth;
            if (isNow && at === 'before') throw new Error('the power is gone');
            const kept = await store.keepRendition(...write);
            if (isNow) throw new Error('the power is gone');
            return kept;
          },
        };
        await expect(center({ store: dying }).of(one, 'PDF')).rejects.toThrow('the power is gone');
        const { bytes } = await center().of(one, 'PDF');
        expect(verdictOf(bytes)).toEqual(['VALID']);
        expect((await center().of(one, 'PDF')).bytes).toEqual(bytes);
        expect(await leaves()).toEqual([...before, 'BT']);
      }
    }
  });

  it('is made for so many at once and no more; who finds no room is told to come back', async () => {
    let underWay = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const slowly = async (): Promise<Uint8Array> => {
      most = Math.max(most, ++underWay);
      await gate.promise;
      underWay -= 1;
      return paperBy('tax');
    };
    const renditions = center();
    const asked = Array.from({ length: 80 }, () => refusalOf(renditions.of(original(slowly), 'PDF')));
    await until(() => Promise.resolve(underWay === 8));
    gate.resolve();
    const ended = await Promise.all(asked);
    expect(ended.filter(reason => reason === 'BUSY')).toHaveLength(80 - 8 - 64);
    expect(ended.filter(reason => reason === undefined)).toHaveLength(8 + 64);
    expect(most).toBe(8);
  }, 30_000);
});

const REST = JSON.parse(Buffer.from(RECORD).toString());

/** The ring on the page is a little larger. */
const withOtherPage = (pdf: Uint8Array): Uint8Array => changed(pdf, Buffer.from(pdf).indexOf('0.9 0.9 0.9 rg') + 2, 1);

async function stamped(pdf: Uint8Array): Promise<Uint8Array> {
  const [stamp] = await honest.stamp([PDF.sealOf(pdf, undefined)]);
  return withPdfEvidence(pdf, { timeStamp: stamp!.token });
}
