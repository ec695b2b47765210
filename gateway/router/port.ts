/** What the router asks of a department's client, in this process or over HTTP. */

export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** What goes with one request but is no part of the operation. */
export interface SubgraphCall {
  /** The caller's: when it aborts, the request is given up and `send` rejects with its reason; a stream ends with it. */
  readonly signal?: AbortSignal | undefined;
  /** At most this long until the whole answer is read; the client's own `timeoutMs` where absent. */
  readonly timeoutMs?: number | undefined;
  /** Sent as `x-request-id`, so that one request can be followed through the logs of all departments. */
  readonly requestId?: string | undefined;
  /** Lower-case names. Remote departments only. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The contextValue of a local subgraph. Never leaves the process. */
  readonly context?: unknown;
  /** Leave the texts of the answer's data as octets, as octets.ts has it; its errors are decoded all the same. */
  readonly octets?: boolean | undefined;
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** The answer belongs to the caller, who may write into it. */
export interface SubgraphResult {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphError[] | undefined;
}

export interface Subgraph {
  readonly name: string;
  /** Whether it heeds {@link SubgraphCall.octets}. */
  readonly leavesOctets?: boolean;
  /** @throws {DepartmentUnavailable} if there is no GraphQL answer; the signal's reason if the caller gave up. */
  send(request: SubgraphRequest, call: SubgraphCall): Promise<SubgraphResult>;
  /**
   * Follows a subscription, for departments that have some. The next event is taken when it is asked for: who asks
   * slowly is told slowly. To return it ends the subscription at the department.
   *
   * @throws {DepartmentUnavailable} if there are no events, and while they are taken, if there are no more though the
   *   department did not say that it was done; the signal's reason if the caller gave up.
   */
  subscribe?(request: SubgraphRequest, call: SubgraphCall): Promise<AsyncGenerator<SubgraphResult, void>>;
  /** Waits for the requests in flight, then lets go of the connections. */
  close(): Promise<void>;
}

export type UnavailableReason =
  | 'CONNECTION'
  | 'TIMEOUT'
  | 'TLS'
  | 'STATUS'
  | 'CONTENT_TYPE'
  | 'GARBAGE'
  | 'TOO_LARGE'
  | 'OVERLOADED';

/** The department gave no GraphQL answer. The message holds neither the request nor what came back. */
export class DepartmentUnavailable extends Error {
  readonly department: string;
  readonly reason: UnavailableReason;
  /** `NO` only if the request certainly never left: then it may be repeated even where it is not idempotent. */
  readonly delivered: 'NO' | 'MAYBE';

  constructor(
    department: string,
    reason: UnavailableReason,
    delivered: 'NO' | 'MAYBE',
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(`${department} ${sentence}`, options);
    this.name = 'DepartmentUnavailable';
    this.department = department;
    this.reason = reason;
    this.delivered = delivered;
  }
}
