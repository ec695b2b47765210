import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** Where the time of a process went, by its own CPU profiler. */
export interface Profile {
  readonly sampledMs: number;
  /** The heaviest first. */
  readonly spots: readonly Spot[];
}

export interface Spot {
  /** Function, file and line. */
  readonly where: string;
  /** In the function itself, without what it calls. */
  readonly selfMs: number;
}

const spotsMax = 25;
const samplingIntervalUs = 200;
/** Waiting for something to do, and the profiler's own beginning. */
const NO_WORK = /^\((idle|root)\)$|node:inspector/;

/** Samples what this process does until the returned function is called. */
export async function startProfile(): Promise<() => Promise<Profile>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return aggregated(profile);
  };
}

type Sampled = Awaited<ReturnType<typeof stopped>>['profile'];
const stopped = (session: Session) => session.post('Profiler.stop');

function aggregated({ nodes, samples = [], timeDeltas = [] }: Sampled): Profile {
  const callers = new Map(nodes.flatMap(({ children = [], callFrame }) => children.map(child => [child, callFrame])));
  const whereOf = new Map(nodes.map(({ id, callFrame }) => [id, whereIs(callFrame, callers.get(id))]));
  const selfUs = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const where = whereOf.get(id) ?? '';
    if (!NO_WORK.test(where)) selfUs.set(where, (selfUs.get(where) ?? 0) + (timeDeltas[at] ?? 0));
  }
  const spots = Array.from(selfUs, ([where, us]) => ({ where, selfMs: us / 1_000 })).sort(
    (a, b) => b.selfMs - a.selfMs,
  );
  const sampledMs = spots.reduce((sum, { selfMs }) => sum + selfMs, 0);
  return { sampledMs, spots: spots.slice(0, spotsMax) };
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is not JavaScript often has no name; then its caller says what it is. */
function whereIs({ functionName, url, lineNumber }: CallFrame, caller?: CallFrame): string {
  if (url === '') return functionName || `native code under ${caller ? whereIs(caller) : '(root)'}`;
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return `${functionName || '(anonymous)'} ${file.replace(root, '')}:${lineNumber + 1}`;
}

/** A table, one line each: share of the time, then where. */
export const linesOf = ({ sampledMs, spots }: Profile): readonly string[] =>
  spots.map(({ where, selfMs }) => `${((selfMs / sampledMs) * 100).toFixed(1).padStart(6)} %  ${where}`);
