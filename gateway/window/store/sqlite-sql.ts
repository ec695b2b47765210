import type SqliteConnection from 'better-sqlite3';
import { COLUMNS } from './columns.ts';
import { checkpointsDroppedMax, checkpointsKeptMs, NO_TWIN } from './database.ts';
import type { Row } from './row.ts';

/** Prepared once: the statements of the hot path. `@names` are columns. */
export const sqliteStatements = (db: SqliteConnection.Database) => ({
  offset: db.prepare<[], number>('select offset_ms from clock').pluck(),
  advance: db.prepare<[number], number>('update clock set offset_ms = offset_ms + ? returning offset_ms').pluck(),
  freeAll: db.prepare('update "case" set owner = null, wake_at = ? where owner is not null'),
  byRequest: db.prepare<[string], Row>('select number, request_fingerprint from "case" where request_id = ?'),
  twin: db
    .prepare<[string], string>(
      `select number from "case" where duplicate_fingerprint = ?
       and state not in (${NO_TWIN.map(state => `'${state}'`)}) order by opening desc limit 1`,
    )
    .pluck(),
  drawSerial: db
    .prepare<[string], number>(
      'insert into serial (name, next) values (?, 2) on conflict (name) do update set next = next + 1 returning next - 1',
    )
    .pluck(),
  insertCase: db.prepare(insertOf('case')),
  putApplication: db.prepare(`${insertOf('application')} on conflict (case_number) do update set body = excluded.body`),
  insertEntry: db.prepare(insertOf('ledger')),
  insertMaterial: db.prepare(`${insertOf('material')} on conflict do nothing`),
  insertDocument: db.prepare(insertOf('document')),
  insertSlip: db.prepare(insertOf('slip')),
  completeDocument: db.prepare(completionOf('document')),
  completeSlip: db.prepare(completionOf('slip')),
  insertRendition: db.prepare(`${insertOf('rendition')} on conflict do nothing`),
  replaceRendition: db.prepare(
    `update rendition set ${COLUMNS.rendition.slice(2).map(column => `${column} = @${column}`)}
     where paper = @paper and form = @form and fingerprint = @was`,
  ),
  drawLeaves: db.prepare<[number, number], number>('update log_head set size = size + ? returning size - ?').pluck(),
  insertLeaf: db.prepare(insertOf('log_leaf')),
  upsertItem: db.prepare(
    `${insertOf('item')} on conflict (case_number, item) do update set ${COLUMNS.item
      .slice(2)
      .map(column => `${column} = excluded.${column}`)}`,
  ),
  updateDocument: db.prepare(
    'update document set status = @status, disclosures = @disclosures, fingerprint = @fingerprint where id = @id',
  ),
  due: db
    .prepare<[number, number], string>('select number from "case" where wake_at <= ? order by wake_at limit ?')
    .pluck(),
  claim: db.prepare<[Row], Row>(
    `update "case" set epoch = epoch + 1, owner = @owner, wake_at = @wake_at
     where number = @number and wake_at <= @now returning *`,
  ),
  save: db.prepare<[Row], Row>(
    `update "case" set state = @state, accepted_on = @accepted_on, received_at = @received_at, seq = @seq, hash = @hash,
       checks = coalesce(@checks, checks), withdrawal = coalesce(@withdrawal, withdrawal),
       repairs = coalesce(@repairs, repairs),
       duplicate_fingerprint = coalesce(@duplicate_fingerprint, duplicate_fingerprint),
       owner = case when @releases and signal = @signal then null else owner end,
       wake_at = case when @releases and signal = @signal then @due else @lease_end end
     where number = @number and epoch = @epoch and owner is not null returning owner, signal`,
  ),
  renew: db
    .prepare<[number, string, number], number>(
      'update "case" set wake_at = ? where number = ? and epoch = ? and owner is not null returning signal',
    )
    .pluck(),
  release: db.prepare(
    `update "case" set owner = null, wake_at = case when signal = @signal then @due else @now end
     where number = @number and epoch = @epoch and owner is not null`,
  ),
  told: db.prepare<[string], string>('select fingerprint from inbox where id = ?').pluck(),
  stands: db.prepare<[string], number>('select 1 from "case" where number = ?').pluck(),
  untaken: db.prepare<[string], number>('select count(*) from inbox where case_number = ? and taken = 0').pluck(),
  insertFact: db.prepare(insertOf('inbox')),
  dropRenditions: db.prepare('delete from rendition where paper = ?'),
  take: db.prepare("update inbox set taken = 1, body = '' where id = ?"),
  putTile: db.prepare(
    `insert into log_tile (level, n, hashes) values (@level, @n, @hashes)
     on conflict (level, n) do update set hashes = excluded.hashes where length(excluded.hashes) > length(hashes)`,
  ),
  insertCheckpoint: db.prepare(
    `insert into log_checkpoint (size, note, at) select @size, @note, @at
     where not exists (select 1 from log_checkpoint where size >= @size)`,
  ),
  dropCheckpoints: db.prepare(
    `delete from log_checkpoint where size in (select size from log_checkpoint order by size limit ${checkpointsDroppedMax})
     and at < @now - ${checkpointsKeptMs} and size < @size
     and size not in (select coalesce(max(size), -1) from log_cosignature)`,
  ),
  putCosignature: db.prepare(
    'insert into log_cosignature (size, witness, line) values (@size, @witness, @line) on conflict do nothing',
  ),
  dropCosignatures: db.prepare('delete from log_cosignature where size < ?'),
  wake: db.prepare('update "case" set signal = signal + 1, wake_at = iif(owner is null, ?, wake_at) where number = ?'),
  takeOver: db.prepare(
    'update "case" set signal = signal + 1, epoch = epoch + 1, owner = null, wake_at = ? where number = ?',
  ),
});

/** While somebody holds the case, what he writes next would bring the paper back as he knows it. */
const completionOf = (table: 'document' | 'slip'): string =>
  `update ${table} set time_stamp = @time_stamp, stamped_at = @stamped_at, fingerprint = @fingerprint
   where id = @id and fingerprint = @was
     and exists (select 1 from "case" where number = case_number and owner is null)
     and not exists (select 1 from log_leaf where paper = @id and form = 'BT')`;

function insertOf(table: keyof typeof COLUMNS): string {
  const columns = COLUMNS[table];
  return `insert into "${table}" (${columns}) values (${columns.map(column => `@${column}`)})`;
}
