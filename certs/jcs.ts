/**
 * Canonical JSON, RFC 8785 (JCS): one value, one text, so that a seal over the bytes is a seal over the value.
 *
 *     canonicalize({ b: 1e21, a: '税' })   // {"a":"税","b":1e+21}
 */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [name: string]: JsonValue };

/** No record nests deeper than a handful; a cycle, or 8 MB of `[`, ends here instead of on the stack. */
export const jsonDepthMax = 64;

/**
 * @throws {TypeError} naming the path (`$.founders[1].name`) of the first value that JSON can't carry: undefined, a
 *   hole, a function, a bigint, NaN, an infinity, a lone surrogate, an object that is not plain, too deep a nesting.
 */
export function canonicalize(value: JsonValue): string {
  return write(value, '$', 0);
}

function write(value: unknown, path: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      // RFC 8785 section 3.2.2.3 is ECMAScript's own number to string; -0 becomes 0.
      if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON cannot carry`);
      return String(value);
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (depth >= jsonDepthMax) throw new TypeError(`${path} lies deeper than ${jsonDepthMax} levels`);
      return Array.isArray(value) ? writeArray(value, path, depth) : writeObject(value, path, depth);
    default:
      throw new TypeError(`${path} is a value of type ${typeof value}, which JSON cannot carry`);
  }
}

function writeString(text: string, path: string): string {
  if (!text.isWellFormed()) throw new TypeError(`${path} holds a lone surrogate`);
  return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], path: string, depth: number): string {
  // Array.from visits holes as undefined; map would skip them.
  return `[${Array.from(items, (item, i) => write(item, `${path}[${i}]`, depth + 1)).join(',')}]`;
}

function writeObject(object: object, path: string, depth: number): string {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    // A plain object of another realm (a vm context) has a prototype that is not ours but has none itself.
    if (Object.getPrototypeOf(prototype) !== null) throw new TypeError(`${path} is not a plain object`);
  }
  const members = object as Record<string, unknown>;
  // Without a comparison function, sort orders by UTF-16 code units: RFC 8785 section 3.2.3.
  const texts = Object.keys(members)
    .sort()
    .map(
      name =>
        `${writeString(name, `name of a member of ${path}`)}:${write(members[name], `${path}.${name}`, depth + 1)}`,
    );
  return `{${texts.join(',')}}`;
}
