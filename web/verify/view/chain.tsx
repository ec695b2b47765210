import { printable } from '../../../certs/findings.ts';
import type { ChainLink } from '../engine/report.ts';
import { formatInstant, grouped, useWords } from './language.ts';

/** From the signer up to the root. */
export function Chain({ links }: { readonly links: readonly ChainLink[] }) {
  const { language, words } = useWords();
  if (links.length === 0) return <p className="muted">{words.noChain}</p>;
  return (
    <ol className="chain">
      {links.map(({ commonName, organization, sha256, serial, notBefore, notAfter, suite, isPinned }) => (
        <li key={sha256}>
          <p className="name">
            {printable(commonName)} <span className="muted">{printable(organization)}</span>
            {isPinned && <span className="tag">{words.pinned}</span>}
          </p>
          <p className="fingerprint">
            <span className="muted">{words.fingerprint}</span> <code className="hash">{grouped(sha256)}</code>
          </p>
          <p className="muted small">
            {words.validity} {formatInstant(notBefore, language)} – {formatInstant(notAfter, language)} · {suite} ·{' '}
            {words.serial} <code>{serial}</code>
          </p>
        </li>
      ))}
    </ol>
  );
}
