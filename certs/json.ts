/** JSON of unknown origin: whether it is in its canonical form (RFC 8785), and what is asked of it. */
import { isCanonical, type JsonObject, type JsonValue } from './jcs.ts';

/** @returns undefined for what is not JSON, or not its canonical text. */
export function parseCanonical(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isCanonical(text, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textIn = (object: JsonObject, name: string): string | undefined => {
  const member = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof member === 'string' ? member : undefined;
};
