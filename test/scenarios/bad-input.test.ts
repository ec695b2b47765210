import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { identityKeys } from '../../identity/keys.ts';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';

const REGISTER = 'mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { number } }';
const ID_NUMBER = '371002189503070019';
const NBSP = '\u00a0';

interface Reply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}
interface Told {
  readonly errors: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  readonly data?: unknown;
}

let center: Center;
let token: string;
let statementsBefore: string;

const casesNow = async (): Promise<number> => {
  const { data } = await center.ask<{ cases: { totalCount: number } }>('{ cases { totalCount } }');
  return data!.cases.totalCount;
};
const writes = (): string =>
  JSON.stringify(
    departmentIds.map(id => center.statements[id].filter(sql => /^\s*(insert|update|delete)/i.test(sql)).length),
  );

beforeAll(async () => {
  center = await openCenter();
  token = await center.token();
  statementsBefore = writes();
});
afterAll(() => center.close());
/** Whatever was sent: no case, no work for a department, nothing broken, and the next one is served. */
afterEach(async () => {
  expect(await casesNow()).toBe(0);
  expect(writes()).toBe(statementsBefore);
  expect(defects.mock.calls).toEqual([]);
});

/** Sends bytes as they are. */
function send(
  body: string | Buffer,
  headers: Record<string, string> = {},
  method = 'POST',
  path = '/graphql',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // The media type whose status tells whether the operation was carried out.
    const accept = 'application/graphql-response+json';
    const all = { 'content-type': 'application/json', accept, authorization: `Bearer ${token}`, ...headers };
    const named = Object.entries(all).filter(([, value]) => value !== '');
    const sent = request(`${center.url}${path}`, { method, headers: Object.fromEntries(named) }, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', chunk => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', error => {
      // The answer to a body that is too large comes before it is sent whole.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
    });
    sent.end(body);
  });
}
const ask = (query: unknown, variables?: unknown, headers?: Record<string, string>): Promise<Reply> =>
  send(JSON.stringify({ query, variables }), headers);
const registering = (input: unknown, headers?: Record<string, string>): Promise<Reply> =>
  ask(REGISTER, { input }, headers);

/** The first error, after looking at what no answer may hold. */
function refusal({ text, status }: Reply): { status: number; code: unknown; message: string; faults: unknown } {
  expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b|stacktrace/);
  expect(text).not.toContain(token);
  expect(text).not.toContain(ID_NUMBER);
  expect(text).not.toContain(ID_NUMBER.slice(4));
  const { errors } = JSON.parse(text) as Told;
  expect(errors.length).toBeGreaterThan(0);
  for (const { message, extensions } of errors) {
    expect(extensions.code).toMatch(/^[A-Z_]+$/);
    expect(extensions.code).not.toMatch(/INTERNAL/);
    expect(message.length).toBeGreaterThan(5);
    expect(message.length).toBeLessThan(400);
  }
  const [{ message, extensions }] = errors as [Told['errors'][number]];
  return { status, code: extensions.code, message, faults: extensions.faults };
}

const deep = (levels: number): string => `{ ${'case(number: "x") { '.repeat(levels)}number${' }'.repeat(levels)} }`;

