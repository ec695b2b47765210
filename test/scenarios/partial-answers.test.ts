import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DepartmentId, departmentIds } from '../../subgraphs/catalogue.ts';
import { application } from '../fixtures/application.ts';
import { type Answer, type Center, openCenter } from '../fixtures/center.ts';
import type { Disturbance } from '../fixtures/line.ts';
import { until } from '../fixtures/until.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) { number }
}`;
/** What each department tells of an enterprise, under the key at which it stands in the answer. */
const OWN: Readonly<Record<DepartmentId, readonly string[]>> = {
  business: ['name', 'license'],
  tax: ['taxes'],
  code: ['code'],
  seal: ['seals'],
};
const PARTS =
  'uscc name license { number } taxes: taxRegistrations { taxpayerNumber } code: organizationCode { code } seals { code }';
const READ = `query ($number: ID!, $uscc: ID!) {
  case(number: $number) { state certificates { id kind department number record } enterprise { ${PARTS} } }
  byCode: enterprise(uscc: $uscc) { ${PARTS} }
}`;

type Parts = Readonly<Record<string, unknown>>;
interface Read {
  readonly case: {
    readonly state: string;
    readonly certificates: readonly { readonly id: string; readonly department: string }[];
    readonly enterprise: Parts | null;
  };
  readonly byCode: Parts | null;
}
interface Registered {
  readonly number: string;
  readonly uscc: string;
}

/** All sets of 1 to 3 of the 4. */
const FAILING: readonly (readonly DepartmentId[])[] = Array.from({ length: 2 ** departmentIds.length - 2 }, (_, nth) =>
  departmentIds.filter((_, at) => ((nth + 1) >> at) & 1),
);

/** Departments answer in some ms; a machine that does much else besides may take a hundred times as long. */
const timeoutMs = 500;
const GARBAGE: readonly (readonly [reason: string, disturbance: Disturbance])[] = [
  ['GARBAGE', { body: randomBytes(2_000) }],
  ['GARBAGE', { body: '{"jsonrpc":"2.0","result":{"uscc":"x"}}' }],
  ['GARBAGE', { body: '{"data":{"_entities":"all","enterprise":7}}' }],
  ['CONTENT_TYPE', { body: '<html><body>Welcome to nginx!</body></html>', type: 'text/html' }],
];

const register = async ({ ask }: Pick<Center, 'ask'>): Promise<Registered> => {
  const { data } = await ask<{
    readonly registerEnterprise: { readonly number: string };
  }>(REGISTER, { input: application() });
  const { number } = data!.registerEnterprise;
  // Whatever was too late for the mutation is done soon after.
  for (;;) {
    const { data: seen } = await ask<{ readonly case: Read['case'] }>(
      'query ($number: ID!) { case(number: $number) { state certificates { id } enterprise { uscc } } }',
      { number },
    );
    const { state, enterprise } = seen!.case;
    if (state === 'CLOSED') return { number, uscc: String(enterprise?.uscc) };
    await new Promise(soon => setTimeout(soon, 50));
  }
};
const told = ({ errors }: Answer<Read>) =>
  (errors ?? []).map(({ path, extensions }) => `${path?.join('.')} ${extensions.department}`).sort();
const lacking = (parts: Parts | null, departments: readonly DepartmentId[]): Parts | null =>
  parts && { ...parts, ...Object.fromEntries(departments.flatMap(id => OWN[id]).map(key => [key, null])) };

/** What is shown while some departments fail: the root of `byCode` is the registry's own field. */
function expected(whole: Read, failing: readonly DepartmentId[]) {
  const registryFails = failing.includes('business');
  const lostOf = (root: string, ids: readonly DepartmentId[]) =>
    ids.flatMap(id => OWN[id].map(key => `${root}.${key} ${id}`));
  return {
    data: {
      case: { ...whole.case, enterprise: lacking(whole.case.enterprise, failing) },
      byCode: registryFails ? null : lacking(whole.byCode, failing),
    },
    told: [
      ...lostOf('case.enterprise', failing),
      ...(registryFails ? ['byCode business'] : lostOf('byCode', failing)),
    ].sort(),
  };
}

describe('while one, two or three of four departments fail, every certificate is shown and every healthy field', () => {
  let center: Center;
  let registered: Registered;
  let whole: Read;
  const read = () => center.ask<Read>(READ, { number: registered.number, uscc: registered.uscc });
  beforeAll(async () => {
    center = await openCenter({
      overLine: departmentIds,
      environment: { DEPARTMENT_TIMEOUT_MS: String(timeoutMs) },
    });
    registered = await register(center);
    const { data, errors } = await read();
    expect(errors).toBeUndefined();
    whole = data!;
    expect(whole.case.state).toBe('CLOSED');
    expect(whole.case.certificates.map(({ department }) => department).sort()).toEqual(
      ['business', 'code', 'seal', 'tax', 'tax'].sort(),
    );
    for (const parts of [whole.case.enterprise, whole.byCode]) {
      for (const key of Object.values(OWN).flat()) expect(parts?.[key]).toBeTruthy();
    }
  });
  afterAll(() => center.close());

  async function expectPartial(failing: readonly DepartmentId[], reasonOf: (id: DepartmentId) => string) {
    const answer = await read();
    const right = expected(whole, failing);
    expect(answer.data).toEqual(right.data);
    expect(told(answer)).toEqual(right.told);
    for (const { message, extensions } of answer.errors ?? []) {
      const { code, department, reason } = extensions;
      expect([code, reason]).toEqual(['DEPARTMENT_UNAVAILABLE', reasonOf(department as DepartmentId)]);
      expect(message).toMatch(new RegExp(`^${String(department)} [a-z]`));
    }
    const errors = JSON.stringify(answer.errors);
    for (const secret of [registered.uscc, '_entities', 'representations', '甲子某', 'nginx', 'jsonrpc', 'at Object']) {
      expect(errors).not.toContain(secret);
    }
  }
  const disturb = (failing: readonly DepartmentId[], how: (id: DepartmentId) => Disturbance) => {
    for (const id of failing) center.line(id).disturb = () => how(id);
  };
  const heal = async () => {
    for (const id of departmentIds) center.line(id).disturb = undefined;
    expect(await read()).toEqual({ data: whole });
  };

  describe.each(FAILING.map(failing => [failing.join(', '), failing] as const))('%s', (_, failing) => {
    it('are dead', async () => {
      await Promise.all(failing.map(id => center.line(id).goDead()));
      await expectPartial(failing, () => 'CONNECTION');
      await Promise.all(failing.map(id => center.line(id).comeBack()));
      await heal();
    });

    it('are slow', async () => {
      disturb(failing, () => 'HANG');
      const began = performance.now();
      await expectPartial(failing, () => 'TIMEOUT');
      // They are waited for side by side: case and enterprise are read in two steps at most.
      expect(performance.now() - began).toBeLessThan(2 * timeoutMs + 1_000);
      await heal();
    });

    it('answer garbage', async () => {
      for (const shift of GARBAGE.keys()) {
        const garbageOf = (id: DepartmentId) => GARBAGE[(departmentIds.indexOf(id) + shift) % GARBAGE.length]!;
        disturb(failing, id => garbageOf(id)[1]);
        await expectPartial(failing, id => garbageOf(id)[0]);
      }
      await heal();
    });

    it('break off in the middle of an answer', async () => {
      disturb(failing, () => 'BREAK_OFF');
      await expectPartial(failing, () => 'CONNECTION');
      await heal();
    });
  });

  it.each(departmentIds)(
    'without %s the gateway starts with the graph it knew, and has it when it appears',
    async id => {
      await center.stopGateway();
      await center.line(id).goDead();
      await center.startGateway();
      await expectPartial([id], () => 'CONNECTION');
      await center.line(id).comeBack();
      await heal();
    },
  );
});

describe('a gateway that has never been started', () => {
  /** Whether the public schema has what each department adds; so far as it is composed. */
  const fieldsOf = async ({ ask }: Center): Promise<readonly string[]> => {
    const { data } = await ask<{ readonly __type: { readonly fields: readonly { readonly name: string }[] } }>(
      '{ __type(name: "Enterprise") { fields { name } } }',
    );
    return data!.__type.fields.map(({ name }) => name);
  };
  const FIELD: Readonly<Record<DepartmentId, string>> = {
    business: 'license',
    tax: 'taxRegistrations',
    code: 'organizationCode',
    seal: 'seals',
  };
  const has = async (center: Center, id: DepartmentId) => (await fieldsOf(center)).includes(FIELD[id]);

  const centers: Center[] = [];
  beforeAll(async () => {
    // At once, for each waits some seconds for the one that does not come.
    const opened = await Promise.all(
      departmentIds.map(id =>
        openCenter({ absent: [id], inlineBudgetMs: 300, environment: { DEPARTMENT_TIMEOUT_MS: '1000' } }),
      ),
    );
    centers.push(...opened);
  }, 60_000);
  afterAll(async () => {
    for (const center of centers) await center.close();
  });

  it.each(departmentIds.map((id, at) => [id, at] as const))(
    'starts without %s, shows what is granted, and composes it in when it appears',
    async (id, at) => {
      const center = centers[at]!;
      for (const other of departmentIds) expect([other, await has(center, other)]).toEqual([other, other !== id]);

      const { data } = await center.ask<{
        readonly registerEnterprise: {
          readonly number: string;
          readonly certificates: readonly { readonly id: string }[];
        };
      }>(
        `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { number certificates { id } } }`,
        {
          input: application(),
        },
      );
      const { number, certificates } = data!.registerEnterprise;
      await center.startDepartment(id);
      await until(() => has(center, id));

      const read = async () => {
        const answer = await center.ask<Read>(
          `query ($number: ID!) { case(number: $number) { state certificates { id department } enterprise { ${PARTS} } } }`,
          { number },
        );
        expect(answer.errors).toBeUndefined();
        return answer.data!.case;
      };
      await until(async () => (await read()).state === 'CLOSED');
      const seen = await read();
      expect(seen.certificates.map(each => each.id)).toEqual(expect.arrayContaining(certificates.map(each => each.id)));
      expect(seen.certificates).toHaveLength(5);
      for (const key of Object.values(OWN).flat()) expect(seen.enterprise?.[key]).toBeTruthy();
    },
    30_000,
  );
});
