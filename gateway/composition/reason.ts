/** Why departments can't be served together, in the composer's own codes and ours. */
import type { GraphQLError } from 'graphql';

export interface Reason {
  /** The composer's, such as FIELD_TYPE_MISMATCH; or one of {@link REASON_CODES}. */
  readonly code: string;
  readonly message: string;
  /** `Type`, `Type.field` or `Type.field(argument:)`; null where the whole is meant. */
  readonly coordinate: string | null;
  /** Whose SDL it is about; empty where the composer names nobody. */
  readonly departments: readonly string[];
}

/** What this center refuses beyond what the composer does. */
export const REASON_CODES = {
  SDL_UNREADABLE: 'is no GraphQL schema language',
  SDL_TOO_LARGE: 'is longer than any department needs',
  SDL_TOO_DEEP: 'nests more deeply than any department needs',
  TYPES_TOO_MANY: 'defines more types than any department needs',
  COMPOSITION_TOO_SLOW: 'takes longer or more memory to compose than the gateway gives it',
  COMPOSITION_FAILED: 'makes the composer fail',
  PUBLIC_SCHEMA_INVALID: 'leaves a public schema that is empty or breaks the rules of GraphQL',
  NOT_SERVABLE: 'composes, and the router can not serve or guard what comes of it',
  FIELD_TAKEN_OVER: 'takes a field from a department that has not made it @shareable, and so not agreed',
  ACCESS_RULE_LOST: 'asks for an access rule that nobody would enforce',
  SHARED_TYPE_DIFFERS: 'tells a public input or enum otherwise than another department, which would lose parts of it',
  REQUIRES_BESIDE_KEYS: 'requires fields of others for a type that it knows by several keys, which is not served',
  ANOTHERS_TYPE_HIDDEN: "hides what is another department's to show",
} as const;

export type ReasonCode = keyof typeof REASON_CODES;

/** Hostile SDL is quoted in messages: they are bounded, and have no line or control character of their own. */
const MESSAGE_CHARS_MAX = 400;

export function reason(
  code: ReasonCode,
  departments: readonly string[],
  message: string,
  coordinate: string | null = null,
): Reason {
  return { code, departments, coordinate, message: oneLine(message) };
}

/** What the composer says, taken apart. */
export function composerReason({ message, extensions }: GraphQLError): Reason {
  const [, prefix, text = message] = /^\[([^\]]+)\] ([\s\S]*)$/.exec(message) ?? [];
  const named = [...text.matchAll(/subgraphs? ((?:"[^"]+"(?:, | and )?)+)/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  );
  return {
    code: typeof extensions.code === 'string' ? extensions.code : 'COMPOSITION_FAILED',
    departments: [...new Set([...(prefix === undefined ? [] : [prefix]), ...named])],
    coordinate: COORDINATE.exec(text)?.[1] ?? TYPE_NAME.exec(text)?.[1] ?? null,
    message: oneLine(text),
  };
}

const COORDINATE = /"?\b([A-Za-z_]\w*\.[A-Za-z_]\w*(?:\([A-Za-z_]\w*:\))?)"?/;
const TYPE_NAME = /\b[Tt]ype (?:named )?"([A-Za-z_]\w*)"/;

/** Such as `FIELD_TYPE_MISMATCH at Query.x (tax, seal): Type of field …`. */
export const sentenceOf = ({ code, coordinate, departments, message }: Reason): string =>
  `${code}${coordinate === null ? '' : ` at ${coordinate}`}` +
  `${departments.length === 0 ? '' : ` (${departments.join(', ')})`}: ${message}`;

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go.
  const line = text.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.length > MESSAGE_CHARS_MAX ? `${line.slice(0, MESSAGE_CHARS_MAX)} …` : line;
}
