import type { Knex } from 'knex';

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
    async down() {
      throw new Error('a register of cases is never taken back to an older form');
    },
  },
];

/** Names are the order: 001, 002, …; knex refuses to start when the database has seen one that is not here. */
export const migrationSource: Knex.MigrationSource<number> = {
  getMigrations: async () => MIGRATIONS.map((_, at) => at),
  getMigrationName: at => String(at + 1).padStart(3, '0'),
  getMigration: async at => MIGRATIONS[at] as Knex.Migration,
};
