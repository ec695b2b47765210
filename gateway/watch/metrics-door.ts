/**
 * Where Prometheus reads: a port of its own, on the loopback address unless told otherwise, because what is read there
 * needs no token. On the public port the same text is for supervisors and auditors.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { unauthenticated } from '../../subgraphs/bearer.ts';
import type { Role } from '../../subgraphs/caller.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import type { GatewayContext } from '../context.ts';
import type { Metrics } from './metrics.ts';

/** A scrape every few seconds by a few readers needs no more. */
const connectionsMax = 16;
const requestMaxMs = 5_000;

export async function openMetricsDoor(
  registry: Registry,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer({ requestTimeout: requestMaxMs }, async (request, response) => {
    if (request.url !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('GET /metrics\n');
      return;
    }
    try {
      const text = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(request.method === 'HEAD' ? '' : text);
    } catch {
      response.writeHead(500).end();
    }
  });
  server.maxConnections = connectionsMax;
  await new Promise<void>((open, failed) => {
    server.once('error', failed).listen(port, host, open);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise(closed => server.close(closed));
    },
  };
}

/** Who watches over the center. */
const ROLES: ReadonlySet<Role> = new Set(['SUPERVISOR', 'AUDITOR']);
const FOR_WHOM = 'metrics are for supervisors and auditors';

/** @param contextOf Who asks. @throws {Refusal} */
export function metricsForRoles(
  { registry }: Metrics,
  contextOf: (request: FastifyRequest) => Promise<GatewayContext>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const { caller } = await contextOf(request);
    if (!caller) throw unauthenticated(FOR_WHOM);
    if (!ROLES.has(caller.role)) throw new Refusal('FORBIDDEN', FOR_WHOM).atStatus(403);
    return reply.type(registry.contentType).send(await registry.metrics());
  };
}
