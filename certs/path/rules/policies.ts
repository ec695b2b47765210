/**
 * RFC 5280 sections 6.1.2 to 6.1.5, certificate policies, over the graph of RFC 9618 instead of the tree: a policy stands
 * once at each depth, so that mappings of a hostile path can't make it grow without bound.
 */

import { OID } from '../../oid.ts';
import type { PathCertificate, PolicyMapping } from '../certificate.ts';
import type { Chain, PathFault, PolicyInputs } from '../path.ts';

const ANY = OID.anyPolicy;

interface Node {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parents: readonly Node[];
}

/** The nodes of one depth, by policy. */
type Level = Map<string, Node>;

/** Section 6.1.2 (d), (e), (f): how many more certificates may come before each indication holds. */
interface Counters {
  explicit: number;
  mapping: number;
  any: number;
}

export interface PolicyResult {
  readonly faults: readonly PathFault[];
  /** The user-constrained-policy-set; {@link OID.anyPolicy} stands for all. */
  readonly policies: ReadonlySet<string>;
}

export function policies(chain: Chain, inputs: PolicyInputs = {}): PolicyResult {
  const faults: PathFault[] = [];
  const begin = (indicated: boolean | undefined) => (indicated ? 0 : chain.length + 1);
  const counters = {
    explicit: begin(inputs.explicit),
    mapping: begin(inputs.inhibitMapping),
    any: begin(inputs.inhibitAny),
  };
  let level: Level | undefined = new Map([[ANY, { policy: ANY, expected: new Set([ANY]), parents: [] }]]);
  for (let place = chain.length - 1; place >= 0; place--) {
    const certificate = chain[place]!;
    level = level && nextLevel(level, certificate, counters.any > 0 || (place > 0 && certificate.selfIssued));
    // Section 6.1.3 (f).
    if (!level && counters.explicit === 0 && faults.length === 0)
      faults.push({ code: 'CERTIFICATE_POLICY_NOT_ACCEPTED', certificate: place });
    if (place === 0) break;
    // Section 6.1.4 (a).
    if (certificate.policyMappings?.some(namesAnyPolicy))
      faults.push({ code: 'CERTIFICATE_POLICY_MAPPING', certificate: place });
    if (level) level = mapped(level, certificate.policyMappings ?? [], counters.mapping > 0);
    countDown(counters, certificate);
  }
  return concluded(level, chain, counters, inputs, faults);
}

/** Section 6.1.3 (d), (e): the policies of a certificate below those that were expected. */
function nextLevel(above: Level, { policies }: PathCertificate, anyCounts: boolean): Level | undefined {
  if (!policies) return undefined;
  const level: Level = new Map();
  const expecting = expectations(above);
  for (const policy of policies) {
    if (policy === ANY) continue;
    const any = above.get(ANY);
    const parents = expecting.get(policy) ?? (any ? [any] : []);
    if (parents.length > 0) level.set(policy, { policy, expected: new Set([policy]), parents });
  }
  if (policies.includes(ANY) && anyCounts)
    for (const [policy, parents] of expecting)
      if (!level.has(policy)) level.set(policy, { policy, expected: new Set([policy]), parents });
  return level.size > 0 ? level : undefined;
}

function expectations(level: Level): ReadonlyMap<string, readonly Node[]> {
  const expecting = new Map<string, Node[]>();
  for (const node of level.values())
    for (const policy of node.expected) {
      const nodes = expecting.get(policy);
      if (nodes) nodes.push(node);
      else expecting.set(policy, [node]);
    }
  return expecting;
}

const namesAnyPolicy = ({ issuerDomain, subjectDomain }: PolicyMapping): boolean =>
  issuerDomain === ANY || subjectDomain === ANY;

/** Section 6.1.4 (b): what the issuer calls by one name its subject calls by others. */
function mapped(level: Level, mappings: readonly PolicyMapping[], allowed: boolean): Level | undefined {
  const targets = new Map<string, Set<string>>();
  for (const { issuerDomain, subjectDomain } of mappings)
    targets.set(issuerDomain, (targets.get(issuerDomain) ?? new Set()).add(subjectDomain));
  for (const [policy, expected] of targets) {
    const node = level.get(policy);
    const any = level.get(ANY);
    if (!allowed) level.delete(policy);
    else if (node) node.expected = expected;
    else if (any) level.set(policy, { policy, expected, parents: any.parents });
  }
  return level.size > 0 ? level : undefined;
}

/** Section 6.1.4 (h), (i), (j). */
function countDown(counters: Counters, { selfIssued, policyConstraints, inhibitAnyPolicy }: PathCertificate): void {
  if (!selfIssued) {
    counters.explicit = Math.max(0, counters.explicit - 1);
    counters.mapping = Math.max(0, counters.mapping - 1);
    counters.any = Math.max(0, counters.any - 1);
  }
  counters.explicit = Math.min(counters.explicit, policyConstraints?.requireExplicit ?? counters.explicit);
  counters.mapping = Math.min(counters.mapping, policyConstraints?.inhibitMapping ?? counters.mapping);
  counters.any = Math.min(counters.any, inhibitAnyPolicy ?? counters.any);
}

/** Section 6.1.5 (a), (b), (g). */
function concluded(
  level: Level | undefined,
  [target]: Chain,
  { explicit }: Counters,
  { initial }: PolicyInputs,
  faults: readonly PathFault[],
): PolicyResult {
  const found = level ? constrained(level, initial) : new Set<string>();
  const required = explicit <= 1 || target.policyConstraints?.requireExplicit === 0;
  const isRefused =
    required && found.size === 0 && !faults.some(({ code }) => code === 'CERTIFICATE_POLICY_NOT_ACCEPTED');
  return {
    faults: isRefused ? [...faults, { code: 'CERTIFICATE_POLICY_NOT_ACCEPTED', certificate: 0 }] : faults,
    policies: found,
  };
}

/**
 * Section 6.1.5 (g) (iii): the policies in the anchor's own words, those directly below an anyPolicy, of the branches that
 * reach the target, as far as the user accepts them.
 */
function constrained(last: Level, initial: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const seen = new Set<Node>(last.values());
  const found = new Set<string>();
  for (const node of seen) {
    if (node.policy !== ANY && node.parents.some(({ policy }) => policy === ANY)) found.add(node.policy);
    for (const parent of node.parents) seen.add(parent);
  }
  const any = last.has(ANY);
  if (!initial || initial.has(ANY)) return any ? found.add(ANY) : found;
  return any ? initial : new Set([...found].filter(policy => initial.has(policy)));
}
