import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DepartmentId, departmentIds } from '../../subgraphs/catalogue.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { deskOf } from '../fixtures/desk.ts';

const CODE = `query ($number: ID!) { case(number: $number) { enterprise { uscc } } }`;
const PARTS =
  'uscc name license { number } taxRegistrations { taxpayerNumber } organizationCode { code } seals { code }';
const LIST = `query ($first: Int!, $after: String, $filter: EnterpriseFilter) {
  enterprises(first: $first, after: $after, filter: $filter) {
    nodes { ${PARTS} } pageInfo { endCursor hasNextPage } totalCount
  }
}`;
const PAGE = `query ($first: Int!) { enterprises(first: $first) { nodes { ${PARTS} } } }`;
const ONE = `query ($uscc: ID!) { enterprise(uscc: $uscc) { ${PARTS} } }`;

interface Enterprise {
  readonly uscc: string;
  readonly name: string | null;
  readonly license: { readonly number: string } | null;
  readonly taxRegistrations: readonly { readonly taxpayerNumber: string }[] | null;
  readonly organizationCode: { readonly code: string } | null;
  readonly seals: readonly { readonly code: string }[] | null;
}
interface Listed {
  readonly enterprises: {
    readonly nodes: readonly Enterprise[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
    readonly totalCount: number;
  };
}

const COUNT = 50;
let center: Center;
let registered: readonly string[];
beforeAll(async () => {
  center = await openCenter();
  const desk = deskOf(center);
  registered = await Promise.all(
    Array.from({ length: COUNT }, async () => {
      const { number } = await desk.register(application());
      // So many at once may take longer than the mutation waits.
      await desk.until(number, ({ state }) => state === 'CLOSED');
      const { data } = await center.ask<{ readonly case: { readonly enterprise: { readonly uscc: string } } }>(CODE, {
        number,
      });
      return data!.case.enterprise.uscc;
    }),
  );
}, 60_000);
afterAll(() => center.close());

const resetStatements = () => {
  for (const id of departmentIds) center.statements[id].length = 0;
};
const statementsRun = () => Object.fromEntries(departmentIds.map(id => [id, center.statements[id].length]));
const list = async (variables: Readonly<Record<string, unknown>>) => {
  const { data, errors } = await center.ask<Listed>(LIST, variables);
  expect(errors).toBeUndefined();
  return data!.enterprises;
};
const one = async (uscc: string) => center.ask<{ readonly enterprise: Enterprise | null }>(ONE, { uscc });

const joined = (uscc: string) => {
  const code = uscc.slice(8, 17);
  return {
    uscc,
    name: expect.stringMatching(/^威海市环翠区试样\d+号软件有限公司$/),
    license: { number: expect.stringMatching(/^371002\d{9}$/) },
    taxRegistrations: [{ taxpayerNumber: `371002${code}` }, { taxpayerNumber: `371002${code}` }],
    organizationCode: { code: `${code.slice(0, 8)}-${code.slice(8)}` },
    seals: [{ code: expect.stringMatching(/^371002\d{7}$/) }, { code: expect.stringMatching(/^371002\d{7}$/) }],
  };
};

describe('whoever reads the enterprises that were registered', () => {
  beforeEach(resetStatements);

  it('has each registered once, with a code of its own', () => {
    expect(new Set(registered).size).toBe(COUNT);
  });

  it('gets fifty across four departments for one question to each of their registers', async () => {
    const { data, errors } = await center.ask<Listed>(PAGE, { first: COUNT });
    expect(errors).toBeUndefined();
    const { nodes } = data!.enterprises;
    expect(nodes.map(({ uscc }) => uscc).sort()).toEqual([...registered].sort());
    for (const node of nodes) expect(node).toEqual(joined(node.uscc));
    expect(statementsRun()).toEqual({ business: 1, tax: 1, code: 1, seal: 1 });
  });

  it('gets one enterprise from all four, each asked once', async () => {
    const [uscc] = registered;
    expect(await one(uscc!)).toEqual({ data: { enterprise: joined(uscc!) } });
    expect(statementsRun()).toEqual({ business: 1, tax: 1, code: 1, seal: 1 });
  });

  it('asks no department for what is not wanted', async () => {
    const { data } = await center.ask<Listed>('{ enterprises(first: 50) { nodes { uscc } } }');
    expect(data!.enterprises.nodes).toHaveLength(COUNT);
    expect(statementsRun()).toEqual({ business: 1, tax: 0, code: 0, seal: 0 });
  });

  it.each([1, 7, 25, 49, 50, 51])('visits each once, %i to a page', async first => {
    const visited: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages <= COUNT; pages += 1) {
      const { nodes, pageInfo, totalCount } = await list({ first, after });
      expect(totalCount).toBe(COUNT);
      visited.push(...nodes.map(({ uscc }) => uscc));
      expect(pageInfo.hasNextPage).toBe(visited.length < COUNT);
      after = pageInfo.endCursor;
      if (after === null) break;
    }
    expect(visited).toHaveLength(COUNT);
    expect(new Set(visited)).toEqual(new Set(registered));
  });

  it('finds by region and by full name, and nothing by what nobody has', async () => {
    const { nodes } = await list({ first: 1 });
    const [{ uscc, name }] = nodes as readonly [Enterprise];
    expect((await list({ first: 50, filter: { regionCode: '371002' } })).totalCount).toBe(COUNT);
    expect(await list({ first: 50, filter: { regionCode: '371002', name } })).toMatchObject({
      nodes: [{ uscc }],
      totalCount: 1,
      pageInfo: { endCursor: null, hasNextPage: false },
    });
    for (const filter of [{ regionCode: '110102' }, { regionCode: '' }, { name: '' }, { name: `${name}二` }]) {
      expect(await list({ first: 50, filter })).toMatchObject({ nodes: [], totalCount: 0 });
    }
  });

  it('gets null for a code that no enterprise has, and for text that is no code', async () => {
    for (const uscc of ['91371002PDY99999XX', '', "' or 1=1 --"]) {
      expect(await one(uscc)).toEqual({ data: { enterprise: null } });
    }
  });

  it.each([
    [{ first: 0 }, 'PAGE_TOO_LARGE'],
    [{ first: -1 }, 'PAGE_TOO_LARGE'],
    [{ first: 10, after: 'nowhere' }, 'CURSOR_INVALID'],
    [{ first: 10, after: '' }, 'CURSOR_INVALID'],
    [{ first: 10, after: '1'.repeat(1_000) }, 'CURSOR_INVALID'],
  ])('is told by a code that %j is no page', async (variables, code) => {
    const { data, errors } = await center.ask<Listed>(LIST, variables);
    expect(data?.enterprises ?? null).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
  });
});

