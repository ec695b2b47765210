/** Papers of a world's departments: drawn by the smallest writer, sealed, time-stamped and proved, each as one wishes it. */
import { signatureOf } from '../../../certs/cms.ts';
import { pdfSealOf, withPdfEvidence } from '../../../certs/pdf/evidence.ts';
import { holeBytesOf } from '../../../certs/pdf/hole.ts';
import { judgePdf, type PdfJudgement } from '../../../certs/pdf/judge.ts';
import type { Trust } from '../../../certs/verify.ts';
import { minimalPdf, type Parts } from '../../fixtures/minimal-pdf.ts';
import { logged, withNews } from '../evidence.ts';
import { NOW, TAX_RECORD, type World, world } from '../fixture.ts';
import { stamperOf, tokenOver } from '../stamps.ts';

export const HOUR_MS = 3_600_000;

/** Everything about a paper that may be another one. */
export const partsOf = (parts: Partial<Parts> = {}): Parts => ({
  record: TAX_RECORD,
  organization: '税务局',
  sealedAt: NOW,
  holeBytes: holeBytesOf('ES256'),
  ...parts,
});

export interface Whole {
  /** As the department made it. */
  readonly sealed: Uint8Array;
  /** With its time stamp. */
  readonly stamped: Uint8Array;
  /** With its log proof, too. */
  readonly whole: Uint8Array;
  readonly trust: Trust;
}

export interface Papers {
  readonly world: World;
  seal(parts?: Partial<Parts>, holder?: string): Promise<Uint8Array>;
  /** A token over the seal of this paper, whoever made it. */
  token(pdf: Uint8Array, at?: Date): Uint8Array;
  whole(sealed: Uint8Array, holder?: string): Promise<Whole>;
  judge(bytes: Uint8Array, trust: Trust, at?: Date): PdfJudgement;
}

export function papers(): Papers {
  const w = world();
  const tsa = stamperOf(w);
  const news = { from: new Date(NOW.getTime() - HOUR_MS), until: new Date(NOW.getTime() + HOUR_MS) };
  const trusted = withNews(w.trust, w, news);
  const token = (pdf: Uint8Array, at = NOW) => tokenOver(signatureOf(pdfSealOf(pdf)), tsa, { at });
  return {
    world: w,
    token,
    seal: (parts, holder = 'tax') => w.party(holder).sealer.sealPdf(minimalPdf(partsOf(parts))),
    async whole(sealed, holder = 'tax') {
      const stamped = withPdfEvidence(sealed, { timeStamp: token(sealed) });
      const { trust, proof } = logged(trusted, holder, [pdfSealOf(stamped)]);
      return { sealed, stamped, whole: withPdfEvidence(stamped, { proof: await proof(0) }), trust };
    },
    judge: (bytes, trust, at = NOW) => judgePdf({ bytes, trust, at }),
  };
}
