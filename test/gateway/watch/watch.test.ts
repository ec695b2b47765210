import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { idCheckCharacter } from '../../../subgraphs/standards/id-number.ts';
import { application } from '../../fixtures/application.ts';
import { type Center, openCenter } from '../../fixtures/center.ts';
import { type Collector, openCollector, type SentSpan } from '../../fixtures/collector.ts';
import { lines } from '../../fixtures/defects.ts';
import { freePorts } from '../../fixtures/ports.ts';
import { until } from '../../fixtures/until.ts';

/** Whose data is looked for afterwards in all that leaves the process. */
const person = (name: string, born: string) => {
  const first17 = `371002${born}777`;
  return { name, idNumber: first17 + idCheckCharacter(first17) };
};
const legal = person('龘靐齉', '18950307');
const founder = person('爨癵驫', '18981123');
const PHONE = '063155512345';
const SUBJECT = 'desk-of-nalanbuyi';
const TRADING_NAME = '鱻麤羴';
const ADDRESS = '威海市环翠区垚鑫路八十八号';

const REGISTER = `mutation RegisterNow($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) {
  number state progressUrl certificates { id kind record } enterprise { uscc } } }`;
const READ = 'query DeskPage($uscc: ID!) { enterprise(uscc: $uscc) { uscc name taxRegistrations { authority } } }';

interface Registered {
  readonly registerEnterprise: {
    readonly number: string;
    readonly state: string;
    readonly progressUrl: string;
    readonly certificates: readonly { readonly id: string }[];
    readonly enterprise: { readonly uscc: string };
  };
}
interface Line {
  readonly [field: string]: unknown;
}

let center: Center;
let collector: Collector;
let metricsUrl: string;
let granted: Registered['registerEnterprise'];
let bearer: string;

beforeAll(async () => {
  collector = await openCollector();
  const [port] = await freePorts(1);
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  center = await openCenter({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, METRICS_PORT: String(port) },
  });
  bearer = `Bearer ${await center.token({ subject: SUBJECT })}`;
  const { body } = await post({ query: REGISTER, variables: { input: input() } });
  granted = (JSON.parse(body) as { data: Registered }).data.registerEnterprise;
});
afterAll(async () => {
  await center.close();
  await collector.close();
});

const input = () =>
  application({
    name: { tradingName: TRADING_NAME, trade: '软件', form: '有限公司' },
    address: ADDRESS,
    legalRepresentative: { ...legal, phone: PHONE },
    founders: [
      { ...legal, contribution: '300000.00' },
      { ...founder, contribution: '200000.00' },
    ],
  });

interface Reply {
  readonly status: number;
  readonly requestId: string | null;
  readonly body: string;
}

