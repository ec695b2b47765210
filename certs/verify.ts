/**
 * Judges a seal over a record: offline, at a time that the caller names, by a root that the caller pins. Record, seal and
 * trust list come from strangers; nothing they hold makes this file throw, and it shares only the codec with what seals.
 *
 *     const trust = readTrust({ rootPem, list: { json, p7s } });
 *     judge({ record, seal, trust, at: new Date() }).verdict;          // for people: everything that is wrong
 *     const checked = checkSeal<GrantRecord>({ record, seal, trust, at });   // for programs: a proof or a refusal
 */
import { datesOf, type KnownCertificate, ProvenSigners, readCertificates, signatureFault, walk } from './chain.ts';
import { readSignedData, type SignedData } from './cms.ts';
import { compareBytes } from './der.ts';
import { isLowS, readSignature } from './ecdsa.ts';
import { publicKeyOf, sha256, verifyEs256 } from './es256.ts';
import { type Finding, type FindingCode, FormatError, finding } from './findings.ts';
import { toHex } from './hex.ts';
import { canonicalize, type JsonObject, type JsonValue } from './jcs.ts';
import { certificatesFromPem } from './pem.ts';
import { CENTER, type ListedHolder, readTrustList, type TrustList } from './trust-list.ts';
import { readCertificate } from './x509.ts';

export type { Finding, FindingCode } from './findings.ts';

export type Verdict = 'VALID' | 'VALID_AT_SIGNING' | 'REVOKED' | 'EXPIRED' | 'INDETERMINATE' | 'INVALID';

export interface Signer {
  /** The holder's id, such as `tax`. */
  readonly department: string;
  readonly organization: string;
  /** Hexadecimal, as on the trust list. */
  readonly certificateSha256: string;
  /** Hexadecimal. */
  readonly serial: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Everything that was found, what weighs most first. */
  readonly findings: readonly Finding[];
  /** Whom the certificate in the seal names: true only if no finding is fatal. */
  readonly signer?: Signer;
  /** Instant that the seal states, ISO 8601 in UTC; proved by nothing yet. */
  readonly sealedAt?: string;
}

export interface Trust {
  readonly root: KnownCertificate;
  readonly list?: TrustList;
  /** Holders by the SHA-256 of their certificates. */
  readonly holders: ReadonlyMap<string, ListedHolder>;
  readonly proven: ProvenSigners;
}

export interface Question {
  readonly record: Uint8Array;
  readonly seal: Uint8Array;
  readonly trust: Trust;
  /** The time of verification. */
  readonly at: Date;
}

declare const verifiedBrand: unique symbol;
/** A record whose seal holds. Only {@link checkSeal} makes one. */
export interface Verified<T> {
  readonly record: T;
  readonly bytes: Uint8Array;
  readonly seal: Uint8Array;
  readonly signer: Signer;
  readonly sealedAt: string;
  readonly [verifiedBrand]: true;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: Verified<T> }
  | { readonly ok: false; readonly judgement: Judgement };

/** The same bound as a request's; papers have some kilobytes. */
export const recordBytesMax = 8 * 1024 * 1024;
/** A seal has about 1.5 kB; with a time stamp and RSA keys it will have some 10 kB. */
export const sealBytesMax = 64 * 1024;
/** Clocks of departments and of whoever verifies may disagree by this much. */
const clockSkewMaxMs = 5 * 60_000;

export function judge(question: Question): Judgement {
  return examine(question).judgement;
}

/**
 * For a seal on its way between departments and center, which no time stamp and no log can prove yet: those may be
 * missing, and news of revocation; nothing else may. A trust list is needed.
 *
 * @typeParam T What the department promises its records to be; only "canonical JSON object" is checked here.
 */
export function checkSeal<T = JsonObject>(question: Question): Checked<T> {
  const { judgement, value } = examine(question);
  const { findings, signer, sealedAt } = judgement;
  if (!value || !signer || !sealedAt || !findings.every(({ code }) => MISSING_ON_THE_WAY.has(code)))
    return { ok: false, judgement };
  // Copies: the caller's buffers may be written to again.
  const [bytes, seal] = [new Uint8Array(question.record), new Uint8Array(question.seal)];
  return { ok: true, value: { record: value, bytes, seal, signer, sealedAt } as unknown as Verified<T> };
}

const MISSING_ON_THE_WAY: ReadonlySet<FindingCode> = new Set([
  'NO_TIME_STAMP',
  'NO_LOG_PROOF',
  'NO_REVOCATION_INFORMATION',
]);

/** The root or the list cannot be trusted. Its findings say why. */
export class TrustError extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(findings.map(({ code, at, en }) => `${at}: ${en} (${code})`).join('; '));
    this.name = 'TrustError';
    this.findings = findings;
  }
}

