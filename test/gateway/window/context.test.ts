import { describe, expect, it } from '@jest/globals';
import { type LedgerEntry, NO_LEDGER } from '../../../certs/ledger-chain.ts';
import { windowContext } from '../../../gateway/window/context.ts';
import { nextEntry } from '../../../gateway/window/ledger.ts';
import type { Window } from '../../../gateway/window/window.ts';

const entryOf = (number: string): LedgerEntry => nextEntry(number, NO_LEDGER, 0, []);

describe('the ledgers that a request shows', () => {
  it('are read together, each once, and anew when they are asked for later', async () => {
    const reads: (readonly string[])[] = [];
    const ledgers: Window['ledgers'] = async numbers => {
      reads.push(numbers);
      return new Map(numbers.filter(number => number !== 'gone').map(number => [number, [entryOf(number)]]));
    };
    const context = windowContext({ ledgers } as Window, { subject: 'clerk', role: 'CLERK', region: null });
    const asked = ['a', 'b', 'a', 'gone'];
    expect(await Promise.all(asked.map(context.ledger))).toEqual([[entryOf('a')], [entryOf('b')], [entryOf('a')], []]);
    expect(reads).toEqual([['a', 'b', 'gone']]);
    await context.ledger('a');
    expect(reads).toEqual([['a', 'b', 'gone'], ['a']]);
  });
});