async function post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const response = await fetch(`${center.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: bearer, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, requestId: response.headers.get('x-request-id'), body: await response.text() };
}

const read = (requestId: string, more: Readonly<Record<string, string>> = {}) =>
  post({ query: READ, variables: { uscc: granted.enterprise.uscc } }, { 'x-request-id': requestId, ...more });
const linesOf = (requestId: string | null): Line[] =>
  lines.map(line => JSON.parse(line) as Line).filter(line => line.requestId === requestId);
/** The line of a request is written after its answer has left. */
async function lineOf(requestId: string | null): Promise<Line> {
  for (let n = 0; n < 100; n++) {
    const found = linesOf(requestId).find(({ service, msg }) => service === 'gateway' && msg === 'request');
    if (found) return found;
    await sleep(10);
  }
  throw new Error(`no line tells of ${requestId}`);
}
/** Every scrape of this file, for the last test. */
const scraped: string[] = [];
const metrics = async (): Promise<string> => {
  const text = await (await fetch(metricsUrl)).text();
  scraped.push(text);
  return text;
};
const valueIn = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find(line => line.startsWith(`${series} `))
      ?.slice(series.length + 1) ?? 'NaN',
  );

describe('a request id', () => {
  it('that a client sends comes back, and is in the lines of the gateway and of every department that was asked', async () => {
    const { requestId } = await read('page-7.of_desk-3');
    expect(requestId).toBe('page-7.of_desk-3');
    expect(await lineOf(requestId)).toMatchObject({
      level: 'info',
      method: 'POST',
      route: '/graphql',
      status: 200,
      ms: expect.any(Number),
      kind: 'query',
      operation: 'DeskPage',
      role: 'CLERK',
    });
    const services = linesOf(requestId).map(({ service }) => service);
    expect(new Set(services)).toEqual(new Set(['gateway', 'business', 'tax']));
  });

  it.each([
    ['too long', 'x'.repeat(129)],
    ['with a space', 'a b'],
    ['that would forge a line', 'a","level":"fatal'],
    ['with letters of other scripts', '%E7%94%B2é'],
  ])('%s is not taken over: another is made', async (_, given) => {
    const { requestId } = await read(given);
    expect(requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(await lineOf(requestId)).toMatchObject({ status: 200 });
  });

  it('is with the line of a defect that the request met', async () => {
    const list = join(center.dataDir, 'trust', 'list.p7s');
    renameSync(list, `${list}.away`);
    await fetch(`${center.url}/trust/list.p7s`, { headers: { 'x-request-id': 'met-a-defect' } });
    renameSync(`${list}.away`, list);
    expect(await lineOf('met-a-defect')).toMatchObject({ status: 500, route: '/trust/:file', codes: ['INTERNAL'] });
    expect(linesOf('met-a-defect').find(({ msg }) => msg === 'defect')).toMatchObject({
      level: 'error',
      err: { code: 'ENOENT', stack: expect.stringContaining('ENOENT') },
    });
  });
});

describe('a line', () => {
  it.each([
    ['a document that is none', { query: '{ enterprise(' }, ['GRAPHQL_PARSE_FAILED']],
    ['an unknown field', { query: '{ nothing }' }, ['GRAPHQL_VALIDATION_FAILED']],
  ])('of %s names the code, and no operation', async (_, body, codes) => {
    const line = await lineOf((await post(body)).requestId);
    expect(line.codes).toEqual(codes);
    expect(line).not.toHaveProperty('operation');
  });

  it('of a token that is not good names the code, and no role', async () => {
    const { requestId } = await post({ query: '{ catalogue { id } }' }, { authorization: 'Bearer x.y.z' });
    const line = await lineOf(requestId);
    expect(line).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] });
    expect(line).not.toHaveProperty('role');
  });

  it('names the pattern of a path, not the path: what stands there opens a paper', async () => {
    const id = granted.certificates[0]!.id;
    await fetch(`${center.url}/certificates/${id}/record.json`, { headers: { 'x-request-id': 'one-paper' } });
    await fetch(`${center.url}/nothing/${id}`, { headers: { 'x-request-id': 'no-paper' } });
    expect((await lineOf('one-paper')).route).toBe('/certificates/:id/record.json');
    expect(await lineOf('no-paper')).toMatchObject({ route: 'none', status: 404, codes: ['NOT_FOUND'] });
  });

  it('tells of a department that gives no answer: which, why, for how long, in which request', async () => {
    await center.stopDepartment('tax');
    await read('without-tax');
    await center.startDepartment('tax');
    const [line] = linesOf('without-tax').filter(({ msg }) => msg === 'no answer of a department');
    expect(line).toMatchObject({ level: 'warn', department: 'tax', purpose: 'read', reason: expect.any(String) });
    expect(line?.ms).toEqual(expect.any(Number));
    expect((await lineOf('without-tax')).codes).toEqual(['DEPARTMENT_UNAVAILABLE']);
  });
});

describe('metrics', () => {
  it.each([
    [401, undefined],
    [403, 'CLERK'],
    [200, 'SUPERVISOR'],
    [200, 'AUDITOR'],
  ] as const)('are answered with %i on the public port to %s', async (status, role) => {
    const headers = role && { authorization: `Bearer ${await center.token({ role })}` };
    const answer = await fetch(`${center.url}/metrics`, headers ? { headers } : {});
    expect(answer.status).toBe(status);
    expect((await answer.text()).includes('one_window_operations_total')).toBe(status === 200);
  });

  it('are on a port of their own without a token, and nothing else is', async () => {
    const answer = await fetch(metricsUrl);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('version=0.0.4'),
    ]);
    expect((await fetch(metricsUrl.replace('metrics', ''))).status).toBe(404);
    expect((await fetch(metricsUrl, { method: 'POST' })).status).toBe(404);
  });

  it('count what was asked, of whom, and with what end', async () => {
    const series = {
      operation: 'one_window_operations_total{operation="other",kind="query",outcome="ok"}',
      call: 'one_window_department_call_duration_seconds_count{department="tax",purpose="read",outcome="answered"}',
      http: 'one_window_http_requests_total{route="/graphql",status="200"}',
    };
    const before = await metrics();
    for (let n = 0; n < 3; n++) await lineOf((await read(`counted-${n}`)).requestId);
    const after = await metrics();
    const more = Object.values(series).map(name => valueIn(after, name) - valueIn(before, name));
    expect(more).toEqual([3, 3, 3]);
    expect(valueIn(after, 'one_window_department_calls_in_flight{department="tax",purpose="read"}')).toBe(0);
    expect(valueIn(after, 'one_window_http_requests_in_flight')).toBe(0);
    expect(valueIn(after, 'one_window_department_served{department="seal"}')).toBe(1);
    expect(valueIn(after, 'one_window_department_circuit_open{department="tax"}')).toBe(0);
    expect(valueIn(after, 'one_window_leases_held')).toBe(0);
    expect(valueIn(after, 'one_window_slips_sealed_total')).toBeGreaterThan(0);
    expect(valueIn(after, 'one_window_store_commits_total')).toBeGreaterThan(0);
  });

  it('count whoever hangs up, as no longer in flight and as no defect', async () => {
    const gone = 'one_window_http_requests_total{route="/graphql",status="499"}';
    const { hostname, port } = new URL(center.url);
    const body = JSON.stringify({ query: READ, variables: { uscc: granted.enterprise.uscc } });
    const head = (length: number, id: string) =>
      `POST /graphql HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nAuthorization: ${bearer}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
    const length = Buffer.byteLength(body);
    const inFlight = async () => valueIn(await metrics(), 'one_window_http_requests_in_flight');
    // In the middle of the body; after it; and with others behind it, which are not answered before it.
    for (const text of [head(length + 9, 'gone-1'), head(length, 'gone-2'), head(length, 'gone-3').repeat(5)]) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(text);
      if (text.includes('gone-1')) await until(async () => (await inFlight()) > 0);
      socket.resetAndDestroy();
    }
    await until(async () => (await inFlight()) === 0);
    expect(valueIn(await metrics(), gone)).toBeGreaterThan(0);
    expect(linesOf('gone-1')).toEqual([expect.objectContaining({ msg: 'request', status: 499 })]);
  });

  it('have no more series after hundreds of operations whose names a client makes up', async () => {
    const seriesOf = (text: string): number => text.split('\n').filter(line => line.startsWith('one_window_')).length;
    await post({ query: 'query First { __typename }' });
    const before = seriesOf(await metrics());
    for (let n = 0; n < 300; n += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, at) => post({ query: `query Made${n + at} { __typename }` })));
    }
    expect(seriesOf(await metrics())).toBe(before);
  });
});