/**
 * @param list The trust list and the center's seal over it, judged at the time that the seal states: whether a list is
 *   too old is for the caller, who knows which version it saw last.
 * @throws {TrustError}
 */
export function readTrust({
  rootPem,
  list,
}: {
  readonly rootPem: string;
  readonly list?: { readonly json: Uint8Array; readonly p7s: Uint8Array };
}): Trust {
  const root = readRoot(rootPem);
  const bare: Trust = { root, holders: new Map(), proven: new ProvenSigners() };
  if (!list) return bare;
  const read = readList(list, bare);
  const holders = new Map(read.holders.flatMap(holder => holder.certificates.map(hash => [hash, holder] as const)));
  return { ...bare, list: read, holders };
}

function readRoot(rootPem: string): KnownCertificate {
  const [der, ...more] = certificatesFromPem(rootPem);
  const refused = (code: FindingCode = 'ROOT_NOT_USABLE') => new TrustError([finding(code, 'trusted root')]);
  if (!der || more.length > 0) throw refused();
  try {
    const certificate = readCertificate(der);
    const key = publicKeyOf(certificate.spki);
    if (!key) throw refused('CERTIFICATE_KEY');
    const root = { certificate, key, sha256: toHex(sha256(der)) };
    if (certificate.extensions.profile !== 'ROOT' || signatureFault(root, root)) throw refused();
    return root;
  } catch (fault) {
    throw fault instanceof FormatError ? refused(fault.code) : fault;
  }
}

function readList({ json, p7s }: { json: Uint8Array; p7s: Uint8Array }, trust: Trust): TrustList {
  const { judgement, value } = examine({ record: json, seal: p7s, trust });
  const findings = judgement.findings.filter(({ severity }) => severity !== 'missing');
  if (judgement.signer && judgement.signer.department !== CENTER)
    findings.push(finding('TRUST_LIST_NOT_BY_CENTER', 'trust list'));
  const list = value && readTrustList(value);
  if (!list) findings.push(finding('TRUST_LIST_MALFORMED', 'trust list'));
  if (!list || findings.length > 0) throw new TrustError(findings);
  return list;
}

// --- the examination -------------------------------------------------------------------------------------------------

interface Examined {
  readonly judgement: Judgement;
  /** The record, when it could be read; it may have faults all the same. */
  readonly value?: JsonObject;
}

/** @param question Without `at`, the time that the seal states is taken. */
function examine({ record, seal, trust, at }: Omit<Question, 'at'> & { readonly at?: Date }): Examined {
  if (at && Number.isNaN(at.getTime())) throw new RangeError('the time of verification is not a time');
  const findings: Finding[] = [];
  const value = examineRecord(record, findings);
  const signed = examineForm(seal, findings);
  if (!signed) return { judgement: judgementOf(findings), ...(value && { value }) };

  if (compareBytes(sha256(record), signed.attributes.messageDigest) !== 0)
    findings.push(finding('MESSAGE_DIGEST_DIFFERS', 'seal: signedAttrs.messageDigest'));
  const signer = examineChain(signed, trust, at ?? signed.attributes.signingTime, findings);
  if (signer) {
    examineSignature(signed, signer, findings);
    examineAuthority(signer, trust, value, findings);
  }
  for (const code of MISSING_ON_THE_WAY) findings.push(finding(code, 'seal'));
  const known = {
    sealedAt: signed.attributes.signingTime.toISOString(),
    ...(signer && { signer: describe(signer) }),
  };
  return { judgement: judgementOf(findings, known), ...(value && { value }) };
}

