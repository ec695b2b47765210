/**
 * The page's side. What is hostile is examined in a worker, so that the page never hangs: one that takes too long is ended,
 * and another begins. The page is one file, and so is its worker: the same script, started again from its own text. Where
 * no worker starts, as some browsers have it for files from a disk, the page examines by itself.
 */
import type { Dropped, Item } from './dropped.ts';
import type { Answered, Asked } from './messages.ts';
import type { Report, Setup, TrustMaterial, TrustSummary } from './report.ts';
import { answered } from './serve.ts';

/** The largest bundle there may be takes some seconds on an old telephone. */
const examineMsMax = 60_000;
/** The text is at hand: a worker that is not there by then does not come. */
const startMsMax = 5_000;

export interface Engine {
  examine(item: Item, setup: Setup): Promise<Report>;
  summarize(trust: TrustMaterial): Promise<TrustSummary>;
}

type Question = Asked extends infer Each ? (Each extends Asked ? Omit<Each, 'number'> : never) : never;

/** @param script The text of the page's own script. */
export function openEngine(script: string): Engine {
  let worker: Promise<Worker | undefined> | undefined;
  let numbers = 0;
  // One after the other: a worker has one mind, and its time begins with the question.
  let before: Promise<unknown> = Promise.resolve();
  const ask = (question: Question): Promise<Answered | 'TOO_SLOW'> => {
    const mine = before.then(async () => {
      worker ??= startWorker(script);
      const there = await worker;
      numbers += 1;
      const asked = { ...question, number: numbers } as Asked;
      if (!there) return answered(asked);
      const said = await askWorker(there, asked);
      if (said !== 'TOO_SLOW') return said;
      there.terminate();
      worker = undefined;
      return said;
    });
    before = mine.catch(() => undefined);
    return mine;
  };
  return {
    async examine(item, setup) {
      const said = await ask({ task: 'EXAMINE', item, setup });
      if (said !== 'TOO_SLOW' && said.task === 'EXAMINE') return said.report;
      return { state: 'UNREADABLE', names: filesOf(item).map(({ name }) => name), reason: 'TOO_SLOW' };
    },
    async summarize(trust) {
      const said = await ask({ task: 'SUMMARIZE', trust });
      if (said !== 'TOO_SLOW' && said.task === 'SUMMARIZE') return said.summary;
      return { state: 'REFUSED', reason: 'TOO_SLOW' };
    },
  };
}

export const filesOf = (item: Item): readonly Dropped[] =>
  item.kind === 'SEAL'
    ? [item.seal, item.record, item.proof, item.disclosures].filter(file => file !== undefined)
    : [item.file];

/** @returns undefined when none starts. */
async function startWorker(script: string): Promise<Worker | undefined> {
  // Of a module a browser asks that it comes from where the page does, and a file on a disk comes from nowhere.
  const classic = ['"use strict";(()=>{', script, '\n})();'];
  const url = URL.createObjectURL(new Blob(classic, { type: 'text/javascript' }));
  try {
    const worker = new Worker(url);
    const isThere = await within(startMsMax, settle => {
      worker.addEventListener('message', () => settle(true), { once: true });
      worker.addEventListener('error', () => settle(false), { once: true });
    });
    if (isThere === true) return worker;
    worker.terminate();
    return undefined;
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function askWorker(worker: Worker, asked: Asked): Promise<Answered | 'TOO_SLOW'> {
  const listening = new AbortController();
  const said = await within<Answered>(examineMsMax, settle => {
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<Answered>) => {
        if (data.task !== 'READY' && data.number === asked.number) settle(data);
      },
      { signal: listening.signal },
    );
    worker.postMessage(asked);
  });
  listening.abort();
  return said ?? 'TOO_SLOW';
}

/** @returns undefined when the time is over. */
function within<T>(ms: number, begin: (settle: (value: T) => void) => void): Promise<T | undefined> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms, undefined);
    begin(value => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
