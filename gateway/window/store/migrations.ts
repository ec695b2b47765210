import type { Knex } from 'knex';
import { carryOver, isPostgres } from './carry-over.ts';
import { logOldSeals } from './log-old-seals.ts';

/**
 * The window's tables, oldest first. A migration that has been released is never edited; the next change is the next
 * entry. Columns are text and integers, so that every dialect agrees: instants are milliseconds UTC, JSON is text.
 */
const MIGRATIONS: readonly Knex.Migration[] = [
  {
    async up(knex) {
      await knex.schema.createTable('case', table => {
        table.increments('opening');
        table.text('number').notNullable().unique();
        table.text('request_id').notNullable().unique();
        table.text('request_fingerprint').notNullable();
        table.text('duplicate_fingerprint').notNullable().index();
        table.text('regime').notNullable();
        table.integer('regime_version').notNullable();
        table.text('region_code').notNullable().index();
        table.text('application').notNullable();
        table.text('policy').notNullable();
        table.text('state').notNullable().index();
        table.text('accepted_on');
        table.bigInteger('opened_at').notNullable();
        table.bigInteger('wake_at');
      });
      await knex.raw('create index case_wake_at on "case" (wake_at) where wake_at is not null');
      await knex.schema.createTable('precheck', table => {
        table.text('case_number').notNullable();
        table.text('department').notNullable();
        table.text('faults');
        table.integer('tries').notNullable();
        table.bigInteger('retry_at');
        table.primary(['case_number', 'department']);
      });
      await knex.schema.createTable('item', table => {
        table.text('case_number').notNullable();
        table.text('item').notNullable();
        table.text('department').notNullable();
        table.text('state').notNullable();
        table.text('operation_id');
        table.integer('attempts').notNullable();
        table.integer('tries').notNullable();
        table.bigInteger('retry_at');
        table.text('waits');
        table.text('faults').notNullable();
        table.text('refusal');
        table.bigInteger('since').notNullable();
        table.bigInteger('sent_at');
        table.bigInteger('outcome_at');
        table.primary(['case_number', 'item']);
      });
      await knex.schema.createTable('document', table => {
        table.text('id').primary();
        table.text('case_number').notNullable().index();
        table.text('item').notNullable();
        table.text('department').notNullable();
        table.text('operation_id').notNullable().unique();
        table.text('outcome').notNullable();
        table.text('kind').notNullable();
        table.text('number').notNullable();
        table.text('holder').notNullable();
        table.text('uscc');
        table.text('decided_on').notNullable();
        table.integer('version').notNullable();
        table.text('status').notNullable();
        table.text('record').notNullable();
        table.text('seal');
        table.text('fingerprint').notNullable();
      });
      await knex.schema.createTable('material', table => {
        table.text('case_number').notNullable();
        table.text('sha256').notNullable();
        table.text('content').notNullable();
        table.primary(['case_number', 'sha256']);
      });
      await knex.schema.createTable('serial', table => {
        table.text('name').primary();
        table.bigInteger('next').notNullable();
      });
    },
    down: never,
  },
  {
    async up(knex) {
      await knex.schema.alterTable('case', table => {
        table.text('progress_id').unique();
        table.bigInteger('received_at');
        table.text('checks');
        table.text('withdrawal');
        table.text('repairs');
        table.bigInteger('seq').notNullable().defaultTo(0);
        table.text('hash').notNullable().defaultTo('');
        table.bigInteger('epoch').notNullable().defaultTo(0);
        table.text('owner');
        table.bigInteger('signal').notNullable().defaultTo(0);
      });
      await knex.schema.alterTable('item', table => {
        table.text('revocation_id');
      });
      await knex.schema.alterTable('document', table => {
        table.integer('place').notNullable().defaultTo(0);
      });
      // Apart from the row that every step rewrites: it is long and hardly ever changes.
      await knex.schema.createTable('application', table => {
        table.text('case_number').primary();
        table.text('body').notNullable();
      });
      await knex.schema.createTable('ledger', table => {
        table.text('case_number').notNullable();
        table.bigInteger('seq').notNullable();
        table.bigInteger('at').notNullable();
        table.text('events').notNullable();
        table.text('hash').notNullable();
        table.primary(['case_number', 'seq']);
      });
      await knex.schema.createTable('inbox', table => {
        table.increments('arrival');
        table.text('id').notNullable().unique();
        table.text('case_number').notNullable();
        table.bigInteger('told_at').notNullable();
        table.text('fingerprint').notNullable();
        table.text('body').notNullable();
        table.integer('taken').notNullable().defaultTo(0);
      });
      await knex.raw('create index inbox_untaken on inbox (case_number) where taken = 0');
      await knex.schema.createTable('slip', table => {
        table.text('id').primary();
        table.text('case_number').notNullable().index();
        table.integer('place').notNullable();
        table.text('kind').notNullable();
        table.text('number').notNullable();
        table.bigInteger('issued_at').notNullable();
        table.text('record').notNullable();
        table.text('seal').notNullable();
        table.text('fingerprint').notNullable();
      });
      await knex.schema.createTable('clock', table => {
        table.bigInteger('offset_ms').notNullable();
      });
      await knex('clock').insert({ offset_ms: 0 });
      await carryOver(knex);
      await knex.schema.dropTable('precheck');
      await knex.raw('alter table "case" drop column application');
      // Only where one process has the database for itself may it free what another has left held.
      if (!isPostgres(knex)) await knex.raw('create index case_owner on "case" (owner) where owner is not null');
    },
    down: never,
  },
  {
    async up(knex) {
      for (const table of ['document', 'slip']) {
        await knex.schema.alterTable(table, columns => {
          columns.text('time_stamp');
          columns.bigInteger('stamped_at');
        });
        await knex.raw(
          `create index ${table}_unstamped on ${table} (id) where time_stamp is null and seal is not null`,
        );
      }
      // How many leaves there are: whoever appends holds this row until they are committed.
      await knex.schema.createTable('log_head', table => {
        table.bigInteger('size').notNullable();
      });
      await knex('log_head').insert({ size: 0 });
      await knex.schema.createTable('log_leaf', table => {
        // To SQLite an integer that is the key is the row's own number.
        if (isPostgres(knex)) table.bigInteger('idx').primary();
        else table.integer('idx').primary();
        table.text('entry').notNullable();
        table.text('paper').notNullable();
        table.text('form').notNullable();
        table.bigInteger('at').notNullable();
        table.unique(['paper', 'form']);
      });
      // Of level 0 whole tiles only, for its leaves are there; above it a tile grows.
      await knex.schema.createTable('log_tile', table => {
        table.integer('level').notNullable();
        table.bigInteger('n').notNullable();
        table.text('hashes').notNullable();
        table.primary(['level', 'n']);
      });
      await knex.schema.createTable('log_checkpoint', table => {
        table.bigInteger('size').primary();
        table.text('note').notNullable();
        table.bigInteger('at').notNullable();
      });
      await knex.schema.createTable('log_cosignature', table => {
        table.bigInteger('size').notNullable();
        table.text('witness').notNullable();
        table.text('line').notNullable();
        table.primary(['size', 'witness']);
      });
      await logOldSeals(knex);
    },
    down: never,
  },
  {
    async up(knex) {
      await knex.schema.createTable('rendition', table => {
        table.text('paper').notNullable();
        table.text('form').notNullable();
        table.text('case_number').notNullable();
        table.text('holder').notNullable();
        table.text('shows').notNullable();
        table.text('bytes').notNullable();
        table.text('time_stamp');
        table.bigInteger('stamped_at');
        table.text('proof');
        table.text('fingerprint').notNullable();
        table.primary(['paper', 'form']);
      });
      await knex.raw('create index rendition_unstamped on rendition (paper, form) where time_stamp is null');
    },
    down: never,
  },
  {
    async up(knex) {
      await knex.schema.alterTable('document', table => {
        table.text('disclosures');
      });
      // What is taken up is in the case's own rows; from now on a fact is emptied when that happens.
      await knex('inbox').where('taken', 1).update({ body: '' });
    },
    down: never,
  },
];

async function never(): Promise<void> {
  throw new Error('a register of cases is never taken back to an older form');
}

/**
 * Names are the order: 001, 002, …; knex refuses to start when the database has seen one that is not here.
 *
 * @param upTo How many of them are known: all, unless an older version is to be looked at.
 */
export const migrationSource = (upTo = MIGRATIONS.length): Knex.MigrationSource<number> => ({
  getMigrations: async () => MIGRATIONS.slice(0, upTo).map((_, at) => at),
  getMigrationName: at => String(at + 1).padStart(3, '0'),
  getMigration: async at => MIGRATIONS[at] as Knex.Migration,
});
