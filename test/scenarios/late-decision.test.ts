import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DepartmentId } from '../../subgraphs/catalogue.ts';
import { application } from '../fixtures/application.ts';
import { flipped, sealedBy } from '../fixtures/call-back.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { type Desk, deskOf, fieldsOf, type ShownCase, statesOf } from '../fixtures/desk.ts';
import { UNAVAILABLE } from '../fixtures/line.ts';
import { ONE_OF_EACH, readRegister, rowsOf } from '../fixtures/registers.ts';
import { type Decided, type SlowDepartment, slowDepartment } from '../fixtures/slow-department.ts';

/** Departments whose decisions take a person's time, and tell them by call-back (tax, seal) or when asked (code). */
const SLOW = ['tax', 'seal', 'code'] as const satisfies readonly DepartmentId[];
const minuteMs = 60_000;
/** Much less than anybody is polled in: what is done in this time was done by the call-back. */
const atOnceMs = 5_000;

let center: Center;
let desk: Desk;
let tax: SlowDepartment;
let seal: SlowDepartment;
let code: SlowDepartment;

beforeAll(async () => {
  center = await openCenter({
    overLine: SLOW,
    inlineBudgetMs: 1_500,
    environment: { DEPARTMENT_TIMEOUT_MS: '1000' },
  });
  desk = deskOf(center);
});
afterAll(() => center.close());
beforeEach(() => {
  [tax, seal, code] = SLOW.map(id => slowDepartment(center.dataDir, id, center.line(id))) as [
    SlowDepartment,
    SlowDepartment,
    SlowDepartment,
  ];
  for (const id of SLOW) center.line(id).operations.length = 0;
});
afterEach(() => expect(defects.mock.calls).toEqual([]));

const TAKEN = { data: { reportOutcome: { taken: true, repeated: false } } };
const REPEATED = { data: { reportOutcome: { taken: false, repeated: true } } };
const timesAsked = (id: DepartmentId): number =>
  center.line(id).operations.filter(operation => operation === 'OutcomesOf').length;
const callBack = ({ operationId, outcome }: Decided, as: DepartmentId = 'tax', listenerPort?: number) =>
  center.callBack(as, operationId, outcome, listenerPort);
const only = (decided: readonly Decided[]): Decided => {
  expect(decided).toHaveLength(1);
  return decided[0] as Decided;
};
const certificatesOf = ({ certificates }: ShownCase, kind: string) => certificates.filter(one => one.kind === kind);
const noted = ({ ledger }: ShownCase, note: string): number =>
  ledger.filter(({ events }) => events.includes(`"${note}"`)).length;
const isClosed = ({ state }: ShownCase): boolean => state === 'CLOSED';

/** The authorities with which a case is registered, without what was taken back. */
const liveTaxRows = (number: string): string[] =>
  readRegister(
    center.dataDir,
    'tax',
    "select authority from tax_registration where case_number = ? and status = 'VALID' order by authority",
    number,
  ).map(({ authority }) => String(authority));

/** A case that waits for a person at national tax, and for nobody else. */
async function waitingForTax(): Promise<ShownCase> {
  tax.pace('national-tax', 'PENDING');
  const waiting = await desk.register(application());
  expect(waiting.waitingFor).toMatchObject([{ item: 'national-tax', ball: 'DEPARTMENT' }]);
  expect(statesOf(waiting)).toMatchObject({ 'national-tax': 'PENDING_HUMAN', 'local-tax': 'GRANTED' });
  return waiting;
}

/** Tax decides and calls back while the window still waits for the answer to the filing. @returns What it was answered. */
function callingBackEarly(): readonly unknown[] {
  const answers: unknown[] = [];
  tax.onFiled = async operationId => {
    answers.push(await callBack(only(await tax.decide(operationId, 'AS_DEPARTMENT'))));
  };
  return answers;
}

