/**
 * What lies where in a bundle, the whole case as one file:
 *
 *     mimetype
 *     META-INF/ASiCManifest.xml     every file below with its SHA-256 (manifest.ts)
 *     META-INF/signature.p7s        the center's seal over the manifest
 *     README.txt                    how to check all of it by hand
 *     case.json                     number, regime, state, and the papers there are (case-file.ts)
 *     ledger.json                   what happened, chained (ledger-file.ts)
 *     log/checkpoint                the newest of the public log when the bundle was made
 *     papers/01-BUSINESS_LICENSE/   record.json, seal.p7s and seal.tlog-proof, in the order of the ledger; and, of a record
 *                                   with leaves, what is disclosed of them: disclosures.json
 *     slips/01-ACCEPTANCE/          likewise, without disclosures
 *     trust/                        root.pem (to compare: a verifier pins its own), chain.pem, list.json, list.p7s, *.crl
 */
import { MANIFEST, SIGNATURE } from './manifest.ts';
import { FIRST_FILE } from './zip.ts';

export const README = 'README.txt';
export const CASE_FILE = 'case.json';
export const LEDGER_FILE = 'ledger.json';
export const CHECKPOINT = 'log/checkpoint';
export const ROOT = 'trust/root.pem';
export const CHAIN = 'trust/chain.pem';
export const LIST = 'trust/list.json';
export const LIST_SEAL = 'trust/list.p7s';

/** Without these there is nothing to judge by. A checkpoint is missing where the log has not made one yet. */
export const NEEDED = [MANIFEST, SIGNATURE, README, CASE_FILE, LEDGER_FILE, ROOT, CHAIN, LIST, LIST_SEAL] as const;

export type PaperFolder = 'papers' | 'slips';

/** @param place From 0, among all of its folder. */
export const folderOf = (folder: PaperFolder, place: number, kind: string): string =>
  `${folder}/${String(place + 1).padStart(2, '0')}-${kind}`;

export const recordIn = (folder: string): string => `${folder}/record.json`;
export const disclosuresIn = (folder: string): string => `${folder}/disclosures.json`;
export const sealIn = (folder: string): string => `${folder}/seal.p7s`;
export const proofIn = (folder: string): string => `${folder}/seal.tlog-proof`;

const CRL = /^trust\/[a-z][a-z0-9-]*\.crl$/;
export const isCrl = (path: string): boolean => CRL.test(path);
/** @param name Of the authority, such as `seal-authority`. */
export const crlOf = (name: string): string => `trust/${name}.crl`;

/** Files that are there whatever the papers. */
export const isFixed = (path: string): boolean => FIXED.has(path) || isCrl(path);
const FIXED: ReadonlySet<string> = new Set([FIRST_FILE, CHECKPOINT, ...NEEDED]);
