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

/** What a front end can show of one failed fetch; a list of thousands must not become thousands of errors. */
export const ERRORS_PER_FETCH_MAX = 100;

export function routerError(code: RouterCode, message: string, more: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more } });
}

/** One error per place that lost something, up to {@link ERRORS_PER_FETCH_MAX}; the last one counts the rest. */
export function errorsAt(
  places: readonly ResponsePath[],
  message: string,
  extensions: Record<string, unknown>,
): GraphQLError[] {
  const unlisted = places.length - ERRORS_PER_FETCH_MAX;
  return places.slice(0, ERRORS_PER_FETCH_MAX).map((path, index) => {
    const last = unlisted > 0 && index === ERRORS_PER_FETCH_MAX - 1;
    return new GraphQLError(message, {
      path: path.map(key => (typeof key === 'string' ? responseKey(key) : key)),
      extensions: last ? { ...extensions, unlisted } : extensions,
    });
  });
}

export const unavailable = ({ department, reason }: DepartmentUnavailable): Record<string, unknown> => ({
  code: 'DEPARTMENT_UNAVAILABLE' satisfies RouterCode,
  department,
  reason,
});

export const garbage = (department: string): DepartmentUnavailable =>
  new DepartmentUnavailable(department, 'GARBAGE', 'MAYBE', 'answered something other than what was asked');

/** What a department says about its error, without how it got there. */
export function extensionsOf(department: string, { extensions }: SubgraphError): Record<string, unknown> {
  const { stacktrace, exception, http, ...shown } = extensions ?? {};
  return { ...shown, code: typeof shown.code === 'string' ? shown.code : 'INTERNAL', department };
}
