import { describe, expect, it } from '@jest/globals';
import { copyOf, merge, representationOf, rewriteAll, walk } from '../../../gateway/router/merge.ts';

const satisfies = (name: string, condition: string) =>
  name === condition || (condition === 'Paper' && name === 'License');

describe('merging', () => {
  it('goes into objects and lists, place by place', () => {
    const target = { list: [{ a: 1 }, null, [{ a: 2 }]], kept: 1 };
    merge(target, { list: [{ b: 1 }, { b: 2 }, [{ b: 3 }]], added: { c: 1 } });
    expect(target).toEqual({ list: [{ a: 1, b: 1 }, { b: 2 }, [{ a: 2, b: 3 }]], kept: 1, added: { c: 1 } });
  });

  it('never takes a value away for a null', () => {
    const target = { a: 1, list: [{ x: 1 }] };
    merge(target, { a: null, b: null, list: [null] });
    expect(target).toEqual({ a: 1, b: null, list: [{ x: 1 }] });
  });

  it('leaves the prototype of everything alone', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__proto__":{"polluted":1}}}',
    );
    const target = { a: {} };
    merge(target, hostile);
    merge({}, copyOf(hostile));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect((target.a as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('walking', () => {
  const tree = {
    list: [
      [{ __typename: 'License', of: { n: 1 } }],
      [],
      null,
      [{ __typename: 'Slip', of: { n: 2 } }, { of: { n: 3 } }],
    ],
  };
  const found = (types: readonly string[]) => {
    const places: string[] = [];
    walk(
      tree,
      [{ field: 'list' }, 'each', { types }, { field: 'of' }],
      satisfies,
      (object, track) => places.push(`${track?.join('.')}=${object.n}`),
      [],
    );
    return places;
  };

  it('enters lists of lists, and knows where it is', () =>
    expect(found(['License', 'Slip'])).toEqual(['list.0.0.of=1', 'list.3.0.of=2', 'list.3.1.of=3']));
  it('goes on with the types it was told, an interface too', () =>
    expect(found(['Paper'])).toEqual(['list.0.0.of=1', 'list.3.1.of=3']));
});

describe('a representation', () => {
  const field = (name: string, of: Parameters<typeof representationOf>[1] = [], key = name) =>
    ({ kind: 'field', name, key, of }) as const;
  const of = (entity: Record<string, unknown>, ...requires: Parameters<typeof representationOf>[1]) =>
    representationOf(entity, [{ kind: 'on', type: 'Enterprise', of: requires }], satisfies);
  const entity = {
    __typename: 'Enterprise',
    uscc: 'U1',
    capital: { amount: '1', currency: 'CNY' },
    rate: null,
    other: 1,
  };

  it('holds what is required and no more', () =>
    expect(of(entity, field('__typename'), field('uscc'), field('capital', [field('amount')]), field('rate'))).toEqual({
      __typename: 'Enterprise',
      uscc: 'U1',
      capital: { amount: '1' },
      rate: null,
    }));
  it('cannot be made where something was never answered', () => {
    expect(of(entity, field('uscc'), field('absent'))).toBeUndefined();
    expect(of(entity, field('uscc'), field('capital', [field('absent')]))).toBeUndefined();
    expect(of(entity, field('constructor'))).toBeUndefined();
  });
  it('is not made of an entity of another type', () => {
    const requires = [{ kind: 'on', type: 'Case', of: [field('number')] }] as const;
    expect(representationOf(entity, requires, satisfies)).toBeUndefined();
  });
});

it('rewrites keys and values where types allow', () => {
  const value = {
    list: [
      { __typename: 'License', _a: 1, to: 'x' },
      { __typename: 'Slip', _a: 2 },
    ],
  };
  const path = [{ key: 'list' }, { types: ['Paper'] }];
  rewriteAll(
    value,
    [
      { kind: 'rename', path: [...path, { key: '_a' }], to: 'a' },
      { kind: 'set', path: [...path, { key: 'to' }], to: 'y' },
      { kind: 'rename', path: [{ key: 'absent' }], to: 'b' },
    ],
    satisfies,
  );
  expect(value).toEqual({
    list: [
      { __typename: 'License', a: 1, to: 'y' },
      { __typename: 'Slip', _a: 2 },
    ],
  });
});
