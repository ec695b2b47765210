import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../../certs/cms.ts';
import { readTimeStampToken } from '../../../certs/time-stamp.ts';
import { checkTimeStamp } from '../../../certs/verify.ts';
import type { CaseView, SealedOutcome, Slip } from '../../../gateway/window/case.ts';
import { createDriver, type Driver } from '../../../gateway/window/drive.ts';
import { hashesOf, type LedgerEvent } from '../../../gateway/window/ledger.ts';
import { slipsFor } from '../../../gateway/window/slips.ts';
import { type Stamper, stampWaitMaxMs } from '../../../gateway/window/stamping.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import { type Held, leaseMs, type Store } from '../../../gateway/window/store.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { digest, world } from '../../certs/fixture.ts';
import { logFaults, logRowsIn } from '../../fixtures/log-rows.ts';
import { opening } from '../../fixtures/opening.ts';
import { type ScriptedDepartments, scriptedDepartments } from '../../fixtures/scripted-departments.ts';
import { NOBODY_STAMPS, stamperOf } from '../../fixtures/stampers.ts';
import { until } from '../../fixtures/until.ts';

const keys = world(sealHolders(), new Date(Date.now() - 60_000));
afterAll(() => keys.remove());

const newId = (): string => randomBytes(16).toString('hex');
const honest = stamperOf(keys.dir, () => new Date());
const HANGS: Stamper = { stamp: () => new Promise(() => undefined) };

let place: { readonly file: string };
let store: Store;
let departments: ScriptedDepartments;
let drivers: Driver[];
let reported: string[];

beforeEach(async () => {
  place = { file: join(keys.dir, `${newId()}.sqlite`) };
  [reported, drivers] = [[], []];
  store = await openStore(place, openVault(new Uint8Array(32)), ({ message }) => reported.push(message));
  departments = scriptedDepartments(keys, () => new Date(store.now()));
});
afterEach(async () => {
  await Promise.all(drivers.map(driver => driver.stop()));
  await store.close();
});

function driverWith(stamper: Stamper): Driver {
  const { sealer } = keys.party('center');
  const driver = createDriver({
    store,
    clients: departments.clients,
    trust: () => keys.trust,
    now: () => new Date(store.now()),
    newId,
    random: () => 1,
    report: ({ message }) => reported.push(message),
    ...stamper,
    slipsFor: (before, after, at) => slipsFor(before, after, at, { sealer, newId }),
    onStep: () => undefined,
  });
  drivers.push(driver);
  return driver;
}
async function opened(): Promise<Held> {
  const found = await store.open(opening());
  if (found.outcome !== 'OPEN' || !found.held) throw new Error(found.outcome);
  return found.held;
}
async function loaded(number: string): Promise<CaseView> {
  const [view] = await store.load([number]);
  return view as CaseView;
}
type Sealed = (SealedOutcome | Slip) & { readonly seal: string };
const sealedIn = ({ documents, slips }: CaseView): readonly Sealed[] =>
  [...documents, ...slips].filter((paper): paper is Sealed => paper.seal !== null);
const faultsIn = async (view: CaseView) => logFaults(await logRowsIn(place), view);

