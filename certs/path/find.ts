/** Building and validation together: is there a valid path from the target to one of the anchors? */
import { buildPaths, type Candidate } from './build.ts';
import type { PathCertificate } from './certificate.ts';
import type { PathFault, TrustAnchor } from './path.ts';
import { type PathQuestion, validatePath } from './validate.ts';

export interface Search extends Omit<PathQuestion, 'chain' | 'anchor'> {
  readonly target: PathCertificate;
  readonly anchors: readonly TrustAnchor[];
}

export interface Found extends Partial<Candidate> {
  /** Of the path with the fewest; ISSUER_ABSENT when none leads to an anchor. */
  readonly faults: readonly PathFault[];
}

/** Paths that are judged; the likeliest come first. */
const candidatesMax = 32;

/** @param search Its `others` are also the issuers that paths are built of. */
export function findPath({ target, anchors, ...rest }: Search): Found {
  let best: Found = { faults: [{ code: 'ISSUER_ABSENT', certificate: 0 }] };
  let left = candidatesMax;
  for (const candidate of buildPaths(target, rest.others ?? [], anchors)) {
    if (left-- === 0) break;
    const faults = validatePath({ ...rest, ...candidate });
    if (!best.chain || faults.length < best.faults.length) best = { ...candidate, faults };
    if (faults.length === 0) return best;
  }
  return best;
}
