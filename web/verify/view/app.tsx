import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Engine } from '../engine/engine.ts';
import { chosenMaterial } from '../engine/material.ts';
import { readFiles } from '../engine/read-files.ts';
import type { Setup, TrustMaterial, TrustSummary } from '../engine/report.ts';
import type { Language } from '../words/words.ts';
import { preferred, readAddress, withLanguage } from './address.ts';
import { DropZone } from './drop-zone.tsx';
import { Header, ScannedPaper } from './header.tsx';
import { LanguageContext, WORDS } from './language.ts';
import { Results } from './results.tsx';
import { useSession } from './session.ts';
import { Settings, type Wishes } from './settings.tsx';

interface AppProps {
  readonly engine: Engine;
  /** What the page came with. */
  readonly served: TrustMaterial | undefined;
  /** Gives the page to the browser to be kept. */
  save(): void;
}

export function App({ engine, served, save }: AppProps) {
  const [hash, setHash] = useState(location.hash);
  const [wishes, setWishes] = useState<Wishes>({ time: '', witnessesMin: 0 });
  const [own, setOwn] = useState<TrustMaterial>();
  const [isTrustWrong, setTrustWrong] = useState(false);
  const [choices, setChoices] = useState(0);
  const { language: said, scanned } = useMemo(() => readAddress(hash), [hash]);
  const language = said ?? preferred(navigator.languages);
  const words = WORDS[language];
  const trust = own ?? served;
  const summary = useSummary(engine, trust);

  useEffect(() => {
    const changed = () => setHash(location.hash);
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  useEffect(() => {
    document.documentElement.lang = words.tag;
    document.title = words.title;
  }, [words]);

  const setupNow = useCallback((): Setup => {
    const time = new Date(wishes.time);
    return {
      trust,
      at: (Number.isNaN(time.getTime()) ? new Date() : time).toISOString(),
      witnessesMin: wishes.witnessesMin,
      scanned: scanned?.record,
    };
  }, [trust, wishes, scanned]);
  const { entries, drops, add, clear } = useSession(engine, setupNow);

  const chooseTrust = async (files: readonly File[]) => {
    if (files.length === 0) return;
    const material = chosenMaterial((await readFiles(files)).dropped);
    setTrustWrong(!material);
    if (material) setOwn(material);
    setChoices(count => count + 1);
  };
  const chooseLanguage = (chosen: Language) => location.replace(withLanguage(location.hash, chosen));

  return (
    <LanguageContext value={language}>
      <button type="button" className="skip" onClick={() => document.getElementById('main')?.focus()}>
        {words.skip}
      </button>
      <Header onLanguage={chooseLanguage} />
      <main id="main" tabIndex={-1}>
        {scanned && <ScannedPaper scanned={scanned} />}
        <DropZone onFiles={add} />
        <Settings
          wishes={wishes}
          summary={summary}
          isOwnTrust={own !== undefined}
          isTrustWrong={isTrustWrong}
          choices={choices}
          onWishes={setWishes}
          onTrust={chooseTrust}
          onTrustReset={() => setOwn(undefined)}
        />
        <Results entries={entries} drops={drops} onClear={clear} />
      </main>
      <footer className="page-footer">
        <button type="button" onClick={save} title={words.saveHint}>
          {words.savePage}
        </button>
        <p>{words.saveHint}</p>
        <p>{words.footer}</p>
      </footer>
    </LanguageContext>
  );
}

function useSummary(engine: Engine, trust: TrustMaterial | undefined): TrustSummary | undefined {
  const [summary, setSummary] = useState<TrustSummary>();
  useEffect(() => {
    let isCurrent = true;
    setSummary(undefined);
    if (trust)
      void engine.summarize(trust).then(made => {
        if (isCurrent) setSummary(made);
      });
    return () => {
      isCurrent = false;
    };
  }, [engine, trust]);
  return summary;
}
