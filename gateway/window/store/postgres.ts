import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import knexOf, { type Knex } from 'knex';
import pg from 'pg';
import { CannotStart } from '../../../subgraphs/process.ts';
import type { Database } from './database.ts';
import { migrate, SILENT } from './migrate.ts';
import { PostgresDatabase } from './postgres-database.ts';

/** Seven kinds of writes share them, each under way at most once: more would only wait for the same disk. */
const writersMax = 4;
/** Reads have connections of their own, so that no list, however long, makes a lease run out. */
const readersMax = 3;
/** Waiting for a connection, or for the server to take one. */
const connectMaxMs = 3_000;
/** At the start nobody waits for an answer, and the server may have just begun. */
const firstConnectMaxMs = 15_000;
/** Longer than a lease, so that the other side has an answer before it is asked again by somebody else. */
const statementMaxMs = 5_000;
const lockWaitMaxMs = 2_000;
/** A register of many cases is carried over to a new form in one transaction; other gateways wait for it as long. */
const migrationMaxMs = 600_000;
/** How much later than its own bound a server that lives has answered; one that has not is gone. */
const silenceMarginMs = 5_000;

/** Names a lock that gateways which start at once share, while one of them makes the tables. */
const migrationLock = 2_060_119_450;

/**
 * Opens the window's tables in a PostgreSQL database, made and migrated when needed. Any number of processes may have
 * it open.
 *
 * @param turnMaxMs How long to wait while another gateway migrates them.
 * @throws {CannotStart} when it can't be reached, would answer before it has written, or is a newer version's, or when
 *   another gateway has not come to an end with migrating it.
 */
export async function openPostgres(url: string, turnMaxMs = migrationMaxMs): Promise<Database> {
  const place = placeOf(url);
  try {
    await migrateAlone(url, place, turnMaxMs);
    const writers = poolOf(url, writersMax, statementMaxMs, PLANNED_ONCE);
    const readers = poolOf(url, readersMax, statementMaxMs);
    const database = new PostgresDatabase(place, writers, readers, knexOver(readers), randomBytes(8).toString('hex'));
    await database.hearTime().catch(async error => {
      await database.close();
      throw error;
    });
    return database;
  } catch (error) {
    throw openingFault(place, error as Error & { code?: string });
  }
}

/** Host and database, for sentences; never the password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) throw new CannotStart('DATABASE_URL is no address such as postgres://user@host:5432/name.');
  const { host, pathname } = new URL(url);
  return `the database ${decodeURIComponent(pathname.slice(1)) || '(default)'} on ${host || 'this machine'}`;
}

async function migrateAlone(url: string, place: string, turnMaxMs: number): Promise<void> {
  const pool = poolOf(url, 2, migrationMaxMs, '', firstConnectMaxMs);
  try {
    const client = await pool.connect();
    try {
      await waitForTurn(client, place, turnMaxMs);
      await migrate(knexOver(pool), place);
    } finally {
      // The lock ends with its session.
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

/** Codes of PostgreSQL for a wait that was cut short: `lock_not_available`, `query_canceled`. */
const WAITED_IN_VAIN: readonly (string | undefined)[] = ['55P03', '57014'];

/** Takes the lock that ends with the client's session. */
async function waitForTurn(client: pg.ClientBase, place: string, turnMaxMs: number): Promise<void> {
  await client.query(`set lock_timeout = ${turnMaxMs}`);
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError) || !WAITED_IN_VAIN.includes(cause.code)) throw cause;
    throw new CannotStart(`another gateway is migrating ${place}: start again when it is done.`, { cause });
  }
}

const knexOver = (pool: pg.Pool): Knex =>
  knexOf({ client: 'pg', connectionPool: pool, compileSqlOnError: false, log: SILENT });

/**
 * Hot statements are planned once for each connection, and find their rows by key: a plan that was made while the
 * tables were empty must not read them through when they are not.
 */
const PLANNED_ONCE = `set plan_cache_mode = force_generic_plan; set jit = off;
  set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;`;

function poolOf(url: string, max: number, answerMaxMs: number, settings = '', waitMaxMs = connectMaxMs): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'one-window',
    max,
    connectionTimeoutMillis: waitMaxMs,
    keepAlive: true,
    stream: () => listening(answerMaxMs + silenceMarginMs),
    onConnect: client => prepareConnection(client, answerMaxMs, settings),
  });
  // An idle connection that breaks is replaced by the next that is asked for.
  pool.on('error', nothing);
  return pool;
}

const nothing = (): void => {};

/** A connection that breaks without a word would be waited for for ever. */
function listening(silenceMaxMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMaxMs, () =>
    socket.destroy(new Error(`the database has not answered in ${silenceMaxMs} ms`)),
  );
  return socket;
}

/** Makes every commit of a connection be on the disk before it is answered: set, and read back. */
async function prepareConnection(client: pg.ClientBase, answerMaxMs: number, settings: string): Promise<void> {
  // When a connection breaks, whoever waits for an answer is told; nobody else needs to hear of it.
  client.on('error', nothing);
  await client.query(
    `set synchronous_commit = on; set statement_timeout = ${answerMaxMs};
     set lock_timeout = ${Math.min(lockWaitMaxMs, answerMaxMs)};
     set idle_in_transaction_session_timeout = ${answerMaxMs};
     set default_transaction_isolation = 'read committed'; ${settings}`,
  );
  const { rows } = await client.query<{ fsync: string; commit: string }>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
  );
  const { fsync, commit } = rows[0] ?? {};
  if (fsync === 'on' && commit === 'on') return;
  throw new CannotStart(
    `PostgreSQL would answer before a commit is on its disk (fsync ${fsync}, synchronous_commit ${commit}): turn both on.`,
  );
}

function openingFault(place: string, error: Error & { code?: string }): Error {
  if (error instanceof CannotStart) return error;
  if (error instanceof pg.DatabaseError) {
    return new CannotStart(`${place} refuses the gateway: ${error.message}.`, { cause: error });
  }
  return new CannotStart(`${place} can't be reached (${error.code ?? error.message}).`, { cause: error });
}
