import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { freePorts } from '../../test/fixtures/ports.ts';
import { type Product, type Server, startProduct, startServer } from '../product.ts';
import { peersSupergraph } from './supergraph.ts';

export type ContestantName = 'ours' | 'apollo' | 'hive' | 'tools' | 'hand';

/** A gateway in a process of its own that answers the operations of this bench over the same departments. */
export interface Contestant {
  readonly name: ContestantName;
  readonly title: string;
  /** The package whose dependencies it needs; absent for what needs none but undici. */
  readonly packages: readonly string[];
  start(): Promise<Running>;
}

export interface Running {
  readonly server: Server;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** All that is measured here, and the departments that they ask. */
export interface Arena {
  readonly contestants: readonly Contestant[];
  /** How long every department thinks about every answer. */
  delay(ms: number): void;
  close(): Promise<void>;
}

const PEERS = [
  { name: 'apollo', title: '@apollo/gateway', packages: ['@apollo/gateway', '@apollo/server'] },
  {
    name: 'hive',
    title: 'Hive gateway-runtime, Rust planner',
    packages: ['@graphql-hive/gateway-runtime', '@graphql-hive/router-runtime', '@graphql-mesh/transport-http'],
  },
  { name: 'tools', title: '@graphql-tools/federation, Yoga', packages: ['@graphql-tools/federation', 'graphql-yoga'] },
  { name: 'hand', title: 'written by hand', packages: ['undici'] },
] as const;

/** @param names Those to be measured beside ours. */
export async function openArena(names: readonly ContestantName[]): Promise<Arena> {
  let plainUrls: Readonly<Record<string, string>> = {};
  let departments: Server | undefined;
  const product = await startProduct({
    gateways: 0,
    databaseUrl: undefined,
    async departments(environment, started) {
      const ports = await portsBeside(environment);
      const plain = Object.fromEntries(
        departmentIds.map((id, at) => [`${id.toUpperCase()}_PLAIN_PORT`, String(ports[at])]),
      );
      plainUrls = Object.fromEntries(departmentIds.map((id, at) => [id, `http://127.0.0.1:${ports[at]}`]));
      departments = await startServer('departments', 'bench/gateway/departments.ts', [], { ...environment, ...plain });
      started(departments);
    },
  });
  try {
    const supergraph = join(product.dataDir, 'peers.graphql');
    writeFileSync(supergraph, await peersSupergraph(plainUrls));
    const environment = {
      ...process.env,
      NODE_ENV: 'production',
      DATA_DIR: product.dataDir,
      SUPERGRAPH: supergraph,
      DEPARTMENTS: JSON.stringify(plainUrls),
    };
    const peers = PEERS.filter(({ name }) => names.includes(name));
    return {
      contestants: [ours(product), ...peers.map(peer => ({ ...peer, start: () => startPeer(peer.name, environment) }))],
      delay: ms => departments?.send({ delayMs: ms }),
      close: () => product.stop(),
    };
  } catch (error) {
    await product.stop();
    throw error;
  }
}

/** For the departments' plain servers; not those that were chosen already and nobody listens on yet. */
async function portsBeside(environment: NodeJS.ProcessEnv): Promise<readonly number[]> {
  const chosen = new Set(Object.values(environment));
  return (await freePorts(departmentIds.length * 3)).filter(port => !chosen.has(String(port)));
}

const ours = (product: Product): Contestant => ({
  name: 'ours',
  title: 'One Window',
  packages: [],
  async start() {
    const server = await product.startGateway();
    return { server, url: server.url, headers: { authorization: `Bearer ${product.token}` } };
  },
});

async function startPeer(name: string, environment: NodeJS.ProcessEnv): Promise<Running> {
  const [port] = await freePorts(1);
  const file = `bench/gateway/peers/${name}.js`;
  const server = await startServer(name, file, [], { ...environment, PORT: String(port) });
  return { server, url: `http://127.0.0.1:${port}`, headers: {} };
}
