import type { Report } from '../engine/report.ts';
import { VerdictIcon } from './icons.tsx';
import { useWords } from './language.ts';
import { outcomeOf } from './outcome.ts';

/** The answer: its word, what it means, and what was scanned against what was dropped. */
export function Verdict({ report, id }: { readonly report: Report; readonly id: string }) {
  const { words } = useWords();
  const outcome = outcomeOf(report);
  const [word, sentence] = words.verdicts[outcome];
  return (
    <div className="verdict">
      <VerdictIcon outcome={outcome} />
      <div>
        <h3 id={id} className="word">
          {word} <span className="code">{outcome}</span>
        </h3>
        <p className="sentence">{report.state === 'JUDGED' ? sentence : words.unreadable[report.reason]}</p>
        {report.state === 'UNREADABLE' && report.facts && (
          <p className="facts">
            {Object.entries(report.facts)
              .map(([name, value]) => `${name}: ${value}`)
              .join(', ')}
          </p>
        )}
      </div>
    </div>
  );
}

/** A mismatch is louder than any verdict: a genuine paper may be another than the one on the table. */
export function ScannedAgainst({ scanned }: { readonly scanned: 'SAME' | 'ANOTHER' | undefined }) {
  const { words } = useWords();
  if (scanned === undefined) return null;
  return (
    <p className={`scanned-against ${scanned === 'SAME' ? 'same' : 'another'}`} data-scanned={scanned}>
      <span aria-hidden="true">{scanned === 'SAME' ? '✓' : '⚠'}</span>
      {scanned === 'SAME' ? words.scannedSame : words.scannedAnother}
    </p>
  );
}
