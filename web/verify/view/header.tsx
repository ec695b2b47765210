import type { Language } from '../words/words.ts';
import type { Scanned } from './address.ts';
import { grouped, useWords, WORDS } from './language.ts';

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['zh', '中文'],
  ['en', 'English'],
];

export function Header({ onLanguage }: { onLanguage(language: Language): void }) {
  const { language, words } = useWords();
  return (
    <header className="page-header">
      <nav aria-label={words.language} className="languages">
        {LANGUAGES.map(([code, name]) => (
          <button
            key={code}
            type="button"
            lang={WORDS[code].tag}
            aria-pressed={language === code}
            onClick={() => onLanguage(code)}
          >
            {name}
          </button>
        ))}
      </nav>
      <h1>{words.title}</h1>
      <p>{words.subtitle}</p>
    </header>
  );
}

export function ScannedPaper({ scanned: { record, number } }: { readonly scanned: Scanned }) {
  const { words } = useWords();
  return (
    <section className="scanned" aria-label={words.scannedTitle}>
      <h2>{words.scannedTitle}</h2>
      <dl>
        {number !== undefined && (
          <div className="row">
            <dt>{words.scannedNumber}</dt>
            <dd>
              <strong>{number}</strong>
            </dd>
          </div>
        )}
        <div className="row">
          <dt>{words.scannedRecord}</dt>
          <dd>
            <code className="hash">{grouped(record)}</code>
          </dd>
        </div>
      </dl>
      <p>{words.scannedHint}</p>
    </section>
  );
}
