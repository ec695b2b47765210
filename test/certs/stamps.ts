/** Time stamps of any authority, over anything, at any time: those of honest ones and those that none makes. */
import { createPrivateKey } from 'node:crypto';
import { writeSigningCertificate } from '../../certs/attributes.ts';
import { signatureOf, withTimeStamp } from '../../certs/cms.ts';
import type { Issuer } from '../../certs/issue.ts';
import { signAtOnce } from '../../certs/key.ts';
import { certificatesFromPem } from '../../certs/pem.ts';
import { signerConstants } from '../../certs/signed-data.ts';
import { SUITES } from '../../certs/suites.ts';
import { type TstInfo, writeTimeStampToken, writeTokenAttributes, writeTstInfo } from '../../certs/time-stamp.ts';
import { withList } from '../../certs/verify/trust.ts';
import type { Trust } from '../../certs/verify.ts';
import { type Certificate, readCertificate } from '../../certs/x509.ts';
import { digest, forge, type World } from './fixture.ts';

export const POLICY = '2.999.3161.1';

export interface Stamper extends Issuer {
  readonly authority: Certificate;
}

/** @param issuer The seal authority, of an honest one. */
export function stamper(issuer: Issuer, wanted: Parameters<typeof forge>[0] = {}): Stamper {
  const subject = { organization: '授时中心', unit: 'time-stamp', commonName: 'Time Stamps' };
  return { ...forge({ profile: 'TIME_STAMP', subject, ...wanted }, issuer), authority: issuer.certificate };
}

/** The one that a world's trust list names. */
export function stamperOf({ text }: World): Stamper {
  const [certificate, authority] = certificatesFromPem(text('tsa/keys/tsa-chain.pem')).map(der => readCertificate(der));
  return { certificate: certificate!, authority: authority!, key: createPrivateKey(text('tsa/keys/tsa-key.pem')) };
}

export interface Stamp {
  readonly at: Date;
  readonly info?: Partial<TstInfo>;
  readonly certificates?: readonly Certificate[];
  readonly certificateHash?: Uint8Array;
  readonly infoDigest?: Uint8Array;
  readonly signature?: Uint8Array;
}

export function tokenOver(stamped: Uint8Array, by: Stamper, { at, ...odd }: Stamp): Uint8Array {
  const imprint = { sha256: digest(stamped), hasNull: false };
  const info = writeTstInfo({ policy: POLICY, imprint, serial: Uint8Array.of(7), genTime: at, ...odd.info });
  const { suite } = by.certificate.publicKey;
  const { digest: digestOf } = SUITES[suite];
  const signing = writeSigningCertificate(suite, odd.certificateHash ?? digestOf(by.certificate.der));
  const attributes = writeTokenAttributes(suite, odd.infoDigest ?? digestOf(info), at, signing);
  const ders = (odd.certificates ?? [by.certificate, by.authority]).map(({ der }) => der);
  const { issuerDer, serial } = by.certificate;
  const constants = signerConstants(suite, ders, issuerDer, serial);
  return writeTimeStampToken(constants, info, attributes, odd.signature ?? signAtOnce(by.key, attributes));
}

export const stamped = (seal: Uint8Array, by: Stamper, stamp: Stamp): Uint8Array =>
  withTimeStamp(seal, tokenOver(signatureOf(seal), by, stamp));

/** The same trust with this authority on its list. */
export function withStamper(trust: Trust, { certificate }: Stamper, policy: string = POLICY): Trust {
  const certificates = [Buffer.from(digest(certificate.der)).toString('hex')];
  return withList(trust, { ...trust.list!, timeStamping: [{ policy, certificates }] });
}