describe('a decision that takes a person’s time', () => {
  it('closes the case when it is called back; nobody was asked for it', async () => {
    const { number } = await waitingForTax();
    const decided = only(await tax.decide('national-tax', 'AS_DEPARTMENT'));
    expect(await callBack(decided)).toEqual(TAKEN);
    const closed = await desk.until(number, isClosed, atOnceMs);
    expect(timesAsked('tax')).toBe(0);
    expect(certificatesOf(closed, 'NATIONAL_TAX')).toHaveLength(1);
    expect(noted(closed, 'CALLED_BACK')).toBe(1);
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });

  it('completes what was granted provisionally', async () => {
    seal.pace('seal-filing', 'PROVISIONAL');
    const { number, items } = await desk.register(application());
    expect(items.find(({ item }) => item === 'seal-filing')).toMatchObject({ state: 'GRANTED_PROVISIONAL' });
    expect(await callBack(only(await seal.decide('seal-filing', 'AS_DEPARTMENT')), 'seal')).toEqual(TAKEN);
    const closed = await desk.until(number, isClosed, atOnceMs);
    expect(certificatesOf(closed, 'SEAL_FILING')).toHaveLength(1);
  });

  it('is asked for, where a department does not call back', async () => {
    code.pace('organization-code', 'PENDING');
    const { number } = await desk.register(application());
    await code.decide('organization-code', 'AS_DEPARTMENT');
    await center.advance(2 * minuteMs);
    await desk.until(number, isClosed, atOnceMs);
    expect(timesAsked('code')).toBe(1);
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });

  it('against the applicant is told by call-back too', async () => {
    const { number } = await waitingForTax();
    expect(await callBack(only(await tax.decide('national-tax', 'REFUSED')))).toEqual(TAKEN);
    const refused = await desk.until(number, ({ waitingFor }) => waitingFor.length === 0, atOnceMs);
    expect(statesOf(refused)).toMatchObject({ 'national-tax': 'REFUSED', license: 'GRANTED' });
    expect(liveTaxRows(number)).toEqual(['LOCAL']);
  });

  it('to ask for a correction is told by call-back, and what is then filed again is granted', async () => {
    const input = application();
    tax.pace('national-tax', 'PENDING');
    const { number } = await desk.register(input);
    expect(await callBack(only(await tax.decide('national-tax', 'CORRECTION')))).toEqual(TAKEN);
    const asked = await desk.until(number, one => statesOf(one)['national-tax'] === 'WAITING_INPUT', atOnceMs);
    expect(asked.items.flatMap(({ faults }) => faults)).toMatchObject([{ path: 'businessScope' }]);
    tax.pace('national-tax', 'AT_ONCE');
    await desk.resubmit(number, fieldsOf({ ...input, businessScope: '软件开发' }));
    const closed = await desk.until(number, isClosed, atOnceMs);
    expect(closed.items.find(({ item }) => item === 'national-tax')).toMatchObject({ attempts: 2 });
    expect(liveTaxRows(number)).toEqual(['LOCAL', 'NATIONAL']);
  });
});

