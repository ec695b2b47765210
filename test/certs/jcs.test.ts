import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalize, isCanonical, type JsonValue, jsonDepthMax } from '../../certs/jcs.ts';

describe('canonical JSON, RFC 8785', () => {
  it('writes the example of section 3.2.2', () => {
    const value = {
      // biome-ignore lint/correctness/noPrecisionLoss: the RFC's own digits
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalize(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts by UTF-16 code units, not by code points, as in section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalize(value)))).toHaveLength(7);
    expect([...canonicalize(value).matchAll(/:"([^"]*)"/g)].map(([, text]) => text)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number of appendix B with the bits %s as %s', (bits, text) => {
    expect(canonicalize(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ['undefined', { a: [1, undefined] }, '$.a[1]'],
    ['a hole', { a: new Array(1) }, '$.a[0]'],
    ['NaN', { a: { b: Number.NaN } }, '$.a.b'],
    ['an infinity', [Number.NEGATIVE_INFINITY], '$[0]'],
    ['a function', { act: () => 1 }, '$.act'],
    ['a bigint', [1n], '$[0]'],
    ['a symbol', [Symbol('x')], '$[0]'],
    ['a lone surrogate', { name: '山\ud800' }, '$.name'],
    ['a lone surrogate in a name', { a: { '\udc00': 1 } }, '$.a'],
    ['a date', { on: new Date(0) }, '$.on'],
    ['a map', [new Map()], '$[0]'],
  ])('refuses %s and says where', (_, value, path) => {
    const act = () => canonicalize(value as JsonValue);
    expect(act).toThrow(TypeError);
    expect(act).toThrow(`${path}`);
  });

  it('refuses a cycle and a value deeper than the bound, without running out of stack', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => canonicalize(cycle as JsonValue)).toThrow(/deeper than 64 levels/);
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as JsonValue;
    expect(canonicalize(nested(jsonDepthMax))).toHaveLength(2 * jsonDepthMax);
    expect(() => canonicalize(nested(jsonDepthMax + 1))).toThrow(TypeError);
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalize(JSON.parse('{"__proto__":{"a":1}}') as JsonValue)).toBe('{"__proto__":{"a":1}}');
  });

  it('writes a value that reads back the same, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        const sound = JSON.parse(JSON.stringify(value)) as JsonValue;
        if (!JSON.stringify(sound).isWellFormed() || /\\ud[89a-f]/.test(JSON.stringify(sound))) return;
        const text = canonicalize(sound);
        expect(JSON.parse(text)).toEqual(sound);
        expect(canonicalize(JSON.parse(text) as JsonValue)).toBe(text);
        expect(canonicalize(reversed(sound))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe('a text that claims to be canonical', () => {
  const written = (value: JsonValue): string | undefined => {
    try {
      return canonicalize(value);
    } catch {
      return undefined;
    }
  };
  const agree = (text: string): boolean => {
    let value: JsonValue;
    try {
      value = JSON.parse(text) as JsonValue;
    } catch {
      return true;
    }
    return isCanonical(text, value) === (written(value) === text);
  };

  it.each([
    '{"a":1,"b":[true,null,"税"]}',
    '{"b":1,"a":1}',
    '{"10":1,"9":2}',
    '{"9":2,"10":1}',
    '{"a":1,"a":1}',
    '{"a":{"c":1,"b":2}}',
    '[{"b":1,"a":2}]',
    '-0',
    '1.0',
    '1e21',
    '1e+21',
    '1e999',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\\\ud800"',
    '"\\u0041"',
    '"\\/"',
    '{"__proto__":1}',
    ' 1',
    `${'['.repeat(jsonDepthMax)}1${']'.repeat(jsonDepthMax)}`,
    `${'['.repeat(jsonDepthMax + 1)}1${']'.repeat(jsonDepthMax + 1)}`,
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  ])('is held against what would be written: %.40s', text => expect(agree(text)).toBe(true));

  it('is, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), text => agree(text) && agree(written(JSON.parse(text)) ?? text)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = written(value as JsonValue);
        return text === undefined || isCanonical(text, JSON.parse(text));
      }),
    );
  });
});
