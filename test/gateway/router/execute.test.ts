import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type DocumentNode, type ExecutionResult, parse } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { createExecutor } from '../../../gateway/router/execute.ts';
import { hivePlanner } from '../../../gateway/router/planner.ts';
import type { Subgraph } from '../../../gateway/router/port.ts';
import { until } from '../../fixtures/until.ts';
import { DEPARTMENTS, startToy, type Toy } from './toy.ts';

let toy: Toy;
beforeAll(async () => {
  toy = await startToy();
});
afterAll(() => toy.stop());
afterEach(() => {
  for (const name of DEPARTMENTS) {
    toy.departments[name].fault = undefined;
    toy.departments[name].asked.length = 0;
    toy.departments[name].headers.length = 0;
  }
});

/** Compared as the client sees it: as text, the order of keys included. */
const seen = ({ data }: ExecutionResult) => JSON.stringify(data);
const told = ({ errors }: ExecutionResult) =>
  (errors ?? [])
    .map(({ message, path, extensions }) => JSON.stringify({ message, path, code: extensions.code }))
    .sort();

async function expectAsPlain(source: string, variables?: Record<string, unknown>) {
  const [federated, plain] = [await toy.run(source, variables), await toy.plainly(source, variables)];
  expect(seen(federated)).toBe(seen(plain));
  expect(told(federated)).toEqual(told(plain));
  return federated;
}

