/** How a failure inside the graph looks to its client: a code, a department, a path; never a stack trace. */
import { GraphQLError } from 'graphql';
import type { ResponsePath } from './merge.ts';
import { responseKey } from './operation.ts';
import { DepartmentUnavailable, type SubgraphError } from './subgraph.ts';

/** The codes that the router itself gives. Errors of departments keep their own. */
export type RouterCode =
  | 'DEPARTMENT_UNAVAILABLE'
  | 'DEPARTMENT_ANSWER_INVALID'
  | 'BAD_USER_INPUT'
  | 'OPERATION_UNSUPPORTED'
  | 'OPERATION_NOT_PLANNED'
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

/** What a department says about its error, without how it got there. */
export function told(department: string, { message, extensions }: SubgraphError): Loss {
  const { stacktrace, exception, http, ...shown } = extensions ?? {};
  return {
    message,
    extensions: { ...shown, code: typeof shown.code === 'string' ? shown.code : 'INTERNAL', department },
  };
}
