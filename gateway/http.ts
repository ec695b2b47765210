import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Window } from './window/window.ts';

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
    return type === undefined ? notFound(reply) : reply.type(type).send(await readFile(join(trustFolder, file)));
  });
  for (const kind of ['certificates', 'outcomes'] as const) {
    const find = async (id: string) => {
      const document = ID.test(id) ? await window.document(id) : undefined;
      return document && (document.outcome === 'GRANTED') === (kind === 'certificates') ? document : undefined;
    };
    app.get<{ Params: { id: string } }>(`/${kind}/:id/record.json`, async ({ params }, reply) => {
      const document = await find(params.id);
      return document ? reply.type('application/json').send(document.record) : notFound(reply);
    });
    app.get<{ Params: { id: string } }>(`/${kind}/:id/seal.p7s`, async ({ params }, reply) => {
      const seal = (await find(params.id))?.seal;
      return seal ? reply.type('application/pkcs7-signature').send(Buffer.from(seal, 'base64')) : notFound(reply);
    });
  }
  app.setNotFoundHandler((_, reply) => notFound(reply));
  app.setErrorHandler((error: { statusCode?: number; code?: string; message: string }, _, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) throw error;
    const code = HTTP_CODES[error.code ?? ''] ?? 'BAD_REQUEST';
    return reply.code(status).send({ errors: [{ message: error.message, extensions: { code } }] });
  });
}

/** Fastify's refusals, in the words of this interface. */
const HTTP_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_NOT_JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_NOT_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
};

const notFound = (reply: FastifyReply): FastifyReply =>
  reply.code(404).send({ errors: [{ message: 'nothing is under this path', extensions: { code: 'NOT_FOUND' } }] });
