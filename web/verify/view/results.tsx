import { useWords } from './language.ts';
import { ReportCard } from './report-card.tsx';
import type { Entry } from './session.ts';

export function Results({ entries, onClear }: { readonly entries: readonly Entry[]; onClear(): void }) {
  const { words } = useWords();
  const done = entries.filter(({ report }) => report !== undefined).length;
  return (
    <section className="results" aria-label={words.results}>
      <p role="status" className="status" data-done={done} data-all={entries.length}>
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
