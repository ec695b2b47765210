import { useWords } from './language.ts';
import { ReportCard } from './report-card.tsx';
import type { Entry } from './session.ts';

interface ResultsProps {
  readonly entries: readonly Entry[];
  /** How many drops were taken in. */
  readonly drops: number;
  onClear(): void;
}

export function Results({ entries, drops, onClear }: ResultsProps) {
  const { words } = useWords();
  const done = entries.filter(({ report }) => report !== undefined).length;
  return (
    <section className="results" aria-label={words.results}>
      <p role="status" className="status" data-drops={drops} data-settled={done === entries.length}>
        {entries.length > 0 && words.announce(done, entries.length)}
      </p>
      {entries.length > 0 && (
        <div className="results-head">
          <h2>{words.results}</h2>
          <button type="button" onClick={onClear}>
            {words.clear}
          </button>
        </div>
      )}
      {entries.map(({ key, report }) =>
        report ? (
          <ReportCard key={key} report={report} />
        ) : (
          <div key={key} className="card working" aria-busy="true">
            {words.working}
          </div>
        ),
      )}
    </section>
  );
}
