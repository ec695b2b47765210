/**
 * Bounds on what one document may ask, checked before it is validated. A document that is too large is not even parsed.
 *
 * Documents are hostile input. Each is looked at once: what a fragment adds is worked out once and then counted as
 * often as it is spread, so thirty fragments that each spread the next one twice are thirty steps, not a billion.
 */
import {
  type ArgumentNode,
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface Limits {
  readonly depthMax: number;
  readonly introspectionDepthMax: number;
  readonly aliasesMax: number;
  readonly rootFieldsMax: number;
  readonly directivesMax: number;
  readonly fieldsMax: number;
  readonly operationsMax: number;
  readonly literalDepthMax: number;
}

export const LIMITS: Limits = {
  /** The deepest page, a case with its enterprise's certificates, is 6 deep; a cycle of types has no such end. */
  depthMax: 12,
  /** The full introspection query of today's tools is 14 deep below `__schema`, most of it `ofType`. */
  introspectionDepthMax: 20,
  /** An alias asks for the same field again: 30 are a page of tiles, 300 are one request that works like 300. */
  aliasesMax: 30,
  /** Each root field is a call of its own to a department. */
  rootFieldsMax: 10,
  /** Each is looked at whenever a selection is, and they may be repeated without end. */
  directivesMax: 50,
  /** With all fragments spread out, as planning does; introspection by today's tools asks for about 130. */
  fieldsMax: 300,
  /** A client sends one, a tool's scratch pad several; only one of them is carried out. */
  operationsMax: 10,
  /** Lists and objects within each other, written out in the document. An application is 4 deep. */
  literalDepthMax: 10,
};

/** The largest page of the desk has some 400 tokens, introspection about 250. Bounds whatever parsing, validation cost. */
export const TOKENS_MAX = 2_000;
/** As many as {@link TOKENS_MAX} tokens of a usual length. More could only be names, texts, comments without end. */
export const DOCUMENT_CHARACTERS_MAX = 50_000;

/**
 * Every code by which a request is refused for what it asks. Each such error holds `limit`, what is allowed, and `found`:
 * the value that was found, or, where counting on would be what the limit guards against, the value at which it ended.
 */
export type LimitCode =
  | 'DOCUMENT_SIZE_LIMIT'
  | 'TOKEN_LIMIT'
  | 'OPERATION_LIMIT'
  | 'DEPTH_LIMIT'
  | 'ALIAS_LIMIT'
  | 'ROOT_FIELD_LIMIT'
  | 'DIRECTIVE_LIMIT'
  | 'FIELD_LIMIT'
  | 'FRAGMENT_CYCLE'
  | 'LITERAL_DEPTH_LIMIT'
  | 'OVERLAP_LIMIT'
  | 'LIST_SIZE_LIMIT'
  | 'COST_LIMIT'
  | 'BODY_TOO_LARGE'
  | 'BODY_MARKS_LIMIT'
  | 'VALUE_DEPTH_LIMIT'
  | 'VALUE_LIST_LIMIT'
  | 'VALUE_TEXT_LIMIT';

/** One limit, exceeded. @param sentence Names the limit and the value found. */
export function exceeded(code: LimitCode, sentence: string, { limit, found, nodes, status }: Excess): GraphQLError {
  const http = status === undefined ? {} : { http: { status } };
  return new GraphQLError(sentence, { ...(nodes && { nodes }), extensions: { code, limit, found, ...http } });
}

export interface Excess {
  readonly limit: number;
  readonly found: number;
  readonly nodes?: ASTNode;
  /** Of HTTP, where it is not the one of a document that can't be carried out. */
  readonly status?: number;
}

/** What a selection set asks for with all fragments spread out. Depths are maxima, the others sums. */
interface Extent {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  /** At its own level, not below. */
  ownFields: number;
  fields: number;
  directives: number;
  literalDepth: number;
}

const nothing = (): Extent => ({
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  ownFields: 0,
  fields: 0,
  directives: 0,
  literalDepth: 0,
});

/** One error for each limit that the document, or an operation of it, exceeds. */
export function excesses(document: DocumentNode, limits: Limits = LIMITS): GraphQLError[] {
  const operations = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION);
  const [limit, found] = [limits.operationsMax, operations.length];
  if (found > limit) {
    return [exceeded('OPERATION_LIMIT', sentenceOf('document', found, 'operations', limit), { limit, found })];
  }
  const measurer = new Measurer(document);
  const errors = operations.flatMap(operation => excessesOf(operation, measurer.operation(operation), limits));
  return [...cycleIn(measurer), ...errors];
}

