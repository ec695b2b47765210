import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type PublicKey, publicKeyOf, verifyEs256, verifyRs256 } from '../../certs/primitives.ts';
import { SUITES } from '../../certs/suites.ts';
import { readSpki } from '../../certs/x509.ts';

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly publicKey: { readonly publicExponent?: string };
    readonly tests: readonly { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
}

const folder = join(process.env.VECTORS_DIR ?? join(import.meta.dirname, '../../../shared/vectors'), 'wycheproof');
const there = existsSync(folder);
if (!there && process.env.REQUIRE_REAL === '1')
  throw new Error('the Wycheproof vectors (github.com/C2SP/wycheproof) are needed: set VECTORS_DIR');
const absent = there ? '' : ' (skipped: VECTORS_DIR has no wycheproof/, see github.com/C2SP/wycheproof)';

const when = there ? it : it.skip;

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const groupsOf = (file: string): Vectors['testGroups'] =>
  (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Vectors).testGroups;

type Verify = (key: PublicKey, bytes: Uint8Array, signature: Uint8Array) => boolean;

describe('the primitives, judged by Wycheproof', () => {
  // What it calls acceptable, such as a digest info without its NULL, is a second form of a signature: we refuse it.
  when.each<[string, string, Verify]>([
    ['ECDSA over P-256 with SHA-256', 'ecdsa_secp256r1_sha256_test.json', verifyEs256],
    ['RSASSA-PKCS1-v1_5 with SHA-256 and 2048 bits', 'rsa_signature_2048_sha256_test.json', verifyRs256],
    ['RSASSA-PKCS1-v1_5 with SHA-256 and 3072 bits', 'rsa_signature_3072_sha256_test.json', verifyRs256],
  ])(`%s says of every vector what Wycheproof says${absent}`, (_, file, verify) => {
    const groups = groupsOf(file);
    const wrong = groups.flatMap(({ publicKeyDer, tests }) => {
      const key = publicKeyOf(bytes(publicKeyDer))!;
      return tests
        .filter(({ msg, sig, result }) => verify(key, bytes(msg), bytes(sig)) !== (result === 'valid'))
        .map(({ tcId, comment }) => `${tcId} ${comment}`);
    });
    expect(groups.flatMap(({ tests }) => tests).length).toBeGreaterThan(250);
    expect(wrong).toEqual([]);
  });

  when(`RSA3072 takes its keys of 3072 bits and exponent 65537, and no other${absent}`, () => {
    const takes = (file: string) =>
      groupsOf(file).map(({ publicKeyDer, publicKey }) => {
        try {
          return `${publicKey.publicExponent} ${readSpki(bytes(publicKeyDer)).suite}`;
        } catch (fault) {
          return `${publicKey.publicExponent} ${(fault as { code?: string }).code}`;
        }
      });
    expect(takes('rsa_signature_3072_sha256_test.json').sort()).toEqual(['010001 RSA3072', '03 CERTIFICATE_KEY']);
    expect(new Set(takes('rsa_signature_2048_sha256_test.json'))).toEqual(
      new Set(['010001 CERTIFICATE_KEY', '03 CERTIFICATE_KEY']),
    );
    const [group] = groupsOf('rsa_signature_3072_sha256_test.json');
    for (const { sig, result } of group?.tests ?? [])
      if (result === 'valid') expect(SUITES.RSA3072.signatureFault(bytes(sig))).toBeUndefined();
  });
});
