/**
 * Examines one thing by the verifier that the center and the command line have. Each run makes its trust anew: what a trust
 * remembers may rest on a provisional answer (certs/platform/web/questions.ts).
 */
import { judgeBundle } from '../../../certs/bundle/judge.ts';
import { recordIn, sealIn } from '../../../certs/bundle/layout.ts';
import { SIGNATURE } from '../../../certs/bundle/manifest.ts';
import { type Files, readZip, zipBytesMax } from '../../../certs/bundle/zip.ts';
import { readSignedData } from '../../../certs/cms.ts';
import { readCrl } from '../../../certs/crl.ts';
import { FormatError, printable } from '../../../certs/findings.ts';
import { toHex } from '../../../certs/hex.ts';
import type { JsonObject } from '../../../certs/jcs.ts';
import { isObject, textIn } from '../../../certs/json.ts';
import { disclosuresBytesMax } from '../../../certs/leaves.ts';
import { proofBytesMax } from '../../../certs/log/proof.ts';
import { readPdfSeal } from '../../../certs/pdf/cms.ts';
import { judgePdf, pdfBytesMax } from '../../../certs/pdf/judge.ts';
import { certificatesFromPem } from '../../../certs/pem.ts';
import { type Answer, settled, Unsettled } from '../../../certs/platform/web/questions.ts';
import { sha256 } from '../../../certs/primitives.ts';
import { sesBytesMax } from '../../../certs/ses/bounds.ts';
import { judgeSes } from '../../../certs/ses/judge.ts';
import { readSesSignature } from '../../../certs/ses/signature.ts';
import type { Part } from '../../../certs/signed-data.ts';
import { readTimeStampToken } from '../../../certs/time-stamp.ts';
import {
  type Judgement,
  judge,
  readTrust,
  recordBytesMax,
  sealBytesMax,
  type Trust,
  TrustError,
} from '../../../certs/verify.ts';
import { chainOf, linkOf } from './chain.ts';
import { type Dropped, type Item, isSes, type SealItem } from './dropped.ts';
import type {
  BundleContents,
  Judged,
  News,
  Report,
  Sealed,
  Setup,
  ShownPaper,
  TrustMaterial,
  TrustSummary,
  Unreadable,
  UnreadableReason,
} from './report.ts';
import { shownOf } from './shown.ts';

/** What could be told of an item, or why nothing could. Nothing in a file makes this throw. */
export async function examine(item: Item, setup: Setup, answer: Answer): Promise<Report> {
  const names = namesOf(item);
  const unreadable = (reason: UnreadableReason, facts?: Unreadable['facts']): Unreadable => ({
    state: 'UNREADABLE',
    names,
    reason,
    ...(facts && { facts }),
  });
  const { trust } = setup;
  if (!trust) return unreadable('TRUST_ABSENT');
  try {
    if (item.kind !== 'SEAL') {
      if (item.kind === 'BUNDLE') return await examineBundle(item.file, trust, setup, answer);
      if (item.kind === 'PDF') return await examinePdf(item.file, trust, setup, answer);
      return unreadable('FILE_UNKNOWN');
    }
    const { seal, record } = item;
    if (!seal) return unreadable(record ? 'RECORD_WITHOUT_SEAL' : 'PART_ALONE');
    if (!record) return unreadable('SEAL_WITHOUT_RECORD');
    return await examineSeal({ ...item, seal, record }, names, trust, setup, answer);
  } catch (error) {
    if (error instanceof TooLarge)
      return unreadable('FILE_TOO_LARGE', { file: error.file, max: String(error.bytesMax) });
    if (error instanceof TrustError) return unreadable('TRUST_REFUSED', { why: reasonOf(error) });
    if (error instanceof Unsettled) return unreadable('UNSETTLED');
    return unreadable('DEFECT', { why: error instanceof Error ? error.message : String(error) });
  }
}

const namesOf = (item: Item): readonly string[] =>
  item.kind === 'SEAL'
    ? [item.seal, item.record, item.proof, item.disclosures].flatMap(file => (file ? [file.name] : []))
    : [item.file.name];

const reasonOf = ({ findings }: TrustError): string => findings.map(({ code, at }) => `${code} [${at}]`).join(', ');

/** Made anew for each run. */
const openTrust = ({ rootPem, chainPem, list, crls }: TrustMaterial): Trust =>
  readTrust({ rootPem, ...(list && { list }), crls, authorities: certificatesFromPem(chainPem ?? '') });

