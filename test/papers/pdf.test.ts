import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { unitsPerEm } from '../../papers/font/typeface.ts';
import { layOut } from '../../papers/forms/lay-out.ts';
import { isLeaf, type Node } from '../../papers/layout/document.ts';
import type { Paper, Shown } from '../../papers/paper.ts';
import { writePdf } from '../../papers/pdf/write-pdf.ts';
import { openPress, type Press } from '../../papers/press.ts';
import { sealAppearance } from '../../papers/seal/appearance.ts';
import { type OpenTypefaces, openTypefaces } from '../../papers/typefaces.ts';
import { SAMPLES } from '../../tools/samples/all.ts';
import { type Dots, renderDots } from '../../tools/samples/render.ts';
import { ask, judge } from '../judges/judge.ts';
import { factsOf, leavesOf, runsOf, sample, withoutSpaces } from './fixture.ts';

const poppler = judge(
  'poppler-utils',
  'sh',
  '-c',
  'for it in pdftotext pdftoppm pdffonts pdfinfo; do command -v $it || exit; done',
);
const qpdf = judge('qpdf', 'qpdf', '--version');
const zbar = judge('zbar-tools', 'sh', '-c', 'command -v zbarimg');
const hanazono = judge('fonts-hanazono', 'test', '-f', '/usr/share/fonts/truetype/hanazono/HanaMinB.ttf');

