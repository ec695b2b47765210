/**
 * What a document must be before anything is planned: of a bounded size, within the limits, valid against the schema.
 *
 *     const screen = createScreen({ introspection: false });
 *     const screened = screen.text(query, schema);          // where there is no Apollo Server, as for stored documents
 *     new ApolloServer({ gateway, ...screen.apollo, plugins: [...screen.apollo.plugins, ownPlugin] });
 */
import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  OverlappingFieldsCanBeMergedRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { DOCUMENT_CHARACTERS_MAX, exceeded, excesses, LIMITS, type Limits, TOKENS_MAX } from './limits.ts';
import { overlapRule } from './overlap.ts';

export interface ScreenOptions {
  /** Whether clients may ask for the schema. Where not, no error tells a name of it either. */
  readonly introspection: boolean;
  readonly limits?: Limits;
}

export type Screened =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

export interface Screen {
  /** A document as it came. */
  text(query: string, schema: GraphQLSchema): Screened;
  /** A parsed one. @returns Nothing where it may be carried out. */
  document(document: DocumentNode, schema: GraphQLSchema): readonly GraphQLError[];
  /** For Apollo Server, which then validates nothing itself: its own rule about introspection is among ours. */
  readonly apollo: {
    readonly parseOptions: { readonly maxTokens: number };
    readonly validationRules: ValidationRule[];
    readonly plugins: ApolloServerPlugin[];
  };
}

/** Whoever sends more faults than these has not read the first ones; each costs a search for similar names. */
const FAULTS_MAX = 20;
const OTHER_RULES = specifiedRules.filter(rule => rule !== OverlappingFieldsCanBeMergedRule);

export function createScreen({ introspection, limits = LIMITS }: ScreenOptions): Screen {
  const rules = [...OTHER_RULES, overlapRule, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  const options = { maxErrors: FAULTS_MAX, hideSuggestions: !introspection };

  const screen: Omit<Screen, 'apollo'> = {
    text(query, schema) {
      const tooLong = sizeExcess(query);
      if (tooLong) return { ok: false, errors: [tooLong] };
      let document: DocumentNode;
      try {
        document = parse(query, { maxTokens: TOKENS_MAX });
      } catch (error) {
        if (!isGraphQLError(error)) throw error;
        return { ok: false, errors: [tokenExcess(error) ?? error] };
      }
      const errors = screen.document(document, schema);
      return errors.length === 0 ? { ok: true, document } : { ok: false, errors };
    },
    document(document, schema) {
      const beyond = excesses(document, limits);
      return beyond.length > 0 ? beyond : validate(schema, document, rules, options);
    },
  };
  return { ...screen, apollo: inApollo(screen) };
}

/** Checked before a document is even read. */
export function sizeExcess({ length: found }: string): GraphQLError | undefined {
  const limit = DOCUMENT_CHARACTERS_MAX;
  if (found <= limit) return undefined;
  const sentence = `The document has ${found} characters, more than the ${limit} allowed`;
  return exceeded('DOCUMENT_SIZE_LIMIT', sentence, { limit, found });
}

/**
 * Apollo Server parses, validates with all rules of graphql-js, and keeps what passed. A hook of a plugin can not refuse
 * (what it throws is taken for a defect), and one of those rules is quadratic. So a trivial document stands in while
 * Apollo Server validates, and a rule reports on it what the screen found; a document that passed takes its place again.
 */
function inApollo(screen: Omit<Screen, 'apollo'>): Screen['apollo'] {
  const found = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  const plugin: ApolloServerPlugin = {
    async requestDidStart() {
      return {
        async validationDidStart(request) {
          const { document, schema } = request;
          const standIn = parse('{ __typename }', { noLocation: true });
          found.set(standIn, screen.document(document, schema));
          const changeable = request as { document: DocumentNode };
          changeable.document = standIn;
          return async errors => {
            if (!errors) changeable.document = document;
          };
        },
        async didEncounterErrors({ errors }) {
          // Apollo Server has given every one of them a code of its own.
          for (const error of errors) {
            const { originalError } = error;
            if (!isGraphQLError(originalError)) continue;
            const { message, extensions } = tokenExcess(originalError) ?? originalError;
            if (typeof extensions.limit !== 'number') continue;
            Object.assign(error, { message });
            Object.assign(error.extensions, extensions);
          }
        },
      };
    },
  };
  const rule: ValidationRule = context => {
    for (const error of found.get(context.getDocument()) ?? []) context.reportError(error);
    return {};
  };
  return { parseOptions: { maxTokens: TOKENS_MAX }, validationRules: [rule], plugins: [plugin] };
}

/** As graphql-js says it, the misspelling included. It does not count on: one more was found, at least. */
const TOKENS_EXCEEDED = /^Syntax Error: Document contains more tha[nt] \d+ tokens\./;

function tokenExcess({ message }: GraphQLError): GraphQLError | undefined {
  if (!TOKENS_EXCEEDED.test(message)) return undefined;
  const [limit, found] = [TOKENS_MAX, TOKENS_MAX + 1];
  const sentence = `The document has at least ${found} tokens, more than the ${limit} allowed`;
  return exceeded('TOKEN_LIMIT', sentence, { limit, found });
}

const isGraphQLError = (error: unknown): error is GraphQLError => error instanceof GraphQLError;
