import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportSPKI, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { type IdentityKeys, identityKeys, makeSigningKey } from '../../identity/keys.ts';
import { type IdentityProvider, serveProvider } from '../../identity/provider.ts';
import { ROLES, type Role } from '../../subgraphs/caller.ts';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { application } from '../fixtures/application.ts';
import { type Answer, type Center, openCenter } from '../fixtures/center.ts';
import { lines } from '../fixtures/defects.ts';
import { fieldsOf } from '../fixtures/desk.ts';
import { freePorts } from '../fixtures/ports.ts';
import { until } from '../fixtures/until.ts';

const AUDIENCE = 'urn:one-window:gateway';
const [OWN, OTHER] = ['371002', '330106'];
const folder = mkdtempSync(join(tmpdir(), 'one-window-identity-'));

let port: number;
let keys: IdentityKeys;
let provider: IdentityProvider | undefined;
let center: Center;
let uscc: string;
let number: string;
let certificate: string;

async function startProvider(): Promise<void> {
  keys = await identityKeys(folder);
  const fail = (defect: Error) => {
    throw defect;
  };
  provider = await serveProvider({ host: '127.0.0.1', port, audience: AUDIENCE, keys, report: fail });
}
async function stopProvider(): Promise<void> {
  await provider?.close();
  provider = undefined;
}
const issuer = () => `http://127.0.0.1:${port}`;

