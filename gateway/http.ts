import { readFile } from 'node:fs/promises';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { HTTPGraphQLHead } from '@apollo/server';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import { itemEntry } from '../subgraphs/catalogue.ts';
import type { RefusalCode } from '../subgraphs/errors.ts';
import type { Report } from '../subgraphs/log.ts';
import { requestIdOf } from '../subgraphs/request-id.ts';
import type { DoorCode } from './door/turned-away.ts';
import { addLogPaths } from './log/paths.ts';
import type { TransparencyLog } from './log/transparency-log.ts';
import type { LimitCode } from './router/limits.ts';
import type { Readiness } from './watch/health.ts';
import { type CaseView, isOver, type Stampable } from './window/case.ts';
import {
  bundlePath,
  disclosuresPath,
  folderOf,
  type PaperFolder,
  pdfPath,
  proofPath,
  recordPath,
  sealPath,
  sesPath,
} from './window/paper-paths.ts';
import { sealBytes, sealForm } from './window/sealed-bytes.ts';
import { waitsOf } from './window/waits.ts';
import type { Window } from './window/window.ts';

export const requestBytesMax = 8 * 1024 * 1024;
/** A whole request: who sends it byte by byte may not hold a connection for longer. */
const requestTimeoutMs = 60_000;

/** The public HTTP server: bounds, headers, and errors in one form, `{errors: [{message, extensions: {code}}]}`. */
export function createHttp(report: Report): FastifyInstance {
  const app = fastify({
    bodyLimit: requestBytesMax,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    // What still comes on a connection that is open while this stops is answered, and told that it is the last.
    return503OnClosing: false,
    frameworkErrors: (error, _, reply) => refuse(reply as unknown as FastifyReply, error),
    clientErrorHandler: refuseUnread,
    genReqId: requestIdOf,
  });
  app.addHook('onRequest', async ({ hostname, id }, reply) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', id);
    // Apollo Server's integration makes an address of it.
    if (!URL.canParse(`http://${hostname}/`)) await say(reply, 400, 'BAD_REQUEST', 'the Host header is malformed');
  });
  closeUnused(app);
  app.setNotFoundHandler((_, reply) => notFound(reply));
  app.setErrorHandler((error: FastifyError | GraphQLError, { id }, reply) => {
    if (error instanceof GraphQLError && 'code' in error.extensions) return refuseAsTheGraph(reply, error);
    const { statusCode = 500 } = error as FastifyError;
    if (statusCode < 500) return refuse(reply, error as FastifyError);
    report(error, id);
    return say(reply, 500, 'INTERNAL', 'something went wrong here; it has been noted');
  });
  return app;
}

/** Clients open connections in advance. Node takes one on which nothing was ever asked for busy: a stop would wait for it. */
function closeUnused(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
  });
}

/** Answers are data: nothing is run, framed, guessed at, or kept, and the address of a paper is told to nobody. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Each stands in a table, so that clients meet no other. */
type Code = DoorCode | LimitCode | RefusalCode | 'HEADERS_TOO_LARGE' | 'INTERNAL';

