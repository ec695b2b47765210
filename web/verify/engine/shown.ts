/**
 * What a record says, as fields to be shown. Records come from strangers: of too many fields, too deep ones and too long
 * texts the first are shown, and that there are more is said. Characters that move the cursor or turn the direction of
 * writing are replaced.
 */
import { printable } from '../../../certs/findings.ts';
import type { JsonObject, JsonValue } from '../../../certs/jcs.ts';
import { isObject } from '../../../certs/json.ts';

export type ShownField = {
  /** The member's name, or the place in a list, from 1. */
  readonly name: string;
  /** From the record's root, such as `content.founders.0.name`. */
  readonly path: string;
} & (
  | { readonly is: 'TEXT'; readonly text: string }
  | { readonly is: 'STRUCK_OUT' }
  | { readonly is: 'GROUP'; readonly fields: readonly ShownField[] }
);

export interface Shown {
  readonly fields: readonly ShownField[];
  /** Whether something was left out because of the bounds. */
  readonly isCut: boolean;
}

/** Two hundred founders with three fields each. */
export const fieldsMax = 1_000;
const depthMax = 8;
/** A scope of business has some hundreds of characters. */
const textCharactersMax = 4_000;

/** @param disclosed Values in the place of leaves, by path. @param struckOut The paths of leaves without a value. */
export function shownOf(record: JsonObject, disclosed: JsonObject, struckOut: readonly string[]): Shown {
  const struck = new Set(struckOut);
  let [left, isCut] = [fieldsMax, false];
  const fieldsOf = (
    entries: readonly (readonly [name: string, key: string, value: JsonValue])[],
    above: string,
    depth: number,
  ): ShownField[] => {
    const fields: ShownField[] = [];
    for (const [name, key, value] of entries) {
      // What a record says is not there needs no line.
      if (value === null) continue;
      if (left <= 0) {
        isCut = true;
        break;
      }
      left -= 1;
      const path = above === '' ? key : `${above}.${key}`;
      fields.push({
        name: text(name),
        path: text(path),
        ...contentOf(Object.hasOwn(disclosed, path) ? disclosed[path]! : value, path, depth),
      });
    }
    return fields;
  };
  const contentOf = (value: JsonValue, path: string, depth: number) => {
    if (struck.has(path)) return { is: 'STRUCK_OUT' as const };
    if (value === null || typeof value !== 'object') return { is: 'TEXT' as const, text: text(String(value)) };
    if (depth >= depthMax) {
      isCut = true;
      return { is: 'TEXT' as const, text: '…' };
    }
    return { is: 'GROUP' as const, fields: fieldsOf(entriesOf(value), path, depth + 1) };
  };
  const text = (whole: string): string => {
    if (whole.length > textCharactersMax) isCut = true;
    return printable(whole.length > textCharactersMax ? `${whole.slice(0, textCharactersMax)}…` : whole);
  };
  const fields = fieldsOf(entriesOf(record), '', 0);
  return { fields, isCut };
}

const entriesOf = (value: JsonObject | readonly JsonValue[]): readonly (readonly [string, string, JsonValue])[] =>
  isObject(value)
    ? Object.entries(value).map(([name, member]) => [name, name, member] as const)
    : (value as readonly JsonValue[]).map((member, i) => [String(i + 1), String(i), member] as const);
