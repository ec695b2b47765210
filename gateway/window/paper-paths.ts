import { itemEntry } from '../../subgraphs/catalogue.ts';
import type { SealedOutcome } from './case.ts';

/** What is sealed is downloaded below these paths: certificates, the other outcomes, and the center's slips. */
export type PaperFolder = 'certificates' | 'outcomes' | 'slips';

export const folderOf = ({ outcome }: Pick<SealedOutcome, 'outcome'>): PaperFolder =>
  outcome === 'GRANTED' ? 'certificates' : 'outcomes';

/** A grant that a paper shows. */
export const isCertificate = ({ item, outcome }: Pick<SealedOutcome, 'item' | 'outcome'>): boolean =>
  outcome === 'GRANTED' && itemEntry(item).certificate !== null;

/** @param id Or a pattern of ids. */
export const recordPath = (folder: PaperFolder, id: string): string => `/${folder}/${id}/record.json`;
export const sealPath = (folder: PaperFolder, id: string): string => `/${folder}/${id}/seal.p7s`;
/** That the seal beside it is in the log. */
export const proofPath = (folder: PaperFolder, id: string): string => `/${folder}/${id}/seal.tlog-proof`;

/** What is disclosed of a certificate's record. @param id Or a pattern of ids. */
export const disclosuresPath = (id: string): string => `/certificates/${id}/disclosures.json`;

/** What people hold of it. */
export const pdfPath = (folder: 'certificates' | 'slips', id: string): string =>
  `/${folder}/${id}/${PDF_NAMES[folder]}`;
const PDF_NAMES = { certificates: 'certificate.pdf', slips: 'slip.pdf' } as const;

/** The same in the national form, SES_Signature of GB/T 38540. @param id Or a pattern of ids. */
export const sesPath = (id: string): string => `/certificates/${id}/seal.ses`;
/** That it is in the log. */
export const sesProofPath = (id: string): string => `${sesPath(id)}.tlog-proof`;

/** The whole case as one file. @param number Or a pattern of numbers. */
export const bundlePath = (number: string): string => `/cases/${number}/bundle.asice`;
