import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import type { Disturbance, Line } from '../fixtures/line.ts';
import { ONE_OF_EACH, rowsOf } from '../fixtures/registers.ts';

const CASE = `number state
  items { item state attempts certificate { number } }
  certificates { kind }
  waitingFor { item department ball reason nextAct nextActAt }`;
const REGISTER = `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { ${CASE} } }`;

interface Shown {
  readonly number: string;
  readonly state: string;
  readonly items: readonly { item: string; state: string; attempts: number; certificate: { number: string } | null }[];
  readonly certificates: readonly { kind: string }[];
  readonly waitingFor: readonly {
    item: string;
    department: string;
    ball: string;
    reason: string;
    nextAct: string | null;
    nextActAt: string | null;
  }[];
}

/** Longer than the retries that a short disturbance brings about. */
const closedWithinMs = 15_000;
const inlineBudgetMs = 1_500;

async function register(center: Center): Promise<Shown> {
  const { data, errors } = await center.ask<{ registerEnterprise: Shown }>(REGISTER, { input: application() });
  expect(errors).toBeUndefined();
  return data!.registerEnterprise;
}

async function shown(center: Center, number: string): Promise<Shown> {
  const { data, errors } = await center.ask<{ case: Shown }>(
    `query ($number: ID!) { case(number: $number) { ${CASE} } }`,
    {
      number,
    },
  );
  expect(errors).toBeUndefined();
  return data!.case;
}

