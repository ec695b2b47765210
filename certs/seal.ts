/**
 * Seals records: the one place where a holder's key is used for its purpose.
 *
 *     const sealer = openSealer({ keyPem, chainPem });
 *     const p7s = sealer.seal(Buffer.from(canonicalize(record)), new Date());
 */
import { hash } from 'node:crypto';
import { signerConstants, writeAttributes, writeSignedData, writeSigningCertificate } from './cms.ts';
import { isKeyOf, readKey, signEs256 } from './key.ts';
import { certificatesFromPem } from './pem.ts';
import { readCertificate } from './x509.ts';

export interface Sealer {
  /** SHA-256 of the certificate, hexadecimal, as on the trust list. */
  readonly certificateSha256: string;
  /**
   * @param record The bytes of the record; they must be canonical JSON, or no verifier takes them.
   * @param at Kept in whole seconds.
   * @returns DER of the seal. Signatures are randomized: the same record seals to other bytes each time.
   */
  seal(record: Uint8Array, at: Date): Uint8Array;
}

/**
 * @param keyPem PKCS#8 private key of the seal.
 * @param chainPem The seal certificate, then its authority's.
 * @throws {Error} in one sentence, without any part of the key, when these don't belong together.
 */
export function openSealer({ keyPem, chainPem }: { readonly keyPem: string; readonly chainPem: string }): Sealer {
  const chain = certificatesFromPem(chainPem).map(der => readCertificate(der));
  const [certificate] = chain;
  if (certificate?.extensions.profile !== 'SEAL' || chain.length !== 2)
    throw new Error('the chain of a seal is its seal certificate and the seal authority, in this order');
  const owner = `the seal of ${certificate.subject.unit}`;
  const key = readKey(keyPem, owner);
  if (!isKeyOf(key, certificate)) throw new Error(`the private key is not the one in the certificate of ${owner}`);
  const certificateHash = hash('sha256', certificate.der, 'buffer');
  const signingCertificate = writeSigningCertificate(certificateHash);
  const constants = signerConstants(
    chain.map(({ der }) => der),
    certificate.issuerDer,
    certificate.serial,
  );
  return {
    certificateSha256: certificateHash.toString('hex'),
    seal(record, at) {
      const attributes = writeAttributes(hash('sha256', record, 'buffer'), at, signingCertificate);
      return writeSignedData(constants, attributes, signEs256(key, attributes));
    },
  };
}
