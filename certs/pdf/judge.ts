/**
 * Judges a paper: a PDF in our form (form.ts) with its seal and evidence in it and the record inside. As of seals over
 * records (../verify.ts): offline, at a time that the caller names, by a root that the caller pins; the bytes come from
 * strangers, and nothing they hold makes this throw.
 *
 *     judgePdf({ bytes, trust, at: new Date() }).verdict;
 *
 * That the pages say what the record says is the word of the department that sealed both: no program compares them.
 */
import { type Finding, FormatError, finding } from '../findings.ts';
import type { JsonObject } from '../jcs.ts';
import { examineCms, examineSealed, type Sealed } from '../verify/examine.ts';
import { sealBytesMax } from '../verify/form.ts';
import type { Judgement, Question } from '../verify/judgement.ts';
import { weigh } from '../verify/verdict.ts';
import { type PdfSeal, readPdfSeal, withEvidence } from './cms.ts';
import { sealIn } from './evidence.ts';
import { PdfFault } from './fault.ts';
import { outsideOf } from './hole.ts';
import { type Claims, type Paper, readPaper } from './paper.ts';

export { refusalOnTheWay } from '../verify/examine.ts';
export { pdfBytesMax } from './form.ts';

export interface PdfQuestion extends Pick<Question, 'trust' | 'at' | 'witnessesMin'> {
  readonly bytes: Uint8Array;
}

/** Whatever of the paper could be read, true only if no finding is fatal. */
export interface PdfJudgement extends Judgement {
  readonly record?: JsonObject;
  /** The bytes of `record.json`. */
  readonly recordBytes?: Uint8Array;
  /** The bytes of `disclosures.json`. */
  readonly disclosures?: Uint8Array;
  /** What the signature dictionary says; its time is `sealedAt` too. */
  readonly claims?: Claims;
  readonly pages?: number;
  /** The seal with its time stamp and without log proof, DER. */
  readonly seal?: Uint8Array;
}

export function judgePdf({ bytes, ...question }: PdfQuestion): PdfJudgement {
  if (Number.isNaN(question.at.getTime())) throw new RangeError('the time of verification is not a time');
  const findings: Finding[] = [];
  const paper = orFind(() => readPaper(bytes), findings);
  if (!paper) return weigh(findings);
  const { record, disclosures, claims, pages } = paper;
  const signed = readSeal(paper, findings);
  const seal = signed?.logged ?? new Uint8Array();
  const proof = signed?.proof?.der;
  const about = { ...question, record, seal, ...(disclosures && { disclosures }), ...(proof && { proof }) };
  const { judgement, value } = examineSealed(about, more => {
    more.push(...findings);
    return signed && examineSealOf(paper, signed, bytes, question, more);
  });
  return {
    ...judgement,
    ...(value && { record: value }),
    recordBytes: record,
    ...(disclosures && { disclosures }),
    claims,
    pages,
    ...(signed && { seal }),
  };
}

interface Signed extends PdfSeal {
  /** What stands in the log: without the proof. */
  readonly logged: Uint8Array;
}

function readSeal(paper: Paper, findings: Finding[]): Signed | undefined {
  return orFind(() => {
    const der = sealIn(paper);
    if (der.length > sealBytesMax) throw new PdfFault(finding('SEAL_TOO_LARGE', 'seal', { max: String(sealBytesMax) }));
    const read = readPdfSeal(der);
    return { ...read, logged: read.proof ? withEvidence(der, { timeStamp: read.timeStamp?.der }) : der };
  }, findings);
}

function examineSealOf(
  { hole, claims: { sealedAt, organization } }: Paper,
  signed: Signed,
  bytes: Uint8Array,
  { trust, at }: Omit<PdfQuestion, 'bytes'>,
  findings: Finding[],
): Sealed {
  const content = outsideOf(bytes, hole);
  const sealed = examineCms(
    { content, signed, sealedAt, sealedAtIn: '/M', digestFault: 'PDF_DIGEST_DIFFERS', trust, at },
    findings,
  );
  const named = sealed.known.signer?.organization;
  if (named !== undefined && named !== organization)
    findings.push(finding('PDF_SIGNER_NAME_DIFFERS', 'seal: /Name', { says: organization, found: named }));
  return sealed;
}

function orFind<T>(read: () => T, findings: Finding[]): T | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof PdfFault) findings.push(fault.finding);
    else if (fault instanceof FormatError) findings.push(finding(fault.code, `seal byte ${fault.offset}`));
    else throw fault;
    return undefined;
  }
}
