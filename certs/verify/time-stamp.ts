/**
 * The time stamp of a seal (RFC 3161): proves that the seal's signature was there at a time, by the word of an authority
 * that the trust list names. One that does not hold is a fault of the seal, for nobody honest puts it there.
 */
import type { ProvenChain } from '../chain.ts';
import { compareBytes } from '../der.ts';
import { type Finding, FormatError, finding } from '../findings.ts';
import { toHex } from '../hex.ts';
import { sha256 } from '../primitives.ts';
import { readTimeStampToken, type TimeStampToken } from '../time-stamp.ts';
import type { TrustList } from '../trust-list.ts';
import { examineStamperRevocation } from './revocation.ts';
import { examineDigest, examineSignature } from './signature.ts';
import { examineSigner, type SignerFound } from './signer.ts';
import { clockSkewMaxMs } from './time.ts';
import type { Trust } from './trust.ts';

export interface TimeStampQuestion {
  /** DER of the token. */
  readonly token: Uint8Array;
  /** What must have been stamped: the octets of the seal's signature value. */
  readonly signature: Uint8Array;
  /** When the seal says that it was made. */
  readonly sealedAt?: Date;
  readonly trust: Trust;
  /** The time of verification. */
  readonly at: Date;
}

export interface TimeStamp {
  /** Milliseconds. */
  readonly stampedAt: Date;
  /** Dotted. */
  readonly policy: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly nonce?: Uint8Array | undefined;
  /** SHA-256 of the certificate of the authority, hexadecimal, as on the trust list. */
  readonly certificateSha256: string;
}

export type CheckedTimeStamp =
  | { readonly ok: true; readonly value: TimeStamp }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** With the authority's certificate and that of its issuer, of RSA keys, a token has some 6 kB. */
const timeStampBytesMax = 32 * 1024;

/** For whoever asked for a time stamp: is it one, of this signature, from an authority that counts? */
export function checkTimeStamp(question: TimeStampQuestion): CheckedTimeStamp {
  const findings: Finding[] = [];
  const value = examineTimeStamp(question, findings);
  if (!question.trust.list) findings.push(finding('NO_TRUST_LIST', 'trust list'));
  return value ? { ok: true, value } : { ok: false, findings };
}

/**
 * @returns undefined when the time is not proved: by a fault that was added to `findings`, or because there is no trust
 *   list, by which no authority is known.
 */
export function examineTimeStamp(question: TimeStampQuestion, findings: Finding[]): TimeStamp | undefined {
  const { token: der, signature, trust } = question;
  const before = findings.length;
  const token = readToken(der, findings);
  if (!token) return undefined;
  const { policy, serial, genTime: stampedAt, nonce, imprint } = token.info;
  if (compareBytes(sha256(signature), imprint.sha256) !== 0)
    findings.push(finding('TIME_STAMP_IMPRINT_DIFFERS', 'time stamp: tstInfo.messageImprint'));
  examineDigest(token.content.der, token, 'TIME_STAMP', findings);
  examineGenTime(question, stampedAt, findings);
  const found = examineSigner(token, 'TIME_STAMP', trust, findings);
  if (!found) return undefined;
  examineSignature(token, found.signer, 'TIME_STAMP', findings);
  examineValidityThen(found, stampedAt, findings);
  if (trust.list) examineListing(found.signer.sha256, policy, trust.list, findings);
  if (!trust.list || findings.length > before) return undefined;
  if (found.chain && isRevoked(found.chain, stampedAt, question, findings)) return undefined;
  return { stampedAt, policy, serial: toHex(serial), nonce, certificateSha256: found.signer.sha256 };
}

function readToken(der: Uint8Array, findings: Finding[]): TimeStampToken | undefined {
  if (der.length > timeStampBytesMax) {
    findings.push(finding('TIME_STAMP_TOO_LARGE', 'time stamp', { max: String(timeStampBytesMax) }));
    return undefined;
  }
  try {
    return readTimeStampToken(der);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    findings.push(finding(fault.code, `time stamp byte ${fault.offset}`));
    return undefined;
  }
}

/** That nothing is known of it is told, and taken: it weighs in the verdict, not here. */
function isRevoked(
  chain: ProvenChain,
  stampedAt: Date,
  { trust, at }: TimeStampQuestion,
  findings: Finding[],
): boolean {
  const before = findings.length;
  examineStamperRevocation(chain, { ...trust, stampedAt, at }, findings);
  return findings.slice(before).some(({ code }) => code === 'TIME_STAMP_REVOKED');
}

function examineListing(certificateSha256: string, policy: string, list: TrustList, findings: Finding[]): void {
  const isListed = list.timeStamping.some(
    known => known.policy === policy && known.certificates.includes(certificateSha256),
  );
  if (!isListed) findings.push(finding('TIME_STAMP_AUTHORITY_NOT_LISTED', 'trust list', { policy }));
}

function examineGenTime({ sealedAt, at }: TimeStampQuestion, stampedAt: Date, findings: Finding[]): void {
  if (sealedAt && stampedAt.getTime() < sealedAt.getTime() - clockSkewMaxMs)
    findings.push(aboutTime('TIME_STAMP_BEFORE_SEALING', stampedAt));
  if (stampedAt.getTime() > at.getTime() + clockSkewMaxMs) findings.push(aboutTime('TIME_STAMP_IN_FUTURE', stampedAt));
}

/** That they have ended since takes nothing from what was stamped before. */
function examineValidityThen({ certificates }: SignerFound, stampedAt: Date, findings: Finding[]): void {
  const then = stampedAt.getTime();
  const wasValid = certificates.every(
    ({ certificate: { notBefore, notAfter } }) => then >= notBefore.getTime() && then <= notAfter.getTime(),
  );
  if (!wasValid) findings.push(aboutTime('TIME_STAMP_OUTSIDE_VALIDITY', stampedAt));
}

type CodeOfTime = 'TIME_STAMP_OUTSIDE_VALIDITY' | 'TIME_STAMP_BEFORE_SEALING' | 'TIME_STAMP_IN_FUTURE';

const aboutTime = (code: CodeOfTime, stampedAt: Date): Finding =>
  finding(code, 'time stamp: tstInfo.genTime', { stampedAt: stampedAt.toISOString() });
