/** ZIP (APPNOTE 6.3.3) in all the forms that readers of ZIP take, whereas bundles have one. */
import { crc32 } from 'node:zlib';

/** What a record says of its file; what is absent is said as bundles say it. */
export interface Says {
  readonly path: string;
  readonly madeBy: number;
  readonly needed: number;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly check: number;
  readonly packedLength: number;
  readonly length: number;
  readonly extra: Uint8Array;
  readonly comment: Uint8Array;
  readonly disk: number;
  readonly attributes: number;
  readonly offset: number;
}

export interface Packed {
  readonly path: string;
  readonly content: Uint8Array;
  /** What lies in the file in the place of the content. */
  readonly stored?: Uint8Array;
  readonly local?: Partial<Says>;
  readonly central?: Partial<Says>;
  /** Between the record before and this one; between the content and what follows. */
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
}

export interface Whole {
  readonly entries: readonly Packed[];
  /** In the order of the central directory, where that is another. */
  readonly listed?: readonly Packed[];
  readonly start?: Uint8Array;
  readonly beforeEnd?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly count?: number;
  readonly end?: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const DOS_DATE = 0x21;

export function writeWhole({ entries, listed = entries, start = EMPTY, beforeEnd = EMPTY, ...last }: Whole): Buffer {
  const parts: Uint8Array[] = [start];
  const offsets = new Map<Packed, number>();
  let at = start.length;
  const add = (...more: readonly Uint8Array[]): void => {
    for (const part of more) at += part.length;
    parts.push(...more);
  };
  for (const entry of entries) {
    const { content, stored = content, before = EMPTY, after = EMPTY } = entry;
    add(before);
    offsets.set(entry, at);
    add(localRecord(saidOf(entry, 0, entry.local)), stored, after);
  }
  const directory = listed.map(entry => centralRecord(saidOf(entry, offsets.get(entry) ?? 0, entry.central)));
  const directoryAt = at;
  add(...directory);
  const length = at - directoryAt;
  add(beforeEnd, endRecord(listed.length, length, directoryAt, last));
  return Buffer.concat(parts);
}

function saidOf({ path, content, stored = content }: Packed, offset: number, otherwise: Partial<Says> = {}): Says {
  const asBundles = { madeBy: 10, needed: 10, flags: 0, method: 0, time: 0, date: DOS_DATE, disk: 0, attributes: 0 };
  const lengths = { check: crc32(content), packedLength: stored.length, length: content.length };
  return { path, ...asBundles, ...lengths, extra: EMPTY, comment: EMPTY, offset, ...otherwise };
}

function localRecord({ path, needed, flags, method, time, date, check, packedLength, length, extra }: Says): Buffer {
  const name = Buffer.from(path, 'utf8');
  return Buffer.concat([
    u32(0x04034b50),
    ...[needed, flags, method, time, date].map(u16),
    ...[check, packedLength, length].map(u32),
    ...[name.length, extra.length].map(u16),
    name,
    extra,
  ]);
}

function centralRecord(says: Says): Buffer {
  const { path, madeBy, needed, flags, method, time, date, check, packedLength, length, extra, comment } = says;
  const name = Buffer.from(path, 'utf8');
  return Buffer.concat([
    u32(0x02014b50),
    ...[madeBy, needed, flags, method, time, date].map(u16),
    ...[check, packedLength, length].map(u32),
    ...[name.length, extra.length, comment.length, says.disk, 0].map(u16),
    ...[says.attributes, says.offset].map(u32),
    name,
    extra,
    comment,
  ]);
}

function endRecord(
  entries: number,
  length: number,
  offset: number,
  { comment = EMPTY, count = entries, end = EMPTY }: Pick<Whole, 'comment' | 'count' | 'end'>,
): Buffer {
  return Buffer.concat([
    u32(0x06054b50),
    ...[0, 0, count, count].map(u16),
    ...[length, offset].map(u32),
    u16(comment.length),
    comment,
    end,
  ]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value & 0xffff);
  return bytes;
}
function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
