/** How a failure inside the graph looks to its client: a code, a department, a path; never a stack trace. */
import { GraphQLError } from 'graphql';
import type { ResponsePath } from './merge.ts';
import { responseKey } from './operation.ts';
import { DepartmentUnavailable, type SubgraphError } from './port.ts';

/** The codes that the router itself gives. Errors of departments keep their own. */
export type RouterCode =
  | 'DEPARTMENT_UNAVAILABLE'
  | 'DEPARTMENT_ANSWER_INVALID'
  | 'BAD_USER_INPUT'
  | 'OPERATION_UNSUPPORTED'
  | 'OPERATION_NOT_PLANNED'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'REQUEST_ABORTED'
  | 'INTERNAL';

export function routerError(code: RouterCode, message: string, more: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more } });
}

/** What a front end can show of one failed fetch; a list of thousands must not become thousands of errors. */
export const ERRORS_LISTED_MAX = 100;

/** What went wrong, wherever it did. */
export interface Loss {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What an object was to get and did not. */
export interface Lost {
  readonly keys: readonly string[];
  /** Absent where its error is told already. */
  readonly loss?: Loss | undefined;
}
export type Losses = readonly Lost[];

export const lossOf = (losses: Losses, key: string): Loss | undefined =>
  losses.find(({ keys }) => keys.includes(key))?.loss;

/**
 * The errors of one fetch, or of one showing: one per place that lost something, up to {@link ERRORS_LISTED_MAX}; the
 * last one counts the rest as `unlisted`. A department may complain a million times in one answer.
 */
export class ErrorList {
  readonly #listed: { readonly path: ResponsePath; readonly loss: Loss }[] = [];
  #unlisted = 0;

  get isFull(): boolean {
    return this.#listed.length >= ERRORS_LISTED_MAX;
  }

  /** @param path By response keys. */
  add(path: ResponsePath, loss: Loss): void {
    if (this.isFull) this.#unlisted++;
    else this.#listed.push({ path, loss });
  }

  /** Places of which no more is told: the list is full. */
  count(places: number): void {
    this.#unlisted += places;
  }

  errors(): GraphQLError[] {
    return this.#listed.map(({ path, loss: { message, extensions } }, index) => {
      const last = this.#unlisted > 0 && index === this.#listed.length - 1;
      const more = last ? { unlisted: this.#unlisted } : {};
      return new GraphQLError(message, { path, extensions: { ...extensions, ...more } });
    });
  }
}

/** A path by the keys under which departments answered, as the response has it. */
export const shownPath = (path: ResponsePath): ResponsePath =>
  path.map(key => (typeof key === 'string' ? responseKey(key) : key));

export const unavailable = ({ message, department, reason }: DepartmentUnavailable): Loss => ({
  message,
  extensions: { code: 'DEPARTMENT_UNAVAILABLE' satisfies RouterCode, department, reason },
});

export const garbage = (department: string): Loss =>
  unavailable(
    new DepartmentUnavailable(department, 'GARBAGE', 'MAYBE', 'answered something other than what was asked'),
  );

/**
 * What a department says about its error, without how it got there. It is worded when it is read: a department may
 * complain a million times, of which a hundred are told.
 */
export function told(department: string, error: SubgraphError): Loss {
  let words: Loss | undefined;
  const worded = (): Loss => {
    words ??= inWords(department, error);
    return words;
  };
  return {
    get message() {
      return worded().message;
    },
    get extensions() {
      return worded().extensions;
    },
  };
}

function inWords(department: string, { message, extensions }: SubgraphError): Loss {
  const { stacktrace, exception, http, code, ...shown } = extensions ?? {};
  const known = typeof code === 'string' && CODE.test(code) ? code : ('INTERNAL' satisfies RouterCode);
  const sentence = message.slice(0, MESSAGE_CHARACTERS_MAX).replace(PERSONAL, '…');
  return { message: sentence, extensions: { ...facts(shown), code: known, department } };
}

/** The facts of an error, as the department gives them; none where they are more than facts. */
function facts(shown: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (Object.keys(shown).length === 0) return shown;
  const text = JSON.stringify(shown);
  if (text.length > FACTS_CHARACTERS_MAX) return {};
  return text.search(PERSONAL) < 0 ? shown : (JSON.parse(text, spared) as Record<string, unknown>);
}

const spared = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(PERSONAL, '…') : value;

/** A sentence in two languages has some 200. */
const MESSAGE_CHARACTERS_MAX = 1_000;
/** An application may have faults in every field, each with a sentence. */
const FACTS_CHARACTERS_MAX = 64 * 1024;
/**
 * Identity numbers (GB 11643: 15 digits once, 17 and a check character now) and the 11 digits of a mobile phone, which no
 * department has a reason to put into an error. Codes of enterprises hold a letter among fewer digits.
 */
const PERSONAL = /(?<![0-9A-Za-z.])\d{11,18}[Xx]?(?![0-9A-Za-z])/g;
/** Codes are for programs, and are counted by metrics. */
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
