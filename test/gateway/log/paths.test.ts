import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { request } from 'undici';
import { toHex } from '../../../certs/hex.ts';
import { readCheckpoint } from '../../../certs/log/checkpoint.ts';
import { entryOf, readEntry } from '../../../certs/log/entry.ts';
import { readNote } from '../../../certs/log/note.ts';
import { checkProof, type ProofAnswer } from '../../../certs/log/proof.ts';
import { TileTree } from '../../../certs/log/tile-tree.ts';
import { readEntries } from '../../../certs/log/tiles.ts';
import { leafHash } from '../../../certs/log/tree.ts';
import { trustOf } from '../../certs/fixture.ts';
import { application } from '../../fixtures/application.ts';
import type { Center } from '../../fixtures/center.ts';
import { onEachStore } from '../../fixtures/stores.ts';
import { until } from '../../fixtures/until.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) {
  certificates { department sealUrl proofUrl } slips { sealUrl proofUrl } } }`;

interface Paper {
  readonly department?: string;
  readonly sealUrl: string;
  readonly proofUrl: string;
}
interface Registered {
  readonly registerEnterprise: { readonly certificates: readonly Paper[]; readonly slips: readonly Paper[] };
}

onEachStore('the log', open => {
  let center: Center;
  let papers: readonly Paper[];

  beforeAll(async () => {
    center = await open({});
    papers = await register();
  });
  afterAll(() => center.close());

  async function register(): Promise<readonly Paper[]> {
    const { data, errors } = await center.ask<Registered>(REGISTER, { input: application() });
    expect(errors).toBeUndefined();
    const { certificates, slips } = data!.registerEnterprise;
    return [...certificates, ...slips];
  }
  const bytesOf = async (url: string): Promise<Uint8Array> => new Uint8Array(await (await fetch(url)).arrayBuffer());
  const proved = async ({ department = 'center', sealUrl, proofUrl }: Paper): Promise<ProofAnswer> => {
    const [seal, proof] = [await bytesOf(sealUrl), await bytesOf(proofUrl)];
    const { logs, witnesses } = trustOf(center.dataDir).list!;
    return checkProof({ proof, entry: entryOf(department, seal), logs, witnesses });
  };
  const get = (path: string) => fetch(`${center.url}${path}`);
  const head = async () => readCheckpoint(readNote(await (await get('/log/checkpoint')).text()).text);

  it('proves every seal that was shown, as soon as it was', async () => {
    expect(papers.length).toBeGreaterThan(4);
    const answers = await Promise.all((await register()).map(proved));
    expect(answers.flatMap(({ findings }) => findings)).toEqual([]);
    expect(new Set(answers.map(({ index }) => index)).size).toBe(answers.length);
  });

  it('has its checkpoints witnessed by every department, and proves under those', async () => {
    await until(async () => (await proved(papers[0]!)).witnesses.length === 4);
    const { logs, witnesses } = trustOf(center.dataDir).list!;
    expect(witnesses.map(({ holder }) => holder).sort()).toEqual(['business', 'code', 'seal', 'tax']);
    const signedBy = async () =>
      readNote(await (await get('/log/checkpoint')).text()).signatures.map(({ name }) => name);
    // The newest has its turn after those that were the newest before.
    const all = [logs[0]!.origin, ...witnesses.map(({ name }) => name).sort()];
    await until(async () => (await signedBy()).join() === all.join());
  });

  it('serves a checkpoint that nobody keeps, and tiles that anybody may keep for ever', async () => {
    const checkpoint = await get('/log/checkpoint');
    expect(checkpoint.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(checkpoint.headers.get('cache-control')).toBe('no-store');
    const { size } = await head();
    for (const path of [`/log/tile/0/000.p/${size}`, `/log/tile/entries/000.p/${size}`]) {
      const { status, headers } = await get(path);
      expect([status, headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });

  it('serves entries under their hashes, compressed for who can read it', async () => {
    const { size } = await head();
    const hashes = await bytesOf(`${center.url}/log/tile/0/000.p/${size}`);
    const path = `${center.url}/log/tile/entries/000.p/${size}`;
    const plain = await request(path, { headers: { 'accept-encoding': 'identity' } });
    const zipped = await request(path, { headers: { 'accept-encoding': 'gzip' } });
    expect([plain.headers['content-encoding'], zipped.headers['content-encoding']]).toEqual([undefined, 'gzip']);
    const bundle = Buffer.from(await plain.body.arrayBuffer());
    expect(gunzipSync(Buffer.from(await zipped.body.arrayBuffer())).equals(bundle)).toBe(true);
    const entries = readEntries(bundle, size)!;
    expect(toHex(TileTree.of(entries.map(leafHash)).bytes())).toBe(toHex(hashes));
    expect(new Set(entries.map(entry => readEntry(entry)!.holder))).toEqual(
      new Set(['business', 'center', 'code', 'seal', 'tax']),
    );
  });

  it.each([
    '/log/tile/0/001',
    '/log/tile/1/000.p/1',
    '/log/tile/0/000',
    '/log/tile/entries/000',
    '/log/tile/0/000.p/256',
    '/log/tile/0/x000/000.p/1',
    '/log/tile/0',
    '/log/tile/',
    '/log',
    `/certificates/${'0'.repeat(32)}/seal.tlog-proof`,
    '/slips/1/seal.tlog-proof',
    '/trust/transport.crl',
  ])('has no %s', async path => {
    expect((await get(path)).status).toBe(404);
  });

  it.each(['root', 'seal-authority'])('stands beside the revocation list of %s, as an authority gives it', async ca => {
    const { status, headers } = await get(`/trust/${ca}.crl`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/pkix-crl']);
  });

  it('goes on when its gateway is started anew', async () => {
    const before = await head();
    await center.stopGateway();
    await center.startGateway();
    const after = await head();
    expect([after.size, toHex(after.root)]).toEqual([before.size, toHex(before.root)]);
    const [paper] = await register();
    expect((await proved(paper!)).findings).toEqual([]);
    expect((await head()).size).toBeGreaterThan(before.size);
    // What they have signed last the departments tell it.
    await until(async () => (await proved(paper!)).witnesses.length === 4);
  });
});