/** As a client of the provider gets it. */
async function issued(role: Role, region?: string): Promise<string> {
  const client = `demo-${role.toLowerCase()}`;
  const basic = Buffer.from(`${client}:${keys.clientSecrets[client]}`).toString('base64');
  const scope = region === undefined ? `role:${role}` : `role:${role} region:${region}`;
  const answer = await fetch(`${issuer()}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

interface Told extends Answer<Record<string, unknown>> {
  readonly status: number;
  readonly challenge: string | null;
}
async function ask(query: string, token?: string, variables: object = {}): Promise<Told> {
  const response = await fetch(`${center.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const told = (await response.json()) as Answer<Record<string, unknown>>;
  return { ...told, status: response.status, challenge: response.headers.get('www-authenticate') };
}

const lineOperations = () => departmentIds.map(id => center.line(id).operations.length);

beforeAll(async () => {
  [port] = (await freePorts(1)) as [number];
  await startProvider();
  center = await openCenter({
    overLine: departmentIds,
    // What departments are asked is counted: their schemas are asked for once.
    environment: { OIDC_JWKS: '', OIDC_ISSUER: issuer(), OIDC_KEYS_MAX_AGE: '1', SDL_POLL_MS: '3600000' },
  });
  const query = `mutation ($input: RegisterEnterpriseInput!) {
    registerEnterprise(input: $input) { state number certificates { id } enterprise { uscc } } }`;
  const { data, errors } = await ask(query, await issued('CLERK', OWN), { input: application() });
  expect(errors).toBeUndefined();
  const made = data?.registerEnterprise as {
    number: string;
    certificates: { id: string }[];
    enterprise: { uscc: string };
  };
  ({ number } = made);
  ({ uscc } = made.enterprise);
  certificate = made.certificates[0]?.id ?? '';
}, 60_000);
afterAll(async () => {
  await center.close();
  await stopProvider();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * What becomes of each field: for a caller without a token, then for CLERK, OFFICER, APPROVER, SUPERVISOR and AUDITOR of
 * the region that the enterprise and its case are of, then for the same of another region.
 *
 * s sees it · n is told null, as of a case that there is not · f FORBIDDEN · u UNAUTHENTICATED · p passes, to be refused
 * for what it asks
 */
const ONE = 'query ($uscc: ID!) { enterprise(uscc: $uscc)';
const CASE = 'query ($number: ID!) { case(number: $number)';
const TABLE: readonly (readonly [what: string, query: string, becomes: string])[] = [
  ['the catalogue', '{ catalogue { id } }', 's sssss sssss'],
  ['the regimes', '{ regimes { id } }', 's sssss sssss'],
  [
    'a dry run',
    `{ requirements(regime: "R2", enterpriseType: PARTNERSHIP, regionCode: "${OWN}") { needs } }`,
    's sssss sssss',
  ],
  [
    'a certificate by its id',
    'query ($certificate: ID!) { certificate(id: $certificate) { holder } }',
    's sssss sssss',
  ],
  ['the type of the root', '{ __typename }', 's sssss sssss'],
  ['the schema', '{ __schema { queryType { name } } }', 's sssss sssss'],
  ['an enterprise by name', `${ONE} { name } }`, 'u sssss sssss'],
  ['its license', `${ONE} { license { status } } }`, 'u sssss sssss'],
  ['its organization code', `${ONE} { organizationCode { code } } }`, 'u sssss sssss'],
  ['its tax registrations', `${ONE} { taxRegistrations { office } } }`, 'u sssss fffff'],
  ['its seals', `${ONE} { seals { code } } }`, 'u ssssf fffff'],
  ['all enterprises', '{ enterprises { nodes { name } } }', 'u sssss sssss'],
  ['taxes of enterprises anywhere', '{ enterprises { nodes { taxRegistrations { office } } } }', 'u fffff fffff'],
  [
    'taxes of enterprises of a region',
    `{ enterprises(filter: { regionCode: "${OWN}" }) { nodes { taxRegistrations { office } } } }`,
    'u sssss fffff',
  ],
  ['a case', `${CASE} { state } }`, 'u sssss nnnnn'],
  ['the ledger of a case', `${CASE} { ledger { hash } } }`, 'u sssss nnnnn'],
  [
    'the taxes of the enterprise of a case',
    `${CASE} { enterprise { taxRegistrations { office } } } }`,
    'u sssss nnnnn',
  ],
  ['the seals of the enterprise of a case', `${CASE} { enterprise { seals { code } } } }`, 'u ssssf nnnnf'],
  ['cases', '{ cases { totalCount } }', 'u sssss sssss'],
  [
    'registerEnterprise',
    'mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { number } }',
    'u sffff fffff',
  ],
  [
    'resubmitCase',
    'mutation ($fields: ApplicationInput!) { resubmitCase(requestId: "a", number: "0", application: $fields) { number } }',
    'u pffff pffff',
  ],
  ['withdrawCase', 'mutation { withdrawCase(requestId: "b", number: "0", reason: "x") { number } }', 'u pffff pffff'],
  [
    'proposeRepair',
    'mutation { proposeRepair(requestId: "c", number: "0", item: "license", verb: RETRY, reason: "x") { id } }',
    'u fpfpf fpfpf',
  ],
  ['approveRepair', 'mutation { approveRepair(id: "0/0") { number } }', 'u ffppf ffppf'],
];

function becameOf({ data, errors, status }: Told): string {
  const code = errors?.[0]?.extensions.code;
  if (code === 'UNAUTHENTICATED') return data === undefined && status === 401 ? 'u' : '?';
  if (code === 'FORBIDDEN') return 'f';
  if (code !== undefined) return 'p';
  return Object.values(data ?? {}).every(value => value === null) ? 'n' : 's';
}

describe('role × field × region', () => {
  it.each(TABLE)('%s', async (_, query, becomes) => {
    const callers = [
      undefined,
      ...(await Promise.all([OWN, OTHER].flatMap(region => ROLES.map(role => issued(role, region))))),
    ];
    let became = '';
    for (const [at, token] of callers.entries()) {
      const input = application();
      const told = await ask(query, token, { uscc, number, certificate, input, fields: fieldsOf(input) });
      became += (at === 1 || at === 6 ? ' ' : '') + becameOf(told);
    }
    expect(became).toBe(becomes);
  });

  it('a token without a region is for all of them, one of a province for its counties', async () => {
    for (const region of [undefined, '370000', '371000']) {
      const { data, errors } = await ask(`${ONE} { taxRegistrations { office } } }`, await issued('OFFICER', region), {
        uscc,
      });
      expect([errors, data?.enterprise]).toEqual([undefined, { taxRegistrations: expect.any(Array) }]);
    }
  });
});

describe('what a caller may not see', () => {
  const DODGES = [
    ['a department’s only field', '{ taxRegistrations { office } }', { taxRegistrations: null }],
    ['an alias', '{ name: taxRegistrations { office } }', { name: null }],
    [
      'a fragment',
      '{ ...a } fragment a on Enterprise { ... on Enterprise { taxRegistrations { office } } }',
      { taxRegistrations: null },
    ],
    ['a variable that lets it in', '{ taxRegistrations @include(if: $yes) { office } }', { taxRegistrations: null }],
    ['several fields of it', '{ taxRegistrations { office } taxRegistrations { status } }', { taxRegistrations: null }],
  ] as const;

  it.each(DODGES)(
    'is null beside the rest and told with its path and need, and its department is not asked: %s',
    async (_, fields, shown) => {
      const [selection, ...fragments] = fields.split(/ (?=fragment)/);
      const head = fields.includes('$yes') ? ONE.replace(')', ', $yes: Boolean = true)') : ONE;
      const before = lineOperations();
      const answer = await ask(
        `${head} { uscc more: name ... on Enterprise ${selection} } } ${fragments.join(' ')}`,
        await issued('CLERK', OTHER),
        { uscc },
      );
      expect(answer.data).toEqual({ enterprise: { uscc, more: expect.any(String), ...shown } });
      expect(answer.status).toBe(200);
      expect(answer.errors).toEqual([
        {
          message: expect.stringMatching(/^Enterprise\.taxRegistrations needs the policy region_of_enterprise/),
          path: ['enterprise', Object.keys(shown)[0]],
          extensions: { code: 'FORBIDDEN', needs: { policies: [['region_of_enterprise']] } },
        },
      ]);
      const asked = lineOperations().map((count, at) => count - (before[at] as number));
      expect(Object.fromEntries(departmentIds.map((id, at) => [id, asked[at]]))).toEqual({
        business: 1,
        tax: 0,
        code: 0,
        seal: 0,
      });
    },
  );

  it('is not told by a department that has forgotten to check, for it is not asked', async () => {
    const tax = center.line('tax');
    tax.disturb = () => ({ body: '{"data":{"_entities":[{"taxRegistrations":[{"office":"leaked"}]}]}}' });
    const query = `${ONE} { name taxRegistrations { office } } }`;
    const open = await ask(query, await issued('CLERK', OWN), { uscc });
    expect(JSON.stringify(open.data)).toContain('leaked');
    for (const told of [
      await ask(query, await issued('CLERK', OTHER), { uscc }),
      await ask(query, undefined, { uscc }),
    ]) {
      expect(JSON.stringify(told)).not.toContain('leaked');
    }
    tax.disturb = undefined;
  });

  it('is fetched for nobody without a token, and a mutation that is denied does nothing', async () => {
    const before = lineOperations();
    const cases = async () => (await ask('{ cases { totalCount } }', await issued('AUDITOR'))).data;
    const counted = await cases();
    await ask('{ enterprises { nodes { name } } catalogue { id } }');
    const mutation = `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { number } }`;
    for (const token of [undefined, await issued('OFFICER', OWN)]) await ask(mutation, token, { input: application() });
    expect(lineOperations()).toEqual(before);
    expect(await cases()).toEqual(counted);
  });

  it('opens no stream', async () => {
    const response = await fetch(`${center.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `subscription { caseProgress(number: "${number}") { state } }` }),
    });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    await response.body?.cancel();
  });
});

describe('a token', () => {
  const READ = '{ cases { totalCount } }';
  const good = (): JWTPayload => ({ iss: issuer(), aud: AUDIENCE, sub: 'x', scope: 'role:CLERK', exp: now() + 600 });
  const now = () => Math.floor(Date.now() / 1000);
  const own = async () => (await importJWK(keys.signing[0], 'ES256')) as CryptoKey;
  const kid = () => keys.signing[0].kid ?? '';
  const signed = async (
    claims: JWTPayload = {},
    header: object = {},
    by?: CryptoKey | KeyObject | Uint8Array,
  ): Promise<string> =>
    new SignJWT({ ...good(), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: kid(), ...header })
      .sign(by ?? (await own()));
  const bare = (header: object) =>
    [header, good()].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const publicJwk = (): JWK => {
    const { d: _, ...open } = keys.signing[0];
    return open;
  };
  const swapped = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pem = async () => Buffer.from(await exportSPKI((await importJWK(publicJwk(), 'ES256')) as CryptoKey));

  it('of the provider is good, once and again', async () => {
    const token = await issued('CLERK');
    for (let times = 0; times < 3; times++) expect((await ask(READ, token)).errors).toBeUndefined();
    expect((await ask(READ, await signed())).errors).toBeUndefined();
  });

  it.each<[string, () => Promise<string> | string]>([
    ['expired', () => signed({ exp: now() - 60 })],
    ['not valid yet', () => signed({ nbf: now() + 60 })],
    ['without an end', () => signed({ exp: undefined as unknown as number })],
    ['for another service', () => signed({ aud: 'urn:other' })],
    ['of another issuer', () => signed({ iss: 'http://127.0.0.1:1' })],
    ['with the algorithm none', () => `${bare({ alg: 'none', typ: 'at+jwt' })}.`],
    ['with HS256 and the public key in PEM for a secret', async () => signed({}, { alg: 'HS256' }, await pem())],
    [
      'with HS256 and the public key as it is published',
      () => signed({}, { alg: 'HS256' }, Buffer.from(JSON.stringify(publicJwk()))),
    ],
    ['signed with a swapped key', () => signed({}, {}, swapped())],
    ['signed with a key of its own inside', () => signed({}, { jwk: publicJwk() }, swapped())],
    ['of a key that nobody knows', () => signed({}, { kid: 'other' }, swapped())],
    [
      'whose claims were changed afterwards',
      async () => {
        const [head, , tail] = (await signed()).split('.');
        return [
          head,
          Buffer.from(JSON.stringify({ ...good(), scope: 'role:SUPERVISOR' })).toString('base64url'),
          tail,
        ].join('.');
      },
    ],
    ['for another end', () => signed({}, { typ: 'logout+jwt' })],
    ['without a role', () => signed({ scope: 'openid' })],
    ['of two roles', () => signed({ scope: 'role:CLERK role:SUPERVISOR' })],
    ['for two regions', () => signed({ scope: 'role:CLERK region:371002 region:330106' })],
    ['for half a region', () => signed({ scope: 'role:CLERK region:3710' })],
    ['without a subject', () => signed({ sub: undefined as unknown as string })],
    ['that is oversized', () => signed({ padding: 'x'.repeat(5_000) })],
  ])('%s is refused with 401, and is not told back', async (_, make) => {
    const token = await make();
    const before = lineOperations();
    for (const query of [READ, '{ catalogue { id } }']) {
      const told = await ask(query, token);
      expect([told.status, told.challenge, told.data]).toEqual([401, 'Bearer', undefined]);
      expect(told.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      expect(JSON.stringify(told)).not.toContain(token.slice(-20));
    }
    expect(lineOperations()).toEqual(before);
  });
});

describe('a department', () => {
  const TAXES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Enterprise { taxRegistrations { office } } } }`;
  const askTax = async (token?: string) => {
    const body = { query: TAXES, variables: { of: [{ __typename: 'Enterprise', uscc }] } };
    const answer = await center.line('tax').ask(JSON.stringify(body), token && `Bearer ${token}`);
    return JSON.parse(answer) as Answer<{ _entities: unknown[] }>;
  };

  it('answers the center about the enterprise, with the token of who asks', async () => {
    expect(await askTax(await issued('CLERK', OWN))).toEqual({
      data: { _entities: [{ taxRegistrations: [{ office: expect.any(String) }, { office: expect.any(String) }] }] },
    });
  });

  it.each<[string, () => Promise<string> | undefined, string]>([
    ['without a token', () => undefined, 'UNAUTHENTICATED'],
    ['with that of another region', () => issued('SUPERVISOR', OTHER), 'FORBIDDEN'],
    ['with one that is none', async () => 'x.y.z', 'UNAUTHENTICATED'],
  ])('checks again, though it is the center that asks: %s', async (_, token, code) => {
    const { data, errors } = await askTax(await token());
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(JSON.stringify(data ?? null)).not.toContain('office');
  });

  it('is filed with by the center alone, without anybody’s token', async () => {
    const answer = await center.line('tax').ask('{"query":"{ outcomesOf(operationIds: []) { operationId } }"}');
    expect(JSON.parse(answer)).toEqual({ data: { outcomesOf: [] } });
  });
});

describe('the keys of the provider', () => {
  it('change without a restart: a new one is good at once, an old one no longer', async () => {
    const old = await issued('CLERK');
    expect((await ask('{ cases { totalCount } }', old)).errors).toBeUndefined();
    await stopProvider();
    await makeSigningKey(folder);
    await startProvider();
    await sleep(1_100); // As long as the keys before may be used without asking again.
    const fresh = await issued('CLERK');
    expect((await ask('{ cases { totalCount } }', fresh)).errors).toBeUndefined();
    expect((await ask('{ cases { totalCount } }', old)).status).toBe(401);
    expect((await ask(`${ONE} { taxRegistrations { office } } }`, fresh, { uscc })).errors).toBeUndefined();
  });

  it('are kept: a gateway starts while the provider is away, and says so', async () => {
    const token = await issued('CLERK');
    await stopProvider();
    await center.stopGateway();
    await center.startGateway();
    expect((await ask('{ cases { totalCount } }', token)).errors).toBeUndefined();
    await until(
      () => lines.join('').includes("can't be had (ECONNREFUSED); the last good ones are used"),
      () => lines.join(''),
    );
  });

  it('are waited for where there were none: meanwhile nobody is let in by a token, and what is open is open', async () => {
    await center.stopGateway();
    rmSync(join(center.dataDir, 'center', 'identity-keys.json'));
    await center.startGateway();
    const token = await new SignJWT({ scope: 'role:CLERK' })
      .setProtectedHeader({ alg: 'ES256', ...(keys.signing[0].kid && { kid: keys.signing[0].kid }) })
      .setIssuer(issuer())
      .setAudience(AUDIENCE)
      .setSubject('x')
      .setExpirationTime('1h')
      .sign((await importJWK(keys.signing[0], 'ES256')) as CryptoKey);
    expect((await ask('{ cases { totalCount } }', token)).status).toBe(401);
    expect((await ask('{ catalogue { id } }')).errors).toBeUndefined();
    expect(lines.join('')).toContain('nobody is let in by a token until they can');
    await startProvider();
    await until(async () => (await ask('{ cases { totalCount } }', token)).status === 200);
    expect((await ask('{ cases { totalCount } }', token)).errors).toBeUndefined();
  });
});
