import type { Entry, Mapping } from '../../adapters/port.ts';

/** A row of no department: the suite must not know what a license is. */
export type PlotRow = {
  readonly plot: string;
  readonly owner: string | null;
  /** What no two may share. */
  readonly lock: string | null;
  readonly area: number | string | null;
};

/** Columns are named unlike their fields, as they are in any system that was there first. */
export const PLOTS: Mapping<PlotRow> = {
  table: 'land_plot',
  key: 'plot',
  columns: {
    plot: { column: 'parcel_no', type: 'text' },
    owner: { column: 'held_by', type: 'text' },
    lock: { column: 'boundary_lock', type: 'text' },
    area: { column: 'square_metres', type: 'integer' },
  },
  unique: ['lock'],
  indexed: ['owner'],
};

export const plot = (name: string, changes: Partial<PlotRow> = {}): PlotRow => ({
  plot: name,
  owner: '甲子某',
  lock: null,
  area: 120,
  ...changes,
});
export const entry = (operationId: string, row = plot(operationId)): Entry<PlotRow> => ({ operationId, row });
