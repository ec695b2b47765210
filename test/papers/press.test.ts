import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPaper } from '../../certs/pdf/paper.ts';
import type { Paper } from '../../papers/paper.ts';
import { openPress, type Press } from '../../papers/press.ts';
import { SAMPLES } from '../../tools/samples/all.ts';
import { factsOf, sample, someFacts } from './fixture.ts';

let press: Press;
beforeAll(async () => {
  press = await openPress({});
});
afterAll(() => press.close());

const paperOf = (holder: string, changes: Partial<Paper> = {}): Paper => {
  const { paper } = sample('organization-code');
  return { ...paper, fields: [{ label: '机构名称', value: holder }], ...changes };
};
const draw = (holder: string) => press.draw(paperOf(holder), someFacts('code'));
/** By name: an error of another realm is no instance of ours. */
const thrownBy = (work: () => unknown): { name?: string; reason?: string; character?: string; message?: string } => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  return {};
};

describe('the press', () => {
  it.each(SAMPLES.filter(({ name }) => !name.endsWith('-hard')).map(({ name }) => name))(
    'draws %s in the form that the verifier takes, with its record inside',
    name => {
      const one = sample(name);
      const facts = factsOf(one);
      const { bytes, hole } = press.draw(one.paper, facts);
      expect(hole.to - hole.from).toBe(facts.holeBytes);
      expect(/^<0+>$/.test(Buffer.from(bytes.subarray(hole.from, hole.to)).toString('latin1'))).toBe(true);
      const read = readPaper(bytes);
      expect(Buffer.from(read.record).equals(one.record)).toBe(true);
      expect(read.disclosures && Buffer.from(read.disclosures).toString()).toBe(
        one.disclosures && Buffer.from(one.disclosures).toString(),
      );
      expect(read.claims).toMatchObject({ organization: facts.issuer.organization, sealedAt: facts.sealedAt });
    },
  );

  it('draws the same paper to the same bytes, with other papers in between', () => {
    const one = sample('license');
    const first = press.draw(one.paper, factsOf(one)).bytes;
    draw('另外一家有限公司');
    expect(Buffer.from(press.draw(one.paper, factsOf(one)).bytes).equals(first)).toBe(true);
  });

  it('draws an ordinary license with its hole in 64 KB', () => {
    const one = sample('license');
    expect(press.draw(one.paper, factsOf(one)).bytes.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('names a character that no font has, and never draws a box', async () => {
    const alone = await openPress({ fallbackFonts: [] });
    try {
      const { name, character, message } = thrownBy(() =>
        alone.draw(paperOf('示例\u{20BB7}有限公司'), someFacts('code')),
      );
      expect([name, character]).toEqual(['MissingGlyph', 'U+20BB7']);
      expect(message).toContain('fonts-hanazono');
      expect(thrownBy(() => alone.sealPicture('示例\u{20BB7}局')).name).toBe('MissingGlyph');
    } finally {
      alone.close();
    }
  });

  it.each([
    ['half a pair of surrogates', '示例\ud842公司', 'LONE_SURROGATE'],
    ['a line break', '示例\n公司', 'INVISIBLE_CHARACTER'],
    ['a change of direction', '示例\u202e公司', 'INVISIBLE_CHARACTER'],
    ['a space without width', '示例\u200b公司', 'INVISIBLE_CHARACTER'],
    ['a variation selector', '示例\ufe00公司', 'INVISIBLE_CHARACTER'],
    ['more characters than any text has', '长'.repeat(20_000), 'TEXT_TOO_LONG'],
    ['more sheets than any paper has', '', 'TOO_MANY_PAGES'],
    ['more cells than any paper has', '', 'TOO_MANY_PARTS'],
  ])('refuses %s', (_, holder, reason) => {
    const [rows, columns] = reason === 'TOO_MANY_PAGES' ? [3_000, 1] : [600, 10];
    const table = {
      kind: 'TABLE',
      heading: '表',
      annexed: false,
      columns: Array.from({ length: columns }, () => ({ heading: '列', share: 1 })),
      rows: Array.from({ length: rows }, (__, nth) => Array.from({ length: columns }, () => String(nth))),
    } as const;
    const paper = paperOf(holder || '示例', holder ? {} : { sections: [table] });
    expect(thrownBy(() => press.draw(paper, someFacts('code')))).toMatchObject({ name: 'Undrawable', reason });
  });

  it('refuses an address that no code could carry, and a name that no seal has room for', () => {
    const facts = someFacts('code');
    const long = { ...facts, verifyUrl: `https://window.example.gov.cn/${'a'.repeat(400)}` };
    expect(thrownBy(() => press.draw(paperOf('示例'), long))).toMatchObject({ reason: 'URL_TOO_LONG' });
    expect(thrownBy(() => press.sealPicture('局'.repeat(400)))).toMatchObject({ reason: 'ORGANIZATION_LENGTH' });
  });

  it('draws spaces of every kind that a name may have', () => {
    for (const space of [' ', '\u00a0', '\u3000', '\u2003', '\u2009', '\u202f', '\u205f', '\u1680'])
      expect(thrownBy(() => draw(`示例${space}公司`))).toEqual({});
  });

  it('says what a name is in a string of its own, whatever the name says', () => {
    const { bytes } = press.draw(
      paperOf('示例', { title: ') >> endobj (', numbers: [{ label: '编号', value: '\\) /JS (' }] }),
      someFacts('code'),
    );
    expect(() => readPaper(bytes)).not.toThrow();
  });

  it('has no content that is not compressed, but for records and metadata', () => {
    const { bytes } = draw('示例有限公司');
    const text = Buffer.from(bytes).toString('latin1');
    const streams = [...text.matchAll(/<< (.*?) \/Length (\d+) >>\nstream\n/g)];
    expect(streams.length).toBeGreaterThan(6);
    for (const { 0: head, 1: entries = '', 2: length, index } of streams) {
      if (/\/EmbeddedFile|\/Metadata/.test(entries)) continue;
      const from = index + head.length;
      expect(inflateSync(bytes.subarray(from, from + Number(length))).length).toBeGreaterThan(0);
    }
  });
});
