/** The bundle of a case, as it is fetched from a gateway. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judgeBundle } from '../../certs/bundle/judge.ts';
import { readTrust } from '../../certs/verify.ts';
import type { Caller } from '../../subgraphs/caller.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { deskOf, fieldsOf } from '../fixtures/desk.ts';
import { slowDepartment } from '../fixtures/slow-department.ts';
import { until } from '../fixtures/until.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) { number state bundleUrl } }`;
const STATE = 'query ($number: ID!) { case(number: $number) { number state bundleUrl } }';

interface Shown {
  readonly number: string;
  readonly state: string;
  readonly bundleUrl: string | null;
}

let center: Center;
beforeAll(async () => {
  center = await openCenter({ absent: ['seal'], overLine: ['seal'], inlineBudgetMs: 2_000 });
});
afterAll(() => center.close());

const pathOf = (number: string): string => `${center.url}/cases/${number}/bundle.asice`;

async function fetchBundle(url: string, as: Partial<Caller> | null = {}, headers: Record<string, string> = {}) {
  const authorization = as && { authorization: `Bearer ${await center.token(as)}` };
  const response = await fetch(url, { headers: { ...authorization, ...headers } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

const codeIn = (bytes: Buffer): string => JSON.parse(bytes.toString()).errors[0].extensions.code;

const judged = (bytes: Buffer) => {
  const rootPem = readFileSync(join(center.dataDir, 'trust', 'root.pem'), 'utf8');
  return judgeBundle({ bytes, trust: readTrust({ rootPem }), at: new Date() });
};

describe('the bundle of a case', () => {
  let number: string;
  let url: string;

  it('is not there before the case is over', async () => {
    const { data } = await center.ask<{ registerEnterprise: Shown }>(REGISTER, { input: application() });
    expect(data?.registerEnterprise).toMatchObject({ state: 'SUBMITTED', bundleUrl: null });
    ({ number } = data!.registerEnterprise);
    const { response, bytes } = await fetchBundle(pathOf(number));
    expect([response.status, codeIn(bytes)]).toEqual([404, 'NOT_FOUND']);
  });

  it('is there when it is over, and judged valid by whoever has the root and nothing else', async () => {
    await center.startDepartment('seal');
    let shown: Shown | undefined;
    await until(async () => {
      shown = (await center.ask<{ case: Shown }>(STATE, { number })).data?.case;
      return shown?.state === 'CLOSED';
    });
    expect(shown?.bundleUrl).toBe(pathOf(number));
    url = pathOf(number);
    const { response, bytes } = await fetchBundle(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/vnd.etsi.asic-e+zip');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${number}.asice"`);
    const judgement = judged(bytes);
    expect(judgement.findings).toEqual([]);
    expect(judgement).toMatchObject({ verdict: 'VALID', caseFile: { number, state: 'CLOSED' } });
    // Departments decide side by side: their order is that of the ledger.
    expect(judgement.papers.map(({ kind }) => kind).sort()).toEqual([
      'ACCEPTANCE',
      'BUSINESS_LICENSE',
      'DECISION',
      'DELIVERY',
      'LOCAL_TAX',
      'NAME_RESERVATION',
      'NATIONAL_TAX',
      'ORGANIZATION_CODE',
      'SEAL_FILING',
    ]);
  });

  it('is for whoever may see the case, and for nobody else', async () => {
    const strangers: [Partial<Caller> | null, number, string][] = [
      [null, 401, 'UNAUTHENTICATED'],
      [{ region: '330782' }, 404, 'NOT_FOUND'],
    ];
    for (const [as, status, code] of strangers) {
      const { response, bytes } = await fetchBundle(url, as);
      expect([response.status, codeIn(bytes)]).toEqual([status, code]);
    }
    for (const as of [{ role: 'AUDITOR' }, { role: 'CLERK', region: '371002' }] as const)
      expect((await fetchBundle(url, as)).response.status).toBe(200);
    for (const other of ['371002-20260302-00001-4', '..%2f..%2ftrust', 'x'])
      expect((await fetchBundle(pathOf(other))).response.status).toBe(404);
  });

  it('is the same bytes for who asks again, and need not be sent to who has them', async () => {
    const [first, again] = [await fetchBundle(url), await fetchBundle(url, { role: 'AUDITOR' })];
    expect(Buffer.compare(first.bytes, again.bytes)).toBe(0);
    const tag = first.response.headers.get('etag')!;
    const { response, bytes } = await fetchBundle(url, {}, { 'if-none-match': tag });
    expect([response.status, bytes.length]).toEqual([304, 0]);
    expect((await fetchBundle(url, {}, { 'if-none-match': '"another"' })).response.status).toBe(200);
  });

  it('holds what the paths of its papers show, byte for byte', async () => {
    const { bytes } = await fetchBundle(url);
    const { papers } = judged(bytes);
    const [license] = papers.filter(({ kind }) => kind === 'BUSINESS_LICENSE');
    for (const name of ['record.json', 'seal.p7s']) {
      const shown = Buffer.from(await (await fetch(`${center.url}/certificates/${license?.id}/${name}`)).arrayBuffer());
      expect(bytes.includes(shown)).toBe(true);
    }
  });
});

describe('whatever end a case comes to, its bundle is valid:', () => {
  /** The kinds of its papers, each with what has become of it if it stands no more. */
  async function papersOf(number: string): Promise<readonly string[]> {
    const { bytes } = await fetchBundle(pathOf(number));
    const { verdict, findings, papers } = judged(bytes);
    expect(findings).toEqual([]);
    expect(verdict).toBe('VALID');
    return papers.map(({ kind, status }) => (status === 'VALID' ? kind : `${kind} ${status}`));
  }

  it('of one that was withdrawn before anything was filed', async () => {
    const desk = deskOf(center);
    await center.stopDepartment('seal');
    const { number } = await desk.register(application());
    await desk.withdraw(number);
    expect((await desk.until(number, ({ state }) => state === 'WITHDRAWN')).certificates).toEqual([]);
    expect(await papersOf(number)).toEqual(['DECISION']);
    await center.startDepartment('seal');
  });

  it('of one in which everything was taken back', async () => {
    const desk = deskOf(center);
    const police = slowDepartment(center.dataDir, 'seal', center.line('seal'));
    police.pace('seal-filing', 'PENDING');
    const { number } = await desk.register({ ...application(), onRefusal: 'REVOKE_ALL' });
    await desk.until(number, ({ items }) =>
      items.every(({ state }) => state === 'GRANTED' || state === 'PENDING_HUMAN'),
    );
    for (const { operationId, outcome } of await police.decide('seal-filing', 'REFUSED'))
      await center.callBack('seal', operationId, outcome);
    await desk.until(number, ({ state }) => state === 'REVOKED');
    police.pace('seal-filing', 'AT_ONCE');
    const papers = await papersOf(number);
    expect(papers.filter(paper => paper.endsWith(' REVOKED')).sort()).toEqual([
      'BUSINESS_LICENSE REVOKED',
      'LOCAL_TAX REVOKED',
      'NAME_RESERVATION REVOKED',
      'NATIONAL_TAX REVOKED',
      'ORGANIZATION_CODE REVOKED',
    ]);
    expect(papers.slice(-3)).toEqual(['ACCEPTANCE', 'DECISION', 'REVOCATION']);
  });

  it('of one that was corrected', async () => {
    const desk = deskOf(center);
    const [good, bad] = [application(), application()];
    const { number, state } = await desk.register({ ...bad, materials: bad.materials.slice(0, 3) });
    expect(state).toBe('CORRECTION_NOTICED');
    await desk.resubmit(number, fieldsOf({ ...good, name: bad.name }));
    await desk.until(number, found => found.state === 'CLOSED');
    expect((await papersOf(number)).filter(kind => kind === 'ONE_TIME_NOTICE')).toEqual(['ONE_TIME_NOTICE']);
  });
});

describe('while the time-stamp authority is away', () => {
  it('a bundle is given all the same, marked, and a complete one afterwards', async () => {
    await center.timeStamps.stop();
    const { data } = await center.ask<{ registerEnterprise: Shown }>(REGISTER, { input: application() });
    const { number, state, bundleUrl } = data!.registerEnterprise;
    expect(state).toBe('CLOSED');
    const { bytes } = await fetchBundle(bundleUrl!);
    const judgement = judged(bytes);
    expect(judgement.verdict).toBe('INDETERMINATE');
    expect(new Set(judgement.findings.map(({ code }) => code))).toEqual(new Set(['NO_TIME_STAMP']));
    expect(new Set(judgement.papers.map(({ seal }) => seal))).toEqual(new Set([null, 'B']));
    await center.timeStamps.start();
    await until(async () => judged((await fetchBundle(pathOf(number))).bytes).verdict === 'VALID');
  });
});
