import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLFormattedError, getIntrospectionQuery, parse } from 'graphql';
import { excesses, LIMITS } from '../../../gateway/router/limits.ts';
import { createScreen } from '../../../gateway/router/screen.ts';

const schema = buildSchema('type Query { a: Query  b(x: Int): Int  list: [Query] }');
const server = new ApolloServer({
  schema,
  introspection: true,
  ...createScreen({ introspection: true }).apollo,
});
beforeAll(() => server.start());
afterAll(() => server.stop());

async function refusals(query: string): Promise<readonly GraphQLFormattedError[]> {
  const { body } = await server.executeOperation({ query });
  return body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
}
const codes = async (query: string) => (await refusals(query)).map(({ extensions }) => extensions?.code);

const nested = (depth: number) => `${'{ a '.repeat(depth - 1)}{ b }${' }'.repeat(depth - 1)}`;
const aliased = (count: number) => `{ ${Array.from({ length: count }, (_, n) => `x${n}: b`).join(' ')} }`;
const bomb = (levels: number, leaf: string) =>
  `{ a { ...F0 } } ${Array.from({ length: levels }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`).join(' ')}
   fragment F${levels} on Query { ${leaf} }`;

describe('each limit is named, with what was found', () => {
  it.each([
    ['depth', nested(200), 'DEPTH_LIMIT', '200 levels of fields, more than the 12 allowed'],
    ['aliases', `{ a ${aliased(300)} }`, 'ALIAS_LIMIT', '300 aliases, more than the 30 allowed'],
    ['root fields', aliased(11), 'ROOT_FIELD_LIMIT', '11 root fields, more than the 10 allowed'],
    [
      'directives',
      `{ b ${'@skip(if: false) '.repeat(51)} }`,
      'DIRECTIVE_LIMIT',
      '51 directives, more than the 50 allowed',
    ],
    ['fields by fragments', bomb(10, 'b'), 'FIELD_LIMIT', '1025 fields, more than the 300 allowed'],
    ['aliases by fragments', bomb(5, 'x: b'), 'ALIAS_LIMIT', '32 aliases, more than the 30 allowed'],
    [
      'depth by fragments',
      `{ a { ...F } } fragment F on Query { ...G } fragment G on Query ${nested(12)}`,
      'DEPTH_LIMIT',
      '13 levels of fields',
    ],
  ])('%s', async (_, query, code, words) => {
    const found = (await refusals(query)).find(({ extensions }) => extensions?.code === code);
    expect(found?.message).toContain(words);
  });

  it('tokens', async () => {
    const [error] = await refusals(`{ ${'b '.repeat(2_000)} }`);
    expect(error?.extensions?.code).toBe('TOKEN_LIMIT');
    expect(error?.message).toBe('The document has at least 2001 tokens, more than the 2000 allowed');
  });

  it('answers 400', async () => {
    const response = await server.executeOperation({ query: nested(20) });
    expect(response.http.status).toBe(400);
  });
});

describe('what is within the limits passes', () => {
  it.each([
    ['as deep as allowed', nested(LIMITS.depthMax)],
    ['as many aliases as allowed', `{ a ${aliased(30)} }`],
    [
      'the full introspection query',
      getIntrospectionQuery({
        inputValueDeprecation: true,
        oneOf: true,
        specifiedByUrl: true,
        schemaDescription: true,
        directiveIsRepeatable: true,
      }),
    ],
  ])('%s', async (_, query) => expect(await codes(query)).toEqual([]));
});

/** Of the processor, whatever else the machine has to do. */
const spentMs = (since: NodeJS.CpuUsage): number => process.cpuUsage(since).user / 1_000;

describe('hostile documents are refused in milliseconds', () => {
  it.each([
    ['a bomb of fragments', bomb(30, 'x: b')],
    ['a longer bomb', bomb(150, 'x: b')],
    [
      'a cycle of fragments',
      '{ ...A } fragment A on Query { a { ...B ...B } } fragment B on Query { a { ...A ...A } }',
    ],
    ['a fragment that holds itself', '{ a { ...A } } fragment A on Query { x: b ...A ...A }'],
    ['300 aliases', aliased(300)],
    ['depth 200', nested(200)],
    ['many fields of one name', `{ a { ${'a { b } '.repeat(450)} } }`],
    [
      'many spreads of one fragment',
      `{ a { ${'...F '.repeat(400)} } } fragment F on Query { ${'a { b } '.repeat(100)} }`,
    ],
    [
      'introspection without end',
      `{ __schema { types ${'{ fields { type '.repeat(40)} { name } ${'} }'.repeat(40)} } }`,
    ],
  ])('%s', async (_, query) => {
    const began = process.cpuUsage();
    expect(await codes(query)).not.toEqual([]);
    expect(spentMs(began)).toBeLessThan(250);
    const document = parse(query, { maxTokens: 10_000 });
    const measured = process.cpuUsage();
    excesses(document);
    expect(spentMs(measured)).toBeLessThan(100);
  });
});

it('leaves the codes of other faults alone', async () => {
  expect(await codes('{ nothing }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  expect(await codes('{ nothing')).toEqual(['GRAPHQL_PARSE_FAILED']);
});

it('is not fooled by a document that names a limit', async () => {
  expect(await codes('{ a(x: "more than 2000 tokens") { b } }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});
