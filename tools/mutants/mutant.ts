import type { PdfOriginal } from './pdf.ts';
import type { SesOriginal } from './ses.ts';
import type { Subject } from './world.ts';

/** Of the evidence of one seal. */
export type SealArea = 'seal' | 'time stamp' | 'certificate' | 'revocation list' | 'log proof' | 'disclosures';
export type Area = SealArea | 'bundle' | 'PDF' | 'national form';

/** What becomes of a subject: what is absent stays as it was. */
export interface Change {
  readonly seal?: Uint8Array;
  /** Under whose name it is entered into the log, where that is another's. */
  readonly holder?: string;
  readonly crls?: readonly Uint8Array[];
  /** Beside a record that has leaves, or none. */
  readonly disclosures?: Uint8Array;
  /** In the place of a proof that this very seal stands in the log. */
  readonly proof?: Uint8Array;
}

export interface SealMutant extends Change {
  readonly number: number;
  readonly area: SealArea;
  readonly kind: string;
  readonly subject: Subject;
}

export interface BundleMutant {
  readonly number: number;
  readonly area: 'bundle';
  readonly kind: string;
  readonly bundle: Uint8Array;
}

export interface PdfMutant {
  readonly number: number;
  readonly area: 'PDF';
  readonly kind: string;
  readonly paper: PdfOriginal;
  /** Whether it has a proof that it stands in the log. */
  readonly isProved: boolean;
  readonly pdf: Uint8Array;
}

/** Of a signature of GB/T 38540, with a proof that this very one stands in the log. */
export interface SesMutant {
  readonly number: number;
  readonly area: 'national form';
  readonly kind: string;
  readonly original: SesOriginal;
  readonly ses: Uint8Array;
}

export type Mutant = SealMutant | BundleMutant | PdfMutant | SesMutant;

export const isOfPdf = (mutant: Mutant): mutant is PdfMutant => mutant.area === 'PDF';
export const isOfSes = (mutant: Mutant): mutant is SesMutant => mutant.area === 'national form';
export const isOfSeal = (mutant: Mutant): mutant is SealMutant =>
  !isOfBundle(mutant) && !isOfPdf(mutant) && !isOfSes(mutant);
export const isOfBundle = (mutant: Mutant): mutant is BundleMutant => mutant.area === 'bundle';
