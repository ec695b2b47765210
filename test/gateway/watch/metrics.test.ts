import { expect, it } from '@jest/globals';
import { createMetrics } from '../../../gateway/watch/metrics.ts';
import { knownOperationNames, operationNamesIn } from '../../../gateway/watch/operation-names.ts';
import { countPulse } from '../../../gateway/watch/pulse.ts';
import { Sighting } from '../../../gateway/watch/sighting.ts';

const seriesOf = async (metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter(line => line.startsWith(name));
const seen = (metrics: ReturnType<typeof createMetrics>) => new Sighting(metrics, 'r-1', undefined, performance.now());
const failing = (...codes: unknown[]) => codes.map(code => ({ extensions: { code } }));

it('tells the names of operations that it knows, and of no other', async () => {
  const metrics = createMetrics(new Set(['DeskPage']));
  for (const name of ['DeskPage', 'Made_up', undefined]) {
    const sighting = seen(metrics);
    sighting.begin('query', name);
    sighting.end({}, undefined);
  }
  expect(await seriesOf(metrics, 'one_window_operations_total')).toEqual([
    'one_window_operations_total{operation="DeskPage",kind="query",outcome="ok"} 1',
    'one_window_operations_total{operation="other",kind="query",outcome="ok"} 2',
  ]);
});

it('knows the operations of the documents that a gateway starts with', async () => {
  const manifest = new Map([
    ['0'.repeat(64), 'query DeskPage { __typename } fragment F on Query { __typename }'],
    ['1'.repeat(64), 'mutation Register { __typename } { __typename }'],
  ]);
  expect([...operationNamesIn(manifest)]).toEqual(['DeskPage', 'Register']);
  const many = Array.from({ length: 600 }, (_, n) => [String(n), `query Q${n} { __typename }`] as const);
  expect(operationNamesIn(new Map(many)).size).toBe(500);
  expect(await knownOperationNames('/nothing/here')).toEqual(new Set());
});

it.each([
  [{ a: 1 }, [], 'ok'],
  [{ a: 1, b: null }, ['DEPARTMENT_UNAVAILABLE'], 'partial'],
  [{ a: null }, ['FORBIDDEN'], 'refused'],
  [null, ['DEPTH_LIMIT', 'COST_LIMIT'], 'refused'],
  [undefined, ['FORBIDDEN', 'INTERNAL'], 'failed'],
] as const)('takes data %j with the codes %j for %s', async (data, codes, outcome) => {
  const metrics = createMetrics();
  const sighting = seen(metrics);
  sighting.begin('mutation', undefined);
  sighting.end(data, codes.length > 0 ? failing(...codes) : undefined);
  expect(await seriesOf(metrics, 'one_window_operations_total')).toEqual([
    `one_window_operations_total{operation="other",kind="mutation",outcome="${outcome}"} 1`,
  ]);
  expect(await seriesOf(metrics, 'one_window_errors_total')).toEqual(
    codes.map(code => `one_window_errors_total{code="${code}"} 1`),
  );
});

it('counts codes that a department makes up, or that are none, together', async () => {
  const metrics = createMetrics();
  for (let n = 0; n < 1_000; n++) seen(metrics).end(null, failing(`MADE_UP_${n}`));
  for (const code of [undefined, 7, 'eleven digits 37100218950', 'lower', 'X'.repeat(200)]) {
    seen(metrics).end(null, failing(code));
  }
  const series = await seriesOf(metrics, 'one_window_errors_total');
  expect(series).toHaveLength(101);
  expect(series.at(-1)).toBe('one_window_errors_total{code="other"} 905');
});

it('reads the database once for scrapes that come together, and does without it', async () => {
  const metrics = createMetrics();
  let reads = 0;
  let nowMs = 0;
  let isAway = false;
  const departments = {
    tax: { served: true, state: 'REFUSED', reasons: [] },
    code: { served: false, state: 'ABSENT', reasons: [] },
  } as const;
  countPulse(
    metrics,
    {
      store: {
        counts: { commits: 3, writes: 5 },
        async pulse() {
          reads += 1;
          if (isAway) throw new Error('away');
          return { open: new Map([['IN_REVIEW', 7]]), dueSinceMs: 1_500, unstamped: 11 };
        },
      },
      driving: () => 2,
      streams: () => 1,
      circuits: () => ({ tax: 'OPEN', code: 'TRIAL' }),
      timeStampCircuit: () => 'OPEN',
      supergraph: () => ({ fingerprint: 'f'.repeat(64), servedSince: '1970-01-01T00:00:09.000Z', departments }),
    },
    () => nowMs,
  );
  const texts = await Promise.all([1, 2, 3].map(() => metrics.registry.metrics()));
  expect(reads).toBe(1);
  for (const line of [
    'one_window_cases_open{state="IN_REVIEW"} 7',
    'one_window_due_lag_seconds 1.5',
    'one_window_papers_unstamped 11',
    'one_window_time_stamp_circuit_open 1',
    'one_window_leases_held 2',
    'one_window_streams_open 1',
    'one_window_department_circuit_open{department="tax"} 1',
    'one_window_department_circuit_open{department="code"} 0.5',
    'one_window_department_served{department="tax"} 1',
    'one_window_department_served{department="code"} 0',
    'one_window_department_state{department="tax",state="REFUSED"} 1',
    'one_window_department_state{department="code",state="ABSENT"} 1',
    'one_window_supergraph_served_since_seconds{fingerprint="ffffffffffff"} 9',
    'one_window_store_commits_total 3',
    'one_window_store_writes_total 5',
  ]) {
    expect(texts[0]).toContain(`\n${line}\n`);
  }
  [nowMs, isAway] = [10_000, true];
  const without = await metrics.registry.metrics();
  expect(reads).toBe(2);
  expect(without).not.toContain('IN_REVIEW');
  expect(without).not.toMatch(/^one_window_due_lag_seconds /m); // Zero would say that nothing waits.
  expect(without).toContain('one_window_leases_held 2');
});
