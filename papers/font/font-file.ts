/**
 * A font file with TrueType outlines (OpenType 1.9, `glyf`): which characters it has, how wide and of what shape they are.
 * What is asked for every character is kept; outlines are read from the file when they are first drawn, because a paper
 * needs some hundred of tens of thousands.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { type Contour, readOutline } from './outline.ts';

export interface FontFile {
  readonly path: string;
  readonly unitsPerEm: number;
  /** Zero, the box that stands for a missing character, when there is none. */
  glyphOf(codePoint: number): number;
  /** In units of the em. */
  advanceOf(glyph: number): number;
  /** Empty for a space. */
  outlineOf(glyph: number): readonly Contour[];
  close(): void;
}

/** @throws {Error} in one sentence when it can't be read, or is of another kind. */
export function openFontFile(path: string): FontFile {
  const file = openSync(path, 'r');
  try {
    return readFont(path, file);
  } catch (error) {
    closeSync(file);
    throw new Error(`${path} can't be drawn with: ${(error as Error).message}`, { cause: error });
  }
}

/** Fonts have one or two dozen tables. */
const tablesMax = 64;
/** The largest of those that are kept, of 65,535 glyphs, has 262,144 bytes; character maps are below a megabyte. */
const tableBytesMax = 4 * 1024 * 1024;
/** Ideographs of the most points have some 4 kB. */
const outlineBytesMax = 64 * 1024;

function readFont(path: string, file: number): FontFile {
  const slice = (from: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    if (readSync(file, bytes, 0, length, from) !== length) throw new Error('the file ends too early');
    return bytes;
  };
  const tables = readDirectory(slice);
  const place = (tag: string): Place => {
    const found = tables.get(tag);
    if (!found) throw new Error(`it has no table ${tag} (only fonts with TrueType outlines are drawn)`);
    return found;
  };
  const table = (tag: string): Buffer => {
    const { from, length } = place(tag);
    if (length > tableBytesMax) throw new Error(`its table ${tag} has ${length} bytes`);
    return slice(from, length);
  };
  const head = table('head');
  const advances = readAdvances(table('hhea'), table('hmtx'));
  const offsetOf = readOffsets(table('loca'), head.readInt16BE(50) === 1);
  const glyf = place('glyf');

  const outlineBytes = (glyph: number): Uint8Array => {
    const [from, to] = [offsetOf(glyph), offsetOf(glyph + 1)];
    if (to < from || to > glyf.length || to - from > outlineBytesMax) throw new Error(`glyph ${glyph} is malformed`);
    return slice(glyf.from + from, to - from);
  };
  return {
    path,
    unitsPerEm: head.readUInt16BE(18),
    glyphOf: readCharacterMap(table('cmap')),
    advanceOf: glyph => advances[Math.min(glyph, advances.length - 1)] as number,
    outlineOf: glyph => readOutline(outlineBytes, glyph),
    close: () => closeSync(file),
  };
}

interface Place {
  readonly from: number;
  readonly length: number;
}

function readDirectory(slice: (from: number, length: number) => Buffer): ReadonlyMap<string, Place> {
  const header = slice(0, 12);
  const version = header.readUInt32BE(0);
  const count = header.readUInt16BE(4);
  if (version !== 0x00010000 && version !== 0x74727565) throw new Error('it is no single TrueType font');
  if (count > tablesMax) throw new Error(`it has ${count} tables`);
  const entries = slice(12, 16 * count);
  const tables = new Map<string, Place>();
  for (let at = 0; at < entries.length; at += 16) {
    const tag = entries.toString('latin1', at, at + 4);
    tables.set(tag, { from: entries.readUInt32BE(at + 8), length: entries.readUInt32BE(at + 12) });
  }
  return tables;
}

/** Glyphs behind the last that has an advance of its own are as wide as that one. */
function readAdvances(hhea: Buffer, hmtx: Buffer): Uint16Array {
  const count = hhea.readUInt16BE(34);
  if (count === 0) throw new Error('it has no widths');
  return Uint16Array.from({ length: count }, (_, glyph) => hmtx.readUInt16BE(4 * glyph));
}

function readOffsets(loca: Buffer, isLong: boolean): (glyph: number) => number {
  const count = loca.length / (isLong ? 4 : 2);
  return glyph => {
    if (glyph >= count) throw new Error(`it has no glyph ${glyph}`);
    return isLong ? loca.readUInt32BE(4 * glyph) : 2 * loca.readUInt16BE(2 * glyph);
  };
}

/** Format 12 alone: every font that has characters beyond the Basic Multilingual Plane has one. */
function readCharacterMap(cmap: Buffer): (codePoint: number) => number {
  const count = cmap.readUInt16BE(2);
  const offsets = Array.from({ length: count }, (_, at) => cmap.readUInt32BE(8 + 8 * at));
  const offset = offsets.find(at => cmap.readUInt16BE(at) === 12);
  if (offset === undefined) throw new Error('it has no character map of format 12');
  const groups = cmap.readUInt32BE(offset + 12);
  const column = (nth: number): Uint32Array =>
    Uint32Array.from({ length: groups }, (_, at) => cmap.readUInt32BE(offset + 16 + 12 * at + 4 * nth));
  const [firsts, lasts, glyphs] = [column(0), column(1), column(2)];
  return codePoint => {
    let [low, high] = [0, groups - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (codePoint < (firsts[middle] as number)) high = middle - 1;
      else if (codePoint > (lasts[middle] as number)) low = middle + 1;
      else return (glyphs[middle] as number) + codePoint - (firsts[middle] as number);
    }
    return 0;
  };
}
