import { afterAll, describe, expect, it } from '@jest/globals';
import { digestsOf, MANIFEST, SIGNATURE, writeManifest } from '../../../certs/bundle/manifest.ts';
import type { Paper } from '../../../certs/bundle/write.ts';
import { readZip, writeZip } from '../../../certs/bundle/zip.ts';
import { signatureOf, withoutTimeStamp } from '../../../certs/cms.ts';
import { changed, indexOf, world } from '../fixture.ts';
import { negated } from '../sm/forged.ts';
import { canType, commandsIn, readmeOf, typed } from './by-hand.ts';
import { BUNDLE_HOLDERS, bundleWorld, made } from './made.ts';

const w = bundleWorld();
afterAll(() => w.remove());
const one = await made(w);
const two = await made(w, 2);
const rootPem = w.text('trust/root.pem');

/** What an honest center's README says, typed at whatever is handed out as its bundle. */
const typedAt = (bytes: Uint8Array, root = rootPem) => typed(bytes, root, commandsIn(readmeOf(one.bytes)));

function rezipped(bytes: Uint8Array, change: (files: Map<string, Uint8Array>) => void): Uint8Array {
  const files = new Map(readZip(bytes));
  change(files);
  return writeZip(files);
}

/** As a center would do that seals whatever it is given. */
async function resealed(change: (files: Map<string, Uint8Array>) => void, of = one): Promise<Uint8Array> {
  const files = new Map(readZip(rezipped(of.bytes, change)));
  const manifest = writeManifest(digestsOf(files));
  return writeZip(new Map([...files, [MANIFEST, manifest], [SIGNATURE, await of.seal(manifest)]]));
}

(canType ? describe : describe.skip)('the commands of README.txt', () => {
  it('all succeed on the bundle as it was made, and print when each seal was seen', () => {
    const { status, output } = typed(one.bytes, rootPem);
    expect(output).toContain('papers/02-BUSINESS_LICENSE/seal.p7s Time stamp: Jun 30 08:00:00.25');
    expect(output.match(/Signature Verified Successfully/g)).toHaveLength(4);
    expect(status).toBe(0);
  });

  it('pass over a seal that has no time stamp and no proof yet', async () => {
    const [name, license, tax] = one.content.papers as [Paper, Paper, Paper];
    const bytes = await one.again({
      papers: [name, license, { ...tax, seal: withoutTimeStamp(tax.seal!), proof: undefined }],
    });
    expect(typed(bytes, rootPem)).toMatchObject({ status: 0 });
  });

  it('fail under another root', () => {
    const stranger = bundleWorld();
    try {
      expect(typedAt(one.bytes, stranger.text('trust/root.pem')).status).not.toBe(0);
    } finally {
      stranger.remove();
    }
  });

  /** Of papers and slips, one each: a shell with openssl takes half a second. */
  const isTyped = (file: string): boolean => !/^(mimetype|papers\/03|slips\/01)/.test(file);
  it.each([...readZip(one.bytes).keys()].filter(isTyped))('fail when %s was changed', file => {
    const bytes = rezipped(one.bytes, files => {
      const content = files.get(file)!;
      files.set(file, changed(content, Math.floor(content.length / 2), 4));
    });
    expect(typedAt(bytes).status).not.toBe(0);
  });

  it('fail when a file was put in or taken out', () => {
    expect(typedAt(rezipped(one.bytes, files => files.set('papers/x', Buffer.from('x')))).status).not.toBe(0);
    expect(typedAt(rezipped(one.bytes, files => files.delete('log/checkpoint'))).status).not.toBe(0);
  });

  const TAX = 'papers/03-NATIONAL_TAX';
  const LICENSE = 'papers/02-BUSINESS_LICENSE';
  it.each<[string, (files: Map<string, Uint8Array>) => void]>([
    ['an entry of the ledger', all => all.set('ledger.json', edited(all, 'ledger.json', '"R2"', '"R3"'))],
    ['a record', all => all.set(`${TAX}/record.json`, edited(all, `${TAX}/record.json`, '"T-1"', '"T-2"'))],
    ['the record that is not sealed', all => all.set('papers/01-NAME/record.json', Buffer.from('{}'))],
    ['the log proof', all => all.set(`${TAX}/seal.tlog-proof`, all.get(`${LICENSE}/seal.tlog-proof`)!)],
    [
      'a whole paper, for another case’s',
      all => {
        const others = readZip(two.bytes);
        for (const name of ['record.json', 'seal.p7s', 'seal.tlog-proof'])
          all.set(`${TAX}/${name}`, others.get(`${TAX}/${name}`)!);
      },
    ],
  ])('fail when the center itself has changed %s', async (_, change) => {
    expect(typedAt(await resealed(change)).status).not.toBe(0);
  });

  const edited = (all: Map<string, Uint8Array>, file: string, from: string, to: string): Uint8Array =>
    Buffer.from(Buffer.from(all.get(file)!).toString().replace(from, to));
});

describe('README.txt', () => {
  it('is the same for the same case, in both languages, and fits a terminal', async () => {
    const readme = readmeOf(one.bytes);
    expect(readmeOf(await one.again({}))).toBe(readme);
    const prose = readme.split('\n').filter(line => !line.startsWith('    '));
    expect(prose.some(line => /\p{Script=Han}/u.test(line))).toBe(true);
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(100);
  });
});

(canType ? describe : describe.skip)('the commands of README.txt, where center and tax seal with SM2 and SM3', () => {
  const national = world(
    BUNDLE_HOLDERS.map(holder => (holder.id === 'business' ? holder : { ...holder, suite: 'SM2SM3' })),
  );
  afterAll(() => national.remove());
  const bundled = made(national);
  const root = national.text('trust/root.pem');
  const TAX = 'papers/03-NATIONAL_TAX';

  it('all succeed', async () => {
    const { status, output } = typed((await bundled).bytes, root);
    expect(output.match(/\.pem: OK/g)?.length).toBeGreaterThan(3);
    // One seal is of CMS: the business license's.
    expect(output.match(/CAdES Verification successful/g)).toHaveLength(1);
    expect(status).toBe(0);
  });

  it.each<[string, (files: Map<string, Uint8Array>) => void, RegExp]>([
    [
      'which seal a paper has',
      all => all.set(`${TAX}/seal.p7s`, all.get('trust/list.p7s')!),
      /seal\.p7s is over something else/,
    ],
    [
      'a signature',
      all => all.set(`${TAX}/seal.p7s`, otherwiseSigned(all.get(`${TAX}/seal.p7s`)!)),
      /Signature Verification Failure/,
    ],
    [
      'the signature under the trust list',
      all => all.set('trust/list.p7s', otherwiseSigned(all.get('trust/list.p7s')!)),
      /Signature Verification Failure/,
    ],
  ])('fail when the center itself has changed %s', async (_, change, told) => {
    const { status, output } = typed(await resealed(change, await bundled), root);
    expect([status === 0, output]).toEqual([false, expect.stringMatching(told)]);
  });
});

/** (r, n − s), which would be as good for ECDSA. */
function otherwiseSigned(seal: Uint8Array): Uint8Array {
  const signature = signatureOf(seal);
  const at = indexOf(seal, signature);
  const other = negated(signature);
  if (other.length !== signature.length) return changed(seal, at + 20);
  return Buffer.concat([seal.subarray(0, at), other, seal.subarray(at + signature.length)]);
}
