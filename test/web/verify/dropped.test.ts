import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dropped, type Item, itemsOf } from '../../../web/verify/engine/dropped.ts';
import { NOW, TAX_RECORD, type World, world } from '../../certs/fixture.ts';

let w: World;
let seal: Uint8Array;
beforeAll(() => {
  w = world();
  seal = w.party('tax').seal(TAX_RECORD, NOW);
});
afterAll(() => w.remove());

const file = (name: string, bytes: Uint8Array | string = name): Dropped => ({ name, bytes: Buffer.from(bytes) });
const names = (items: readonly Item[]) =>
  items.map(item =>
    item.kind === 'SEAL'
      ? ['SEAL', item.seal?.name, item.record?.name, item.proof?.name, item.disclosures?.name].filter(Boolean).join(' ')
      : `${item.kind} ${item.file.name}`,
  );

describe('what was dropped', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['by its name', ['a.pdf', 'b.ASICE', 'c.txt'], ['PDF a.pdf', 'BUNDLE b.ASICE', 'UNKNOWN c.txt']],
    [
      'of the same name up to the ending',
      ['a.json', 'b.p7s', 'a.p7s', 'b.json', 'b.tlog-proof', 'a.disclosures.json'],
      ['SEAL b.p7s b.json b.tlog-proof', 'SEAL a.p7s a.json a.disclosures.json'],
    ],
    [
      'as it lies in a bundle',
      ['record.json', 'seal.p7s', 'seal.tlog-proof', 'disclosures.json'],
      ['SEAL seal.p7s record.json seal.tlog-proof disclosures.json'],
    ],
    ['though it was saved twice', ['record (2).json', 'seal (2).p7s'], ['SEAL seal (2).p7s record (2).json']],
    [
      'though the record has a seal in each of two forms',
      ['record.json', 'seal.ses', 'seal.ses.tlog-proof', 'seal.p7s', 'seal.tlog-proof', 'disclosures.json'],
      [
        'SEAL seal.p7s record.json seal.tlog-proof disclosures.json',
        'SEAL seal.ses record.json seal.ses.tlog-proof disclosures.json',
      ],
    ],
    [
      'in the national form',
      ['a.ses', 'a.json', 'b.json', 'b.ses', 'b.ses.tlog-proof'],
      ['SEAL a.ses a.json', 'SEAL b.ses b.json b.ses.tlog-proof'],
    ],
    ['for want of anything else', ['x.p7s', 'y.json', 'z.tlog-proof'], ['SEAL x.p7s y.json z.tlog-proof']],
    ['and what is alone stays alone', ['record.json', 'b.tlog-proof'], ['SEAL record.json', 'SEAL b.tlog-proof']],
  ])('is put together %s', (_, dropped, items) => {
    expect(names(itemsOf(dropped.map(name => file(name))))).toEqual(items);
  });

  it('is put together by what is inside, when names do not tell', () => {
    const items = itemsOf([
      file('download', '%PDF-1.7'),
      file('download (1)', 'PK\u0003\u0004'),
      file('one.json', '{}'),
      file('two.json', TAX_RECORD),
      file('three.p7s', seal),
      file('four.p7s', 'no seal'),
    ]);
    expect(names(items)).toEqual([
      'PDF download',
      'BUNDLE download (1)',
      'SEAL three.p7s two.json',
      'SEAL four.p7s',
      'SEAL one.json',
    ]);
  });
});
