/**
 * Seals records: the one place where a holder's key is used for its purpose.
 *
 *     const sealer = openSealer({ signer, chainPem });
 *     const p7s = await sealer.seal(Buffer.from(canonicalize(record)), new Date());
 *     const pdf = await sealer.sealPdf(press.draw(paper, facts));
 *     const ses = await sealer.sealSes(record, new Date());
 */
import { hash } from 'node:crypto';
import { writeSigningCertificate } from './attributes.ts';
import { writeAttributes, writeSignedData } from './cms.ts';
import { compareBytes } from './der.ts';
import { finding } from './findings.ts';
import { readKey, signAtOnce, spkiOf } from './key.ts';
import { writePdfAttributes, writePdfSeal } from './pdf/cms.ts';
import { PdfFault } from './pdf/fault.ts';
import { type DrawnPdf, type Hole, holeBytesFor, outsideOf, withInHole } from './pdf/hole.ts';
import { readPaper } from './pdf/paper.ts';
import { certificatesFromPem } from './pem.ts';
import { openSesForm } from './ses/make.ts';
import { signerConstants } from './signed-data.ts';
import type { Signer } from './signer.ts';
import { SUITES, type SuiteId } from './suites.ts';
import { type Certificate, readCertificate } from './x509.ts';

export interface Sealer {
  /** SHA-256 of the certificate, hexadecimal, as on the trust list. */
  readonly certificateSha256: string;
  /** Whom the certificate names. */
  readonly organization: string;
  readonly suite: SuiteId;
  /** Of papers that it seals: how long the hole must be, with room for their evidence. */
  readonly holeBytes: number;
  /**
   * @param record The bytes of the record; they must be canonical JSON, or no verifier takes them.
   * @param at Kept in whole seconds.
   * @returns DER of the seal. ES256 signatures are randomized: the same record seals to other bytes each time.
   */
  seal(record: Uint8Array, at: Date): Promise<Uint8Array>;
  /**
   * The paper with its seal in the hole: PAdES-B, of the time that it says itself.
   *
   * @throws {PdfFault} when the paper is not in the form that verifiers take (pdf/form.ts), or names another organization
   *   than the certificate. @throws {HoleTooSmall}
   */
  sealPdf(drawn: DrawnPdf): Promise<Uint8Array>;
  /** DER of the holder's electronic seal, as it lies in each of its signatures; undefined when it has none. */
  readonly electronicSeal: Uint8Array | undefined;
  /**
   * The national form: a signature of GB/T 38540 over the record.
   *
   * @param at Kept in whole seconds.
   * @returns DER; undefined when the holder has no electronic seal.
   */
  sealSes(record: Uint8Array, at: Date): Promise<Uint8Array | undefined>;
}

/**
 * @param signer Stays open until whoever opened it closes it.
 * @param chainPem The seal certificate, then its authority's.
 * @param electronicSeal DER of the holder's electronic seal.
 * @throws {Error} in one sentence when these don't belong together.
 */
export function openSealer({
  signer,
  chainPem,
  electronicSeal,
}: {
  readonly signer: Signer;
  readonly chainPem: string;
  readonly electronicSeal?: Uint8Array | undefined;
}): Sealer {
  const chain = readChain(chainPem);
  const form = formOf(chain, signer.spki);
  const { certificateSha256, organization, suite, holeBytes } = form;
  const ses = electronicSeal && openSesForm(electronicSeal, chain.certificate);
  return {
    certificateSha256,
    organization,
    suite,
    holeBytes,
    async seal(record, at) {
      const attributes = form.attributesOf(record, at);
      return form.sealOf(attributes, await signer.sign(attributes));
    },
    async sealPdf({ bytes, hole }) {
      const attributes = form.pdfAttributesOf(bytes, hole);
      return withInHole(bytes, hole, form.pdfSealOf(attributes, await signer.sign(attributes)));
    },
    electronicSeal,
    async sealSes(record, at) {
      const toSign = ses?.toSign(record, at);
      return toSign && ses?.signatureOf(toSign, await signer.sign(toSign));
    },
  };
}

/** A sealer whose key is here and that signs while everything else waits. */
export interface SealerAtOnce {
  readonly certificateSha256: string;
  seal(record: Uint8Array, at: Date): Uint8Array;
}

