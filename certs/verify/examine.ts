/** The whole examination of a seal: every rule is asked, whatever the others found. */
import type { SignedAttributes } from '../attributes.ts';
import type { KnownCertificate } from '../chain.ts';
import { type Finding, type FindingCode, finding, type Severity } from '../findings.ts';
import type { JsonObject } from '../jcs.ts';
import type { SignedData } from '../signed-data.ts';
import { examineAuthority } from './authority.ts';
import { examineForm } from './form.ts';
import type { Judgement, Question } from './judgement.ts';
import { examineLeaves, shownOf } from './leaves.ts';
import { examineLogProof } from './log-proof.ts';
import { examineRecord } from './record.ts';
import { examineRevocation } from './revocation.ts';
import { examineDigest, examineSignature } from './signature.ts';
import { describeSigner, examineSigner } from './signer.ts';
import { examineSealedAt, examineValidity } from './time.ts';
import { examineTimeStamp } from './time-stamp.ts';
import type { Trust } from './trust.ts';
import { weigh } from './verdict.ts';

export interface Examined {
  readonly judgement: Judgement;
  /** The record, when it could be read; it may have faults all the same. */
  readonly value?: JsonObject;
}

/** What may be missing while a seal is on its way between departments and center. */
export const MISSING_ON_THE_WAY: ReadonlySet<FindingCode> = new Set([
  'NO_TIME_STAMP',
  'NO_LOG_PROOF',
  'NO_REVOCATION_INFORMATION',
  'REVOCATION_INFORMATION_STALE',
  'REVOCATION_LIST_MALFORMED',
  'REVOCATION_LIST_SIGNATURE_WRONG',
]);

const ENDED_SINCE: ReadonlySet<Severity> = new Set(['revokedSince', 'expiredSince']);

/** What may not be wrong even then. */
export const isRefusedOnTheWay = ({ code, severity }: Finding): boolean =>
  !MISSING_ON_THE_WAY.has(code) && !ENDED_SINCE.has(severity);

/**
 * For a paper or an electronic signature on its way from department to center, as `checkSeal` is for a seal.
 *
 * @returns What weighs most of all that may not be wrong with it; undefined when nothing is.
 */
export const refusalOnTheWay = ({ findings }: Pick<Judgement, 'findings'>): FindingCode | undefined =>
  findings.find(isRefusedOnTheWay)?.code;

/** @param question Without `at`, the time that the seal states is taken. */
export function examine(question: Omit<Question, 'at'> & { readonly at?: Date }): Examined {
  const { record: content, seal, trust, at } = question;
  return examineSealed(question, findings => examineSeal({ content, seal, trust, at }, findings));
}

/**
 * Everything about a record and its seal but the seal itself, whatever its form.
 *
 * @param examineIts What the seal shows; undefined when it could not be read.
 */
export function examineSealed(
  question: Omit<Question, 'at'>,
  examineIts: (findings: Finding[]) => Sealed | undefined,
): Examined {
  const { record, trust, disclosures } = question;
  const findings: Finding[] = [];
  const value = examineRecord(record, findings);
  const leaves = examineLeaves({ record, value, disclosures }, findings);
  const sealed = examineIts(findings);
  if (sealed?.signer) examineAuthority(sealed.signer, trust, value, findings);
  const log = sealed && examineLogProof(question, sealed.known.signer?.department ?? '', findings);
  const judgement = { ...weigh(findings), ...sealed?.known, ...(log && { log }), ...(leaves && shownOf(leaves)) };
  return { judgement, ...(value && { value }) };
}

/** The same of a seal over any bytes that are no record, and that no log proves: over the manifest of a bundle. */
export function examineContent(question: ContentQuestion & { readonly at: Date }): Judgement {
  const findings: Finding[] = [];
  const sealed = examineSeal(question, findings);
  if (sealed?.signer) examineAuthority(sealed.signer, question.trust, undefined, findings);
  return { ...weigh(findings), ...sealed?.known };
}

interface ContentQuestion {
  readonly content: Uint8Array;
  readonly seal: Uint8Array;
  readonly trust: Trust;
  readonly at?: Date | undefined;
}

/** What a seal of any form shows. */
export interface Sealed {
  readonly signer?: KnownCertificate;
  readonly known: Pick<Judgement, 'signer' | 'sealedAt' | 'stampedAt'>;
}

/** @returns undefined when the seal could not be read. */
function examineSeal({ content, seal, trust, at }: ContentQuestion, findings: Finding[]): Sealed | undefined {
  if (at && Number.isNaN(at.getTime())) throw new RangeError('the time of verification is not a time');
  const signed = examineForm(seal, findings);
  if (!signed) return undefined;
  const { signingTime: sealedAt } = signed.attributes;
  return examineCms({ content, signed, sealedAt, sealedAtIn: 'signedAttrs.signingTime', trust, at }, findings);
}

/** A seal that is CMS, and has been read. */
export interface CmsQuestion extends Pick<ContentQuestion, 'content' | 'trust' | 'at'> {
  readonly signed: SignedData<SignedAttributes> & Pick<Stamped, 'timeStamp'>;
  readonly sealedAt: Date;
  /** Which part of it says so. */
  readonly sealedAtIn: string;
  /** What it is called when the content is another. */
  readonly digestFault?: FindingCode;
}

export function examineCms(question: CmsQuestion, findings: Finding[]): Sealed {
  const { content, signed, sealedAt, sealedAtIn, digestFault, trust, at } = question;
  const stampedAt = stampedAtOf({ ...signed, sealedAt }, trust, at ?? sealedAt, findings);
  const times = { sealedAt, stampedAt, at: at ?? sealedAt };
  examineDigest(content, signed, 'SEAL', findings, digestFault);
  examineSealedAt(times, sealedAtIn, findings);
  const found = examineSigner(signed, 'SEAL', trust, findings);
  if (found) {
    for (const certificate of found.certificates) examineValidity(certificate, times, findings);
    examineSignature(signed, found.signer, 'SEAL', findings);
  }
  findings.push(...trust.revocation.faults);
  if (found?.chain) examineRevocation(found.chain, { ...trust, stampedAt, at }, findings);
  return shown(sealedAt, stampedAt, found?.signer);
}

export const shown = (sealedAt: Date, stampedAt: Date | undefined, signer: KnownCertificate | undefined): Sealed => ({
  known: {
    sealedAt: sealedAt.toISOString(),
    ...(signer && { signer: describeSigner(signer) }),
    ...(stampedAt && { stampedAt: stampedAt.toISOString() }),
  },
  ...(signer && { signer }),
});

export interface Stamped {
  /** A time stamp, where there is one. */
  readonly timeStamp: { readonly der: Uint8Array } | undefined;
  /** What must have been stamped. */
  readonly signature: Uint8Array;
  readonly sealedAt: Date;
}

/** @returns What a time stamp proves, when it holds. */
export function stampedAtOf(
  { timeStamp, signature, sealedAt }: Stamped,
  trust: Trust,
  at: Date,
  findings: Finding[],
): Date | undefined {
  if (timeStamp) return examineTimeStamp({ token: timeStamp.der, signature, sealedAt, trust, at }, findings)?.stampedAt;
  findings.push(finding('NO_TIME_STAMP', 'seal'));
  return undefined;
}
