/** Signatures of GB/T 38540 that are VALID, and what is needed to put others together: parts, and whoever has a key. */
import { OID } from '../../certs/oid.ts';
import { type SealInfo, writeSeal, writeSealInfo } from '../../certs/ses/seal.ts';
import { type ToSign, writeSesSignature, writeToSign } from '../../certs/ses/signature.ts';
import { SUITES } from '../../certs/suites.ts';
import type { Certified, Hierarchy, HolderId } from './hierarchy.ts';
import { type Original, originalOf } from './original.ts';
import { sha256 } from './signed-data.ts';

/** What a signature is put together from. */
export interface SesParts {
  readonly info: SealInfo;
  readonly maker: Certified;
  readonly signer: Certified;
  readonly toSign: ToSign;
  /** In the place of what the maker signs of its own will. */
  readonly makerSignature?: Uint8Array;
  /** A whole seal, in the place of one that is put together. */
  readonly seal?: Uint8Array;
  /** Dotted, in the place of SM2 with SM3. */
  readonly algorithm?: string;
}

export interface SesOriginal {
  /** For people, such as `seal (SM2SM3), stamped by ES256`. */
  readonly name: string;
  readonly holder: HolderId;
  readonly record: Uint8Array;
  readonly parts: SesParts;
  readonly ses: Original;
  /** The seal inside, as its maker made it. */
  readonly seal: Uint8Array;
  /** The token of the time-stamp authority over a signature value. */
  token(signature: Uint8Array): Uint8Array;
  /** … of somebody who calls himself the same. */
  strangeToken(signature: Uint8Array): Uint8Array;
  /** Who may make no seals, and use none. */
  readonly impostors: readonly Certified[];
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** The electronic seal of a holder. */
const sealInfo = (id: string, name: string, signer: Certified, createdAt: Date): SealInfo => ({
  vendor: 'one-window',
  id,
  type: 1,
  name,
  signers: { kind: 'CERTIFICATES', certificates: [signer.certificate.der] },
  createdAt,
  validFrom: signer.certificate.notBefore,
  validUntil: signer.certificate.notAfter,
  picture: { type: 'PNG', data: PNG, widthMm: 42, heightMm: 42 },
});

const toSignOf = (record: Uint8Array, signedAt: Date): ToSign => ({
  signedAt,
  dataHash: SUITES.SM2SM3.digest(record),
  propertyInfo: 'record.json',
});

export function sealFrom({ info, maker, makerSignature }: SesParts): Uint8Array {
  const signedBytes = writeSealInfo(info);
  const signature = makerSignature ?? maker.key.sign(signedBytes);
  return writeSeal({ signedBytes, maker: maker.certificate, algorithm: OID.sm2WithSm3, signature });
}

/** Signed and stamped. What is put together need not be readable. */
export function sesFrom(
  parts: SesParts,
  { token }: Pick<SesOriginal, 'token'>,
  sign = (bytes: Uint8Array) => parts.signer.key.sign(bytes),
): Uint8Array {
  const { signer, toSign, seal = sealFrom(parts), algorithm = OID.sm2WithSm3 } = parts;
  const signedBytes = writeToSign(seal, toSign);
  const signature = sign(signedBytes);
  const timeStamp = { der: token(signature), tagging: 'EXPLICIT' } as const;
  return writeSesSignature({ signedBytes, certificate: signer.certificate, algorithm, signature, timeStamp });
}

export interface SesPlan extends Pick<SesOriginal, 'name' | 'holder' | 'record' | 'token' | 'strangeToken'> {
  readonly organization: string;
  readonly sealedAt: Date;
}

export function sesOriginal(
  honest: Hierarchy,
  strange: Hierarchy,
  { organization, sealedAt, ...plan }: SesPlan,
): SesOriginal {
  const signer = honest.holders[plan.holder];
  const parts: SesParts = {
    info: sealInfo(sha256(plan.record).toString('hex'), organization, signer, signer.certificate.notBefore),
    maker: honest.sealMaker,
    signer,
    toSign: toSignOf(plan.record, sealedAt),
  };
  const impostors = [honest, strange].flatMap(({ root, sealAuthority, holders, timeStamps, unlisted, sealMaker }) => [
    root,
    sealAuthority,
    sealMaker,
    ...Object.values(holders),
    ...Object.values(timeStamps),
    ...unlisted,
  ]);
  return {
    ...plan,
    parts,
    seal: sealFrom(parts),
    ses: originalOf(sesFrom(parts, plan)),
    impostors: impostors.filter(one => one !== signer && one !== honest.sealMaker),
  };
}
