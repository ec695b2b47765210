/** Personal fields of certificates: shown with their proof, and struck out by two persons, by real departments. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import pg from 'pg';
import { judgeBundle } from '../../certs/bundle/judge.ts';
import { readDisclosures } from '../../certs/leaves.ts';
import { type Judgement, judge, readTrust } from '../../certs/verify.ts';
import { differences, recount } from '../../gateway/window/recount.ts';
import { openStore } from '../../gateway/window/store/open-store.ts';
import type { Row } from '../../gateway/window/store/row.ts';
import { openVault } from '../../gateway/window/store/secret.ts';
import type { Caller } from '../../subgraphs/caller.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { deskOf, eventsOf } from '../fixtures/desk.ts';
import { onEachStore } from '../fixtures/stores.ts';

const OFFICER: Partial<Caller> = { role: 'OFFICER', subject: 'officer-1' };
const SUPERVISOR: Partial<Caller> = { role: 'SUPERVISOR', subject: 'supervisor-1' };
const REPRESENTATIVE = 'content.legalRepresentative.name';
const SECOND = 'content.founders.2.name';

const CERTIFICATES = `query ($number: ID!) { case(number: $number) {
  certificates { id kind record disclosures struckOut sealUrl } } }`;
const PROPOSE = `mutation ($requestId: ID!, $number: ID!, $item: ID!, $verb: RepairVerb!, $certificate: ID, $paths: [String!]) {
  proposeRepair(requestId: $requestId, number: $number, item: $item, verb: $verb, reason: "依当事人甲子某申请",
    certificate: $certificate, paths: $paths) { id verb reason certificate paths approvedBy } }`;
const APPROVE = `mutation ($id: ID!) { approveRepair(id: $id) { state repairs { id approvedBy paths } } }`;

interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly record: string;
  readonly disclosures: string | null;
  readonly struckOut: readonly string[];
  readonly sealUrl: string;
}

const pathsOf = ({ disclosures }: Shown): readonly string[] =>
  disclosures === null ? [] : [...readDisclosures(Buffer.from(disclosures)).leaves.keys()];

onEachStore('personal fields of a certificate', (open, store) => {
  let center: Center;
  let number: string;
  let first: Shown;
  let bundleBefore: Buffer;
  let asked = 0;

  const certificates = async (): Promise<readonly Shown[]> => {
    const { data } = await center.ask<{ case: { certificates: readonly Shown[] } }>(CERTIFICATES, { number });
    return data!.case.certificates;
  };
  const license = async (): Promise<Shown> => (await certificates()).find(({ kind }) => kind === 'BUSINESS_LICENSE')!;
  const trust = () => {
    const file = (name: string) => readFileSync(join(center.dataDir, 'trust', name));
    const crls = ['root.crl', 'seal-authority.crl'].map(file);
    const list = { json: file('list.json'), p7s: file('list.p7s') };
    return readTrust({ rootPem: file('root.pem').toString(), list, crls });
  };
  async function judged({ record, disclosures, sealUrl }: Shown): Promise<Judgement> {
    const [seal, proof] = await Promise.all(
      [sealUrl, sealUrl.replace(/p7s$/, 'tlog-proof')].map(async url =>
        Buffer.from(await (await fetch(url)).arrayBuffer()),
      ),
    );
    const beside = disclosures === null ? {} : { disclosures: Buffer.from(disclosures) };
    return judge({
      record: Buffer.from(record),
      seal: seal!,
      proof: proof!,
      ...beside,
      trust: trust(),
      at: new Date(),
    });
  }
  async function fetchBundle(): Promise<Buffer> {
    const headers = { authorization: `Bearer ${await center.token({ role: 'AUDITOR' })}` };
    const response = await fetch(`${center.url}/cases/${number}/bundle.asice`, { headers });
    expect(response.status).toBe(200);
    return Buffer.from(await response.arrayBuffer());
  }
  const judgedBundle = (bytes: Buffer) => judgeBundle({ bytes, trust: trust(), at: new Date() });
  const download = (id: string) => fetch(`${center.url}/certificates/${id}/disclosures.json`);

  const proposal = (changes: Readonly<Record<string, unknown>> = {}) => ({
    requestId: `strike-${store}-${++asked}`,
    number,
    item: 'license',
    verb: 'STRIKE_OUT',
    certificate: first.id,
    paths: [REPRESENTATIVE],
    ...changes,
  });
  type Proposed = { readonly id: string; readonly paths: readonly string[]; readonly approvedBy: string | null };
  const propose = (changes: Readonly<Record<string, unknown>> = {}, as = OFFICER) =>
    center.ask<{ proposeRepair: Proposed }>(PROPOSE, proposal(changes), as);
  const approve = (id: string, as: Partial<Caller> = SUPERVISOR) =>
    center.ask<{ approveRepair: { readonly state: string } }>(APPROVE, { id }, as);
  const codeOf = ({ errors }: { errors?: readonly { readonly extensions: { readonly code: string } }[] }) =>
    errors?.[0]?.extensions.code;

  beforeAll(async () => {
    center = await open({ inlineBudgetMs: 60_000 });
    const input = application({
      founders: [
        { name: '甲子某', idNumber: '371002189503070019', contribution: '100000.00' },
        { name: '某市样本投资有限公司', uscc: '91371002PDY00001XJ', contribution: '200000.00' },
        { name: '乙丑某', idNumber: '371002189811230029', contribution: '200000.00' },
      ],
      sealOrders: ['COMPANY', 'LEGAL_REPRESENTATIVE'],
    });
    const made = await deskOf(center).register(input);
    expect(made.state).toBe('CLOSED');
    ({ number } = made);
    first = await license();
  }, 60_000);
  afterEach(() => expect(defects.mock.calls).toEqual([]));
  afterAll(() => center.close());

  it('stand in no record, and beside it for who may read the certificate, with their proof', async () => {
    expect(first.record).not.toMatch(/甲子某|乙丑某/);
    expect(first.struckOut).toEqual([]);
    const judgement = await judged(first);
    expect(judgement).toMatchObject({
      verdict: 'VALID',
      struckOut: [],
      disclosed: { [REPRESENTATIVE]: '甲子某', 'content.founders.0.name': '甲子某', [SECOND]: '乙丑某' },
    });
    const response = await download(first.id);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.text()).toBe(first.disclosures);
    const seals = (await certificates()).find(({ kind }) => kind === 'SEAL_FILING')!;
    expect((await judged(seals)).disclosed).toEqual({ 'content.seals.1.text': '甲子某之印' });
  });

  it('lie in the bundle of the case, which is valid', async () => {
    bundleBefore = await fetchBundle();
    const judgement = judgedBundle(bundleBefore);
    expect(judgement).toMatchObject({ verdict: 'VALID', findings: [] });
    expect(judgement.papers.find(({ kind }) => kind === 'BUSINESS_LICENSE')?.judgement?.disclosed).toMatchObject({
      [REPRESENTATIVE]: '甲子某',
    });
  });

  it('are not found where a certificate has none, or where there is no certificate', async () => {
    const tax = (await certificates()).find(({ kind }) => kind === 'NATIONAL_TAX')!;
    expect(tax).toMatchObject({ disclosures: null, struckOut: [] });
    for (const id of [tax.id, 'ab'.repeat(16), 'x', '%2e%2e']) expect((await download(id)).status).toBe(404);
  });

  it('are not handed on to other departments', async () => {
    // What departments were given lies in no journal of theirs; what they have written does.
    for (const id of ['tax', 'code', 'seal']) {
      const db = new Database(join(center.dataDir, id, 'journal.sqlite'), { readonly: true });
      const rows = JSON.stringify(db.prepare('select * from operation').all());
      db.close();
      expect(rows).not.toContain('乙丑某');
    }
  });

  it.each<[string, () => Readonly<Record<string, unknown>>, string]>([
    ['a path that the record has not', () => ({ paths: ['content.nobody'] }), 'STEP_NOT_ALLOWED'],
    ['a field that stands in the open', () => ({ paths: ['content.address'] }), 'STEP_NOT_ALLOWED'],
    ['an enterprise that founds', () => ({ paths: ['content.founders.1.name'] }), 'STEP_NOT_ALLOWED'],
    ['a certificate that is not there', () => ({ certificate: 'ab'.repeat(16) }), 'STEP_NOT_ALLOWED'],
    ['a certificate of another item', () => ({ item: 'national-tax' }), 'STEP_NOT_ALLOWED'],
    ['no certificate', () => ({ certificate: null }), 'TEXT_INVALID'],
    ['a certificate that can be none', () => ({ certificate: '\u001b[2J' }), 'TEXT_INVALID'],
    ['no paths', () => ({ paths: null }), 'TEXT_INVALID'],
    ['no path', () => ({ paths: [] }), 'TEXT_INVALID'],
    ['a path that can be none', () => ({ paths: ['content.\u001b[2J'] }), 'TEXT_INVALID'],
    ['paths without bound', () => ({ paths: Array(257).fill(SECOND) }), 'TEXT_INVALID'],
    ['paths for another repair', () => ({ verb: 'RETRY' }), 'TEXT_INVALID'],
    ['another case', () => ({ number: '371002-20260302-00001-5' }), 'NOT_FOUND'],
  ])('can’t be struck out by naming %s', async (_, changes, code) => {
    expect(codeOf(await propose(changes()))).toBe(code);
  });

  it('are struck out by nobody alone, and approved by a supervisor of the region only', async () => {
    expect(codeOf(await propose({}, { role: 'CLERK' }))).toBe('FORBIDDEN');
    expect(codeOf(await propose({}, { role: 'AUDITOR' }))).toBe('FORBIDDEN');
    const { data } = await propose({}, SUPERVISOR);
    const { id } = data!.proposeRepair;
    expect(codeOf(await approve(id, SUPERVISOR))).toBe('SAME_PERSON');
    expect(codeOf(await approve(id, { role: 'APPROVER', subject: 'approver-1' }))).toBe('FORBIDDEN');
    expect(codeOf(await approve(id, { role: 'OFFICER', subject: 'officer-2' }))).toBe('FORBIDDEN');
    expect(codeOf(await approve(id, { role: 'SUPERVISOR', subject: 's-2', region: '330782' }))).toBe('NOT_FOUND');
    expect((await license()).struckOut).toEqual([]);
  });

  let struck: Proposed;
  it('are gone when two persons have struck them out, though the case is over; the seal still holds', async () => {
    const wish = proposal({ paths: [SECOND, REPRESENTATIVE, SECOND] });
    const { data } = await center.ask<{ proposeRepair: Proposed }>(PROPOSE, wish, OFFICER);
    struck = data!.proposeRepair;
    // Whom the reason names is no more to be read than what is struck out.
    expect(struck).toMatchObject({
      verb: 'STRIKE_OUT',
      reason: '依当事人＊申请',
      certificate: first.id,
      paths: [SECOND, REPRESENTATIVE],
      approvedBy: null,
    });
    expect(await center.ask(PROPOSE, wish, OFFICER)).toEqual({ data });
    const approved = await approve(struck.id);
    expect(approved.errors).toBeUndefined();
    expect(approved.data?.approveRepair.state).toBe('CLOSED');
    const after = await license();
    expect(after).toMatchObject({ id: first.id, record: first.record, struckOut: [SECOND, REPRESENTATIVE] });
    expect(pathsOf(after)).toEqual(pathsOf(first).filter(path => path !== SECOND && path !== REPRESENTATIVE));
    expect(await (await download(first.id)).text()).toBe(after.disclosures);
    expect(await judged(after)).toMatchObject({ verdict: 'VALID', struckOut: [SECOND, REPRESENTATIVE] });
  });

  it('are struck out once: who says it again is told so, or answered as before', async () => {
    expect((await approve(struck.id)).errors).toBeUndefined();
    expect(codeOf(await approve(struck.id, { role: 'SUPERVISOR', subject: 'supervisor-2' }))).toBe('STEP_NOT_ALLOWED');
    const again = await propose({ paths: [SECOND] });
    expect(again.errors?.[0]).toMatchObject({
      message: `${SECOND} has been struck out already`,
      extensions: { code: 'STEP_NOT_ALLOWED' },
    });
  });

  it('were struck out by an act in the ledger, which names both persons and no value', async () => {
    const shown = await deskOf(center).find(number);
    const acts = eventsOf(shown).filter(({ event }) => event === 'STRUCK_OUT');
    expect(acts).toEqual([
      {
        event: 'STRUCK_OUT',
        id: first.id,
        paths: [SECOND, REPRESENTATIVE],
        by: 'officer-1',
        approvedBy: 'supervisor-1',
        reason: '依当事人＊申请',
      },
    ]);
    expect(JSON.stringify(shown.ledger)).not.toMatch(/甲子某|乙丑某/);
    expect(shown.waitingFor).toEqual([]);
    expect(shown.slips).toHaveLength(3);
  });

  it('are in no bundle any more, and the bundle is valid; so is that of before', async () => {
    const after = await fetchBundle();
    const judgement = judgedBundle(after);
    expect(judgement).toMatchObject({ verdict: 'VALID', findings: [] });
    const paper = judgement.papers.find(({ kind }) => kind === 'BUSINESS_LICENSE');
    expect(paper?.judgement?.struckOut).toEqual([SECOND, REPRESENTATIVE]);
    expect(after.includes('乙丑某')).toBe(false);
    expect(bundleBefore.includes('乙丑某')).toBe(true);
    expect(judgedBundle(bundleBefore)).toMatchObject({ verdict: 'VALID', findings: [] });
  });

  it('may be struck out to the last one; then nothing is disclosed, and there is no such file', async () => {
    const { data } = await propose({ paths: pathsOf(await license()) });
    expect((await approve(data!.proposeRepair.id)).errors).toBeUndefined();
    const after = await license();
    expect(after.disclosures).toBeNull();
    expect(after.struckOut).toHaveLength(4);
    expect((await download(first.id)).status).toBe(404);
    expect(await judged(after)).toMatchObject({ verdict: 'VALID', disclosed: {} });
    expect(judgedBundle(await fetchBundle())).toMatchObject({ verdict: 'VALID', findings: [] });
  });

  it('can be brought back from no row of the center, which still says what its ledger says', async () => {
    await center.stopGateway();
    const vault = openVault(readFileSync(join(center.dataDir, 'center', 'keys', 'storage.key')));
    const salts = [...readDisclosures(Buffer.from(first.disclosures!)).leaves.values()].map(({ salt }) => salt);
    const texts = (await rowsOf(center)).map(text => opened(text, vault.unlock));
    expect(texts.some(text => text.includes(first.record.slice(0, 40)))).toBe(true);
    for (const salt of salts) expect(texts.filter(text => text.includes(salt))).toEqual([]);
    // The application itself, as it was handed in, is locked and given out to nobody.
    const named = texts.filter(text => text.includes('乙丑某'));
    expect(named.map(text => Object.keys(JSON.parse(text)).includes('founders'))).toEqual([true]);

    const url = center.environment.DATABASE_URL;
    const place = url === undefined ? { file: join(center.dataDir, 'center', 'window.sqlite') } : { url };
    const rows = await openStore(place, vault, error => {
      throw error;
    });
    const [view] = await rows.load([number]);
    const recounted = recount(await rows.ledger(number));
    await rows.close();
    if (!recounted.intact || !view) throw new Error(JSON.stringify(recounted));
    expect(differences(recounted, view)).toEqual([]);
    const shown = view.documents.map(one => (one.id === first.id ? { ...one, disclosures: first.disclosures } : one));
    expect(differences(recounted, { ...view, documents: shown }).map(({ name }) => name)).toEqual([
      `documents.${first.id}.struckOut`,
    ]);
    await center.startGateway();
    expect((await license()).disclosures).toBeNull();
  }, 30_000);
});

/** Every text of every row of the window's tables. */
async function rowsOf({ dataDir, environment: { DATABASE_URL } }: Center): Promise<readonly string[]> {
  const textsOf = (rows: readonly Row[]) =>
    rows.flatMap(row => Object.values(row).filter(value => typeof value === 'string'));
  if (DATABASE_URL === undefined) {
    const db = new Database(join(dataDir, 'center', 'window.sqlite'), { readonly: true });
    try {
      const tables = db.prepare<[], string>("select name from sqlite_master where type = 'table'").pluck().all();
      return tables.flatMap(table => textsOf(db.prepare<[], Row>(`select * from "${table}"`).all()));
    } finally {
      db.close();
    }
  }
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  const { rows: tables } = await client.query<{ table_name: string }>(
    "select table_name from information_schema.tables where table_schema = 'public'",
  );
  const texts: string[] = [];
  for (const { table_name } of tables)
    texts.push(...textsOf((await client.query<Row>(`select * from "${table_name}"`)).rows));
  await client.end();
  return texts;
}

/** What is locked is opened. */
function opened(text: string, unlock: (locked: string) => string): string {
  try {
    return unlock(text);
  } catch {
    return text;
  }
}
