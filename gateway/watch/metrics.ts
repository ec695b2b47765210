/**
 * What Prometheus reads of this process. Every label has a bounded set of values, none of which a client or a department
 * can add to; names follow https://prometheus.io/docs/practices/naming/. The README lists them.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SeenOperation, Witness } from './sighting.ts';

export type Purpose = 'read' | 'file';

export interface Metrics extends Witness {
  readonly registry: Registry;
  /** @param route The pattern of a path, never the path. */
  http(route: string, status: number): void;
  readonly httpInFlight: { inc(): void; dec(): void };
  department(department: string, purpose: Purpose): DepartmentMetrics;
  plan(isNew: boolean, ms: number): void;
  slipsSealed(slips: number): void;
  /** @param holder Who makes it. @param outcome `made`, or why not. */
  paperMade(form: string, holder: string, outcome: string, ms: number): void;
  supergraphUpdated(): void;
}

export interface DepartmentMetrics {
  began(): void;
  /** @param outcome `answered`, `errors` (a GraphQL answer that holds some), or why there was no answer. */
  ended(outcome: string, ms: number): void;
}

/** Of an operation and of a call: from a cached page to the longest inline drive. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A plan takes some 0.1 ms; a hostile document may try for more. */
const PLAN_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05];
/** Codes are words of ours and of departments; a department could make up others without end. */
const codesMax = 100;
const OTHER = 'other';

/** @param knownOperations Whose names are told; documents that anybody may send count as "other" together. */
export function createMetrics(knownOperations: ReadonlySet<string> = new Set()): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { http, httpInFlight, operations, operationSeconds, errors, calls, callsInFlight, ...more } =
    instrumentsOf(registry);
  const { plans, planSeconds, slips, makings, updates } = more;

  // prom-client's labels() checks and sorts each time; a child that is kept costs a tenth.
  const httpChild = remembered((route: string, status: number) => http.labels(route, String(status)));
  const operationChild = remembered((name: string, kind: string, outcome: string) => ({
    total: operations.labels(name, kind, outcome),
    seconds: operationSeconds.labels(kind, outcome),
  }));
  const errorChild = remembered((code: string) => errors.labels(code));
  const planChild = remembered((found: string) => plans.labels(found));
  const codes = new Set<string>();

  const counted = (code: string): string => {
    if (codes.has(code)) return code;
    if (codes.size >= codesMax) return OTHER;
    codes.add(code);
    return code;
  };

  return {
    registry,
    http: (route, status) => httpChild(route, status).inc(),
    httpInFlight,
    operation({ kind, name, outcome, codes: found, ms }: SeenOperation) {
      const shown = name !== undefined && knownOperations.has(name) ? name : OTHER;
      const child = operationChild(shown, kind, outcome);
      child.total.inc();
      child.seconds.observe(ms / 1_000);
      for (const code of found) errorChild(counted(code)).inc();
    },
    refusal: code => errorChild(counted(code)).inc(),
    department(department, purpose) {
      const inFlight = callsInFlight.labels(department, purpose);
      const child = remembered((outcome: string) => calls.labels(department, purpose, outcome));
      return {
        began: () => inFlight.inc(),
        ended(outcome, ms) {
          inFlight.dec();
          child(outcome).observe(ms / 1_000);
        },
      };
    },
    plan(isNew, ms) {
      planChild(isNew ? 'made' : 'cache').inc();
      if (isNew) planSeconds.observe(ms / 1_000);
    },
    slipsSealed: count => slips.inc(count),
    paperMade: (form, holder, outcome, ms) => makings.labels(form, holder, outcome).observe(ms / 1_000),
    supergraphUpdated: () => updates.inc(),
  };
}

function instrumentsOf(registry: Registry) {
  const registers = [registry];
  return {
    http: new Counter({
      name: 'one_window_http_requests_total',
      help: 'HTTP requests answered, by route and status.',
      labelNames: ['route', 'status'] as const,
      registers,
    }),
    httpInFlight: new Gauge({
      name: 'one_window_http_requests_in_flight',
      help: 'HTTP requests that have come and not been answered.',
      registers,
    }),
    operations: new Counter({
      name: 'one_window_operations_total',
      help: 'GraphQL operations, by name (persisted ones only), kind and outcome.',
      labelNames: ['operation', 'kind', 'outcome'] as const,
      registers,
    }),
    operationSeconds: new Histogram({
      name: 'one_window_operation_duration_seconds',
      help: 'From the arrival of an operation to its result.',
      labelNames: ['kind', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    errors: new Counter({
      name: 'one_window_errors_total',
      help: 'Answers that held an error, by its code: limits, refusals, departments away.',
      labelNames: ['code'] as const,
      registers,
    }),
    calls: new Histogram({
      name: 'one_window_department_call_duration_seconds',
      help: 'Calls to departments, by purpose (read: the graph, file: the window) and outcome.',
      labelNames: ['department', 'purpose', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    callsInFlight: new Gauge({
      name: 'one_window_department_calls_in_flight',
      help: 'Calls to departments that have not been answered.',
      labelNames: ['department', 'purpose'] as const,
      registers,
    }),
    plans: new Counter({
      name: 'one_window_plans_total',
      help: 'Query plans, made anew or found in the cache of plans.',
      labelNames: ['found'] as const,
      registers,
    }),
    planSeconds: new Histogram({
      name: 'one_window_plan_duration_seconds',
      help: 'Making one query plan.',
      buckets: PLAN_SECONDS,
      registers,
    }),
    slips: new Counter({
      name: 'one_window_slips_sealed_total',
      help: 'Papers of the center that were sealed.',
      registers,
    }),
    makings: new Histogram({
      name: 'one_window_paper_making_duration_seconds',
      help: 'Making what people hold of a sealed paper, when it is asked for first, by form, holder and outcome.',
      labelNames: ['form', 'holder', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    updates: new Counter({
      name: 'one_window_supergraph_updates_total',
      help: 'Newer supergraphs that took the place of the one before, since the start.',
      registers,
    }),
  };
}

/** The values are few: what calls it takes care of that. */
function remembered<Labels extends readonly (string | number)[], Child>(
  make: (...labels: Labels) => Child,
): (...labels: Labels) => Child {
  const children = new Map<string, Child>();
  return (...labels) => {
    const key = labels.length === 1 ? String(labels[0]) : labels.join('\n');
    let child = children.get(key);
    if (child === undefined) {
      child = make(...labels);
      children.set(key, child);
    }
    return child;
  };
}
