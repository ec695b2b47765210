/**
 * Random valid operations, asked of the federation and of one plain schema over the same data. `LONG=1` asks ten
 * thousand; `SEED` takes others.
 */
import { afterAll, expect, it } from '@jest/globals';
import { type ExecutionResult, type GraphQLSchema, parse, validate } from 'graphql';
import type { Row } from './federate.ts';
import { type HarborNames, harborData, startHarbor } from './harbor.ts';
import { startToy } from './toy.ts';
import { random, type Values, Writer } from './writer.ts';

const SEED = Number(process.env.SEED ?? 20_260_101);
/** Of the long run's ten thousand, or of three hundred, this graph's share. */
const share = (parts: number) => Math.round(((process.env.LONG === '1' ? 10_000 : 300) * parts) / 10);

interface Graph {
  readonly schema: GraphQLSchema;
  run(source: string, variables: Row): Promise<ExecutionResult>;
  plainly(source: string, variables: Row): Promise<ExecutionResult>;
}

const VALUES: Values = {
  uscc: ['U1', 'U2', 'U3', 'U14', 'U15', 'nobody'],
  number: ['N0', 'N1', 'N5', 'N9'],
  text: ['none', 'any', null],
  lang: ['en', null],
  kind: ['VAT', 'none', null],
  first: [0, 1, 3, 7],
  upper: [true, false, null],
  filter: ['x'],
  after: ['U3'],
  input: [{ text: 'one', times: 2 }, { kinds: ['PARTNERSHIP', 'LIMITED_COMPANY'] }, null],
  times: [1, 7],
  kinds: [['PARTNERSHIP'], [], null],
  imo: ['S0', 'S1', 'S4', 'S11', 'nobody'],
  no: [0, 1, 3, 9],
  currency: ['EUR', 'USD'],
  last: [0, 1, 3],
  hours: [0, 2, 3],
  by: [{ color: 'RED' }, { least: 5, color: null }, {}],
  color: ['GREEN', 'RED', null],
  least: [0, 3],
};

const toy = await startToy({ enterprises: 20 });
afterAll(() => toy.stop());

function harbor(names: HarborNames): Graph {
  const data = harborData();
  const { supergraph, run, plainly } = startHarbor(data, names);
  return {
    schema: supergraph.publicSchema,
    run,
    plainly: (source, variables) => plainly(source, data.root, variables),
  };
}

const GRAPHS: readonly (readonly [name: string, operations: number, graph: Graph])[] = [
  ['the graph of the window', share(4), { schema: toy.supergraph.publicSchema, run: toy.run, plainly: toy.plainly }],
  ['a harbor’s graph', share(3), harbor({ registry: 'registry', customs: 'vigilance' })],
  ['the same with departments that sort otherwise', share(3), harbor({ registry: 'registry', customs: 'customs' })],
];

it.each(GRAPHS)(
  `%s: %i random operations are answered as one plain schema answers them (seed ${SEED})`,
  async (_, operations, { schema, run, plainly }) => {
    const next = random(SEED);
    let asked = 0;
    let withErrors = 0;
    while (asked < operations) {
      const writer = new Writer(schema, VALUES, next);
      const source = writer.operation();
      if (validate(schema, parse(source)).length > 0) continue;
      asked++;
      const federated = await run(source, writer.variables);
      const plain = await plainly(source, writer.variables);
      mustAgree(
        federated,
        plain,
        `${source}\n${JSON.stringify(writer.variables)}\n${JSON.stringify(federated.errors)}`,
      );
      if (plain.errors) withErrors++;
    }
    expect(withErrors).toBeGreaterThan(operations / 50);
  },
  600_000,
);

function mustAgree(federated: ExecutionResult, plain: ExecutionResult, context: string): void {
  expect([context, JSON.stringify(federated.data)]).toEqual([context, JSON.stringify(plain.data)]);
  // Of several errors that cost the same place a server may tell any, and one of them it must.
  const costs = (errors: ExecutionResult['errors'] = []) => new Set(errors.map(({ path }) => place(plain.data, path)));
  expect([context, ...[...costs(federated.errors)].toSorted()]).toEqual([
    context,
    ...[...costs(plain.errors)].toSorted(),
  ]);
}

/** Where the null stands that took the place of the value at this path. */
function place(data: unknown, path: readonly (string | number)[] = []): string {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return path.slice(0, depth).join('.');
    value = (value as Record<string | number, unknown>)[key];
  }
  return path.join('.');
}
