import type { Application } from './application.ts';

type Persons = Pick<Application, 'founders' | 'legalRepresentative'>;

/** 110101 1949-10-01 001 X: region, day of birth, sequence, check character, within any text. */
const IDENTITY_NUMBER = /\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]/g;
/** A name of one character would be found in every other word. */
const nameCharactersMin = 2;

/**
 * Departments write messages, references and grounds in words of their own; what these repeat of a person who is named
 * in the application (names, the telephone, whatever looks like an identity number) is starred before it is shown to
 * others or kept for ever.
 */
export function withoutPersons(text: string, { founders, legalRepresentative }: Persons): string {
  const people = [legalRepresentative, ...founders.filter(({ idNumber }) => idNumber)];
  const names = people.map(({ name }) => name).filter(name => [...name].length >= nameCharactersMin);
  const masked = text.replace(IDENTITY_NUMBER, '＊');
  return [...names, legalRepresentative.phone].reduce((rest, secret) => rest.replaceAll(secret, '＊'), masked);
}