describe('while a department is away', () => {
  const FIELDS: Readonly<Partial<Record<DepartmentId, keyof Enterprise>>> = {
    tax: 'taxRegistrations',
    code: 'organizationCode',
    seal: 'seals',
  };

  it.each(Object.entries(FIELDS) as [DepartmentId, keyof Enterprise][])(
    'the fields of %s are null, an error names it and the place, and the rest is there; then it is back',
    async (id, field) => {
      const [uscc] = registered;
      await center.stopDepartment(id);
      const { data, errors } = await one(uscc!);
      expect(data?.enterprise).toEqual({ ...joined(uscc!), [field]: null });
      expect(errors).toHaveLength(1);
      expect(errors![0]).toMatchObject({ extensions: { department: id } });
      expect(errors![0]!.path?.[0]).toBe('enterprise');

      const page = await center.ask<Listed>(PAGE, { first: 3 });
      expect(page.data!.enterprises.nodes.map(node => node[field])).toEqual([null, null, null]);
      expect(page.data!.enterprises.nodes.every(({ name }) => name !== null)).toBe(true);
      expect(page.errors?.every(({ extensions }) => extensions.department === id)).toBe(true);

      await center.startDepartment(id);
      expect(await one(uscc!)).toEqual({ data: { enterprise: joined(uscc!) } });
    },
  );

  it('no enterprise is found without the registry, and an error says why; then it is back', async () => {
    const [uscc] = registered;
    await center.stopDepartment('business');
    const { data, errors } = await one(uscc!);
    expect(data?.enterprise ?? null).toBeNull();
    expect(errors).toMatchObject([{ path: ['enterprise'], extensions: { department: 'business' } }]);
    await center.startDepartment('business');
    expect(await one(uscc!)).toEqual({ data: { enterprise: joined(uscc!) } });
  });
});
