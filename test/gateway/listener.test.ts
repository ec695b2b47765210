import { Agent } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serveListener } from '../../gateway/listener.ts';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import type { ItemOutcome } from '../../subgraphs/generated/contract.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { type World, world } from '../certs/fixture.ts';
import { type Identity, identity, inputOf, post, REPORT, reportOutcome } from '../fixtures/call-back.ts';
import { CASE_NUMBER } from '../fixtures/case.ts';

const OPERATION = `${CASE_NUMBER}/national-tax/1`;
const PENDING = { __typename: 'Pending', reference: 'T-1' } as const satisfies ItemOutcome;
const DOCUMENT = { document: { record: '{"holder":"甲子某"}', seal: 'AAAA' } };

// TLS looks at the clock of the machine, so these certificates must be of today.
let w: World;
let stranger: World;
let listener: { readonly url: string; close(): Promise<void> };
let heard: unknown[][];
let defects: Error[];
/** What becomes of each report; a test may change it. */
let take: () => Promise<'NEW' | 'KNOWN'>;

beforeAll(async () => {
  w = world(sealHolders(), new Date());
  stranger = world(sealHolders(), new Date());
  listener = await serveListener({
    host: '127.0.0.1',
    port: 0,
    keys: `${w.dir}/center/keys`,
    trustFolder: `${w.dir}/trust`,
    report: defect => defects.push(defect),
    call: (...told) => {
      heard.push(told);
      return take();
    },
  });
});
afterAll(async () => {
  await listener.close();
  for (const { remove } of [w, stranger]) remove();
});
beforeEach(() => {
  heard = [];
  defects = [];
  take = async () => 'NEW';
});

const port = (): number => Number(new URL(listener.url).port);
const report = (
  outcome: ItemOutcome = PENDING,
  operationId = OPERATION,
  as: Parameters<typeof reportOutcome>[0]['as'] = 'tax',
) => reportOutcome({ dataDir: w.dir, listenerPort: port(), as, operationId, outcome });
const ask = (query: string, variables: unknown = {}, as: Identity = identity(w.dir, 'tax')) =>
  post(port(), JSON.stringify({ query, variables }), as);
/** The status and code of a refusal, or how the connection failed. */
const refused = (asked: Promise<{ status: number; body: string }>): Promise<string> =>
  asked.then(
    ({ status, body }) => `${status} ${JSON.parse(body).errors[0].extensions.code}`,
    (error: NodeJS.ErrnoException) => String(error.code),
  );
const REFUSED_BY_TLS = /^(ERR_SSL|ECONNRESET|EPIPE)/;

describe('the listener', () => {
  it('hears each department under its own name, by the certificate of its connection', async () => {
    for (const id of departmentIds) {
      expect(await report(PENDING, OPERATION, id)).toEqual({
        data: { reportOutcome: { taken: true, repeated: false } },
      });
    }
    expect(heard).toEqual(departmentIds.map(id => [id, OPERATION, PENDING]));
  });

  it('hears it too on a session that is taken up again', async () => {
    for (const id of ['seal', 'center', 'code']) {
      const agent = new Agent({ ...identity(w.dir, id), maxCachedSessions: 10, keepAlive: false });
      for (let times = 0; times < 3; times += 1) {
        await post(
          port(),
          JSON.stringify({ query: REPORT, variables: { operationId: OPERATION, outcome: inputOf(PENDING) } }),
          {
            ...identity(w.dir, id),
            agent,
          },
        );
      }
      agent.destroy();
    }
    expect(heard.map(([id]) => id)).toEqual(['seal', 'seal', 'seal', 'code', 'code', 'code']);
  });

  it('hears nobody without a certificate, nor with that of a seal, nor with one by another authority', async () => {
    const { ca } = identity(w.dir, 'tax');
    expect(await refused(ask('{ ready }', {}, { ca }))).toMatch(REFUSED_BY_TLS);
    expect(await refused(ask('{ ready }', {}, identity(w.dir, 'tax', 'seal')))).toMatch(REFUSED_BY_TLS);
    expect(await refused(ask('{ ready }', {}, { ...identity(stranger.dir, 'tax'), ca }))).toMatch(REFUSED_BY_TLS);
    const old = { ...identity(w.dir, 'tax'), maxVersion: 'TLSv1.2' as const };
    expect(await refused(post(port(), '{}', old))).toMatch(/^(ERR_SSL|ECONNRESET|EPROTO)/);
  });

  it('hears no other holder of the same authority, the center neither', async () => {
    expect(await refused(ask('{ ready }', {}, identity(w.dir, 'center')))).toBe('403 FORBIDDEN');
    expect(await report(PENDING, OPERATION, 'center')).toMatchObject({
      errors: [{ message: 'only departments are served here', extensions: { code: 'FORBIDDEN' } }],
    });
    expect(heard).toEqual([]);
  });

  it('tells what was known before as repeated', async () => {
    take = async () => 'KNOWN';
    expect(await report()).toEqual({ data: { reportOutcome: { taken: false, repeated: true } } });
  });

  it('is ready', async () => {
    expect(await ask('{ ready }')).toMatchObject({ status: 200, body: '{"data":{"ready":true}}\n' });
  });
});