describe('a request that is none', () => {
  it.each([
    ['no JSON', '{"query":', 400, 'BODY_NOT_JSON'],
    ['JSON cut off in an identity number', `{"variables":{"idNumber":"${ID_NUMBER}`, 400, 'BODY_NOT_JSON'],
    ['an identity number without quotes', `{"variables":{"idNumber":${ID_NUMBER}X}}`, 400, 'BODY_NOT_JSON'],
    ['nothing', '', 400, 'BODY_NOT_JSON'],
    ['a list of requests', '[{"query":"{ __typename }"},{"query":"{ __typename }"}]', 400, 'BATCHING_UNSUPPORTED'],
    ['a text', '"{ __typename }"', 400, 'BAD_REQUEST'],
    ['null', 'null', 400, 'BAD_REQUEST'],
    ['a query that is a number', '{"query":1}', 400, 'BAD_REQUEST'],
    ['variables that are a list', '{"query":"{ __typename }","variables":[]}', 400, 'BAD_REQUEST'],
    ['no query', '{"variables":{}}', 400, 'BAD_REQUEST'],
    ['a prototype', '{"query":"{ __typename }","__proto__":{"admin":true}}', 400, 'BAD_REQUEST'],
    ['no GraphQL', '{"query":"select * from cases"}', 400, 'GRAPHQL_PARSE_FAILED'],
    [
      'an operation that is not there',
      `{"query":"query a { __typename }","operationName":"${ID_NUMBER}"}`,
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a document to be kept for later',
      '{"query":"{ __typename }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
      400,
      'BAD_REQUEST',
    ],
    ['an unknown field', '{"query":"{ secrets }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a hidden field',
      '{"query":"{ outcomesOf(operationIds: []) { operationId } }"}',
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an entity', '{"query":"{ _entities(representations: []) { __typename } }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
  ])('(%s) is refused with a code', async (_, body, status, code) => {
    expect(refusal(await send(body))).toMatchObject({ status, code });
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'query={__typename}', 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['an upload', 'multipart/form-data; boundary=x', '--x--', 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['plain text, as any web page may send', 'text/plain', '{"query":"{ __typename }"}', 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['no type', '', '{"query":"{ __typename }"}', 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ])('(%s) is refused', async (_, type, body, status, code) => {
    expect(refusal(await send(body, { 'content-type': type }))).toMatchObject({ status, code });
  });

  it('of ten megabytes is refused before it is read', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024, 0x20);
    expect(refusal(await send(body))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it.each([
    [
      'a mutation by GET',
      `/graphql?query=${encodeURIComponent('mutation { registerEnterprise { number } }')}`,
      { 'apollo-require-preflight': 'x' },
    ],
    ['a GET as any web page may make it', '/graphql?query=%7B__typename%7D', { 'content-type': '' }],
  ])('(%s) is refused', async (_, path, headers) => {
    const { status } = refusal(await send('', headers as Record<string, string>, 'GET', path));
    expect([400, 405]).toContain(status);
  });

  it('to a host that is no name is refused', async () => {
    expect(refusal(await ask('{ __typename }', {}, { host: '%%' }))).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
    });
  });

  it('that is no HTTP is refused in words, and the connection closed', async () => {
    const said = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(center.url).port), '127.0.0.1', () =>
        socket.end('\u0016\u0003\u0001 nonsense\r\n\r\n'),
      );
      socket
        .setEncoding('utf8')
        .toArray()
        .then(parts => resolve(parts.join('')), reject);
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(said).toMatch(/"code":"BAD_REQUEST"/);
  });
});

describe('a document that asks too much', () => {
  const bomb = [
    '{ ...f0 }',
    ...Array.from({ length: 29 }, (_, at) => `fragment f${at} on Query { ...f${at + 1} ...f${at + 1} }`),
    'fragment f29 on Query { catalogue { id } }',
  ].join(' ');

  it.each([
    ['300 aliases', `{ ${Array.from({ length: 300 }, (_, at) => `a${at}: __typename`).join(' ')} }`, 'ALIAS_LIMIT'],
    ['a depth of 200', deep(200), 'DEPTH_LIMIT'],
    ['a flood of tokens', `{ ${'__typename '.repeat(50_000)} }`, 'BODY_TOO_LARGE'],
    ['fragments within fragments', bomb, 'ROOT_FIELD_LIMIT'],
    ['fragments in a circle', '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }', 'FRAGMENT_CYCLE'],
    ['a page of a thousand', '{ cases(first: 1000) { totalCount } }', 'PAGE_TOO_LARGE'],
    ['a page of less than nothing', '{ cases(first: -1) { totalCount } }', 'PAGE_TOO_LARGE'],
    ['a place that is no place', '{ cases(after: "\' or 1=1") { totalCount } }', 'CURSOR_INVALID'],
    ['a region that matches all', '{ cases(filter: {regionCode: "%"}) { totalCount } }', 'REGION_UNKNOWN'],
  ])('(%s) is refused', async (_, query, code) => {
    const told = refusal(await ask(query));
    expect(told.code).toBe(code);
    expect([200, 400, 413]).toContain(told.status);
  });
});

describe('a caller', () => {
  const claims = { scope: 'role:CLERK' };
  const issuer = 'http://127.0.0.1:4020';
  let key: JWK;
  let foreign: CryptoKey;
  beforeAll(async () => {
    [key] = (await identityKeys(join(center.dataDir, 'identity'))).signing;
    foreign = (await generateKeyPair('ES256')).privateKey;
  });
  const own = async () => (await importJWK(key, 'ES256')) as CryptoKey;
  const signed = (change: (token: SignJWT) => SignJWT, by: CryptoKey, payload: Record<string, unknown> = claims) =>
    change(
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', ...(by !== foreign && key.kid && { kid: key.kid }) })
        .setIssuer(issuer)
        .setAudience('urn:one-window:gateway')
        .setSubject('x')
        .setExpirationTime('1h'),
    ).sign(by);
  const unsigned = (header: object): string =>
    [header, { ...claims, iss: issuer, aud: 'urn:one-window:gateway', sub: 'x', exp: 9_999_999_999 }]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat('')
      .join('.');

  it.each<[string, () => Promise<string> | string]>([
    ['no token', () => ''],
    ['a token of another scheme', () => 'Basic eDp5'],
    ['no token after the word', () => 'Bearer '],
    ['a token that is none', () => 'Bearer x'],
    ['a token without a signature', () => `Bearer ${unsigned({ alg: 'none' })}`],
    ['a token signed with the public key for a secret', () => `Bearer ${unsigned({ alg: 'HS256' })}AAAA`],
    ['a token of another key', async () => `Bearer ${await signed(one => one, foreign)}`],
    [
      'a token that has expired',
      async () => `Bearer ${await signed(one => one.setExpirationTime('-1h'), await own())}`,
    ],
    ['a token that is not valid yet', async () => `Bearer ${await signed(one => one.setNotBefore('1h'), await own())}`],
    ['a token for another service', async () => `Bearer ${await signed(one => one.setAudience('x'), await own())}`],
    ['a token of another issuer', async () => `Bearer ${await signed(one => one.setIssuer('x'), await own())}`],
    ['a token without a role', async () => `Bearer ${await signed(one => one, await own(), {})}`],
    [
      'a token of an unknown role',
      async () => `Bearer ${await signed(one => one, await own(), { scope: 'role:MAYOR' })}`,
    ],
    [
      'a token for half a region',
      async () => `Bearer ${await signed(one => one, await own(), { scope: 'role:CLERK region:3710' })}`,
    ],
    ['a token as long as a letter', () => `Bearer ${'x'.repeat(5_000)}`],
  ])('with %s is not let in', async (_, authorization) => {
    const reply = await registering(application(), { authorization: await authorization() });
    expect(refusal(reply)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(reply.headers['www-authenticate']).toBe('Bearer');
    const given = (await authorization()).slice('Bearer '.length);
    if (given.length > 10) expect(reply.text).not.toContain(given);
  });

  it('with a token as long as a book is told that headers have an end', async () => {
    const reply = await registering(application(), { authorization: `Bearer ${'x'.repeat(20_000)}` });
    expect(refusal(reply)).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
  });

  it.each(['OFFICER', 'APPROVER', 'SUPERVISOR', 'AUDITOR'] as const)('who is %s may not register', async role => {
    const bearer = `Bearer ${await center.token({ role })}`;
    expect(refusal(await registering(application(), { authorization: bearer }))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('may not register in a region that is not theirs', async () => {
    for (const region of ['371082', '330000']) {
      const bearer = `Bearer ${await center.token({ region })}`;
      expect(refusal(await registering(application(), { authorization: bearer }))).toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('an application', () => {
  /** Written as a caller may write it: JSON with escapes of its own. */
  const raw = (changes: Record<string, string>): string => {
    let text = JSON.stringify({ query: REGISTER, variables: { input: application() } });
    for (const [from, to] of Object.entries(changes)) text = text.replace(from, to);
    return text;
  };

  it.each([
    ['no-break spaces for a name', '"甲子某"', `"${NBSP}${NBSP}"`, 'TEXT_ONLY_SPACES'],
    ['a name that turns around', '"甲子某"', '"甲\\u202e子"', 'TEXT_BIDIRECTIONAL_CONTROL'],
    ['NUL in a name', '"甲子某"', '"甲\\u0000子"', 'TEXT_CONTROL_CHARACTER'],
    ['half a character in a name', '"甲子某"', '"甲\\ud840子"', 'TEXT_LONE_SURROGATE'],
    ['the other half', '"甲子某"', '"甲\\udc00子"', 'TEXT_LONE_SURROGATE'],
    ['full-width digits in an amount', '"500000.00"', '"５０００００.００"', 'AMOUNT_FULL_WIDTH_CHARACTER'],
    ['a negative amount', '"500000.00"', '"-500000.00"', 'AMOUNT_SIGN'],
    ['an absurd amount', '"500000.00"', `"${'9'.repeat(120)}.00"`, 'AMOUNT_TOO_LARGE'],
    ['an identity number with a slip', '"371002189503070019"', '"371002189503070018"', 'ID_NUMBER_CHECK_CHARACTER'],
  ])('(%s) is refused with the field that is wrong', async (_, from, to, code) => {
    const told = refusal(await send(raw({ [from]: to })));
    expect(told).toMatchObject({ status: 200, code: 'APPLICATION_INVALID' });
    expect(told.faults).toContainEqual(
      expect.objectContaining({ code, path: expect.any(String), message: expect.any(String) }),
    );
  });

  it('is refused with all of its faults at once', async () => {
    const input = application({
      regionCode: '0',
      industryCode: '0',
      registeredCapital: '0',
      sealOrders: ['COMPANY', 'COMPANY'],
    });
    const { faults } = refusal(await registering(input)) as { faults: { path: string }[] };
    expect(faults.map(({ path }) => path)).toEqual(['registeredCapital', 'regionCode', 'industryCode', 'sealOrders.1']);
  });

  const person = { name: '甲子某', idNumber: ID_NUMBER, phone: '063100000000' };
  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a number for a text',
      { legalRepresentative: { ...person, idNumber: Number(ID_NUMBER) } },
      'input.legalRepresentative.idNumber',
      'expected String.',
    ],
    [
      'a list for a text',
      { legalRepresentative: { ...person, idNumber: [ID_NUMBER] } },
      'input.legalRepresentative.idNumber',
      'expected String.',
    ],
    [
      'a text for an object',
      { legalRepresentative: ID_NUMBER },
      'input.legalRepresentative',
      'Expected type "PersonInput" to be an object.',
    ],
    ['null where something must be', { legalRepresentative: null }, 'input.legalRepresentative', 'not to be null'],
    [
      'nothing where something must be',
      { legalRepresentative: { name: 'x', phone: '1' } },
      'input.legalRepresentative',
      'Field "idNumber" of required type "String!" was not provided.',
    ],
    [
      'a seal that is none',
      { sealOrders: ['COMPANY', ID_NUMBER] },
      'input.sealOrders.1',
      'expected one of COMPANY, FINANCE',
    ],
    ['a type that is none', { enterpriseType: '甲子某' }, 'input.enterpriseType', 'expected one of LIMITED_COMPANY'],
    [
      'a field that is none',
      { spouse: { idNumber: ID_NUMBER } },
      'input',
      'Field "spouse" is not defined by type "RegisterEnterpriseInput".',
    ],
    [
      'a field that is a number',
      { [ID_NUMBER]: 1 },
      'input',
      'a field is not defined by type "RegisterEnterpriseInput".',
    ],
    [
      'a founder within a list of lists',
      { founders: [[{ name: 'x' }]] },
      'input.founders.0',
      'Expected type "FounderInput" to be an object.',
    ],
    ['an object for a whole list', { founders: ID_NUMBER }, 'input.founders', 'to be an object'],
  ])(
    'with %s is refused with the place and what is expected there, not with what was given',
    async (_, changes, path, expected) => {
      const reply = await registering({ ...application(), ...changes });
      const told = refusal(reply);
      expect(told).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect([200, 400]).toContain(told.status);
      const { errors } = JSON.parse(reply.text) as Told;
      expect(errors.map(({ extensions }) => extensions.path)).toContain(path);
      expect(errors.map(({ message }) => message).join('\n')).toContain(expected);
      expect(reply.text).not.toMatch(/甲子某|\d{6,}/);
    },
  );

  it('that is absent is missed by its name', async () => {
    expect(refusal(await ask(REGISTER, {}))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'Variable "$input": A value of type "RegisterEnterpriseInput!" was not provided.',
    });
  });

  it('with faults without end is told some of them', async () => {
    const founders = Array(500).fill({ name: 1 });
    const { errors } = JSON.parse((await registering({ ...application(), founders })).text) as Told;
    expect(errors.length).toBe(20);
  });

  it.each([
    ['a number for a text', `idNumber: ${ID_NUMBER}`],
    ['a name for a text', `idNumber: X${ID_NUMBER}`],
    ['a text that does not end', `idNumber: "${ID_NUMBER}`],
    ['a text in the wrong place', `"${ID_NUMBER}"`],
    ['a list', `idNumber: ["${ID_NUMBER}"]`],
    ['a block', `idNumber: """${ID_NUMBER}""" """${ID_NUMBER}"""`],
  ])('written into the document with %s is not told back', async (_, written) => {
    const query = `mutation { registerEnterprise(input: { legalRepresentative: { ${written} } }) { number } }`;
    expect(refusal(await ask(query)).code).toMatch(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/);
  });

  it('is not read where it does not belong', async () => {
    for (const query of [
      `{ cases(first: "${ID_NUMBER}") { totalCount } }`,
      `{ cases(filter: {state: "${ID_NUMBER}"}) { totalCount } }`,
    ]) {
      expect(refusal(await ask(query)).code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
    const variable = 'query ($first: Int!) { cases(first: $first) { totalCount } }';
    expect(refusal(await ask(variable, { first: ID_NUMBER }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'Variable "$first": expected Int.',
    });
  });
});

it('keeps serving and answers noise with a code, whatever bytes come', async () => {
  for (let at = 0; at < 50; at++) expect(refusal(await send(randomBytes(100))).code).toBe('BODY_NOT_JSON');
  expect(JSON.parse((await ask('{ __typename }')).text)).toEqual({ data: { __typename: 'Query' } });
});
