/**
 * `GET /verify`: the page that verifies papers in whoever's browser asks for it (web/verify), with the center's material of
 * trust written into it, so that a saved copy needs no network. For everybody: what it says of a paper it finds out itself.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TrustFiles } from '../certs/bundle/write.ts';
import { readOnce, readTrustFiles } from './trust-files.ts';
import { verifyPageFile } from './verify-page-file.ts';

export interface VerifyPageSettings {
  readonly trustFolder: string;
  /** Another file than the built one, for tests. */
  readonly page?: string;
}

interface Page {
  readonly tag: string;
  readonly html: Buffer;
  readonly zipped: Buffer;
  /** What the page forbids itself, for the header. */
  readonly policy: string;
}

export function addVerifyPage(app: FastifyInstance, { trustFolder, page = verifyPageFile }: VerifyPageSettings): void {
  const current = pageKeeper(page, trustFolder);
  app.get('/verify', async (request, reply) => {
    const made = await current();
    return made ? answer(made, request, reply) : reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
}

const NOT_BUILT = `核验页面尚未生成，请管理员运行 npm run web。
The verification page is not built: whoever runs this server must run "npm run web".
`;

function answer({ tag, html, zipped, policy }: Page, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply
    .header('etag', tag)
    // Whoever keeps a copy asks each time whether its material of trust is still what would be given.
    .header('cache-control', 'public, no-cache')
    .header('vary', 'accept-encoding')
    .header('content-security-policy', `${policy}; frame-ancestors 'none'`);
  if (headers['if-none-match']?.includes(tag)) return reply.code(304).send();
  reply.type('text/html; charset=utf-8');
  return /\bgzip\b/.test(headers['accept-encoding'] ?? '')
    ? reply.header('content-encoding', 'gzip').send(zipped)
    : reply.send(html);
}

/** Makes the page anew when it was built again, or when the center's material is another than it was. */
function pageKeeper(file: string, trustFolder: string): () => Promise<Page | undefined> {
  let kept: { readonly of: string; readonly page: Page } | undefined;
  return async () => {
    const [template, trust] = await Promise.all([readFile(file, 'utf8').catch(absent), readOnce(trustFolder)]);
    if (template === undefined) return undefined;
    const of = fingerprint(template, trust);
    if (kept?.of === of) return kept.page;
    const consistent = await readTrustFiles(trustFolder);
    const page = await makePage(template, consistent);
    kept = { of: fingerprint(template, consistent), page };
    return page;
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const fingerprint = (template: string, { root, chain, list, listSeal, crls }: TrustFiles): string =>
  [Buffer.from(template), root, chain, list, listSeal, ...crls.values()].map(sha256).join();

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Where the page takes its material from; it is data and never run, so that no hash in the policy is of it. */
const SLOT = '<script type="application/json" id="trust"></script>';

async function makePage(template: string, { root, chain, list, listSeal, crls }: TrustFiles): Promise<Page> {
  const [before, after, ...more] = template.split(SLOT);
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(template) ?? [];
  if (before === undefined || after === undefined || more.length > 0 || policy === undefined)
    throw new Error('the verification page has not the form that it was built in');
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const trust = {
    rootPem: text(root),
    chainPem: text(chain),
    list: { json: base64(list), p7s: base64(listSeal) },
    crls: [...crls.values()].map(base64),
  };
  // Nothing in it may end the element that it stands in.
  const data = JSON.stringify(trust).replaceAll('<', '\\u003c');
  const html = Buffer.from(`${before}${SLOT.replace('><', () => `>${data}<`)}${after}`);
  return { tag: `"${sha256(html)}"`, html, zipped: await zip(html), policy };
}

const zip = promisify(gzip);
