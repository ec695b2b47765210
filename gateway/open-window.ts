import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { type DepartmentId, departmentIds } from '../subgraphs/catalogue.ts';
import { followSealer } from '../subgraphs/follow-sealer.ts';
import { followTrust, ownSecret } from '../subgraphs/keys.ts';
import { type Bundles, createBundles } from './bundle.ts';
import type { Close } from './closing.ts';
import type { GatewayConfig } from './config.ts';
import type { TransparencyLog } from './log/transparency-log.ts';
import { openLog } from './open-log.ts';
import { type CenterPapers, openPapers } from './open-papers.ts';
import { remoteDepartment } from './remote-department.ts';
import { openTimeStamps } from './time-stamps.ts';
import type { Watch } from './watch/watch.ts';
import type { BreakerState } from './window/breaker.ts';
import { departmentClient, type RemoteDepartmentClient } from './window/departments.ts';
import { slipsFor } from './window/slips.ts';
import { openStore } from './window/store/open-store.ts';
import { openVault } from './window/store/secret.ts';
import type { Store } from './window/store.ts';
import { createWindow, type Window } from './window/window.ts';

export interface OpenWindow {
  readonly store: Store;
  readonly window: Window;
  readonly log: TransparencyLog;
  readonly bundles: Bundles;
  readonly papers: CenterPapers;
  /** Of each department that is filed with. */
  circuits(): Readonly<Record<string, BreakerState>>;
  timeStampCircuit(): BreakerState;
}

/**
 * The window with its store, and the clients by which it files.
 *
 * @param opened Takes what is to be closed again, in the order in which it was opened.
 */
export async function openWindow(
  config: GatewayConfig,
  { log: diary, report, metrics, subgraph: watched }: Watch,
  opened: Close[],
): Promise<OpenWindow> {
  const keys = join(config.folder, 'keys');
  const trusted = followTrust(config.trustFolder, report);
  opened.push(() => trusted.stop());
  const { sealer, close } = await followSealer(keys, { trust: trusted.trust, report });
  opened.push(close);
  const filing = departmentIds.map(id => [id, watched(remoteDepartment(config, id), 'file')] as const);
  opened.push(() => Promise.all(filing.map(([, subgraph]) => subgraph.close())));
  const abandoned = new AbortController();
  setMaxListeners(0, abandoned.signal); // Every call under way listens.
  const clients = Object.fromEntries(
    filing.map(([id, subgraph]) => [id, departmentClient(subgraph, abandoned.signal)]),
  ) as unknown as Readonly<Record<DepartmentId, RemoteDepartmentClient>>;

  const vault = openVault(ownSecret(join(keys, 'storage.key')));
  const place =
    config.databaseUrl === null ? { file: join(config.folder, 'window.sqlite') } : { url: config.databaseUrl };
  const store = await openStore(place, vault, report);
  const timeStamps = openTimeStamps({
    url: config.timeStampUrl,
    trust: trusted.trust,
    now: () => store.now(),
    tell: sentence => diary.warn(sentence),
  });
  opened.push(() => timeStamps.close());
  const newId = (): string => randomBytes(16).toString('hex');
  const window = createWindow({
    store,
    vault,
    clients,
    abandonCalls: () => abandoned.abort(),
    trust: trusted.trust,
    newId,
    stamp: timeStamps.stamp,
    slipsFor: async (before, after, at) => {
      const slips = await slipsFor(before, after, at, { sealer, newId });
      metrics.slipsSealed(slips.length);
      return slips;
    },
    random: Math.random,
    report,
    inlineBudgetMs: config.inlineBudgetMs,
    publicUrl: config.publicUrl,
  });
  opened.push(() => window.close());
  const log = await openLog(config, { store: store.log, trust: trusted.trust, report }, opened);
  const bundles = createBundles({
    ledgers: window.ledgers,
    log,
    sealer,
    stamp: timeStamps.stamp,
    trustFolder: config.trustFolder,
    now: window.now,
    report,
  });
  const papers = await openPapers(
    config,
    {
      store,
      log,
      sealer,
      clients,
      stamp: timeStamps.stamp,
      trust: trusted.trust,
      now: window.now,
      made: metrics.paperMade,
      report,
    },
    opened,
  );
  const circuits = () => Object.fromEntries(Object.entries(clients).map(([id, { circuit }]) => [id, circuit]));
  return { store, window, log, bundles, papers, circuits, timeStampCircuit: () => timeStamps.circuit };
}
