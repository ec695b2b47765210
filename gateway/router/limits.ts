/**
 * Bounds on what one document may ask, checked before anything is planned.
 *
 *     const limits = limiting();
 *     new ApolloServer({ gateway, ...limits, plugins: [...limits.plugins, ownPlugin] });
 *
 * Documents are hostile input. Each is looked at once: what a fragment adds is worked out once and then counted as
 * often as it is spread, so thirty fragments that each spread the next one twice are thirty steps, not a billion.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

export interface Limits {
  readonly depthMax: number;
  readonly introspectionDepthMax: number;
  readonly aliasesMax: number;
  readonly rootFieldsMax: number;
  readonly directivesMax: number;
  readonly fieldsMax: number;
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
  /** With all fragments spread out, as planning does; introspection by today's tools asks for about 130. Validation
   *  compares fields of one name with each other: 500 cost 40 ms, 1,000 four times as much. */
  fieldsMax: 500,
};

/** The largest page of the desk has some 400 tokens, introspection about 250. Bounds whatever parsing, validation cost. */
export const TOKENS_MAX = 2_000;

export type LimitCode =
  | 'DEPTH_LIMIT'
  | 'ALIAS_LIMIT'
  | 'ROOT_FIELD_LIMIT'
  | 'DIRECTIVE_LIMIT'
  | 'FIELD_LIMIT'
  | 'TOKEN_LIMIT';

/** What a selection set asks for with all fragments spread out. Depths are maxima, the others sums. */
interface Extent {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  /** At its own level, not below. */
  ownFields: number;
  fields: number;
  directives: number;
}

const nothing = (): Extent => ({
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  ownFields: 0,
  fields: 0,
  directives: 0,
});

export interface Limiting {
  readonly parseOptions: { readonly maxTokens: number };
  readonly validationRules: ((context: ValidationContext) => ASTVisitor)[];
  readonly plugins: ApolloServerPlugin[];
}

/**
 * The three places of Apollo Server that together refuse a document before it costs anything.
 *
 * The limits are checked before validation, and a refused document is not validated: a trivial one takes its place,
 * on which the rule reports the excesses. (A hook of a plugin has no other way to refuse; what it throws is taken for
 * a defect.) Apollo Server gives every refused document one of two codes of its own; the plugin gives back the limit's.
 */
export function limiting(limits: Limits = LIMITS): Limiting {
  const refused = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  const rule = (context: ValidationContext): ASTVisitor => {
    for (const error of refused.get(context.getDocument()) ?? []) context.reportError(error);
    return {};
  };
  const plugin: ApolloServerPlugin = {
    async requestDidStart() {
      return {
        async validationDidStart(request) {
          const errors = excesses(request.document, limits);
          if (errors.length === 0) return;
          const trivial = parse('{ __typename }');
          refused.set(trivial, errors);
          (request as { document: DocumentNode }).document = trivial;
        },
        async didEncounterErrors({ errors }) {
          for (const error of errors) {
            const code = limitCode(error);
            if (code) error.extensions.code = code;
          }
        },
      };
    },
  };
  return { parseOptions: { maxTokens: TOKENS_MAX }, validationRules: [rule], plugins: [plugin] };
}

/** One error for each limit that an operation of the document exceeds. */
export function excesses(document: DocumentNode, limits: Limits = LIMITS): GraphQLError[] {
  const measure = measurer(document);
  return document.definitions
    .filter(definition => definition.kind === Kind.OPERATION_DEFINITION)
    .flatMap(operation => excessesOf(operation, measure(operation.selectionSet), limits));
}

function excessesOf(operation: OperationDefinitionNode, found: Extent, limits: Limits): GraphQLError[] {
  const directives = found.directives + (operation.directives?.length ?? 0);
  const checks: [LimitCode, string, number, number][] = [
    ['DEPTH_LIMIT', 'levels of fields', found.depth, limits.depthMax],
    ['DEPTH_LIMIT', 'levels of introspection', found.introspectionDepth, limits.introspectionDepthMax],
    ['ALIAS_LIMIT', 'aliases', found.aliases, limits.aliasesMax],
    ['ROOT_FIELD_LIMIT', 'root fields', found.ownFields, limits.rootFieldsMax],
    ['DIRECTIVE_LIMIT', 'directives', directives, limits.directivesMax],
    ['FIELD_LIMIT', 'fields', found.fields, limits.fieldsMax],
  ];
  return checks
    .filter(([, , value, limit]) => value > limit)
    .map(([code, what, value, limit]) => {
      const message = `The operation has ${value} ${what}, more than the ${limit} allowed`;
      return new GraphQLError(message, { nodes: operation, extensions: { code, limit, found: value } });
    });
}

function measurer(document: DocumentNode): (set: SelectionSetNode) => Extent {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Extent>();

  const fragmentExtent = (name: string): Extent => {
    const before = measured.get(name);
    if (before) return before;
    // A fragment met again inside itself adds nothing here; that there is a cycle is another rule's error.
    measured.set(name, nothing());
    const fragment = fragments.get(name);
    const extent = fragment ? extentOf(fragment.selectionSet) : nothing();
    extent.directives += fragment?.directives?.length ?? 0;
    measured.set(name, extent);
    return extent;
  };

  const selectionExtent = (selection: SelectionNode): Extent => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return fragmentExtent(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return extentOf(selection.selectionSet);
    const below = selection.selectionSet ? extentOf(selection.selectionSet) : nothing();
    const introspects = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      depth: introspects ? 1 : below.depth + 1,
      introspectionDepth: introspects ? below.depth + 1 : below.introspectionDepth,
      aliases: below.aliases + (selection.alias ? 1 : 0),
      ownFields: 1,
      fields: below.fields + 1,
      directives: below.directives,
    };
  };

  const extentOf = ({ selections }: SelectionSetNode): Extent => {
    const whole = nothing();
    for (const selection of selections) {
      const part = selectionExtent(selection);
      whole.depth = Math.max(whole.depth, part.depth);
      whole.introspectionDepth = Math.max(whole.introspectionDepth, part.introspectionDepth);
      whole.aliases += part.aliases;
      whole.ownFields += part.ownFields;
      whole.fields += part.fields;
      whole.directives += part.directives + (selection.directives?.length ?? 0);
    }
    return whole;
  };
  return extentOf;
}

/** As graphql-js says it, the misspelling included. */
const TOKENS_EXCEEDED = /more tha[nt] \d+ tokens/;
const LIMIT_CODE = /^(DEPTH|ALIAS|ROOT_FIELD|DIRECTIVE|FIELD)_LIMIT$/;

function limitCode({ message, originalError }: GraphQLError): LimitCode | undefined {
  if (!(originalError instanceof GraphQLError)) return undefined;
  if (originalError.message.startsWith('Syntax Error') && TOKENS_EXCEEDED.test(message)) return 'TOKEN_LIMIT';
  const { code } = originalError.extensions;
  return typeof code === 'string' && LIMIT_CODE.test(code) ? (code as LimitCode) : undefined;
}
