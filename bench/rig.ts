import { randomBytes } from 'node:crypto';
import type { Trust } from '../certs/verify.ts';
import { createDriver } from '../gateway/window/drive.ts';
import { openStore, type StorePlace } from '../gateway/window/store/open-store.ts';
import { openVault } from '../gateway/window/store/secret.ts';
import type { Store } from '../gateway/window/store.ts';
import { instantDepartments } from './instant.ts';
import { opening } from './opening.ts';

/** The driver and its store, and nothing else of the product, in this process. */
export interface Rig {
  readonly store: Store;
  /** Opens a case and drives it to its end. @throws {Error} when it does not close. */
  carryOne(): Promise<void>;
  close(): Promise<void>;
}

const newId = (): string => randomBytes(16).toString('hex');

/** @param secret 32 bytes; the same again for a database that has cases already. */
export async function openRig(place: StorePlace, secret: Uint8Array): Promise<Rig> {
  const vault = openVault(secret);
  const defects: Error[] = [];
  const report = (defect: Error): void => void defects.push(defect);
  const store = await openStore(place, vault, report);
  const driver = createDriver({
    store,
    clients: instantDepartments,
    trust: () => NOBODY,
    now: () => new Date(store.now()),
    newId,
    random: Math.random,
    report,
    // Nor is anything stamped.
    stamp: async seals => seals.map(() => undefined),
    slipsFor: async () => [],
    onStep() {},
  });
  return {
    store,
    async carryOne() {
      const opened = await store.open(opening());
      if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(`a case was not opened: ${opened.outcome}`);
      const { number, state } = await driver.drive(opened.held);
      if (state !== 'CLOSED') throw new Error(`case ${number} is ${state}`, { cause: defects[0] });
    },
    async close() {
      await driver.stop();
      await store.close();
    },
  };
}

/** Without seals nobody is asked whom to trust. */
const NOBODY = {} as Trust;