let folder: string;
let press: Press;
let open: OpenTypefaces;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one-window-papers-'));
  press = await openPress({});
  open = openTypefaces();
});
afterAll(() => {
  press.close();
  open.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The file of a sample, drawn once. */
function drawn(name: string): string {
  const file = `${name}.pdf`;
  if (!existsSync(join(folder, file))) {
    const one = sample(name);
    writeFileSync(join(folder, file), press.draw(one.paper, factsOf(one)).bytes);
  }
  return file;
}
const said = (program: string, ...args: readonly string[]): string => {
  const { status, output } = ask(folder, program, args);
  if (status !== 0) throw new Error(`${program}: ${output}`);
  return output;
};

/** What an ordinary machine can draw; the others need the fonts of the extensions. */
const ordinary = SAMPLES.map(({ name }) => name).filter(name => !name.endsWith('-hard'));

const isText = (shown: Shown): shown is string => typeof shown === 'string';
/** In the order in which they are read. */
const readTexts = ({ title, numbers, fields, closing }: Paper): readonly string[] =>
  [
    title,
    ...numbers.map(({ value }) => value),
    ...fields.flatMap(({ label, value }) => [label, value]),
    closing.label,
    closing.date,
  ]
    .filter(isText)
    .map(withoutSpaces);

qpdf.describe(`papers judged by qpdf${qpdf.absent}`, () => {
  it.each(ordinary)('%s is a file without fault', name => {
    expect(said('qpdf', '--check', drawn(name))).toContain('No syntax or stream encoding errors found');
  });
});

poppler.describe(`papers read by poppler${poppler.absent}`, () => {
  it.each(ordinary)('gives every text of %s back', name => {
    const text = withoutSpaces(said('pdftotext', '-raw', drawn(name), '-'));
    expect(readTexts(sample(name).paper).filter(one => !text.includes(one))).toEqual([]);
  });

  it.each(ordinary)('tells %s to a screen reader in the order of reading', name => {
    const tree = said('pdfinfo', '-struct-text', drawn(name));
    expect(tree.startsWith('Document')).toBe(true);
    expect(tree).toContain('Form');
    const text = [...tree.matchAll(/"(.*)"/g)].map(([, quoted = '']) => withoutSpaces(quoted)).join('');
    let from = 0;
    for (const one of readTexts(sample(name).paper)) {
      const at = text.indexOf(one, from);
      expect({ one, isInOrder: at >= from }).toEqual({ one, isInOrder: true });
      from = at + one.length;
    }
  });

  it('embeds every font as a subset with the characters that it stands for', () => {
    for (const name of ordinary) {
      const fonts = said('pdffonts', drawn(name)).trim().split('\n').slice(2);
      expect(fonts.length).toBeGreaterThan(1);
      expect(fonts.filter(font => !/CID TrueType\s+Identity-H\s+yes yes yes/.test(font))).toEqual([]);
    }
  });

  it('names the paper and its language', () => {
    const info = said('pdfinfo', drawn('license'));
    expect(info).toMatch(/Title:\s+营业执照 91371002PDY000028J/);
    expect(info).toMatch(/Tagged:\s+yes/);
    expect(readFileSync(join(folder, drawn('license')), 'latin1')).toMatch(/\/Lang \(zh-CN\).*\/DisplayDocTitle true/s);
  });

  /** The same paper without its texts. */
  const withoutText = (node: Node): Node => ({
    ...node,
    kids: node.kids.map(kid => {
      if (!isLeaf(kid)) return withoutText(kid);
      return kid.mark.kind === 'TEXT' ? { ...kid, mark: { kind: 'TEXT', runs: [] } } : kid;
    }),
  });

  it.each(['license', 'organization-code', 'slip-one-time-notice'])('really draws each character of %s', name => {
    const one = sample(name);
    const facts = factsOf(one);
    const laidOut = layOut(one.paper, facts, open.typefaces);
    const appearance = sealAppearance(facts.issuer.organization, open.typefaces.TITLE.outlineOf);
    const resolution = 150;
    const written = renderDots(writePdf(laidOut, facts, appearance).bytes, resolution);
    const blank = renderDots(
      writePdf({ ...laidOut, tree: withoutText(laidOut.tree) }, facts, appearance).bytes,
      resolution,
    );
    const scale = resolution / 72;
    let seen = 0;
    const unseen: string[] = [];
    for (const leaf of leavesOf(laidOut.tree)) {
      for (const { glyphs, x, baseline, size, spacing } of runsOf(leaf)) {
        let left = x;
        for (const { codePoint, width } of glyphs) {
          const advance = (width / unitsPerEm) * size;
          const cell = { left, top: baseline - 0.88 * size, right: left + advance, bottom: baseline + 0.12 * size };
          left += advance + spacing;
          if (/\s/u.test(String.fromCodePoint(codePoint))) continue;
          const changed = changedDots(written[leaf.sheet] as Dots, blank[leaf.sheet] as Dots, cell, scale);
          if (changed >= 3) seen++;
          else unseen.push(String.fromCodePoint(codePoint));
        }
      }
    }
    expect(unseen).toEqual([]);
    expect(seen).toBeGreaterThan(100);
  });

  it('strikes a name out so that nothing of it is in the file, and says so', () => {
    const file = drawn('license-struck-out');
    expect(withoutSpaces(said('pdftotext', file, '-'))).not.toContain('甲子某');
    const plain = join(folder, 'plain.pdf');
    if (existsSync('/usr/bin/qpdf')) {
      said('qpdf', '--qdf', '--stream-data=uncompress', file, 'plain.pdf');
      const bytes = readFileSync(plain);
      for (const form of ['甲子某', Buffer.from('甲子某', 'utf16le').swap16().toString('hex').toUpperCase()])
        expect(bytes.includes(form)).toBe(false);
    }
    expect(said('pdfinfo', '-struct', file)).toContain('Span');
    const alt = Buffer.from('已隐去 / struck out', 'utf16le').swap16().toString('hex').toUpperCase();
    expect(readFileSync(join(folder, file)).includes(`/Alt <FEFF${alt}>`)).toBe(true);
  });

  hanazono.describe(`with the fonts of the extensions${hanazono.absent}`, () => {
    it('draws characters outside the BMP, and gives them back as they were', () => {
      const text = withoutSpaces(said('pdftotext', '-raw', drawn('license-hard'), '-'));
      const { holder } = { holder: String(sample('license-hard').paper.fields[0]?.value) };
      expect([...holder].filter(character => (character.codePointAt(0) as number) > 0xffff).length).toBeGreaterThan(4);
      expect(text).toContain(holder);
      expect(text).toContain('欧阳𠮷龘');
    });
  });
});

/** How many dots differ within a cell given in points. */
function changedDots(
  one: Dots,
  other: Dots,
  cell: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  scale: number,
): number {
  let changed = 0;
  for (let y = Math.floor(cell.top * scale); y < Math.ceil(cell.bottom * scale); y++) {
    for (let x = Math.floor(cell.left * scale); x < Math.ceil(cell.right * scale); x++) {
      const at = 3 * (y * one.width + x);
      if (Math.abs((one.rgb[at + 1] as number) - (other.rgb[at + 1] as number)) > 40) changed++;
    }
  }
  return changed;
}

zbar.describe(`the code on a paper read by zbar${zbar.absent}`, () => {
  poppler.describe(`as poppler renders it${poppler.absent}`, () => {
    it.each(['license', 'slip-acceptance', 'national-tax'])('leads from %s to the page where it is verified', name => {
      said('pdftoppm', '-r', '150', '-f', '1', '-l', '1', '-gray', drawn(name), 'code');
      const page = ['code-1.pgm', 'code-01.pgm'].find(file => existsSync(join(folder, file))) as string;
      expect(said('zbarimg', '--quiet', '--raw', page)).toContain(factsOf(sample(name)).verifyUrl);
      rmSync(join(folder, page));
    });
  });
});
