import { readDisclosures } from '../certs/leaves.ts';
import { judgePdf, refusalOnTheWay } from '../certs/pdf/judge.ts';
import type { Sealer } from '../certs/seal.ts';
import type { Trust } from '../certs/verify.ts';
import { type DepartmentPapers, shownIn } from './papers.ts';
import { NoPaper, type PaperForm } from './papers-desk.ts';
import type { PdfMaker } from './pdf-maker.ts';
import type { Json } from './record.ts';

export interface PdfFormTools {
  /** What the department's papers show. */
  readonly papers: DepartmentPapers;
  readonly make: PdfMaker;
  readonly sealer: Pick<Sealer, 'certificateSha256'>;
  trust(): Trust;
  now(): Date;
}

/** The PDFs of a department. */
export const pdfForm = ({ papers, make, sealer, trust, now }: PdfFormTools): PaperForm => ({
  async make({ record, text, disclosures: disclosed }) {
    const show = Object.hasOwn(papers, record.kind) ? papers[record.kind] : undefined;
    if (!show) throw new NoPaper('NO_SUCH_PAPER');
    const disclosures = disclosed === undefined ? undefined : Buffer.from(disclosed);
    const paper = show(record, shownIn(record, valuesIn(disclosures)));
    return make({ paper, record: Buffer.from(text), disclosures, number: record.number });
  },
  isSpent(bytes) {
    const judgement = judgePdf({ bytes, trust: trust(), at: now() });
    if (refusalOnTheWay(judgement) !== 'CERTIFICATE_REVOKED_UNPROVEN') return false;
    return judgement.signer?.certificateSha256 !== sealer.certificateSha256;
  },
});

const valuesIn = (disclosures: Uint8Array | undefined): ReadonlyMap<string, Json> =>
  new Map(
    disclosures ? Array.from(readDisclosures(disclosures).leaves, ([path, { value }]) => [path, value as Json]) : [],
  );
