/** The time-stamp service is out for 5 hours: sealing goes on, marked, and is completed later. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withoutTimeStamp } from '../../certs/cms.ts';
import { type Judgement, judge, readTrust, type Trust } from '../../certs/verify.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { onEachStore } from '../fixtures/stores.ts';
import { until } from '../fixtures/until.ts';

const PAPERS =
  'number state certificates { record sealUrl stampedAt proofUrl } slips { record sealUrl stampedAt proofUrl }';
const REGISTER = `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { ${PAPERS} } }`;
const FIND = `query ($number: ID!) { case(number: $number) { ${PAPERS} } }`;

interface Shown {
  readonly number: string;
  readonly state: string;
  readonly certificates: readonly Paper[];
  readonly slips: readonly Paper[];
}
interface Paper {
  readonly record: string;
  readonly sealUrl: string;
  readonly stampedAt: string | null;
  readonly proofUrl: string;
}

const hourMs = 3_600_000;
/** Of R2: five certificates, three slips. */
const papersPerCase = 8;

onEachStore('scenario 9', open => {
  let center: Center;
  beforeAll(async () => {
    center = await open({ inlineBudgetMs: 60_000 });
  });
  afterAll(() => center.close());

  const papersOf = ({ certificates, slips }: Shown): readonly Paper[] => [...certificates, ...slips];
  async function register(): Promise<Shown> {
    const { data, errors } = await center.ask<{ registerEnterprise: Shown }>(REGISTER, { input: application() });
    expect(errors).toBeUndefined();
    return data!.registerEnterprise;
  }
  async function find({ number }: Shown): Promise<Shown> {
    const { data } = await center.ask<{ case: Shown }>(FIND, { number });
    return data!.case;
  }
  async function fetched(url: string): Promise<Uint8Array> {
    const response = await fetch(url);
    expect(`${url} ${response.status}`).toBe(`${url} 200`);
    return new Uint8Array(await response.arrayBuffer());
  }
  /** What the metrics say of papers that wait for a time stamp. */
  async function waiting(): Promise<number> {
    const headers = { authorization: `Bearer ${await center.token({ role: 'SUPERVISOR' })}` };
    const text = await (await fetch(`${center.url}/metrics`, { headers })).text();
    return Number(/^one_window_papers_unstamped (\d+)$/m.exec(text)?.[1]);
  }
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
  /** As an auditor judges a paper with everything that is published of it, so long after now. */
  async function judged({ record, sealUrl, proofUrl }: Paper, aheadMs: number): Promise<Judgement> {
    const [seal, proof] = [await fetched(sealUrl), await fetched(proofUrl)];
    return judge({ record: Buffer.from(record), seal, proof, trust: trust(), at: new Date(Date.now() + aheadMs) });
  }
  const codes = ({ findings }: Judgement): readonly string[] => findings.map(({ code }) => code);

  it('goes on sealing without time stamps, says so, and completes every paper when the service is back', async () => {
    await center.timeStamps.stop();
    const first = await register();
    expect(first.state).toBe('CLOSED');
    expect(papersOf(first)).toHaveLength(papersPerCase);
    expect(papersOf(first).every(({ stampedAt }) => stampedAt === null)).toBe(true);
    const bare = await Promise.all(papersOf(first).map(({ sealUrl }) => fetched(sealUrl)));
    for (const paper of papersOf(first)) {
      const judgement = await judged(paper, 0);
      expect([judgement.verdict, codes(judgement)]).toEqual(['INDETERMINATE', ['NO_TIME_STAMP']]);
    }

    await center.advance(2.5 * hourMs);
    await center.stopGateway();
    await center.startGateway();
    const second = await register();
    expect([second.state, papersOf(second).filter(({ stampedAt }) => stampedAt !== null)]).toEqual(['CLOSED', []]);
    expect(await waiting()).toBe(2 * papersPerCase);
    await center.advance(2.5 * hourMs);

    await center.timeStamps.start();
    const isComplete = async (shown: Shown): Promise<boolean> =>
      papersOf(await find(shown)).every(({ stampedAt }) => stampedAt !== null);
    await until(async () => (await isComplete(first)) && (await isComplete(second)));
    const after = papersOf(await find(first));
    for (const [at, paper] of after.entries()) {
      expect(Date.parse(paper.stampedAt ?? '')).toBeGreaterThan(Date.now() + 5 * hourMs - 60_000);
      // What the department or the center has sealed is what it was, byte for byte.
      const seal = await fetched(paper.sealUrl);
      expect(Buffer.compare(withoutTimeStamp(seal), bare[at] as Uint8Array)).toBe(0);
      expect(seal.length).toBeGreaterThan((bare[at] as Uint8Array).length);
    }
    for (const paper of [...after, ...papersOf(await find(second))]) {
      await until(async () => (await fetch(paper.proofUrl)).ok);
      const judgement = await judged(paper, 5 * hourMs);
      expect([judgement.verdict, codes(judgement)]).toEqual(['VALID', []]);
      expect(judgement.stampedAt).toBe(paper.stampedAt);
    }

    const third = await register();
    expect(papersOf(third).every(({ stampedAt }) => stampedAt !== null)).toBe(true);
  }, 60_000);
});
