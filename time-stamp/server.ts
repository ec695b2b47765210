/**
 * A time-stamp authority over HTTP (RFC 3161 section 3.4): one request in, one response out.
 *
 *     openssl ts -query -data seal.p7s -sha256 -cert -out query.tsq
 *     curl -H 'Content-Type: application/timestamp-query' --data-binary @query.tsq http://127.0.0.1:4021/ -o reply.tsr
 *
 * HTTP says only whether a question has arrived. Whether it was stamped, and why not, stands in the response, which is
 * an answer (200) either way. Plain HTTP will do: whoever asks checks signature and nonce.
 */
import type { Socket } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';

export interface TimeStampServerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Answers every question, those that it refuses, too. */
  readonly authority: { answer(requestDer: Uint8Array, at: Date): Promise<Uint8Array> };
  /** The clock that is vouched for; the system's when absent. */
  now?(): Date;
  report(defect: Error): void;
}

export interface TimeStampServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A question has some 60 bytes; with a nonce and a policy some 90. */
const questionBytesMax = 4_096;
/** An answer takes a signature of some 40 µs, with RSA some milliseconds on one of a few threads. */
const inFlightMax = 1_024;
/** As many that ask, and as many that are kept open by those who will. */
const connectionsMax = 2 * inFlightMax;
/** The whole of a request must have arrived within this. */
const requestMaxMs = 10_000;
/** How often that is looked at; Node does every 30 s. */
const requestCheckMs = 1_000;
/** A connection of a gateway that nobody uses is closed after this long. */
const keepAliveMs = 75_000;
/** On a stop, a question that has not wholly arrived by then is not waited for. */
const drainMaxMs = 3_000;

const retryAfterSeconds = 1;

const QUERY = 'application/timestamp-query';
const REPLY = 'application/timestamp-reply';
const TEXT = 'text/plain; charset=utf-8';

const ABOUT = `A time-stamp authority (RFC 3161). POST a TimeStampReq to this address, as ${QUERY}:

  openssl ts -query -data FILE -sha256 -cert -out query.tsq
  curl -H 'Content-Type: ${QUERY}' --data-binary @query.tsq ADDRESS -o reply.tsr
  openssl ts -verify -in reply.tsr -queryfile query.tsq -CAfile root.pem -untrusted chain.pem
`;

export async function serveTimeStamps(settings: TimeStampServerSettings): Promise<TimeStampServer> {
  const app = fastify({
    bodyLimit: questionBytesMax,
    requestTimeout: requestMaxMs,
    // Node would take the longer of the two for the request: its own for the headers is a minute.
    http: { headersTimeout: requestMaxMs, connectionsCheckingInterval: requestCheckMs },
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    // What still comes while this stops is answered.
    return503OnClosing: false,
  });
  app.server.maxConnections = connectionsMax;
  closeAtOnce(app);
  stampOn(app, settings);
  app.get('/', (_, reply) => reply.type(TEXT).send(ABOUT));
  app.get('/health/live', (_, reply) => reply.send({ live: true }));
  app.setNotFoundHandler(({ url }, reply) =>
    url === '/'
      ? say(reply.header('allow', 'GET, HEAD, POST'), 405, 'only GET, HEAD and POST are answered here')
      : say(reply, 404, 'nothing is under this path: questions go to /'),
  );
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const [status, sentence] = REFUSALS[error.code] ?? [error.statusCode ?? 500, 'the request is malformed'];
    if (status < 500) return say(reply, status, sentence);
    settings.report(error);
    if (error.name === 'KeyAway') return askAgain(reply, 'the key of this authority is away: ask again');
    return say(reply, 500, 'something went wrong here; it has been noted');
  });
  const url = await app.listen({ host: settings.host, port: settings.port });
  return {
    url,
    async close() {
      const end = setTimeout(() => app.server.closeAllConnections(), drainMaxMs);
      await app.close();
      clearTimeout(end);
    },
  };
}

function stampOn(app: FastifyInstance, { authority, now = () => new Date() }: TimeStampServerSettings): void {
  let inFlight = 0;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(QUERY, { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body);
  app.post<{ Body: Buffer | undefined }>('/', async ({ body }, reply) => {
    if (!body) return say(reply, 415, UNSUPPORTED);
    if (inFlight >= inFlightMax) return askAgain(reply, 'too many ask at once: ask again');
    inFlight++;
    try {
      const answer = await authority.answer(body, now());
      return reply.type(REPLY).send(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength));
    } finally {
      inFlight--;
    }
  });
}

const UNSUPPORTED = `a question is sent as ${QUERY}`;

const REFUSALS: Readonly<Record<string, readonly [status: number, sentence: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, `a question has at most ${questionBytesMax} bytes`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, UNSUPPORTED],
};

const say = (reply: FastifyReply, status: number, sentence: string): FastifyReply =>
  reply.code(status).type(TEXT).send(`${sentence}\n`);

const askAgain = (reply: FastifyReply, sentence: string): FastifyReply =>
  say(reply.header('retry-after', retryAfterSeconds), 503, sentence);

/**
 * Node does not take for idle, and would wait for, a connection on which nothing was ever asked, and one on which
 * something is answered while the server stops.
 */
function closeAtOnce(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  let isStopping = false;
  app.server.on('connection', socket => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    isStopping = true;
    for (const socket of unused) socket.destroy();
  });
  app.addHook('onSend', async (_, reply) => {
    if (isStopping) reply.header('connection', 'close');
  });
}
