import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { type Desk, deskOf, statesOf } from '../fixtures/desk.ts';
import { ONE_OF_EACH, rowsOf } from '../fixtures/registers.ts';
import { onEachStore } from '../fixtures/stores.ts';

/**
 * Scenario 3: tax dies for four hours, after it has taken one call whose answer is lost. The gateway is restarted in the
 * middle, and once started while tax is absent.
 */
afterEach(() => expect(defects.mock.calls.filter(([line]) => !/tax/.test(String(line)))).toEqual([]));

const hourMs = 3_600_000;
const TAX = ['national-tax', 'local-tax'];

onEachStore('scenario 3', open => {
  let center: Center;
  let desk: Desk;

  beforeAll(async () => {
    center = await open({
      overLine: ['tax'],
      inlineBudgetMs: 1_500,
      environment: { DEPARTMENT_TIMEOUT_MS: '1000' },
    });
    desk = deskOf(center);
  });
  afterAll(() => center.close());

  it('finishes what others decide, asks tax before it sends anything again, and ends with one record of each', async () => {
    const tax = center.line('tax');
    tax.disturb = operation =>
      operation === 'FileItems' ? 'LOSE_ANSWER' : tax.operations.includes('FileItems') ? 'LOSE_REQUEST' : 'PASS';
    const waiting = await desk.register(application());
    await center.stopDepartment('tax');
    expect(statesOf(waiting)).toMatchObject({
      license: 'GRANTED',
      'organization-code': 'GRANTED',
      'seal-filing': 'GRANTED',
      'national-tax': 'OUTCOME_UNKNOWN',
      'local-tax': 'OUTCOME_UNKNOWN',
    });
    expect(waiting.waitingFor.map(({ item, ball }) => `${item} ${ball}`)).toEqual(
      TAX.map(item => `${item} DEPARTMENT`),
    );
    expect(waiting.waitingFor.every(({ nextActAt }) => nextActAt !== null)).toBe(true);

    await center.advance(2 * hourMs);
    await center.stopGateway();
    await center.startGateway();
    expect(statesOf(await desk.find(waiting.number))).toMatchObject({ 'national-tax': 'OUTCOME_UNKNOWN' });
    await center.advance(2 * hourMs);

    tax.disturb = undefined;
    tax.operations.length = 0;
    await center.startDepartment('tax');
    await center.advance(hourMs);
    const done = await desk.until(waiting.number, ({ state }) => state === 'CLOSED', 40_000);
    expect(tax.operations).not.toContain('FileItems');
    expect(done.items.filter(({ item }) => TAX.includes(item)).map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(rowsOf(center.dataDir, done.number)).toEqual(ONE_OF_EACH);
    // Whose fault the four hours were stands in the ledger: tax held the ball, the applicant never.
    const held = new Map(done.clocks.byHolder.map(({ ball, department, minutes }) => [department ?? ball, minutes]));
    expect(held.get('APPLICANT') ?? 0).toBe(0);
  }, 60_000);

  it('is started without tax, and serves what the others can do', async () => {
    await center.stopGateway();
    await center.stopDepartment('tax');
    await center.startGateway();
    const waiting = await desk.register(application());
    // Nothing is filed before every department has looked at it.
    expect(waiting.state).toBe('SUBMITTED');
    expect(waiting.waitingFor.map(({ department }) => department)).toEqual(['tax']);
    await center.startDepartment('tax');
    const done = await desk.until(waiting.number, ({ state }) => state === 'CLOSED', 40_000);
    expect(rowsOf(center.dataDir, done.number)).toEqual(ONE_OF_EACH);
  }, 60_000);
});
