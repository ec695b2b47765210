import type { ItemId } from './catalogue.ts';

/**
 * Regimes (套餐): which items, in which order. Dated data, pinned to a case when it is opened; a change of a regime is a
 * new version, and open cases go on under the one they began with.
 */
export interface Regime {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly chinese: string;
  /** The first day on which it was in force, `YYYY-MM-DD`, China time. Every regime can still be chosen. */
  readonly from: string;
  /** The last day on which it was the newest; absent for one that still is. */
  readonly to?: string;
  /** SEPARATE: each office numbers by itself. UNIFIED (一照一码): the unified social credit code is the number. */
  readonly numbering: Numbering;
  /** Years of the editions of GB/T 2260 and GB/T 4754 that are accepted beside the newest. */
  readonly codeEditionsFrom: number;
  /** A directed acyclic graph: each item with those that must be granted before it. */
  readonly items: readonly RegimeItem[];
}

export type Numbering = 'SEPARATE' | 'UNIFIED';

export interface RegimeItem {
  readonly item: ItemId;
  readonly needs: readonly ItemId[];
}

export const REGIMES: readonly Regime[] = [
  {
    id: 'R2',
    version: 1,
    title: 'One license, three certificates',
    chinese: '一照三证',
    from: '2009-01-01',
    to: '2015-09-30',
    numbering: 'SEPARATE',
    codeEditionsFrom: 2007,
    items: [
      { item: 'name', needs: [] },
      { item: 'license', needs: ['name'] },
      { item: 'organization-code', needs: ['license'] },
      { item: 'seal-filing', needs: ['license'] },
      { item: 'national-tax', needs: ['organization-code'] },
      { item: 'local-tax', needs: ['organization-code'] },
    ],
  },
  {
    id: 'R3',
    version: 1,
    title: 'Three certificates in one',
    chinese: '三证合一',
    from: '2015-10-01',
    numbering: 'UNIFIED',
    codeEditionsFrom: 2015,
    items: [
      { item: 'name', needs: [] },
      { item: 'license', needs: ['name'] },
      { item: 'code-confirmation', needs: ['license'] },
      { item: 'national-tax-confirmation', needs: ['license'] },
      { item: 'local-tax-confirmation', needs: ['license'] },
      { item: 'seal-filing', needs: ['license'] },
    ],
  },
];

/** The newest version of a regime, for a case that is opened now. */
export const newestRegime = (id: string): Regime | undefined =>
  REGIMES.filter(regime => regime.id === id).sort((a, b) => b.version - a.version)[0];

/** The version to which a case was pinned. */
export const pinnedRegime = (id: string, version: number): Regime | undefined =>
  REGIMES.find(regime => regime.id === id && regime.version === version);

/** Everything that must be granted before an item, at any distance, in the order of the regime. */
export function ancestorsOf(regime: Regime, item: ItemId): readonly ItemId[] {
  const found = new Set<ItemId>();
  const visit = (id: ItemId): void => {
    for (const need of regime.items.find(entry => entry.item === id)?.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      visit(need);
    }
  };
  visit(item);
  return regime.items.map(entry => entry.item).filter(id => found.has(id));
}
