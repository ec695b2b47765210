/**
 * RFC 5280 section 6.1.4 (l), (m): no authority has more authorities below it than it may. Self-issued certificates,
 * with which an authority changes its own key, don't count.
 */
import type { PathFault, Rule } from '../path.ts';

export const pathLength: Rule = ({ chain }) => {
  const faults: PathFault[] = [];
  let left = Number.POSITIVE_INFINITY;
  for (let certificate = chain.length - 1; certificate > 0; certificate--) {
    const { selfIssued, basicConstraints } = chain[certificate]!;
    if (!selfIssued && left === 0) faults.push({ code: 'CERTIFICATE_PATH_LENGTH', certificate });
    if (!selfIssued && left > 0) left--;
    left = Math.min(left, basicConstraints?.pathLength ?? left);
  }
  return faults;
};
