import type { Mapping } from '../adapters/port.ts';
import type { DepartmentTools } from './department.ts';
import { idCheckCharacter } from './standards/id-number.ts';

/** A department's list of persons whom it may not serve; it holds pseudonyms, never identity numbers. */
export interface RestrictedPersons {
  /** Those of the identity numbers that are listed. One question for all. */
  among(idNumbers: readonly string[]): Promise<ReadonlySet<string>>;
}

type RestrictedRow = { readonly pseudonym: string; readonly listedOn: string };

const RESTRICTED = (table: string): Mapping<RestrictedRow> => ({
  table,
  key: 'pseudonym',
  columns: {
    pseudonym: { column: 'pseudonym', type: 'text' },
    listedOn: { column: 'listed_on', type: 'text' },
  },
  unique: ['pseudonym'],
  indexed: [],
});

/**
 * Opens a list, with the synthetic persons of the reference department entered once: those born on one day of 1899 in
 * region 371002, orders 001 to 050. An office replaces them by its own table.
 */
export async function openRestricted(
  { registers, pseudonym }: DepartmentTools,
  table: string,
  syntheticBirth: `1899${string}`,
): Promise<RestrictedPersons> {
  const register = await registers.open(RESTRICTED(table));
  await register.enter(
    Array.from({ length: 50 }, (_, at) => {
      const first17 = `371002${syntheticBirth}${String(at + 1).padStart(3, '0')}`;
      return {
        operationId: `synthetic/${first17.slice(-3)}`,
        row: { pseudonym: pseudonym(first17 + idCheckCharacter(first17)), listedOn: '2020-01-01' },
      };
    }),
  );
  return {
    async among(idNumbers) {
      const byPseudonym = new Map(idNumbers.map(idNumber => [pseudonym(idNumber), idNumber]));
      const listed = await register.find([...byPseudonym.keys()]);
      return new Set([...listed.keys()].map(key => byPseudonym.get(key) as string));
    },
  };
}
