/** One line of a corpus: files, what they are judged by, and what was done to them. */
import type { Verdict } from '../../certs/verify.ts';
import type { Random } from '../generate/random.ts';
import type { Files, TrustFolder } from './files.ts';
import type { Yard } from './yard.ts';

export type Kind = 'seal' | 'bundle' | 'pdf';

/** The ending of each file's name. */
export const ENDINGS: Readonly<Record<string, string>> = {
  record: 'json',
  seal: 'p7s',
  proof: 'tlog-proof',
  disclosures: 'disclosures.json',
  bundle: 'asice',
  pdf: 'pdf',
};

export interface Drawn {
  readonly kind: Kind;
  readonly files: Files;
  readonly trust: TrustFolder;
  /** The time of verification. */
  readonly at: Date;
  /** In a word or two, such as `seal: length padded`. */
  readonly what: string;
  /** What a right verifier may say; null where it can't judge at all. More than one where chance decides what was hit. */
  readonly verdicts: readonly (Verdict | null)[];
}

/** A class of files, and how one of it is drawn. */
export interface Class {
  readonly name: string;
  /** Of the whole corpus, in shares. */
  readonly weight: number;
  draw(random: Random, yard: Yard): Promise<Drawn>;
}
