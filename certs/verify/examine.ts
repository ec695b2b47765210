/** The whole examination of a seal: every rule is asked, whatever the others found. */
import { type Finding, type FindingCode, finding } from '../findings.ts';
import type { JsonObject } from '../jcs.ts';
import { examineAuthority } from './authority.ts';
import { examineForm } from './form.ts';
import type { Judgement, Question } from './judgement.ts';
import { examineLogProof } from './log-proof.ts';
import { examineRecord } from './record.ts';
import { examineDigest, examineSignature } from './signature.ts';
import { describeSigner, examineSigner } from './signer.ts';
import { examineSealedAt, examineValidity } from './time.ts';
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
]);

/** @param question Without `at`, the time that the seal states is taken. */
export function examine(question: Omit<Question, 'at'> & { readonly at?: Date }): Examined {
  const { record, seal, trust, at } = question;
  if (at && Number.isNaN(at.getTime())) throw new RangeError('the time of verification is not a time');
  const findings: Finding[] = [];
  const value = examineRecord(record, findings);
  const signed = examineForm(seal, findings);
  if (!signed) return { judgement: weigh(findings), ...(value && { value }) };

  const { signingTime: sealedAt } = signed.attributes;
  const times = { sealedAt, at: at ?? sealedAt };
  examineDigest(record, signed, findings);
  examineSealedAt(times, findings);
  const found = examineSigner(signed, 'SEAL', trust, findings);
  if (found) {
    for (const certificate of found.certificates) examineValidity(certificate, times, findings);
    examineSignature(signed, found.signer, findings);
    examineAuthority(found.signer, trust, value, findings);
  }
  findings.push(finding('NO_TIME_STAMP', 'seal'));
  const signer = found && describeSigner(found.signer);
  const log = examineLogProof(question, signer?.department ?? '', findings);
  findings.push(finding('NO_REVOCATION_INFORMATION', 'seal'));
  const known = { sealedAt: sealedAt.toISOString(), ...(signer && { signer }), ...(log && { log }) };
  return { judgement: { ...weigh(findings), ...known }, ...(value && { value }) };
}
