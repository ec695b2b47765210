import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { type Desk, deskOf, itemOf, statesOf } from '../fixtures/desk.ts';
import { type SlowDepartment, slowDepartment } from '../fixtures/slow-department.ts';

/** Two things that happen to one case at the same moment. */
afterEach(() => expect(defects.mock.calls).toEqual([]));

const hourMs = 3_600_000;
/** Longer than a look at the seal takes here, shorter than the time-out of a call. */
const slowMs = 1_200;

describe('a case of which one department is slow to tell', () => {
  let center: Center;
  let desk: Desk;
  let police: SlowDepartment;
  let taxOffice: SlowDepartment;

  beforeAll(async () => {
    center = await openCenter({ overLine: ['seal', 'tax'], inlineBudgetMs: 1_500 });
    desk = deskOf(center);
    police = slowDepartment(center.dataDir, 'seal', center.line('seal'));
    taxOffice = slowDepartment(center.dataDir, 'tax', center.line('tax'));
  });
  afterAll(() => center.close());

  /** A delivered seal of which the police are being asked, and a tax office that has not decided. */
  async function waitingForBoth(onRefusal: 'KEEP_GRANTED' | 'REVOKE_ALL') {
    police.pace('seal-filing', 'PROVISIONAL');
    taxOffice.pace('national-tax', 'PENDING');
    center.line('seal').disturb = police.disturb;
    const waiting = await desk.register({ ...application(), onRefusal });
    expect(statesOf(waiting)).toMatchObject({ 'seal-filing': 'GRANTED_PROVISIONAL', 'national-tax': 'PENDING_HUMAN' });
    const asked = Promise.withResolvers<void>();
    let looks = 0;
    center.line('seal').disturb = (operation, body) => {
      // Only the first look is slow: what is asked after it is answered before it.
      if (operation !== 'OutcomesOf' || looks > 0) return police.disturb(operation, body);
      looks += 1;
      asked.resolve();
      return {
        answer: async forward => {
          const how = police.disturb(operation, body);
          await new Promise(resolve => setTimeout(resolve, slowMs));
          return typeof how === 'object' && 'answer' in how ? how.answer(forward) : forward();
        },
      };
    };
    return { number: waiting.number, asked: asked.promise };
  }

  it('takes nothing back while it is being asked about it, and ends once', async () => {
    const { number, asked } = await waitingForBoth('REVOKE_ALL');
    await center.advance(hourMs);
    await asked;
    const [decided] = await taxOffice.decide('national-tax', 'REFUSED');
    await center.callBack('tax', decided!.operationId, decided!.outcome);
    await desk.until(number, ({ state }) => state === 'REVOKED');
    await new Promise(resolve => setTimeout(resolve, 2 * slowMs));
    const after = await desk.find(number);
    expect(after.state).toBe('REVOKED');
    expect(itemOf(after, 'seal-filing').state).toBe('COMPENSATED');
    expect(after.slips.map(({ kind }) => kind)).toEqual(['ACCEPTANCE', 'DECISION', 'REVOCATION']);
  }, 30_000);

  it('takes up what another department tells meanwhile', async () => {
    const { number, asked } = await waitingForBoth('KEEP_GRANTED');
    await center.advance(hourMs);
    await asked;
    const [decided] = await taxOffice.decide('national-tax', 'AS_DEPARTMENT');
    await center.callBack('tax', decided!.operationId, decided!.outcome);
    const told = await desk.until(number, found => itemOf(found, 'national-tax').state === 'GRANTED', slowMs);
    expect(itemOf(told, 'seal-filing').state).toBe('GRANTED_PROVISIONAL');
  }, 30_000);
});