class TooLarge extends Error {
  readonly file: string;
  readonly bytesMax: number;

  constructor(file: string, bytesMax: number) {
    super(`${file} has more than ${bytesMax} bytes`);
    this.file = file;
    this.bytesMax = bytesMax;
  }
}

/** The same bounds as on the command line. */
function bounded({ name, bytes }: Dropped, bytesMax: number): Uint8Array {
  if (bytes.length > bytesMax) throw new TooLarge(name, bytesMax);
  return bytes;
}

// --- a seal and its record -------------------------------------------------------------------------------------------

interface WholeSeal extends SealItem {
  readonly seal: Dropped;
  readonly record: Dropped;
}

async function examineSeal(
  item: WholeSeal,
  names: readonly string[],
  material: TrustMaterial,
  { at, witnessesMin, scanned }: Setup,
  answer: Answer,
): Promise<Judged> {
  const record = bounded(item.record, recordBytesMax);
  const ses = isSes(item.seal);
  const seal = bounded(item.seal, ses ? sesBytesMax : sealBytesMax);
  const proof = item.proof && bounded(item.proof, proofBytesMax);
  const disclosures = item.disclosures && bounded(item.disclosures, disclosuresBytesMax);
  const { judgement, trust } = await settled(() => {
    const trust = openTrust(material);
    const judgement = (ses ? judgeSes : judge)({
      record,
      seal,
      ...(proof && { proof }),
      ...(disclosures && { disclosures }),
      trust,
      at: new Date(at),
      witnessesMin,
    });
    return { judgement, trust };
  }, answer);
  const paper = paperOf(record, judgement);
  return {
    state: 'JUDGED',
    kind: ses ? 'SES' : 'SEAL',
    names,
    at,
    ...verdictsOf(judgement),
    sealed: sealedOf(judgement, ses ? sesCertificates(seal, trust) : certificatesIn(() => readSignedData(seal)), trust),
    ...(paper && { paper: { ...paper, wantsDisclosures: !disclosures && (judgement.struckOut ?? []).length > 0 } }),
    ...(scanned !== undefined && { scanned: hashOf(record) === scanned ? 'SAME' : 'ANOTHER' }),
  };
}

const verdictsOf = ({
  verdict,
  atSigning,
  now,
  findings,
}: Pick<Judgement, 'verdict' | 'atSigning' | 'now' | 'findings'>) => ({
  verdict,
  atSigning,
  now,
  findings,
});

function sealedOf(
  { signer, sealedAt, stampedAt, log }: Judgement,
  ders: readonly Uint8Array[],
  { root }: Trust,
): Sealed {
  return {
    ...(signer && { signer }),
    ...(sealedAt !== undefined && { sealedAt }),
    ...(stampedAt !== undefined && { stampedAt }),
    ...(log && { log }),
    chain: signer ? chainOf(ders, signer.certificateSha256, root) : [],
  };
}

function certificatesIn(read: () => { readonly certificates: readonly Part[] }): readonly Uint8Array[] {
  try {
    return read().certificates.map(({ der }) => der);
  } catch (fault) {
    if (fault instanceof FormatError) return [];
    throw fault;
  }
}

/** Its own carries none of authorities. */
function sesCertificates(seal: Uint8Array, { authorities }: Trust): readonly Uint8Array[] {
  const own = certificatesIn(() => ({ certificates: [readSesSignature(seal).certificate] }));
  const stamp = certificatesIn(() => {
    const { timeStamp } = readSesSignature(seal);
    return timeStamp ? readTimeStampToken(timeStamp.der) : { certificates: [] };
  });
  return [...own, ...stamp, ...authorities];
}

const hashOf = (bytes: Uint8Array): string => toHex(sha256(bytes));

/** @returns undefined when the record is no JSON object. */
function paperOf(record: Uint8Array, judgement: Judgement | undefined): ShownPaper | undefined {
  const value = record.length > recordBytesMax ? undefined : objectIn(record);
  if (!value) return undefined;
  const { disclosed = {}, struckOut = [] } = judgement ?? {};
  const [department, kind, number] = ['department', 'kind', 'number'].map(member => textIn(value, member));
  return {
    ...(department !== undefined && { department: headline(department) }),
    ...(kind !== undefined && { kind: headline(kind) }),
    ...(number !== undefined && { number: headline(number) }),
    sha256: hashOf(record),
    shown: shownOf(value, disclosed, struckOut),
  };
}

