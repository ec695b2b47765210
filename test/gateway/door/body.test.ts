import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson, readBody, readJson } from '../../../gateway/door/body.ts';

const read = readJson;
/** As it may come over the network. */
const readInPieces = async (body: Buffer, length: number, bytesMax = 1e7): Promise<unknown> => {
  const pieces = Array.from({ length: Math.ceil(body.length / length) }, (_, n) =>
    body.subarray(n * length, (n + 1) * length),
  );
  return parseJson(await readBody(Readable.from(pieces, { objectMode: true }), bytesMax));
};
const refusal = async (body: string | Buffer, length: number, bytesMax?: number): Promise<object> => {
  try {
    await readInPieces(Buffer.from(body as string), length, bytesMax);
  } catch (error) {
    return (error as { extensions: object }).extensions;
  }
  throw new Error('it was read');
};

it('reads whatever JSON can say, wherever it is cut', async () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('"', '\\\\', '[', 'a'), maxLength: 12 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 5 }), async (value, length) => {
      expect(await readInPieces(Buffer.from(JSON.stringify(value)), length)).toEqual(value);
    }),
    { numRuns: 500, seed: 4 },
  );
});

it('reads whatever JSON can say', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), value => {
      const text = JSON.stringify(value);
      expect(read(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: 1_000, seed: 3 },
  );
});

describe('finds the end of a text where JSON.parse does', () => {
  it.each(['"a\\"b"', '"\\\\"', '"\\\\\\""', '["\\"[[[[", "]]"]', '{"\\"{":"}"}'])('%s', text =>
    expect(read(text)).toEqual(JSON.parse(text)),
  );

  it('so that what stands in texts is not counted, however much it is', () => {
    const paper = '['.repeat(3_000_000);
    expect(read(JSON.stringify({ paper }))).toEqual({ paper });
  });
});

describe('is refused', () => {
  it.each([
    [
      '32 levels and one more',
      `${'['.repeat(33)}${']'.repeat(33)}`,
      { code: 'VALUE_DEPTH_LIMIT', limit: 32, found: 33 },
    ],
    ['blanks without end', ' '.repeat(200_000), { code: 'BODY_MARKS_LIMIT', limit: 100_000, found: 100_001 }],
    ['a number without end', '9'.repeat(200_000), { code: 'BODY_MARKS_LIMIT', limit: 100_000, found: 100_001 }],
    [
      'quotation marks without end',
      `"${'\\"'.repeat(20_000)}"`,
      { code: 'BODY_MARKS_LIMIT', limit: 10_000, found: 10_001 },
    ],
    ['a text that does not end', '{"a": "', { code: 'BODY_NOT_JSON' }],
    ['nothing', '', { code: 'BODY_NOT_JSON' }],
    ['what is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), { code: 'BODY_NOT_JSON' }],
  ])('%s', async (_, body, extensions) => {
    for (const length of [7, 65_536]) expect(await refusal(body, length)).toMatchObject(extensions);
  });

  it('a body that is longer than was said', async () => {
    expect(await refusal(`"${'x'.repeat(1_000)}"`, 100, 500)).toMatchObject({
      code: 'BODY_TOO_LARGE',
      limit: 500,
      found: 600,
    });
  });

  it('and 32 levels are not', () => {
    const text = `${'['.repeat(32)}${']'.repeat(32)}`;
    expect(read(text)).toEqual(JSON.parse(text));
  });
});
