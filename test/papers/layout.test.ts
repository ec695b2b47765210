import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slipPaper } from '../../gateway/window/slip-papers.ts';
import { unitsPerEm } from '../../papers/font/typeface.ts';
import { layOut } from '../../papers/forms/lay-out.ts';
import type { Box, LaidOut, Leaf } from '../../papers/layout/document.ts';
import type { Paper, Shown } from '../../papers/paper.ts';
import { type OpenTypefaces, openTypefaces } from '../../papers/typefaces.ts';
import { papers as business } from '../../subgraphs/business/papers.ts';
import { ENTERPRISE_TYPES, itemIds } from '../../subgraphs/catalogue.ts';
import { shownIn } from '../../subgraphs/papers.ts';
import { papers as seals } from '../../subgraphs/seal/papers.ts';
import { SAMPLES } from '../../tools/samples/all.ts';
import { license, ORDINARY, sealFiling } from '../../tools/samples/records.ts';
import { SLIPS } from '../../tools/samples/slips.ts';
import { factsOf, leavesOf, readText, someFacts, withoutSpaces } from './fixture.ts';

let open: OpenTypefaces;
beforeAll(() => {
  open = openTypefaces();
});
afterAll(() => open.close());

/** Least distance in points of what counts as apart: rounding takes a hundredth. */
const slack = 0.1;
const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width - slack &&
  other.x < one.x + one.width - slack &&
  one.y < other.y + other.height - slack &&
  other.y < one.y + one.height - slack;

/** Pairs of marks that lie over each other; two marks of one figure are one. */
function collisions({ tree }: LaidOut): readonly string[] {
  const leaves = leavesOf(tree).filter((leaf, at, all) => all.findIndex(one => one.box === leaf.box) === at);
  // Lines of one paragraph are one mark: what counts is each line.
  const lines = leaves.flatMap(linesOf);
  return lines.flatMap((one, at) =>
    lines
      .slice(at + 1)
      .filter(other => one.sheet === other.sheet && overlap(one.box, other.box))
      .map(other => `${JSON.stringify(one.box)} and ${JSON.stringify(other.box)} on sheet ${one.sheet}`),
  );
}

const linesOf = (leaf: Leaf): readonly { readonly sheet: number; readonly box: Box }[] => {
  if (leaf.mark.kind !== 'TEXT') return [leaf];
  return leaf.mark.runs.map(({ glyphs: all, x, baseline, size, spacing }) => {
    // Spaces at the end of a line hang over its edge and hide nothing.
    const glyphs = all.slice(0, all.findLastIndex(({ codePoint }) => !isBlank(codePoint)) + 1);
    const width =
      glyphs.reduce((sum, glyph) => sum + (glyph.width / unitsPerEm) * size, 0) + spacing * (glyphs.length - 1);
    return { sheet: leaf.sheet, box: { x, y: baseline - 0.88 * size, width, height: size } };
  });
};

const isBlank = (codePoint: number): boolean => codePoint === 0x20 || codePoint === 0x3000;

/** Lines that leave the paper's margin. */
const outside = ({ tree, sheets }: LaidOut): readonly Box[] =>
  leavesOf(tree)
    .flatMap(linesOf)
    .filter(({ sheet, box }) => {
      const { width, height } = sheets[sheet] as LaidOut['sheets'][number];
      const margin = 40;
      // A closing punctuation mark or a space may hang over the edge of its column, not over the margin.
      return (
        box.x < margin || box.y < margin || box.x + box.width > width - margin || box.y + box.height > height - margin
      );
    })
    .map(({ box }) => box);

const isText = (shown: Shown): shown is string => typeof shown === 'string';

/** Every text that a paper must show. */
const textsOf = ({ title, numbers, fields, sections, notes, closing }: Paper): readonly string[] =>
  [
    title,
    ...numbers.map(({ value }) => value),
    ...fields.flatMap(({ label, value }) => [label, value]),
    ...sections.flatMap((section): readonly Shown[] => {
      if (section.kind === 'TEXT') return section.paragraphs;
      if (section.kind === 'PRINTS') return section.prints.flatMap(({ kind, code }) => [kind, code]);
      return section.rows.flat();
    }),
    closing.date,
    ...notes,
  ].filter(isText);

/** Asserts what must hold of every paper. */
function expectWhole(paper: Paper, laidOut: LaidOut): void {
  expect(collisions(laidOut)).toEqual([]);
  expect(outside(laidOut)).toEqual([]);
  // A long text that goes on on an annex is parted by what stands on the first sheet.
  const read = readText(laidOut);
  const missing = textsOf(paper)
    .map(withoutSpaces)
    .filter(text => !read.includes(text) && !isParted(read, text));
  expect(missing).toEqual([]);
}

const CONTINUED = '（接附页）';
function isParted(read: string, text: string): boolean {
  const [first = '', second = ''] = read.split(CONTINUED);
  for (let at = text.length - 1; at > 0; at--)
    if (first.endsWith(text.slice(0, at)) && second.includes(text.slice(at))) return true;
  return false;
}

