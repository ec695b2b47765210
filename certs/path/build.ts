/**
 * Finds the chains that could lead from a certificate to an anchor (RFC 5280 section 6.1 takes a path as given). Names
 * alone decide; the pool is of strangers, so depth and number of tries are bounded.
 */
import { compareBytes } from '../der.ts';
import { toHex } from '../hex.ts';
import type { PathCertificate } from './certificate.ts';
import type { Chain, TrustAnchor } from './path.ts';

/** Certificates in a chain. Federations of authorities have four or five. */
export const chainLengthMax = 10;
/** Certificates looked at on the way, in all branches together: a net of cross-certificates has more ways than time. */
const stepsMax = 1_000;

export interface Candidate {
  readonly chain: Chain;
  readonly anchor: TrustAnchor;
}

/** @param pool Certificates of issuers, in any order; the target and strangers may be among them. */
export function* buildPaths(
  target: PathCertificate,
  pool: readonly PathCertificate[],
  anchors: readonly TrustAnchor[],
): Generator<Candidate> {
  const bySubject = Map.groupBy(pool, ({ subject }) => subject.key);
  let steps = 0;

  function* above(chain: Chain): Generator<Candidate> {
    const top = chain.at(-1)!;
    for (const anchor of anchors) if (anchor.subject.key === top.issuer.key) yield { chain, anchor };
    if (chain.length === chainLengthMax) return;
    for (const issuer of likeliestFirst(bySubject.get(top.issuer.key) ?? [], top)) {
      if (++steps > stepsMax) return;
      if (!chain.some(below => isSameHolder(below, issuer))) yield* above([...chain, issuer]);
    }
  }

  yield* above([target]);
}

/** Those whose key the certificate names; the others stay, because key identifiers are hints (section 4.2.1.1). */
function likeliestFirst(issuers: readonly PathCertificate[], below: PathCertificate): readonly PathCertificate[] {
  const wanted = below.authorityKeyId && toHex(below.authorityKeyId);
  const isLikely = ({ subjectKeyId }: PathCertificate) =>
    wanted === undefined || subjectKeyId === undefined || toHex(subjectKeyId) === wanted;
  return issuers.toSorted((a, b) => Number(isLikely(b)) - Number(isLikely(a)));
}

/** The same name with the same key again leads nowhere new. */
const isSameHolder = (a: PathCertificate, b: PathCertificate): boolean =>
  a.subject.key === b.subject.key && compareBytes(a.spki, b.spki) === 0;
