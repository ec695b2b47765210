import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorePlace } from '../gateway/window/store/open-store.ts';
import { freshDatabase } from '../test/fixtures/database.ts';

/** The databases in which the window can keep its cases. */
export const STORES = ['sqlite', 'postgres'] as const;
export type StoreName = (typeof STORES)[number];

/** A new, empty database. */
export interface Place {
  readonly store: StoreName;
  readonly at: StorePlace;
  /** For what is measured beside the store: in the same kind of database, on the same disk. */
  readonly beside: StorePlace;
  drop(): Promise<void>;
}

/** @throws {Error} when there is no such database here. */
export const openPlace = (store: StoreName): Promise<Place> => (store === 'sqlite' ? onDisk() : onServer());

async function onDisk(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'one-window-bench-'));
  return {
    store: 'sqlite',
    at: { file: join(folder, 'window.sqlite') },
    beside: { file: join(folder, 'raw.sqlite') },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function onServer(): Promise<Place> {
  const { url, drop } = await freshDatabase();
  return { store: 'postgres', at: { url }, beside: { url }, drop };
}
