/*
 * Serves one supergraph after another, as often as it is told, and says how much memory it holds: a process of its own,
 * so that nothing else is counted.
 *
 *     node --expose-gc test/gateway/reloading.ts 200
 */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import type { Composition, Service } from '../../gateway/compose.ts';
import { createComposer, supergraphFrom } from '../../gateway/composition/composer.ts';
import { createGateway } from '../../gateway/router/gateway.ts';
import type { Subgraph } from '../../gateway/router/port.ts';
import { windowSdl } from '../../gateway/window/schema.ts';
import { ROLES } from '../../subgraphs/caller.ts';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { POLICIES } from '../../subgraphs/policies.ts';

const count = Number(process.argv[2]);
const pauses = 4;
const read = (path: string): string => readFileSync(new URL(`../../subgraphs/${path}`, import.meta.url), 'utf8');
const contract = read('contract.graphql');
/** The real schemas; tax has another field each time. */
const edition = (at: number): readonly Service[] => [
  { name: 'window', url: 'urn:window', sdl: windowSdl },
  ...departmentIds.map(id => ({
    name: id,
    url: `https://${id}.invalid`,
    sdl: `${contract}\n${read(`${id}/schema.graphql`)}${id === 'tax' ? `extend type Enterprise { edition${at}: Int }` : ''}`,
  })),
];
const silent = (name: string): Subgraph => ({ name, send: async () => ({ data: {} }), close: async () => {} });

/** Composed beforehand, and served in turn: each time a schema, an executor, a planner and documents are made anew. */
const EDITIONS = 10;
const composer = createComposer();
const compositions = await Promise.all(
  Array.from({ length: EDITIONS }, async (_, at) => {
    const attempt = await composer.compose(edition(at));
    if (!attempt.ok) throw new Error(JSON.stringify(attempt.reasons));
    return attempt.composition;
  }),
);
await composer.close();
const compositionAt = (at: number) => compositions[at % EDITIONS] as Composition;
/** May see everything. */
const bearer = { scopes: ROLES.map(role => `role:${role}`), allows: () => true };
const gateway = createGateway({
  access: { policies: Object.keys(POLICIES), bearerOf: () => bearer },
  supergraph: supergraphFrom(compositionAt(0)),
  subgraphs: ['window', ...departmentIds].map(silent),
});
const server = new ApolloServer({ gateway, persistedQueries: false });
await server.start();

/** Longest time that the event loop stood still for one of the two halves of a reload, in ms. */
let longestMs = 0;
const timed = <Value>(work: () => Value): Value => {
  const began = performance.now();
  const value = work();
  longestMs = Math.max(longestMs, performance.now() - began);
  return value;
};

for (let at = 1; at <= count; at += 1) {
  const supergraph = timed(() => supergraphFrom(compositionAt(at)));
  await turn();
  timed(() => gateway.update(supergraph));
  // Plans, documents and projections belong to each.
  for (let query = 0; query < 20; query += 1) {
    const { body } = await server.executeOperation({
      query: `query Q${query} { enterprise(uscc: "x") { edition${at % EDITIONS} name taxRegistrations { office } } }`,
    });
    if (
      body.kind !== 'single' ||
      body.singleResult.errors?.some(({ extensions }) => extensions?.code === 'GRAPHQL_VALIDATION_FAILED')
    ) {
      throw new Error(JSON.stringify(body));
    }
  }
  if (at % (count / pauses) === 0) {
    for (let round = 0; round < 5; round += 1) {
      await turn();
      globalThis.gc?.();
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    console.log(JSON.stringify({ at, rss, heapUsed, external, longestMs: Math.round(longestMs) }));
    longestMs = 0;
  }
}
await server.stop();