/** Fastify's refusals in the words of this interface; its own quote the request. */
const FASTIFY_REFUSALS: Readonly<Record<string, readonly [code: Code, sentence: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', `a request has at most ${requestBytesMax} bytes`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['MEDIA_TYPE_UNSUPPORTED', 'send application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['BODY_NOT_JSON', 'the body is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['BODY_NOT_JSON', 'the body is not JSON'],
};

function refuse(reply: FastifyReply, { code, statusCode = 400 }: FastifyError): FastifyReply {
  const [known, sentence] = FASTIFY_REFUSALS[code] ?? ['BAD_REQUEST', 'the request is malformed'];
  return say(reply, statusCode, known, sentence);
}

/** What the graph refuses before it answers, such as a token that is not good. */
function refuseAsTheGraph(reply: FastifyReply, { message, extensions: { http, ...extensions } }: GraphQLError) {
  const { status = 400, headers = new Map<string, string>() } = (http ?? {}) as Partial<HTTPGraphQLHead>;
  for (const [name, value] of headers) reply.header(name, value);
  seen(reply, extensions.code);
  return reply
    .code(status)
    .type(JSON_TYPE)
    .send(JSON.stringify({ errors: [{ message, extensions }] }));
}

const JSON_TYPE = 'application/json; charset=utf-8';

const notFound = (reply: FastifyReply): FastifyReply => say(reply, 404, 'NOT_FOUND', 'nothing is under this path');

function say(reply: FastifyReply, status: number, code: Code, message: string): FastifyReply {
  seen(reply, code);
  return reply.code(status).type(JSON_TYPE).send(errorBody(code, message));
}

/** Absent in an application that nobody watches, and in one of a request that broke off before it could be routed. */
const seen = ({ request }: FastifyReply, code: unknown): void => {
  if (typeof code === 'string') request.sighting?.refused(code);
};

const errorBody = (code: Code, message: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] });

