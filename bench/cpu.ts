import { readdirSync, readFileSync } from 'node:fs';

/**
 * A clock of the CPU time that a process has used so far, user and system, all its threads, in milliseconds. Linux only:
 * the scheduler's own count, because the one in `stat` ticks every 10 ms, which is more than a case takes.
 *
 * The count of a thread that ends goes with it; the clock keeps what it had seen of it, so that it never runs back.
 */
export function cpuClock(pid: number): () => number {
  const nsOf = new Map<string, number>();
  return () => {
    for (const thread of readdirSync(`/proc/${pid}/task`))
      nsOf.set(thread, threadNs(pid, thread) ?? nsOf.get(thread) ?? 0);
    return [...nsOf.values()].reduce((sum, ns) => sum + ns, 0) / 1e6;
  };
}

/** Undefined for a thread that has ended between the two looks. */
function threadNs(pid: number, thread: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
  } catch {
    return undefined;
  }
}

/** Memory that a process holds, in megabytes of 10^6 bytes. */
export function rssMbOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kibibytes) * 1_024) / 1e6;
}