async function closed(center: Center, number: string): Promise<Shown> {
  const deadline = Date.now() + closedWithinMs;
  for (;;) {
    const found = await shown(center, number);
    if (found.state === 'CLOSED' || Date.now() > deadline) return found;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

let center: Center;
let tax: Line;

beforeAll(async () => {
  center = await openCenter({ inlineBudgetMs, overLine: ['tax'], environment: { DEPARTMENT_TIMEOUT_MS: '1000' } });
  tax = center.line('tax');
});
afterAll(() => center.close());
afterEach(() => {
  tax.disturb = undefined;
  tax.operations.length = 0;
  expect(defects.mock.calls).toEqual([]);
});

/** Disturbs the operations of these names, the first time each or always; the others pass. */
const disturb = (how: Disturbance, { only, times = 1 }: { only: readonly string[]; times?: number }): void => {
  const left = new Map(only.map(name => [name, times]));
  tax.disturb = operation => {
    const more = left.get(operation) ?? 0;
    left.set(operation, more - 1);
    return more > 0 ? how : 'PASS';
  };
};
const timesOf = (operation: string): number => tax.operations.filter(one => one === operation).length;
const sinceFiling = (): string[] => tax.operations.slice(tax.operations.indexOf('FileItems'));

describe('a department that is away', () => {
  it('does not fail the mutation: it tells who waits for whom until when, and the case closes by itself later', async () => {
    await center.stopDepartment('tax');
    const startedAt = Date.now();
    const { number, state, waitingFor } = await register(center);
    expect(Date.now() - startedAt).toBeLessThan(inlineBudgetMs + 1_000);
    expect(state).toBe('SUBMITTED');
    expect(waitingFor).toEqual([
      {
        item: 'national-tax',
        department: 'tax',
        ball: 'DEPARTMENT',
        reason: expect.stringContaining('the department has not answered yet'),
        nextAct: expect.stringContaining('ask again'),
        nextActAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    ]);
    await center.startDepartment('tax');
    expect(await closed(center, number)).toMatchObject({ state: 'CLOSED', waitingFor: [] });
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });

  it('delays no other: what does not need it is granted meanwhile', async () => {
    disturb('HANG', { only: ['FileItems'] });
    const startedAt = Date.now();
    const { number, items, waitingFor } = await register(center);
    expect(Date.now() - startedAt).toBeLessThan(inlineBudgetMs + 1_000);
    const states = Object.fromEntries(items.map(({ item, state }) => [item, state]));
    expect(states).toMatchObject({ license: 'GRANTED', 'organization-code': 'GRANTED', 'seal-filing': 'GRANTED' });
    expect(waitingFor.map(({ department, ball, nextAct }) => [department, ball, nextAct !== null])).toEqual([
      ['tax', 'DEPARTMENT', true],
      ['tax', 'DEPARTMENT', true],
    ]);
    expect(await closed(center, number)).toMatchObject({ state: 'CLOSED' });
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });
});

describe('an answer that is lost', () => {
  it('after the work was done is asked for, and nothing is sent a second time', async () => {
    disturb('LOSE_ANSWER', { only: ['FileItems'] });
    const { number } = await register(center);
    expect(await closed(center, number)).toMatchObject({ state: 'CLOSED' });
    expect(sinceFiling().slice(0, 2)).toEqual(['FileItems', 'OutcomesOf']);
    expect(timesOf('FileItems')).toBe(1);
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });

  it('with the question after it is asked for again, before anything is sent', async () => {
    disturb('LOSE_ANSWER', { only: ['FileItems', 'OutcomesOf'] });
    const { number } = await register(center);
    expect(await closed(center, number)).toMatchObject({ state: 'CLOSED' });
    expect(timesOf('FileItems')).toBe(1);
    expect(timesOf('OutcomesOf')).toBeGreaterThan(1);
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });

  it('because the filing never arrived is asked for too; then it is sent again under the same id', async () => {
    const ids: string[] = [];
    let lost = false;
    tax.disturb = (operation, body) => {
      if (operation !== 'FileItems') return 'PASS';
      ids.push(...[...body.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id as string));
      const how = lost ? 'PASS' : 'LOSE_REQUEST';
      lost = true;
      return how;
    };
    const { number } = await register(center);
    const { state, items } = await closed(center, number);
    expect(state).toBe('CLOSED');
    expect(items.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(sinceFiling().slice(0, 2)).toEqual(['FileItems', 'OutcomesOf']);
    expect(ids.toSorted()).toEqual(
      ['local-tax', 'local-tax', 'national-tax', 'national-tax'].map(item => `${number}/${item}/1`),
    );
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });

  it('to a precheck is asked for again, and files nothing', async () => {
    disturb('LOSE_ANSWER', { only: ['PrecheckItems'], times: 2 });
    const { number, state } = await register(center);
    expect(state).toBe('SUBMITTED');
    expect(Object.values(rowsOf(center.dataDir, number))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await closed(center, number)).toMatchObject({ state: 'CLOSED' });
  });
});

describe('a department that answers garbage', () => {
  let another: string;
  const waiting: string[] = [];
  beforeAll(async () => {
    let heard = '';
    tax.disturb = operation => (operation === 'FileItems' ? { change: answer => (heard = answer) } : 'PASS');
    expect((await register(center)).state).toBe('CLOSED');
    another = heard;
  });

  const say = (value: unknown): Disturbance => ({ body: JSON.stringify(value) });
  const nothing = (operation: string): Disturbance =>
    say({ data: { [operation === 'FileItems' ? 'fileItems' : 'outcomesOf']: [] } });
  const renamed = (answer: string, body: string): string => {
    const asked = [...body.matchAll(/"(\d{6}-\d{8}-\d{5,}-\d\/[a-z-]+\/\d+)"/g)].map(([, id]) => id as string);
    const { data } = JSON.parse(answer) as { data: { fileItems: { operationId: string }[] } };
    const answers = asked.map((operationId, at) => ({ ...data.fileItems[at], operationId }));
    return JSON.stringify({ data: { fileItems: answers, outcomesOf: answers } });
  };

  it.each<[string, (operation: string, body: string) => Disturbance]>([
    ['a web page', () => ({ body: '<html><body>502</body></html>', type: 'text/html' })],
    ['a web page that says it is JSON', () => ({ body: '<html>' })],
    ['nothing at all', () => ({ body: '' })],
    ['a status of 500', () => ({ body: '{"data":{}}', status: 500 })],
    ['a number', () => say(42)],
    ['an empty result', () => say({ data: null })],
    ['an empty list', nothing],
    [
      'errors with a book for a code',
      () => say({ errors: [{ message: 'x', extensions: { code: 'x'.repeat(9_999) } }] }),
    ],
    ['answers to other operations', () => ({ change: answer => answer.replaceAll('-tax/1"', '-tax/9"') })],
    ['answers in another place', () => ({ change: answer => shifted(answer) })],
    ['records with a changed digit', () => ({ change: answer => answer.replace(/371002PDY/g, '371003PDY') })],
    ['seals with a changed byte', () => ({ change: answer => answer.replace(/("seal":")(.{400})./g, '$1$2_') })],
    ['no seals', () => ({ change: answer => answer.replace(/"seal":"[^"]*"/g, '"seal":null') })],
    ['the seals of another case', (_, body) => ({ body: renamed(another, body) })],
  ])('(%s) is waited for, and closes nothing', async (_, garbage) => {
    tax.disturb = (operation, body) =>
      operation === 'FileItems' || operation === 'OutcomesOf' ? garbage(operation, body) : 'PASS';
    const before = await register(center);
    expect(before.state).toBe('IN_REVIEW');
    expect(before.certificates.map(({ kind }) => kind)).toEqual([
      'BUSINESS_LICENSE',
      'ORGANIZATION_CODE',
      'SEAL_FILING',
    ]);
    expect(
      before.waitingFor.map(({ item, department, reason, nextAct }) => [
        item,
        department,
        reason.length < 200,
        nextAct !== null,
      ]),
    ).toEqual([
      ['national-tax', 'tax', true, true],
      ['local-tax', 'tax', true, true],
    ]);
    waiting.push(before.number);
  });

  it('is believed again when it speaks sense: every case closes, with one row in each register', async () => {
    await new Promise(resolve => setTimeout(resolve, 300));
    for (const number of waiting) {
      expect(await closed(center, number)).toMatchObject({ state: 'CLOSED', waitingFor: [] });
      expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
    }
    expect(waiting).toHaveLength(14);
  });

  it('to a precheck is waited for, and files nothing', async () => {
    const alien = { item: 'license', path: 'name', code: 'X', message: 'x' };
    tax.disturb = (operation, body) => {
      if (operation !== 'PrecheckItems') return 'PASS';
      const { variables } = JSON.parse(body) as { variables: { requests: { requestId: string }[] } };
      const answers = variables.requests.map(({ requestId }) => ({ requestId, checked: true, faults: [alien] }));
      return say({ data: { precheckItems: answers } });
    };
    const { number, state } = await register(center);
    expect(state).toBe('SUBMITTED');
    tax.disturb = undefined;
    expect(await closed(center, number)).toMatchObject({ state: 'CLOSED' });
  });

  /** Each answer one place later than it was asked. */
  function shifted(answer: string): string {
    const { data } = JSON.parse(answer) as { data: Record<string, unknown[]> };
    const later = Object.entries(data).map(([name, list]) => [name, [null, ...list]]);
    return JSON.stringify({ data: Object.fromEntries(later) });
  }
});

describe('a gateway that is stopped in the middle', () => {
  it('ends soon though a department hangs, and goes on after its next start', async () => {
    disturb('HANG', { only: ['FileItems', 'OutcomesOf'], times: 99 });
    const { number } = await register(center);
    const waiting = register(center);
    await new Promise(resolve => setTimeout(resolve, 300));
    const startedAt = Date.now();
    await center.stopGateway();
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    const other = await waiting; // Answered before the end, with what still waits.
    expect(other.waitingFor.map(({ department }) => department)).toEqual(['tax', 'tax']);
    tax.disturb = undefined;
    tax.operations.length = 0;
    await center.startGateway();
    for (const each of [number, other.number]) {
      expect(await closed(center, each)).toMatchObject({ state: 'CLOSED' });
      expect(rowsOf(center.dataDir, each)).toEqual(ONE_OF_EACH);
    }
    expect(tax.operations.filter(operation => operation !== 'anonymous')[0]).toBe('OutcomesOf');
  });

  it('keeps an application that came in while it was stopping', async () => {
    await center.stopDepartment('tax');
    const { number, state } = await register(center);
    expect(state).toBe('SUBMITTED');
    await center.stopGateway();
    await center.startGateway();
    expect((await shown(center, number)).state).toBe('SUBMITTED');
    await center.startDepartment('tax');
    expect(await closed(center, number)).toMatchObject({ state: 'CLOSED' });
    expect(rowsOf(center.dataDir, number)).toEqual(ONE_OF_EACH);
  });
});

describe('a gateway that is started while a department is away', () => {
  const ENTERPRISE = '{ __type(name: "Enterprise") { fields { name } } }';
  const fieldsOf = async (): Promise<string[]> => {
    const { data } = await center.ask<{ __type: { fields: { name: string }[] } }>(ENTERPRISE);
    return data?.__type.fields.map(({ name }) => name) ?? [];
  };
  const ready = async () =>
    fetch(`${center.url}/health/ready`).then(async answer => [answer.status, await answer.json()]);

  it('serves at once what it served last, and says who is away', async () => {
    await center.stopGateway();
    await center.stopDepartment('tax');
    const startedAt = Date.now();
    await center.startGateway();
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(await fieldsOf()).toContain('taxRegistrations');
    expect((await fetch(`${center.url}/health/live`)).status).toBe(200);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(await ready()).toMatchObject([
      503,
      { ready: false, departments: { business: true, tax: false, code: true, seal: true }, states: { tax: 'ABSENT' } },
    ]);
  });

  it('serves what there is within ten seconds when it has never served, and the rest once it is up', async () => {
    await center.stopGateway();
    rmSync(join(center.dataDir, 'center', 'supergraph.json'));
    const startedAt = Date.now();
    await center.startGateway();
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(await fieldsOf()).not.toContain('taxRegistrations');
    expect(await fieldsOf()).toContain('license');
    await center.startDepartment('tax');
    const deadline = Date.now() + 5_000;
    while (!(await fieldsOf()).includes('taxRegistrations') && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(await fieldsOf()).toContain('taxRegistrations');
    expect(await ready()).toMatchObject([200, { ready: true }]);
    expect((await register(center)).state).toBe('CLOSED');
  });
});
