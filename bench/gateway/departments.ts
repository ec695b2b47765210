/**
 * The light departments: all of them in one process, each under mutual TLS with its own keys as our gateway asks it, and
 * in plain HTTP as its peers do. Started by the bench; `{delayMs}` from the parent process sets how slow they are.
 */
import { readFileSync } from 'node:fs';
import {
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure } from 'node:https';
import { join, resolve } from 'node:path';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { departmentConfig } from '../../subgraphs/config.ts';
import { ownTransport } from '../../subgraphs/keys.ts';
import { runServer } from '../../subgraphs/process.ts';
import { type Asked, lightGraph } from './light-graph.ts';

/** Longer than any pause of the bench: a connection that is closed between two rounds costs the next one. */
const keepAliveMs = 600_000;

let delayMs = 0;
process.on('message', message => {
  if (typeof message === 'object' && message !== null && 'delayMs' in message) delayMs = Number(message.delayMs);
});

await runServer(async () => {
  const servers = departmentIds.flatMap(id => {
    const config = departmentConfig(id, process.env);
    const listener = answering(lightGraph(id, sdlOf(id)));
    const identity = ownTransport(join(config.folder, 'keys'), config.trustFolder);
    const secure = createSecure(
      { ...identity, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
      listener,
    );
    return [
      { server: secure, port: config.port },
      { server: createPlain(listener), port: Number(process.env[`${id.toUpperCase()}_PLAIN_PORT`]) },
    ];
  });
  for (const { server, port } of servers) {
    server.keepAliveTimeout = keepAliveMs;
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', listening);
    });
  }
  return {
    async close() {
      for (const { server } of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
});

/** As a department composes it from the contract that all share and its own folder. */
function sdlOf(id: string): string {
  const files = ['contract.graphql', `${id}/schema.graphql`].map(file => resolve('subgraphs', file));
  const typeDefs = files.map(file => ({ typeDefs: parse(readFileSync(file, 'utf8')) }));
  return printSubgraphSchema(buildSubgraphSchema(typeDefs));
}

function answering(answer: (asked: Asked) => unknown): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (delayMs === 0) say(response, answer, chunks);
      else setTimeout(say, delayMs, response, answer, chunks);
    });
  };
}

function say(response: ServerResponse<IncomingMessage>, answer: (asked: Asked) => unknown, chunks: Buffer[]): void {
  try {
    const body = Buffer.from(JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString()) as Asked)));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}
