/** What is disclosed of a document: of which leaves of its record, and what is left when some are struck out. */
import { isObject, parseCanonical } from '../../certs/json.ts';
import { leavesIn, readDisclosures, struckOutOf } from '../../certs/leaves.ts';

/** A record and what is disclosed of it, both as the window has admitted them. */
interface Disclosed {
  readonly record: string;
  readonly disclosures: string | null;
}

/** The disclosures without salt and value of these paths; null when nothing is left. */
export function withoutDisclosed({ disclosures }: Disclosed, paths: readonly string[]): string | null {
  const left = disclosures === null ? undefined : struckOutOf(Buffer.from(disclosures), paths);
  return left ? Buffer.from(left).toString() : null;
}

/** The paths of the record's leaves, in their order there. */
export function leafPathsIn({ record }: Pick<Disclosed, 'record'>): readonly string[] {
  const read = parseCanonical(record);
  return isObject(read) ? [...leavesIn(read).leaves.keys()] : [];
}

/** Those of them that have been struck out. */
export function struckOutIn(document: Disclosed): readonly string[] {
  const { disclosures } = document;
  const disclosed = disclosures === null ? undefined : readDisclosures(Buffer.from(disclosures)).leaves;
  return leafPathsIn(document).filter(path => !disclosed?.has(path));
}