describe('what is sealed', () => {
  it('is stamped before it is written, whoever sealed it, and its seal stays as it was', async () => {
    const { number } = await driverWith(honest).drive(await opened());
    const view = await loaded(number);
    expect(view.state).toBe('CLOSED');
    const papers = sealedIn(view);
    expect(papers).toHaveLength(5 + 3);
    for (const { seal, timeStamp, stampedAt, id } of papers) {
      const signature = signatureOf(Buffer.from(seal, 'base64'));
      const token = Buffer.from(timeStamp ?? '', 'base64');
      const checked = checkTimeStamp({ token, signature, trust: keys.trust, at: new Date() });
      expect(checked).toMatchObject({ ok: true, value: { stampedAt: new Date(stampedAt ?? 0) } });
      expect(Buffer.from(readTimeStampToken(token).info.imprint.sha256)).toEqual(Buffer.from(digest(signature)));
      expect(await sealHashOf(number, id)).toBe(hashesOf({ record: '', seal }).sealSha256);
    }
    expect((await logRowsIn(place)).leaves.map(({ form }) => form)).toEqual(Array(8).fill('BT'));
    expect(await faultsIn(view)).toEqual([]);
  });

  it('is stamped together with what comes in the same step', async () => {
    const asked: number[] = [];
    const counting: Stamper = {
      stamp(seals) {
        asked.push(seals.length);
        return honest.stamp(seals);
      },
    };
    await driverWith(counting).drive(await opened());
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(8);
    expect(asked.length).toBeLessThanOrEqual(5);
    expect(asked.at(-1)).toBeGreaterThan(2);
  });

  it('is stamped when a department calls back with it, too', async () => {
    const driver = driverWith(honest);
    departments.turn = ({ verb, ids }) =>
      verb === 'file' && ids.some(id => id.includes('/seal-filing/'))
        ? { __typename: 'Pending', reference: 'T-1' }
        : undefined;
    const { number } = await driver.drive(await opened());
    const operationId = `${number}/seal-filing/1`;
    const outcome = departments.outcome(operationId, 'GRANTED');
    const told = { kind: 'OUTCOME', operationId, outcome } as const;
    const telling = { id: 'o', caseNumber: number, fingerprint: 'o', told, contents: new Map(), takeOver: false };
    expect(await store.tell(telling)).toBe('NEW');
    const view = await driver.drive((await store.claim(number)) as Held);
    expect(view.state).toBe('CLOSED');
    expect(sealedIn(view).every(({ stampedAt }) => stampedAt !== null)).toBe(true);
    expect(await faultsIn(view)).toEqual([]);
  });

  it('is shown to nobody before its time stamp is there', async () => {
    const gate = Promise.withResolvers<void>();
    let waiting = 0;
    const slow: Stamper = {
      async stamp(seals) {
        waiting += 1;
        await gate.promise;
        return honest.stamp(seals);
      },
    };
    const held = await opened();
    const driven = driverWith(slow).drive(held);
    await until(() => waiting === 1);
    expect(sealedIn(await loaded(held.lease.number))).toEqual([]);
    expect((await logRowsIn(place)).size).toBe(0);
    gate.resolve();
    expect(sealedIn(await driven).every(({ timeStamp }) => timeStamp !== null)).toBe(true);
  });
});

describe('without the authority', () => {
  it('everything goes on: what is sealed is marked, and entered in the log as it is', async () => {
    const view = await driverWith(NOBODY_STAMPS).drive(await opened());
    expect(view.state).toBe('CLOSED');
    expect(sealedIn(view).every(({ timeStamp, stampedAt }) => timeStamp === null && stampedAt === null)).toBe(true);
    expect((await logRowsIn(place)).leaves.map(({ form }) => form)).toEqual(Array(8).fill('B'));
    expect(await faultsIn(view)).toEqual([]);
  });

  it('no step waits longer than its bound, and its lease is kept meanwhile', async () => {
    const held = await opened();
    const began = performance.now();
    const view = await driverWith(HANGS).drive(held);
    expect(view.state).toBe('CLOSED');
    // The acceptance, the license, two waves, the end: each waits once.
    expect(performance.now() - began).toBeGreaterThan(3 * stampWaitMaxMs);
    expect(stampWaitMaxMs).toBeLessThan(leaseMs);
    expect((await loaded(held.lease.number)).head).toEqual(view.head);
    expect(reported).toEqual([]);
  }, 20_000);

  it('a defect of whoever asks it is reported, and the case goes on', async () => {
    const broken: Stamper = { stamp: () => Promise.reject(new Error('the stamper is broken')) };
    const view = await driverWith(broken).drive(await opened());
    expect(view.state).toBe('CLOSED');
    expect(new Set(reported)).toEqual(new Set(['the stamper is broken']));
  });
});

it('a lease that is lost while the authority is waited for leaves neither paper nor leaf', async () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const slow: Stamper = {
    async stamp(seals) {
      asked.resolve();
      await gate.promise;
      return honest.stamp(seals);
    },
  };
  const held = await opened();
  const { number } = held.lease;
  const driven = driverWith(slow).drive(held);
  await asked.promise;
  const told = { kind: 'WITHDRAWAL', requestId: 'w', reason: '不办了', by: 'clerk' } as const;
  await store.tell({ id: 'w', caseNumber: number, fingerprint: 'w', told, contents: new Map(), takeOver: true });
  gate.resolve();
  await driven;
  expect(sealedIn(await loaded(number))).toEqual([]);
  expect((await logRowsIn(place)).size).toBe(0);
});

/** What the ledger says of the seal of a paper. */
async function sealHashOf(number: string, paper: string): Promise<string | null> {
  const events = (await store.ledger(number)).flatMap(entry => JSON.parse(entry.events) as LedgerEvent[]);
  const found = events.find(event => (event.event === 'DOCUMENT' || event.event === 'SLIP') && event.id === paper);
  if (found?.event !== 'DOCUMENT' && found?.event !== 'SLIP') throw new Error(`the ledger does not tell of ${paper}`);
  return found.sealSha256;
}
