import { createHash } from 'node:crypto';
import type { PaperFormId } from '../../subgraphs/papers-desk.ts';
import type { Stampable } from './case.ts';

/**
 * What was made of a sealed paper in a form that people hold, as its holder has sealed it. Time stamp and log proof are
 * kept beside it and put into it when it is served.
 */
export interface Rendition extends Stampable {
  /** The id of the certificate or slip. */
  readonly paper: string;
  readonly form: PaperFormId;
  readonly caseNumber: string;
  /** Whose seal it bears, such as `tax`. */
  readonly holder: string;
  /** Names what it shows; one that shows something else takes its place. */
  readonly shows: string;
  /** Base64. */
  readonly bytes: string;
  /** That its seal, as it is now, is in the log (c2sp.org/tlog-proof); null before it has been served with one. */
  readonly proof: string | null;
}

/** Under which the log's leaves of its seal are found: of its own bytes, so that one that is made anew has others. */
export const leafName = ({ form, bytes }: Pick<Rendition, 'form' | 'bytes'>): string =>
  `${form}/${createHash('sha256').update(bytes).digest('hex')}`;
