import type { KeptTile, LeafName, LogStore, Publication, SignedCheckpoint, TilePlace } from '../../log/log-store.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';

/** The log's rows in a database that speaks SQL. Hashes lie there in hexadecimal, entries as the ASCII they are. */
export class LogRows implements LogStore {
  readonly #db: Pick<Database, 'read' | 'writeLog'>;

  constructor(db: Pick<Database, 'read' | 'writeLog'>) {
    this.#db = db;
  }

  async size(): Promise<number> {
    const [head]: Row[] = await this.#db.read(knex => knex('log_head').select('size'));
    return Number(head?.size);
  }

  async entries(from: number, countMax: number): Promise<readonly Uint8Array[]> {
    const rows: Row[] = await this.#db.read(knex =>
      knex('log_leaf').where('idx', '>=', from).orderBy('idx').limit(countMax).select('idx', 'entry'),
    );
    return rows.map(({ idx, entry }, nth) => {
      if (Number(idx) !== from + nth) throw new Error(`the leaf ${from + nth} of the log is missing`);
      return Buffer.from(String(entry), 'latin1');
    });
  }

  async places(leaves: readonly LeafName[]): Promise<readonly (number | undefined)[]> {
    if (leaves.length === 0) return [];
    const names = leaves.map(({ paper, form }) => [paper, form]);
    const rows: Row[] = await this.#db.read(knex =>
      knex('log_leaf').whereIn(['paper', 'form'], names).select('idx', 'paper', 'form'),
    );
    const indices = new Map(rows.map(({ idx, paper, form }) => [`${paper}/${form}`, Number(idx)]));
    return leaves.map(({ paper, form }) => indices.get(`${paper}/${form}`));
  }

  async tiles(tiles: readonly TilePlace[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (tiles.length === 0) return [];
    const places = tiles.map(({ level, index }) => [level, index]);
    const rows: Row[] = await this.#db.read(knex => knex('log_tile').whereIn(['level', 'n'], places).select());
    const kept = new Map(rows.map(({ level, n, hashes }) => [`${level}/${n}`, Buffer.from(String(hashes), 'hex')]));
    return tiles.map(({ level, index }) => kept.get(`${level}/${index}`));
  }

  async newest(): Promise<SignedCheckpoint | undefined> {
    const [row]: Row[] = await this.#db.read(knex =>
      knex('log_checkpoint').orderBy('size', 'desc').limit(1).select('size', 'note'),
    );
    return row && { size: Number(row.size), note: String(row.note) };
  }

  async newestCosigned(): Promise<SignedCheckpoint | undefined> {
    const rows: Row[] = await this.#db.read(knex =>
      knex('log_cosignature as by')
        .join('log_checkpoint as of', 'of.size', 'by.size')
        .where('by.size', knex('log_cosignature').max('size'))
        .orderBy('by.witness')
        .select('of.size', 'of.note', 'by.line'),
    );
    const [row] = rows;
    return row && { size: Number(row.size), note: `${row.note}${rows.map(({ line }) => line).join('')}` };
  }

  publish({ tiles, checkpoint: { size, note } }: Publication): Promise<void> {
    return this.#db.writeLog({ tiles: tiles.map(tileRow), checkpoints: [{ size, note }], cosignatures: [] });
  }

  cosign(size: number, lines: ReadonlyMap<string, string>): Promise<void> {
    const cosignatures = Array.from(lines, ([witness, line]) => ({ size, witness, line }));
    return this.#db.writeLog({ tiles: [], checkpoints: [], cosignatures });
  }
}

const tileRow = ({ level, index, hashes }: KeptTile): Row => ({
  level,
  n: index,
  hashes: Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length).toString('hex'),
});
