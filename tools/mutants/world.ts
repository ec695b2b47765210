/** Everything that mutants are made of and judged by, all of it VALID and all of it determined by a seed. */
import { createPublicKey } from 'node:crypto';
import { writeSigningCertificate } from '../../certs/attributes.ts';
import { readZip } from '../../certs/bundle/zip.ts';
import { signatureOf, withoutTimeStamp, withTimeStamp } from '../../certs/cms.ts';
import { readCrl, writeCrl, writeCrlBody } from '../../certs/crl.ts';
import { canonicalize, type JsonObject } from '../../certs/jcs.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { pdfSealOf, withPdfEvidence } from '../../certs/pdf/evidence.ts';
import { holeBytesOf } from '../../certs/pdf/hole.ts';
import { openSealer } from '../../certs/seal.ts';
import { signerConstants } from '../../certs/signed-data.ts';
import type { Signer } from '../../certs/signer.ts';
import { SUITES, type SuiteId } from '../../certs/suites.ts';
import { writeTimeStampToken, writeTokenAttributes, writeTstInfo } from '../../certs/time-stamp.ts';
import { writeTrustList } from '../../certs/trust-list.ts';
import { readTrust, type Trust, withRevocationLists } from '../../certs/verify.ts';
import { makeBundle } from './bundle.ts';
import type { BundleOriginal } from './bundle-edits.ts';
import { disclosedRecord } from './disclosures.ts';
import {
  type Certified,
  type Hierarchy,
  HOLDER_IDS,
  HOLDERS,
  type HolderId,
  hierarchyOf,
  ISSUED,
  partiesOf,
  partyOf,
  pemOf,
} from './hierarchy.ts';
import { type SeededKey, seededBytes, seededEd25519 } from './keys.ts';
import { type OwnLog, openLog } from './log.ts';
import { Material } from './material.ts';
import { minimalPdf } from './minimal-pdf.ts';
import { type Original, originalOf, type Places } from './original.ts';
import type { PdfOriginal } from './pdf.ts';
import type { Impostors, Surroundings } from './seal-edits.ts';
import { type SesOriginal, sesOriginal } from './ses.ts';
import { CERTIFICATES, type Party, sha256, TOKEN } from './signed-data.ts';
import { parse } from './tree.ts';

/** One sealed record, and what its seal is made of. */
export interface Subject {
  /** For people, such as `tax (ES256), stamped by RSA3072`. */
  readonly name: string;
  readonly holder: HolderId;
  /** Is its seal one of CMS (RFC 5652)? Those of SM2 have types of their own (GB/T 35275), which OpenSSL does not know. */
  readonly isOfCms: boolean;
  readonly record: Uint8Array;
  /** Of a record that names persons in leaves; absent of the others. */
  readonly disclosures?: Uint8Array;
  /** The seal with its time stamp. */
  readonly original: Original;
  readonly regions: Readonly<Record<'seal' | 'time stamp' | 'certificate', Places>>;
  readonly around: Surroundings;
  /** Proofs that hold: of this very seal, and of what it is not. */
  readonly proofs: Readonly<
    Record<'own' | 'ofBare' | 'ofAnotherHolder' | 'ofUnlistedLog' | 'byAnotherKey', Uint8Array>
  >;
}

export interface World {
  readonly rootPem: string;
  /** The trust list, and the center's seal over it. */
  readonly list: { readonly json: Uint8Array; readonly p7s: Uint8Array };
  readonly trust: Trust;
  /** The root alone: a bundle brings the rest. */
  readonly bareTrust: Trust;
  trustWith(crls: readonly Uint8Array[]): Trust;
  /** The time of verification. */
  readonly at: Date;
  readonly subjects: readonly Subject[];
  readonly crls: readonly Original[];
  readonly bundle: BundleOriginal;
  readonly pdfs: readonly PdfOriginal[];
  /** In the national form. */
  readonly signatures: readonly SesOriginal[];
  readonly log: OwnLog;
  readonly material: Material;
}

const SEALED = new Date('2026-03-02T01:00:00Z');
const STAMPED = new Date('2026-03-02T01:00:01.250Z');
const LISTED = new Date('2026-03-02T01:30:00Z');
const NEXT_LISTED = new Date('2026-03-09T01:30:00Z');
/** The bundle. */
const MADE = new Date('2026-03-02T01:45:00Z');
const AT = new Date('2026-03-02T02:00:00Z');
const POLICY = '2.999.3161.1';

