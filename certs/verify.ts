/**
 * Judges a seal over a record: offline, at a time that the caller names, by a root that the caller pins. Record, seal,
 * log proof, revocation lists and trust list come from strangers; nothing they hold makes this throw, and it shares only
 * the codec with what seals.
 *
 *     const trust = readTrust({ rootPem, list: { json, p7s }, crls });
 *     judge({ record, seal, proof, trust, at: new Date() }).verdict;         // for people: everything that is wrong
 *     const checked = checkSeal<GrantRecord>({ record, seal, trust, at });   // for programs: a proof or a refusal
 */
import { type Finding, finding } from './findings.ts';
import type { JsonObject } from './jcs.ts';
import { CENTER, readTrustList, type TrustList } from './trust-list.ts';
import { examine, isRefusedOnTheWay, MISSING_ON_THE_WAY } from './verify/examine.ts';
import type { Checked, Judgement, Question, Verified } from './verify/judgement.ts';
import { bareTrust, type Trust, TrustError, withList, withRevocationLists } from './verify/trust.ts';

export type { Finding, FindingCode } from './findings.ts';
export { sealBytesMax } from './verify/form.ts';
export type { Checked, Judgement, LogEntry, Question, Signer, Verdict, Verified } from './verify/judgement.ts';
export { recordBytesMax } from './verify/record.ts';
export { type CheckedTimeStamp, checkTimeStamp, type TimeStamp, type TimeStampQuestion } from './verify/time-stamp.ts';
export { type Trust, TrustError, withRevocationLists } from './verify/trust.ts';

export function judge(question: Question): Judgement {
  return examine(question).judgement;
}

/**
 * For a seal on its way between departments and center, which no time stamp and no log can prove yet: those may be
 * missing, and news of revocation may be missing or stale. A certificate that has ended since does no harm to a seal
 * whose time stamp is older. Nothing else may be wrong. A trust list is needed.
 *
 * @typeParam T What the department promises its records to be; only "canonical JSON object" is checked here.
 */
export function checkSeal<T = JsonObject>(question: Question): Checked<T> {
  const { judgement, value } = examine(question);
  const { findings, signer, sealedAt, stampedAt } = judgement;
  const refused = findings.find(isRefusedOnTheWay);
  // Without a finding that says why, all of these are there.
  if (refused || !value || !signer || !sealedAt)
    return { ok: false, judgement, reason: refused?.code ?? 'SEAL_NOT_SIGNED_DATA' };
  // Copies: the caller's buffers may be written to again.
  const [bytes, seal] = [new Uint8Array(question.record), new Uint8Array(question.seal)];
  const proven = { record: value, bytes, seal, signer, sealedAt, ...(stampedAt && { stampedAt }) };
  return { ok: true, value: proven as unknown as Verified<T> };
}

/**
 * @param list The trust list and the center's seal over it, judged at the time that the seal states: whether a list is
 *   too old is for the caller, who knows which version it saw last.
 * @param crls Revocation lists, DER.
 * @param authorities Certificates of authorities below the root, DER: for electronic seals, which carry none.
 * @throws {TrustError}
 */
export function readTrust({
  rootPem,
  list,
  crls = [],
  authorities = [],
}: {
  readonly rootPem: string;
  readonly list?: { readonly json: Uint8Array; readonly p7s: Uint8Array };
  readonly crls?: readonly Uint8Array[];
  readonly authorities?: readonly Uint8Array[];
}): Trust {
  const bare = withRevocationLists(bareTrust(rootPem, authorities), crls);
  return list ? withList(bare, readList(list, bare)) : bare;
}

function readList({ json, p7s }: { json: Uint8Array; p7s: Uint8Array }, trust: Trust): TrustList {
  const { judgement, value } = examine({ record: json, seal: p7s, trust });
  // Of a list to begin with there is none to go by.
  const findings: Finding[] = judgement.findings.filter(
    ({ code }) => code !== 'NO_TRUST_LIST' && !MISSING_ON_THE_WAY.has(code),
  );
  if (judgement.signer && judgement.signer.department !== CENTER)
    findings.push(finding('TRUST_LIST_NOT_BY_CENTER', 'trust list'));
  const list = value && readTrustList(value);
  if (!list) findings.push(finding('TRUST_LIST_MALFORMED', 'trust list'));
  if (!list || findings.length > 0) throw new TrustError(findings);
  return list;
}
