/**
 * The door of the graph: what a request passes before anything is carried out, whoever carries it out. In this order, so
 * that a stranger costs least: the method, no forgery from another site, who asks, how much is under way, and only then
 * the body, within bounds.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { exceeded } from '../router/limits.ts';
import type { Admission } from './admission.ts';
import { parseJson, readBody, readJson } from './body.ts';
import type { Documents } from './documents.ts';
import { mustFitReading, operationRequest, type Parameters, READ_BYTES_MAX } from './operation-request.ts';
import { turnedAway } from './turned-away.ts';

export interface DoorSettings {
  readonly url: string;
  readonly admission: Admission;
  readonly documents: Documents;
  /** Who asks. @throws {GraphQLError} for one who may not ask at all. */
  clientOf(request: FastifyRequest): Promise<Client>;
  /** Whether the request opens a stream, of which the streams have bounds of their own. */
  isStream(request: FastifyRequest): boolean;
}

export interface Client {
  /** Whoever shares a bound on requests in flight. */
  readonly client: string;
  /** A stranger has no papers to hand in. */
  readonly bodyBytesMax: number;
}

const ALLOWED = 'GET, POST';

/** Serves the graph by `answer`, whose request holds `query`, `variables`, `operationName`, `extensions` and no more. */
export function openDoor(app: FastifyInstance, settings: DoorSettings, answer: RouteHandlerMethod): void {
  const { url, documents } = settings;
  app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
      const body = await readBody(payload, bytesMaxOf.get(request) ?? READ_BYTES_MAX);
      bytesOf.set(request, body.length);
      mustFitReading(body);
      return parseJson(body);
    });
    scope.route({
      method: ['GET', 'POST'],
      url,
      exposeHeadRoute: false,
      onRequest: (request, reply) => enter(request, reply, settings),
      preHandler: async request => normalize(request, documents),
      handler(request, reply) {
        const work = answer.call(this, request, reply);
        workOf.set(request, work);
        return work;
      },
    });
    scope.route({ method: ['HEAD', 'PUT', 'PATCH', 'DELETE'], url, onRequest: refuseMethod, handler: refuseMethod });
    scope.route({ method: 'OPTIONS', url, handler: (_, reply) => reply.code(204).header('allow', ALLOWED).send() });
  });
}

/** Of the body: how many it may have, and how many it has. */
const bytesMaxOf = new WeakMap<FastifyRequest, number>();
const bytesOf = new WeakMap<FastifyRequest, number>();
/** Of what is carried out: it goes on when the client has gone, and is in flight until it ends. */
const workOf = new WeakMap<FastifyRequest, unknown>();

async function enter(request: FastifyRequest, reply: FastifyReply, settings: DoorSettings): Promise<void> {
  mustBeJson(request);
  mustNotBeForged(request);
  const { client, bodyBytesMax } = await settings.clientOf(request);
  mustFit(request, bodyBytesMax);
  bytesMaxOf.set(request, bodyBytesMax);
  if (settings.isStream(request) || reply.raw.destroyed) return;
  const leave = settings.admission.enter(client);
  reply.raw.once('close', () => void Promise.allSettled([workOf.get(request)]).then(leave));
}

/** Before any of it is read. */
function mustFit({ headers }: FastifyRequest, limit: number): void {
  const found = Number(headers['content-length'] ?? 0);
  if (found <= limit) return;
  const sentence = `The body has ${found} bytes, more than the ${limit} allowed`;
  throw exceeded('BODY_TOO_LARGE', sentence, { limit, found, status: 413 });
}

function mustBeJson({ method, headers }: FastifyRequest): void {
  const type = headers['content-type'];
  if ((method === 'POST' || type !== undefined) && !isJson(type)) {
    throw turnedAway('MEDIA_TYPE_UNSUPPORTED', 'send application/json, in UTF-8');
  }
}

function isJson(type = ''): boolean {
  const [essence, ...parameters] = type.split(';').map(part => part.trim().toLowerCase());
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  return essence === 'application/json' && (charset === undefined || charset === 'utf-8' || charset === 'utf8');
}

/** Those of Apollo's clients, which Apollo Server asks for too. */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/**
 * A page of another site can make a browser send some requests with no question to us before. It can't set these headers,
 * and it can't send JSON; so a stream, which Apollo Server does not see, needs one of them as well.
 */
function mustNotBeForged({ headers }: FastifyRequest): void {
  if (headers['content-type'] !== undefined || PREFLIGHT_HEADERS.some(name => headers[name])) return;
  const sentence = `to show that no other site sends this, send content-type: application/json or ${PREFLIGHT_HEADERS[0]}: true`;
  throw turnedAway('CSRF_PREVENTED', sentence);
}

/** Puts the operation where {@link RouteHandlerMethod}s of all kinds look for it. */
function normalize(request: FastifyRequest, documents: Documents): void {
  if (request.method === 'POST') {
    request.body = operationRequest(request.body, bytesOf.get(request) ?? 0, documents);
    return;
  }
  const given = inAddress(request.query);
  const { query, operationName, variables, extensions } = operationRequest(given, 0, documents);
  const parameters = { query, operationName, variables: asJson(variables), extensions: asJson(extensions) };
  const told = Object.entries(parameters).filter(([, value]) => typeof value === 'string') as [string, string][];
  request.query = Object.fromEntries(told);
  // Apollo Server reads the address itself.
  request.raw.url = `${request.url.split('?', 1)[0]}?${new URLSearchParams(told)}`;
}

/** @throws {GraphQLError} BAD_REQUEST, and what {@link readJson} throws. */
function inAddress(query: unknown): Parameters {
  const given = query as Readonly<Record<string, unknown>>;
  const twice = Object.keys(given).find(name => Array.isArray(given[name]));
  if (twice !== undefined) throw turnedAway('BAD_REQUEST', 'a parameter of the address is given twice');
  return { ...given, ...fromJson(given, 'variables'), ...fromJson(given, 'extensions') };
}

function fromJson(given: Parameters, name: 'variables' | 'extensions'): Parameters {
  const text = given[name];
  return typeof text === 'string' ? { [name]: text === '' ? null : readJson(text) } : {};
}

const asJson = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : JSON.stringify(value);

async function refuseMethod(_: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('allow', ALLOWED);
  throw turnedAway('METHOD_NOT_ALLOWED', `the graph is asked by ${ALLOWED}`);
}
