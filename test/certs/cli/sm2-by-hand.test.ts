/** What is told to be typed about a seal of SM2 with SM3, typed: openssl cms does not know its types. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { writeSigningCertificate } from '../../../certs/attributes.ts';
import { readSignedData, writeAttributes } from '../../../certs/cms.ts';
import { SUITES } from '../../../certs/suites.ts';
import type { Certificate } from '../../../certs/x509.ts';
import { crlOf } from '../evidence.ts';
import { changed, forge, HOLDERS, hasOpenssl, NOW, sealWith, TAX_RECORD, world } from '../fixture.ts';
import { negated } from '../sm/forged.ts';
import { stamped, stamperOf } from '../stamps.ts';

const w = world(HOLDERS.map(holder => (holder.id === 'tax' ? { ...holder, suite: 'SM2SM3' as const } : holder)));
afterAll(() => w.remove());
const program = join(import.meta.dirname, '../../../certs/cli.ts');
const tax = w.party('tax');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
const seal = stamped(tax.seal(TAX_RECORD, NOW), stamperOf(w), { at: later(1) });
const folder = join(w.dir, "it's here");
mkdirSync(folder);

const attributesFor = ({ der }: Certificate): Uint8Array => {
  const { digest } = SUITES.SM2SM3;
  return writeAttributes('SM2SM3', digest(TAX_RECORD), NOW, writeSigningCertificate('SM2SM3', digest(der)));
};
const put = (name: string, content: Uint8Array) => writeFileSync(join(folder, name), content);
beforeEach(() => {
  put('record.json', TAX_RECORD);
  put('seal.p7s', seal);
  const said = { from: later(0), until: later(9), number: 9 };
  writeFileSync(join(w.dir, 'trust', 'root.crl'), crlOf(w.root, said));
  writeFileSync(join(w.dir, 'trust', 'seal-authority.crl'), crlOf(w.sealAuthority, said));
});

function linesOf(): string {
  const { stdout } = spawnSync(process.execPath, [program, 'seal.p7s', '--at', later(2).toISOString()], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DATA_DIR: w.dir },
  });
  const lines = stdout.split('\n');
  return lines.slice(1 + lines.findIndex(line => line.includes('by hand'))).join('\n');
}
const typed = (input: string) => spawnSync('sh', ['-eu'], { cwd: folder, input, encoding: 'utf8' });

(hasOpenssl ? describe : describe.skip)('a seal of SM2 with SM3, by hand', () => {
  it('is signed, of a certificate below the root, over the record, stamped', () => {
    const { status, stdout, stderr } = typed(linesOf());
    expect(stdout).toMatch(/signer\.pem: OK[\s\S]*Signature Verified Successfully[\s\S]*Verification: OK/);
    expect([status, stderr.includes('differ')]).toEqual([0, false]);
  });

  it('does not hold for another record, with another signature, or by a certificate that it does not name', () => {
    const honest = linesOf();
    put('record.json', changed(TAX_RECORD, 20));
    expect(typed(honest)).toMatchObject({ status: 1, stderr: '', stdout: expect.stringMatching(/differ/) });
    put('record.json', TAX_RECORD);
    const { signature } = readSignedData(seal);
    const at = Buffer.from(seal).indexOf(signature);
    put('seal.p7s', Buffer.concat([seal.subarray(0, at), negated(signature), seal.subarray(at + signature.length)]));
    expect(typed(honest).status).not.toBe(0);
    // Signed by the right key, for another certificate over it.
    const { certificate } = forge({ key: tax.key }, w.sealAuthority);
    const attributes = attributesFor(certificate);
    put(
      'seal.p7s',
      stamped(sealWith({ ...tax }, TAX_RECORD, { others: [tax.authority], attributes }), stamperOf(w), {
        at: later(1),
      }),
    );
    expect(typed(linesOf()).status).not.toBe(0);
  });
});