function excessesOf(operation: OperationDefinitionNode, found: Extent, limits: Limits): GraphQLError[] {
  const checks: [LimitCode, string, number, number][] = [
    ['DEPTH_LIMIT', 'levels of fields', found.depth, limits.depthMax],
    ['DEPTH_LIMIT', 'levels of introspection', found.introspectionDepth, limits.introspectionDepthMax],
    ['ALIAS_LIMIT', 'aliases', found.aliases, limits.aliasesMax],
    ['ROOT_FIELD_LIMIT', 'root fields', found.ownFields, limits.rootFieldsMax],
    ['DIRECTIVE_LIMIT', 'directives', found.directives, limits.directivesMax],
    ['FIELD_LIMIT', 'fields', found.fields, limits.fieldsMax],
    ['LITERAL_DEPTH_LIMIT', 'levels of lists and objects in a value', found.literalDepth, limits.literalDepthMax],
  ];
  return checks
    .filter(([, , value, limit]) => value > limit)
    .map(([code, what, value, limit]) =>
      exceeded(code, sentenceOf('operation', value, what, limit), { limit, found: value, nodes: operation }),
    );
}

const sentenceOf = (subject: string, found: number, what: string, limit: number): string =>
  `The ${subject} has ${found} ${what}, more than the ${limit} allowed`;

function cycleIn({ cyclic }: Measurer): GraphQLError[] {
  const found = cyclic.size;
  if (found === 0) return [];
  const sentence = `The document has ${found} fragments that lead back to themselves, more than the 0 allowed`;
  return [exceeded('FRAGMENT_CYCLE', sentence, { limit: 0, found })];
}

class Measurer {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #measured = new Map<string, Extent>();
  readonly #open = new Set<string>();
  /** Fragments that were met inside themselves. */
  readonly cyclic = new Set<string>();

  constructor({ definitions }: DocumentNode) {
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  operation({ selectionSet, directives, variableDefinitions = [] }: OperationDefinitionNode): Extent {
    const whole = this.#set(selectionSet);
    addDirectives(whole, directives);
    for (const { defaultValue, directives: own } of variableDefinitions) {
      addDirectives(whole, own);
      if (defaultValue) whole.literalDepth = Math.max(whole.literalDepth, literalDepth(defaultValue));
    }
    return whole;
  }

  #set({ selections }: SelectionSetNode): Extent {
    const whole = nothing();
    for (const selection of selections) {
      const part = this.#selection(selection);
      whole.depth = Math.max(whole.depth, part.depth);
      whole.introspectionDepth = Math.max(whole.introspectionDepth, part.introspectionDepth);
      whole.literalDepth = Math.max(whole.literalDepth, part.literalDepth);
      whole.aliases += part.aliases;
      whole.ownFields += part.ownFields;
      whole.fields += part.fields;
      whole.directives += part.directives;
      addDirectives(whole, selection.directives);
    }
    return whole;
  }

  #selection(selection: SelectionNode): Extent {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.#set(selection.selectionSet);
    const below = selection.selectionSet ? this.#set(selection.selectionSet) : nothing();
    const introspects = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      depth: introspects ? 1 : below.depth + 1,
      introspectionDepth: introspects ? below.depth + 1 : below.introspectionDepth,
      aliases: below.aliases + (selection.alias ? 1 : 0),
      ownFields: 1,
      fields: below.fields + 1,
      directives: below.directives,
      literalDepth: Math.max(below.literalDepth, argumentDepth(selection.arguments)),
    };
  }

  #fragment(name: string): Extent {
    const before = this.#measured.get(name);
    if (before) return before;
    if (this.#open.has(name)) {
      this.cyclic.add(name);
      return nothing();
    }
    this.#open.add(name);
    const fragment = this.#fragments.get(name);
    const extent = fragment ? this.#set(fragment.selectionSet) : nothing();
    addDirectives(extent, fragment?.directives);
    this.#open.delete(name);
    this.#measured.set(name, extent);
    return extent;
  }
}

function addDirectives(whole: Extent, directives: readonly DirectiveNode[] = []): void {
  whole.directives += directives.length;
  for (const { arguments: given } of directives) {
    whole.literalDepth = Math.max(whole.literalDepth, argumentDepth(given));
  }
}

const argumentDepth = (given: readonly ArgumentNode[] = []): number =>
  given.reduce((deepest, { value }) => Math.max(deepest, literalDepth(value)), 0);

function literalDepth(value: ValueNode): number {
  if (value.kind === Kind.LIST) return 1 + value.values.reduce((max, item) => Math.max(max, literalDepth(item)), 0);
  if (value.kind !== Kind.OBJECT) return 0;
  return 1 + value.fields.reduce((max, field) => Math.max(max, literalDepth(field.value)), 0);
}
