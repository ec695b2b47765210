/** `GET /cases/{number}/bundle.asice`, for whoever may see the case: data needs a token. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../subgraphs/errors.ts';
import type { Asking } from './asking.ts';
import type { Bundles } from './bundle.ts';
import type { Admission } from './door/admission.ts';
import { type CaseView, isOver } from './window/case.ts';
import { isCaseNumber } from './window/case-number.ts';
import { bundlePath } from './window/paper-paths.ts';
import { mustBeKnown } from './window/rights.ts';

export interface BundlePathSettings extends Asking {
  readonly bundles: Bundles;
  /** How many are made at once, in all and for one client: each takes some tens of milliseconds of the processor. */
  readonly admission: Pick<Admission, 'enter'>;
}

export const BUNDLE_BOUNDS = { inFlightMax: 16, inFlightPerClientMax: 4 };

const BUNDLE_TYPE = 'application/vnd.etsi.asic-e+zip';

export function addBundlePath(app: FastifyInstance, settings: BundlePathSettings): void {
  app.get<{ Params: { number: string } }>(bundlePath(':number'), async (request, reply) => {
    const { client } = await settings.clientOf(request);
    const leave = settings.admission.enter(client);
    try {
      return await answer(await mustFind(request, settings), request, reply, settings);
    } finally {
      leave();
    }
  });
}

/** @throws {Refusal} UNAUTHENTICATED, NOT_FOUND */
async function mustFind(
  request: FastifyRequest<{ Params: { number: string } }>,
  { contextOf }: BundlePathSettings,
): Promise<CaseView> {
  const { window, caller } = await contextOf(request);
  const known = mustBeKnown(caller);
  const { number } = request.params;
  const view = isCaseNumber(number) ? await window.find(number, known) : undefined;
  if (!view) throw new Refusal('NOT_FOUND', 'there is no such case that this token may see').atStatus(404);
  if (!isOver(view)) throw new Refusal('NOT_FOUND', 'the case is not over, so that it has no bundle yet').atStatus(404);
  return view;
}

async function answer(
  view: CaseView,
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { bundles }: BundlePathSettings,
): Promise<FastifyReply> {
  const { bytes, sha256 } = await bundles.of(view);
  const tag = `"${sha256}"`;
  // Whoever keeps a copy asks each time whether it is still what would be given.
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (headers['if-none-match']?.includes(tag)) return reply.code(304).send();
  return reply
    .type(BUNDLE_TYPE)
    .header('content-disposition', `attachment; filename="${view.number}.asice"`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