export async function makeWorld(seed: number): Promise<World> {
  const honest = hierarchyOf(seed, 'honest');
  const strange = hierarchyOf(seed, 'strange');
  const { root, sealAuthority } = honest;
  const log = { origin: 'one-window.internal/log/0123456789abcdef', key: seededEd25519(seed, 'log') };
  const ownLog = openLog(log.origin, log.key);
  const crls = [root, sealAuthority].map(issuer => originalOf(crlOf(issuer)));
  const rootPem = pemOf(root);
  const list = await listOf(honest, log);
  const trust = readTrust({ rootPem, list, crls: crls.map(({ der }) => der) });

  const sealed = await Promise.all(
    PAPERS.map(async ({ holder, stampedBy, record }) => {
      const paper = isNamed(record)
        ? disclosedRecord(seed, `${record.number}`, headOf(holder, record))
        : { record: recordOf(holder, record) };
      const seal = await stampedSeal(seed, honest, holder, stampedBy, paper.record);
      const name = `${holder} (${HOLDERS[holder].suite}), stamped by ${stampedBy}`;
      const isOfCms = HOLDERS[holder].suite !== 'SM2SM3';
      return { name, holder, isOfCms, stampedBy, ...paper, original: originalOf(seal) };
    }),
  );
  const proveOne = (prover: OwnLog, holder: string, seal: Uint8Array): Uint8Array =>
    prover.prove([entryOf(holder, seal)])[0]!;
  const otherKey = seededEd25519(seed, 'another log');
  const subjects = sealed.map(({ stampedBy, ...one }): Subject => {
    const { holder, original } = one;
    const { der } = original;
    const others = sealed.filter(other => other.original !== original).map(other => other.original.tree);
    return {
      ...one,
      regions: regionsOf(original),
      around: surroundings(honest, strange, holder, stampedBy, others),
      proofs: {
        own: proveOne(ownLog, holder, der),
        ofBare: proveOne(ownLog, holder, withoutTimeStamp(der)),
        ofAnotherHolder: proveOne(ownLog, 'center', der),
        ofUnlistedLog: proveOne(openLog('one-window.internal/log/fedcba9876543210', otherKey), holder, der),
        byAnotherKey: proveOne(openLog(log.origin, otherKey), holder, der),
      },
    };
  });
  const made = await makeBundle({
    seed,
    log: ownLog,
    madeAt: MADE,
    trust: trustFilesOf(honest, list, crls),
    seal: (holder, record) => stampedSeal(seed, honest, holder, 'ES256', record),
  });
  const pdfs = await pdfsOf(seed, honest, strange, ownLog);
  const signatures = signaturesOf(seed, honest, strange);
  return {
    rootPem,
    pdfs,
    signatures,
    list,
    trust,
    bareTrust: readTrust({ rootPem }),
    bundle: {
      ...made,
      otherDisclosures: subjects.flatMap(({ disclosures }) => disclosures ?? []),
      entries: [...readZip(made.zip)].map(([path, content]) => ({ path, content })),
      center: partyOf(honest.holders.center, sealAuthority),
      authority: partyOf(honest.timeStamps.ES256, sealAuthority),
    },
    trustWith: changed => withRevocationLists(trust, changed),
    at: AT,
    subjects,
    crls,
    log: ownLog,
    material: new Material([...sealed.map(({ original }) => original.tree), ...crls.map(({ tree }) => tree)]),
  };
}

// --- what is sealed --------------------------------------------------------------------------------------------------

interface PaperPlan {
  readonly holder: HolderId;
  readonly stampedBy: SuiteId;
  readonly record: JsonObject;
}

/** Each stamped by an authority of its own suite, and by one of another. */
const PAPERS: readonly PaperPlan[] = [
  ...(['ES256', 'RSA3072'] as const).flatMap((stampedBy, at): readonly PaperPlan[] => [
    { holder: 'tax', stampedBy, record: { kind: 'NATIONAL_TAX', number: `T-${at}` } },
    { holder: 'business', stampedBy, record: { kind: 'BUSINESS_LICENSE', number: `L-${at}` } },
  ]),
  ...(['ES256', 'SM2SM3'] as const).map(
    (stampedBy, at): PaperPlan => ({ holder: 'seal', stampedBy, record: { kind: 'SEAL_FILING', number: `S-${at}` } }),
  ),
];

/** Licenses name persons. */
const isNamed = ({ kind }: JsonObject): boolean => kind === 'BUSINESS_LICENSE';

