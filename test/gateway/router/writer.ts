/** Random operations: most are valid, and validation sorts out the others. */
import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isNonNullType,
  print,
} from 'graphql';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What to give arguments and fields of input objects, by their names. */
export type Values = Readonly<Record<string, readonly unknown[]>>;

const DEPTH_MAX = 5;

export class Writer {
  readonly variables: Record<string, unknown> = {};
  readonly #random: () => number;
  readonly #schema: GraphQLSchema;
  readonly #values: Values;
  readonly #declared: string[] = [];
  /** Whole ones only, so that none can spread itself. */
  readonly #fragments: { readonly name: string; readonly on: string; readonly text: string }[] = [];
  #names = 0;

  constructor(schema: GraphQLSchema, values: Values, next: () => number) {
    this.#schema = schema;
    this.#values = values;
    this.#random = next;
  }

  operation(): string {
    const body = this.#selections(this.#schema.getQueryType() as GraphQLNamedType, 0);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    return `query Random${declared} ${body} ${this.#fragments.map(({ text }) => text).join(' ')}`;
  }

  #chance = (of: number) => this.#random() < of;
  #pick = <Item>(items: readonly Item[]) => items[Math.floor(this.#random() * items.length)] as Item;

  #selections(type: GraphQLNamedType, depth: number): string {
    const chosen: string[] = [];
    const count = 1 + Math.floor(this.#random() * 4);
    for (let nth = 0; nth < count; nth++) {
      const narrows = this.#chance(isAbstractType(type) ? 0.6 : 0.15);
      chosen.push(narrows ? this.#fragment(type, depth) : this.#field(type, depth));
    }
    return `{ ${chosen.join(' ')} }`;
  }

  /** On the type itself, on a type or an interface that it may be, or without a condition. */
  #fragment(type: GraphQLNamedType, depth: number): string {
    const on = this.#pick(this.#overlapping(type));
    if (this.#chance(0.2)) {
      const known = this.#fragments.filter(fragment => fragment.on === on.name);
      if (known.length > 0) return `...${this.#pick(known).name} ${this.#condition()}`;
    }
    if (on === type && this.#chance(0.2)) return `... ${this.#condition()} ${this.#selections(type, depth)}`;
    const body = this.#selections(on, depth);
    if (this.#chance(0.6)) return `... on ${on.name} ${this.#condition()} ${body}`;
    const name = `F${this.#names++}`;
    this.#fragments.push({ name, on: on.name, text: `fragment ${name} on ${on.name} ${body}` });
    return `...${name} ${this.#condition()}`;
  }

  #overlapping(type: GraphQLNamedType): readonly GraphQLNamedType[] {
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    const wider = Object.values(this.#schema.getTypeMap())
      .filter(isAbstractType)
      .filter(abstract => possible.some(one => 'getFields' in one && this.#schema.isSubType(abstract, one as never)));
    return [...possible, type, ...(this.#chance(0.3) ? wider : [])];
  }

  #field(type: GraphQLNamedType, depth: number): string {
    const fields = 'getFields' in type && isCompositeType(type) ? Object.values(type.getFields()) : [];
    const usable = fields.filter(
      ({ type: of }) => depth < DEPTH_MAX || !isCompositeType(getNamedType(of as GraphQLOutputType)),
    );
    if (usable.length === 0 || this.#chance(0.08))
      return this.#chance(0.5) ? '__typename' : `${this.#name()}: __typename`;
    const field = this.#pick(usable);
    const given = this.#arguments('args' in field ? field.args : []);
    const alias = given || this.#chance(0.25) ? `${this.#alias(fields.map(({ name }) => name))}: ` : '';
    const asked = `${alias}${field.name}${given}`;
    const below = getNamedType(field.type as GraphQLOutputType);
    const body = () => (isCompositeType(below) ? this.#selections(below, depth + 1) : '');
    const once = `${asked} ${this.#condition()} ${body()}`;
    // The same key twice: what both ask for belongs into one object.
    return this.#chance(0.12) ? `${once} ${asked} ${this.#condition()} ${body()}` : once;
  }

  #name = () => `a${this.#names++}`;

  /** Now and then a name that means something else nearby; validation sorts out what cannot be. */
  #alias(names: readonly string[]): string {
    if (this.#chance(0.1)) return this.#pick([...names, 'id', 'uscc', 'constructor', '__typename']);
    return this.#name();
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.flatMap(({ name, type }) => {
      if (!isNonNullType(type) && this.#chance(0.4)) return [];
      const value = this.#value(name, type);
      return value === undefined ? [] : [`${name}: ${value}`];
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  #value(name: string, type: GraphQLInputType): string | undefined {
    const nullable = getNullableType(type);
    const values = (this.#values[name] ?? []).filter(value => value !== null || !isNonNullType(type));
    if (isInputObjectType(nullable) && this.#chance(0.5)) {
      const fields = Object.values(nullable.getFields()).flatMap(field => {
        const value = this.#chance(0.6) || isRequired(field) ? this.#value(field.name, field.type) : undefined;
        return value === undefined ? [] : [`${field.name}: ${value}`];
      });
      return `{ ${fields.join(', ')} }`;
    }
    if (values.length === 0) return undefined;
    const value = this.#pick(values);
    if (this.#chance(0.6)) return this.#literal(value, type);
    const variable = this.#variable(`${type}`, this.#chance(0.3) ? this.#literal(this.#pick(values), type) : undefined);
    // With a default it may be left out.
    if (!this.#declared.at(-1)?.includes('=') || this.#chance(0.5)) this.variables[variable] = value;
    return `$${variable}`;
  }

  #literal(value: unknown, type: GraphQLInputType): string {
    const node = astFromValue(value, type);
    return node ? print(node) : 'null';
  }

  #variable(type: string, byDefault: string | undefined): string {
    const variable = `v${this.#declared.length}`;
    this.#declared.push(`$${variable}: ${type}${byDefault === undefined ? '' : ` = ${byDefault}`}`);
    return variable;
  }

  #condition(): string {
    if (!this.#chance(0.15)) return '';
    const directive = this.#pick(['skip', 'include']);
    if (this.#chance(0.3)) return `@${directive}(if: ${this.#chance(0.5)})`;
    const byDefault = this.#chance(0.3) ? String(this.#chance(0.5)) : undefined;
    const variable = this.#variable('Boolean!', byDefault);
    if (byDefault === undefined || this.#chance(0.5)) this.variables[variable] = this.#chance(0.5);
    const both = this.#chance(0.1) ? ` @${directive === 'skip' ? 'include' : 'skip'}(if: $${variable})` : '';
    return `@${directive}(if: $${variable})${both}`;
  }
}

const isRequired = ({ type, defaultValue }: { type: GraphQLInputType; defaultValue?: unknown }) =>
  isNonNullType(type) && defaultValue === undefined;