/**
 * For those who issue, as the trust list is, and serve nobody meanwhile.
 *
 * @param keyPem PKCS#8, not encrypted.
 * @throws {Error} as {@link openSealer} does, without any part of the key.
 */
export function openSealerAtOnce({
  keyPem,
  chainPem,
}: {
  readonly keyPem: string;
  readonly chainPem: string;
}): SealerAtOnce {
  const chain = readChain(chainPem);
  const key = readKey(keyPem, ownerOf(chain.certificate));
  const { certificateSha256, attributesOf, sealOf } = formOf(chain, spkiOf(key));
  return {
    certificateSha256,
    seal(record, at) {
      const attributes = attributesOf(record, at);
      return sealOf(attributes, signAtOnce(key, attributes));
    },
  };
}

interface Chain {
  readonly certificate: Certificate;
  readonly authority: Certificate;
}

function readChain(chainPem: string): Chain {
  const [certificate, authority, ...more] = certificatesFromPem(chainPem).map(der => readCertificate(der));
  if (certificate?.extensions.profile !== 'SEAL' || !authority || more.length > 0)
    throw new Error('the chain of a seal is its seal certificate and the seal authority, in this order');
  return { certificate, authority };
}

const ownerOf = ({ subject }: Certificate): string => `the seal of ${subject.unit}`;

/** All of a holder's seals but for the signature. */
interface Form extends Pick<Sealer, 'certificateSha256' | 'organization' | 'suite' | 'holeBytes'> {
  /** What is to be signed. */
  attributesOf(record: Uint8Array, at: Date): Uint8Array;
  sealOf(attributes: Uint8Array, signature: Uint8Array): Uint8Array;
  pdfAttributesOf(pdf: Uint8Array, hole: Hole): Uint8Array;
  pdfSealOf(attributes: Uint8Array, signature: Uint8Array): Uint8Array;
}

function formOf({ certificate, authority }: Chain, spki: Uint8Array): Form {
  if (compareBytes(spki, certificate.spki) !== 0)
    throw new Error(`the private key is not the one in the certificate of ${ownerOf(certificate)}`);
  const { suite } = certificate.publicKey;
  const signingCertificate = writeSigningCertificate(suite, SUITES[suite].digest(certificate.der));
  const constants = signerConstants(suite, [certificate.der, authority.der], certificate.issuerDer, certificate.serial);
  return {
    certificateSha256: hash('sha256', certificate.der, 'hex'),
    organization: certificate.subject.organization,
    suite,
    holeBytes: holeBytesFor(
      writePdfSeal(
        constants,
        writePdfAttributes(suite, SUITES[suite].digest(new Uint8Array()), signingCertificate),
        new Uint8Array(SIGNATURE_BYTES_MAX[suite]),
      ).length,
    ),
    attributesOf: (record, at) => writeAttributes(suite, SUITES[suite].digest(record), at, signingCertificate),
    sealOf: (attributes, signature) => writeSignedData(constants, attributes, signature),
    pdfAttributesOf(pdf, hole) {
      mustBePaper(pdf, hole, certificate.subject.organization);
      return writePdfAttributes(suite, SUITES[suite].digest(outsideOf(pdf, hole)), signingCertificate);
    },
    pdfSealOf: (attributes, signature) => writePdfSeal(constants, attributes, signature),
  };
}

/** Two numbers of up to 33 bytes in DER; a number as long as the modulus. */
const SIGNATURE_BYTES_MAX: Readonly<Record<SuiteId, number>> = { ES256: 72, RSA3072: 384, SM2SM3: 72 };

/** What verifiers would refuse is not sealed: read by their own reader, as strict as it is. */
function mustBePaper(pdf: Uint8Array, hole: Hole, organization: string): void {
  const { hole: found, inHole, claims } = readPaper(pdf);
  if (found.from !== hole.from || found.to !== hole.to || inHole.some(byte => byte !== 0))
    throw new PdfFault(finding('PDF_HOLE', `pdf byte ${found.from}`));
  if (claims.organization !== organization)
    throw new PdfFault(
      finding('PDF_SIGNER_NAME_DIFFERS', 'seal: /Name', { says: claims.organization, found: organization }),
    );
}
