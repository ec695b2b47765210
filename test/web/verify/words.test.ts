import { describe, expect, it } from '@jest/globals';
import { certificateKinds, DEPARTMENTS, ENTERPRISE_TYPES, SEAL_KINDS } from '../../../subgraphs/catalogue.ts';
import { OUTCOME_KINDS } from '../../../subgraphs/record.ts';
import { en } from '../../../web/verify/words/en.ts';
import { departmentName, paperName, valueName } from '../../../web/verify/words/names.ts';
import { zh } from '../../../web/verify/words/zh.ts';

const texts = (words: object): readonly string[] =>
  Object.values(words).flatMap(value =>
    typeof value === 'string' ? [value] : typeof value === 'object' ? texts(value as object) : [],
  );

describe('the words of the page', () => {
  it('are Chinese in the one language and English in the other', () => {
    const chinese = /\p{Script=Han}/u;
    const { tag: _, ...said } = zh;
    expect(texts(said).filter(text => !chinese.test(text))).toEqual([]);
    expect(texts(en).filter(text => chinese.test(text))).toEqual([]);
    // Full-width punctuation in Chinese sentences.
    expect(texts(zh).filter(text => /\p{Script=Han}[,;:!?]/u.test(text))).toEqual([]);
  });

  it('name every department, paper and kind that the catalogue has as the catalogue does', () => {
    for (const [id, { organization }] of Object.entries(DEPARTMENTS))
      expect(departmentName(id, 'zh')).toBe(organization);
    for (const [type, chinese] of Object.entries(ENTERPRISE_TYPES))
      expect(valueName('enterpriseType', type, 'zh')).toBe(chinese);
    for (const [kind, chinese] of Object.entries(SEAL_KINDS)) expect(valueName('kind', kind, 'zh')).toBe(chinese);
    for (const kind of [...certificateKinds, ...OUTCOME_KINDS]) {
      expect(paperName(kind, 'zh')).toMatch(/\p{Script=Han}/u);
      expect(paperName(kind, 'en')).not.toBe(kind);
    }
  });

  it('leave alone what they do not know, and names that happen to be words', () => {
    expect(paperName('constructor', 'zh')).toBe('constructor');
    expect(valueName('holder', 'CLOSED', 'zh')).toBe('CLOSED');
  });
});
