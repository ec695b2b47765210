/**
 * Makes PDFs of what a holder has recorded, departments and center alike: drawn by a press of its own, sealed with its own
 * key. Drawing takes some milliseconds, in which nothing else is done; signing is where the key is.
 */
import type { Sealer } from '../certs/seal.ts';
import type { Paper } from '../papers/paper.ts';
import type { Press } from '../papers/press.ts';
import { NoPaper, type NoPaperReason } from './papers-desk.ts';
import { verifyUrl } from './public-url.ts';

export interface PdfMakerTools {
  /** The holder's id, as in the certificate of its seal. */
  readonly holder: string;
  press(): Promise<Press>;
  readonly sealer: Pick<Sealer, 'holeBytes' | 'organization' | 'sealPdf'>;
  /** Where the public reaches the center, without a slash at the end. */
  readonly publicUrl: string;
  now(): Date;
}

export interface Drawable {
  readonly paper: Paper;
  /** Byte for byte as sealed. */
  readonly record: Uint8Array;
  /** Undefined where the record has no leaves, or all are struck out. */
  readonly disclosures: Uint8Array | undefined;
  /** As printed; the page to which the code on the paper leads is told it. */
  readonly number: string;
}

/** @throws {NoPaper} for what can't be drawn. */
export type PdfMaker = (drawable: Drawable) => Promise<Uint8Array>;

export const pdfMaker =
  ({ holder, press: openOnce, sealer, publicUrl, now }: PdfMakerTools): PdfMaker =>
  async ({ paper, record, disclosures, number }) => {
    const press = await openOnce();
    const { organization, holeBytes } = sealer;
    const drawn = orNoPaper(() =>
      press.draw(paper, {
        record,
        ...(disclosures && { disclosures }),
        issuer: { id: holder, organization },
        sealedAt: now(),
        verifyUrl: verifyUrl(publicUrl, record, number),
        holeBytes,
      }),
    );
    return sealer.sealPdf(drawn);
  };

/** The press's own errors, by name. */
const REASONS: Readonly<Record<string, NoPaperReason>> = {
  MissingGlyph: 'CHARACTER_NOT_DRAWN',
  Undrawable: 'NOT_DRAWABLE',
};

function orNoPaper<Drawn>(draw: () => Drawn): Drawn {
  try {
    return draw();
  } catch (cause) {
    const reason = cause instanceof Error && Object.hasOwn(REASONS, cause.name) ? REASONS[cause.name] : undefined;
    throw reason ? new NoPaper(reason, { cause }) : cause;
  }
}
