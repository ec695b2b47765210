/**
 * Makes electronic seals (制章), and puts them on records (签章). The signing half of this folder.
 *
 *     const esl = makeElectronicSeal({ name: '税务局', signer: certificate.der, picture, createdAt, validUntil }, maker);
 *     const form = openSesForm(esl, certificate);
 *     const toSign = form.toSign(record, new Date());
 *     const ses = form.signatureOf(toSign, await signer.sign(toSign));
 */
import { randomBytes } from 'node:crypto';
import { compareBytes } from '../der.ts';
import { toHex } from '../hex.ts';
import { type Issuer, wholeSecond } from '../issue.ts';
import { signAtOnce } from '../key.ts';
import { OID } from '../oid.ts';
import { SUITES } from '../suites.ts';
import type { Certificate } from '../x509.ts';
import { PICTURE_TYPE, PROPERTY_INFO } from './form.ts';
import { readSealFile, type Seal, writeSeal, writeSealInfo } from './seal.ts';
import { writeSesSignature, writeToSign } from './signature.ts';

/** A red seal with star and name, as it is shown. */
export interface SealPicture {
  /** PNG. */
  readonly bytes: Uint8Array;
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface SealOrder {
  /** The organization, as in the certificate. */
  readonly name: string;
  /** Who may use the seal. */
  readonly signer: Certificate;
  readonly picture: SealPicture;
  /** Whole seconds. */
  readonly createdAt: Date;
}

const VENDOR = 'one-window';
/** Types of seals are everybody's own; 1 is the official seal 公章 of an organization. */
const OFFICIAL = 1;

/** @param maker Of the profile SEAL_MAKER. @returns DER: a file `.esl`, valid as long as both certificates are. */
export function makeElectronicSeal({ name, signer, picture, createdAt }: SealOrder, maker: Issuer): Uint8Array {
  const info = writeSealInfo({
    vendor: VENDOR,
    id: toHex(randomBytes(16)),
    type: OFFICIAL,
    name,
    signers: { kind: 'CERTIFICATES', certificates: [signer.der] },
    createdAt: wholeSecond(createdAt),
    validFrom: later(signer.notBefore, maker.certificate.notBefore),
    validUntil: earlier(signer.notAfter, maker.certificate.notAfter),
    picture: {
      type: PICTURE_TYPE,
      data: picture.bytes,
      widthMm: picture.widthMm,
      heightMm: picture.heightMm,
    },
  });
  const signature = signAtOnce(maker.key, info);
  const { der } = maker.certificate;
  const made = writeSeal({ signedBytes: info, maker: { der }, algorithm: OID.sm2WithSm3, signature });
  // Read back: what no verifier would read is not made.
  readSealFile(made);
  return made;
}

const later = (a: Date, b: Date): Date => (a > b ? a : b);
const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

export function isSealOf({ info: { signers } }: Seal, { der }: Certificate): boolean {
  if (signers.kind !== 'CERTIFICATES') return false;
  const [listed, ...more] = signers.certificates;
  return listed !== undefined && more.length === 0 && compareBytes(listed, der) === 0;
}

/** All of a holder's electronic signatures but for the signature. */
export interface SesForm {
  /** @param at Kept in whole seconds. */
  toSign(record: Uint8Array, at: Date): Uint8Array;
  /** @returns DER of the SES_Signature. */
  signatureOf(toSign: Uint8Array, signature: Uint8Array): Uint8Array;
}

/** @throws {Error} in one sentence when the seal is not this certificate's. */
export function openSesForm(electronicSeal: Uint8Array, certificate: Certificate): SesForm {
  if (!isSealOf(readSealFile(electronicSeal), certificate))
    throw new Error(`the electronic seal is not for the certificate of ${certificate.subject.commonName}`);
  return {
    toSign: (record, at) =>
      writeToSign(electronicSeal, {
        signedAt: wholeSecond(at),
        dataHash: SUITES.SM2SM3.digest(record),
        propertyInfo: PROPERTY_INFO,
      }),
    signatureOf: (toSign, signature) =>
      writeSesSignature({ signedBytes: toSign, certificate, algorithm: OID.sm2WithSm3, signature }),
  };
}
