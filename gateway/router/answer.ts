/** Reads answers that any process listening at the department's address may have made. */
import { decoded, encoded, holdsOctets } from './octets.ts';
import { DepartmentUnavailable, type SubgraphError, type SubgraphResult, type UnavailableReason } from './port.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/**
 * Levels of an answer: far more than any operation within the limits asks for. What goes through an answer calls itself
 * at each level, and some thousand levels would end the stack, and with it what all other departments answered.
 */
const ANSWER_DEPTH_MAX = 500;

const JSON_TYPES = /^application\/(graphql-response\+)?json\b/i;

/** @param octets Whether the texts of the data are left as octets.ts has it. */
export function readAnswer(department: string, answer: Answer, octets = false): SubgraphResult {
  const { status, contentType, body } = answer;
  const unusable = (reason: UnavailableReason, sentence: string) =>
    new DepartmentUnavailable(department, reason, 'MAYBE', sentence);
  const redirects = status >= 300 && status < 400;
  if (redirects || status >= 500) throw unusable('STATUS', `answered with HTTP status ${status}`);
  if (!JSON_TYPES.test(contentType)) {
    if (status >= 300) throw unusable('STATUS', `answered with HTTP status ${status}`);
    throw unusable('CONTENT_TYPE', 'answered with something other than JSON');
  }
  const shown = status >= 300 ? status : undefined;
  if (octets && holdsOctets(body)) {
    const result = readResult(department, body.toString('latin1'), shown);
    return result.errors ? { ...result, errors: decoded(result.errors) } : result;
  }
  const result = readResult(department, body.toString('utf8'), shown);
  return octets && result.data ? { ...result, data: encoded(result.data) } : result;
}

/** @param status To be told in place of what is wrong with a text that is no result. */
export function readResult(department: string, json: string, status?: number): SubgraphResult {
  const garbage = (sentence: string) => new DepartmentUnavailable(department, 'GARBAGE', 'MAYBE', sentence);
  if (nestsTooDeeply(json)) throw garbage('answered with values nested too deeply');
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw garbage('answered with text that is not JSON');
  }
  if (isResult(parsed)) return parsed;
  if (status === undefined) throw garbage('answered with JSON that is not a GraphQL result');
  throw new DepartmentUnavailable(department, 'STATUS', 'MAYBE', `answered with HTTP status ${status}`);
}

/** Whether some value of a JSON text lies deeper than {@link ANSWER_DEPTH_MAX}. */
function nestsTooDeeply(json: string): boolean {
  // Most answers have not even so many brackets, and counting them is the cheaper half of the work.
  if (opensAtMost(json, ANSWER_DEPTH_MAX)) return false;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH) at++;
    else if (!quoted && isOpening(code) && ++depth > ANSWER_DEPTH_MAX) return true;
    else if (!quoted && isClosing(code)) depth--;
  }
  return false;
}

function opensAtMost(json: string, max: number): boolean {
  let opened = 0;
  for (const bracket of ['[', '{']) {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) if (++opened > max) return false;
  }
  return true;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const isOpening = (code: number) => code === 0x5b || code === 0x7b;
const isClosing = (code: number) => code === 0x5d || code === 0x7d;

function isResult(value: unknown): value is SubgraphResult {
  if (!isObject(value)) return false;
  const { data, errors } = value as { data?: unknown; errors?: unknown };
  if (data !== undefined && data !== null && !isObject(data)) return false;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every(isError))) return false;
  return isObject(data) || (Array.isArray(errors) && errors.length > 0);
}

function isError(value: unknown): value is SubgraphError {
  if (!isObject(value)) return false;
  const { message, path, extensions } = value as { message?: unknown; path?: unknown; extensions?: unknown };
  return (
    typeof message === 'string' &&
    (path === undefined || path === null || (Array.isArray(path) && path.every(isPathKey))) &&
    (extensions === undefined || extensions === null || isObject(extensions))
  );
}

const isPathKey = (key: unknown) => typeof key === 'string' || typeof key === 'number';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
