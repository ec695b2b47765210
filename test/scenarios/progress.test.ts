import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import type { Caller } from '../../subgraphs/caller.ts';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { application } from '../fixtures/application.ts';
import { type Answer, type Center, openCenter } from '../fixtures/center.ts';
import { freshDatabase, postgresAbsence } from '../fixtures/database.ts';
import { defects } from '../fixtures/defects.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) { number state progressUrl slips { kind record sealUrl } }
}`;
const FOLLOW = `subscription ($number: ID!) {
  caseProgress(number: $number) {
    number state
    items { item state }
    enterprise { name license { number } }
    waitingFor { item department ball }
  }
}`;

interface Registered {
  readonly number: string;
  readonly state: string;
  readonly progressUrl: string;
  readonly slips: readonly { readonly kind: string; readonly record: string; readonly sealUrl: string }[];
}
interface Followed {
  readonly number: string;
  readonly state: string;
  readonly items: readonly { readonly item: string; readonly state: string }[];
  readonly enterprise: { readonly name: string | null; readonly license: { readonly number: string } | null } | null;
  readonly waitingFor: readonly { readonly item: string; readonly department: string | null; readonly ball: string }[];
}
type Event = Answer<{ readonly caseProgress: Followed }>;

let center: Center;

const options = { inlineBudgetMs: 200, overLine: ['tax'], environment: { DEPARTMENT_TIMEOUT_MS: '1000' } } as const;
beforeAll(async () => {
  center = await openCenter(options);
});
afterAll(() => center.close());
afterEach(() => {
  center.line('tax').disturb = undefined;
  expect(defects.mock.calls).toEqual([]);
});

async function register(ask = center.ask): Promise<Registered> {
  const { data, errors } = await ask<{ registerEnterprise: Registered }>(REGISTER, { input: application() });
  expect(errors).toBeUndefined();
  return data!.registerEnterprise;
}

/** Everything that a client is told of a case, to the end. */
async function follow(number: string, as?: Partial<Caller>, at = center): Promise<Event[]> {
  const authorization = `Bearer ${await at.token(as)}`;
  const client = createClient({ url: `${at.url}/graphql`, headers: { authorization }, retryAttempts: 0 });
  const events: unknown[] = [];
  for await (const event of client.iterate({ query: FOLLOW, variables: { number } })) events.push(event);
  client.dispose();
  return events as Event[];
}

const granted = ({ data }: Event): string[] =>
  data!.caseProgress.items.filter(({ state }) => state === 'GRANTED').map(({ item }) => item);

/** Tax says nothing to the first of each of its operations, so that it is asked again when its time is over. */
function makeTaxSlow(at = center): void {
  const left = new Set(['PrecheckItems', 'FileItems']);
  at.line('tax').disturb = operation => (left.delete(operation) ? 'HANG' : 'PASS');
}

describe('two clerks who follow one case', () => {
  it('see how it goes from department to department, and its end, while one department is slow', async () => {
    makeTaxSlow();
    const { number, state } = await register();
    expect(state).toBe('SUBMITTED');
    const [clerk, officer] = await Promise.all([
      follow(number),
      follow(number, { subject: 'other', role: 'OFFICER', region: '371000' }),
    ]);
    for (const events of [clerk, officer]) {
      expect(events.flatMap(({ errors }) => errors ?? [])).toEqual([]);
      const shown = events.map(({ data }) => data!.caseProgress);
      expect(shown[0]).toMatchObject({ number, state: 'SUBMITTED', enterprise: null });
      expect(shown.at(-1)).toMatchObject({ number, state: 'CLOSED', waitingFor: [] });
      expect(shown.at(-1)!.enterprise?.license?.number).toMatch(/^371002\d{9}$/);
      expect(shown.filter(one => one.state === 'CLOSED')).toHaveLength(1);

      // What is granted is told as it is granted: the license before tax has said anything, and nothing is taken back.
      const counts = events.map(event => granted(event).length);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      const waitsForTax = shown.find(
        one => one.waitingFor.some(({ item }) => item === 'national-tax') && one.enterprise,
      );
      expect(waitsForTax?.enterprise?.name).toMatch(/^威海市环翠区试样\d+号软件有限公司$/);
    }
    expect(officer.at(-1)).toEqual(clerk.at(-1));
  });

  it('who come when it is over are told so at once, and the same', async () => {
    const { number } = await register();
    const [first] = await follow(number);
    expect(first?.data?.caseProgress.number).toBe(number);
    const late = await follow(number);
    expect(late.map(({ data }) => data?.caseProgress.state)).toEqual(['CLOSED']);
  });

  it('of whom one serves another region: that one is told nothing, not even that there is such a case', async () => {
    const { number } = await register();
    const hidden = await follow(number, { region: '371082' });
    const absent = await follow('371002-19990101-00001-5');
    expect(hidden.map(({ errors }) => errors?.map(({ extensions }) => extensions.code))).toEqual([['NOT_FOUND']]);
    expect(hidden).toEqual(absent);
  });

  it('hear nothing with a token that is not good', async () => {
    const answer = await fetch(`${center.url}/graphql`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', authorization: 'Bearer x.y.z' },
      body: JSON.stringify({ query: FOLLOW, variables: { number: '1' } }),
    });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

(postgresAbsence === undefined ? it : it.skip)('a clerk follows at one gateway what another one drives', async () => {
  const { url: databaseUrl, drop } = await freshDatabase();
  const shared = await openCenter({ ...options, databaseUrl });
  const other = await shared.startSecondGateway();
  try {
    makeTaxSlow(shared);
    const { number } = await register(other.ask);
    const events = await follow(number, {}, shared);
    const states = events.map(({ data }) => data?.caseProgress.state);
    expect([states[0], states.at(-1)]).toEqual(['SUBMITTED', 'CLOSED']);
    expect(granted(events.at(-1)!)).toHaveLength(6);
  } finally {
    await other.close();
    await shared.close();
    await drop();
  }
});

it('introspection shows the subscription', async () => {
  const { data } = await center.ask(
    '{ __schema { subscriptionType { fields { name type { kind ofType { name } } } } } }',
  );
  expect(data).toEqual({
    __schema: {
      subscriptionType: { fields: [{ name: 'caseProgress', type: { kind: 'NON_NULL', ofType: { name: 'Case' } } }] },
    },
  });
});

describe('an applicant', () => {
  it('follows the case under its progress address, where nothing says whose it is', async () => {
    makeTaxSlow();
    const { number, progressUrl } = await register();
    expect(progressUrl).toMatch(/\/progress\/[0-9a-f]{32}$/);
    const before = (await (await fetch(progressUrl)).json()) as Progress;
    expect(before).toMatchObject({ number, state: 'SUBMITTED', acceptedOn: null, over: false });
    expect(before.waitingFor).toMatchObject([{ item: 'national-tax', department: 'tax', ball: 'DEPARTMENT' }]);
    await follow(number);
    const answer = await fetch(progressUrl);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual({
      number,
      state: 'CLOSED',
      acceptedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      items: expect.arrayContaining([
        {
          item: 'license',
          title: expect.any(String),
          chinese: expect.any(String),
          department: 'business',
          state: 'GRANTED',
        },
      ]),
      waitingFor: [],
      over: true,
    });
    expect(text).not.toMatch(/[0-9a-f]{32}|甲子某|试样|0631|37100219/);
  });

  it('reads the slips of the case by their ids, byte for byte as in the graph', async () => {
    const { number } = await register();
    await follow(number);
    const { data } = await center.ask<{ case: Registered }>(
      'query ($number: ID!) { case(number: $number) { slips { kind record sealUrl } } }',
      { number },
    );
    const { slips } = data!.case;
    expect(slips.map(({ kind }) => kind)).toContain('ACCEPTANCE');
    for (const { record, sealUrl } of slips) {
      expect(sealUrl).toMatch(/\/slips\/[0-9a-f]{32}\/seal\.p7s$/);
      const seal = await fetch(sealUrl);
      expect([seal.status, seal.headers.get('content-type')]).toEqual([200, 'application/pkcs7-signature']);
      const told = await fetch(sealUrl.replace('seal.p7s', 'record.json'));
      expect(told.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(await told.text()).toBe(record);
      expect((await fetch(sealUrl.replace('slips', 'certificates'))).status).toBe(404);
    }
  });

  interface Progress {
    readonly waitingFor: readonly { readonly item: string; readonly department: string; readonly ball: string }[];
  }
});

describe('a stop of the gateway', () => {
  it('completes the streams within two seconds, whatever is under way, and whoever reads', async () => {
    center.line('tax').disturb = () => 'HANG';
    const { number } = await register();
    const following = departmentIds.map(() => follow(number));
    const stalled = connect(Number(new URL(center.url).port), new URL(center.url).hostname).pause();
    const body = JSON.stringify({ query: FOLLOW, variables: { number } });
    stalled.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${await center.token()}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await new Promise(resolve => setTimeout(resolve, 300));
    const startedAt = Date.now();
    const stopping = center.stopGateway();
    const events = await Promise.all(following);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    for (const told of events) expect(told.at(-1)?.data?.caseProgress.number).toBe(number);
    await stopping;
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    stalled.destroy();
    await center.startGateway();
  });
});
