import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import knexOf, { type Knex } from 'knex';
import type { StorePlace } from '../../gateway/window/store/open-store.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** Where the window's database of one run is. */
export interface Place {
  readonly kind: StoreKind;
  readonly of: StorePlace;
  /** A connection that only reads. */
  read(): Knex;
  /** A connection for whoever plants a fault on purpose. */
  write(): Knex;
  remove(): Promise<void>;
}

/** The one on this machine: whoever torments a database torments nobody else's. */
const SERVER = { host: '127.0.0.1', port: 5432, user: 'postgres' } as const;
const connectTimeoutMs = 3_000;

/** PostgreSQL does not answer here. */
export class NoPostgres extends Error {
  override readonly name = 'NoPostgres';
}

/** The file is the gateway's own, below the data folder; a PostgreSQL database is made for the run alone. */
export function makePlace(kind: StoreKind, dataDir: string): Promise<Place> {
  return kind === 'sqlite' ? Promise.resolve(sqlitePlace(join(dataDir, 'center', 'window.sqlite'))) : postgresPlace();
}

function sqlitePlace(file: string): Place {
  const connect = (readonly: boolean): Knex =>
    knexOf({
      client: 'better-sqlite3',
      connection: { filename: file, options: { readonly } },
      useNullAsDefault: true,
      pool: { min: 0, max: 1 },
    });
  return {
    kind: 'sqlite',
    of: { file },
    read: () => connect(true),
    write: () => connect(false),
    remove: async () => {},
  };
}

/** @throws {NoPostgres} */
async function postgresPlace(): Promise<Place> {
  const database = `torture_${process.pid}_${randomBytes(4).toString('hex')}`;
  await administer(`create database ${database}`);
  const connect = (): Knex => knexOf({ client: 'pg', connection: { ...SERVER, database }, pool: { min: 0, max: 2 } });
  return {
    kind: 'postgres',
    of: { url: `postgres://${SERVER.user}@${SERVER.host}:${SERVER.port}/${database}` },
    read: connect,
    write: connect,
    remove: () => administer(`drop database if exists ${database} with (force)`),
  };
}

async function administer(statement: string): Promise<void> {
  const knex = knexOf({
    client: 'pg',
    connection: { ...SERVER, database: 'postgres', connectionTimeoutMillis: connectTimeoutMs },
    pool: { min: 0, max: 1 },
    acquireConnectionTimeout: connectTimeoutMs,
  });
  try {
    await knex.raw(statement);
  } catch (cause) {
    throw new NoPostgres(`PostgreSQL on ${SERVER.host}:${SERVER.port} does not answer: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    await knex.destroy();
  }
}
