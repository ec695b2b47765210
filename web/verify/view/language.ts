import { createContext, useContext } from 'react';
import { en } from '../words/en.ts';
import type { Language, Words } from '../words/words.ts';
import { zh } from '../words/zh.ts';

export const WORDS: Readonly<Record<Language, Words>> = { zh, en };

export const LanguageContext = createContext<Language>('zh');

export function useWords(): { readonly language: Language; readonly words: Words } {
  const language = useContext(LanguageContext);
  return { language, words: WORDS[language] };
}

const DATES: Readonly<Record<Language, Intl.DateTimeFormat>> = { zh: dateFormat('zh-CN'), en: dateFormat('en-GB') };

function dateFormat(locale: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', day: 'numeric' });
}

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'shortOffset',
});

/** In the time of this device, with its offset. @param iso An instant; what is none is shown as it is. */
export function formatInstant(iso: string, language: Language): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${DATES[language].format(at)} ${CLOCK.format(at)}`;
}

/** In groups of four, so that people can compare it with what they have on paper. */
export const grouped = (hex: string): string => hex.replace(/(.{4})(?=.)/g, '$1 ');
