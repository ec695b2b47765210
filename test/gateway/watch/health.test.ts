import { expect, it } from '@jest/globals';
import { createHealth, type HealthSources } from '../../../gateway/watch/health.ts';
import { departmentIds } from '../../../subgraphs/catalogue.ts';
import { openCenter } from '../../fixtures/center.ts';

let nowMs = 0;

/** A health whose database answers as told, with departments of which some have been heard. */
function health(heads: () => Promise<unknown>, heard: readonly string[] = departmentIds) {
  nowMs = 0;
  const departments = Object.fromEntries(
    departmentIds.map(
      id => [id, { state: heard.includes(id) ? 'HEARD' : 'ABSENT', served: true, reasons: [] }] as const,
    ),
  );
  const sources: HealthSources = {
    store: { heads: heads as HealthSources['store']['heads'] },
    supergraph: {
      heard: new Map(heard.map(id => [id, 'SDL'])),
      state: { fingerprint: '0'.repeat(64), servedSince: '2026-03-02T00:00:00.000Z', departments },
    },
    nowMs: () => nowMs,
  };
  return createHealth(sources);
}
const answers = async () => new Map();

it('is ready once all departments have been heard, or ten seconds have passed without one', async () => {
  expect((await health(answers).readiness()).ready).toBe(true);
  const { readiness } = health(answers, ['business', 'tax', 'seal']);
  expect((await readiness()).ready).toBe(false);
  nowMs = 10_001;
  expect(await readiness()).toMatchObject({
    ready: true,
    departments: { business: true, code: false },
    states: { business: 'HEARD', code: 'ABSENT' },
  });
});

it('is not ready while the database fails, and asks it no more than once a second whoever asks', async () => {
  let asked = 0;
  let isAway = true;
  const { readiness } = health(async () => {
    asked += 1;
    if (isAway) throw new Error('connect ECONNREFUSED');
    return new Map();
  });
  for (let n = 0; n < 100; n++) expect(await readiness()).toMatchObject({ ready: false, store: false });
  expect(asked).toBe(1);
  isAway = false;
  nowMs = 1_000;
  expect(await readiness()).toMatchObject({ ready: true, store: true });
});

it('takes a database that does not answer for one that is away', async () => {
  expect(await health(() => new Promise(() => {})).readiness()).toMatchObject({ ready: false, store: false });
});

it('is not ready from the moment a stop begins, while requests are still answered', async () => {
  const center = await openCenter({ environment: { DRAIN_WAIT_MS: '3000' } });
  const stopping = center.stopGateway();
  const answer = await fetch(`${center.url}/health/ready`);
  expect([answer.status, await answer.json()]).toEqual([
    503,
    expect.objectContaining({ ready: false, draining: true }),
  ]);
  expect((await center.ask('{ catalogue { id } }')).errors).toBeUndefined();
  expect((await fetch(`${center.url}/health/live`)).status).toBe(200);
  await stopping;
  await expect(fetch(`${center.url}/health/live`)).rejects.toThrow('fetch failed');
  await center.close();
});