function examineRecord(record: Uint8Array, findings: Finding[]): JsonObject | undefined {
  const refuse = (code: FindingCode, at = 'record', facts: Record<string, string> = {}) => {
    findings.push(finding(code, at, facts));
    return undefined;
  };
  if (record.length > recordBytesMax) return refuse('RECORD_TOO_LARGE', 'record', { max: String(recordBytesMax) });
  const text = attempt(() => UTF8.decode(record));
  if (text === undefined) return refuse('RECORD_NOT_UTF8');
  const value = attempt(() => JSON.parse(text) as JsonValue);
  if (value === undefined) return refuse('RECORD_NOT_JSON');
  // Undefined, where canonicalize throws, is no text either.
  if (attempt(() => canonicalize(value)) !== text) refuse('RECORD_NOT_CANONICAL');
  if (!isObject(value)) return refuse('RECORD_NOT_OBJECT');
  if (textMember(value, 'department') === undefined) refuse('RECORD_DEPARTMENT_MISSING', 'record.department');
  if (textMember(value, 'kind') === undefined) refuse('RECORD_KIND_MISSING', 'record.kind');
  return value;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textMember(record: JsonObject, name: string): string | undefined {
  const member = Object.hasOwn(record, name) ? record[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}

function examineForm(seal: Uint8Array, findings: Finding[]): SignedData | undefined {
  if (seal.length > sealBytesMax) {
    findings.push(finding('SEAL_TOO_LARGE', 'seal', { max: String(sealBytesMax) }));
    return undefined;
  }
  try {
    return readSignedData(seal);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    findings.push(finding(fault.code, `seal byte ${fault.offset}`));
    return undefined;
  }
}

/** @returns The signer's certificate when it is in the seal, whether or not its chain holds. */
function examineChain(signed: SignedData, trust: Trust, at: Date, findings: Finding[]): KnownCertificate | undefined {
  const { signingTime } = signed.attributes;
  if (signingTime.getTime() > at.getTime() + clockSkewMaxMs)
    findings.push(
      finding('SEALED_IN_FUTURE', 'seal: signedAttrs.signingTime', { sealedAt: signingTime.toISOString() }),
    );
  const ders = signed.certificates.map(({ der }) => der);
  const proven = trust.proven.find(ders);
  if (proven && isOf(signed, proven.signer)) {
    for (const known of [proven.signer, proven.authority, trust.root]) datesOf(known, at, signingTime, findings);
    return proven.signer;
  }
  const embedded = readCertificates(signed.certificates, findings);
  const signer = embedded.find(known => isOf(signed, known));
  if (!signer) {
    findings.push(finding('SIGNER_CERTIFICATE_ABSENT', 'seal: signerInfo.sid'));
    return undefined;
  }
  const chain = walk(signer, embedded, trust.root, findings);
  if (chain && embedded.length === signed.certificates.length) trust.proven.keep(chain);
  // In the order of a chain that is remembered: the same seal has the same findings each time.
  const others = embedded.filter(known => known !== signer);
  for (const known of [signer, ...others, trust.root]) datesOf(known, at, signingTime, findings);
  return signer;
}

const isOf = ({ issuerDer, serial }: SignedData, { certificate }: KnownCertificate): boolean =>
  compareBytes(issuerDer, certificate.issuerDer) === 0 && compareBytes(serial, certificate.serial) === 0;

function examineSignature(signed: SignedData, signer: KnownCertificate, findings: Finding[]): void {
  if (toHex(signed.attributes.certificateSha256) !== signer.sha256)
    findings.push(finding('SIGNING_CERTIFICATE_DIFFERS', 'seal: signedAttrs.signingCertificateV2'));
  const at = `seal byte ${signed.signatureOffset}`;
  const pair = attempt(() => readSignature(signed.signature));
  if (!pair) findings.push(finding('SIGNATURE_MALFORMED', at));
  else {
    if (!isLowS(pair)) findings.push(finding('SIGNATURE_HIGH_S', at));
    if (!verifyEs256(signer.key, signed.signedBytes, signed.signature)) findings.push(finding('SIGNATURE_WRONG', at));
  }
}

/** May this signer seal this record? */
function examineAuthority(
  { sha256: hash, certificate: { subject } }: KnownCertificate,
  { list, holders }: Trust,
  record: JsonObject | undefined,
  findings: Finding[],
): void {
  const department = record && textMember(record, 'department');
  if (department !== undefined && department !== subject.unit)
    findings.push(
      finding('RECORD_DEPARTMENT_DIFFERS', 'record.department', { record: department, seal: subject.unit ?? '' }),
    );
  if (!list) {
    findings.push(finding('NO_TRUST_LIST', 'trust list'));
    return;
  }
  const holder = holders.get(hash);
  if (!holder) {
    findings.push(finding('CERTIFICATE_NOT_LISTED', 'trust list'));
    return;
  }
  if (holder.id !== subject.unit || holder.organization !== subject.organization) {
    const certificate = `${subject.unit} ${subject.organization}`;
    findings.push(
      finding('HOLDER_DIFFERS', 'trust list', { list: `${holder.id} ${holder.organization}`, certificate }),
    );
  }
  const kind = record && textMember(record, 'kind');
  if (kind !== undefined && !holder.seals.includes(kind))
    findings.push(finding('RECORD_KIND_NOT_ALLOWED', 'record.kind', { holder: holder.id, kind }));
}

const describe = ({ certificate: { subject, serial }, sha256: hash }: KnownCertificate): Signer => ({
  department: subject.unit ?? '',
  organization: subject.organization,
  certificateSha256: hash,
  serial: toHex(serial),
});

const WEIGHT = { fatal: 0, expired: 1, missing: 2 } as const;
const VERDICTS: readonly Verdict[] = ['INVALID', 'EXPIRED', 'INDETERMINATE'];

function judgementOf(found: readonly Finding[], known: Pick<Judgement, 'signer' | 'sealedAt'> = {}): Judgement {
  const findings = found.toSorted((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
  const [worst] = findings;
  return { verdict: worst ? VERDICTS[WEIGHT[worst.severity]]! : 'VALID', findings, ...known };
}
