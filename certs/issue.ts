/** Issues certificates: fills in a profile, draws a serial number, signs. Knows no file and no hierarchy. */
import { hash, type KeyObject, randomBytes } from 'node:crypto';
import { signAtOnce, spkiOf, suiteOfKeyObject } from './key.ts';
import type { Name } from './name.ts';
import type { Profile } from './profile.ts';
import { type Certificate, readCertificate, readSpki, writeBody, writeCertificate } from './x509.ts';

/** An authority that can sign. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

export interface Issue {
  readonly profile: Profile;
  readonly subject: Name;
  /** Private only if the certificate is to sign itself: an authority issues over a public key. */
  readonly key: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly dnsNames?: readonly string[];
}

/** @param issuer Undefined for what signs itself. */
export function issue({ profile, subject, key, notBefore, notAfter, dnsNames }: Issue, issuer?: Issuer): Certificate {
  const publicKey = readSpki(spkiOf(key));
  const signing = issuer?.key ?? key;
  const signatureSuite = suiteOfKeyObject(signing);
  if (!signatureSuite) throw new TypeError('an authority needs a key of one of our suites');
  const body = writeBody({
    serial: drawSerial(),
    issuer: issuer?.certificate.subject ?? subject,
    subject,
    notBefore: wholeSecond(notBefore),
    notAfter: wholeSecond(notAfter),
    publicKey,
    signatureSuite,
    extensions: {
      profile,
      subjectKeyId: keyId(publicKey.bits),
      ...(issuer && { authorityKeyId: issuer.certificate.extensions.subjectKeyId }),
      ...(dnsNames && { dnsNames }),
    },
  });
  // Read back: what no verifier would take is not issued.
  return readCertificate(writeCertificate(body, signatureSuite, signAtOnce(signing, body)));
}

/** RFC 7093 section 2, method 1: the leftmost 160 bits of the SHA-256 of the public key. */
const keyId = (publicKey: Uint8Array): Uint8Array => hash('sha256', publicKey, 'buffer').subarray(0, 20);

/** 16 random bytes, positive. A leading zero byte is cut: one byte of 256 tries, still 120 random bits. */
function drawSerial(): Uint8Array {
  const bytes = randomBytes(16);
  const from = bytes.findIndex(byte => byte !== 0);
  return from < 0 ? drawSerial() : bytes.subarray(from);
}

/** What is signed tells no less than a second. */
export const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000);
