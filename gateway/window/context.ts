import DataLoader from 'dataloader';
import type { LedgerEntry } from '../../certs/ledger-chain.ts';
import type { Caller } from '../../subgraphs/caller.ts';
import type { Window } from './window.ts';

/** What the window's resolvers are given with each request. */
export interface WindowContext {
  readonly window: Window;
  /** Null for one that nobody knows, who sees what is open to all. */
  readonly caller: Caller | null;
  /** The ledger of a case; of all cases that are asked for in one turn, in one query. */
  ledger(number: string): Promise<readonly LedgerEntry[]>;
}

export function windowContext(window: Window, caller: Caller | null): WindowContext {
  // It keeps nothing: a stream shows the same case again when it has changed.
  const ledgers = new DataLoader(
    async (numbers: readonly string[]) => {
      const found = await window.ledgers([...new Set(numbers)]);
      return numbers.map(number => found.get(number) ?? []);
    },
    { cache: false },
  );
  return { window, caller, ledger: number => ledgers.load(number) };
}
