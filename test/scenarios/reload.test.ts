import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { sqliteSource } from '../../adapters/sql.ts';
import type { DepartmentId } from '../../subgraphs/catalogue.ts';
import { departmentConfig } from '../../subgraphs/config.ts';
import { department as seal } from '../../subgraphs/seal/index.ts';
import { serveDepartment } from '../../subgraphs/server.ts';
import { application } from '../fixtures/application.ts';
import { type Answer, type Center, openCenter } from '../fixtures/center.ts';
import { defects, testLog } from '../fixtures/defects.ts';
import { type Desk, deskOf } from '../fixtures/desk.ts';
import { freePorts } from '../fixtures/ports.ts';

const RELOADS = 20;
const QUERIES = 1_000;
const AT_ONCE = 4;
const PARTS = `query Parts($uscc: ID!) { enterprise(uscc: $uscc) {
  uscc name license { number } taxRegistrations { taxpayerNumber } organizationCode { code } seals { code }
} }`;
const FOLLOW = 'subscription Follow($number: ID!) { caseProgress(number: $number) { state enterprise { name } } }';

let center: Center;
let desk: Desk;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one-window-editions-'));
  center = await openCenter({
    overLine: ['seal', 'tax'],
    inlineBudgetMs: 60_000,
    // Longer than all reloads take: a filing that is held is answered in the end, not given up.
    environment: { SDL_POLL_MS: '50', DEPARTMENT_TIMEOUT_MS: '60000' },
  });
  desk = deskOf(center);
});
afterAll(async () => {
  await center.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A newer edition of the seal department beside the running one, on the same register; it knows another field. */
async function startEdition(edition: number): Promise<{ readonly port: number; close(): Promise<void> }> {
  const editions = Array.from({ length: edition }, (_, at) => at + 1);
  const fields = editions.map(at => `sealEdition${at}: Int`).join(' ');
  const schema = join(folder, `seal-${edition}.graphql`);
  writeFileSync(schema, `${readFileSync(seal.schema, 'utf8')} extend type Enterprise { ${fields} }`);
  const settings = departmentConfig('seal', center.environment);
  const [port] = (await freePorts(1)) as [number];
  const server = await serveDepartment(
    {
      ...seal,
      schema: pathToFileURL(schema),
      async open(tools) {
        const { resolvers, ...open } = await seal.open(tools);
        const more = Object.fromEntries(editions.map(at => [`sealEdition${at}`, () => at]));
        return {
          ...open,
          resolvers: { ...resolvers, Enterprise: { ...resolvers.Enterprise, ...more } } as typeof resolvers,
        };
      },
    },
    {
      ...settings,
      port,
      registers: sqliteSource({ file: join(settings.folder, 'register.sqlite') }),
      log: testLog('seal'),
    },
  );
  return { port, close: server.close };
}

async function answersEdition(edition: number, uscc: string): Promise<boolean> {
  const query = `query Edition($uscc: ID!) { enterprise(uscc: $uscc) { sealEdition${edition} } }`;
  const { data } = await center.ask<{ enterprise: Record<string, number> }>(query, { uscc });
  return data?.enterprise[`sealEdition${edition}`] === edition;
}

it('answers a mutation, a subscription and 1,000 queries while a department changes its schema 20 times', async () => {
  const { uscc } = await registered();
  const parts = await center.ask(PARTS, { uscc });
  expect(parts.errors).toBeUndefined();

  let edition = 0;
  // Tax files one case only when the reloads are half over: whoever follows it waits so long.
  const followed = application();
  holdFilings('tax', followed, () => edition >= RELOADS / 2);
  // The seal department holds another, whose mutation is in flight for a quarter of the reloads.
  const slow = application();
  holdFilings('seal', slow, () => edition >= RELOADS / 4);
  const before = await newestCase();
  const first = desk.register(followed);
  const number = await newestCase(before);
  let editionsInFlight = 0;
  const second = desk.register(slow).finally(() => {
    editionsInFlight = edition;
  });
  const events = follow(number);

  const failed: unknown[] = [];
  let [asked, reloading] = [0, true];
  const asking = Array.from({ length: AT_ONCE }, async () => {
    while (reloading || asked < QUERIES) {
      asked += 1;
      const answer = await center.ask(PARTS, { uscc });
      if (JSON.stringify(answer) !== JSON.stringify(parts)) failed.push(answer);
    }
  });

  let running: { close(): Promise<void> } | undefined;
  while (edition < RELOADS) {
    edition += 1;
    const newer = await startEdition(edition);
    center.line('seal').target = newer.port;
    const deadlineMs = Date.now() + 10_000;
    while (!(await answersEdition(edition, uscc)) && Date.now() < deadlineMs) await sleep(10);
    expect(await answersEdition(edition, uscc)).toBe(true);
    await running?.close();
    running = newer;
  }
  reloading = false;
  await Promise.all(asking);
  expect([asked >= QUERIES, failed]).toEqual([true, []]);

  expect((await second).state).toBe('CLOSED');
  expect(editionsInFlight).toBeGreaterThanOrEqual(RELOADS / 4);
  expect(await first).toMatchObject({ number, state: 'CLOSED' });
  const told = await events;
  expect(told.filter(({ errors }) => errors)).toEqual([]);
  expect(told.at(-1)?.data).toEqual({ caseProgress: { state: 'CLOSED', enterprise: { name: expect.any(String) } } });
  expect(await center.ask(PARTS, { uscc })).toEqual(parts);
  await running?.close();
  expect(defects.mock.calls).toEqual([]);
}, 180_000);

/** A department does not hear of the filings of this application until it may. */
function holdFilings(id: DepartmentId, { name }: ReturnType<typeof application>, mayGoOn: () => boolean): void {
  const held = async (forward: () => Promise<string>): Promise<string> => {
    while (!mayGoOn()) await sleep(10);
    return forward();
  };
  center.line(id).disturb = (operation, body) =>
    operation === 'FileItems' && body.includes(name.tradingName) ? { answer: held } : 'PASS';
}

async function registered(): Promise<{ readonly uscc: string }> {
  const query = `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { enterprise { uscc } } }`;
  const { data } = await center.ask<{ registerEnterprise: { enterprise: { uscc: string } } }>(query, {
    input: application(),
  });
  if (!data) throw new Error('nothing was registered');
  return data.registerEnterprise.enterprise;
}

/** The number of the newest case, once it is another than `before`: a mutation in flight has opened it. */
async function newestCase(before?: string): Promise<string> {
  for (;;) {
    const { data } = await center.ask<{ cases: { nodes: [{ number: string }] } }>(
      '{ cases(first: 1) { nodes { number } } }',
    );
    const number = data?.cases.nodes[0].number;
    if (number !== undefined && number !== before) return number;
    await sleep(10);
  }
}

async function follow(number: string): Promise<Answer<unknown>[]> {
  const authorization = `Bearer ${await center.token()}`;
  const client = createClient({ url: `${center.url}/graphql`, headers: { authorization }, retryAttempts: 0 });
  const events: unknown[] = [];
  for await (const event of client.iterate({ query: FOLLOW, variables: { number } })) events.push(event);
  client.dispose();
  return events as Answer<unknown>[];
}
