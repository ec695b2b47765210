/** Who makes what people hold: of a certificate its department, of a slip the center itself. */
import type { Paper } from '../../papers/paper.ts';
import { CENTER, type DepartmentId } from '../../subgraphs/catalogue.ts';
import { NoPaper, type PaperFormId } from '../../subgraphs/papers-desk.ts';
import type { PdfMaker } from '../../subgraphs/pdf-maker.ts';
import type { SealedOutcome, Slip } from '../window/case.ts';
import type { PaperClient } from '../window/departments.ts';
import { struckOutIn } from '../window/disclosed.ts';
import type { SlipRecord } from '../window/slip-record.ts';
import { NoRendition } from './no-rendition.ts';
import type { Original } from './renditions.ts';

export interface OriginalTools {
  readonly clients: Readonly<Record<DepartmentId, PaperClient>>;
  /** The center's own. */
  readonly makePdf: PdfMaker;
  /** What a slip shows. */
  slipPaper(record: SlipRecord): Paper;
}

export interface Originals {
  /** @param document Sealed. */
  certificate(document: SealedOutcome): Original;
  slip(slip: Slip): Original;
}

export const createOriginals = ({ clients, makePdf, slipPaper }: OriginalTools): Originals => ({
  certificate: ({ id, caseNumber, department, operationId, record, disclosures }) => ({
    paper: id,
    caseNumber,
    holder: department,
    record: Buffer.from(record),
    disclosures: disclosures === null ? undefined : Buffer.from(disclosures),
    async make(form) {
      const answer = await clients[department].paper(operationId, form, struckOutIn({ record, disclosures }));
      if (answer?.bytes) return Buffer.from(answer.bytes, 'base64');
      throw notMade(form, caseNumber, department, answer?.reason ?? 'ANSWER_MALFORMED');
    },
  }),
  slip: ({ id, caseNumber, number, record }) => ({
    paper: id,
    caseNumber,
    holder: CENTER.id,
    record: Buffer.from(record),
    disclosures: undefined,
    async make(form) {
      if (form !== 'PDF') throw notMade(form, caseNumber, CENTER.id, 'FORM_NOT_MADE');
      try {
        const paper = slipPaper(JSON.parse(record) as SlipRecord);
        return await makePdf({ paper, record: Buffer.from(record), disclosures: undefined, number });
      } catch (cause) {
        throw cause instanceof NoPaper ? notMade(form, caseNumber, CENTER.id, cause.reason, cause.cause) : cause;
      }
    },
  }),
});

const notMade = (form: PaperFormId, caseNumber: string, holder: string, reason: string, cause?: unknown): NoRendition =>
  new NoRendition(`${holder} has made no ${form} for case ${caseNumber}`, reason, { cause });
