import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { verifyEs256 } from '../../certs/primitives.ts';

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
}

const folder = process.env.VECTORS_DIR ?? join(import.meta.dirname, '../../../shared/vectors');
const path = join(folder, 'wycheproof/ecdsa_secp256r1_sha256_test.json');
const there = existsSync(path);
if (!there && process.env.REQUIRE_REAL === '1')
  throw new Error('the Wycheproof vectors (github.com/C2SP/wycheproof) are needed: set VECTORS_DIR');

describe('ECDSA over P-256 with SHA-256, judged by Wycheproof', () => {
  const absent = there ? '' : ' (skipped: VECTORS_DIR has no wycheproof/, see github.com/C2SP/wycheproof)';
  (there ? it : it.skip)(`says of every vector what Wycheproof says${absent}`, () => {
    const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;
    const bytes = (hex: string) => Buffer.from(hex, 'hex');
    const wrong = testGroups.flatMap(({ publicKeyDer, tests }) => {
      const key = createPublicKey({ key: bytes(publicKeyDer), format: 'der', type: 'spki' });
      return tests
        .filter(({ result }) => result !== 'acceptable')
        .filter(({ msg, sig, result }) => verifyEs256(key, bytes(msg), bytes(sig)) !== (result === 'valid'))
        .map(({ tcId, comment }) => `${tcId} ${comment}`);
    });
    expect(testGroups.flatMap(({ tests }) => tests).length).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  });
});
