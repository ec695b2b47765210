import { printable } from '../../../certs/findings.ts';
import type { Judged } from '../engine/report.ts';
import { useWords } from './language.ts';

/** More than these help nobody; a hostile bundle could have thousands. */
const findingsShownMax = 200;

/** Every fault with its code and its place, what weighs most first. */
export function Findings({ findings }: Pick<Judged, 'findings'>) {
  const { language, words } = useWords();
  if (findings.length === 0) return <p className="muted">{words.noFindings}</p>;
  return (
    <>
      <ol className="findings">
        {findings.slice(0, findingsShownMax).map(({ code, severity, at, file, en, zh }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of a report never changes, and its codes may repeat.
          <li key={i} className={severity} data-code={code}>
            <p>{language === 'zh' ? zh : en}</p>
            <p className="where">
              <code>{code}</code>
              <span>
                {words.place}:{' '}
                {[file, at]
                  .filter(Boolean)
                  .map(part => printable(String(part)))
                  .join(' · ')}
              </span>
            </p>
          </li>
        ))}
      </ol>
      {findings.length > findingsShownMax && <p className="muted">+ {findings.length - findingsShownMax}</p>}
    </>
  );
}
