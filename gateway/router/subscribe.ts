/**
 * Carries out subscriptions: one department tells of events, the others complete each of them as they would the answer to
 * a query.
 *
 * The next event is taken when the caller asks for it. A department that breaks its events off is told of by an event of
 * its own, after which there are none.
 */
import type { ExecutionResult } from 'graphql';
import { variablesOf } from './carry-out.ts';
import { endable } from './endable.ts';
import { routerError } from './errors.ts';
import type { Variables } from './operation.ts';
import type { FetchNode } from './planner.ts';
import { DepartmentUnavailable, type Subgraph, type SubgraphCall, type SubgraphResult } from './port.ts';

/** What a department told, or why it tells no more. */
export type Event = SubgraphResult | DepartmentUnavailable;

/** The events, or one result where there are none. To return the generator ends the subscription at its department. */
export type Subscribed = ExecutionResult | AsyncGenerator<ExecutionResult, void>;

export interface Following {
  readonly source: FetchNode;
  readonly variables: Variables;
  readonly call: SubgraphCall;
  readonly departments: ReadonlyMap<string, Subgraph>;
  /** Makes the result that the caller sees of an event. */
  complete(event: Event): Promise<ExecutionResult>;
}

export async function follow({ source, variables, call, departments, complete }: Following): Promise<Subscribed> {
  const { department, operation: query } = source;
  const subgraph = departments.get(department);
  if (!subgraph) throw new Error(`the plan follows ${department}, which this gateway has no client for`);
  if (!subgraph.subscribe) {
    return { errors: [routerError('OPERATION_UNSUPPORTED', `${department} can't be subscribed to`, { department })] };
  }
  // The stream goes on for the caller's time; the completion of each event has the time of an operation.
  let events: AsyncGenerator<SubgraphResult, void>;
  try {
    events = await subgraph.subscribe({ query, variables: variablesOf(source, { variables }) }, call);
  } catch (error) {
    if (error instanceof DepartmentUnavailable) return complete(error);
    if (!call.signal?.aborted) throw error;
    return { data: null, errors: [routerError('REQUEST_ABORTED', 'The caller did not wait for the events')] };
  }

  let isBroken = false;
  const next = async (): Promise<IteratorResult<ExecutionResult, void>> => {
    if (isBroken) return { done: true, value: undefined };
    try {
      const { done, value } = await events.next();
      if (done) return { done, value: undefined };
      const shown = await complete(value);
      return call.signal?.aborted ? { done: true, value: undefined } : { done: false, value: shown };
    } catch (error) {
      if (call.signal?.aborted) return { done: true, value: undefined };
      if (!(error instanceof DepartmentUnavailable)) throw error;
      isBroken = true;
      return { done: false, value: await complete(error) };
    }
  };
  return endable(next, () => events.return());
}