const characters = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0x4e00, max: 0x9fa5 }).map(code => String.fromCodePoint(code)) },
  { weight: 2, arbitrary: fc.constantFrom(...'ABCWij019.-,/ ') },
  { weight: 2, arbitrary: fc.constantFrom(...'，。；：、（）“”《》—…·') },
  { weight: 1, arbitrary: fc.constantFrom(...'ＡＷ０９\u3000\u00a0') },
);
const text = (min: number, max: number) =>
  fc.array(characters, { minLength: min, maxLength: max, size: 'max' }).map(parts => `字${parts.join('')}字`);
const amount = fc
  .bigInt({ min: 1n, max: 10n ** 15n })
  .map(fen => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`);

/** As long as what is let in at the door. Papers so large are not made smaller until they fail no more: it would take minutes. */
const enterprise = fc.record({
  holder: text(1, 130),
  enterpriseType: fc.constantFrom(...Object.keys(ENTERPRISE_TYPES)),
  registeredCapital: amount,
  address: text(3, 198),
  businessScope: text(1, 3_998),
  legalRepresentative: text(1, 58),
  founders: fc.array(
    fc.record({ name: text(1, 58), contribution: amount, uscc: fc.constantFrom(null, '91371002PDY000028J') }),
    {
      minLength: 1,
      maxLength: 200,
      size: 'max',
    },
  ),
});

describe('a paper that is laid out', () => {
  it.each(SAMPLES.filter(({ name }) => !name.endsWith('-hard')).map(({ name }) => name))(
    'has everything of %s, and nothing over anything else',
    name => {
      const one = SAMPLES.find(sample => sample.name === name) as (typeof SAMPLES)[number];
      expectWhole(one.paper, layOut(one.paper, factsOf(one), open.typefaces));
    },
  );

  it('has room for licenses of the longest names, addresses, scopes and lists of founders', () => {
    fc.assert(
      fc.property(enterprise, fc.constantFrom('SEPARATE' as const, 'UNIFIED' as const), (applied, numbering) => {
        const { record } = license(applied, numbering);
        // What stands in leaves is read here as it was before it was covered.
        const plain = {
          'content.legalRepresentative.name': applied.legalRepresentative,
          ...Object.fromEntries(applied.founders.map(({ name }, at) => [`content.founders.${at}.name`, name])),
        };
        const paper = business.BUSINESS_LICENSE?.(record, shownIn(record, new Map(Object.entries(plain)))) as Paper;
        expectWhole(paper, layOut(paper, someFacts(), open.typefaces));
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('has room for prints of the longest names', () => {
    fc.assert(
      fc.property(text(1, 130), text(1, 58), (holder, legalRepresentative) => {
        const { record } = sealFiling({ ...ORDINARY, holder: holder.replace(/\s/gu, '字'), legalRepresentative });
        const carved = new Map([['content.seals.4.text', `${legalRepresentative}之印`]]);
        const paper = seals.SEAL_FILING?.(record, shownIn(record, carved)) as Paper;
        expectWhole(paper, layOut(paper, someFacts('seal'), open.typefaces));
      }),
      // The longest that there can be, whatever is drawn beside.
      { numRuns: 3, endOnFailure: true, examples: [['字'.repeat(130), '某'.repeat(58)]] },
    );
  }, 90_000);

  it('has room for notices with many faults and messages of many lines', () => {
    const mark = fc.record({
      item: fc.constantFrom(...itemIds),
      message: text(1, 900),
      code: fc.stringMatching(/^[A-Z_]{3,40}$/),
    });
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1, maxLength: 60, size: 'max' }), marks => {
        const notice = SLIPS['one-time-notice'] as Extract<(typeof SLIPS)[string], { kind: 'ONE_TIME_NOTICE' }>;
        const faults = marks.map((one, at) => ({
          path: `founders.${at}.idNumber`,
          marks: [{ ...one, title: one.item, department: 'tax' as const }],
        }));
        const paper = slipPaper({ ...notice, faults });
        expectWhole(paper, layOut(paper, someFacts('center'), open.typefaces));
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('puts the seal over the date, on the sheet of the closing, within the sheet', () => {
    for (const one of SAMPLES.filter(({ name }) => !name.endsWith('-hard'))) {
      const laidOut = layOut(one.paper, factsOf(one), open.typefaces);
      const { sheet, box } = laidOut.seal;
      const date = leavesOf(laidOut.tree).find(
        leaf =>
          leaf.sheet === sheet &&
          readText({ tree: { tag: 'P', kids: [leaf] } }) === one.paper.closing.date &&
          overlap(leaf.box, box),
      );
      expect(date).toBeDefined();
      const { width, height } = laidOut.sheets[sheet] as LaidOut['sheets'][number];
      expect([box.x > 30, box.y > 30, box.x + box.width < width - 30, box.y + box.height < height - 30]).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
  });

  it('would see two lines on each other, a line beyond the margin and a text that was cut', () => {
    const one = SAMPLES[0] as (typeof SAMPLES)[number];
    const laidOut = layOut(one.paper, factsOf(one), open.typefaces);
    const [first] = leavesOf(laidOut.tree) as [Leaf];
    const twice = {
      ...laidOut,
      tree: { tag: 'Document', kids: [first, { ...first, box: { ...first.box } }] } as const,
    };
    expect(collisions(twice)).toHaveLength(1);
    const moved = { ...first, mark: { ...first.mark, runs: [] }, box: first.box } as Leaf;
    expect(() => expectWhole(one.paper, { ...laidOut, tree: { tag: 'Document', kids: [moved] } })).toThrow();
  });
});