describe('an outcome', () => {
  it.each<ItemOutcome>([
    { __typename: 'Granted', ...DOCUMENT },
    { __typename: 'Granted', document: { record: '{}', seal: null } },
    { __typename: 'GrantedProvisionally', ...DOCUMENT, awaits: '公安局核验' },
    PENDING,
    { __typename: 'CorrectionAsked', ...DOCUMENT },
    { __typename: 'Refused', ...DOCUMENT },
    { __typename: 'Revoked', ...DOCUMENT },
  ])('that is $__typename arrives as departments answer it', async outcome => {
    expect(await report(outcome)).toEqual({ data: { reportOutcome: { taken: true, repeated: false } } });
    expect(heard).toEqual([['tax', OPERATION, outcome]]);
  });

  it.each([
    ['of two kinds', { granted: DOCUMENT, refused: DOCUMENT }],
    ['of one kind that is null', { granted: null }],
    ['of one kind, and another that is null', { granted: DOCUMENT, refused: null }],
    ['of no kind', {}],
    ['of a kind that is not reported', { unknown: { reason: 'NOT_SEEN' } }],
    ['without its document', { granted: {} }],
    ['with a field that the contract does not have', { pending: { reference: 'T-1', until: 'tomorrow' } }],
    ['that is a text', '甲子某'],
    ['whose record is a list', { granted: { document: { record: ['甲子某; at "outcome"; '] } } }],
  ])('%s is refused, and its words are not said again', async (_, outcome) => {
    const answer = await ask(REPORT, { operationId: OPERATION, outcome });
    expect(await refused(Promise.resolve(answer))).toBe('400 BAD_USER_INPUT');
    expect(answer.body).not.toMatch(/甲子某|AAAA|NOT_SEEN|tomorrow/);
    expect(heard).toEqual([]);
  });

  it.each([
    ['longer than any column', `${CASE_NUMBER}/national-tax/${'1'.repeat(100)}`],
    ['without an item', `${CASE_NUMBER}/1`],
    ['of an item that nobody handles', `${CASE_NUMBER}/constructor/1`],
    ['of no filing', `${CASE_NUMBER}/national-tax/0`],
    ['with two lines', `${CASE_NUMBER}/national-tax/1\n`],
    ['with a wrong check digit', OPERATION.replace('00001-5', '00001-6')],
    ['of another form', '../../etc/passwd'],
    ['that is empty', ''],
  ])('of an operation id %s is refused at the door', async (_, operationId) => {
    expect(await report(PENDING, operationId)).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_MALFORMED' } }],
    });
    expect(heard).toEqual([]);
  });

  it('of more than a megabyte is refused unread, and the next one is taken', async () => {
    const record = 'x'.repeat(1024 * 1024);
    const body = JSON.stringify({
      query: REPORT,
      variables: { operationId: OPERATION, outcome: { granted: { document: { record } } } },
    });
    // Who still sends when the refusal comes may see the connection cut instead.
    expect(await refused(post(port(), body, identity(w.dir, 'tax')))).toMatch(
      /^(413 BODY_TOO_LARGE|ECONNRESET|EPIPE)$/,
    );
    expect(heard).toEqual([]);
    expect(await report()).toMatchObject({ data: { reportOutcome: { taken: true } } });
  });
});

describe('a refusal', () => {
  it('reaches the department with its code, its advice and its facts', async () => {
    take = async () => {
      throw new Refusal('SEAL_REFUSED', 'this is not the sealed outcome of that operation', { reason: 'SEAL_MISSING' });
    };
    expect(await report()).toMatchObject({
      errors: [{ extensions: { code: 'SEAL_REFUSED', reason: 'SEAL_MISSING', advice: expect.any(String) } }],
    });
    expect(defects).toEqual([]);
  });

  it('of a defect says nothing of it; it is noted here', async () => {
    take = async () => {
      throw new Error('/srv/window/secret.ts: no such table');
    };
    const answer = JSON.stringify(await report());
    expect(answer).toContain('"code":"INTERNAL"');
    expect(answer).not.toMatch(/secret|stack|at /);
    expect(defects.map(({ message }) => message)).toEqual(['/srv/window/secret.ts: no such table']);
  });

  it('is told to a department that reports more at once than are looked at, and to no other', async () => {
    const { promise: held, resolve: letGo } = Promise.withResolvers<'NEW'>();
    take = () => held;
    const reports = Array.from({ length: 16 }, () => report());
    while (heard.length < 16) await new Promise(resolve => setTimeout(resolve, 5));
    expect(await report()).toMatchObject({ errors: [{ extensions: { code: 'BUSY' } }] });
    take = async () => 'NEW';
    expect(await report(PENDING, OPERATION, 'seal')).toMatchObject({ data: { reportOutcome: { taken: true } } });
    letGo('NEW');
    for (const answer of await Promise.all(reports))
      expect(answer).toMatchObject({ data: { reportOutcome: { taken: true } } });
    expect(await report()).toMatchObject({ data: { reportOutcome: { taken: true } } });
  });

  it('meets everything but the one graph: other paths, introspection, documents without end', async () => {
    const tax = identity(w.dir, 'tax');
    expect(await refused(post(port(), '{}', tax, { path: '/' }))).toBe('404 NOT_FOUND');
    expect(await refused(post(port(), '', tax, { method: 'GET' }))).toBe('404 NOT_FOUND');
    expect(await refused(post(port(), '{"query":', tax))).toBe('400 BAD_REQUEST');
    expect(await refused(ask('{ __schema { types { name } } }'))).toMatch(/^400/);
    expect(await refused(ask(`{ ${'ready '.repeat(2_000)} }`))).toBe('400 GRAPHQL_PARSE_FAILED');
  });
});
