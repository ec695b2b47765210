/**
 * One enterprise office, made for judges who know nothing of us: twenty sealed and time-stamped records in one suite, the
 * certificates and revocation lists above them, and beside each seal what it must not be taken for. All are files in one
 * folder, because judges are programs that read files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signatureOf, withTimeStamp } from '../../certs/cms.ts';
import type { RevocationReason } from '../../certs/crl.ts';
import { issueCrl } from '../../certs/crl-issue.ts';
import { type Issue, type Issuer, issue } from '../../certs/issue.ts';
import { canonicalize } from '../../certs/jcs.ts';
import { makeKeyPem, readKey } from '../../certs/key.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { pdfSealOf, withPdfEvidence } from '../../certs/pdf/evidence.ts';
import { type DrawnPdf, holeBytesOf } from '../../certs/pdf/hole.ts';
import { certificateToPem } from '../../certs/pem.ts';
import { openSealer, openSealerAtOnce } from '../../certs/seal.ts';
import { keySigner } from '../../certs/signer.ts';
import type { SuiteId } from '../../certs/suites.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../certs/time-stamp.ts';
import { openTimeStampAuthority } from '../../certs/tsa.ts';
import { changed, digest, temporaryFolder } from '../certs/fixture.ts';
import { minimalPdf } from '../fixtures/minimal-pdf.ts';
import { toyLog } from '../fixtures/toy-log.ts';

/** Those of CMS: of SM2SM3 nobody here reads the types (GB/T 35275); its signatures are judged in sm2.test.ts. */
export const JUDGED_SUITES: readonly SuiteId[] = ['ES256', 'RSA3072'];
export const SEALS = 20;
export const POLICY = '2.999.3161.1';

/** A record and its seal, each as the name of a file in the folder of the world. */
export interface SealedFile {
  readonly record: string;
  /** The record with one character changed. */
  readonly changedRecord: string;
  /** CAdES-B-T, DER. */
  readonly seal: string;
  /** The seal with one bit of the department's signature changed. */
  readonly brokenSeal: string;
  /** The seal with a time stamp that was made for another signature. */
  readonly restampedSeal: string;
  /** A PDF with the record inside, sealed, time-stamped and with a log proof. */
  readonly pdf: string;
  /** The time-stamp token alone, and what it stamps: the signature value of the seal. */
  readonly token: string;
  readonly signature: string;
  readonly otherSignature: string;
}

/**
 * Certificates are `root.pem`, `authority.pem`, `tax.pem`, `revoked.pem`, `tsa.pem`, in DER `….der`; `root.crl` and
 * `authority.crl` are DER, `crls.pem` holds both; `trust.pem` is root and lists together, as openssl takes them.
 */
export interface JudgedWorld {
  readonly suite: SuiteId;
  readonly folder: string;
  readonly seals: readonly SealedFile[];
  /** By the department whose certificate is on the list of `authority.crl`. */
  readonly revoked: SealedFile;
  bytes(file: string): Buffer;
  /** A paper as the tax office seals it, time-stamped and with a log proof; it names {@link ORGANIZATION}. */
  seal(drawn: DrawnPdf): Promise<Uint8Array>;
  remove(): void;
}

/** Judges look at the clock of the machine; the world is an hour old. */
const hourMs = 3_600_000;
const now = new Date();
const from = (hours: number): Date => new Date(now.getTime() + hours * hourMs);
/** When everything is sealed. */
export const SEALED = from(-0.5);
/** Of every certificate. */
export const ORGANIZATION = '一窗通办示范';

export async function judgedWorld(suite: SuiteId): Promise<JudgedWorld> {
  const { path: folder, remove } = temporaryFolder();
  const write = (file: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, file), content);
    return file;
  };
  const { authority, root, ...holders } = certify(suite);
  const all: Record<string, Issuer> = { root, authority, ...holders };
  for (const [name, { certificate }] of Object.entries(all)) {
    write(`${name}.der`, certificate.der);
    write(`${name}.pem`, certificateToPem(certificate.der));
  }
  const lists = writeLists(root, authority, holders.revoked, write);
  write('trust.pem', certificateToPem(root.certificate.der) + lists);

  const stamp = stamperOf(holders.tsa, authority);
  const sealed = async (holder: Issuer, name: string, number: number): Promise<SealedFile> => {
    const record = recordOf(number);
    const bare = sealerOf(holder, authority).seal(record, from(-0.5));
    const signature = signatureOf(bare);
    const otherSignature = changed(signature, signature.length - 1);
    const token = await stamp(signature);
    const seal = withTimeStamp(bare, token);
    return {
      record: write(`${name}.json`, record),
      changedRecord: write(`${name}-changed.json`, recordOf(number + 0.5)),
      seal: write(`${name}.p7s`, seal),
      brokenSeal: write(`${name}-broken.p7s`, changed(seal, signatureAt(seal, signature))),
      restampedSeal: write(`${name}-restamped.p7s`, withTimeStamp(bare, await stamp(otherSignature))),
      token: write(`${name}.token`, token),
      signature: write(`${name}.signature`, signature),
      otherSignature: write(`${name}-other.signature`, otherSignature),
      pdf: write(`${name}.pdf`, await wholePaper(holder, authority, paperOf(record, suite), stamp)),
    };
  };
  const seals = await Promise.all(Array.from({ length: SEALS }, (_, i) => sealed(holders.tax, `seal-${i}`, i)));
  const revoked = await sealed(holders.revoked, 'revoked', SEALS);
  return {
    suite,
    folder,
    seals,
    revoked,
    remove,
    bytes: file => readFileSync(join(folder, file)),
    seal: drawn => wholePaper(holders.tax, authority, drawn, stamp),
  };
}

