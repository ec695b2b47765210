import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { CASE, type Desk, deskOf, fieldsOf, type ShownCase } from '../fixtures/desk.ts';
import { ONE_OF_EACH, rowsOf } from '../fixtures/registers.ts';
import { onEachStore } from '../fixtures/stores.ts';

/** Scenario 5: the same application twice, and fifty times at once. */
afterEach(() => expect(defects.mock.calls).toEqual([]));

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { ${CASE} } }`;
type Registered = { readonly registerEnterprise: ShownCase };
const yearMs = 365 * 24 * 3_600_000;

onEachStore('scenario 5', (open, name) => {
  let center: Center;
  let desk: Desk;

  beforeAll(async () => {
    center = await open({});
    desk = deskOf(center);
  });
  afterAll(() => center.close());

  it('makes one case of fifty calls at once with one request id', async () => {
    const input = application();
    const answers = await Promise.all(Array.from({ length: 50 }, () => center.ask<Registered>(REGISTER, { input })));
    const numbers = answers.map(({ data }) => data?.registerEnterprise.number);
    expect(new Set(numbers).size).toBe(1);
    expect(new Set(answers.map(({ data }) => data?.registerEnterprise.state))).toEqual(new Set(['CLOSED']));
    expect(rowsOf(center.dataDir, String(numbers[0]))).toEqual(ONE_OF_EACH);
  });

  // A SQLite file serves one gateway.
  if (name === 'PostgreSQL') {
    it('makes one case of fifty calls at once at two gateways', async () => {
      const second = await center.startSecondGateway();
      try {
        const input = application();
        const at = [center.ask, second.ask];
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, n) => at[n % 2]!<Registered>(REGISTER, { input })),
        );
        const numbers = answers.map(({ data }) => data?.registerEnterprise.number);
        expect(new Set(numbers).size).toBe(1);
        expect(new Set(answers.map(({ data }) => data?.registerEnterprise.state))).toEqual(new Set(['CLOSED']));
        expect(rowsOf(center.dataDir, String(numbers[0]))).toEqual(ONE_OF_EACH);
      } finally {
        await second.close();
      }
    });
  }

  it('answers another request for the same founders and name with the case that there is, and goes on when told to', async () => {
    const first = application();
    const made = await desk.register(first);
    const again = { ...first, requestId: `${first.requestId}-again` };
    const errors = await desk.refused(REGISTER, { input: again });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'POSSIBLE_DUPLICATE', case: made.number });
    // The clerk has looked: it goes on, and the name is found to be taken, as it is.
    const other = await desk.register({ ...again, notDuplicateOf: made.number });
    expect(other.number).not.toBe(made.number);
    expect(other.state).toBe('CORRECTION_NOTICED');
    expect(other.items.flatMap(({ faults }) => faults.map(({ code }) => code))).toContain('NAME_CLASH');
    const renamed = fieldsOf({ ...again, name: { ...again.name, tradingName: `${again.name.tradingName}新` } });
    expect((await desk.resubmit(other.number, renamed)).state).toBe('CLOSED');
  });

  it('opens one case when two requests for the same founders and name come in the same millisecond', async () => {
    const first = application();
    const inputs = [first, { ...first, requestId: `${first.requestId}-twin` }];
    const answers = await Promise.all(inputs.map(input => center.ask<Registered>(REGISTER, { input })));
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OPEN').sort()).toEqual([
      'OPEN',
      'POSSIBLE_DUPLICATE',
    ]);
  });

  it('answers a replay a year later with the first case', async () => {
    const input = application();
    const made = await desk.register(input);
    await center.advance(yearMs);
    const replayed = await desk.register(input);
    expect(replayed.number).toBe(made.number);
    expect(replayed.certificates).toEqual(made.certificates);
    expect(rowsOf(center.dataDir, made.number)).toEqual(ONE_OF_EACH);
  });
});
