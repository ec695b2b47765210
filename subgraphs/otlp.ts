/** OpenTelemetry behind the port of {@link Tracing}: spans go to a collector, OTLP in JSON over HTTP. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  SpanStatusCode,
  SpanKind as TheirKind,
  type Span as TheirSpan,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { createSparing, SPARING } from './sparing.ts';
import { parseTraceParent, printTraceParent } from './trace-parent.ts';
import type { Attributes, Span, SpanKind, Tracing, TracingSettings } from './tracing.ts';

/** Some 2 MB. Spans beyond are dropped while the collector is away: traces are worth no memory and no request. */
const spansWaitingMax = 4_096;
const spansPerExportMax = 512;
const exportEveryMs = 1_000;
const exportTimeoutMs = 5_000;
/** On a stop, how long the collector has for the last spans; a process has 10 s for its whole end. */
const closeMaxMs = 2_000;
/** Ours are a few; a code that a department made up is cut. */
const attributeCharactersMax = 200;

export function otlpTracing({ endpoint, ratio, service, log }: TracingSettings): Tracing {
  const sparing = createSparing(SPARING, () => performance.now());
  const tell = (message: string): void => {
    if (sparing.tell('traces') !== undefined) log.warn({ reason: message.slice(0, 500) }, 'traces are not taken');
  };
  const heard = { error: tell, warn: tell, info: () => {}, debug: () => {}, verbose: () => {} };
  diag.setLogger(heard, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });

  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'process.pid': process.pid }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanLimits: { attributeValueLengthLimit: attributeCharactersMax },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: spansWaitingMax,
        maxExportBatchSize: spansPerExportMax,
        scheduledDelayMillis: exportEveryMs,
        exportTimeoutMillis: exportTimeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer('one-window');
  const here = new AsyncLocalStorage<Span>();
  return {
    begin: (name, kind, header, attributes) => startSpan(tracer, parentIn(header), name, kind, attributes),
    within: (span, work) => here.run(span, work),
    get current() {
      return here.getStore();
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>(resolve => {
        timer = setTimeout(resolve, closeMaxMs);
      });
      await Promise.race([provider.shutdown().catch((error: Error) => tell(error.message)), late]);
      clearTimeout(timer);
    },
  };
}

function parentIn(header: unknown): Context {
  const parent = parseTraceParent(header);
  if (!parent) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled } = parent;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function startSpan(tracer: Tracer, parent: Context, name: string, kind: SpanKind, attributes: Attributes = {}): Span {
  const span = tracer.startSpan(name, { kind: TheirKind[kind], attributes }, parent);
  return {
    get traceParent() {
      const { traceId, spanId, traceFlags } = span.spanContext();
      return printTraceParent({ traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 });
    },
    child: (its, itsKind, itsAttributes) => startSpan(tracer, trace.setSpan(parent, span), its, itsKind, itsAttributes),
    end: (more, failure) => endSpan(span, more, failure),
  };
}

function endSpan(span: TheirSpan, attributes: Attributes | undefined, failure: string | undefined): void {
  if (attributes) span.setAttributes(attributes);
  if (failure !== undefined) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
