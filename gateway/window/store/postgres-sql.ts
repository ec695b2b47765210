/**
 * The hot statements on PostgreSQL, one for each kind of write, whatever the number of cases: rows travel as JSON in
 * parameters of their own. Where a statement locks several cases it does so in the order of their numbers, and the head
 * of the log after all of them, so that two processes never wait for each other.
 */

import { leaseMs } from '../store.ts';
import { COLUMNS, columnType } from './columns.ts';
import { checkpointsDroppedMax, checkpointsKeptMs, NO_TWIN, untakenFactsMax } from './database.ts';

/** The start of the transaction, and never clock_timestamp(), or no index could be used. */
export const NOW = '((extract(epoch from now()) * 1000)::bigint + (select offset_ms from clock))';

/** @param named How the statement is prepared, once for each connection. */
const statement = <Name extends string>(named: Name, text: string): { readonly name: Name; readonly text: string } => ({
  name: named,
  text,
});

const records = (parameter: string, columns: readonly string[], alias: string): string =>
  `json_to_recordset(${parameter}::json) as ${alias}(${columns.map(column => `${column} ${columnType(column)}`)})`;

/** The records of cases, each of which is locked when its turn has come. */
const ofCasesInOrder = (parameter: string, columns: readonly string[]): string =>
  `select s.* from ${records(parameter, columns, 's')} join "case" c on c.number = s.number
   order by c.number for no key update of c`;

const inserted = (table: keyof typeof COLUMNS, parameter: string, where: string): string => {
  const columns = COLUMNS[table];
  return `insert into "${table}" (${columns}) select ${columns} from ${records(parameter, columns, 'r')} where ${where}`;
};

const STEP = `number epoch signal releases wake_in_ms state accepted_on received_at seq hash checks withdrawal repairs
  duplicate_fingerprint`.split(/\s+/);

const LEAF = ['case_number', 'entry', 'paper', 'form'];

/**
 * Steps that append leaves to the log in their order. The head is locked when it is known how many there are, and read
 * as whoever held it before has left it; places that were drawn are taken by the same commit, so that none is left out.
 *
 * @param leaves A query for columns of {@link LEAF} and `nth`.
 */
const appending = (leaves: string): string => `
  leaf as (select l.*, row_number() over (order by l.nth) as place from (${leaves}) l),
  head as (
    update log_head set size = size + n.many from (select count(*) as many from leaf) n where n.many > 0
    returning size - n.many as first
  ),
  logged as (
    insert into log_leaf (idx, entry, paper, form, at)
    select head.first + leaf.place - 1, leaf.entry, leaf.paper, leaf.form, ${NOW} from leaf, head
  )`;

/** In the order in which they stand in the parameter. */
const ordered = (parameter: string, columns: readonly string[], alias: string): string =>
  `rows from (json_to_recordset(${parameter}::json) as (${columns.map(column => `${column} ${columnType(column)}`)}))
   with ordinality as ${alias}(${columns}, nth)`;

const ofSaved = 'case_number in (select number from saved)';
const CHANGED_DOCUMENT = ['id', 'case_number', 'status', 'disclosures', 'fingerprint'];

/**
 * $1 steps, $2 ledger, $3 items, $4 documents, $5 documents that changed, $6 slips, $7 applications, $8 ids of facts taken up,
 * $9 leaves, $10 ids of documents of which something was struck out.
 */
export const SAVE = statement(
  'save',
  `with step as (${ofCasesInOrder('$1', STEP)}),
  saved as (
    update "case" c set state = s.state, accepted_on = s.accepted_on, received_at = s.received_at, seq = s.seq,
      hash = s.hash, checks = coalesce(s.checks, c.checks), withdrawal = coalesce(s.withdrawal, c.withdrawal),
      repairs = coalesce(s.repairs, c.repairs),
      duplicate_fingerprint = coalesce(s.duplicate_fingerprint, c.duplicate_fingerprint),
      owner = case when s.releases = 1 and c.signal = s.signal then null else c.owner end,
      wake_at = ${NOW} + case when s.releases = 1 and c.signal = s.signal then s.wake_in_ms else ${leaseMs} end
    from step s where c.number = s.number and c.epoch = s.epoch and c.owner is not null
    returning c.number, c.owner is not null as is_held, c.signal <> s.signal as is_told
  ),
  entries as (${inserted('ledger', '$2', ofSaved)}),
  items as (
    ${inserted('item', '$3', ofSaved)} on conflict (case_number, item) do update
    set ${COLUMNS.item.slice(2).map(column => `${column} = excluded.${column}`)}
  ),
  documents as (${inserted('document', '$4', ofSaved)}),
  changed_documents as (
    update document d set status = r.status, disclosures = r.disclosures, fingerprint = r.fingerprint
    from ${records('$5', CHANGED_DOCUMENT, 'r')} where d.id = r.id and d.${ofSaved}
  ),
  dropped as (delete from rendition where paper = any($10::text[]) and ${ofSaved}),
  slips as (${inserted('slip', '$6', ofSaved)}),
  applications as (
    ${inserted('application', '$7', ofSaved)} on conflict (case_number) do update set body = excluded.body
  ),
  taken as (update inbox set taken = 1, body = '' where id = any($8::text[]) and ${ofSaved}),
  ${appending(`select * from ${ordered('$9', LEAF, 'r')} where ${ofSaved}`)}
  select number, is_held, is_told, ${NOW} as now from saved`,
);

