import { printable } from '../../../certs/findings.ts';
import type { ChainLink } from '../engine/report.ts';
import { formatInstant, grouped, useWords } from './language.ts';
import { Row } from './rows.tsx';

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
          <dl>
            <Row name={words.validity}>
              {formatInstant(notBefore, language)} – {formatInstant(notAfter, language)}
            </Row>
            <Row name={words.serial}>
              <code className="hash">{grouped(serial)}</code>
            </Row>
            <Row name={words.algorithm}>{suite}</Row>
            <Row name={words.fingerprint}>
              <code className="hash">{grouped(sha256)}</code>
            </Row>
          </dl>
        </li>
      ))}
    </ol>
  );
}
