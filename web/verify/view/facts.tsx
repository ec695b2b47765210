/** Who sealed it, when, and where it stands in the log. */
import { printable } from '../../../certs/findings.ts';
import type { Judged, Sealed } from '../engine/report.ts';
import { formatInstant, useWords } from './language.ts';
import { isGenuine } from './outcome.ts';
import { Row } from './rows.tsx';

export function Facts({ report }: { readonly report: Judged }) {
  const { language, words } = useWords();
  const { verdict, atSigning, now, at } = report;
  return (
    <dl className="facts-list">
      <SealedRows sealed={report.sealed} genuine={isGenuine(verdict)} withLog={report.kind !== 'BUNDLE'} />
      <Row name={words.atSigning}>{words.verdicts[atSigning][0]}</Row>
      <Row name={words.now}>{words.verdicts[now][0]}</Row>
      <Row name={words.verifiedAt}>
        <time dateTime={at}>{formatInstant(at, language)}</time>
      </Row>
    </dl>
  );
}

/** @param withLog Whether a log proof is to be expected: the manifest of a bundle has none. */
export function SealedRows({
  sealed: { signer, sealedAt, stampedAt, log },
  genuine,
  withLog,
}: {
  readonly sealed: Sealed;
  readonly genuine: boolean;
  readonly withLog: boolean;
}) {
  const { language, words } = useWords();
  return (
    <>
      {signer && (
        <Row name={genuine ? words.signer : words.signerUntrusted}>
          <strong>{printable(signer.organization)}</strong> <span className="mono">{printable(signer.department)}</span>
        </Row>
      )}
      {sealedAt !== undefined && (
        <Row name={words.sealedAt}>
          <time dateTime={sealedAt}>{formatInstant(sealedAt, language)}</time>
        </Row>
      )}
      <Row name={words.stampedAt}>
        {stampedAt === undefined ? (
          <span className="muted">{words.notStamped}</span>
        ) : (
          <time dateTime={stampedAt}>{formatInstant(stampedAt, language)}</time>
        )}
      </Row>
      {withLog && (
        <Row name={words.log}>
          {log ? (
            <>
              {words.logEntry(log.index, log.size)}
              <br />
              <span className="mono">{printable(log.origin)}</span>
              <br />
              {words.witnesses}: {log.witnesses.length > 0 ? log.witnesses.map(printable).join(', ') : words.none}
            </>
          ) : (
            <span className="muted">{words.noLog}</span>
          )}
        </Row>
      )}
    </>
  );
}
