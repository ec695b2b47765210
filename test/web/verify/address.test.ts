import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verifyUrl } from '../../../subgraphs/public-url.ts';
import { preferred, readAddress, withLanguage } from '../../../web/verify/view/address.ts';

const record = Buffer.from('{"kind":"BUSINESS_LICENSE"}');
const sha256 = createHash('sha256').update(record).digest('hex');
const hashOf = (url: string): string => new URL(url).hash;

describe('the address of the verification page', () => {
  it('names the paper whose code was scanned, as departments print it', () => {
    const hash = hashOf(verifyUrl('https://window.example', record, '营字 001/甲'));
    expect(readAddress(hash)).toEqual({ language: undefined, scanned: { record: sha256, number: '营字 001/甲' } });
  });

  it('keeps the paper when the language is another', () => {
    const hash = withLanguage(hashOf(verifyUrl('https://window.example', record, 'A&b=c#')), 'en');
    expect(readAddress(hash)).toEqual({ language: 'en', scanned: { record: sha256, number: 'A&b=c#' } });
    expect(readAddress(withLanguage(hash, 'zh')).language).toBe('zh');
  });

  it.each(['', '#', '#record=', '#record=xyz', `#record=${'0'.repeat(63)}`, '#number=1', '#lang=fr'])(
    'names none in %s',
    hash => expect(readAddress(hash)).toEqual({ language: undefined, scanned: undefined }),
  );

  it('shows of a number nothing that is not to be read, and no more than fits', () => {
    const { scanned } = readAddress(`#record=${sha256}&number=${encodeURIComponent(`\u202e${'9'.repeat(500)}`)}`);
    expect(scanned!.number).toBe(`\u{fffd}${'9'.repeat(79)}`);
  });

  it.each<[readonly string[], string]>([
    [['en-US', 'zh'], 'en'],
    [['zh-Hant-TW', 'en'], 'zh'],
    [['de', 'fr', 'EN'], 'en'],
    [['de'], 'zh'],
    [[], 'zh'],
  ])('is read in the first of %j that the page has: %s', (languages, language) => {
    expect(preferred(languages)).toBe(language);
  });
});
