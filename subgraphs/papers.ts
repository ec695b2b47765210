import type { Paper, Shown } from '../papers/paper.ts';
import type { GrantRecord, Json } from './record.ts';

/** What a department's folder exports as `papers`: what the paper of each kind shows, read off its record alone. */
export type DepartmentPapers = Readonly<Record<string, (record: GrantRecord, shown: ShowField) => Paper>>;

/**
 * A text in the record by its path from the root, such as `content.founders.0.name`: for a leaf what has been disclosed
 * of it, or that it is struck out.
 *
 * @throws {Error} when there is no text at the path: the record is not of the kind that the paper is of.
 */
export type ShowField = (path: string) => Shown;

/** @param disclosed The values of leaves by their path; what is absent is struck out. */
export function shownIn(record: GrantRecord, disclosed: ReadonlyMap<string, Json> = new Map()): ShowField {
  return path => {
    const value = path.split('.').reduce<unknown>((within, key) => stepInto(within, key), record);
    if (typeof value === 'string') return value;
    if (!isLeaf(value)) throw new Error(`the record of ${record.operationId} has no text at ${path}`);
    const opened = disclosed.get(path);
    return typeof opened === 'string' ? opened : { struckOut: true };
  };
}

const stepInto = (within: unknown, key: string): unknown =>
  typeof within === 'object' && within !== null && Object.hasOwn(within, key)
    ? (within as Readonly<Record<string, unknown>>)[key]
    : undefined;

const isLeaf = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { leaf?: unknown }).leaf === 'string';
