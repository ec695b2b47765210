import { readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Window } from './window/window.ts';

const requestBytesMax = 8 * 1024 * 1024;
/** A whole request: who sends it byte by byte may not hold a connection for longer. */
const requestTimeoutMs = 60_000;

/** The public HTTP server: bounds, headers, and errors in one form, `{errors: [{message, extensions: {code}}]}`. */
export function createHttp(report: (defect: Error) => void): FastifyInstance {
  const app = fastify({
    bodyLimit: requestBytesMax,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _, reply) => refuse(reply as unknown as FastifyReply, error),
    clientErrorHandler: refuseUnread,
  });
  app.addHook('onRequest', async ({ hostname }, reply) => {
    reply.headers(SECURITY_HEADERS);
    // Apollo Server's integration makes an address of it.
    if (!URL.canParse(`http://${hostname}/`)) await say(reply, 400, 'BAD_REQUEST', 'the Host header is malformed');
  });
  app.setNotFoundHandler((_, reply) => notFound(reply));
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return refuse(reply, error);
    report(error);
    return say(reply, 500, 'INTERNAL', 'something went wrong here; it has been noted');
  });
  return app;
}

/** Answers are data: nothing is run, framed, guessed at, or kept, and the address of a paper is told to nobody. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Fastify's refusals in the words of this interface; its own quote the request. */
const REFUSALS: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', `a request has at most ${requestBytesMax} bytes`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['MEDIA_TYPE_UNSUPPORTED', 'send application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['BODY_NOT_JSON', 'the body is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['BODY_NOT_JSON', 'the body is not JSON'],
};

function refuse(reply: FastifyReply, { code, statusCode = 400 }: FastifyError): FastifyReply {
  const [known, sentence] = REFUSALS[code] ?? ['BAD_REQUEST', 'the request is malformed'];
  return say(reply, statusCode, known, sentence);
}

const notFound = (reply: FastifyReply): FastifyReply => say(reply, 404, 'NOT_FOUND', 'nothing is under this path');

const say = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).type('application/json; charset=utf-8').send(errorBody(code, message));

const errorBody = (code: string, message: string): string =>
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
  readonly trustFolder: string;
  /** Whether every department has answered, or been waited for long enough. */
  ready(): { readonly ready: boolean; readonly departments: Readonly<Record<string, boolean>> };
}

/** The public material of trust, by its path. */
const TRUST_FILES: Readonly<Record<string, string>> = {
  'root.pem': 'application/x-pem-file',
  'chain.pem': 'application/x-pem-file',
  'list.json': 'application/json',
  'list.p7s': 'application/pkcs7-signature',
};
/** The list is replaced as a whole, and verifiers read it anew every hour. */
const TRUST_CACHE = 'public, max-age=300';
const ID = /^[0-9a-f]{32}$/;
const INDEX = `One Window 一窗

POST /graphql                        the graph (bearer token)
GET  /certificates/{id}/record.json  a certificate's record, as sealed
GET  /certificates/{id}/seal.p7s     its detached seal (CMS, CAdES-B, DER)
GET  /outcomes/{id}/record.json      a sealed refusal, correction or revocation; seal.p7s beside it
GET  /trust/root.pem                 the root that verifiers pin; chain.pem, list.json and list.p7s beside it
GET  /health/live   /health/ready
`;

/** The plain paths beside the graph. What is open here is open by design: ids are 128 random bits. */
export function addPaths(app: FastifyInstance, { window, trustFolder, ready }: PathSettings): void {
  app.get('/', (_, reply) => reply.type('text/plain; charset=utf-8').send(INDEX));
  app.get('/health/live', (_, reply) => reply.send({ live: true }));
  app.get('/health/ready', (_, reply) => {
    const state = ready();
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
  for (const kind of ['certificates', 'outcomes'] as const) {
    const find = async (id: string) => {
      const document = ID.test(id) ? await window.document(id) : undefined;
      return document && (document.outcome === 'GRANTED') === (kind === 'certificates') ? document : undefined;
    };
    app.get<{ Params: { id: string } }>(`/${kind}/:id/record.json`, async ({ params }, reply) => {
      const document = await find(params.id);
      return document ? reply.type('application/json; charset=utf-8').send(document.record) : notFound(reply);
    });
    app.get<{ Params: { id: string } }>(`/${kind}/:id/seal.p7s`, async ({ params }, reply) => {
      const seal = (await find(params.id))?.seal;
      return seal ? reply.type('application/pkcs7-signature').send(Buffer.from(seal, 'base64')) : notFound(reply);
    });
  }
}
