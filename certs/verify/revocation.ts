/**
 * What is known of revocation. Of the lists that an authority has signed the newest speaks: who was suspended and resumed
 * stands as if nothing had been. But nobody comes back from a revocation, whatever a later list leaves out. Our
 * authorities take nobody off for having expired, so that a list of today tells of every certificate there was.
 */
import { type KnownCertificate, nameOf, type ProvenChain } from '../chain.ts';
import { type Crl, type CrlEntry, crlBytesMax, readCrl } from '../crl.ts';
import { compareBytes } from '../der.ts';
import { type Finding, FormatError, finding } from '../findings.ts';
import { toHex } from '../hex.ts';
import { signatureFaults } from './signature.ts';

/** Issuers whose lists have been chosen; they are of proven chains only. */
const issuersMax = 100;

interface Listed {
  readonly crl: Crl;
  readonly place: string;
}

/** What one authority says. */
interface News {
  readonly until?: Date;
  /** By serial number in hexadecimal. */
  readonly entries: ReadonlyMap<string, CrlEntry>;
  /** Of lists that name it and are not its own. */
  readonly faults: readonly Finding[];
}

export class RevocationLists {
  readonly #lists: Listed[] = [];
  readonly #news = new Map<string, News>();
  /** Of lists that can't be read: whose they are is not known. */
  readonly faults: readonly Finding[];

  /** @param ders Of anybody's making; the bound of one holds for all together. */
  constructor(ders: readonly Uint8Array[]) {
    let left = crlBytesMax;
    this.faults = ders.flatMap((der, i) => {
      left -= der.length;
      return this.#read(der, `revocation list ${i + 1}`, left >= 0);
    });
  }

  of(issuer: KnownCertificate): News {
    const known = this.#news.get(issuer.sha256);
    if (known) return known;
    const news = newsOf(issuer, this.#lists);
    if (this.#news.size >= issuersMax) this.#news.clear();
    this.#news.set(issuer.sha256, news);
    return news;
  }

  #read(der: Uint8Array, place: string, isWithinBound: boolean): readonly Finding[] {
    if (!isWithinBound) return [finding('REVOCATION_LIST_MALFORMED', place, { code: 'DER_LENGTH_TOO_LONG' })];
    try {
      this.#lists.push({ crl: readCrl(der), place });
      return [];
    } catch (fault) {
      if (!(fault instanceof FormatError)) throw fault;
      return [finding('REVOCATION_LIST_MALFORMED', `${place} byte ${fault.offset}`, { code: fault.code })];
    }
  }
}

function newsOf(issuer: KnownCertificate, lists: readonly Listed[]): News {
  const named = lists.filter(({ crl }) => names(crl, issuer));
  const own = named.flatMap(({ crl }) => (isBy(issuer, crl) ? [crl] : []));
  own.sort((a, b) => a.number - b.number || a.thisUpdate.getTime() - b.thisUpdate.getTime());
  const newest = own.at(-1);
  const entries = own.flatMap(list => list.entries.filter(one => list === newest || one.reason !== 'certificateHold'));
  return {
    ...(newest && { until: newest.nextUpdate }),
    // Of two that are about the same certificate the newer.
    entries: new Map(entries.map(entry => [toHex(entry.serial), entry])),
    faults: named
      .filter(({ crl }) => !own.includes(crl))
      .map(({ place }) => finding('REVOCATION_LIST_SIGNATURE_WRONG', place)),
  };
}

const names = ({ issuerDer, authorityKeyId }: Crl, { certificate }: KnownCertificate): boolean =>
  compareBytes(issuerDer, certificate.subjectDer) === 0 &&
  compareBytes(authorityKeyId, certificate.extensions.subjectKeyId) === 0;

const isBy = (issuer: KnownCertificate, { signatureSuite: suite, body: signedBytes, signature }: Crl): boolean =>
  signatureFaults({ suite, signedBytes, signature }, issuer, 'REVOCATION_LIST_SIGNATURE_WRONG').length === 0;

// --- what it means ---------------------------------------------------------------------------------------------------

export interface NewsQuestion {
  readonly root: KnownCertificate;
  readonly revocation: RevocationLists;
  /** What a time stamp proves of the signature, or says of itself. */
  readonly stampedAt?: Date | undefined;
  /** The time of verification; without it everything counts that is known. */
  readonly at?: Date | undefined;
}

/** Scenario 9: stamped before the end of trust in a certificate, the seal stays what it was; after it, it is worth nothing. */
export function examineRevocation(
  { signer, authority }: ProvenChain,
  question: NewsQuestion,
  findings: Finding[],
): void {
  const { stampedAt } = question;
  const mean: Meaning = ({ reason }, from, place) => {
    const facts = { reason, on: from.toISOString() };
    if (stampedAt && stampedAt < from) return finding('CERTIFICATE_REVOKED_SINCE', place, facts);
    if (reason === 'certificateHold') return finding('CERTIFICATE_ON_HOLD', place, facts);
    return finding(stampedAt ? 'CERTIFICATE_REVOKED' : 'CERTIFICATE_REVOKED_UNPROVEN', place, facts);
  };
  examineNews(signer, authority, question, mean, findings);
  examineNews(authority, question.root, question, mean, findings);
}

/**
 * RFC 3161 section 4: after a change of organization, key or office, what the authority stamped before stays good. For
 * every other reason, and without one, nothing does: whoever has the key of a clock turns it back at will. A log could
 * tell of some that they were there before; that is not asked, so that a lost clock has one meaning.
 */
export function examineStamperRevocation(
  { signer, authority }: ProvenChain,
  question: NewsQuestion & { readonly stampedAt: Date },
  findings: Finding[],
): void {
  const mean =
    (isOwnKey: boolean): Meaning =>
    ({ reason }, from, place) => {
      const staysGood = (!isOwnKey || HARMLESS.has(reason)) && question.stampedAt < from;
      return staysGood ? undefined : finding('TIME_STAMP_REVOKED', place, { reason });
    };
  examineNews(signer, authority, question, mean(true), findings);
  examineNews(authority, question.root, question, mean(false), findings);
}

const HARMLESS: ReadonlySet<CrlEntry['reason']> = new Set([
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
]);

/** What it means for a signature that a certificate is on the list. */
type Meaning = (entry: CrlEntry, from: Date, place: string) => Finding | undefined;

function examineNews(
  of: KnownCertificate,
  issuer: KnownCertificate,
  { revocation, stampedAt, at }: NewsQuestion,
  mean: Meaning,
  findings: Finding[],
): void {
  const { until, entries, faults } = revocation.of(issuer);
  for (const fault of faults) addOnce(fault, findings);
  const place = nameOf(of);
  // A list that was out of date before the stamp was made tells nothing of either time.
  if (!until || (stampedAt && until < stampedAt)) addOnce(finding('NO_REVOCATION_INFORMATION', place), findings);
  else if (at && until < at)
    addOnce(finding('REVOCATION_INFORMATION_STALE', place, { on: until.toISOString() }), findings);
  const entry = entries.get(of.serial);
  const from = entry && endOfTrust(entry);
  const meant = from && (!at || from <= at) ? mean(entry, from, place) : undefined;
  if (meant) findings.push(meant);
}

/** The seal and its time stamp have their upper certificates in common. */
function addOnce(one: Finding, findings: Finding[]): void {
  if (!findings.some(({ code, at }) => code === one.code && at === one.at)) findings.push(one);
}

const endOfTrust = ({ revocationDate, invalidityDate = revocationDate }: CrlEntry): Date =>
  invalidityDate < revocationDate ? invalidityDate : revocationDate;
