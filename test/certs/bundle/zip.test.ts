import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readZip, writeZip, zipBytesMax, zipFilesMax } from '../../../certs/bundle/zip.ts';
import { FINDINGS } from '../../../certs/findings.ts';
import { temporaryFolder } from '../fixture.ts';

const text = (words: string): Uint8Array => Buffer.from(words);
const FILES = new Map([
  ['mimetype', text('application/vnd.etsi.asic-e+zip')],
  ['META-INF/a.xml', text('<a/>')],
  ['empty', text('')],
  ['papers/01-X/record.json', text('{"kind":"X"}')],
]);
const ZIP = writeZip(FILES);
const again = (zip: Uint8Array): string => Buffer.from(writeZip(readZip(zip))).toString('hex');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The code of a refusal, and the file it names. */
function refusal(zip: Uint8Array): string {
  try {
    readZip(zip);
    return 'read';
  } catch (fault) {
    const { name, code, offset, file } = fault as { name: string; code: string; offset: number; file?: string };
    if (name !== 'ZipError' || !Object.hasOwn(FINDINGS, code) || offset > zip.length) throw fault;
    return file === undefined ? code : `${code} ${file}`;
  }
}

/** As a hostile hand would write it: entries as they are given. */
function zipOf(entries: readonly (readonly [path: string, content: Uint8Array])[], tail = text('')): Uint8Array {
  const placeholders = entries.map(([path]) => `${'x'.repeat(path.length)}`);
  let zip = Buffer.alloc(0);
  let central = Buffer.alloc(0);
  entries.forEach(([path, content], i) => {
    const honest = Buffer.from(
      writeZip(
        new Map([
          ['mimetype', text('')],
          [`x${placeholders[i]}`, content],
        ]),
      ),
    );
    const [local, directory] = [honest.indexOf('PK\x03\x04', 1), honest.lastIndexOf('PK\x01\x02')];
    const size = 30 + path.length + 1 + content.length;
    const renamed = (record: Buffer, header: number) => {
      record.writeUInt16LE(path.length, header === 30 ? 26 : 28);
      return Buffer.concat([record.subarray(0, header), text(path), record.subarray(header + path.length + 1)]);
    };
    const entry = renamed(Buffer.from(honest.subarray(local, local + size)), 30);
    const listed = renamed(Buffer.from(honest.subarray(directory, directory + 46 + path.length + 1)), 46);
    listed.writeUInt32LE(zip.length, 42);
    zip = Buffer.concat([zip, entry]);
    central = Buffer.concat([central, listed]);
  });
  const end = Buffer.from(ZIP.subarray(-22));
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(zip.length, 16);
  return Buffer.concat([zip, central, end, tail]);
}