describe('a read across departments', () => {
  it('asks each of four departments once for 50 enterprises', async () => {
    const result = await expectAsPlain(
      '{ enterprises(first: 50) { nodes { uscc name taxes { kind number } organizationCode seals { id } } totalCount } }',
    );
    expect(result.data).toMatchObject({ enterprises: { nodes: { length: 50 } } });
    expect(DEPARTMENTS.map(name => toy.departments[name].asked.length)).toEqual([1, 1, 1, 1]);
  });

  it('sends each entity once, however many places it stands in', async () => {
    await expectAsPlain(
      '{ cases(first: 6) { items { holder { organizationCode } } enterprise { organizationCode } } }',
    );
    const { asked } = toy.departments.code;
    expect(asked).toHaveLength(1);
    const sent = Object.values(asked[0]?.variables ?? {}).flat();
    expect(new Set(sent.map(each => JSON.stringify(each))).size).toBe(sent.length);
  });

  it.each([
    [
      'aliases',
      '{ a: enterprise(uscc: "U1") { n: name(lang: "en") m: name name: uscc } b: enterprise(uscc: "U2") { n: uscc } }',
    ],
    ['an alias that is the name of a key', '{ enterprise(uscc: "U1") { uscc: name organizationCode } }'],
    ['an alias that is the name of a required field', '{ enterprise(uscc: "U1") { capital: organizationCode size } }'],
    [
      'an alias that is called __typename',
      '{ enterprise(uscc: "U1") { __typename: name organizationCode } search { __typename: __typename } }',
    ],
    [
      'fragments',
      '{ enterprise(uscc: "U1") { ...F ... { uscc } } } fragment F on Enterprise { name ...G } fragment G on Enterprise { organizationCode name }',
    ],
    [
      'one field asked twice with different parts',
      '{ case(number: "N0") { enterprise { name } enterprise { organizationCode } ... on Case { enterprise { uscc } } } }',
    ],
    ['an entity that no one knows', '{ enterprise(uscc: "nobody") { name organizationCode } }'],
    ['lists of lists', '{ papers { ... on License { pages { no holder { name organizationCode } } } } }'],
    [
      'a union',
      '{ search { __typename ... on Case { number enterprise { name } } ... on Enterprise { name taxes { kind } } ... on Paper { title } } }',
    ],
    ['a union without its types', '{ search { t: __typename } }'],
    ['an interface', '{ papers { id title(upper: true) ... on Slip { case { enterprise { organizationCode } } } } }'],
    [
      'entities inside an entity of another department',
      '{ enterprise(uscc: "U1") { seals { id owner { name seals(first: 1) { owner { organizationCode } } } } } }',
    ],
    ['a field that needs another department first', '{ enterprises(first: 9) { nodes { size } } }'],
    ['the same through a window', '{ cases { enterprise { size name } } }'],
    [
      'a field named like something every object inherits',
      '{ cases { constructor toString: number enterprise { constructor: name hasOwnProperty: organizationCode } } }',
    ],
    ['only __typename', '{ __typename a: __typename }'],
    [
      'errors inside departments',
      '{ enterprises(first: 15) { nodes { uscc r: rate name } } case(number: "N1") { broken number } }',
    ],
    [
      'errors that reach a non-null place',
      '{ a: enterprise(uscc: "U2") { strictRate name organizationCode } b: enterprise(uscc: "U3") { strictRate } enterprises(first: 2) { nodes { strictRate } } }',
    ],
    [
      'errors of an entity in several places',
      '{ cases(first: 6) { enterprise { rate } items { holder { rate name } } } }',
    ],
  ])('answers as one plain schema would: %s', (_, source) => expectAsPlain(source).then(() => undefined));

  it('keeps apart two places of one entity that ask different things under one name', () =>
    expectAsPlain(`{ search {
      ... on Case { enterprise { seals { owner { x: name } } } }
      ... on Enterprise { seals { owner { x: organizationCode } } }
      ... on License { pages { holder { seals { owner { x: uscc } } } } } } }`).then(() => undefined));

  it('takes __proto__ for an alias like any other', async () => {
    const result = await toy.run(
      '{ __proto__: enterprise(uscc: "U1") { __proto__: organizationCode constructor: name } }',
    );
    expect(JSON.stringify(result)).toBe('{"data":{"__proto__":{"__proto__":"C1","constructor":"zh-1"}}}');
    expect(({} as Record<string, unknown>).organizationCode).toBeUndefined();
  });

  it('never lets a key __proto__ of a department into anything', async () => {
    toy.departments.code.fault = (_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        '{"data":{"_entities":[{"organizationCode":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]}}',
      );
    };
    const { data } = await toy.run('{ case(number: "N0") { enterprise { organizationCode name } } }');
    expect(JSON.stringify(data)).toBe('{"case":{"enterprise":{"organizationCode":"x","name":"zh-0"}}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('variables and conditions', () => {
  const CONDITIONAL = `query Q($a: Boolean!, $b: Boolean = true, $lang: String = "en") {
    enterprise(uscc: "U1") @include(if: $a) { name(lang: $lang) ... @skip(if: $b) { organizationCode taxes @include(if: $a) { kind } } seals @skip(if: $b) { id } }
    cases @skip(if: $a) { number ...F @include(if: $b) }
    taxOffices @include(if: $b) @skip(if: $a)
  } fragment F on Case { enterprise { name(lang: $lang) organizationCode @skip(if: $a) } }`;

  it.each([[{ a: true }], [{ a: false }], [{ a: true, b: false, lang: null }], [{ a: false, b: false, lang: 'fr' }]])(
    'include, skip and default what %j says',
    variables => expectAsPlain(CONDITIONAL, variables).then(() => undefined),
  );

  it('refuses a condition that is null', async () => {
    const { data, errors } = await toy.run(CONDITIONAL, { a: false, b: null });
    expect(data).toBeUndefined();
    expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ['Variable "$b" decides a condition and is null', 'BAD_USER_INPUT'],
    ]);
  });

  it('asks no department whose fields are all left out', async () => {
    await expectAsPlain('query($a: Boolean!) { enterprise(uscc: "U1") @include(if: $a) { name } cases { number } }', {
      a: false,
    });
    expect(toy.departments.business.asked).toHaveLength(0);
  });

  it('passes a variable only where it is used', async () => {
    await toy.run(
      'query($k: String, $l: String) { enterprise(uscc: "U1") { name(lang: $l) taxes(kind: $k) { kind } } }',
      { k: 'VAT', l: 'en', unknown: 1 },
    );
    expect(toy.departments.business.asked[0]?.variables).toEqual({ l: 'en' });
    expect(Object.keys(toy.departments.tax.asked[0]?.variables ?? {}).sort()).toEqual(['k', 'representations']);
  });

  it.each([
    ['representations', '{ enterprise(uscc: "U1") { taxes(kind: $representations) { kind } } }'],
    [
      '__batch_reps_0',
      '{ enterprise(uscc: "U1") { taxes(kind: $__batch_reps_0) { kind } } cases { enterprise { taxes { kind } } } }',
    ],
    ['_v_representations', '{ enterprise(uscc: "U1") { taxes(kind: $_v_representations) { kind } } }'],
  ])('takes a variable called %s for the client’s', async (name, body) => {
    await expectAsPlain(`query($${name}: String) ${body}`, { [name]: 'LOCAL' });
  });

  it('fills in and checks input objects', async () => {
    await expectAsPlain('query($i: EchoInput) { echo(input: $i) }', { i: { times: 2, kinds: ['PARTNERSHIP'] } });
    await expectAsPlain('{ echo(input: { text: "x" }) }');
    const { data, errors } = await toy.run('query($i: EchoInput) { echo(input: $i) }', { i: { times: 'two' } });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain('$i');
  });

  it.each<[string, unknown, string, string]>([
    ['a number for a text', { text: 11010519491231002 }, 'i.text', 'expected String.'],
    ['a list for a text', { text: ['11010519491231002X'] }, 'i.text', 'expected String.'],
    [
      'a name that is none of an enum',
      { kinds: ['PARTNERSHIP', '11010519491231002X'] },
      'i.kinds.1',
      'expected one of LIMITED_COMPANY, PARTNERSHIP.',
    ],
    ['a name in place of a list of them', { kinds: '11010519491231002X' }, 'i.kinds', 'expected [Kind!].'],
    ['a fraction for a whole number', { times: 11010519491231.5 }, 'i.times', 'expected Int.'],
    ['null for what must be there', { times: null }, 'i.times', 'Expected non-nullable type "Int!" not to be null.'],
    [
      'a field too many',
      { idNumber: '11010519491231002X' },
      'i',
      'Field "idNumber" is not defined by type "EchoInput".',
    ],
    ['a number as a field', { '11010519491231002X': 1 }, 'i', 'a field is not defined by type "EchoInput".'],
    ['a text for an object', '11010519491231002X', 'i', 'Expected type "EchoInput" to be an object.'],
  ])('tells of %s the place and what was expected, and repeats no value', async (_, i, path, expected) => {
    const { data, errors } = await toy.run('query($i: EchoInput) { echo(input: $i) }', { i });
    expect(data).toBeUndefined();
    const where = path === 'i' ? '' : ` at ${path}`;
    expect(errors?.map(error => error.toJSON())).toEqual([
      { message: `Variable "$i"${where}: ${expected}`, extensions: { code: 'BAD_USER_INPUT', path } },
    ]);
  });

  it('tells what variable is missing, and what field of one', async () => {
    const { errors } = await toy.run(
      'mutation($i: RegisterInput!, $t: String!) { registerEnterprise(input: $i) { number } note(text: $t) }',
      { i: {} },
    );
    expect(errors?.map(({ message }) => message)).toEqual([
      'Variable "$i": Field "name" of required type "String!" was not provided.',
      'Variable "$t": A value of type "String!" was not provided.',
    ]);
  });

  it('tells of fifty faults of a variable, however many there are', async () => {
    const { errors } = await toy.run('query($i: EchoInput) { echo(input: $i) }', {
      i: { kinds: Array(200_000).fill(1) },
    });
    expect(errors).toHaveLength(20);
    expect(errors?.every(({ extensions }) => extensions.code === 'BAD_USER_INPUT')).toBe(true);
  });

  it('takes no variable for a condition that is one in another operation of the document only', async () => {
    const document = parse(`query A($if: String) { enterprise(uscc: "U1") { ...F } }
      fragment F on Enterprise { taxes(kind: $if) { kind } }
      query B($if: Boolean!) { cases { number ...G } } fragment G on Case { kind @include(if: $if) }`);
    const asked = { document, operationName: 'A', variables: { if: null }, context: {} };
    expect(await toy.executor(asked)).toEqual({
      data: { enterprise: { taxes: [{ kind: 'VAT' }, { kind: 'LAND' }] } },
    });
  });

  it('refuses a hidden enum value, going in and coming out', async () => {
    const { errors } = await toy.run('query($i: EchoInput) { echo(input: $i) }', { i: { kinds: ['SECRET'] } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a mutation', () => {
  it('is joined with entities of departments', async () => {
    toy.data.notes.length = 0;
    const { data, errors } = await toy.run(
      'mutation($i: RegisterInput!) { registerEnterprise(input: $i) { number kind enterprise { uscc name taxes { kind } organizationCode } } }',
      { i: { name: 'x' } },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      registerEnterprise: {
        number: 'R-x',
        kind: 'LIMITED_COMPANY',
        enterprise: { uscc: 'U1', name: 'zh-1', taxes: [{ kind: 'VAT' }, { kind: 'LAND' }], organizationCode: 'C1' },
      },
    });
  });

  it('runs its fields one after the other', async () => {
    toy.data.notes.length = 0;
    const { data } = await toy.run(
      'mutation { a: note(text: "1") registerEnterprise(input: { name: "2" }) { enterprise { name } } b: note(text: "3") }',
    );
    expect(toy.data.notes).toEqual(['1', '2', '3']);
    expect(data).toEqual({ a: 1, registerEnterprise: { enterprise: { name: 'zh-2' } }, b: 3 });
  });
});

describe('introspection', () => {
  it('is answered from the public schema, beside data too', async () => {
    const source = `query($n: String!) { a: __schema { queryType { name } types { ...T } } taxOffices b: __type(name: $n) { fields { name } } __typename }
      fragment T on __Type { name kind }`;
    await expectAsPlain(source, { n: 'Enterprise' });
    expect(toy.departments.tax.asked).toHaveLength(1);
  });

  it('shows no hidden field and nothing of the federation', async () => {
    const text = JSON.stringify(
      await toy.run('{ __schema { types { name fields { name } enumValues { name } } directives { name } } }'),
    );
    expect(text).not.toMatch(/join__|link__|_entities|_service|fileItems|FilingAnswer|Outcome|SECRET|inaccessible/);
  });
});

describe('a department that fails costs its own fields', () => {
  const WHOLE =
    '{ case(number: "N0") { number enterprise { name organizationCode } } enterprises(first: 2) { nodes { name code: organizationCode } } codeOffices taxOffices }';

  const answering =
    (status: number, type: string, body: string) => (_: unknown, response: import('node:http').ServerResponse) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    };
  it.each([
    ['answers HTML', answering(200, 'text/html', '<h1>secret</h1>'), 'CONTENT_TYPE'],
    ['answers 500', answering(500, 'application/json', '{"errors":[{"message":"secret"}]}'), 'STATUS'],
    ['answers 404', answering(404, 'text/plain', 'secret'), 'STATUS'],
    ['answers no JSON', answering(200, 'application/json', '{"data":secret'), 'GARBAGE'],
    ['answers nothing', answering(200, 'application/json', ''), 'GARBAGE'],
    ['answers a list', answering(200, 'application/json', '["secret"]'), 'GARBAGE'],
    ['answers no data', answering(200, 'application/json', '{}'), 'GARBAGE'],
    ['answers other data', answering(200, 'application/json', '{"data":{"secret":1}}'), 'GARBAGE'],
    [
      'answers errors that are none',
      answering(200, 'application/json', '{"data":null,"errors":["secret"]}'),
      'GARBAGE',
    ],
    [
      'answers with another address',
      (_: unknown, response: import('node:http').ServerResponse) => {
        response.writeHead(302, { location: 'http://127.0.0.1:1/', 'content-type': 'application/json' });
        response.end('{"data":{"codeOffices":["secret"]}}');
      },
      'STATUS',
    ],
    [
      'answers values within values without end',
      answering(200, 'application/json', `{"data":{"codeOffices":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`),
      'GARBAGE',
    ],
    [
      'hides as much in what it says of an error',
      answering(
        200,
        'application/json',
        `{"errors":[{"message":"secret","extensions":{"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}}]}`,
      ),
      'GARBAGE',
    ],
    ['answers too much', answering(200, 'application/json', `{"data":"${'secret'.repeat(200_000)}"}`), 'TOO_LARGE'],
    ['hangs up', (_: unknown, response: import('node:http').ServerResponse) => response.destroy(), 'CONNECTION'],
    [
      'hangs up in the middle',
      (_: unknown, response: import('node:http').ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
        response.write('{"data":', () => response.destroy());
      },
      'CONNECTION',
    ],
  ])('%s', async (_, fault, reason) => {
    toy.departments.code.fault = fault;
    const { data, errors } = await toy.run(WHOLE);
    expect(data).toEqual({
      case: { number: 'N0', enterprise: { name: 'zh-0', organizationCode: null } },
      enterprises: {
        nodes: [
          { name: 'zh-0', code: null },
          { name: 'zh-1', code: null },
        ],
      },
      codeOffices: null,
      taxOffices: ['east', 'west'],
    });
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'case.enterprise.organizationCode',
      'codeOffices',
      'enterprises.nodes.0.code',
      'enterprises.nodes.1.code',
    ]);
    for (const { extensions } of errors ?? []) {
      expect(extensions).toEqual({ code: 'DEPARTMENT_UNAVAILABLE', department: 'code', reason });
    }
    expect(JSON.stringify(errors)).not.toContain('secret');
  });

  it('is slow: its time is over, the others are not kept', async () => {
    const slow = await startToy({ timeoutMs: 1_000 });
    slow.departments.code.fault = () => {};
    const { data, errors } = await slow.run('{ enterprise(uscc: "U1") { name organizationCode taxes { kind } } }');
    expect(data).toEqual({
      enterprise: { name: 'zh-1', organizationCode: null, taxes: [{ kind: 'VAT' }, { kind: 'LAND' }] },
    });
    expect(errors?.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual([
      {
        path: ['enterprise', 'organizationCode'],
        code: 'DEPARTMENT_UNAVAILABLE',
        department: 'code',
        reason: 'TIMEOUT',
      },
    ]);
    await slow.stop();
  });

  it('is dead', async () => {
    const dead = await startToy();
    await dead.departments.tax.stop();
    const { data, errors } = await dead.run('{ enterprise(uscc: "U1") { name rate } taxOffices }');
    expect(data).toEqual({ enterprise: { name: 'zh-1', rate: null }, taxOffices: null });
    expect(errors?.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual([
      { path: ['taxOffices'], code: 'DEPARTMENT_UNAVAILABLE', department: 'tax', reason: 'CONNECTION' },
      { path: ['enterprise', 'rate'], code: 'DEPARTMENT_UNAVAILABLE', department: 'tax', reason: 'CONNECTION' },
    ]);
    await dead.stop();
  });

  it('is the one that a list comes from: the whole list is lost, once', async () => {
    toy.departments.business.fault = answering(503, 'text/plain', '');
    const { data, errors } = await toy.run('{ enterprises { nodes { name organizationCode } } taxOffices }');
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({ path: ['enterprises'], extensions: { department: 'business' } });
  });

  it('had a field that must not be null: its parent is lost, with one error', async () => {
    toy.departments.tax.fault = answering(503, 'text/plain', '');
    const { data, errors } = await toy.run('{ enterprise(uscc: "U1") { name strictRate } }');
    expect(data).toEqual({ enterprise: null });
    expect(errors?.map(({ path }) => path)).toEqual([['enterprise', 'strictRate']]);
  });

  it('is one of several: each is named at its own fields, under the names that were asked for', async () => {
    for (const name of ['tax', 'code', 'seal'] as const) toy.departments[name].fault = answering(503, 'text/plain', '');
    const { data, errors } = await toy.run(
      '{ e: enterprise(uscc: "U1") { name r: rate taxes { kind } size ...S } } fragment S on Enterprise { c: organizationCode size }',
    );
    expect(data).toEqual({ e: { name: 'zh-1', r: null, taxes: null, size: null, c: null } });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.department]).sort()).toEqual([
      ['e.c', 'code'],
      ['e.r', 'tax'],
      ['e.size', 'code'],
      ['e.taxes', 'tax'],
    ]);
  });

  it('spoils what another one needs from it: the field that could not be asked for says whose fault it is', async () => {
    toy.departments.business.fault = answering(503, 'text/plain', '');
    const { data, errors } = await toy.run('{ case(number: "N0") { enterprise { size taxes { number } } } }');
    expect(data).toEqual({ case: { enterprise: { size: null, taxes: [{ number: 'T0' }, { number: null }] } } });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.department, extensions.code])).toEqual([
      ['case.enterprise.size', 'business', 'DEPARTMENT_UNAVAILABLE'],
    ]);
  });

  it('refuses the whole of what it was asked: its words stand at each field that it lost', async () => {
    const refusal = { message: 'not for you', extensions: { code: 'FORBIDDEN' } };
    toy.departments.tax.fault = answering(400, 'application/json', JSON.stringify({ errors: [refusal] }));
    const { data, errors } = await toy.run('{ enterprises(first: 2) { nodes { rate name } } }');
    expect(data).toMatchObject({ enterprises: { nodes: [{ rate: null, name: 'zh-0' }, { rate: null }] } });
    expect(errors?.map(error => error.toJSON())).toEqual(
      [0, 1].map(nth => ({
        message: 'not for you',
        path: ['enterprises', 'nodes', nth, 'rate'],
        extensions: { code: 'FORBIDDEN', department: 'tax' },
      })),
    );
  });

  it('knows one entity and fails at the next: only that one is lost', async () => {
    toy.departments.tax.fault = answering(
      200,
      'application/json',
      JSON.stringify({
        data: { _entities: [{ rate: 7 }, null] },
        errors: [{ message: 'no such entry', path: ['_entities', 1], extensions: { code: 'LOST' } }],
      }),
    );
    const { data, errors } = await toy.run('{ enterprises(first: 2) { nodes { rate } } }');
    expect(data).toEqual({ enterprises: { nodes: [{ rate: 7 }, { rate: null }] } });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['enterprises.nodes.1.rate', 'LOST'],
    ]);
  });

  it('concerns more entities than can be told: the last error counts the rest', async () => {
    const many = await startToy({ enterprises: 150 });
    many.departments.tax.fault = answering(503, 'text/plain', '');
    const { data, errors } = await many.run('{ enterprises(first: 150) { nodes { rate } } }');
    expect(data).toMatchObject({ enterprises: { nodes: { length: 150 } } });
    expect(errors).toHaveLength(100);
    expect(errors?.at(-1)?.extensions.unlisted).toBe(50);
    await many.stop();
  });

  it('may nest as deep as it has to, and put brackets into texts', async () => {
    const text = '[{'.repeat(2_000);
    toy.departments.code.fault = answering(
      200,
      'application/json',
      JSON.stringify({ data: { codeOffices: [text, `"\\${text}`] }, extensions: Array(900).fill([[]]) }),
    );
    expect(await toy.run('{ codeOffices }')).toEqual({ data: { codeOffices: [text, `"\\${text}`] } });
  });

  it.each([
    ['that stand nowhere', '{"message":"m"}'],
    ['of one entity', '{"message":"m","path":["_entities",0,"rate"]}'],
  ])('complains without end, by errors %s: a hundred are told, the last counts the rest', async (_, error) => {
    toy.departments.tax.fault = answering(200, 'application/json', `{"errors":[${`${error},`.repeat(9_999)}${error}]}`);
    const { data, errors } = await toy.run('{ enterprises(first: 50) { nodes { rate } } }');
    expect(data).toMatchObject({ enterprises: { nodes: { length: 50 } } });
    // A hundred of what it said, and one for each field that is lost besides.
    expect(errors?.length).toBeLessThanOrEqual(150);
    const unlisted = errors?.map(({ extensions }) => Number(extensions.unlisted ?? 0)) ?? [];
    expect(Math.max(...unlisted)).toBeGreaterThanOrEqual(9_800);
  });

  it('answers a long list of values of the wrong kind: a hundred are told, the last counts the rest', async () => {
    const taxes = Array(1_000).fill({ kind: 'VAT', number: true });
    toy.departments.tax.fault = answering(
      200,
      'application/json',
      JSON.stringify({ data: { _entities: [{ taxes }] } }),
    );
    const { data, errors } = await toy.run('{ case(number: "N0") { enterprise { taxes { kind number } } } }');
    expect(data).toMatchObject({ case: { enterprise: { taxes: { length: 1_000 } } } });
    expect(errors).toHaveLength(100);
    expect(errors?.at(-1)?.extensions.unlisted).toBe(900);
  });

  it('answers values of the wrong kind: each is null, with an error at its place', async () => {
    toy.departments.tax.fault = answering(
      200,
      'application/json',
      '{"data":{"_entities":[{"rate":"x","taxes":[{"kind":7,"number":1},3]}]}}',
    );
    const { data, errors } = await toy.run('{ case(number: "N0") { enterprise { name rate taxes { kind number } } } }');
    expect(data).toEqual({ case: { enterprise: { name: 'zh-0', rate: null, taxes: null } } });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code, extensions.department])).toEqual([
      ['case.enterprise.rate', 'DEPARTMENT_ANSWER_INVALID', 'tax'],
      ['case.enterprise.taxes.0.kind', 'DEPARTMENT_ANSWER_INVALID', 'tax'],
    ]);
  });

  it('takes of an entity what the department was asked for: it speaks for no other department', async () => {
    toy.departments.code.fault = answering(
      200,
      'application/json',
      '{"data":{"_entities":[{"organizationCode":"x","uscc":"of another","name":"of another"}]}}',
    );
    const { data } = await toy.run('{ case(number: "N0") { enterprise { organizationCode uscc name } } }');
    expect(data).toEqual({ case: { enterprise: { organizationCode: 'x', uscc: 'U0', name: 'zh-0' } } });
  });

  it('takes of the root what the department was asked for', async () => {
    const foreign = JSON.stringify({ data: { taxOffices: ['x'], sealOffices: Array(9).fill('of another') } });
    toy.departments.tax.fault = answering(200, 'application/json', foreign);
    const { data } = await toy.run('{ taxOffices sealOffices }');
    const plain = await toy.plainly('{ sealOffices }');
    expect(data).toEqual({ taxOffices: ['x'], ...plain.data });
  });

  it('words an error at length: the beginning is told, and a code that is none is no code', async () => {
    const error = {
      message: 'm'.repeat(100_000),
      path: ['_entities', 0],
      extensions: { code: 'no code\n'.repeat(1_000) },
    };
    const answer = JSON.stringify({ data: { _entities: [null] }, errors: [error] });
    toy.departments.tax.fault = answering(200, 'application/json', answer);
    const { errors } = await toy.run('{ case(number: "N0") { enterprise { rate } } }');
    expect(errors?.map(({ message, extensions }) => [message.length, extensions.code])).toEqual([[1_000, 'INTERNAL']]);
  });

  const afterError = (error: object) => {
    const answer = JSON.stringify({ data: { _entities: [null] }, errors: [{ path: ['_entities', 0], ...error }] });
    toy.departments.tax.fault = answering(200, 'application/json', answer);
    return toy.run('{ case(number: "N0") { enterprise { rate } } }');
  };

  it('names a person in its words: the number is left out, codes and days stay', async () => {
    const words = 'no entry for 371002189001010019 (13800000000) at 91371002MPDY000018 since 20260302';
    const extensions = { code: 'X', faults: [{ message: words }], many: 12 };
    const { errors } = await afterError({ message: words, extensions });
    const spared = 'no entry for … (…) at 91371002MPDY000018 since 20260302';
    expect(errors?.[0]?.message).toBe(spared);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'X', faults: [{ message: spared }], many: 12 });
  });

  it('adds more facts than anybody reads: they are left out', async () => {
    const { errors } = await afterError({ message: 'no', extensions: { code: 'X', facts: 'x'.repeat(70_000) } });
    expect(errors?.[0]?.extensions).toEqual({ code: 'X', department: 'tax' });
  });

  it('says what went wrong inside: message, code and facts stay, traces do not', async () => {
    toy.departments.tax.fault = answering(
      200,
      'application/json',
      JSON.stringify({
        data: { _entities: [null] },
        errors: [
          {
            message: 'no',
            path: ['_entities', 0, '__a_r'],
            extensions: { code: 'X', faults: [1], stacktrace: ['at secret'], exception: {} },
          },
        ],
      }),
    );
    const { errors } = await toy.run('{ case(number: "N0") { e: enterprise { r: rate } } }');
    expect(errors?.map(error => error.toJSON())).toEqual([
      { message: 'no', path: ['case', 'e', 'r'], extensions: { code: 'X', faults: [1], department: 'tax' } },
    ]);
  });
});

