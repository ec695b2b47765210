/** The public log: this very seal stands in it, under a checkpoint that a log of the trust list has signed. */
import { type Finding, finding } from '../findings.ts';
import { entryOf } from '../log/entry.ts';
import { checkProof } from '../log/proof.ts';
import type { LogEntry, Question } from './judgement.ts';

/**
 * @param holder The OU of the signer's certificate: entries name it.
 * @returns Where the seal stands; undefined when that is not proved.
 */
export function examineLogProof(
  { seal, proof, trust: { list }, witnessesMin = 0 }: Omit<Question, 'at'>,
  holder: string,
  findings: Finding[],
): LogEntry | undefined {
  // Without a list no log is known, and that it is missing has been said.
  if (!proof || !list) {
    findings.push(finding('NO_LOG_PROOF', 'seal'));
    return undefined;
  }
  const entry = entryOf(holder, seal);
  const { findings: faults, origin, index, size, witnesses } = checkProof({ proof, entry, ...list });
  findings.push(...faults);
  if (faults.length > 0 || origin === undefined || index === undefined || size === undefined) return undefined;
  if (witnesses.length < witnessesMin)
    findings.push(
      finding('TOO_FEW_WITNESSES', 'log proof: checkpoint', {
        wanted: String(witnessesMin),
        found: String(witnesses.length),
      }),
    );
  return { origin, index, size, witnesses };
}
