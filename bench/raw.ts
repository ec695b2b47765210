import type Database from 'better-sqlite3';
import knexOf, { type Knex } from 'knex';
import type { StorePlace } from '../gateway/window/store/open-store.ts';
import { makeDurable } from '../subgraphs/durable.ts';

const lockWaitMs = 5_000;

/**
 * What the disk and the query builder give without any driver: transactions of one insert and one update, one after
 * another, each flushed to the disk.
 *
 * @returns Commits a second.
 */
export async function rawCommits(place: StorePlace, durationMs: number): Promise<number> {
  const knex = 'file' in place ? openFile(place.file) : openServer(place.url);
  try {
    if (!(await knex.schema.hasTable('raw_commit'))) {
      await knex.schema.createTable('raw_commit', table => {
        table.increments('id');
        table.text('body').notNullable();
      });
    }
    const startMs = performance.now();
    let commits = 0;
    while (performance.now() - startMs < durationMs) {
      await knex.transaction(async transaction => {
        const [row] = await transaction('raw_commit').insert({ body: BODY }).returning('id');
        await transaction('raw_commit')
          .where('id', row.id)
          .update({ body: `${BODY}${commits}` });
      });
      commits += 1;
    }
    return (commits / (performance.now() - startMs)) * 1_000;
  } finally {
    await knex.destroy();
  }
}

/** About as much as one item of a case. */
const BODY = 'x'.repeat(200);

const openFile = (file: string): Knex =>
  knexOf({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: Database.Database, done: (error: Error | null) => void) {
        makeDurable(connection, lockWaitMs);
        done(null);
      },
    },
  });

const openServer = (url: string): Knex => knexOf({ client: 'pg', connection: url, pool: { min: 1, max: 1 } });
