import { type ChangeEvent, useId, useRef } from 'react';
import type { TrustSummary } from '../engine/report.ts';
import { formatInstant, grouped, useWords } from './language.ts';

export interface Wishes {
  /** As a `datetime-local` has it, in the time of this device; empty for now. */
  readonly time: string;
  readonly witnessesMin: number;
}

const witnessesMax = 99;

interface SettingsProps {
  readonly wishes: Wishes;
  readonly summary: TrustSummary | undefined;
  readonly isOwnTrust: boolean;
  readonly isTrustWrong: boolean;
  /** How often a trust was chosen. */
  readonly choices: number;
  onWishes(wishes: Wishes): void;
  onTrust(files: readonly File[]): void;
  onTrustReset(): void;
}

export function Settings(props: SettingsProps) {
  const { words } = useWords();
  const { wishes, onWishes } = props;
  const id = useId();
  const isTimeWrong = wishes.time !== '' && Number.isNaN(new Date(wishes.time).getTime());
  return (
    <details className="settings">
      <summary>{words.settings}</summary>
      <div className="setting">
        <label htmlFor={`${id}time`}>{words.time}</label>
        <div className="inline">
          <input
            id={`${id}time`}
            name="time"
            type="datetime-local"
            step="1"
            value={wishes.time}
            aria-describedby={`${id}time-hint`}
            onChange={({ target }) => onWishes({ ...wishes, time: target.value })}
          />
          <button type="button" onClick={() => onWishes({ ...wishes, time: '' })}>
            {words.timeNow}
          </button>
        </div>
        <p id={`${id}time-hint`} className="muted">
          {isTimeWrong ? words.timeWrong : words.timeHint}
        </p>
      </div>
      <div className="setting">
        <label htmlFor={`${id}witnesses`}>{words.witnessesMin}</label>
        <input
          id={`${id}witnesses`}
          name="witnesses"
          type="number"
          min="0"
          max={witnessesMax}
          value={wishes.witnessesMin}
          aria-describedby={`${id}witnesses-hint`}
          onChange={({ target }) => onWishes({ ...wishes, witnessesMin: witnessesIn(target.value) })}
        />
        <p id={`${id}witnesses-hint`} className="muted">
          {words.witnessesHint}
        </p>
      </div>
      <TrustSetting {...props} />
    </details>
  );
}

const witnessesIn = (text: string): number => Math.min(witnessesMax, Math.max(0, Math.trunc(Number(text)) || 0));

function TrustSetting({ summary, isOwnTrust, isTrustWrong, choices, onTrust, onTrustReset }: SettingsProps) {
  const { words } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    onTrust([...(target.files ?? [])]);
    target.value = '';
  };
  return (
    <fieldset className="setting">
      <legend className="label">{words.trust}</legend>
      <p>{isOwnTrust ? words.trustChosen : summary ? words.trustServed : words.trustAbsent}</p>
      {summary && <TrustShown summary={summary} />}
      <p className="muted">{words.trustHint}</p>
      {isTrustWrong && (
        <p className="wrong" role="alert">
          {words.trustNotOne}
        </p>
      )}
      <div className="inline">
        <button type="button" onClick={() => input.current?.click()}>
          {words.trustChoose}
        </button>
        {isOwnTrust && (
          <button type="button" onClick={onTrustReset}>
            {words.trustReset}
          </button>
        )}
      </div>
      <input
        ref={input}
        id="trust-files"
        data-choices={choices}
        type="file"
        multiple
        hidden
        aria-label={words.trustChoose}
        accept=".pem,.crt,.cer,.json,.p7s,.crl"
        onChange={chosen}
      />
    </fieldset>
  );
}

/** Of which date they are is told by the files themselves. */
export function TrustShown({ summary }: { readonly summary: TrustSummary }) {
  const { language, words } = useWords();
  if (summary.state === 'REFUSED')
    return (
      <p className="wrong" role="alert">
        {words.trustRefused} ({summary.reason})
      </p>
    );
  const { root, list, news } = summary;
  return (
    <ul className="trust">
      <li>
        {words.rootFingerprint}
        <br />
        <code className="hash">{grouped(root.sha256)}</code>
      </li>
      <li>{list ? words.trustList(list.version, formatInstant(list.issuedAt, language)) : words.noTrustList}</li>
      {news.length === 0 && <li>{words.noNews}</li>}
      {news.map(({ sha256, issuer, from, until }) => (
        <li key={sha256}>{words.news(issuer, formatInstant(from, language), formatInstant(until, language))}</li>
      ))}
    </ul>
  );
}
