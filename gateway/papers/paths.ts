/**
 * `GET /certificates/{id}/certificate.pdf` and `GET /slips/{id}/slip.pdf`: what people hold, for whoever knows the id; and
 * `GET /certificates/{id}/seal.ses`, the same in the national form, with `seal.ses.tlog-proof` beside it. What was made is
 * served from its row; what was not is made now, which takes some tens of milliseconds.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import { Refusal } from '../../subgraphs/errors.ts';
import type { PaperFormId } from '../../subgraphs/papers-desk.ts';
import type { SealedOutcome, Slip } from '../window/case.ts';
import { NoAnswer } from '../window/departments.ts';
import { isCertificate, pdfPath, sesPath, sesProofPath } from '../window/paper-paths.ts';
import type { Window } from '../window/window.ts';
import { awayError, NoRendition, notMadeError } from './no-rendition.ts';
import type { Originals } from './originals.ts';
import type { Original, Renditions, Served } from './renditions.ts';

export interface PaperPathSettings {
  readonly window: Pick<Window, 'document' | 'slip'>;
  readonly originals: Originals;
  readonly renditions: Renditions;
  report(defect: Error, requestId: string): void;
}

const ID = /^[0-9a-f]{32}$/;

/**
 * Browsers show a PDF in a viewer of their own, an object with styles inside the answer: under the policy of other answers
 * it would stay empty.
 */
const VIEWER_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

type ById = FastifyRequest<{ Params: { id: string } }>;

export function addPaperPaths(app: FastifyInstance, settings: PaperPathSettings): void {
  const { window, originals } = settings;
  const certificate = async (request: ById): Promise<SealedOutcome> =>
    mustBeValid(await found(request, id => window.document(id)));
  app.get(pdfPath('certificates', ':id'), async (request: ById, reply) => {
    const document = await certificate(request);
    const { bytes } = await make(originals.certificate(document), 'PDF', request, settings);
    return sendPdf(reply, bytes, `${document.holder} ${document.number}`);
  });
  const ses = async (request: ById): Promise<Served> =>
    make(originals.certificate(await certificate(request)), 'SES', request, settings);
  app.get(sesPath(':id'), async (request: ById, reply) => {
    const { bytes } = await ses(request);
    return reply.type('application/octet-stream').send(asBuffer(bytes));
  });
  app.get(sesProofPath(':id'), async (request: ById, reply) => {
    const { proof } = await ses(request);
    if (proof === null) throw notFound();
    return reply.type('text/plain; charset=utf-8').send(proof);
  });
  app.get(pdfPath('slips', ':id'), async (request: ById, reply) => {
    const slip: Slip = await found(request, id => window.slip(id));
    const { bytes } = await make(originals.slip(slip), 'PDF', request, settings);
    return sendPdf(reply, bytes, slip.number);
  });
}

async function found<Paper>(
  { params: { id } }: ById,
  byId: (id: string) => Promise<Paper | undefined>,
): Promise<Paper> {
  const paper = ID.test(id) ? await byId(id) : undefined;
  if (!paper) throw notFound();
  return paper;
}

const notFound = (): Refusal => new Refusal('NOT_FOUND', 'nothing is under this path').atStatus(404);

/** What was taken back is not handed out as if it were still good. @throws {Refusal} */
function mustBeValid(document: SealedOutcome): SealedOutcome {
  if (!isCertificate(document) || document.seal === null) throw notFound();
  const { status } = document;
  if (status === 'VALID') return document;
  const sentence = `this certificate is ${status}: its paper is not handed out any more; record, seal and the bundle of its case are`;
  throw new Refusal('NO_LONGER_VALID', sentence, { status }).atStatus(410);
}

/** @throws {GraphQLError} that says to the client why there is none. */
async function make(
  original: Original,
  form: PaperFormId,
  { id: requestId }: ById,
  { renditions, report }: PaperPathSettings,
): Promise<Served> {
  try {
    return await renditions.of(original, form);
  } catch (error) {
    throw shown(error, original.holder, defect => report(defect, requestId));
  }
}

function shown(error: unknown, holder: string, report: (defect: Error) => void): unknown {
  if (error instanceof NoAnswer) return awayError(holder, error);
  if (!(error instanceof NoRendition)) return error;
  report(error);
  return notMadeError(holder, error) satisfies GraphQLError;
}

/** @param name Of the file, when somebody saves it: people's words, without what a file's name can't hold. */
function sendPdf(reply: FastifyReply, pdf: Uint8Array, name: string): FastifyReply {
  const [ascii, text] = [name.replace(/[^\w.-]+/g, '-').replace(/^-+/, ''), name.replace(/[\p{Cc}/\\:*?"<>|]+/gu, '-')];
  const disposition = `inline; filename="${ascii}.pdf"; filename*=UTF-8''${encodeURIComponent(`${text}.pdf`)}`;
  return reply
    .type('application/pdf')
    .header('content-security-policy', VIEWER_POLICY)
    .header('content-disposition', disposition)
    .send(asBuffer(pdf));
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