describe('a container', () => {
  it('says at byte 30 what it is, and lists its files in one order, whatever order they were given in', () => {
    expect(Buffer.from(ZIP.subarray(30, 69)).toString()).toBe('mimetypeapplication/vnd.etsi.asic-e+zip');
    expect([...readZip(ZIP).keys()]).toEqual(['mimetype', 'META-INF/a.xml', 'empty', 'papers/01-X/record.json']);
    expect(hex(writeZip(new Map([...FILES].reverse())))).toBe(hex(ZIP));
  });

  it('writes what it reads, byte for byte', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}(\/[a-z][a-z0-9-]{0,8}){0,2}\.x$/);
    const files = fc.dictionary(name, fc.uint8Array({ maxLength: 300 }), { maxKeys: 12 });
    fc.assert(
      fc.property(files, some => {
        const zip = writeZip(new Map([['mimetype', text('x')], ...Object.entries(some)]));
        return again(zip) === hex(zip) && readZip(zip).size === Object.keys(some).length + 1;
      }),
      { numRuns: 200 },
    );
  });

  it('is refused with a code for every bit of it that is changed, and wherever it is cut', () => {
    for (let at = 0; at < ZIP.length; at++) {
      for (const mask of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const changed = new Uint8Array(ZIP);
        changed[at]! ^= mask;
        expect(refusal(changed)).not.toBe('read');
      }
      expect(refusal(ZIP.subarray(0, at))).not.toBe('read');
      expect(refusal(Buffer.concat([ZIP.subarray(0, at), text('x'), ZIP.subarray(at)]))).not.toBe('read');
    }
  });

  it.each<[string, Uint8Array, string]>([
    [
      'whose file was changed',
      Buffer.from(ZIP).fill(0x58, 70 + 4 + 40, 70 + 4 + 41),
      'ZIP_CHECK_SUM_DIFFERS META-INF/a.xml',
    ],
    ['with bytes after its end', Buffer.concat([ZIP, text('x')]), 'ZIP_TRAILING_BYTES'],
    ['with bytes before its beginning', Buffer.concat([text('#!/bin/sh\n'), ZIP]), 'ZIP_NOT_ONE'],
    ['of nothing', text(''), 'ZIP_NOT_ONE'],
    ['larger than its bound', new Uint8Array(zipBytesMax + 1), 'ZIP_TOO_LARGE'],
    ['that begins with another file', zipOf([['a', text('')]]), 'ZIP_MIMETYPE'],
    [
      'whose files stand in another order',
      zipOf([
        ['mimetype', text('')],
        ['b', text('')],
        ['a', text('')],
      ]),
      'ZIP_ORDER',
    ],
    [
      'with a file that stands twice',
      zipOf([
        ['mimetype', text('')],
        ['a', text('1')],
        ['a', text('2')],
      ]),
      'ZIP_ORDER',
    ],
    [
      'with a path upwards',
      zipOf([
        ['mimetype', text('')],
        ['a/../../b', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a path from the root',
      zipOf([
        ['mimetype', text('')],
        ['/etc/passwd', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a path of another system',
      zipOf([
        ['mimetype', text('')],
        ['a\\b', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a hidden file',
      zipOf([
        ['mimetype', text('')],
        ['.profile', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a file that reads as an option',
      zipOf([
        ['mimetype', text('')],
        ['-rf', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with an empty step in a path',
      zipOf([
        ['mimetype', text('')],
        ['a//b', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a folder',
      zipOf([
        ['mimetype', text('')],
        ['a/', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a path that is not ASCII',
      zipOf([
        ['mimetype', text('')],
        ['\xe4', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a file where a folder is',
      zipOf([
        ['mimetype', text('')],
        ['a', text('')],
        ['a.b', text('')],
        ['a/b', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with a folder that some systems take for a file',
      zipOf([
        ['mimetype', text('')],
        ['A/b', text('')],
        ['a', text('')],
      ]),
      'ZIP_PATH',
    ],
    [
      'with two files that some systems take for one',
      zipOf([
        ['mimetype', text('')],
        ['A', text('')],
        ['a', text('')],
      ]),
      'ZIP_PATH',
    ],
  ])('%s is refused', (_, zip, code) => {
    expect(refusal(zip)).toBe(code);
  });

  it('of too many files is neither written nor read', () => {
    const files = (count: number) =>
      Array.from({ length: count }, (_, i): [string, Uint8Array] => [`f${String(i).padStart(5, '0')}`, text('')]);
    expect(() => writeZip(new Map([['mimetype', text('')], ...files(zipFilesMax)]))).toThrow('beyond the bounds');
    const full = writeZip(new Map([['mimetype', text('')], ...files(zipFilesMax - 1)]));
    expect(readZip(full).size).toBe(zipFilesMax);
    expect(refusal(zipOf([['mimetype', text('')], ...files(zipFilesMax)]))).toBe('ZIP_TOO_MANY_FILES');
  });

  it('is not written with a path that would not be read', () => {
    for (const path of ['../a', 'a b', '-x', 'ä', 'a/', `${'x'.repeat(129)}`])
      expect(() =>
        writeZip(
          new Map([
            ['mimetype', text('')],
            [path, text('')],
          ]),
        ),
      ).toThrow(RangeError);
  });
});

describe('everybody’s tools', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const file = join(folder.path, 'x.asice');
  writeFileSync(file, ZIP);

  const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8', cwd: folder.path });
  const has = (command: string, ...args: string[]): boolean => {
    if (!run(command, ...args).error) return true;
    if (process.env.REQUIRE_REAL === '1') throw new Error(`${command} is needed where REQUIRE_REAL=1`);
    process.stderr.write(`${command} is not installed: its opinion of our containers is not asked for\n`);
    return false;
  };

  (has('unzip', '-v') ? it : it.skip)('unzip tests it without a complaint and unpacks the same files', () => {
    const { status, stdout } = run('unzip', '-t', file);
    expect({ status, last: stdout.trim().split('\n').at(-1) }).toEqual({
      status: 0,
      last: `No errors detected in compressed data of ${file}.`,
    });
    expect(run('unzip', '-p', file, 'papers/01-X/record.json').stdout).toBe('{"kind":"X"}');
  });

  (has('python3', '--version') ? it : it.skip)('Python reads the same names and contents', () => {
    const script = `import sys,zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
  assert z.testzip() is None
  for i in z.infolist(): print(i.filename, i.compress_type, i.date_time, len(i.extra), z.read(i).decode())`;
    expect(run('python3', '-c', script, file).stdout.split('\n')).toEqual([
      'mimetype 0 (1980, 1, 1, 0, 0, 0) 0 application/vnd.etsi.asic-e+zip',
      'META-INF/a.xml 0 (1980, 1, 1, 0, 0, 0) 0 <a/>',
      'empty 0 (1980, 1, 1, 0, 0, 0) 0 ',
      'papers/01-X/record.json 0 (1980, 1, 1, 0, 0, 0) 0 {"kind":"X"}',
      '',
    ]);
  });

  (has('bsdtar', '--version') ? it : it.skip)('libarchive lists the same names', () => {
    expect(run('bsdtar', '-tf', file).stdout.trim().split('\n')).toEqual(
      [...FILES.keys()].sort((a, b) => Number(b === 'mimetype') - Number(a === 'mimetype') || (a < b ? -1 : 1)),
    );
  });
});
