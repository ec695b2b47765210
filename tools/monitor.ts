/*
 * Watches a transparency log as anybody can, over HTTP alone:
 *
 *     npm run monitor -- http://127.0.0.1:4000 --state seen.checkpoint
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { SealEntry } from '../certs/log/entry.ts';
import { keysFor, NoKeys } from './monitor/keys.ts';
import { News } from './monitor/news.ts';
import { observe } from './monitor/observe.ts';
import { type Options, readOptions, USAGE, WrongUsage } from './monitor/options.ts';
import { NoAnswer, remoteLog } from './monitor/remote-log.ts';
import { type Keys, Misbehaved, type Seen } from './monitor/seen.ts';
import { BadState, readState, writeState } from './monitor/state.ts';

const MISBEHAVED = 1;
const NOT_WATCHED = 2;
const progressEveryMs = 200;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) console.log(USAGE);
else {
  try {
    await watch(readOptions(args, process.env));
  } catch (error) {
    process.exitCode = tell(error);
  }
}

async function watch(options: Options): Promise<void> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  const keys = await keysFor(options);
  let last = options.statePath === undefined ? undefined : readState(options.statePath, keys);
  for (;;) {
    last = await lookPatiently(options, keys, last);
    if (!options.follow) return;
    await delay(options.everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
    if (ending.signal.aborted) return;
  }
}

/** Who follows a log waits for it when it gives no answer. */
async function lookPatiently(options: Options, keys: Keys, last: Seen | undefined): Promise<Seen | undefined> {
  try {
    return await look(options, keys, last);
  } catch (error) {
    if (!options.follow || !(error instanceof NoAnswer)) throw error;
    console.error(error.message);
    return last;
  }
}

async function look({ url, entries, json, statePath }: Options, keys: Keys, last: Seen | undefined): Promise<Seen> {
  const news = new News();
  const progress = progressLine();
  const seen = await observe({
    log: remoteLog(url),
    keys,
    last,
    onEntry(index, entry) {
      news.add(entry);
      progress.tell(`${news.added} entries read`);
      if (entries) console.log(json ? JSON.stringify({ index, ...entry }) : entryLine(index, entry));
    },
  }).finally(progress.end);
  if (news.added > 0 || !last) console.log(json ? news.json(seen) : news.lines(seen));
  if (statePath !== undefined) writeState(statePath, seen);
  return seen;
}

function entryLine(index: number, entry: SealEntry | undefined): string {
  return entry ? `${index} ${entry.holder} ${entry.sealSha256}` : `${index} (no seal of ours)`;
}

/** On a terminal one line that changes; in a pipe nothing. */
function progressLine(): { tell(line: string): void; end(): void } {
  const { stderr } = process;
  let toldAtMs = performance.now();
  return {
    tell(line) {
      if (!stderr.isTTY || performance.now() - toldAtMs < progressEveryMs) return;
      toldAtMs = performance.now();
      stderr.write(`\r\x1b[K${line}`);
    },
    end: () => void (stderr.isTTY && stderr.write('\r\x1b[K')),
  };
}

/** @returns The exit status. */
function tell(error: unknown): number {
  if (error instanceof Misbehaved) {
    console.error([error.message, ...error.evidence.map(note => `\n${note.trimEnd()}`)].join('\n'));
    return MISBEHAVED;
  }
  const isSentence = [WrongUsage, NoKeys, NoAnswer, BadState].some(kind => error instanceof kind);
  console.error(isSentence ? (error as Error).message : error);
  return NOT_WATCHED;
}
