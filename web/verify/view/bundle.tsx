/** The papers of a case, each with its own verdict. */
import type { BundleContents, BundlePaper } from '../engine/report.ts';
import { caseStateName, departmentName, paperName } from '../words/names.ts';
import { Chain } from './chain.tsx';
import { SealedRows } from './facts.tsx';
import { Fields } from './fields.tsx';
import { VerdictIcon } from './icons.tsx';
import { formatInstant, useWords } from './language.ts';
import { isGenuine } from './outcome.ts';
import { Row } from './rows.tsx';

/** A case has some twenty. */
const papersShownMax = 200;

export function Bundle({ bundle: { caseFile, listVersion, papers } }: { readonly bundle: BundleContents }) {
  const { language, words } = useWords();
  return (
    <>
      <dl className="facts-list">
        <Row name={words.caseNumber}>
          <span className="mono">{caseFile.number}</span>
        </Row>
        <Row name={words.caseState}>{caseStateName(caseFile.state, language)}</Row>
        <Row name={words.madeAt}>{formatInstant(caseFile.madeAt, language)}</Row>
        {listVersion !== undefined && <Row name={words.listVersion}>{listVersion}</Row>}
      </dl>
      <h4 className="papers-title">{words.bundlePapers}</h4>
      <ul className="papers">
        {papers.slice(0, papersShownMax).map(paper => (
          <Paper key={paper.folder} paper={paper} />
        ))}
      </ul>
      {papers.length > papersShownMax && <p className="muted">+ {papers.length - papersShownMax}</p>}
    </>
  );
}

function Paper({ paper }: { readonly paper: BundlePaper }) {
  const { language, words } = useWords();
  const { verdict, kind, department, number, status, sealed, paper: shown } = paper;
  const ledger = words.ledger[status];
  return (
    <li className={`paper ${verdict ?? 'UNSEALED'}`} data-paper={paper.folder} data-verdict={verdict ?? 'UNSEALED'}>
      <details>
        <summary>
          {verdict ? <VerdictIcon outcome={verdict} /> : <span className="no-icon" aria-hidden="true" />}
          <span className="paper-name">
            <strong>{paperName(kind, language)}</strong>
            <span className="muted">
              {departmentName(department, language)}
              {number === null ? '' : ` · ${shown?.number ?? ''}`}
            </span>
          </span>
          <span className="paper-verdict">
            {verdict ? words.verdicts[verdict][0] : words.notSealed}
            {ledger !== undefined && <span className="tag ledger">{ledger}</span>}
          </span>
        </summary>
        {verdict && (
          <dl className="facts-list">
            <SealedRows sealed={sealed} genuine={isGenuine(verdict)} withLog />
          </dl>
        )}
        {shown && <Fields paper={shown} />}
        {verdict && (
          <details className="technical">
            <summary>{words.chain}</summary>
            <Chain links={sealed.chain} />
          </details>
        )}
      </details>
    </li>
  );
}
