/** How renditions lie in rows: with a fingerprint, as what is sealed does. */
import { entryOf } from '../../../certs/log/entry.ts';
import type { PaperFormId } from '../../../subgraphs/papers-desk.ts';
import { leafName, type Rendition } from '../rendition.ts';
import { sealForm } from '../sealed-bytes.ts';
import type { Row } from './row.ts';
import type { Vault } from './secret.ts';

const columnsOf = (rendition: Rendition): Row => ({
  paper: rendition.paper,
  form: rendition.form,
  case_number: rendition.caseNumber,
  holder: rendition.holder,
  shows: rendition.shows,
  bytes: rendition.bytes,
  time_stamp: rendition.timeStamp,
  stamped_at: rendition.stampedAt,
  proof: rendition.proof,
});

export function renditionRow(rendition: Rendition, vault: Vault): Row & { readonly fingerprint: string } {
  // Locked, for persons are named in it, as in what is disclosed of the document (paper-rows.ts).
  const bytes = vault.lock(rendition.bytes);
  return { ...columnsOf(rendition), bytes, fingerprint: fingerprintOf(rendition, vault) };
}

/** Of what was made and not of how it is locked, which is never the same twice. */
export const fingerprintOf = (rendition: Rendition, vault: Vault): string =>
  vault.fingerprint(JSON.stringify(columnsOf(rendition)));

/** @throws {Error} when the row is not as the window has written it. */
export function readRendition(row: Row, vault: Vault): Rendition {
  const rendition: Rendition = {
    paper: String(row.paper),
    form: row.form as PaperFormId,
    caseNumber: String(row.case_number),
    holder: String(row.holder),
    shows: String(row.shows),
    bytes: vault.unlock(String(row.bytes)),
    timeStamp: row.time_stamp as string | null,
    stampedAt: row.stamped_at === null ? null : Number(row.stamped_at),
    proof: row.proof as string | null,
  };
  if (fingerprintOf(rendition, vault) === row.fingerprint) return rendition;
  throw new Error(`the ${rendition.form} of ${rendition.paper} is not as the window has written it`);
}

/** @param seal As it is now, DER. */
export const renditionLeaf = (rendition: Rendition, seal: Uint8Array): Row => ({
  case_number: rendition.caseNumber,
  // ASCII, so that every dialect keeps it as it is.
  entry: Buffer.from(entryOf(rendition.holder, seal)).toString('latin1'),
  paper: leafName(rendition),
  form: sealForm(rendition),
});
