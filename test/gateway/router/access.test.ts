import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, it } from '@jest/globals';
import { type ExecutionResult, type GraphQLError, parse, validate } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import type { Bearer, FieldUse } from '../../../gateway/router/access.ts';
import { executorFor, type Supergraph } from '../../../gateway/router/gateway.ts';
import { localSubgraph } from '../../../gateway/router/local-subgraph.ts';
import type { Subgraph } from '../../../gateway/router/port.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external",
  "@requires", "@authenticated", "@requiresScopes", "@policy"])`;

/** Papers of a registry: some open, some guarded, some behind an interface or a union. */
const REGISTRY = `${LINK}
type Query {
  open: String
  known: String @authenticated
  secret: String @requiresScopes(scopes: [["chief"], ["clerk", "sworn"]])
  must: String! @requiresScopes(scopes: [["chief"]])
  office(region: String!): Office
  paper: Paper
  papers: [Paper!]
  found: [Found!]
  vault: Vault
  code: Code
  mood: Mood
  thing: Thing
}
type Mutation { stamp(at: String): Stamp  burn: Boolean @requiresScopes(scopes: [["chief"]]) }
type Stamp { at: String  by: String @requiresScopes(scopes: [["chief"]]) }
type Office { name: String  safe(at: String = "desk"): String @policy(policies: [["same_region"], ["chief"]]) }
interface Paper { title: String  body: String }
type Notice implements Paper { title: String  body: String }
type Deed implements Paper { title: String  body: String @requiresScopes(scopes: [["chief"]]) }
union Found = Notice | Vault
type Vault @requiresScopes(scopes: [["chief"]]) { content: String  label: String }
scalar Code @authenticated
enum Mood @requiresScopes(scopes: [["chief"]]) { GOOD }
type Thing @key(fields: "id") { id: ID!  weight: Int @requiresScopes(scopes: [["chief"]])  name: String }
`;
const SCALES = `${LINK}
type Thing @key(fields: "id") {
  id: ID!
  weight: Int @external
  price: Int @requires(fields: "weight") @requiresScopes(scopes: [["chief"]])
  color: String
}`;

const resolvers = {
  Query: {
    open: () => 'open',
    known: () => 'known',
    secret: () => 'secret',
    must: () => 'must',
    office: () => ({ name: 'office', safe: 'gold' }),
    paper: () => ({ __typename: 'Deed', title: 'deed', body: 'hidden' }),
    papers: () => [
      { __typename: 'Deed', title: 'deed', body: 'hidden' },
      { __typename: 'Notice', title: 'notice', body: 'plain' },
    ],
    found: () => [
      { __typename: 'Notice', title: 'notice', body: 'plain' },
      { __typename: 'Vault', content: 'gold', label: 'vault' },
    ],
    vault: () => ({ content: 'gold', label: 'vault' }),
    code: () => 'code',
    mood: () => 'GOOD',
    thing: () => ({ id: '1', weight: 7, name: 'thing' }),
  },
  Mutation: { stamp: () => ({ at: 'now', by: 'chief' }), burn: () => true },
  Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, weight: 7, name: 'thing' }) },
};
const scales = {
  Thing: {
    __resolveReference: (reference: object) => reference,
    price: ({ weight }: { weight: number }) => weight * 2,
    color: () => 'red',
  },
};

const CLERK = ['clerk'];
const CHIEF = ['chief'];
const POLICIES: Record<string, (scopes: readonly string[], use: FieldUse) => boolean> = {
  same_region: (scopes, use) => scopes.includes(`region:${use.within?.args.region}`),
  chief: scopes => scopes.includes('chief'),
};

function composed(): Supergraph {
  const whole = composeSupergraph([
    { name: 'registry', url: 'http://registry.invalid', sdl: REGISTRY },
    { name: 'scales', url: 'http://scales.invalid', sdl: SCALES },
  ]);
  if (!whole.ok) throw new Error(JSON.stringify(whole.reasons));
  return whole;
}

/** Asks over the graph, and counts what departments are asked. */
function over(supergraph: Supergraph) {
  const asked: string[] = [];
  const counting = (subgraph: Subgraph): Subgraph => ({
    ...subgraph,
    send(request, call) {
      asked.push(request.query);
      return subgraph.send(request, call);
    },
  });
  const local = (name: string, sdl: string, resolve: object) =>
    counting(
      localSubgraph({ name, schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolve as never }]) }),
    );
  const subgraphs = [local('registry', REGISTRY, resolvers), local('scales', SCALES, scales)];
  const bearerOf = (scopes: readonly string[] | undefined): Bearer | undefined =>
    scopes && { scopes, allows: (policy, use) => POLICIES[policy]?.(scopes, use) ?? false };
  const execute = executorFor(supergraph, {
    subgraphs,
    access: {
      policies: Object.keys(POLICIES),
      bearerOf: (context: { scopes?: readonly string[] }) => bearerOf(context.scopes),
    },
  });
  const documents = new Map<string, ReturnType<typeof parse>>();
  return {
    asked,
    async ask(query: string, scopes?: readonly string[], variables: Record<string, unknown> = {}) {
      const document = documents.get(query) ?? parse(query);
      documents.set(query, document);
      expect(validate(supergraph.publicSchema, document)).toEqual([]);
      asked.length = 0;
      return execute({ document, variables, context: { scopes } });
    },
  };
}

const graph = over(composed());
const plain = ({ data, errors = [] }: ExecutionResult) => ({
  data: data && JSON.parse(JSON.stringify(data)),
  denied: errors.map(({ path = [], extensions }: GraphQLError) => `${extensions.code} ${path.join('.')}`),
});

describe('a caller that nobody knows', () => {
  it('sees what is open', async () => {
    expect(plain(await graph.ask('{ open __typename }'))).toEqual({
      data: { open: 'open', __typename: 'Query' },
      denied: [],
    });
  });

  it.each([
    '{ known }',
    '{ open known }',
    '{ a: known }',
    '{ ...f } fragment f on Query { ... on Query { known } }',
    'query ($yes: Boolean = true) { known @include(if: $yes) }',
    '{ code }',
    '{ papers { body } }',
    '{ found { ... on Vault { label } } }',
    '{ found { __typename } }',
    '{ paper { ... on Deed { b: body } } }',
    'mutation { burn }',
    'mutation { stamp { by } }',
  ])('is refused the whole of %s, with 401, and nobody is asked', async query => {
    const result = await graph.ask(query);
    expect(result).not.toHaveProperty('data');
    expect(result.errors).toMatchObject([
      {
        extensions: {
          code: 'UNAUTHENTICATED',
          http: { status: 401, headers: new Map([['www-authenticate', 'Bearer']]) },
        },
      },
    ]);
    expect(graph.asked).toEqual([]);
  });

  it('may leave out what is guarded', async () => {
    const query = 'query ($no: Boolean!) { open known @skip(if: $no) ... @include(if: false) { secret } }';
    expect(plain(await graph.ask(query, undefined, { no: true }))).toEqual({ data: { open: 'open' }, denied: [] });
    expect(plain(await graph.ask(query, undefined, { no: false }))).toMatchObject({ denied: ['UNAUTHENTICATED '] });
  });
});

describe('a known caller', () => {
  it.each<[string, string, readonly string[], object, string[]]>([
    ['sees what a token suffices for', '{ known code }', [], { known: 'known', code: 'code' }, []],
    ['is denied one field of several', '{ open secret }', CLERK, { open: 'open', secret: null }, ['FORBIDDEN secret']],
    ['is let in by any of the alternatives', '{ secret }', CHIEF, { secret: 'secret' }, []],
    ['needs all of one alternative', '{ secret }', ['clerk', 'sworn'], { secret: 'secret' }, []],
    ['is denied under an alias', '{ open: secret }', CLERK, { open: null }, ['FORBIDDEN open']],
    ['is denied a value of a guarded enum', '{ mood }', CLERK, { mood: null }, ['FORBIDDEN mood']],
    ['is denied an object of a guarded type', '{ vault { label } }', CLERK, { vault: null }, ['FORBIDDEN vault']],
    [
      'is denied through an interface what one of its objects guards',
      '{ papers { title body } }',
      CLERK,
      {
        papers: [
          { title: 'deed', body: null },
          { title: 'notice', body: null },
        ],
      },
      ['FORBIDDEN papers.body'],
    ],
    [
      'sees what the other objects of the interface do not guard',
      '{ papers { title ... on Notice { body } } }',
      CLERK,
      { papers: [{ title: 'deed' }, { title: 'notice', body: 'plain' }] },
      [],
    ],
    [
      'sees by a fragment what is denied by the interface, and no more',
      '{ papers { body ...n } } fragment n on Notice { body }',
      CLERK,
      { papers: [{ body: null }, { body: 'plain' }] },
      ['FORBIDDEN papers.body'],
    ],
    [
      'is denied the guarded member of a union, and its name',
      '{ found { ... on Vault { content } ... on Notice { title } } }',
      CLERK,
      { found: [{ title: 'notice' }, { content: null }] },
      ['FORBIDDEN found.content'],
    ],
    [
      'is denied at each place where a fragment is spread',
      '{ a: thing { ...t } b: thing { ...t } } fragment t on Thing { name weight }',
      CLERK,
      { a: { name: 'thing', weight: null }, b: { name: 'thing', weight: null } },
      ['FORBIDDEN a.weight', 'FORBIDDEN b.weight'],
    ],
    [
      'is denied what is made of what is denied',
      '{ thing { color price } }',
      CLERK,
      { thing: { color: 'red', price: null } },
      ['FORBIDDEN thing.price'],
    ],
    ['is given what is made of what it may see', '{ thing { price } }', CHIEF, { thing: { price: 14 } }, []],
    ['is told once of a place asked for twice', '{ secret secret }', CLERK, { secret: null }, ['FORBIDDEN secret']],
  ])('%s', async (_, query, scopes, data, denied) => {
    expect(plain(await graph.ask(query, scopes))).toEqual({ data, denied });
  });

  it('gets null for the whole where what is denied must not be null', async () => {
    expect(plain(await graph.ask('{ open must }', CLERK))).toEqual({ data: null, denied: ['FORBIDDEN must'] });
  });

  it('is told what is needed', async () => {
    const { errors } = await graph.ask('{ secret office(region: "1") { safe } }', CLERK);
    expect(errors?.map(({ message }) => message)).toEqual([
      'Query.secret needs the scope chief or clerk and sworn, which this caller does not have',
      'Office.safe needs the policy same_region or chief, which this caller does not have',
    ]);
    expect(errors?.[0]?.extensions.needs).toEqual({ scopes: [['chief'], ['clerk', 'sworn']] });
  });

  it('makes no department be asked for what is denied, nor for what would only lead to it', async () => {
    await graph.ask('{ secret vault { label } mood }', CLERK);
    expect(graph.asked).toEqual([]);
    await graph.ask('{ thing { name weight price } }', CLERK);
    expect(graph.asked).toHaveLength(1);
    expect(graph.asked.join()).not.toMatch(/weight|price/);
  });
});

describe('a policy', () => {
  const query = 'query ($region: String!) { office(region: $region) { name safe } }';
  it.each([
    ['1', { name: 'office', safe: 'gold' }, []],
    ['2', { name: 'office', safe: null }, ['FORBIDDEN office.safe']],
  ])('looks at arguments on the way, with the variables of each request: region %s', async (region, office, denied) => {
    expect(plain(await graph.ask(query, ['region:1'], { region }))).toEqual({ data: { office }, denied });
  });

  it('is not taken from one caller for another', async () => {
    for (const scopes of [['region:1'], [], ['chief'], [], ['region:1']]) {
      const { denied } = plain(await graph.ask(query, scopes, { region: '1' }));
      expect(denied).toEqual(scopes.length > 0 ? [] : ['FORBIDDEN office.safe']);
    }
  });
});

describe('a mutation', () => {
  it.each(['mutation { stamp { at } burn }', 'mutation { stamp { at by } }'])(
    'of which anything is denied does nothing: %s',
    async query => {
      const result = await graph.ask(query, CLERK);
      expect(result).not.toHaveProperty('data');
      expect(result.errors?.map(({ extensions: { code, http } }) => [code, http])).toEqual([
        ['FORBIDDEN', expect.objectContaining({ status: 403 })],
      ]);
      expect(graph.asked).toEqual([]);
      expect((await graph.ask(query, CHIEF)).errors).toBeUndefined();
      expect(graph.asked).not.toEqual([]);
    },
  );
});

describe('a rule', () => {
  const SPECS = 'https://specs.apollo.dev';
  const changed = (from: string | RegExp, to: string): Supergraph => {
    const supergraph = composed();
    const supergraphSdl = supergraph.supergraphSdl.replace(from, to);
    if (supergraphSdl === supergraph.supergraphSdl) throw new Error(`nothing matches ${from}`);
    return { ...supergraph, supergraphSdl };
  };

  it('of an interface binds its objects, however they are asked for', async () => {
    const strict = over(changed(/(interface Paper [^}]*title: String)/, '$1 @requiresScopes(scopes: [["chief"]])'));
    for (const query of ['{ paper { title } }', '{ paper { ... on Notice { title } ... on Deed { title } } }']) {
      expect(plain(await strict.ask(query, CLERK)).denied).toContain('FORBIDDEN paper.title');
    }
    const whole = over(changed('interface Paper ', 'interface Paper @authenticated '));
    for (const query of ['{ paper { title } }', '{ found { ... on Notice { title } } }']) {
      expect(plain(await whole.ask(query)).denied).toEqual(['UNAUTHENTICATED ']);
    }
  });

  it('of an object binds its interface, also where the composer does not sum it up there', async () => {
    const lax = over(
      changed(/(interface Paper [^}]*body: String[^\n]*?) @requiresScopes\(scopes: \[\["chief"\]\]\)/, '$1'),
    );
    const told = plain(await lax.ask('{ papers { title body } }', CLERK));
    expect(told.denied).toEqual(['FORBIDDEN papers.body']);
    expect(JSON.stringify(told.data)).not.toContain('hidden');
  });

  it('of a root binds all that is asked there, but for its name and the schema', async () => {
    const closed = over(changed(/type Query /, 'type Query @authenticated '));
    expect(plain(await closed.ask('{ open }')).denied).toEqual(['UNAUTHENTICATED ']);
    expect(plain(await closed.ask('{ open }', []))).toEqual({ data: { open: 'open' }, denied: [] });
    expect(plain(await closed.ask('{ __typename __schema { queryType { name } } }')).denied).toEqual([]);
  });

  it('of what a field is made of binds the field, also where the composer does not say so', async () => {
    const lax = over(changed(/(price: Int @join__field\([^)]*\)) @requiresScopes\(scopes: \[\["chief"\]\]\)/, '$1'));
    expect(plain(await lax.ask('{ thing { price } }', CLERK)).denied).toEqual(['FORBIDDEN thing.price']);
  });

  it('is one under another name', async () => {
    const renamed = changed(`${SPECS}/authenticated/v0.1"`, `${SPECS}/authenticated/v0.1", as: "token"`);
    const supergraphSdl = renamed.supergraphSdl.replaceAll('@authenticated', '@token');
    expect(plain(await over({ ...renamed, supergraphSdl }).ask('{ known }')).denied).toEqual(['UNAUTHENTICATED ']);
  });

  it.each<[string, string | RegExp, string, string]>([
    ['of an unknown policy', '"same_region"', '"same_regoin"', 'Office.safe has the policy "same_regoin"'],
    ['without alternatives', '[["chief"], ["clerk", "sworn"]]', '[]', 'Query.secret: @requiresScopes names no scopes'],
    ['with an alternative of nothing', '[["chief"], ["clerk", "sworn"]]', '[[]]', 'Query.secret: @requiresScopes'],
    [
      'at an argument',
      'region: String!',
      'region: String! @authenticated',
      '@authenticated at a InputValueDefinition of Query',
    ],
    ['at a union', /union Found/, 'union Found @authenticated', '@authenticated at a UnionTypeDefinition of Found'],
    ['of another version', 'authenticated/v0.1', 'authenticated/v0.9', 'is another version than v0.1'],
    [
      'of a kind that nobody knows',
      `${SPECS}/policy/v0.1`,
      `${SPECS}/geofence/v0.1`,
      'a security feature of other kind',
    ],
  ])('%s makes the supergraph unusable', (_, from, to, reason) => {
    expect(() => over(changed(from, to))).toThrow(reason);
  });

  it('that can not be enforced is told with all others', () => {
    const { supergraphSdl } = changed('"same_region"', '"x"');
    const both = { ...composed(), supergraphSdl: supergraphSdl.replace(/union Found/, 'union Found @authenticated') };
    expect(() => over(both)).toThrow(/policy "x".*@authenticated at a Union|@authenticated at a Union.*policy "x"/);
  });
});
