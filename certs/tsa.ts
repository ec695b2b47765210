/**
 * A time-stamp authority (RFC 3161): answers one question at a time, with its own key, under its own policy. Knows no
 * network and no clock.
 *
 *     const authority = openTimeStampAuthority({ signer, chainPem, policy: '2.999.3161.1' });
 *     const response = await authority.answer(request, new Date());
 */
import { hash, randomBytes } from 'node:crypto';
import { writeSigningCertificate } from './attributes.ts';
import { compareBytes } from './der.ts';
import { certificatesFromPem } from './pem.ts';
import { signerConstants } from './signed-data.ts';
import type { Signer } from './signer.ts';
import { SUITES } from './suites.ts';
import {
  type Failure,
  readTimeStampRequest,
  type TimeStampRequest,
  writeTimeStampResponse,
  writeTimeStampToken,
  writeTokenAttributes,
  writeTstInfo,
} from './time-stamp.ts';
import { readCertificate } from './x509.ts';

export interface TimeStampAuthority {
  /** SHA-256 of the certificate, hexadecimal, as on the trust list. */
  readonly certificateSha256: string;
  /** Dotted. */
  readonly policy: string;
  /**
   * @param requestDer A TimeStampReq, or whatever a stranger sends for one.
   * @param at The time that is vouched for, to the millisecond.
   * @returns A TimeStampResp, for a refusal too. It rejects only when the key can't be used.
   */
  answer(requestDer: Uint8Array, at: Date): Promise<Uint8Array>;
}

export interface TimeStampAuthorityTools {
  /** Stays open until whoever opened it closes it. */
  readonly signer: Signer;
  /** The certificate of the authority, then its issuer's. */
  readonly chainPem: string;
  /** Dotted: the one policy under which it stamps. */
  readonly policy: string;
}

/** What a refusal says to whoever reads the response by eye. */
const SENTENCES: Readonly<Record<Failure, string>> = {
  badAlg: 'only SHA-256 digests are stamped',
  badRequest: 'the request is not of version 1',
  badDataFormat: 'the request is not a TimeStampReq in DER',
  timeNotAvailable: 'the certificate of this authority is not valid now',
  unacceptedPolicy: 'this authority stamps under another policy',
  unacceptedExtension: 'this authority knows no extensions',
  addInfoNotAvailable: 'what else was asked for is not known',
  systemFailure: 'something went wrong here',
};

/** @throws {Error} in one sentence when key and certificate don't belong together or are for another purpose. */
export function openTimeStampAuthority({ signer, chainPem, policy }: TimeStampAuthorityTools): TimeStampAuthority {
  const [certificate, authority, ...more] = certificatesFromPem(chainPem).map(der => readCertificate(der));
  if (certificate?.extensions.profile !== 'TIME_STAMP' || !authority || more.length > 0)
    throw new Error('the chain of a time-stamp authority is its certificate and its issuer’s, in this order');
  if (compareBytes(signer.spki, certificate.spki) !== 0)
    throw new Error('the private key is not the one in the certificate of the time-stamp authority');
  const { suite: id } = certificate.publicKey;
  const { digest } = SUITES[id];
  const { issuerDer, serial, notBefore, notAfter } = certificate;
  const signingCertificate = writeSigningCertificate(id, digest(certificate.der));
  const bare = signerConstants(id, [], issuerDer, serial);
  const withChain = signerConstants(id, [certificate.der, authority.der], issuerDer, serial);

  async function stamp({ imprint, nonce, certReq }: TimeStampRequest, at: Date): Promise<Uint8Array> {
    const info = writeTstInfo({ policy, imprint, serial: drawSerial(), genTime: at, nonce });
    const attributes = writeTokenAttributes(id, digest(info), at, signingCertificate);
    const signature = await signer.sign(attributes);
    return writeTimeStampToken(certReq ? withChain : bare, info, attributes, signature);
  }

  return {
    certificateSha256: hash('sha256', certificate.der, 'hex'),
    policy,
    async answer(requestDer, at) {
      const asked = readTimeStampRequest(requestDer);
      if (!asked.ok) return refusal(asked.failure);
      const { request } = asked;
      if (request.policy !== undefined && request.policy !== policy) return refusal('unacceptedPolicy');
      if (at < notBefore || at > notAfter) return refusal('timeNotAvailable');
      return writeTimeStampResponse({ granted: true, token: await stamp(request, at) });
    },
  };
}

const refusal = (failure: Failure): Uint8Array =>
  writeTimeStampResponse({ granted: false, failure, text: SENTENCES[failure] });

/** 128 random bits: unique without anything to remember, whatever dies (RFC 3161 section 2.4.2). */
function drawSerial(): Uint8Array {
  if (drawn.length < serialBytes) drawn = randomBytes(serialBytes * 256);
  const serial = drawn.subarray(0, serialBytes);
  drawn = drawn.subarray(serialBytes);
  return serial;
}

const serialBytes = 16;
/** Random bytes cost the same whether one asks for few or many. */
let drawn: Uint8Array = new Uint8Array();