/** Inside its first number or in the middle: a signature that is well formed and wrong. */
const signatureAt = (seal: Uint8Array, signature: Uint8Array): number => Buffer.from(seal).indexOf(signature) + 12;

function certify(suite: SuiteId) {
  const newKey = () => readKey(makeKeyPem(suite), 'the world of judges');
  const name = (commonName: string, unit?: string) => ({
    organization: ORGANIZATION,
    commonName,
    ...(unit && { unit }),
  });
  const by = (issuer: Issuer | undefined, wanted: Pick<Issue, 'profile' | 'subject' | 'key'>): Issuer => ({
    certificate: issue({ notBefore: from(-1), notAfter: from(24 * 365), ...wanted }, issuer),
    key: wanted.key,
  });
  const root = by(undefined, { profile: 'ROOT', subject: name('Judged Root'), key: newKey() });
  const authority = by(root, { profile: 'SEAL_AUTHORITY', subject: name('Judged Seal Authority'), key: newKey() });
  // RSA keys take half a second each: the three below the authority share one.
  const key = newKey();
  return {
    root,
    authority,
    tax: by(authority, { profile: 'SEAL', subject: name('tax seal', 'tax'), key }),
    revoked: by(authority, { profile: 'SEAL', subject: name('old tax seal', 'tax'), key }),
    tsa: by(authority, { profile: 'TIME_STAMP', subject: name('Time Stamps'), key }),
  };
}

function writeLists(
  root: Issuer,
  authority: Issuer,
  revoked: Issuer,
  write: (file: string, content: Uint8Array | string) => string,
): string {
  const dates = { thisUpdate: from(-0.5), nextUpdate: from(24) };
  const reason: RevocationReason = 'keyCompromise';
  const { serial } = revoked.certificate;
  const entry = { serial, revocationDate: from(-0.6), reason, invalidityDate: from(-0.7) };
  const lists = [
    { file: 'root.crl', crl: issueCrl({ issuer: root, number: 1, entries: [], ...dates }) },
    { file: 'authority.crl', crl: issueCrl({ issuer: authority, number: 7, entries: [entry], ...dates }) },
  ];
  for (const { file, crl } of lists) write(file, crl.der);
  const pem = lists.map(({ crl }) => certificateToPem(crl.der).replaceAll('CERTIFICATE', 'X509 CRL')).join('');
  write('crls.pem', pem);
  return pem;
}

const recordOf = (number: number): Uint8Array =>
  Buffer.from(
    canonicalize({ department: 'tax', kind: 'NATIONAL_TAX', holder: '某市𠀀山贸易有限公司', number: `T-${number}` }),
  );

function sealerOf({ certificate, key }: Issuer, authority: Issuer) {
  const keyPem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
  return openSealerAtOnce({ keyPem, chainPem: chainOf(certificate, authority) });
}

const paperOf = (record: Uint8Array, suite: SuiteId): DrawnPdf =>
  minimalPdf({ record, organization: ORGANIZATION, sealedAt: SEALED, holeBytes: holeBytesOf(suite) });

async function wholePaper(
  { certificate, key }: Issuer,
  authority: Issuer,
  drawn: DrawnPdf,
  stamp: (stamped: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const { unit = '' } = certificate.subject;
  const sealer = openSealer({ signer: keySigner(key), chainPem: chainOf(certificate, authority) });
  const sealed = await sealer.sealPdf(drawn);
  const stamped = withPdfEvidence(sealed, { timeStamp: await stamp(signatureOf(pdfSealOf(sealed))) });
  const proof = await toyLog([entryOf(unit, pdfSealOf(stamped))]).proof(0);
  return withPdfEvidence(stamped, { proof });
}

function stamperOf({ certificate, key }: Issuer, authority: Issuer): (stamped: Uint8Array) => Promise<Uint8Array> {
  const chainPem = chainOf(certificate, authority);
  const { answer } = openTimeStampAuthority({ signer: keySigner(key), chainPem, policy: POLICY });
  return async stamped => {
    const imprint = { sha256: digest(stamped), hasNull: false };
    const response = readTimeStampResponse(
      await answer(
        writeTimeStampRequest({ imprint, policy: POLICY, nonce: Uint8Array.of(7), certReq: true }),
        from(-0.4),
      ),
    );
    if (!response.granted) throw new Error(response.failure);
    return response.token;
  };
}

const chainOf = (certificate: Issuer['certificate'], authority: Issuer): string =>
  [certificate, authority.certificate].map(({ der }) => certificateToPem(der)).join('');
