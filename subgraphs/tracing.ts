/**
 * Traces: what one request costs, and where. This is the port; OpenTelemetry stands behind it where a collector is named,
 * and is not even loaded where none is.
 *
 *     const tracing = await openTracing(…);
 *     const span = tracing?.begin('POST /graphql', request.headers.traceparent);
 *     const call = span?.child('tax', 'CLIENT', { 'peer.service': 'tax' });
 *     call?.end();
 *
 * Attributes are names, codes and counts from our own tables. No document, no variable, nothing of a person.
 */
import type { Log } from './log.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** SERVER takes a request, CLIENT makes one, INTERNAL does neither. */
export type SpanKind = 'SERVER' | 'CLIENT' | 'INTERNAL';

export interface Span {
  /** Sent as `traceparent`, it lets another process go on under this span. */
  readonly traceParent: string;
  child(name: string, kind: SpanKind, attributes?: Attributes): Span;
  /** @param failure A code, where what the span tells of has failed. */
  end(attributes?: Attributes, failure?: string): void;
}

export interface Tracing {
  /** @param traceParent The header of a request that came in; a new trace where it is none. */
  begin(name: string, kind: SpanKind, traceParent?: unknown, attributes?: Attributes): Span;
  /** Whatever the work begins finds the span as {@link current}. */
  within<Result>(span: Span, work: () => Result): Result;
  readonly current: Span | undefined;
  /** Sends what has not been sent, within a bound; it never rejects. */
  close(): Promise<void>;
}

export interface TracingSettings {
  /** Of an OTLP collector over HTTP; `/v1/traces` is added. Empty: no traces. */
  readonly endpoint: string;
  /** Of the traces that begin here, how many are kept: 0 to 1. */
  readonly ratio: number;
  readonly service: string;
  readonly log: Log;
}
