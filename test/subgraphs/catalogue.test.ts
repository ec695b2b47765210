import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  CATALOGUE,
  certificateKinds,
  DEPARTMENTS,
  type DepartmentId,
  departmentIds,
  ENTERPRISE_TYPES,
  isDepartment,
  isItem,
  itemEntry,
  itemIds,
  itemsOf,
  MATERIAL_KINDS,
  suffices,
  TRUST_LEVELS,
} from '../../subgraphs/catalogue.ts';
import type { Department, DepartmentTools } from '../../subgraphs/department.ts';
import type { ItemDesk } from '../../subgraphs/desk.ts';
import { SLIP_KINDS, sealHolders } from '../../subgraphs/holders.ts';
import { OUTCOME_KINDS } from '../../subgraphs/record.ts';
import { ancestorsOf, newestRegime, pinnedRegime, REGIMES } from '../../subgraphs/regimes.ts';

describe('the catalogue of items', () => {
  it('has a folder for each department, and no folder more', () => {
    const folders = readdirSync(new URL('../../subgraphs/', import.meta.url), { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !['standards', 'generated'].includes(entry.name))
      .map(({ name }) => name);
    expect(folders.sort()).toEqual([...departmentIds].sort());
  });

  it.each(departmentIds)('has a desk for each item of %s, and no desk more', async id => {
    const { department } = (await import(`../../subgraphs/${id}/index.ts`)) as {
      department: Department<DepartmentId, object>;
    };
    expect(department.id).toBe(id);
    const asked: string[] = [];
    const register = {
      find: async () => new Map(),
      enter: async () => [],
      amend: async () => [],
      search: async () => [],
    };
    const tools: DepartmentTools = {
      registers: { open: async () => register, close: async () => undefined },
      desk: item => {
        asked.push(item);
        return { item } as unknown as ItemDesk;
      },
      pseudonym: idNumber => idNumber,
    };
    const { items } = await department.open(tools);
    expect(Object.keys(items).sort()).toEqual([...itemsOf(id)].sort());
    for (const [item, desk] of Object.entries(items)) expect(desk).toEqual({ item });
    expect(asked.sort()).toEqual(Object.keys(items).sort());
  });

  it('names for each item a certificate of its own, or none', () => {
    expect(new Set(certificateKinds).size).toBe(certificateKinds.length);
    expect(itemIds.filter(item => CATALOGUE[item].certificate === null)).toEqual(['name']);
  });

  it('demands as evidence only what another item grants under a seal', () => {
    for (const item of itemIds) {
      for (const kind of itemEntry(item).evidence) {
        const source = itemIds.find(other => CATALOGUE[other].certificate === kind);
        expect(source && source !== item && CATALOGUE[source].sealed).toBe(true);
      }
    }
  });

  it('demands known papers, of known trust, from known types', () => {
    for (const { kind, trust, only = [] } of itemIds.flatMap(item => itemEntry(item).materials)) {
      expect(Object.keys(MATERIAL_KINDS)).toContain(kind);
      expect(TRUST_LEVELS).toContain(trust);
      for (const type of only) expect(Object.keys(ENTERPRISE_TYPES)).toContain(type);
    }
  });

  it('promises nothing later than the law allows', () => {
    for (const item of itemIds) {
      const { promisedWorkdays, statutoryWorkdays } = itemEntry(item);
      expect(promisedWorkdays).toBeGreaterThanOrEqual(0);
      expect(promisedWorkdays).toBeLessThanOrEqual(statutoryWorkdays);
    }
  });

  it('gives each department a port of its own among 4001 to 4009', () => {
    const ports = departmentIds.map(id => DEPARTMENTS[id].port);
    expect(new Set(ports).size).toBe(ports.length);
    for (const port of ports) expect(port >= 4001 && port <= 4009).toBe(true);
  });

  it('says of each department whether it tells a late decision or is asked for it', () => {
    const answers = departmentIds.map(id => [id, DEPARTMENTS[id].answersLate]);
    expect(Object.fromEntries(answers)).toEqual({
      business: 'IS_POLLED',
      tax: 'CALLS_BACK',
      code: 'IS_POLLED',
      seal: 'CALLS_BACK',
    });
  });

  it.each(['constructor', 'toString', '__proto__', '', 'Name'])('knows no item and no department called "%s"', name => {
    expect([isItem(name), isDepartment(name)]).toEqual([false, false]);
  });
});

describe('a paper suffices', () => {
  it.each([
    // demanded: A, B, C, D
    ['A', 'yes yes yes yes'],
    ['B', 'no yes yes yes'],
    ['C', 'no no yes yes'],
    ['D', 'no no no yes'],
    ['E', 'no no no no'],
    ['a', 'no no no no'],
    ['', 'no no no no'],
  ])('at trust %s where A, B, C, D is demanded: %s', (trust, table) => {
    expect(TRUST_LEVELS.map(demanded => (suffices(trust, demanded) ? 'yes' : 'no')).join(' ')).toBe(table);
  });
});

describe('who may seal what', () => {
  it('covers each kind of certificate exactly once, and every outcome at every department', () => {
    const [, ...departments] = sealHolders();
    const kinds = departments.flatMap(({ seals }) => seals);
    for (const kind of certificateKinds) expect(kinds.filter(each => each === kind)).toHaveLength(1);
    for (const kind of OUTCOME_KINDS) expect(kinds.filter(each => each === kind)).toHaveLength(departmentIds.length);
    expect(new Set(kinds)).toEqual(new Set([...certificateKinds, ...OUTCOME_KINDS]));
  });

  it('gives the trust list and the slips to the center, and no certificate', () => {
    const [center, ...departments] = sealHolders();
    expect(center).toMatchObject({ id: 'center', seals: ['TRUST_LIST', ...SLIP_KINDS] });
    expect(certificateKinds.filter(kind => center?.seals.includes(kind))).toEqual([]);
    expect(departments.map(({ id }) => id)).toEqual([...departmentIds]);
    expect(new Set(sealHolders().map(({ organization }) => organization)).size).toBe(departments.length + 1);
  });
});

describe.each(REGIMES.map(regime => [`${regime.id} version ${regime.version}`, regime] as const))(
  'regime %s',
  (_, regime) => {
    const items = regime.items.map(({ item }) => item);

    it('names known items, each once, and needs that it holds itself', () => {
      expect(items.every(isItem)).toBe(true);
      expect(new Set(items).size).toBe(items.length);
      for (const { item, needs } of regime.items) {
        for (const need of needs) expect([item, items.includes(need)]).toEqual([item, true]);
      }
    });

    it('has no circle: every item comes after all that it needs', () => {
      const done = new Set<string>();
      for (let left = regime.items.length; left >= 0; left -= 1) {
        for (const { item, needs } of regime.items) if (needs.every(need => done.has(need))) done.add(item);
      }
      expect([...done].sort()).toEqual([...items].sort());
      for (const item of items) expect(ancestorsOf(regime, item)).not.toContain(item);
    });

    it('grants, before an item, all the evidence that it demands', () => {
      for (const item of items) {
        const granted = ancestorsOf(regime, item).map(before => CATALOGUE[before].certificate);
        expect([item, itemEntry(item).evidence.filter(kind => !granted.some(each => each === kind))]).toEqual([
          item,
          [],
        ]);
      }
    });

    it('begins with the name alone, and gives one license', () => {
      expect(regime.items.filter(({ needs }) => needs.length === 0).map(({ item }) => item)).toEqual(['name']);
      expect(items.filter(item => item === 'license')).toHaveLength(1);
    });
  },
);

describe('regimes', () => {
  it('each have one newest version, and each version can be found again', () => {
    for (const regime of REGIMES) {
      expect(pinnedRegime(regime.id, regime.version)).toBe(regime);
      expect(newestRegime(regime.id)!.version).toBeGreaterThanOrEqual(regime.version);
    }
    expect(new Set(REGIMES.map(({ id, version }) => `${id}/${version}`)).size).toBe(REGIMES.length);
    expect([newestRegime('R99'), pinnedRegime('R2', 99), newestRegime('constructor')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('tell everything that must be granted before an item, at any distance, in their order', () => {
    const r2 = newestRegime('R2')!;
    expect(ancestorsOf(r2, 'local-tax')).toEqual(['name', 'license', 'organization-code']);
    expect(ancestorsOf(r2, 'seal-filing')).toEqual(['name', 'license']);
    expect(ancestorsOf(r2, 'name')).toEqual([]);
    expect(ancestorsOf(r2, 'code-confirmation')).toEqual([]);
    expect(ancestorsOf(newestRegime('R3')!, 'local-tax-confirmation')).toEqual(['name', 'license']);
  });
});
