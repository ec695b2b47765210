import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createHttp } from '../../gateway/http.ts';
import { addVerifyPage } from '../../gateway/verify-page.ts';
import { type World, world } from '../certs/fixture.ts';
import { builtPage } from '../fixtures/built-page.ts';

let w: World;
let trustFolder: string;
const opened: FastifyInstance[] = [];

beforeAll(() => {
  w = world();
  trustFolder = join(w.dir, 'trust');
  builtPage();
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map(app => app.close()));
  w.remove();
});

function served(page?: string): FastifyInstance {
  const app = createHttp(defect => {
    throw defect;
  });
  addVerifyPage(app, { trustFolder, ...(page !== undefined && { page }) });
  opened.push(app);
  return app;
}

const get = (app: FastifyInstance, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url: '/verify', headers });

const trustIn = (html: string) => {
  const [, json] = /<script type="application\/json" id="trust">([^<]+)<\/script>/.exec(html) ?? [];
  return JSON.parse(json!) as { rootPem: string; list: { json: string; p7s: string }; crls: readonly string[] };
};
const scriptHash = (html: string): string => {
  const [, script] = /<script type="module"[^>]*>([\s\S]*?)<\/script>/.exec(html) ?? [];
  return createHash('sha256').update(script!).digest('base64');
};

describe('GET /verify', () => {
  it('is a page for everybody, with the center’s material of trust in it', async () => {
    const answer = await get(served());
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    const { rootPem, list, crls } = trustIn(answer.body);
    const file = (name: string) => readFileSync(join(trustFolder, name));
    expect(rootPem).toBe(file('root.pem').toString());
    expect(Buffer.from(list.json, 'base64')).toEqual(file('list.json'));
    expect(Buffer.from(list.p7s, 'base64')).toEqual(file('list.p7s'));
    expect(crls).toEqual(['root.crl', 'seal-authority.crl'].map(name => file(name).toString('base64')));
    expect(answer.body.length).toBeLessThan(1_000_000);
  });

  it('runs its own script and nothing else, opens no connection, and stands in no frame', async () => {
    const { headers, body } = await get(served());
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain(`script-src 'sha256-${scriptHash(body)}';`);
    expect(policy).toContain("default-src 'none';");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    // A saved copy has no headers.
    expect(body).toContain(`content="${policy.replace("; frame-ancestors 'none'", '')}"`);
    expect(body).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)/);
  });

  it('is sent again only when it is another, and packed to who can unpack it', async () => {
    const app = served();
    const { headers, body } = await get(app);
    const again = await get(app, { 'if-none-match': String(headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const packed = await get(app, { 'accept-encoding': 'gzip, br' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(body.length / 2);
    expect(gunzipSync(packed.rawPayload).toString()).toBe(body);
  });

  it('takes up new revocation lists, and none of a trust list whose seal is not there yet', async () => {
    const app = served();
    const before = await get(app);
    const path = join(trustFolder, 'seal-authority.crl');
    const kept = readFileSync(path);
    writeFileSync(path, 'another');
    try {
      const after = await get(app);
      expect(after.headers.etag).not.toBe(before.headers.etag);
      expect(trustIn(after.body).crls).toContain(Buffer.from('another').toString('base64'));
    } finally {
      writeFileSync(path, kept);
    }
    const list = join(trustFolder, 'list.json');
    const [json, other] = [readFileSync(list), join(trustFolder, 'other')];
    writeFileSync(other, json.toString().replace('"version":1', '"version":2'));
    copyFileSync(other, list);
    setTimeout(() => writeFileSync(list, json), 60);
    const meanwhile = await get(app);
    expect(meanwhile.statusCode).toBe(200);
    expect(Buffer.from(trustIn(meanwhile.body).list.json, 'base64')).toEqual(json);
  });

  it('says what is missing where the page was not built', async () => {
    const answer = await get(served(join(w.dir, 'nowhere.html')));
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm run web');
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });
});
