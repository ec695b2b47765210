/**
 * Certification path validation, RFC 5280 section 6: every rule is asked, whatever the others found. Nothing is fetched
 * and nothing remembered; certificates and CRLs are of strangers.
 *
 *     const [chain, anchor] = [[signer, authority].map(der => readPathCertificate(der)), readPathCertificate(root)];
 *     validatePath({ chain, anchor, at, crls, purposes });     // [] is a valid path
 */
import { compareBytes } from '../der.ts';
import { buildPaths } from './build.ts';
import type { PathCertificate } from './certificate.ts';
import type { PathCrl } from './crl.ts';
import type { Chain, Path, PathFault, PolicyInputs, Rule, TrustAnchor } from './path.ts';
import { basicConstraints } from './rules/basic-constraints.ts';
import { criticalExtensions } from './rules/critical-extensions.ts';
import { dates } from './rules/dates.ts';
import { keyUsage } from './rules/key-usage.ts';
import { nameChaining } from './rules/name-chaining.ts';
import { nameConstraints } from './rules/name-constraints.ts';
import { pathLength } from './rules/path-length.ts';
import { policies } from './rules/policies.ts';
import { purposes } from './rules/purposes.ts';
import { revocation } from './rules/revocation.ts';
import { signatures } from './rules/signatures.ts';
import { type VerifySignature, verifySignature } from './signature.ts';

export interface PathQuestion {
  readonly chain: Chain;
  readonly anchor: TrustAnchor;
  /** Absent: dates are not asked, as by one who remembers that a chain holds and judges its dates anew each time. */
  readonly at?: Date;
  /** Absent: revocation is not asked. The time `at` is needed to ask it. */
  readonly crls?: readonly PathCrl[];
  /** Certificates among which those of signers of CRLs may be. */
  readonly others?: readonly PathCertificate[];
  /** Of which the target must have all. */
  readonly purposes?: readonly string[];
  readonly policies?: PolicyInputs;
  /** Which signatures count; by default those of the suites of suites.ts. */
  readonly verify?: VerifySignature;
}

const RULES: readonly Rule[] = [
  signatures,
  nameChaining,
  basicConstraints,
  pathLength,
  keyUsage,
  criticalExtensions,
  nameConstraints,
];

/** Paths to signers of CRLs that are followed for one question; an honest federation needs one or two. */
const proofsMax = 20;

/** @returns Everything that speaks against the path, the target's first. */
export function validatePath(question: PathQuestion): readonly PathFault[] {
  // No comparison with such a time holds, and so no date would be over.
  if (question.at && Number.isNaN(question.at.getTime())) throw new RangeError('the time of validation is not a time');
  return faultsOf(question, { assumed: [], budget: { left: proofsMax } });
}

/** What the path of a signer of CRLs stands on while it is being judged. */
interface Proofs {
  /** Signers whose paths are being judged: what their own CRLs say of them is asked as of any other certificate. */
  readonly assumed: readonly PathCertificate[];
  readonly budget: { left: number };
}

function faultsOf(question: PathQuestion, proofs: Proofs): readonly PathFault[] {
  const { chain, anchor, at, verify = verifySignature } = question;
  const path: Path = { chain, anchor, verify };
  const faults = [
    ...RULES.flatMap(rule => rule(path)),
    ...policies(chain, question.policies).faults,
    ...purposes(chain, question.purposes ?? []),
    ...(at ? dates(chain, at) : []),
    ...revocationOf(question, proofs),
  ];
  return faults.toSorted((a, b) => a.certificate - b.certificate);
}

function revocationOf(question: PathQuestion, proofs: Proofs): readonly PathFault[] {
  const { chain, anchor, at, crls, others = [], verify = verifySignature } = question;
  if (!crls) return [];
  if (!at) throw new TypeError('revocation is asked as of a time');
  return chain.flatMap((certificate, place) => {
    const above = chain.slice(place + 1);
    // What is above in the chain is judged with it.
    const isProven = (signer: PathCertificate) =>
      [...above, ...proofs.assumed].some(proven => isSame(proven, signer)) || provesSigner(signer, question, proofs);
    const among = [...above, ...chain.slice(0, place + 1), ...others];
    return revocation(certificate, place, { anchor, at, crls, among, verify, isProven });
  });
}

/** Section 6.3.3 (f): the signer of a CRL has a valid path of its own, to the same anchor. */
function provesSigner(signer: PathCertificate, question: PathQuestion, proofs: Proofs): boolean {
  const { chain, anchor, others = [] } = question;
  const assumed = [...proofs.assumed, signer];
  for (const candidate of buildPaths(signer, [...chain, ...others], [anchor])) {
    if (proofs.budget.left-- <= 0) return false;
    const inner = { ...question, ...candidate, policies: {}, purposes: [] };
    if (faultsOf(inner, { ...proofs, assumed }).length === 0) return true;
  }
  return false;
}

const isSame = (a: PathCertificate, b: PathCertificate): boolean => a === b || compareBytes(a.der, b.der) === 0;
