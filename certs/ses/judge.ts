/**
 * Judges an electronic signature of GB/T 38540-2020 over a record, as verify.ts judges a CAdES seal: offline, at a time that
 * the caller names, by a root that the caller pins, and with the same rules for record, authority, revocation, time stamp
 * and log. Nothing that a stranger's file holds makes this throw.
 *
 *     judgeSes({ record, seal, proof, trust, at: new Date() }).verdict;
 *
 * Beyond those rules, all of section 7.3 of the standard: the maker's signature over the seal and the signer's over seal and
 * document, both with chains to the root, the validity of the seal, the signer among those whom the seal lists, the digest of
 * the record. Neither signature carries certificates of authorities: they are taken from the time stamp and from beside the
 * root (`readTrust`).
 */
import { compareBytes } from '../der.ts';
import { type Finding, FormatError, finding } from '../findings.ts';
import { SUITES } from '../suites.ts';
import { readTimeStampToken } from '../time-stamp.ts';
import { examineSealed, type Sealed, shown, stampedAtOf } from '../verify/examine.ts';
import type { Judgement, Question } from '../verify/judgement.ts';
import { examineRevocation } from '../verify/revocation.ts';
import type { SignerFound } from '../verify/signer.ts';
import { examineSealedAt, examineValidity, type Times } from '../verify/time.ts';
import type { Trust } from '../verify/trust.ts';
import { examineDates } from './dates.ts';
import { examineForm, examineProfile } from './form.ts';
import type { SesSignature } from './signature.ts';
import { examineSigned } from './signatures.ts';

export { refusalOnTheWay } from '../verify/examine.ts';

/** @param question Its seal is the DER of the SES_Signature. */
export function judgeSes(question: Question): Judgement {
  return examineSealed(question, findings => examineSes(question, findings)).judgement;
}

/** @returns undefined when it could not be read. */
function examineSes({ record, seal: der, trust, at }: Question, findings: Finding[]): Sealed | undefined {
  if (Number.isNaN(at.getTime())) throw new RangeError('the time of verification is not a time');
  const signed = examineForm(der, findings);
  if (!signed) return undefined;
  const { seal, signedAt: sealedAt, signature, timeStamp } = signed;
  examineProfile(signed, findings);
  const stampedAt = stampedAtOf({ timeStamp, signature, sealedAt }, trust, at, findings);
  const times = { sealedAt, stampedAt, at };
  examineDigest(record, signed, findings);
  examineSealedAt(times, 'toSign.timeInfo', findings);
  examineDates(seal.info, times, findings);
  const above = [...(timeStamp ? certificatesIn(timeStamp.der) : []), ...trust.authorities];
  const signer = examineSigned(signed, 'SEAL', above, trust, findings);
  const maker = examineSigned({ ...seal, certificate: seal.maker }, 'SEAL_MAKER', above, trust, findings);
  examineOwner(signed, signer, findings);
  findings.push(...trust.revocation.faults);
  for (const [found, since] of [
    [signer, sealedAt],
    [maker, seal.info.createdAt],
  ] as const)
    for (const one of endsOf(found, { ...times, sealedAt: since }, trust)) addOnce(one, findings);
  return shown(sealedAt, stampedAt, signer?.signer);
}

function examineDigest(record: Uint8Array, { dataHash }: SesSignature, findings: Finding[]): void {
  if (compareBytes(SUITES.SM2SM3.digest(record), dataHash) !== 0)
    findings.push(finding('SES_DATA_HASH_DIFFERS', 'seal: toSign.dataHash'));
}

/** The seal is of whom the signer's certificate names: nobody uses the seal of another. */
function examineOwner({ seal }: SesSignature, found: SignerFound | undefined, findings: Finding[]): void {
  if (!found) return;
  const { organization } = found.signer.certificate.subject;
  const { name } = seal.info;
  if (name !== organization)
    findings.push(
      finding('SES_NAME_DIFFERS', 'seal: eseal.eSealInfo.property.name', { seal: name, certificate: organization }),
    );
}

/** Dates and revocation of a chain. */
function endsOf(found: SignerFound | undefined, times: Times, trust: Trust): readonly Finding[] {
  const findings: Finding[] = [];
  for (const certificate of found?.certificates ?? []) examineValidity(certificate, times, findings);
  if (found?.chain) examineRevocation(found.chain, { ...trust, ...times }, findings);
  return findings;
}

/** The two chains have their upper certificates in common. */
function addOnce(one: Finding, findings: Finding[]): void {
  if (!findings.some(({ code, at, en }) => code === one.code && at === one.at && en === one.en)) findings.push(one);
}

/** Of a time stamp that can be read; what is wrong with another is told elsewhere. */
function certificatesIn(token: Uint8Array): readonly Uint8Array[] {
  try {
    return readTimeStampToken(token).certificates.map(({ der }) => der);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    return [];
  }
}
