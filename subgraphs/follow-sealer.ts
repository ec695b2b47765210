import { join } from 'node:path';
import { electronicSealPath, readKept } from '../certs/custody/kept.ts';
import { openKept } from '../certs/custody/open.ts';
import { openSealer, type Sealer } from '../certs/seal.ts';
import type { Signer } from '../certs/signer.ts';
import type { Trust } from '../certs/verify/trust.ts';
import { printOf } from './file-print.ts';
import { trustRefreshMs } from './keys.ts';
import { CannotStart } from './process.ts';

export interface FollowedSealer {
  readonly sealer: Sealer;
  close(): Promise<void>;
}

export interface SealerTools {
  readonly trust: () => Trust;
  readonly report: (defect: Error) => void;
  /** How often it is looked whether the key was renewed or moved. */
  readonly refreshMs?: number;
}

interface Open {
  readonly sealer: Sealer;
  readonly signer: Signer;
}

/** Others read the trust list as often as we do: two rounds after we have seen a certificate on it, so have they. */
const roundsToBeKnown = 2;

/**
 * The seal of a holder, wherever its key is kept. When the key was renewed or moved, the new one takes the place of the
 * old while the process serves, as soon as everybody must have read of its certificate; one that can't be opened is
 * reported, and not tried again until it is changed, because a token counts wrong PINs. @throws {CannotStart}
 */
export async function followSealer(
  keys: string,
  { trust, report, refreshMs = trustRefreshMs }: SealerTools,
): Promise<FollowedSealer> {
  let print = printOf(filesIn(keys));
  let current = await open(keys, report).catch(cause => {
    throw new CannotStart(`the seal in ${keys} can't be used: ${(cause as Error).message}.`, { cause });
  });
  let next: Open | undefined;
  let rounds = 0;
  const look = async (): Promise<void> => {
    const now = printOf(filesIn(keys));
    if (now !== print) {
      print = now;
      const overtaken = next;
      [next, rounds] = [undefined, 0];
      await overtaken?.signer.close();
      next = await open(keys, report);
    }
    if (!next || !trust().holders.has(next.sealer.certificateSha256)) return;
    rounds += 1;
    if (rounds <= roundsToBeKnown) return;
    const former = current;
    [current, next] = [next, undefined];
    await former.signer.close();
  };
  let looking: Promise<void> | undefined;
  const refresh = setInterval(() => {
    looking ??= look()
      .catch(report)
      .finally(() => {
        looking = undefined;
      });
  }, refreshMs).unref();
  return {
    sealer: {
      get certificateSha256() {
        return current.sealer.certificateSha256;
      },
      get organization() {
        return current.sealer.organization;
      },
      get suite() {
        return current.sealer.suite;
      },
      get holeBytes() {
        return current.sealer.holeBytes;
      },
      seal: (record, at) => current.sealer.seal(record, at),
      sealPdf: drawn => current.sealer.sealPdf(drawn),
      get electronicSeal() {
        return current.sealer.electronicSeal;
      },
      sealSes: (record, at) => current.sealer.sealSes(record, at),
    },
    async close() {
      clearInterval(refresh);
      await looking;
      await Promise.all([current, next].map(one => one?.signer.close()));
    },
  };
}

/** What a renewal or a move changes, and the electronic seal, which may be made anew for the same certificate. */
function filesIn(keys: string): readonly string[] {
  const custody = join(keys, 'custody.json');
  try {
    return [custody, electronicSealPath(keys, readKept(keys, 'seal'))];
  } catch {
    // Whoever opens the key says what is wrong with it.
    return [custody];
  }
}

async function open(keys: string, report: SealerTools['report']): Promise<Open> {
  const { signer, chainPem, electronicSeal } = await openKept(keys, 'seal');
  try {
    return { signer, sealer: withElectronicSeal({ signer, chainPem, electronicSeal }, report) };
  } catch (error) {
    await signer.close();
    throw error;
  }
}

/** Without one that can't be used: what is sealed in every other form does not depend on it. */
function withElectronicSeal(
  { electronicSeal, ...key }: Parameters<typeof openSealer>[0],
  report: SealerTools['report'],
): Sealer {
  const sealer = openSealer(key);
  if (!electronicSeal) return sealer;
  try {
    return openSealer({ ...key, electronicSeal });
  } catch (error) {
    const why = (error as Error).message;
    report(
      new Error(`no papers are made in the national form: ${why}; "npm start" makes the seal anew`, { cause: error }),
    );
    return sealer;
  }
}
