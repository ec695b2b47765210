/** The context of one request to the graph: Apollo Server's contextValue, the executor's, and every resolver's. */
import type { ExecutionResult } from 'graphql';
import type { Events } from './router/gateway.ts';
import type { Sighting } from './watch/sighting.ts';
import type { WindowContext } from './window/context.ts';

export interface GatewayContext extends WindowContext {
  /** Follows the request through the logs of the gateway and of every department: their `x-request-id`. */
  readonly requestId: string;
  /** The Authorization header as it came, for departments that check again. Never logged, never told. */
  readonly authorization: string | undefined;
  /** Of an operation that is carried out for one event of a stream: aborts when nobody waits for it any more. */
  readonly stream?: AbortSignal;
  /** Of the operation that opens a stream: takes the events, where a department tells of them. */
  readonly takeEvents?: (events: Events) => void;
  /** What may be told of the request: log, metrics and traces are made of it. */
  readonly sighting?: Sighting;
  /** Of an operation that has been carried out and needs only to be told. */
  readonly carriedOut?: Promise<ExecutionResult>;
}
