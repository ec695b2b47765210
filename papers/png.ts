import { crc32, deflateSync } from 'node:zlib';

/** A picture of few colors (PNG, ISO/IEC 15948, color type 3). */
export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** Up to 256. Red, green, blue, and how opaque, 0 to 255 each. */
  readonly palette: readonly (readonly [red: number, green: number, blue: number, alpha: number])[];
  /** The color of each dot, row by row from above. */
  readonly dots: Uint8Array;
}

export function writePng({ width, height, palette, dots }: IndexedPicture): Uint8Array {
  const depth = palette.length <= 16 ? 4 : 8;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = 3;
  const perByte = 8 / depth;
  const rowBytes = Math.ceil(width / perByte) + 1;
  // Each row begins with the number of its filter: none.
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * rowBytes + 1 + Math.floor(x / perByte);
      const shift = depth === 8 || x % 2 === 1 ? 0 : 4;
      rows[at] = (rows[at] as number) | ((dots[y * width + x] as number) << shift);
    }
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(color => color.slice(0, 3)))),
    ...(palette.some(([, , , alpha]) => alpha < 255)
      ? [chunk('tRNS', Buffer.from(palette.map(([, , , alpha]) => alpha)))]
      : []),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
