import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { HOSTILE, type Hostile } from '../test/fixtures/hostile.ts';
import { atMost, type Bench, type Figure, figure, quantile } from './figure.ts';
import { startProduct } from './product.ts';

/** What a hostile client costs the gateway: CPU time of its whole process for each request, and what it leaves in memory. */
const cpuMsMax = 5;
const heapGrownMbMax = 5;
const settleMs = 2;

export const hostileBench: Bench = async ({ quick, log }) => {
  const [warmUps, repetitions, rounds] = quick ? [2, 5, 2] : [20, 50, 1_000];
  const product = await startProduct({ gateways: 1, databaseUrl: undefined });
  const [gateway] = product.gateways as [(typeof product.gateways)[number]];
  const pool = new Pool(gateway.url, { connections: 1 });
  const post = poster(pool, product.token);
  try {
    const figures: Figure[] = [];
    for (const hostile of HOSTILE) {
      const cpuMs: number[] = [];
      for (let at = 0; at < warmUps; at++) await post(hostile);
      for (let at = 0; at < repetitions; at++) {
        const before = gateway.cpuMs();
        await post(hostile);
        await sleep(settleMs); // What it does after its answer counts, too.
        cpuMs.push(gateway.cpuMs() - before);
      }
      figures.push(
        figure(`hostile.${slug(hostile)}`, quantile(cpuMs, 0.5), 'ms', atMost(quantile(cpuMs, 0.5), cpuMsMax, 'ms')),
      );
    }
    const worst = Math.max(...figures.map(({ value }) => value));

    for (const hostile of HOSTILE) await post(hostile);
    const before = await gateway.heapBytes();
    for (let at = 0; at < rounds; at++) {
      for (const hostile of HOSTILE) await post(hostile);
      if (at % 100 === 99) log(`  ${at + 1} of ${rounds} rounds of ${HOSTILE.length} hostile requests`);
    }
    const grownMb = ((await gateway.heapBytes()) - before) / 1e6;
    return [
      ...figures,
      figure('hostile.worst', worst, 'ms', atMost(worst, cpuMsMax, 'ms')),
      figure('hostile.heap', grownMb, 'MB', atMost(grownMb, heapGrownMbMax, 'MB')),
    ];
  } finally {
    await pool.close();
    await product.stop();
  }
};

const slug = ({ name }: Hostile): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Whoever still sends two megabytes when they are refused may find the line closed before it has read why. */
function hungUpOn(error: NodeJS.ErrnoException): undefined {
  if (!['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(String(error.code))) throw error;
}

/** @throws {Error} for one that is not refused. */
function poster(pool: Pool, token: string): (hostile: Hostile) => Promise<void> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json',
    authorization: `Bearer ${token}`,
  };
  return async ({ name, body }) => {
    const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body }).catch(hungUpOn);
    const { data } = ((await answer?.body.json()) ?? {}) as { data?: unknown };
    if (data !== undefined && data !== null) throw new Error(`"${name}" was carried out`);
  };
}