const COMPLETION = [...LEAF, 'of', 'id', 'was', 'time_stamp', 'stamped_at', 'fingerprint'];

const completed = (table: 'document' | 'slip'): string => `
  update ${table} p set time_stamp = r.time_stamp, stamped_at = r.stamped_at, fingerprint = r.fingerprint
  from paper r where r.of = '${table.toUpperCase()}' and p.id = r.id and p.fingerprint = r.was
    and p.case_number in (select number from free)
    and not exists (select 1 from log_leaf l where l.paper = r.id and l.form = 'BT') returning p.id`;

/** $1 papers, each with its leaf. While somebody holds a case, what he writes next would bring its papers back as he knows them. */
export const COMPLETE = statement(
  'complete',
  `with paper as (select * from ${ordered('$1', COMPLETION, 'r')}),
  free as (
    select number from "case" where number in (select case_number from paper) and owner is null
    order by number for no key update
  ),
  documents as (${completed('document')}),
  slips as (${completed('slip')}),
  completed as (select id from documents union all select id from slips),
  ${appending(`select ${LEAF.map(column => `paper.${column}`)}, paper.nth from paper join completed using (id)`)}
  select (select count(*) from completed) as completed, ${NOW} as now`,
);

const RENDITION = COLUMNS.rendition;

/** $1 the rendition with the fingerprint that it was read with, if it was; $2 the leaf of its seal, if that is new. */
export const WRITE_RENDITION = statement(
  'write-rendition',
  `with r as (select * from ${records('$1', [...RENDITION, 'was'], 'r')}),
  written as (
    insert into rendition (${RENDITION}) select ${RENDITION} from r where was is null on conflict do nothing returning paper
  ),
  replaced as (
    update rendition o set ${RENDITION.slice(2).map(column => `${column} = r.${column}`)} from r
    where o.paper = r.paper and o.form = r.form and o.fingerprint = r.was returning o.paper
  ),
  standing as (select paper from written union all select paper from replaced),
  ${appending(`select * from ${ordered('$2', LEAF, 'l')} where exists (select 1 from standing)`)}
  select (select count(*) from standing) as written, ${NOW} as now`,
);

/** $1 ids of papers. */
export const DROP_RENDITIONS = statement(
  'drop-renditions',
  `with dropped as (delete from rendition where paper = any($1::text[])) select ${NOW} as now`,
);

/** $1 numbers, $2 owner: those that nobody holds and that are due. */
export const CLAIM = statement(
  'claim',
  `with due as (
    select number from "case" where number = any($1::text[]) and wake_at <= ${NOW} order by number for no key update
  )
  update "case" c set epoch = c.epoch + 1, owner = $2, wake_at = ${NOW} + ${leaseMs}
  from due where c.number = due.number returning c.*, ${NOW} as now`,
);

/** $1 how many, $2 owner: what somebody else is claiming at this moment is his. When nothing is due, one row with the time. */
export const CLAIM_DUE = statement(
  'claim-due',
  `with due as (
    select number, wake_at from "case" where wake_at <= ${NOW} order by wake_at limit $1 for no key update skip locked
  ),
  claimed as (
    update "case" c set epoch = c.epoch + 1, owner = $2, wake_at = ${NOW} + ${leaseMs}
    from due where c.number = due.number returning c.*, due.wake_at as due_at
  )
  select moment.now, claimed.* from (select ${NOW} as now) moment left join claimed on true`,
);

/** $1 leases. */
export const RENEW = statement(
  'renew',
  `with lease as (${ofCasesInOrder('$1', ['number', 'epoch'])})
  update "case" c set wake_at = ${NOW} + ${leaseMs}
  from lease s where c.number = s.number and c.epoch = s.epoch and c.owner is not null
  returning c.number, c.epoch, c.signal, ${NOW} as now`,
);

/** $1 leases to be given up. */
export const RELEASE = statement(
  'release',
  `with lease as (${ofCasesInOrder('$1', ['number', 'epoch', 'signal', 'wake_in_ms'])})
  update "case" c set owner = null, wake_at = ${NOW} + case when c.signal = s.signal then s.wake_in_ms else 0 end
  from lease s where c.number = s.number and c.epoch = s.epoch and c.owner is not null
  returning ${NOW} as now`,
);

const FACT = ['id', 'case_number', 'fingerprint', 'body', 'takes_over'];

