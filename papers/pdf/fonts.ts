import { createHash } from 'node:crypto';
import { ascent, compressed, descent, subsetFont } from '../font/subset.ts';
import { type Glyph, unitsPerEm } from '../font/typeface.ts';
import type { Face } from '../layout/document.ts';
import type { Objects } from './file.ts';
import { number, reference, utf16 } from './values.ts';

/** The characters of a face on one paper, numbered from 1 as they come. */
export class FaceFont {
  readonly #codes = new Map<number, string>();
  readonly glyphs: Glyph[] = [];

  /** A string for the operator Tj. */
  shown(glyphs: readonly Glyph[]): string {
    let hex = '';
    for (const glyph of glyphs) hex += this.#codes.get(glyph.codePoint) ?? this.#take(glyph);
    return `<${hex}>`;
  }

  #take(glyph: Glyph): string {
    this.glyphs.push(glyph);
    const shown = code(this.glyphs.length - 1);
    this.#codes.set(glyph.codePoint, shown);
    return shown;
  }
}

const NAMES: Readonly<Record<Face, string>> = { TITLE: 'OneWindowSong-Bold', TEXT: 'OneWindowSong-Regular' };

/** @returns The number of the font's dictionary. */
export function addFont(objects: Objects, face: Face, { glyphs }: FaceFont): number {
  const name = `${prefixOf(glyphs)}+${NAMES[face]}`;
  const font = subsetFont(glyphs);
  const program = objects.stream(`/Length1 ${font.length}`, compressed(font), true);
  const descriptor = objects.add(
    `<< /Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [-500 -500 1500 1200] /ItalicAngle 0 ` +
      `/Ascent ${number((ascent * 1000) / unitsPerEm)} /Descent ${number((descent * 1000) / unitsPerEm)} /CapHeight 733 ` +
      `/StemV ${face === 'TITLE' ? 120 : 70} /FontFile2 ${reference(program)} >>`,
  );
  const descendant = objects.add(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} ` +
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ' +
      `/FontDescriptor ${reference(descriptor)} /DW 1000 /W [${widthsOf(glyphs)}] /CIDToGIDMap /Identity >>`,
  );
  const unicode = objects.stream('', compressed(Buffer.from(toUnicodeMap(glyphs), 'latin1')), true);
  return objects.add(
    `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H ` +
      `/DescendantFonts [${reference(descendant)}] /ToUnicode ${reference(unicode)} >>`,
  );
}

/** Six letters that tell one subset from another (ISO 32000-1, 9.6.4). */
function prefixOf(glyphs: readonly Glyph[]): string {
  const digest = createHash('sha256')
    .update(glyphs.map(({ codePoint }) => codePoint).join())
    .digest();
  return [...digest.subarray(0, 6)].map(byte => String.fromCharCode(65 + (byte % 26))).join('');
}

/** Runs of those that are not as wide as an ideograph: `7 [520 480] 12 [333]`. */
function widthsOf(glyphs: readonly Glyph[]): string {
  const parts: string[] = [];
  for (let at = 0; at < glyphs.length; at++) {
    if (isFull(glyphs[at])) continue;
    const run: string[] = [];
    const first = at + 1;
    for (; at < glyphs.length && !isFull(glyphs[at]); at++)
      run.push(number(((glyphs[at] as Glyph).width * 1000) / unitsPerEm));
    parts.push(`${first} [${run.join(' ')}]`);
  }
  return parts.join(' ');
}
const isFull = (glyph: Glyph | undefined): boolean => glyph?.width === unitsPerEm;

/** What each number stands for (ISO 32000-1, 9.10.3); characters outside the BMP are pairs of surrogates. */
function toUnicodeMap(glyphs: readonly Glyph[]): string {
  const blocks: string[] = [];
  for (let from = 0; from < glyphs.length; ) {
    // A range does not go beyond the last byte of its numbers.
    const to = Math.min(glyphs.length, from + 1 - ((from + 1) % 256) + 255);
    const texts = glyphs.slice(from, to).map(({ codePoint }) => `<${utf16(String.fromCodePoint(codePoint))}>`);
    blocks.push(`1 beginbfrange\n<${code(from)}> <${code(to - 1)}> [${texts.join('')}]\nendbfrange\n`);
    from = to;
  }
  return `${MAP_HEAD}${blocks.join('')}${MAP_FOOT}`;
}
/** Of the glyph at an index: glyph 0 is nobody's. */
const code = (at: number): string => (at + 1).toString(16).padStart(4, '0');

const MAP_HEAD = `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
`;
const MAP_FOOT = `endcmap
CMapName currentdict /CMap defineresource pop
end
end
`;