/** For a request that Node could not even read, so that there is no reply to write to. */
function refuseUnread({ code }: NodeJS.ErrnoException, socket: Socket): void {
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = errorBody(status === 431 ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST', String(STATUS_CODES[status]));
  if (socket.writable && code !== 'ECONNRESET') {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

export interface PathSettings {
  readonly window: Window;
  readonly log: TransparencyLog;
  readonly trustFolder: string;
  readiness(): Promise<Readiness>;
}

/** The public material of trust, by its path. */
const TRUST_FILES: Readonly<Record<string, string>> = {
  'root.pem': 'application/x-pem-file',
  'chain.pem': 'application/x-pem-file',
  'list.json': 'application/json',
  'list.p7s': 'application/pkcs7-signature',
  'root.crl': 'application/pkix-crl',
  'seal-authority.crl': 'application/pkix-crl',
};
/** The files are replaced as a whole, and verifiers read them anew every hour. */
const TRUST_CACHE = 'public, max-age=300';
const ID = /^[0-9a-f]{32}$/;
const INDEX = `One Window 一窗

POST /graphql                        the graph (bearer token); subscriptions with accept: text/event-stream
GET  ${recordPath('certificates', '{id}')}  a certificate's record, as sealed
GET  ${disclosuresPath('{id}')}  what is disclosed of the record's leaves; not found where there is nothing
GET  ${sealPath('certificates', '{id}')}     its detached seal (CMS, CAdES-B-T, DER)
GET  ${proofPath('certificates', '{id}')}  that the seal stands in the log (c2sp.org/tlog-proof)
GET  ${pdfPath('certificates', '{id}')}  the certificate as people hold it (PDF, PAdES-B-T), while it is valid
GET  ${sesPath('{id}')}     the seal in the national form (GB/T 38540), where its holder has a key of SM2; .tlog-proof beside it
GET  ${recordPath('outcomes', '{id}')}      a sealed refusal, correction or revocation; seal and proof beside it
GET  ${recordPath('slips', '{id}')}         what the center told the applicant; seal and proof beside it
GET  ${pdfPath('slips', '{id}')}            the same as people hold it (PDF)
GET  ${bundlePath('{number}')}  a whole case that is over, as one file to be checked offline (bearer token)
GET  /progress/{id}                  how far a case is (JSON), for whoever was given the address
GET  /log/checkpoint                 the head of the public log of seals, signed; tiles below /log/tile (c2sp.org/tlog-tiles)
GET  /verify                         a page that verifies all of these in the browser, also as a saved copy without a network
GET  /trust/root.pem                 the root that verifiers pin; chain.pem, list.json and list.p7s beside it
GET  /trust/seal-authority.crl       the certificates of seals that were revoked; those of authorities in root.crl
GET  /health/live   /health/ready
GET  /metrics                        for Prometheus (bearer token of a supervisor or an auditor)
`;

/** The plain paths beside the graph. What is open here is open by design: ids are 128 random bits. */
export function addPaths(app: FastifyInstance, { window, log, trustFolder, readiness }: PathSettings): void {
  app.get('/', (_, reply) => reply.type('text/plain; charset=utf-8').send(INDEX));
  app.get('/health/live', (_, reply) => reply.send({ live: true }));
  app.get('/health/ready', async (_, reply) => {
    const state = await readiness();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get<{ Params: { file: string } }>('/trust/:file', async ({ params: { file } }, reply) => {
    const type = Object.hasOwn(TRUST_FILES, file) ? TRUST_FILES[file] : undefined;
    if (type === undefined) return notFound(reply);
    return reply
      .type(type)
      .header('cache-control', TRUST_CACHE)
      .send(await readFile(join(trustFolder, file)));
  });
  addLogPaths(app, log);
  for (const folder of ['certificates', 'outcomes'] as const) {
    addSealed(app, log, folder, async id => {
      const document = await window.document(id);
      return document && folderOf(document) === folder ? document : undefined;
    });
  }
  app.get<{ Params: { id: string } }>(disclosuresPath(':id'), async ({ params: { id } }, reply) => {
    const document = ID.test(id) ? await window.document(id) : undefined;
    if (!document?.disclosures || folderOf(document) !== 'certificates') return notFound(reply);
    // What is struck out tomorrow is not to be had from a copy of today.
    return reply.type(JSON_TYPE).header('cache-control', 'no-store').send(document.disclosures);
  });
  addSealed(app, log, 'slips', id => window.slip(id));
  app.get<{ Params: { id: string } }>('/progress/:id', async ({ params: { id } }, reply) => {
    const view = ID.test(id) ? await window.followed(id) : undefined;
    return view ? reply.send(progressOf(view)) : notFound(reply);
  });
}

/** A record as it was sealed, and its seal where it has one. */
interface Sealed extends Stampable {
  readonly id: string;
  readonly record: string;
  readonly seal: string | null;
}

function addSealed(
  app: FastifyInstance,
  log: TransparencyLog,
  folder: PaperFolder,
  byId: (id: string) => Promise<Sealed | undefined>,
): void {
  const find = async (id: string) => (ID.test(id) ? byId(id) : undefined);
  app.get<{ Params: { id: string } }>(recordPath(folder, ':id'), async ({ params }, reply) => {
    const sealed = await find(params.id);
    return sealed ? reply.type(JSON_TYPE).send(sealed.record) : notFound(reply);
  });
  app.get<{ Params: { id: string } }>(sealPath(folder, ':id'), async ({ params }, reply) => {
    const { seal = null, timeStamp = null } = (await find(params.id)) ?? {};
    if (seal === null) return notFound(reply);
    return reply.type('application/pkcs7-signature').send(Buffer.from(sealBytes({ seal, timeStamp })));
  });
  app.get<{ Params: { id: string } }>(proofPath(folder, ':id'), async ({ params }, reply) => {
    const sealed = await find(params.id);
    const proof = sealed && (await log.proof(sealed.id, sealForm(sealed)));
    return proof === undefined ? notFound(reply) : reply.type('text/plain; charset=utf-8').send(proof);
  });
}

/**
 * How far a case is, for anybody who was given the address: what the office does, and nothing of whom it is for. The
 * reason of a wait may hold words of a department, which nobody has looked through; they are for the graph.
 */
const progressOf = (view: CaseView) => ({
  number: view.number,
  state: view.state,
  acceptedOn: view.acceptedOn,
  items: view.items.map(({ item, department, state }) => {
    const { title, chinese } = itemEntry(item);
    return { item, title, chinese, department, state };
  }),
  waitingFor: waitsOf(view).map(({ item, department, ball, since, nextAct, nextActAt }) => ({
    item,
    department,
    ball,
    since,
    nextAct,
    nextActAt,
  })),
  over: isOver(view),
});
