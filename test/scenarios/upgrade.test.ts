import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { newestRegime, REGIMES, type Regime } from '../../subgraphs/regimes.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { type Desk, deskOf, statesOf } from '../fixtures/desk.ts';
import { onEachStore } from '../fixtures/stores.ts';

/** A new version of a regime comes into force while cases are open; and gateways are stopped in the middle of a call. */
afterEach(() => expect(defects.mock.calls.filter(([line]) => !/tax/.test(String(line)))).toEqual([]));

/** What a stop may take: the grace for answers that are outstanding, and closing. */
const stopMaxMs = 6_000;
const R2 = newestRegime('R2') as Regime;
const withoutLocalTax = {
  ...R2,
  version: R2.version + 1,
  items: R2.items.filter(({ item }) => item !== 'local-tax'),
};

onEachStore('open cases', open => {
  let center: Center;
  let desk: Desk;

  beforeAll(async () => {
    center = await open({ overLine: ['tax'], inlineBudgetMs: 1_000 });
    desk = deskOf(center);
  });
  afterEach(() => {
    center.line('tax').disturb = undefined;
  });
  afterAll(() => center.close());

  it('go on under the version of the regime with which they began', async () => {
    center.line('tax').disturb = operation => (operation === 'FileItems' ? 'LOSE_REQUEST' : 'PASS');
    const { number } = await desk.register(application());
    const old = await desk.until(number, view => statesOf(view)['local-tax'] === 'OUTCOME_UNKNOWN');
    expect(statesOf(old)).toMatchObject({ license: 'GRANTED' });
    await center.stopGateway();
    (REGIMES as Regime[]).push(withoutLocalTax);
    try {
      await center.startGateway();
      center.line('tax').disturb = undefined;
      const done = await desk.until(old.number, ({ state }) => state === 'CLOSED');
      expect(statesOf(done)).toMatchObject({ 'national-tax': 'GRANTED', 'local-tax': 'GRANTED' });
      const fresh = await desk.register(application());
      expect(Object.keys(statesOf(fresh))).toEqual(withoutLocalTax.items.map(({ item }) => item));
      // Nobody could go on with it under a regime that is taken away again.
      await desk.until(fresh.number, ({ state }) => state === 'CLOSED');
    } finally {
      (REGIMES as Regime[]).pop();
    }
  }, 30_000);

  it('are given up within a bound when the gateway is stopped while a department says nothing', async () => {
    center.line('tax').disturb = operation => (operation === 'FileItems' ? 'HANG' : 'PASS');
    const { number } = await desk.register(application());
    const waiting = await desk.until(number, view => statesOf(view)['national-tax'] === 'SENT');
    const began = performance.now();
    await center.stopGateway();
    expect(performance.now() - began).toBeLessThan(stopMaxMs);
    center.line('tax').disturb = undefined;
    await center.startGateway();
    const done = await desk.until(waiting.number, ({ state }) => state === 'CLOSED');
    expect(done.items.every(({ attempts }) => attempts === 1)).toBe(true);
  }, 30_000);
});
