/**
 * Certification path validation, RFC 5280 section 6: every rule is asked, whatever the others found. Nothing is fetched
 * and nothing remembered; certificates and CRLs are of strangers.
 *
 *     const [chain, anchor] = [[signer, authority].map(der => readPathCertificate(der)), readPathCertificate(root)];
 *     validatePath({ chain, anchor, at, crls, purposes });     // [] is a valid path
 */
import type { PathCertificate } from './certificate.ts';
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
import { signatures } from './rules/signatures.ts';
import { type VerifySignature, verifySignature } from './signature.ts';

export interface PathQuestion {
  readonly chain: Chain;
  readonly anchor: TrustAnchor;
  /** Absent: dates are not asked, as by one who remembers that a chain holds and judges its dates anew each time. */
  readonly at?: Date;
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

/** @returns Everything that speaks against the path, the target's first. */
export function validatePath(question: PathQuestion): readonly PathFault[] {
  const { chain, anchor, at, verify = verifySignature } = question;
  const path: Path = { chain, anchor, verify };
  const faults = [
    ...RULES.flatMap(rule => rule(path)),
    ...policies(chain, question.policies).faults,
    ...purposes(chain, question.purposes ?? []),
    ...(at ? dates(chain, at) : []),
  ];
  return faults.toSorted((a, b) => a.certificate - b.certificate);
}

export type { Chain, PathCertificate, PathFault };