it('takes no infinity for a number: JSON would show it as null where null must not be', async () => {
  const sdl = 'type Query { rate: Float  strictRate: Float! }';
  const composed = composeSupergraph([{ name: 'tax', url: 'http://tax.invalid', sdl }]);
  if (!composed.ok) throw new Error(composed.reasons.join());
  const send = async () => ({ data: JSON.parse('{"rate":1e999,"strictRate":-1e999}') as Record<string, unknown> });
  const execute = createExecutor({
    publicSchema: composed.publicSchema,
    planner: hivePlanner(composed.supergraphSdl),
    subgraphs: [{ name: 'tax', send, close: async () => {} }],
  });
  expect(await execute({ document: parse('{ rate }') })).toMatchObject({ data: { rate: null }, errors: [{}] });
  expect(await execute({ document: parse('{ strictRate }') })).toMatchObject({ data: null, errors: [{}] });
});

it('gives up its requests when the caller does', async () => {
  toy.departments.business.fault = () => {};
  const before = toy.departments.business.aborted;
  const controller = new AbortController();
  const asked = toy.departments.business.asked.length;
  const answer = toy.run('{ enterprises { totalCount } }', {}, { signal: controller.signal });
  await until(() => toy.departments.business.asked.length > asked);
  controller.abort();
  const { data, errors } = await answer;
  expect(data).toBeNull();
  expect(errors?.[0]?.extensions.code).toBe('REQUEST_ABORTED');
  await until(() => toy.departments.business.aborted === before + 1);
});

