/** Random valid operations, asked of the federation and of one plain schema over the same data. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type GraphQLArgument,
  type GraphQLError,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { startToy, type Toy } from './toy.ts';

const SEED = 20_260_101;
const OPERATIONS = 300;

let toy: Toy;
beforeAll(async () => {
  toy = await startToy({ enterprises: 20 });
});
afterAll(() => toy.stop());

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const VALUES: Record<string, readonly unknown[]> = {
  uscc: ['U1', 'U2', 'U3', 'U14', 'U15', 'nobody'],
  number: ['N0', 'N1', 'N5', 'N9'],
  text: ['none', 'any'],
  lang: ['en', null],
  kind: ['VAT', null],
  first: [0, 1, 3, 7],
  upper: [true, false, null],
  filter: ['x'],
  after: ['U3'],
};

class Writer {
  readonly variables: Record<string, unknown> = {};
  readonly #random: () => number;
  readonly #schema: GraphQLSchema;
  readonly #declared: string[] = [];
  readonly #fragments: string[] = [];
  #aliases = 0;

  constructor(schema: GraphQLSchema, next: () => number) {
    this.#schema = schema;
    this.#random = next;
  }

  operation(): string {
    const body = this.#selections(this.#schema.getQueryType() as GraphQLNamedType, 0);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    return `query Random${declared} ${body} ${this.#fragments.join(' ')}`;
  }

  #chance = (of: number) => this.#random() < of;
  #pick = <Item>(items: readonly Item[]) => items[Math.floor(this.#random() * items.length)] as Item;

  #selections(type: GraphQLNamedType, depth: number): string {
    const chosen: string[] = [];
    const count = 1 + Math.floor(this.#random() * 4);
    for (let nth = 0; nth < count; nth++) {
      if (isAbstractType(type) && this.#chance(0.7)) chosen.push(this.#fragment(type, depth));
      else if (this.#chance(0.15)) chosen.push(this.#fragment(type, depth));
      else chosen.push(this.#field(type, depth));
    }
    return `{ ${chosen.join(' ')} }`;
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    const possible: readonly GraphQLNamedType[] = isAbstractType(type)
      ? [...this.#schema.getPossibleTypes(type), type]
      : [type];
    const on = this.#pick(possible);
    const body = this.#selections(on, depth);
    if (this.#chance(0.6)) return `... on ${on.name} ${this.#condition()} ${body}`;
    const name = `F${this.#fragments.length}_${this.#aliases++}`;
    this.#fragments.push(`fragment ${name} on ${on.name} ${body}`);
    return `...${name} ${this.#condition()}`;
  }

  #field(type: GraphQLNamedType, depth: number): string {
    const fields = 'getFields' in type && isCompositeType(type) ? Object.values(type.getFields()) : [];
    const usable = fields.filter(
      ({ name, type: of }) => name !== 'echo' && (depth < 5 || !isCompositeType(getNamedType(of as GraphQLOutputType))),
    );
    if (usable.length === 0 || this.#chance(0.08))
      return this.#chance(0.5) ? '__typename' : `t${this.#aliases++}: __typename`;
    const field = this.#pick(usable);
    const given = this.#arguments('args' in field ? field.args : []);
    const alias = given || this.#chance(0.25) ? `${this.#alias(fields.map(({ name }) => name))}: ` : '';
    const below = getNamedType(field.type as GraphQLOutputType);
    const body = isCompositeType(below) ? this.#selections(below, depth + 1) : '';
    return `${alias}${field.name}${given} ${this.#condition()} ${body}`;
  }

  /** Now and then a name that means something else nearby; validation sorts out what cannot be. */
  #alias(names: readonly string[]): string {
    if (this.#chance(0.1)) return this.#pick([...names, 'uscc', 'constructor', '__typename']);
    return `a${this.#aliases++}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.flatMap(argument => {
      const { name, type } = argument;
      if (!isNonNullType(type) && this.#chance(0.5)) return [];
      const values = (VALUES[name] ?? []).filter(value => value !== null || !isNonNullType(type));
      const value = this.#pick(values);
      if (value === null || this.#chance(0.7)) return [`${name}: ${JSON.stringify(value)}`];
      const variable = `v${this.#declared.length}`;
      this.#declared.push(`$${variable}: ${type}${this.#chance(0.2) ? ` = ${JSON.stringify(value)}` : ''}`);
      if (!this.#declared.at(-1)?.includes('=')) this.variables[variable] = value;
      return [`${name}: $${variable}`];
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  #condition(): string {
    if (!this.#chance(0.15)) return '';
    const directive = this.#pick(['skip', 'include']);
    if (this.#chance(0.3)) return `@${directive}(if: ${this.#chance(0.5)})`;
    const variable = `v${this.#declared.length}`;
    this.#declared.push(`$${variable}: Boolean!`);
    this.variables[variable] = this.#chance(0.5);
    return `@${directive}(if: $${variable})`;
  }
}

const parentAndMessage = ({ path, message }: GraphQLError) => `${path?.slice(0, -1).join('.')}: ${message}`;

/** The value at a path, or the null that took its place. */
function valueAt(data: unknown, path: readonly (string | number)[] = []): unknown {
  let value = data;
  for (const key of path) {
    if (value === null) return null;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

it(`answers ${OPERATIONS} random operations as one plain schema does (seed ${SEED})`, async () => {
  const next = random(SEED);
  const { publicSchema } = toy.supergraph;
  expect(isObjectType(publicSchema.getQueryType())).toBe(true);
  let asked = 0;
  let withErrors = 0;
  while (asked < OPERATIONS) {
    const writer = new Writer(publicSchema, next);
    const source = writer.operation();
    if (validate(publicSchema, parse(source)).length > 0) continue;
    asked++;
    const federated = await toy.run(source, writer.variables);
    const plain = await toy.plainly(source, writer.variables);
    const context = `${source}\n${JSON.stringify(writer.variables)}\n${JSON.stringify(federated.errors)}`;
    expect([context, JSON.stringify(federated.data)]).toEqual([context, JSON.stringify(plain.data)]);
    // Of several errors that cost the same parent a server may tell any.
    const told = new Set(federated.errors?.map(parentAndMessage));
    for (const error of plain.errors ?? []) expect([context, ...told]).toContain(parentAndMessage(error));
    for (const { path } of federated.errors ?? [])
      expect([context, valueAt(federated.data, path)]).toEqual([context, null]);
    if (!plain.errors) expect([context, federated.errors]).toEqual([context, undefined]);
    else withErrors++;
  }
  expect(withErrors).toBeGreaterThan(OPERATIONS / 20);
}, 60_000);
