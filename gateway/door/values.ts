/** What the values of a request may be: how long its lists and texts, and which names no object may have. */
import type { GraphQLError } from 'graphql';
import { exceeded } from '../router/limits.ts';
import { turnedAway } from './turned-away.ts';

/** An application has at most 200 founders. */
const VALUE_LIST_MAX = 1_000;
/** In a read: the longest text that any field looks for is the name of an enterprise. Mutations carry papers. */
export const READ_TEXT_CHARACTERS_MAX = 10_000;

/** What was found in values that were read within bounds of depth and size. */
export interface Measured {
  /** Of the longest text. */
  readonly textCharacters: number;
}

/** @throws {GraphQLError} VALUE_LIST_LIMIT; BAD_REQUEST for a name that objects of this language take for another thing. */
export function measureValues(value: unknown): Measured {
  let textCharacters = 0;
  const look = (each: unknown): void => {
    if (typeof each === 'string') textCharacters = Math.max(textCharacters, each.length);
    else if (Array.isArray(each)) {
      if (each.length > VALUE_LIST_MAX) throw tooLong(each.length);
      for (const item of each) look(item);
    } else if (typeof each === 'object' && each !== null) {
      for (const name in each) {
        if (name === '__proto__') throw turnedAway('BAD_REQUEST', 'no name in a request may be __proto__');
        look((each as Readonly<Record<string, unknown>>)[name]);
      }
    }
  };
  look(value);
  return { textCharacters };
}

function tooLong(found: number): GraphQLError {
  const limit = VALUE_LIST_MAX;
  const sentence = `A list of the request has ${found} items, more than the ${limit} allowed`;
  return exceeded('VALUE_LIST_LIMIT', sentence, { limit, found, status: 413 });
}