it('keeps so many forms of all operations together, whoever asks for more', async () => {
  const sdl = 'type Query { rate: Float }';
  const composed = composeSupergraph([{ name: 'tax', url: 'http://tax.invalid', sdl }]);
  if (!composed.ok) throw new Error(composed.reasons.join());
  const { supergraphSdl, publicSchema } = composed;
  const planner = hivePlanner(supergraphSdl);
  let planned = 0;
  const counting: typeof planner = {
    ...planner,
    plan(...asked) {
      planned += 1;
      return planner.plan(...asked);
    },
  };
  const tax = { name: 'tax', send: async () => ({ data: {} }), close: async () => undefined } as unknown as Subgraph;
  const execute = createExecutor({ publicSchema, planner: counting, subgraphs: [tax] });
  const flags = [...'abcdefgh'];
  const ask = (document: DocumentNode, form: number) =>
    execute({
      document,
      variables: Object.fromEntries(flags.map((flag, nth) => [flag, (form >> nth) % 2 === 1])),
      context: {},
    });
  const declared = flags.map(flag => `$${flag}: Boolean!`).join();
  const fields = flags.map(flag => `${flag}: rate @include(if: $${flag})`).join(' ');
  const documents = Array.from({ length: 8 }, () => parse(`query(${declared}) { rate ${fields} }`));
  for (const document of documents) for (let form = 0; form < 256; form++) await ask(document, form);
  expect(planned).toBe(2_048);
  await ask(documents[7] as DocumentNode, 0);
  expect(planned).toBe(2_048);
  await ask(documents[0] as DocumentNode, 0);
  expect(planned).toBe(2_049);
}, 60_000);
