/**
 * Canonical JSON, RFC 8785 (JCS): one value, one text, so that a seal over the bytes is a seal over the value.
 *
 *     canonicalize({ b: 1e21, a: '税' })   // {"a":"税","b":1e+21}
 */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [name: string]: JsonValue };

/** No record nests deeper than a handful; a cycle, or a megabyte of `[`, ends here instead of on the stack. */
export const jsonDepthMax = 64;

/**
 * @throws {TypeError} naming the path (`$.founders[1].name`) of the first value that JSON can't carry: undefined, a
 *   hole, a function, a bigint, NaN, an infinity, a lone surrogate, an object that is not plain, too deep a nesting.
 */
export function canonicalize(value: JsonValue): string {
  return write(value, []);
}

/**
 * Is this the text that {@link canonicalize} gives the value?
 *
 * @param value What JSON.parse has read from the text. It comes from strangers: nothing is thrown.
 */
export function isCanonical(text: string, value: JsonValue): boolean {
  // The engine's own writer differs from RFC 8785 only in the order of names and in lone surrogates, which it escapes.
  if (isInOrder(value, 0) && !text.includes('\\ud') && JSON.stringify(value) === text) return true;
  try {
    return canonicalize(value) === text;
  } catch {
    return false;
  }
}

function isInOrder(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= jsonDepthMax) return false;
  if (Array.isArray(value)) return value.every(item => isInOrder(item, depth + 1));
  const members = value as JsonObject;
  let before: string | undefined;
  for (const name of Object.keys(members)) {
    if (before !== undefined && name <= before) return false;
    if (!isInOrder(members[name] as JsonValue, depth + 1)) return false;
    before = name;
  }
  return true;
}

/** Names and indexes from the top down to the value at hand: one array for all, put into words only for an error. */
type Path = (string | number)[];

function write(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      // RFC 8785 section 3.2.2.3 is ECMAScript's own number to string; -0 becomes 0.
      if (!Number.isFinite(value)) throw refusal(path, `is ${value}, which JSON cannot carry`);
      return String(value);
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (path.length >= jsonDepthMax) throw refusal(path, `lies deeper than ${jsonDepthMax} levels`);
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw refusal(path, `is of type ${typeof value}, which JSON cannot carry`);
  }
}

function writeString(text: string, path: Path): string {
  if (!text.isWellFormed()) throw refusal(path, 'holds a lone surrogate');
  return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], path: Path): string {
  let text = '[';
  // By index, because map would skip holes.
  for (let i = 0; i < items.length; i++) {
    path.push(i);
    text += i > 0 ? `,${write(items[i], path)}` : write(items[i], path);
    path.pop();
  }
  return `${text}]`;
}

function writeObject(object: object, path: Path): string {
  if (!isPlain(object)) throw refusal(path, 'is not a plain object');
  const members = object as Record<string, unknown>;
  let text = '{';
  // Without a comparison function, sort orders by UTF-16 code units: RFC 8785 section 3.2.3.
  for (const name of Object.keys(members).sort()) {
    path.push(name);
    if (text.length > 1) text += ',';
    text += `${writeString(name, path)}:${write(members[name], path)}`;
    path.pop();
  }
  return `${text}}`;
}

/** Also true of a plain object of another realm, whose prototype is not ours but has none itself. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refusal(path: Path, what: string): TypeError {
  const words = path.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return new TypeError(`$${words} ${what}`);
}