/** $1 facts of different ids, $2 papers with the ids of their facts. */
export const TELL = statement(
  'tell',
  `with told as (
    select *, row_number() over (partition by case_number) as nth from ${records('$1', FACT, 'f')}
  ),
  held as (
    select number from "case" where number in (select case_number from told) order by number for no key update
  ),
  known as (select id, fingerprint from inbox where id in (select id from told)),
  untaken as (
    select case_number, count(*) as facts from inbox
    where taken = 0 and case_number in (select number from held) group by case_number
  ),
  fresh as (
    select told.* from told join held on held.number = told.case_number left join untaken using (case_number)
    where told.id not in (select id from known) and coalesce(untaken.facts, 0) + told.nth <= ${untakenFactsMax}
  ),
  new as (
    insert into inbox (id, case_number, told_at, fingerprint, body)
    select id, case_number, ${NOW}, fingerprint, body from fresh on conflict (id) do nothing returning id, case_number
  ),
  woken as (
    update "case" c set signal = c.signal + n.facts,
      epoch = c.epoch + n.takes_over, owner = case when n.takes_over = 1 then null else c.owner end,
      wake_at = case when n.takes_over = 1 or c.owner is null then ${NOW} else c.wake_at end
    from (
      select new.case_number, count(*) as facts, max(takes_over) as takes_over
      from new join told using (id) group by new.case_number
    ) n
    where c.number = n.case_number
  ),
  papers as (
    insert into material (case_number, sha256, content)
    select case_number, sha256, content from ${records('$2', ['id', ...COLUMNS.material], 'r')}
    where id in (select id from new) on conflict do nothing
  )
  select told.id, known.fingerprint, new.id is not null as is_new, held.number is not null as stands,
    fresh.id is not null as fits, ${NOW} as now
  from told left join known using (id) left join new using (id) left join fresh using (id)
  left join held on held.number = told.case_number`,
);

/** Names a lock that all gateways on one database share while one of them opens cases. */
const openingLock = 2_060_119_451;

/** A process that stands still between two statements of an opening would hold up everybody's. */
const openingPauseMaxMs = 500;

/** The last statement waits for other openings, and what comes after it sees them. */
export const BEGIN_OPENING = {
  text: `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${openingPauseMaxMs};
    select pg_advisory_xact_lock(${openingLock})`,
};
export const COMMIT = { text: 'commit' };

/** $1 request ids, $2 fingerprints of enterprises. */
export const STANDING = statement(
  'standing',
  `with known as (
    select request_id, request_fingerprint, number from "case" where request_id = any($1::text[])
  ),
  twin as (
    select distinct on (duplicate_fingerprint) duplicate_fingerprint, number from "case"
    where duplicate_fingerprint = any($2::text[]) and state not in (${NO_TWIN.map(state => `'${state}'`)})
    order by duplicate_fingerprint, opening desc
  )
  select ${NOW} as now, (select coalesce(json_agg(known), '[]') from known) as known,
    (select coalesce(json_agg(twin), '[]') from twin) as twins`,
);

/** $1 names, $2 how many serials of each. */
export const DRAW = statement(
  'draw',
  `insert into serial (name, next) select name, 1 + drawn from unnest($1::text[], $2::bigint[]) as s(name, drawn)
  on conflict (name) do update set next = serial.next + excluded.next - 1 returning name, next`,
);

/** $1 cases, $2 applications, $3 ledger, $4 papers. */
export const INSERT = statement(
  'insert',
  `with applications as (${inserted('application', '$2', 'true')}),
  entries as (${inserted('ledger', '$3', 'true')}),
  papers as (${inserted('material', '$4', 'true')} on conflict do nothing)
  ${inserted('case', '$1', 'true')}`,
);

/** $1 tiles, $2 checkpoints, $3 cosignatures. */
export const WRITE_LOG = statement(
  'write-log',
  `with tile as (
    insert into log_tile (level, n, hashes)
    select level, n, hashes from json_to_recordset($1::json) as r(level int, n bigint, hashes text) order by level, n
    on conflict (level, n) do update set hashes = excluded.hashes
    where length(excluded.hashes) > length(log_tile.hashes)
  ),
  checkpoint as (select * from json_to_recordset($2::json) as r(size bigint, note text)),
  published as (
    insert into log_checkpoint (size, note, at) select size, note, ${NOW} from checkpoint new
    where not exists (select 1 from log_checkpoint old where old.size >= new.size) on conflict do nothing
  ),
  oldest as (
    select size from log_checkpoint where exists (select 1 from checkpoint) order by size limit ${checkpointsDroppedMax}
  ),
  dropped as (
    delete from log_checkpoint where size in (select size from oldest) and at < ${NOW} - ${checkpointsKeptMs}
      and size < (select max(size) from checkpoint)
      and size not in (select coalesce(max(size), -1) from log_cosignature)
  ),
  cosignature as (select * from json_to_recordset($3::json) as r(size bigint, witness text, line text)),
  cosigned as (
    insert into log_cosignature (size, witness, line) select size, witness, line from cosignature order by witness
    on conflict do nothing
  ),
  uncosigned as (delete from log_cosignature where size < (select max(size) from cosignature))
  select ${NOW} as now`,
);
