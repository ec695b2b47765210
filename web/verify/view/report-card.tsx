import { useId } from 'react';
import { printable } from '../../../certs/findings.ts';
import type { Report } from '../engine/report.ts';
import { departmentName, paperName } from '../words/names.ts';
import { Bundle } from './bundle.tsx';
import { Chain } from './chain.tsx';
import { Facts } from './facts.tsx';
import { Fields } from './fields.tsx';
import { Findings } from './findings.tsx';
import { useWords } from './language.ts';
import { isGenuine, outcomeOf } from './outcome.ts';
import { ScannedAgainst, Verdict } from './verdict.tsx';

/** All that is told of one thing that was verified: the answer first, then why, then what it says. */
export function ReportCard({ report }: { readonly report: Report }) {
  const { language, words } = useWords();
  const id = useId();
  const outcome = outcomeOf(report);
  const paper = report.state === 'JUDGED' ? report.paper : undefined;
  const kind =
    paper?.kind !== undefined
      ? paperName(paper.kind, language)
      : report.state === 'JUDGED'
        ? words.kindOf[report.kind]
        : undefined;
  const title = [kind, paper?.department && departmentName(paper.department, language)].filter(Boolean).join(' · ');
  return (
    <article className={`card ${outcome}`} data-outcome={outcome} aria-labelledby={id}>
      <header>
        {title !== '' && <p className="card-title">{title}</p>}
        <p className="files">{report.names.map(printable).join(' + ')}</p>
      </header>
      {report.state === 'JUDGED' && <ScannedAgainst scanned={report.scanned} />}
      <Verdict report={report} id={id} />
      {report.state === 'JUDGED' && (
        <>
          {report.findings.length > 0 && (
            <section>
              <h4>{words.findings}</h4>
              <Findings findings={report.findings} />
            </section>
          )}
          <section>
            <Facts report={report} />
          </section>
          {report.bundle && (
            <section>
              <Bundle bundle={report.bundle} />
            </section>
          )}
          {paper && (
            <section>
              <h4>{isGenuine(report.verdict) ? words.paperSays : words.paperSaysUntrusted}</h4>
              {report.kind === 'PDF' && <p className="muted">{words.pdfHint}</p>}
              {paper.wantsDisclosures && <p className="muted">{words.wantsDisclosures}</p>}
              <Fields paper={paper} />
            </section>
          )}
          <section>
            <h4>{words.chain}</h4>
            <Chain links={report.sealed.chain} />
          </section>
          {report.kind !== 'BUNDLE' && isGenuine(report.verdict) && <p className="caveat">{words.notAboutLater}</p>}
        </>
      )}
    </article>
  );
}
