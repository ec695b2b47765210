/** A world whose tax office has a key of SM2 and an electronic seal, signatures of it in order, and such as nobody honest makes. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureHierarchy } from '../../../certs/ca.ts';
import { type Issue, type Issuer, issue } from '../../../certs/issue.ts';
import { makeKeyPem, readKey, signAtOnce } from '../../../certs/key.ts';
import { OID } from '../../../certs/oid.ts';
import { certificatesFromPem } from '../../../certs/pem.ts';
import { readSealFile, type Seal, type SealInfo, writeSeal, writeSealInfo } from '../../../certs/ses/seal.ts';
import {
  type SesSignature,
  sesSignatureValueOf,
  type ToSign,
  withSesTimeStamp,
  writeSesSignature,
  writeToSign,
} from '../../../certs/ses/signature.ts';
import { SUITES } from '../../../certs/suites.ts';
import type { Trust } from '../../../certs/verify.ts';
import { readCertificate } from '../../../certs/x509.ts';
import { logged, type Said, withNews } from '../evidence.ts';
import { HOLDERS, NOW, TAX_RECORD, type World, world } from '../fixture.ts';
import { type Stamp, stamperOf, tokenOver } from '../stamps.ts';

/** One red pixel. */
export const PNG: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);
export const pictures = () => ({ bytes: PNG, widthMm: 42, heightMm: 42 });

/** @param suite Of whom: the tax office's, unless something else is said. */
export const HOLDERS_WITH_SM2 = HOLDERS.map(holder =>
  holder.id === 'tax' ? { ...holder, suite: 'SM2SM3' as const } : holder,
);

export interface SesWorld extends World {
  readonly maker: Issuer;
  readonly tax: Issuer;
  /** The tax office's, as it was made for it. */
  readonly electronicSeal: Seal;
}

export function sesWorld(): SesWorld {
  const made = world(HOLDERS_WITH_SM2);
  ensureHierarchy({ dataDir: made.dir, holders: HOLDERS_WITH_SM2, now: NOW, sealPictures: pictures });
  const issuer = (key: string, chain: string): Issuer => ({
    key: createPrivateKey(made.text(key)),
    certificate: readCertificate(certificatesFromPem(made.text(chain))[0]!),
  });
  return {
    ...made,
    maker: issuer('center/keys/seal-maker-key.pem', 'center/keys/seal-maker.pem'),
    tax: issuer('tax/keys/seal-key.pem', 'tax/keys/seal-chain.pem'),
    electronicSeal: readSealFile(readFileSync(join(made.dir, 'tax/keys/seal.esl'))),
  };
}

/** Certificates over new keys of SM2 that an authority issues without asking whom for. */
export function sm2Issuer(wanted: Partial<Issue>, issuer: Issuer): Issuer {
  const key = readKey(makeKeyPem('SM2SM3'), 'a test');
  const certificate = issue(
    {
      profile: 'SEAL',
      subject: { organization: '税务局', unit: 'tax', commonName: 'tax seal' },
      notBefore: new Date(NOW.getTime() - 3_600_000),
      notAfter: new Date(NOW.getTime() + 365 * 86_400_000),
      ...wanted,
      key,
    },
    issuer,
  );
  return { certificate, key };
}

/** What is to be otherwise than in an honest signature. */
export interface Odd {
  readonly info?: Partial<SealInfo>;
  readonly maker?: Issuer;
  readonly makerAlgorithm?: string;
  readonly makerSignature?: Uint8Array;
  /** A whole seal. */
  readonly seal?: Uint8Array;
  readonly toSign?: Partial<ToSign>;
  readonly signer?: Issuer;
  readonly algorithm?: string;
  readonly signature?: Uint8Array;
  readonly timeStamp?: Pick<NonNullable<SesSignature['timeStamp']>, 'der' | 'tagging'>;
}

export function signatureWith(w: SesWorld, odd: Odd = {}, record: Uint8Array = TAX_RECORD): Uint8Array {
  const signer = odd.signer ?? w.tax;
  const signedBytes = writeToSign(odd.seal ?? sealWith(w, odd), {
    signedAt: new Date('2025-06-30T08:00:00Z'),
    dataHash: SUITES.SM2SM3.digest(record),
    propertyInfo: 'record.json',
    ...odd.toSign,
  });
  return writeSesSignature({
    signedBytes,
    certificate: signer.certificate,
    algorithm: odd.algorithm ?? OID.sm2WithSm3,
    signature: odd.signature ?? signAtOnce(signer.key, signedBytes),
    timeStamp: odd.timeStamp,
  });
}

export function sealWith(w: SesWorld, odd: Odd = {}): Uint8Array {
  const maker = odd.maker ?? w.maker;
  const certificates = odd.signer ? { signers: listOf(odd.signer) } : {};
  const signedBytes = writeSealInfo({ ...w.electronicSeal.info, ...certificates, ...odd.info });
  return writeSeal({
    signedBytes,
    maker: maker.certificate,
    algorithm: odd.makerAlgorithm ?? OID.sm2WithSm3,
    signature: odd.makerSignature ?? signAtOnce(maker.key, signedBytes),
  });
}

const listOf = ({ certificate }: Issuer): SealInfo['signers'] => ({
  kind: 'CERTIFICATES',
  certificates: [certificate.der],
});

export const STAMPED = new Date('2025-06-30T08:00:01.500Z');
const NEWS: Said = { from: NOW, until: new Date('2025-07-07T08:00:00Z') };

export const stampedSes = (w: SesWorld, bare: Uint8Array, stamp: Stamp = { at: STAMPED }): Uint8Array =>
  withSesTimeStamp(bare, tokenOver(sesSignatureValueOf(bare), stamperOf(w), stamp));

/** All that a verifier may be handed beside a signature. */
export interface Proven {
  readonly seal: Uint8Array;
  readonly proof: Uint8Array;
  readonly trust: Trust;
}

export async function proven(
  w: SesWorld,
  seal: Uint8Array,
  said: Said = NEWS,
  trust: Trust = w.trust,
): Promise<Proven> {
  const { trust: withLog, proof } = logged(withNews(trust, w, said), 'tax', [seal]);
  return { seal, proof: await proof(0), trust: withLog };
}