describe('a call-back', () => {
  it('that comes before the filing is answered completes it, and holds up nobody', async () => {
    tax.pace('national-tax', 'PENDING');
    const answers = callingBackEarly();
    const closed = await desk.register(application());
    expect(closed.state).toBe('CLOSED');
    expect(answers).toEqual([TAKEN]);
    expect(rowsOf(center.dataDir, closed.number)).toEqual(ONE_OF_EACH);
  });

  it('whose filing’s answer is lost makes the window ask, and is not taken for the answer', async () => {
    tax.pace('national-tax', 'PENDING');
    const answers = callingBackEarly();
    const line = center.line('tax');
    let lost = false;
    line.disturb = (operation, body) => {
      const how = tax.disturb(operation, body);
      if (operation !== 'FileItems' || lost || typeof how !== 'object' || !('answer' in how)) return how;
      lost = true;
      return { answer: async forward => void (await how.answer(forward)) };
    };
    const { number } = await desk.register(application());
    const closed = await desk.until(number, isClosed, atOnceMs);
    expect(answers).toEqual([TAKEN]);
    expect(line.operations.filter(operation => operation === 'FileItems')).toHaveLength(1);
    expect(timesAsked('tax')).toBeGreaterThan(0);
    expect(certificatesOf(closed, 'NATIONAL_TAX')).toHaveLength(1);
  });

  it('told twelve times at once is taken once', async () => {
    const { number } = await waitingForTax();
    const decided = only(await tax.decide('national-tax', 'AS_DEPARTMENT'));
    const answers = await Promise.all(Array.from({ length: 12 }, () => callBack(decided)));
    expect(answers.filter(answer => JSON.stringify(answer) === JSON.stringify(TAKEN))).toHaveLength(1);
    expect(answers.filter(answer => JSON.stringify(answer) === JSON.stringify(REPEATED))).toHaveLength(11);
    const closed = await desk.until(number, isClosed, atOnceMs);
    expect(certificatesOf(closed, 'NATIONAL_TAX')).toHaveLength(1);
    expect(await callBack(decided)).toEqual(REPEATED);
    expect(noted(await desk.find(number), 'CALLED_BACK')).toBe(1);
  });

  it('that comes after the decision was asked for changes nothing', async () => {
    const { number } = await waitingForTax();
    const decided = only(await tax.decide('national-tax', 'AS_DEPARTMENT'));
    await center.advance(30 * minuteMs);
    const closed = await desk.until(number, isClosed, atOnceMs);
    expect(await callBack(decided)).toEqual(TAKEN);
    const after = await desk.until(number, one => noted(one, 'NOT_APPLIED') === 1, atOnceMs);
    expect({ ...after, ledger: [] }).toEqual({ ...closed, ledger: [] });
  });

  it('under a forged seal, or by another department, is refused; the case waits on, until the true one comes', async () => {
    const before = await waitingForTax();
    const decided = only(await tax.decide('national-tax', 'AS_DEPARTMENT'));
    const { outcome } = decided;
    const refused = async (forged: Decided, as?: DepartmentId) =>
      (await callBack(forged, as)).errors?.map(({ extensions }) => extensions.code);
    expect(await refused({ ...decided, outcome: sealedBy(center.dataDir, 'seal', outcome) })).toEqual(['SEAL_REFUSED']);
    expect(await refused({ ...decided, outcome: flipped(outcome) })).toEqual(['SEAL_REFUSED']);
    expect(await refused(decided, 'seal')).toEqual(['NOT_YOUR_OPERATION']);
    expect(await refused({ ...decided, operationId: decided.operationId.replace(/1$/, '2') })).toEqual([
      'OPERATION_UNKNOWN',
    ]);
    expect(await desk.find(before.number)).toMatchObject({ state: 'IN_REVIEW', ledger: before.ledger });
    expect(await callBack(decided)).toEqual(TAKEN);
    await desk.until(before.number, isClosed, atOnceMs);
  });

  it('after the gateway was stopped and started is taken all the same', async () => {
    const { number } = await waitingForTax();
    const decided = only(await tax.decide('national-tax', 'AS_DEPARTMENT'));
    await center.stopGateway();
    await expect(callBack(decided)).rejects.toThrow('ECONNREFUSED');
    await center.startGateway();
    expect(await callBack(decided)).toEqual(TAKEN);
    await desk.until(number, isClosed, atOnceMs);
  });
});

describe('a department that does not answer filings', () => {
  const WITHOUT_TAX = { license: 'GRANTED', 'organization-code': 'GRANTED', 'seal-filing': 'GRANTED' };
  const isDoneWithoutTax = (one: ShownCase): boolean =>
    Object.entries(WITHOUT_TAX).every(([item, state]) => statesOf(one)[item] === state);

  it.each([
    ['but hangs', 'HANG' as const],
    ['but says 503', UNAVAILABLE],
  ])(
    '%s, does not slow the others: twenty cases come as far as they can, and close when it is back',
    async (_, how) => {
      center.line('tax').disturb = operation => (operation === 'PrecheckItems' ? 'PASS' : how);
      const cases = await Promise.all(Array.from({ length: 20 }, () => desk.register(application())));
      for (const { number } of cases) {
        const done = await desk.until(number, isDoneWithoutTax, 10_000);
        expect(done.waitingFor.map(({ department }) => department)).toEqual(['tax', 'tax']);
      }
      center.line('tax').disturb = tax.disturb;
      for (const { number } of cases) {
        await desk.until(number, isClosed, 20_000);
        expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
      }
    },
    60_000,
  );
});