describe('a trace', () => {
  const within = (spans: readonly SentSpan[], parent: SentSpan): readonly SentSpan[] =>
    spans.filter(({ traceId, parentSpanId }) => traceId === parent.traceId && parentSpanId === parent.spanId);

  it('goes on from the client through the gateway and its operation into each department', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await read('traced', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const ours = await collector.until(spans => {
      const some = spans.filter(span => span.traceId === traceId);
      return some.filter(({ service }) => service !== 'one-window-gateway').length >= 2 && some.some(isRequest)
        ? some
        : undefined;
    });
    const request = ours.find(isRequest)!;
    expect(request).toMatchObject({
      name: 'POST /graphql',
      kind: 2,
      parentSpanId: '00f067aa0ba902b7',
      attributes: { 'http.route': '/graphql', 'request.id': 'traced' },
    });
    const [operation] = within(ours, request);
    expect(operation).toMatchObject({ name: 'query DeskPage', attributes: { 'graphql.operation.type': 'query' } });
    const calls = within(ours, operation!);
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(['business', 'tax']));
    for (const call of calls) {
      expect([call.kind, call.status, call.attributes['department.outcome']]).toEqual([3, 0, 'answered']);
      expect(within(ours, call)).toMatchObject([{ service: `one-window-${call.name}`, kind: 2 }]);
    }
  });

  const isRequest = ({ service, kind }: SentSpan): boolean => service === 'one-window-gateway' && kind === 2;

  it('of a registration holds the filings with every department', async () => {
    const filings = await collector.until(spans => {
      const root = spans.find(({ name }) => name === 'mutation RegisterNow');
      const some = spans.filter(({ traceId, name }) => traceId === root?.traceId && name.endsWith('FileItems'));
      return some.length >= 4 ? some : undefined;
    });
    const spans = collector.spans.filter(({ traceId }) => traceId === filings[0]!.traceId);
    const [mutation] = spans.filter(({ name }) => name === 'mutation RegisterNow');
    const [window] = within(spans, mutation!);
    expect(window?.name).toBe('window');
    expect(filings.every(({ parentSpanId }) => parentSpanId === window?.spanId)).toBe(true);
    expect(new Set(filings.map(({ attributes }) => attributes['peer.service']))).toEqual(
      new Set(['business', 'tax', 'code', 'seal']),
    );
  });

  it('that the client does not want is not kept, and a header that is none begins another', async () => {
    const unwanted = '1bf92f3577b34da6a3ce929d0e0e4736';
    await read('unwanted', { traceparent: `00-${unwanted}-00f067aa0ba902b7-00` });
    await read('malformed', { traceparent: `00-${unwanted}` });
    const begun = await collector.until(spans =>
      spans.find(span => isRequest(span) && span.attributes['request.id'] === 'malformed'),
    );
    expect(begun.parentSpanId).toBeUndefined();
    expect(collector.spans.some(({ traceId }) => traceId === unwanted)).toBe(false);
  });

  it('marks a call to a department that is away as failed, with the reason', async () => {
    await center.stopDepartment('tax');
    await read('failed-call', { traceparent: '00-2bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
    await center.startDepartment('tax');
    const call = await collector.until(spans =>
      spans.find(({ traceId, name }) => traceId.startsWith('2bf9') && name === 'tax'),
    );
    expect(call.status).toBe(2);
    expect(call.attributes['error.type']).toBe(call.attributes['department.outcome']);
  });
});

it('lets nothing of anybody out: not in a line, a metric or a span, whatever was wrong with the request', async () => {
  const { idNumber } = legal;
  await post(`{"query": "${idNumber} 龘靐齉`);
  await post({ query: `{ enterprise(uscc: "${idNumber}") { nothing } }` });
  await post({ query: `query Of_${idNumber} { __typename }` });
  await post({ query: REGISTER, variables: { input: { ...input(), regime: idNumber, founders: legal.name } } });
  await post({ query: REGISTER, variables: { input: { ...input(), regionCode: idNumber } } });
  await fetch(`${center.url}/${idNumber}/${encodeURIComponent(legal.name)}?phone=${PHONE}`);
  await fetch(granted.progressUrl);
  await center.stopDepartment('business');
  await post({ query: REGISTER, variables: { input: { ...input(), requestId: 'after-all' } } });
  await center.startDepartment('business');
  await metrics();
  await center.stopGateway(); // What waits to be sent is sent.
  const told = `${lines.join('')}\n${collector.text()}`;
  expect(told.length).toBeGreaterThan(50_000);
  const secrets = [
    ...[legal, founder].flatMap(({ name, idNumber: number }) => [name, number]),
    ...[PHONE, SUBJECT, TRADING_NAME, ADDRESS, bearer.slice('Bearer '.length)],
    ...[...granted.certificates.map(({ id }) => id), granted.progressUrl.split('/').at(-1)!],
  ];
  expect(secrets.filter(secret => told.includes(secret) || told.includes(JSON.stringify(secret).slice(1, -1)))).toEqual(
    [],
  );
  expect(secrets.filter(secret => scraped.some(text => text.includes(secret)))).toEqual([]);
});
