/** What people hold of a case: every certificate and slip as a PDF that whoever has the root and the list finds valid. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { judgePdf } from '../../certs/pdf/judge.ts';
import { readTrust, type Trust } from '../../certs/verify.ts';
import type { DepartmentId } from '../../subgraphs/catalogue.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { type SlowDepartment, slowDepartment } from '../fixtures/slow-department.ts';
import { onEachStore } from '../fixtures/stores.ts';
import { until } from '../fixtures/until.ts';

const PAPERS = `number state
  certificates { id kind department number holder status record disclosures struckOut pdfUrl }
  slips { id kind number record pdfUrl }`;
const REGISTER = `mutation ($input: RegisterEnterpriseInput!) { shown: registerEnterprise(input: $input) { ${PAPERS} } }`;
const FIND = `query ($number: ID!) { shown: case(number: $number) { ${PAPERS} } }`;
const STRIKE = `mutation ($number: ID!, $certificate: ID!, $paths: [String!]!) {
  made: proposeRepair(requestId: "papers-2", number: $number, item: "license", verb: STRIKE_OUT, reason: "依申请隐去",
    certificate: $certificate, paths: $paths) { id } }`;
const APPROVE = 'mutation ($id: ID!) { approveRepair(id: $id) { number } }';

interface Shown {
  readonly number: string;
  readonly state: string;
  readonly certificates: readonly Certificate[];
  readonly slips: readonly Paper[];
}
interface Paper {
  readonly id: string;
  readonly kind: string;
  readonly number: string;
  readonly record: string;
  readonly pdfUrl: string | null;
}
interface Certificate extends Paper {
  readonly department: string;
  readonly holder: string;
  readonly status: string;
  readonly disclosures: string | null;
  readonly struckOut: readonly string[];
}

const hourMs = 3_600_000;

onEachStore('papers that people hold', (open, database) => {
  let center: Center;
  let police: SlowDepartment;
  let shown: Shown;
  /** As first served, by their addresses. */
  const first = new Map<string, Buffer>();
  beforeAll(async () => {
    center = await open({ inlineBudgetMs: 20_000, overLine: ['seal'] });
    police = slowDepartment(center.dataDir, 'seal', center.line('seal'));
    defects.mockClear();
  });
  afterAll(() => center.close());

  async function ask(query: string, variables: Record<string, unknown>, as = {}): Promise<Shown> {
    const { data, errors } = await center.ask<{ shown: Shown }>(query, variables, as);
    expect(errors).toBeUndefined();
    return data!.shown;
  }
  const find = ({ number }: Shown): Promise<Shown> => ask(FIND, { number });
  const papersIn = ({ certificates, slips }: Shown): readonly (Paper & Partial<Certificate>)[] => [
    ...certificates,
    ...slips,
  ];
  const kindIn = ({ certificates }: Shown, kind: string): Certificate =>
    certificates.find(one => one.kind === kind) as Certificate;

  async function fetched(url: string | null): Promise<{ readonly response: Response; readonly bytes: Buffer }> {
    const response = await fetch(url ?? '');
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  }
  async function pdf(url: string | null): Promise<Buffer> {
    const { response, bytes } = await fetched(url);
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${bytes}`);
    return bytes;
  }
  /** As it stays: on a slow machine its time stamp comes a moment after it was first asked for. */
  async function settled(url: string | null): Promise<Buffer> {
    await until(async () => judged(await pdf(url)).verdict === 'VALID');
    return pdf(url);
  }
  const refusal = async (url: string | null) => {
    const { response, bytes } = await fetched(url);
    const { code, reason } = JSON.parse(bytes.toString()).errors[0].extensions;
    return [response.status, code, reason];
  };
  /** The root, the list and the revocation lists, as they are published: nothing else. */
  function trust(): Trust {
    const folder = join(center.dataDir, 'trust');
    const at = (name: string) => readFileSync(join(folder, name));
    return readTrust({
      rootPem: at('root.pem').toString(),
      list: { json: at('list.json'), p7s: at('list.p7s') },
      crls: readdirSync(folder)
        .filter(name => name.endsWith('.crl'))
        .map(at),
    });
  }
  const judged = (bytes: Buffer, aheadMs = 0) =>
    judgePdf({ bytes, trust: trust(), at: new Date(Date.now() + aheadMs) });
  const verdictOf = (bytes: Buffer, aheadMs = 0) => {
    const { verdict, findings } = judged(bytes, aheadMs);
    return [verdict, ...findings.map(({ code }) => code)];
  };
  /** Puts something else in the place of what a department keeps. */
  function tamper(department: DepartmentId, sql: string, ...values: readonly unknown[]): void {
    const db = new Database(join(center.dataDir, department, 'journal.sqlite'));
    expect(db.prepare(sql).run(...values).changes).toBe(1);
    db.close();
  }

  it('are there for every certificate and slip of a case, each valid and holding its record byte for byte', async () => {
    shown = await ask(REGISTER, { input: application() });
    expect([shown.state, shown.certificates.length, shown.slips.length]).toEqual(['CLOSED', 5, 3]);
    for (const paper of papersIn(shown)) {
      await settled(paper.pdfUrl);
      const { response, bytes } = await fetched(paper.pdfUrl);
      expect([paper.kind, response.status, response.headers.get('content-type')]).toEqual([
        paper.kind,
        200,
        'application/pdf',
      ]);
      expect(response.headers.get('content-disposition')).toMatch(
        /^inline; filename="[\w.-]+\.pdf"; filename\*=UTF-8''/,
      );
      const judgement = judged(bytes);
      expect([paper.kind, judgement.verdict, judgement.findings]).toEqual([paper.kind, 'VALID', []]);
      expect(judgement.signer?.department).toBe(paper.department ?? 'center');
      expect(Buffer.from(judgement.recordBytes!).toString()).toBe(paper.record);
      expect(judgement.disclosures ? Buffer.from(judgement.disclosures).toString() : null).toBe(
        paper.disclosures ?? null,
      );
      expect(judgement.stampedAt).toBeDefined();
      expect(judgement.log?.origin).toMatch(/^one-window\.internal\/log\//);
      expect(bytes.length).toBeLessThan(200 * 1024);
      first.set(paper.pdfUrl!, bytes);
    }
    const license = kindIn(shown, 'BUSINESS_LICENSE');
    const { response } = await fetched(license.pdfUrl);
    expect(decodeURIComponent(response.headers.get('content-disposition') ?? '')).toContain(license.holder);
    expect(defects.mock.calls).toEqual([]);
  }, 60_000);

  it('are the same bytes whenever they are fetched, also after restarts of department and center', async () => {
    await center.stopDepartment('business');
    await center.startDepartment('business');
    await center.stopGateway();
    await center.startGateway();
    for (const [url, bytes] of first) expect(Buffer.compare(await pdf(url), bytes)).toBe(0);
  }, 60_000);

  it('are nowhere for who does not know the id', async () => {
    const unknown = 'ab'.repeat(16);
    for (const path of [`certificates/${unknown}/certificate.pdf`, `slips/${unknown}/slip.pdf`, 'slips/x/slip.pdf']) {
      expect(await refusal(`${center.url}/${path}`)).toEqual([404, 'NOT_FOUND', undefined]);
    }
    const { id } = shown.slips[0]!;
    expect(await refusal(`${center.url}/certificates/${id}/certificate.pdf`)).toEqual([404, 'NOT_FOUND', undefined]);
  });

  it('are made when their department is back that was away', async () => {
    const other = await ask(REGISTER, { input: application() });
    const { pdfUrl } = kindIn(other, 'SEAL_FILING');
    await center.stopDepartment('seal');
    const { response, bytes } = await fetched(pdfUrl);
    expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.parse(bytes.toString()).errors[0]).toMatchObject({
      message: expect.stringContaining('公安局 (seal)'),
      extensions: { code: 'DEPARTMENT_UNAVAILABLE', department: 'seal' },
    });
    // What the center makes itself needs nobody.
    expect(verdictOf(await pdf(other.slips[0]!.pdfUrl))).toEqual(['VALID']);
    await center.startDepartment('seal');
    await until(async () => (await fetch(pdfUrl!)).status === 200);
    expect(verdictOf(await pdf(pdfUrl))).toEqual(['VALID']);
  }, 60_000);

  it('are refused, reported and not kept while their department hands out something else', async () => {
    const other = await ask(REGISTER, { input: application() });
    const [national, local] = [kindIn(other, 'NATIONAL_TAX'), kindIn(other, 'LOCAL_TAX')];
    const operationIn = ({ record }: Certificate): string => JSON.parse(record).operationId;
    const good = await pdf(national.pdfUrl);
    // The department keeps what it has made for the center; in its place the paper of the other tax, and garbage.
    const operation = operationIn(local);
    expect(verdictOf(await pdf(local.pdfUrl))).toEqual(['VALID']);
    const third = kindIn(await ask(REGISTER, { input: application() }), 'LOCAL_TAX');
    const db = new Database(join(center.dataDir, 'tax', 'journal.sqlite'));
    const { shows } = db
      .prepare<[string], { shows: string }>('select shows from paper where operation_id = ?')
      .get(operation)!;
    db.close();
    expect(shows).toMatch(/^[0-9a-f]{64}$/);
    const showsOfThird = createHash('sha256')
      .update(`${third.record}\n${third.disclosures ?? ''}`)
      .digest('hex');
    const put = 'insert into paper (operation_id, form, shows, bytes) values (?, ?, ?, ?)';
    tamper('tax', put, operationIn(third), 'PDF', showsOfThird, good);
    expect(await refusal(third.pdfUrl)).toEqual([502, 'PAPER_NOT_MADE', 'RECORD_DIFFERS']);
    tamper('tax', 'update paper set bytes = ? where operation_id = ?', Buffer.from('%PDF-1.4'), operationIn(third));
    expect(await refusal(third.pdfUrl)).toEqual([502, 'PAPER_NOT_MADE', 'PDF_HEADER']);
    const reported = defects.mock.calls.map(([line]) => line);
    expect(reported).toHaveLength(2);
    expect(reported[0]).toMatch(/a PDF that tax has made for case [^ ]+ is refused \(RECORD_DIFFERS\)/);
    tamper('tax', 'delete from paper where operation_id = ?', operationIn(third));
    expect(verdictOf(await pdf(third.pdfUrl))).toEqual(['VALID']);
    defects.mockClear();
  }, 60_000);

  it('are made anew, and show no more what two persons have struck out', async () => {
    const license = kindIn(shown, 'BUSINESS_LICENSE');
    const path = 'content.legalRepresentative.name';
    expect(first.get(license.pdfUrl!)!.includes(Buffer.from(`"${path}":`))).toBe(true);
    const proposal = { number: shown.number, certificate: license.id, paths: [path] };
    const { data, errors } = await center.ask<{ made: { id: string } }>(STRIKE, proposal, {
      role: 'OFFICER',
      subject: 'officer-1',
    });
    expect(errors).toBeUndefined();
    const approved = await center.ask(APPROVE, { id: data!.made.id }, { role: 'SUPERVISOR', subject: 'supervisor-1' });
    expect(approved.errors).toBeUndefined();
    await until(async () => kindIn(await find(shown), 'BUSINESS_LICENSE').struckOut.length === 1);
    const bytes = await pdf(license.pdfUrl);
    expect(verdictOf(bytes)).toEqual(['VALID']);
    expect(bytes.includes(Buffer.from(`"${path}":`))).toBe(false);
    expect(Buffer.compare(await pdf(license.pdfUrl), bytes)).toBe(0);
  }, 60_000);

  it('are handed out no more when the certificate was taken back', async () => {
    police.pace('seal-filing', 'PENDING');
    const other = await ask(REGISTER, { input: application({ onRefusal: 'REVOKE_ALL' }) });
    police.pace('seal-filing', 'AT_ONCE');
    const { pdfUrl } = kindIn(other, 'BUSINESS_LICENSE');
    expect(verdictOf(await settled(pdfUrl))).toEqual(['VALID']);
    for (const { operationId, outcome } of await police.decide('seal-filing', 'REFUSED')) {
      await center.callBack('seal', operationId, outcome);
    }
    await until(async () => kindIn(await find(other), 'BUSINESS_LICENSE').status === 'REVOKED');
    expect(await refusal(pdfUrl)).toEqual([410, 'NO_LONGER_VALID', undefined]);
    expect(kindIn(await find(other), 'BUSINESS_LICENSE').pdfUrl).toBeNull();
  }, 60_000);

  if (database === 'PostgreSQL') {
    it('are one paper, whichever of two gateways is asked, and both at once', async () => {
      const other = await ask(REGISTER, { input: application() });
      const second = await center.startSecondGateway();
      try {
        for (const { pdfUrl } of papersIn(other)) {
          const path = pdfUrl!.slice(center.url.length);
          const urls = [center.url, second.url, center.url, second.url].map(url => url + path);
          const first = await Promise.all(urls.map(pdf));
          const served = await Promise.all(urls.map(settled));
          const whole = [...first, ...served].filter(bytes => judged(bytes).verdict === 'VALID');
          expect(new Set(whole.map(bytes => bytes.toString('base64'))).size).toBe(1);
          expect(served.map(bytes => verdictOf(bytes))).toEqual(urls.map(() => ['VALID']));
        }
      } finally {
        await second.close();
      }
    }, 60_000);
  }

  it('are served without a time stamp while its authority is away, which they say, and completed later', async () => {
    const other = await ask(REGISTER, { input: application() });
    const papers = [kindIn(other, 'ORGANIZATION_CODE'), other.slips[0]!];
    await center.timeStamps.stop();
    const bare = await Promise.all(papers.map(({ pdfUrl }) => pdf(pdfUrl)));
    for (const bytes of bare) expect(verdictOf(bytes)).toEqual(['INDETERMINATE', 'NO_TIME_STAMP']);
    await center.advance(hourMs);
    await center.timeStamps.start();
    await until(async () => {
      const now = await Promise.all(papers.map(({ pdfUrl }) => pdf(pdfUrl)));
      return now.every(bytes => verdictOf(bytes, hourMs)[0] === 'VALID');
    });
    const complete = await Promise.all(papers.map(({ pdfUrl }) => pdf(pdfUrl)));
    for (const [at, bytes] of complete.entries()) {
      expect(Buffer.compare(await pdf(papers[at]!.pdfUrl), bytes)).toBe(0);
      expect(Date.parse(judged(bytes, hourMs).stampedAt ?? '')).toBeGreaterThan(Date.now() + hourMs - 60_000);
    }
  }, 60_000);
});
