/**
 * How the signature of a seal is checked without this program. openssl cms does all of it for a seal of CMS. Of a seal of
 * GB/T 35275 it knows not the types, and of SM2 not the id: what is signed is cut out and checked piece by piece.
 */
import { compareBytes } from '../der.ts';
import type { PdfSeal } from '../pdf/cms.ts';
import { SM2_ID } from '../sm/sm2.ts';
import { SUITES } from '../suites.ts';
import type { SealFiles } from './files.ts';
import { cut, quoted } from './shell.ts';

export type Signed = Pick<
  PdfSeal,
  'certificates' | 'attributes' | 'suite' | 'signedBytes' | 'signature' | 'signatureOffset' | 'timeStamp'
>;

/**
 * @param signed Undefined for what is no seal: openssl says why.
 * @param anchor Options of openssl: root and time.
 */
export function signatureLines(
  { sealPath, recordPath }: Pick<SealFiles, 'sealPath' | 'recordPath'>,
  seal: Uint8Array,
  signed: Signed | undefined,
  anchor: string,
): readonly string[] {
  if (signed?.suite === 'SM2SM3') return sm2Lines({ sealPath, recordPath }, seal, signed, anchor);
  const files = `-in ${quoted(sealPath)} -content ${quoted(recordPath)}`;
  return [`openssl cms -verify -cades -binary -inform DER ${files} ${anchor} -out /dev/null`];
}

export const isSigner = (
  certificate: Uint8Array,
  { suite, attributes }: Pick<Signed, 'suite' | 'attributes'>,
): boolean => compareBytes(SUITES[suite].digest(certificate), attributes.certificateHash) === 0;

function sm2Lines(
  { sealPath, recordPath }: Pick<SealFiles, 'sealPath' | 'recordPath'>,
  seal: Uint8Array,
  signed: Signed,
  anchor: string,
): readonly string[] {
  const { attributes, certificates, signedBytes, signature, signatureOffset } = signed;
  const bytes = Buffer.from(seal.buffer, seal.byteOffset, seal.byteLength);
  // All but the tag stand in the seal as they were signed.
  const attributesAt = bytes.indexOf(signedBytes.subarray(1)) - 1;
  const cutHash = (hash: Uint8Array): string => cut(sealPath, bytes.indexOf(hash, attributesAt), hash.length);
  const pem = certificates.map(({ der, offset }) => {
    const name = isSigner(der, signed) ? 'signer' : 'authority';
    return `${cut(sealPath, offset, der.length)} | openssl x509 -inform DER -out ${name}.pem`;
  });
  return [
    ...pem,
    `openssl verify ${anchor} -untrusted authority.pem signer.pem`,
    `{ printf 1; ${cut(sealPath, attributesAt + 1, signedBytes.length - 1)}; } > attributes.bin    # 1: SET OF`,
    `${cut(sealPath, signatureOffset, signature.length)} > signature.bin`,
    `openssl pkeyutl -verify -certin -inkey signer.pem -rawin -digest sm3 -pkeyopt distid:${SM2_ID} -in attributes.bin -sigfile signature.bin`,
    `${cutHash(attributes.messageDigest)} > digest.bin; openssl dgst -sm3 -binary ${quoted(recordPath)} | cmp - digest.bin`,
    `${cutHash(attributes.certificateHash)} > digest.bin; openssl x509 -in signer.pem -outform DER | openssl dgst -sm3 -binary | cmp - digest.bin`,
  ];
}
