/** The seal in the national form (GB/T 38540): of a department whose key is of SM2, beside its other forms, and of no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { judgeSes } from '../../certs/ses/judge.ts';
import { readSesSignature } from '../../certs/ses/signature.ts';
import { judge, readTrust } from '../../certs/verify.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { onEachStore } from '../fixtures/stores.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) {
    state certificates { kind department record disclosures sealUrl sesUrl }
  }
}`;

interface Certificate {
  readonly kind: string;
  readonly department: string;
  readonly record: string;
  readonly disclosures: string | null;
  readonly sealUrl: string;
  readonly sesUrl: string | null;
}

onEachStore('the national form', open => {
  let center: Center;
  let certificates: readonly Certificate[];
  beforeAll(async () => {
    center = await open({ inlineBudgetMs: 20_000, withSm2: ['tax'] });
    defects.mockClear();
    const { data, errors } = await center.ask<{
      registerEnterprise: { readonly state: string; readonly certificates: readonly Certificate[] };
    }>(REGISTER, { input: application() });
    expect([errors, data?.registerEnterprise.state]).toEqual([undefined, 'CLOSED']);
    certificates = data!.registerEnterprise.certificates;
  });
  afterAll(() => center.close());

  const bytesAt = async (url: string): Promise<Buffer> => {
    const response = await fetch(url);
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  };
  /** What is published, and nothing else. */
  const trust = () => {
    const folder = join(center.dataDir, 'trust');
    const at = (name: string) => readFileSync(join(folder, name));
    return readTrust({
      rootPem: at('root.pem').toString(),
      list: { json: at('list.json'), p7s: at('list.p7s') },
      crls: readdirSync(folder)
        .filter(name => name.endsWith('.crl'))
        .map(at),
    });
  };

  it('is there for the certificates of the one department, and has no address elsewhere', () => {
    const having = certificates.filter(({ sesUrl }) => sesUrl !== null);
    expect(having.map(({ department }) => department)).toEqual(['tax', 'tax']);
    expect(certificates.length).toBeGreaterThan(having.length);
  });

  it('is VALID beside its record and log proof, as the CMS seal of the same certificate is', async () => {
    for (const { sesUrl, sealUrl, record: text, disclosures } of certificates.filter(one => one.sesUrl !== null)) {
      const [seal, proof] = [await bytesAt(sesUrl!), await bytesAt(`${sesUrl}.tlog-proof`)];
      const record = Buffer.from(text);
      const question = {
        record,
        ...(disclosures !== null && { disclosures: Buffer.from(disclosures) }),
        trust: trust(),
        at: new Date(),
      };
      expect(judgeSes({ ...question, seal, proof })).toMatchObject({
        verdict: 'VALID',
        findings: [],
        signer: { department: 'tax' },
      });
      const cms = { seal: await bytesAt(sealUrl), proof: await bytesAt(sealUrl.replace(/p7s$/, 'tlog-proof')) };
      expect(judge({ ...question, ...cms }).verdict).toBe('VALID');
      const { picture, name } = readSesSignature(seal).seal.info;
      expect([name, picture.type, picture.widthMm]).toEqual([
        expect.stringContaining('税务'),
        'PNG',
        expect.any(Number),
      ]);
      // What was given out once is what it is.
      expect(await bytesAt(sesUrl!)).toEqual(seal);
    }
    expect(defects).not.toHaveBeenCalled();
  });

  it('is not made by a department that has no electronic seal', async () => {
    const license = certificates.find(({ department }) => department === 'business')!;
    const response = await fetch(license.sealUrl.replace(/seal\.p7s$/, 'seal.ses'));
    expect([response.status, JSON.parse(await response.text()).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
  });
});
