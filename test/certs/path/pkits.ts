/**
 * NIST's Public Key Interoperability Test Suite (csrc.nist.gov/projects/pki-testing), the edition of 2001 to 2011: SHA-1
 * and RSA keys of 1,024 bits, which no suite of ours takes, so the test brings its own way to verify them.
 */
import { createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PathCertificate, readPathCertificate } from '../../../certs/path/certificate.ts';
import { type PathCrl, readPathCrl } from '../../../certs/path/crl.ts';
import type { VerifySignature } from '../../../certs/path/signature.ts';
import { vectors } from '../../fixtures/vectors.ts';

export const PKITS = vectors('pkits', 'csrc.nist.gov/projects/pki-testing');

/** In the life of its certificates, and outside that of those which are over or to come. */
export const PKITS_TIME = new Date('2006-01-01T00:00:00Z');

export interface Pkits {
  readonly anchor: PathCertificate;
  /** The certificates that are not of an end entity. */
  readonly others: readonly PathCertificate[];
  /** By name, such as `ValidCertificatePathTest1`. */
  readonly ends: ReadonlyMap<string, PathCertificate>;
  readonly crls: readonly PathCrl[];
}

/** Nothing, where the folder is absent. */
export function readPkits(): Pkits | undefined {
  if (PKITS.absent) return undefined;
  const certificates = new Map(filesOf('certs').map(({ name, der }) => [name, readPathCertificate(der)]));
  const anchor = certificates.get('TrustAnchorRootCertificate.crt')!;
  const isEnd = (name: string) => /Test\d+EE\.crt$/.test(name);
  return {
    anchor,
    others: [...certificates].filter(([name, it]) => !isEnd(name) && it !== anchor).map(([, it]) => it),
    ends: new Map([...certificates].filter(([name]) => isEnd(name)).map(([name, it]) => [name.slice(0, -6), it])),
    crls: filesOf('crls').map(({ der }) => readPathCrl(der)),
  };
}

const filesOf = (kind: string) =>
  readdirSync(join(PKITS.path, kind)).map(name => ({
    name,
    der: new Uint8Array(readFileSync(join(PKITS.path, kind, name))),
  }));

const SHA1_WITH_RSA = Buffer.from('300d06092a864886f70d0101050500', 'hex');

export const verifyRs1: VerifySignature = (algorithm, spki, bytes, signature) => {
  if (!SHA1_WITH_RSA.equals(algorithm)) return 'CERTIFICATE_ALGORITHM';
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return verify('sha1', bytes, key, signature) ? undefined : 'CERTIFICATE_SIGNATURE_WRONG';
};
