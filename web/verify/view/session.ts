/** What was dropped so far and what became of it. Under other wishes or another trust all of it is examined anew. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Item, itemsOf } from '../engine/dropped.ts';
import type { Engine } from '../engine/engine.ts';
import { readFiles } from '../engine/read-files.ts';
import type { Report, Setup } from '../engine/report.ts';

export interface Entry {
  readonly key: number;
  /** Absent for what was never read. */
  readonly item?: Item;
  readonly report: Report | undefined;
}

/** Kept on the page; of more the oldest go. */
const entriesMax = 500;

export interface Session {
  /** The newest drop first. */
  readonly entries: readonly Entry[];
  /** How many drops were taken in. */
  readonly drops: number;
  add(files: readonly File[]): Promise<void>;
  clear(): void;
}

/** @param setupNow A new one when wishes or trust have changed; the time of "now" is taken when it is called. */
export function useSession(engine: Engine, setupNow: () => Setup): Session {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [drops, setDrops] = useState(0);
  const keys = useRef(0);
  // Answers to what was asked under former wishes come too late.
  const generation = useRef(0);
  const current = useRef(entries);
  current.current = entries;

  const examine = useCallback(
    async (of: readonly Entry[], setup: Setup) => {
      const mine = generation.current;
      for (const { key, item } of of) {
        if (!item || generation.current !== mine) continue;
        const report = await engine.examine(item, setup);
        if (generation.current !== mine) return;
        setEntries(all => all.map(entry => (entry.key === key ? { ...entry, report } : entry)));
      }
    },
    [engine],
  );

  useEffect(() => {
    generation.current += 1;
    setEntries(all => all.map(entry => (entry.item ? { ...entry, report: undefined } : entry)));
    void examine(current.current, setupNow());
  }, [examine, setupNow]);

  const add = useCallback(
    async (files: readonly File[]) => {
      if (files.length === 0) return;
      const { dropped, refused } = await readFiles(files);
      const entry = (made: Omit<Entry, 'key'>): Entry => {
        keys.current += 1;
        return { key: keys.current, ...made };
      };
      const added = [
        ...itemsOf(dropped).map(item => entry({ item, report: undefined })),
        ...refused.map(report => entry({ report })),
      ];
      setEntries(all => [...added, ...all].slice(0, entriesMax));
      setDrops(count => count + 1);
      await examine(added, setupNow());
    },
    [examine, setupNow],
  );

  const clear = useCallback(() => {
    generation.current += 1;
    setEntries([]);
  }, []);

  return { entries, drops, add, clear };
}