const headOf = (department: HolderId, record: JsonObject): JsonObject => ({
  department,
  holder: '某市𠀀山贸易有限公司',
  version: 1,
  ...record,
});
const recordOf = (department: HolderId, record: JsonObject): Uint8Array =>
  Buffer.from(canonicalize(headOf(department, record)));

/** Papers as PDF, of every suite. */
async function pdfsOf(seed: number, honest: Hierarchy, strange: Hierarchy, log: OwnLog): Promise<PdfOriginal[]> {
  const { sealAuthority, timeStamps } = honest;
  const made = await Promise.all(
    PAPERS.filter(({ stampedBy }) => stampedBy === 'ES256').map(async ({ holder, stampedBy, record }) => {
      const { organization, suite } = HOLDERS[holder];
      const bytes = recordOf(holder, record);
      const parts = { record: bytes, organization, sealedAt: SEALED, holeBytes: holeBytesOf(suite) };
      const { key } = honest.holders[holder];
      const chainPem = pemOf(honest.holders[holder], sealAuthority);
      const sealed = await openSealer({ signer: signerOf(key), chainPem }).sealPdf(minimalPdf(parts));
      const token = tokenOver(seed, signatureOf(pdfSealOf(sealed)), timeStamps[stampedBy], sealAuthority);
      const stamped = withPdfEvidence(sealed, { timeStamp: token });
      const seal = originalOf(pdfSealOf(stamped));
      const [proof] = log.prove([entryOf(holder, seal.der)]);
      const pdf = withPdfEvidence(stamped, { proof: proof! });
      return { name: `${holder} (${suite})`, holder, stampedBy, parts, pdf, seal, proof: proof! };
    }),
  );
  return made.map(({ stampedBy, ...one }) => {
    const others = made.filter(({ seal }) => seal !== one.seal).map(({ seal }) => seal.tree);
    const around = surroundings(honest, strange, one.holder, stampedBy, others);
    const department = partyOf(honest.holders[one.holder], sealAuthority);
    return { ...one, department, authority: around.authority, around, log };
  });
}

/** In the national form, of whoever has a key of SM2. */
const signaturesOf = (seed: number, honest: Hierarchy, strange: Hierarchy): SesOriginal[] =>
  PAPERS.filter(({ holder }) => HOLDERS[holder].suite === 'SM2SM3').map(({ holder, stampedBy, record }) => {
    const tokenBy =
      ({ timeStamps, sealAuthority }: Hierarchy) =>
      (signature: Uint8Array): Uint8Array =>
        tokenOver(seed, signature, timeStamps[stampedBy], sealAuthority);
    return sesOriginal(honest, strange, {
      name: `${holder} (${HOLDERS[holder].suite}), stamped by ${stampedBy}`,
      holder,
      organization: HOLDERS[holder].organization,
      record: recordOf(holder, record),
      sealedAt: SEALED,
      token: tokenBy(honest),
      strangeToken: tokenBy(strange),
    });
  });

async function stampedSeal(
  seed: number,
  hierarchy: Hierarchy,
  holder: HolderId,
  stampedBy: SuiteId,
  record: Uint8Array,
): Promise<Uint8Array> {
  const certified = hierarchy.holders[holder];
  const chainPem = pemOf(certified, hierarchy.sealAuthority);
  const seal = await openSealer({ signer: signerOf(certified.key), chainPem }).seal(record, SEALED);
  return withTimeStamp(
    seal,
    tokenOver(seed, signatureOf(seal), hierarchy.timeStamps[stampedBy], hierarchy.sealAuthority),
  );
}

const signerOf = (key: SeededKey): Signer => ({
  suite: key.suite,
  spki: key.spki,
  sign: async bytes => key.sign(bytes),
  close: async () => undefined,
});

