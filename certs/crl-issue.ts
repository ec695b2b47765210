/** Issues revocation lists: fills in what the issuer says of itself, signs. Knows no file and no clock. */
import { type Crl, type CrlEntry, readCrl, writeCrl, writeCrlBody } from './crl.ts';
import { type Issuer, wholeSecond } from './issue.ts';
import { signAtOnce, suiteOfKeyObject } from './key.ts';

export interface IssueCrl {
  readonly issuer: Issuer;
  /** One more than that of the list before; the first is 1. */
  readonly number: number;
  readonly thisUpdate: Date;
  /** By then there will be another list. */
  readonly nextUpdate: Date;
  /** Everything that this issuer has revoked or suspended, long expired or not: old seals are judged by a list of today. */
  readonly entries: readonly CrlEntry[];
}

/** @throws {FormatError} when nobody would take such a list: a serial number twice, dates that end before they begin. */
export function issueCrl({ issuer, number, thisUpdate, nextUpdate, entries }: IssueCrl): Crl {
  const { certificate, key } = issuer;
  const signatureSuite = suiteOfKeyObject(key);
  if (!signatureSuite) throw new TypeError('an authority needs a key of one of our suites');
  const body = writeCrlBody({
    signatureSuite,
    issuer: certificate.subject,
    thisUpdate: wholeSecond(thisUpdate),
    nextUpdate: wholeSecond(nextUpdate),
    entries: entries.map(wholeSeconds),
    authorityKeyId: certificate.extensions.subjectKeyId,
    number,
  });
  // Read back: what no verifier would take is not issued.
  return readCrl(writeCrl(body, signatureSuite, signAtOnce(key, body)));
}

const wholeSeconds = ({ serial, revocationDate, reason, invalidityDate }: CrlEntry): CrlEntry => ({
  serial,
  revocationDate: wholeSecond(revocationDate),
  reason,
  ...(invalidityDate && { invalidityDate: wholeSecond(invalidityDate) }),
});
