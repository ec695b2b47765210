/** How the log's leaves lie in rows, by which what is sealed can be proved to have been entered. */
import { entryOf } from '../../../certs/log/entry.ts';
import { CENTER } from '../../../subgraphs/catalogue.ts';
import type { PaperChange, Slip } from '../case.ts';
import { sealBytes, sealForm } from '../sealed-bytes.ts';
import type { Row } from './row.ts';

/** The leaf of a paper as it is now; none for what is not sealed. Its place in the log is drawn when it is written. */
export function leavesOf(paper: PaperChange): readonly Row[] {
  if (paper.of === 'SLIP') return [leafRow(paper.slip, CENTER.id)];
  const { seal, department, ...document } = paper.document;
  return seal === null ? [] : [leafRow({ ...document, seal }, department)];
}

type Sealed = Pick<Slip, 'id' | 'caseNumber' | 'seal' | 'timeStamp'>;

const leafRow = (sealed: Sealed, holder: string): Row => ({
  case_number: sealed.caseNumber,
  // ASCII, so that every dialect keeps it as it is.
  entry: Buffer.from(entryOf(holder, sealBytes(sealed))).toString('latin1'),
  paper: sealed.id,
  form: sealForm(sealed),
});
