import { deflateSync } from 'node:zlib';
import { type Glyph, unitsPerEm } from './typeface.ts';

/**
 * A TrueType font of a paper's characters alone: what PDF wants of a font whose glyphs are addressed by number (ISO 32000-1,
 * 9.9). Glyph 0 is empty and never shown; the others stand in the order in which they are given.
 */
export function subsetFont(glyphs: readonly Glyph[]): Uint8Array {
  const count = glyphs.length + 1;
  const outlines = glyphs.map(glyph => glyph.bytes());
  const offsets = new Uint32Array(count + 1);
  for (const [at, { length }] of outlines.entries())
    offsets[at + 2] = (offsets[at + 1] as number) + length + (length % 2);
  const glyf = Buffer.alloc(offsets[count] as number);
  for (const [at, bytes] of outlines.entries()) glyf.set(bytes, offsets[at + 1]);

  const loca = Buffer.alloc(4 * (count + 1));
  for (const [at, offset] of offsets.entries()) loca.writeUInt32BE(offset, 4 * at);
  const hmtx = Buffer.alloc(4 * count);
  for (const [at, bytes] of outlines.entries()) {
    hmtx.writeUInt16BE((glyphs[at] as Glyph).width, 4 * (at + 1));
    // The left side bearing is where the glyph begins.
    if (bytes.length > 0) hmtx.set(bytes.subarray(2, 4), 4 * (at + 1) + 2);
  }
  return writeFont({ glyf, head: headTable(), hhea: hheaTable(count), hmtx, loca, maxp: maxpTable(count) });
}

/** Level 6 makes a font 3 % smaller than level 1 and takes 0.3 ms more; higher levels take time only. */
const level = 6;

export const compressed = (bytes: Uint8Array, at: number = level): Uint8Array =>
  deflateSync(bytes, { level: at, memLevel: 9 });

/** Above and below the line, in units; the boxes of all ideographs lie between. */
export const ascent = Math.round(0.88 * unitsPerEm);
export const descent = -Math.round(0.12 * unitsPerEm);

function headTable(): Buffer {
  const head = Buffer.alloc(54);
  head.writeUInt32BE(0x00010000, 0);
  head.writeUInt32BE(0x00010000, 4);
  head.writeUInt32BE(0x5f0f3cf5, 12);
  head.writeUInt16BE(0x0003, 16);
  head.writeUInt16BE(unitsPerEm, 18);
  head.writeInt16BE(descent, 38);
  head.writeInt16BE(unitsPerEm, 40);
  head.writeInt16BE(ascent, 42);
  head.writeUInt16BE(8, 46);
  head.writeInt16BE(2, 48);
  head.writeInt16BE(1, 50); // Offsets of four bytes.
  return head;
}

function hheaTable(count: number): Buffer {
  const hhea = Buffer.alloc(36);
  hhea.writeUInt32BE(0x00010000, 0);
  hhea.writeInt16BE(ascent, 4);
  hhea.writeInt16BE(descent, 6);
  hhea.writeUInt16BE(2 * unitsPerEm, 10);
  hhea.writeInt16BE(1, 18);
  hhea.writeUInt16BE(count, 34);
  return hhea;
}

/** Limits for programs that rasterize: no glyph of ours is a composite or has instructions. */
function maxpTable(count: number): Buffer {
  const maxp = Buffer.alloc(32);
  maxp.writeUInt32BE(0x00010000, 0);
  for (const [at, value] of [count, 4_096, 512, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0].entries())
    maxp.writeUInt16BE(value, 4 + 2 * at);
  return maxp;
}

function writeFont(tables: Readonly<Record<string, Buffer>>): Uint8Array {
  const names = Object.keys(tables).sort();
  const header = Buffer.alloc(12 + 16 * names.length);
  const power = 2 ** Math.floor(Math.log2(names.length));
  header.writeUInt32BE(0x00010000, 0);
  for (const [at, value] of [names.length, 16 * power, Math.log2(power), 16 * (names.length - power)].entries())
    header.writeUInt16BE(value, 4 + 2 * at);
  const parts: Buffer[] = [header];
  let offset = header.length;
  for (const [at, name] of names.entries()) {
    const table = tables[name] as Buffer;
    const padded = Buffer.alloc((4 - (table.length % 4)) % 4);
    header.write(name, 12 + 16 * at, 'latin1');
    header.writeUInt32BE(sumOf(table), 16 + 16 * at);
    header.writeUInt32BE(offset, 20 + 16 * at);
    header.writeUInt32BE(table.length, 24 + 16 * at);
    parts.push(table, padded);
    offset += table.length + padded.length;
  }
  return Buffer.concat(parts, offset);
}

/** The sum of a table's 32-bit words, as if zeros stood behind its end. */
function sumOf(table: Buffer): number {
  let sum = 0;
  const words = table.length - (table.length % 4);
  for (let at = 0; at < words; at += 4) sum = (sum + table.readUInt32BE(at)) >>> 0;
  for (let at = words; at < table.length; at++) sum = (sum + ((table[at] as number) << (24 - 8 * (at % 4)))) >>> 0;
  return sum >>> 0;
}