/** What the time-stamp authority answers, but with a serial number that the seed determines. */
function tokenOver(seed: number, signature: Uint8Array, { key, certificate }: Certified, above: Certified): Uint8Array {
  const digest = sha256(signature);
  const serial = seededBytes(seed, `time stamp ${digest.toString('hex')}`, 16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const info = writeTstInfo({ policy: POLICY, imprint: { sha256: digest, hasNull: false }, serial, genTime: STAMPED });
  const { digest: digestOf } = SUITES[key.suite];
  const signingCertificate = writeSigningCertificate(key.suite, digestOf(certificate.der));
  const attributes = writeTokenAttributes(key.suite, digestOf(info), STAMPED, signingCertificate);
  const ders = [certificate.der, above.certificate.der];
  const constants = signerConstants(key.suite, ders, certificate.issuerDer, certificate.serial);
  return writeTimeStampToken(constants, info, attributes, key.sign(attributes));
}

// --- what it is judged by --------------------------------------------------------------------------------------------

function crlOf({ key, certificate }: Certified): Uint8Array {
  const body = writeCrlBody({
    signatureSuite: key.suite,
    issuer: certificate.subject,
    thisUpdate: LISTED,
    nextUpdate: NEXT_LISTED,
    entries: [
      { serial: Buffer.from('4f00', 'hex'), revocationDate: ISSUED, reason: 'keyCompromise', invalidityDate: ISSUED },
    ],
    authorityKeyId: certificate.extensions.subjectKeyId,
    number: 7,
  });
  return readCrl(writeCrl(body, key.suite, key.sign(body))).der;
}

async function listOf(
  { holders, timeStamps, sealAuthority }: Hierarchy,
  log: { readonly origin: string; readonly key: Parameters<typeof createPublicKey>[0] },
): Promise<{ readonly json: Uint8Array; readonly p7s: Uint8Array }> {
  const hashOf = ({ certificate }: Certified): string => sha256(certificate.der).toString('hex');
  const rawKey = createPublicKey(log.key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const json = Buffer.from(
    writeTrustList({
      version: 1,
      issuedAt: ISSUED.toISOString(),
      holders: HOLDER_IDS.map(id => ({ id, ...HOLDERS[id], certificates: [hashOf(holders[id])] })),
      logs: [{ origin: log.origin, key: rawKey.toString('base64') }],
      witnesses: [],
      timeStamping: [{ policy: POLICY, certificates: Object.values(timeStamps).map(hashOf) }],
    }),
  );
  const { center } = holders;
  const sealer = openSealer({ signer: signerOf(center.key), chainPem: pemOf(center, sealAuthority) });
  return { json, p7s: await sealer.seal(json, ISSUED) };
}

const trustFilesOf = (
  { root, sealAuthority }: Hierarchy,
  { json, p7s }: { readonly json: Uint8Array; readonly p7s: Uint8Array },
  [rootCrl, sealsCrl]: readonly Original[],
): Parameters<typeof makeBundle>[0]['trust'] => ({
  root: Buffer.from(pemOf(root)),
  chain: Buffer.from(pemOf(sealAuthority, root)),
  list: json,
  listSeal: p7s,
  crls: new Map([
    ['root', rootCrl!.der],
    ['seal-authority', sealsCrl!.der],
  ]),
});

// --- what it is changed by -------------------------------------------------------------------------------------------

function regionsOf({ places }: Original): Subject['regions'] {
  const certificates = [CERTIFICATES, [...TOKEN, ...CERTIFICATES]];
  const { inside: certificate, outside: rest } = places.split(certificates);
  const { inside: timeStamp, outside: seal } = rest.split([TOKEN]);
  return { seal, 'time stamp': timeStamp, certificate };
}

function surroundings(
  honest: Hierarchy,
  strange: Hierarchy,
  holder: HolderId,
  stampedBy: SuiteId,
  others: Surroundings['others'],
): Surroundings {
  const everybody = [...partiesOf(honest), ...partiesOf(strange)];
  const impostors = (...genuine: readonly Certified[]): Impostors => {
    const isGenuine = ({ chain }: Party): boolean =>
      genuine.some(({ certificate }) => Buffer.compare(certificate.der, chain[0]) === 0);
    const units = genuine.map(({ certificate }) => certificate.subject.unit);
    const alike = honest.unlisted.filter(({ certificate }) => units.includes(certificate.subject.unit));
    return {
      all: everybody.filter(party => !isGenuine(party)),
      near: alike.map(one => partyOf(one, honest.sealAuthority)),
    };
  };
  const certificates = new Map(
    [...everybody.flatMap(({ chain }) => chain), honest.root.certificate.der, strange.root.certificate.der].map(der => [
      Buffer.from(der).toString('hex'),
      parse(der),
    ]),
  );
  return {
    others,
    certificates: [...certificates.values()],
    impostors: impostors(honest.holders[holder]),
    strangers: impostors(...Object.values(honest.timeStamps)),
    authority: partyOf(honest.timeStamps[stampedBy], honest.sealAuthority),
  };
}
