import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../certs/cms.ts';
import { judge, readTrust } from '../../certs/verify.ts';
import { newestRegime } from '../../subgraphs/regimes.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) {
    number state acceptedOn
    items { item state attempts sentAt outcomeAt faults { code } refusal { ground } certificate { kind } }
    certificates { id kind department number holder issuedOn version status record sealUrl stampedAt proofUrl unsealed }
    enterprise { uscc name license { number } taxRegistrations { taxpayerNumber } organizationCode { code } seals { kind code } }
    waitingFor { item reason }
  }
}`;

interface Registered {
  readonly registerEnterprise: {
    readonly number: string;
    readonly state: string;
    readonly items: readonly { item: string; state: string; attempts: number; sentAt: string; outcomeAt: string }[];
    readonly certificates: readonly {
      kind: string;
      number: string;
      holder: string;
      record: string;
      sealUrl: string;
      stampedAt: string;
      proofUrl: string;
      unsealed: boolean;
    }[];
    readonly enterprise: Record<string, unknown> & { uscc: string };
    readonly waitingFor: readonly unknown[];
  };
}

let center: Center;
beforeAll(async () => {
  center = await openCenter({ inlineBudgetMs: 60_000 });
});
afterAll(() => center.close());

const register = async (regime: string) => {
  const { data, errors } = await center.ask<Registered>(REGISTER, { input: application({ regime }) });
  expect(errors).toBeUndefined();
  return data!.registerEnterprise;
};

describe('scenario 1: the happy path', () => {
  it('gives under R2 a license, a code, two tax certificates and a seal filing, each with a number of its own', async () => {
    const { state, certificates, waitingFor, enterprise } = await register('R2');
    expect(state).toBe('CLOSED');
    expect(waitingFor).toEqual([]);
    expect(certificates.map(({ kind }) => kind)).toEqual([
      'BUSINESS_LICENSE',
      'ORGANIZATION_CODE',
      'SEAL_FILING',
      'NATIONAL_TAX',
      'LOCAL_TAX',
    ]);
    const [license, code, , national, local] = certificates.map(({ number }) => number);
    expect(license).toMatch(/^371002\d{9}$/);
    expect(code).toMatch(/^PDY\d{5}-[0-9X]$/);
    expect(national).toBe(`371002${code?.replace('-', '')}`);
    expect(local).toBe(national);
    expect(enterprise).toMatchObject({
      uscc: expect.stringMatching(/^91371002PDY/),
      license: { number: license },
      organizationCode: { code },
      taxRegistrations: [{ taxpayerNumber: national }, { taxpayerNumber: national }],
      seals: [{ kind: '公章' }, { kind: '财务专用章' }],
    });
  });

  it('gives under R3 one license with the unified code, and confirmations of what was pushed', async () => {
    const { certificates, enterprise } = await register('R3');
    expect(certificates.map(({ kind }) => kind)).toEqual([
      'BUSINESS_LICENSE',
      'CODE_CONFIRMATION',
      'NATIONAL_TAX_CONFIRMATION',
      'LOCAL_TAX_CONFIRMATION',
      'SEAL_FILING',
    ]);
    const [license, code, national] = certificates.map(({ number }) => number);
    expect(license).toBe(enterprise.uscc);
    expect(national).toBe(enterprise.uscc);
    expect(code?.replace('-', '')).toBe(enterprise.uscc.slice(8, 17));
  });

  it.each(['R2', 'R3'])('files nothing under %s before what it needs is granted', async id => {
    const { items } = await register(id);
    const byId = new Map(items.map(item => [item.item, item]));
    for (const { item, needs } of newestRegime(id)!.items) {
      for (const need of needs) expect(byId.get(item)!.sentAt >= byId.get(need)!.outcomeAt).toBe(true);
    }
    expect(items.every(({ attempts, state }) => attempts === 1 && state === 'GRANTED')).toBe(true);
  });

  it.each(['R2', 'R3'])(
    'seals and stamps every certificate of %s so that this verifier and OpenSSL accept it, and a changed byte is refused',
    async id => {
      const { certificates } = await register(id);
      expect(certificates).toHaveLength(5);
      const trustFile = (name: string) => join(center.dataDir, 'trust', name);
      const trust = readTrust({
        rootPem: readFileSync(trustFile('root.pem'), 'utf8'),
        list: { json: readFileSync(trustFile('list.json')), p7s: readFileSync(trustFile('list.p7s')) },
      });
      const folder = mkdtempSync(join(tmpdir(), 'sealed-'));
      for (const { kind, record, sealUrl, stampedAt, proofUrl, unsealed } of certificates) {
        expect(unsealed).toBe(false);
        expect(proofUrl).toBe(sealUrl.replace('seal.p7s', 'seal.tlog-proof'));
        const seal = Buffer.from(await (await fetch(sealUrl)).arrayBuffer());
        expect(await (await fetch(sealUrl.replace('seal.p7s', 'record.json'))).text()).toBe(record);
        const judged = judge({ record: Buffer.from(record), seal, trust, at: new Date() });
        expect(judged.verdict).toBe('INDETERMINATE');
        expect(new Set(judged.findings.map(({ code }) => code))).toEqual(
          new Set(['NO_LOG_PROOF', 'NO_REVOCATION_INFORMATION']),
        );
        expect(judged.stampedAt).toBe(stampedAt);
        expect(Date.parse(stampedAt) - Date.parse(judged.sealedAt ?? '')).toBeGreaterThanOrEqual(0);
        expect(openssl(folder, kind, Buffer.from(record), seal)).toBe(true);

        const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, bytes[at]! ^ 1);
        const bytes = Buffer.from(record);
        const inRecord = flipped(bytes, bytes.length >> 1);
        expect(codesOf({ record: inRecord, seal, trust, at: new Date() })).toContain('MESSAGE_DIGEST_DIFFERS');
        expect(openssl(folder, kind, inRecord, seal)).toBe(false);
        const signature = Buffer.from(signatureOf(seal));
        const inSignature = flipped(seal, seal.indexOf(signature) + signature.length - 1);
        expect(codesOf({ record: bytes, seal: inSignature, trust, at: new Date() })).toContainEqual(
          expect.stringMatching(/^SIGNATURE_/),
        );
        expect(openssl(folder, kind, bytes, inSignature)).toBe(false);
        const inStamp = flipped(seal, seal.length - 1);
        const [finding] = judge({ record: bytes, seal: inStamp, trust, at: new Date() }).findings;
        expect(finding).toMatchObject({ code: 'SIGNATURE_WRONG', at: expect.stringContaining('time stamp') });
      }
    },
  );

  const codesOf = (question: Parameters<typeof judge>[0]) => judge(question).findings.map(({ code }) => code);

  /** With nothing but the root and OpenSSL's defaults, as an auditor does it by hand. */
  function openssl(folder: string, kind: string, record: Uint8Array, seal: Uint8Array): boolean {
    const [json, p7s] = [join(folder, `${kind}.json`), join(folder, `${kind}.p7s`)];
    writeFileSync(json, record);
    writeFileSync(p7s, seal);
    const root = join(center.dataDir, 'trust', 'root.pem');
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', p7s, '-content', json, '-CAfile', root];
    try {
      execFileSync('openssl', [...args, '-out', '/dev/null'], { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  }
});
