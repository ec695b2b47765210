import { join } from 'node:path';
import { noteSigner } from '../certs/log/sign.ts';
import { rawPublicKey } from '../certs/log-key.ts';
import type { Trust } from '../certs/verify.ts';
import { departmentIds } from '../subgraphs/catalogue.ts';
import { ownCheckpointKey } from '../subgraphs/checkpoint-key.ts';
import { CannotStart } from '../subgraphs/process.ts';
import type { Close } from './closing.ts';
import type { GatewayConfig } from './config.ts';
import { createCosigning } from './log/cosigning.ts';
import type { LogStore } from './log/log-store.ts';
import { LogBroken } from './log/sequencer.ts';
import { openTransparencyLog, type TransparencyLog } from './log/transparency-log.ts';
import { remoteWitness } from './log/witness-client.ts';
import { centerIdentity } from './remote-department.ts';
import { again } from './window/again.ts';

const cosigningAfterFailureMs = 10_000;

export interface LogTools {
  readonly store: LogStore;
  trust(): Trust;
  report(defect: Error): void;
}

/**
 * The log of the center, with the departments as its witnesses.
 *
 * @param opened Takes what is to be closed again, in the order in which it was opened.
 * @throws {CannotStart} when the trust list names no log with the key at hand, or the log was signed with another one.
 */
export async function openLog(
  config: GatewayConfig,
  { store, trust, report }: LogTools,
  opened: Close[],
): Promise<TransparencyLog> {
  const key = ownCheckpointKey(join(config.folder, 'keys'), 'log');
  const raw = Buffer.from(rawPublicKey(key)).toString('base64');
  const listed = trust().list?.logs.find(log => log.key === raw);
  if (!listed)
    throw new CannotStart(`the trust list in ${config.trustFolder} names no log with the key of the center.`);
  const log = await openTransparencyLog({ store, signer: noteSigner(listed.origin, key), report }).catch(cause => {
    throw cause instanceof LogBroken ? new CannotStart(`${cause.message}.`, { cause }) : cause;
  });
  const witnesses = departmentIds.map(id => remoteWitness(id, config.departmentUrls[id], centerIdentity(config, id)));
  const round = createCosigning({ store, log, witnesses, listed: () => trust().list?.witnesses ?? [], report });
  const cosigning = again(round, { report, afterFailureMs: cosigningAfterFailureMs });
  opened.push(() => Promise.all(witnesses.map(witness => witness.close())));
  opened.push(() => Promise.all([log.stop(), cosigning.stop()]));
  log.start();
  cosigning.start();
  return log;
}