const headlineCharactersMax = 80;
const headline = (text: string): string => printable(text.slice(0, headlineCharactersMax));

function objectIn(record: Uint8Array): JsonObject | undefined {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(record));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// --- a PDF -----------------------------------------------------------------------------------------------------------

async function examinePdf(
  file: Dropped,
  material: TrustMaterial,
  { at, witnessesMin, scanned }: Setup,
  answer: Answer,
): Promise<Judged> {
  const bytes = bounded(file, pdfBytesMax);
  const { judgement, trust } = await settled(() => {
    const trust = openTrust(material);
    return { judgement: judgePdf({ bytes, trust, at: new Date(at), witnessesMin }), trust };
  }, answer);
  const { recordBytes, seal } = judgement;
  const paper = recordBytes && paperOf(recordBytes, judgement);
  return {
    state: 'JUDGED',
    kind: 'PDF',
    names: [file.name],
    at,
    ...verdictsOf(judgement),
    sealed: sealedOf(judgement, seal ? certificatesIn(() => readPdfSeal(seal)) : [], trust),
    ...(paper && { paper }),
    ...(scanned !== undefined && { scanned: paper?.sha256 === scanned ? 'SAME' : 'ANOTHER' }),
  };
}

// --- a bundle --------------------------------------------------------------------------------------------------------

async function examineBundle(
  file: Dropped,
  material: TrustMaterial,
  { at, witnessesMin, scanned }: Setup,
  answer: Answer,
): Promise<Judged> {
  const bytes = bounded(file, zipBytesMax);
  const { judgement, trust } = await settled(() => {
    const trust = openTrust(material);
    return { judgement: judgeBundle({ bytes, trust, at: new Date(at), witnessesMin }), trust };
  }, answer);
  const files = filesIn(bytes);
  const { manifest, caseFile, listVersion } = judgement;
  const papers = judgement.papers.map(({ folder, department, kind, number, status, judgement: of }) => {
    const [record, seal] = [files.get(recordIn(folder)), files.get(sealIn(folder))];
    const paper = record && paperOf(record, of);
    return {
      folder,
      department,
      kind,
      number,
      status,
      verdict: of?.verdict,
      sealed:
        of && seal
          ? sealedOf(
              of,
              certificatesIn(() => readSignedData(seal)),
              trust,
            )
          : { chain: [] },
      ...(paper && { paper }),
    };
  });
  const contents: BundleContents | undefined = caseFile && {
    caseFile,
    ...(listVersion !== undefined && { listVersion }),
    papers,
  };
  const signature = files.get(SIGNATURE);
  return {
    state: 'JUDGED',
    kind: 'BUNDLE',
    names: [file.name],
    at,
    ...verdictsOf(judgement),
    sealed:
      manifest && signature
        ? sealedOf(
            manifest,
            certificatesIn(() => readSignedData(signature)),
            trust,
          )
        : { chain: [] },
    ...(contents && { bundle: contents }),
    ...(scanned !== undefined && {
      scanned: papers.some(({ paper }) => paper?.sha256 === scanned) ? 'SAME' : 'ANOTHER',
    }),
  };
}

/** None of what is not one ZIP. */
function filesIn(bytes: Uint8Array): Files {
  try {
    return readZip(bytes);
  } catch (fault) {
    if (fault instanceof FormatError) return new Map();
    throw fault;
  }
}

// --- trust -----------------------------------------------------------------------------------------------------------

/** For people to compare: which root, of what date its news. */
export async function summarize(material: TrustMaterial, answer: Answer): Promise<TrustSummary> {
  try {
    const { root, list } = await settled(() => openTrust(material), answer);
    return {
      state: 'TRUSTED',
      root: linkOf(root, root),
      ...(list && { list: { version: list.version, issuedAt: list.issuedAt } }),
      news: material.crls.flatMap(newsIn),
    };
  } catch (error) {
    if (error instanceof TrustError) return { state: 'REFUSED', reason: reasonOf(error) };
    return { state: 'REFUSED', reason: error instanceof Error ? error.message : String(error) };
  }
}

function newsIn(der: Uint8Array): readonly News[] {
  try {
    const { issuer, thisUpdate, nextUpdate } = readCrl(der);
    const dates = { from: thisUpdate.toISOString(), until: nextUpdate.toISOString() };
    return [{ sha256: hashOf(der), issuer: issuer.commonName, ...dates }];
  } catch (fault) {
    if (fault instanceof FormatError) return [];
    throw fault;
  }
}
