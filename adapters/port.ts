/**
 * What a department may ask of the system that it already has. Four methods, batch first; an adapter keeps these
 * promises for one kind of system and knows nothing of licenses.
 */

/** A flat row: text, whole numbers (64 bit unsafe ones as text) or nothing, so that every kind of system can hold it. */
export type RowValue = string | number | null;
export type RegisterRow = Readonly<Record<string, RowValue>>;

/** One row to be written under an operation. */
export interface Entry<Row extends RegisterRow> {
  /** The department's operation, at most 128 characters. It is the only thing that makes a write happen once. */
  readonly operationId: string;
  readonly row: Row;
}

/** A change of the row that an earlier operation wrote: a revocation, a recall, the freeing of a name. */
export interface Amendment<Row extends RegisterRow> {
  readonly operationId: string;
  /** The operation that entered the row. */
  readonly of: string;
  readonly changes: Partial<Row>;
  /**
   * What the row must still be like, looked at in the very write: otherwise it is a CONFLICT and nothing is changed. Who
   * read the row before and decides by it needs this, for another may have changed it since.
   */
  readonly where?: Condition<Row> | undefined;
}

/**
 * What became of an entry. `PENDING`: a person or a nightly file answers later. `CONFLICT`: another live row holds
 * what must be unique, or the row is not as the amendment demands. `ABSENT`: the row to be amended does not exist.
 */
export type Entered<Row extends RegisterRow> =
  | { readonly operationId: string; readonly state: 'DONE'; readonly row: Row }
  | { readonly operationId: string; readonly state: 'PENDING'; readonly reference: string }
  | { readonly operationId: string; readonly state: 'CONFLICT' | 'ABSENT' };

/**
 * Equality with one of the values, for each field named; all must hold. An empty object matches every row, an empty
 * list of values none.
 */
export type Condition<Row extends RegisterRow> = { readonly [Field in keyof Row]?: readonly Row[Field][] };

export interface Search<Row extends RegisterRow> {
  readonly where: Condition<Row>;
  /** Rows at the most, 0 to {@link rowsPerSearchMax}. */
  readonly first: number;
  /** Where the last page ended: the `cursor` of its {@link Found}, which may have been through a stranger's hands. */
  readonly after?: string | undefined;
  /** Whether to count all matches, which costs the system more. */
  readonly total?: boolean | undefined;
}

export interface Found<Row extends RegisterRow> {
  /** In the order in which they were entered. */
  readonly rows: readonly Row[];
  /** The operation that entered each row, in its place: what an amendment of it is of. */
  readonly operations: readonly string[];
  /** Where the next page begins, at most {@link cursorCharactersMax} characters; absent when this one is the last. */
  readonly cursor?: string | undefined;
  readonly total?: number | undefined;
}

/** One call may not make a department's system carry more than this many keys, entries or values of a condition. */
export const entriesPerCallMax = 1_000;
/** A page of a list; larger ones make an old system's memory the caller's business. */
export const rowsPerSearchMax = 1_000;

/** A cursor is kept by callers and sent in requests. */
export const cursorCharactersMax = 100;

/** Calls beyond the bounds above are refused with a RangeError. */
export interface Register<Row extends RegisterRow> {
  /** Rows by key, oldest first; a key without a row is absent from the map. One round trip for all keys. */
  find(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Row[]>>;
  /**
   * Writes each entry once. The same operationId again, even after a crash, returns the first row; one bad entry does
   * not spoil the others. Answers stand in the order of the entries.
   */
  enter(entries: readonly Entry<Row>[]): Promise<readonly Entered<Row>[]>;
  /**
   * Changes rows under operations of their own. The same operationId again changes nothing and returns the row that it
   * changed first; one that was ABSENT or in CONFLICT changed nothing and may be tried again.
   */
  amend(amendments: readonly Amendment<Row>[]): Promise<readonly Entered<Row>[]>;
  /** Answers each search in the order asked. @throws {CursorUnknown} */
  search(searches: readonly Search<Row>[]): Promise<readonly Found<Row>[]>;
}

/** How a department's row lies in a system: data, so that an engineer changes a table and no code. */
export interface Mapping<Row extends RegisterRow> {
  readonly table: string;
  /** The field by which rows are found. Several rows may share one key (versions, two tax offices). */
  readonly key: keyof Row & string;
  readonly columns: { readonly [Field in keyof Row]: { readonly column: string; readonly type: 'text' | 'integer' } };
  /** Fields that no two rows may share; a null is shared freely, so that a lock can be given up. */
  readonly unique: readonly (keyof Row & string)[];
  /** Further fields by which rows are searched often. */
  readonly indexed: readonly (keyof Row & string)[];
}

/** Opens registers on one system; a department asks it for each of its mappings. */
export interface RegisterSource {
  open<Row extends RegisterRow>(mapping: Mapping<Row>): Promise<Register<Row>>;
  close(): Promise<void>;
}

/** The system could not be asked, or its answer never came: whether it wrote is not known. */
export class RegisterUnavailable extends Error {
  override readonly name = 'RegisterUnavailable';
}

/** The text given as `after` is no cursor of this register. */
export class CursorUnknown extends Error {
  override readonly name = 'CursorUnknown';
}
