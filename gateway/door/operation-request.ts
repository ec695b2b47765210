/**
 * What a request to the graph asks for, brought into one form: `query`, `operationName`, `variables`, `extensions`. Known
 * documents take the place of their hash, so that whatever comes behind sees a text; what no server of this kind carries
 * out is refused here, whoever would have answered it.
 */
import { type GraphQLError, Kind, parse } from 'graphql';
import { exceeded, TOKENS_MAX } from '../router/limits.ts';
import { sizeExcess } from '../router/screen.ts';
import { type Documents, hashOf } from './documents.ts';
import { turnedAway } from './turned-away.ts';
import { measureValues, READ_TEXT_CHARACTERS_MAX } from './values.ts';

/** Fields of a request, by what the client sent. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A query with its variables; only a mutation carries papers. */
export const READ_BYTES_MAX = 256 * 1024;

/** @param bytes Of the body. @throws {GraphQLError} */
export function operationRequest(given: unknown, bytes: number, documents: Documents): Parameters {
  if (Array.isArray(given)) throw batching(given.length);
  if (!isRecord(given)) throw badRequest('send a JSON object with a query');
  const { query: _, ...values } = given;
  const { textCharacters } = measureValues(values);
  const parameters = withText(given, documents);
  const { query, operationName } = parameters;
  if (typeof query === 'string') {
    const tooLong = sizeExcess(query);
    if (tooLong) throw tooLong;
    const isLarge = bytes > READ_BYTES_MAX || textCharacters > READ_TEXT_CHARACTERS_MAX;
    if (isLarge && !mayBeMutation(query, operationName)) throw tooLargeToRead(bytes, textCharacters);
  }
  return parameters;
}

/** Words of a request that can change something: in its document, or with the hash of one. */
const CHANGING = ['mutation', 'sha256'];

/** Before a large body is parsed. @throws {GraphQLError} BODY_TOO_LARGE for one that can only read. */
export function mustFitReading(body: Buffer): void {
  if (body.length <= READ_BYTES_MAX || CHANGING.some(word => body.includes(word))) return;
  throw tooLargeToRead(body.length, 0);
}

/** @throws {GraphQLError} DOCUMENT_NOT_KNOWN, PERSISTED_QUERY_NOT_FOUND, BAD_REQUEST */
function withText({ documentId, ...given }: Parameters, documents: Documents): Parameters {
  const { persistedQuery, ...extensions } = isRecord(given.extensions) ? given.extensions : {};
  const hash = documentId !== undefined ? hashInId(documentId) : hashIn(persistedQuery);
  const { query } = given;
  if (hash === undefined) {
    if (documents.only && query !== undefined) throw unknownDocument('only documents of the manifest are carried out');
    return given;
  }
  const known = documents.textOf(hash);
  const rest = persistedQuery === undefined ? given : { ...given, extensions };
  if (query === undefined || query === null || query === '') {
    if (known === undefined) throw notFound(documentId === undefined && !documents.only);
    return { ...rest, query: known };
  }
  if (documents.only && known !== query) throw unknownDocument('only documents of the manifest are carried out');
  if (typeof query === 'string' && !sizeExcess(query) && hashOf(query) !== hash) {
    throw badRequest('the hash is not that of the query');
  }
  return rest;
}

const SHA256_ID = /^sha256:([0-9a-f]{64})$/i;

function hashInId(documentId: unknown): string {
  const hash = typeof documentId === 'string' ? SHA256_ID.exec(documentId)?.[1] : undefined;
  if (hash === undefined) throw unknownDocument('a documentId is "sha256:" and 64 hexadecimal digits');
  return hash.toLowerCase();
}

function hashIn(persistedQuery: unknown): string | undefined {
  if (persistedQuery === undefined || persistedQuery === null) return undefined;
  const { version, sha256Hash } = isRecord(persistedQuery) ? persistedQuery : {};
  if (version === 1 && typeof sha256Hash === 'string') return sha256Hash;
  throw badRequest('a persistedQuery has version 1 and a sha256Hash');
}

const notFound = (isTextWelcome: boolean): GraphQLError =>
  isTextWelcome
    ? turnedAway('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')
    : unknownDocument('no document of the manifest has this hash');

/** Seldom asked: a request this large is read twice. What can't be read is told by who carries out. */
function mayBeMutation(query: string, operationName: unknown): boolean {
  try {
    const { definitions } = parse(query, { maxTokens: TOKENS_MAX, noLocation: true });
    const operations = definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION);
    const named = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
    return named?.operation === 'mutation';
  } catch {
    return false;
  }
}

function tooLargeToRead(bytes: number, characters: number): GraphQLError {
  if (bytes > READ_BYTES_MAX) {
    const sentence = `The body has ${bytes} bytes, more than the ${READ_BYTES_MAX} allowed where nothing is changed`;
    return exceeded('BODY_TOO_LARGE', sentence, { limit: READ_BYTES_MAX, found: bytes, status: 413 });
  }
  const limit = READ_TEXT_CHARACTERS_MAX;
  const sentence = `A text has ${characters} characters, more than the ${limit} allowed where nothing is changed`;
  return exceeded('VALUE_TEXT_LIMIT', sentence, { limit, found: characters, status: 413 });
}

function batching(found: number): GraphQLError {
  const sentence = `The request holds a list of ${found} operations, more than the 1 allowed: send each on its own`;
  return turnedAway('BATCHING_UNSUPPORTED', sentence, { limit: 1, found });
}

const unknownDocument = (sentence: string): GraphQLError => turnedAway('DOCUMENT_NOT_KNOWN', sentence);
const badRequest = (sentence: string): GraphQLError => turnedAway('BAD_REQUEST', sentence);

export const isRecord = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
