import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { readTilePath, type Tile } from '../../certs/log/tiles.ts';
import type { TransparencyLog } from './transparency-log.ts';

/** What has been published never changes, a partial tile neither. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const compressed = promisify(gzip);

/** The log as c2sp.org/tlog-tiles has it served, below `/log`. */
export function addLogPaths(app: FastifyInstance, log: TransparencyLog): void {
  // Kept by nobody: a checkpoint that is older than the one before would look like a log that shrinks.
  app.get('/log/checkpoint', async (_, reply) => {
    const { note } = await log.checkpoint();
    return reply.type('text/plain; charset=utf-8').send(note);
  });
  app.get<{ Params: { '*': string } }>('/log/tile/*', async ({ params, headers }, reply) => {
    const tile = readTilePath(`tile/${params['*']}`);
    const content = tile && (await log.tile(tile));
    if (!content) return reply.callNotFound();
    reply.type('application/octet-stream').header('cache-control', FOR_EVER);
    return sendTile(reply, tile, content, String(headers['accept-encoding'] ?? ''));
  });
}

/** Hashes can't be compressed; entries are text. */
async function sendTile(reply: FastifyReply, { level }: Tile, content: Uint8Array, accepted: string) {
  if (level !== 'entries') return reply.send(content);
  reply.header('vary', 'accept-encoding');
  if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)) return reply.send(content);
  return reply.header('content-encoding', 'gzip').send(await compressed(content));
}
