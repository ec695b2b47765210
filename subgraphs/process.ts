/**
 * How every server process of this product begins and ends: failures to start are one sentence and exit status 1;
 * SIGTERM, SIGINT and the end of a parent process close it within a bound.
 */

/** What is still open after this long is given up: an operator waits for a restart. */
const shutdownMaxMs = 10_000;

/** A failure that the operator can mend; its message is the whole explanation. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

export async function runServer(start: () => Promise<{ close(): Promise<void> }>): Promise<void> {
  let closing = false;
  let server: { close(): Promise<void> } | undefined;
  const stop = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(1), shutdownMaxMs).unref();
    try {
      await server?.close();
    } catch (error) {
      console.error(`Closing failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      process.exit(1);
    }
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  try {
    server = await start();
    process.send?.({ ready: true });
  } catch (error) {
    console.error(sentenceOf(error));
    process.exit(1);
  }
}

/** Errors whose message is a sentence for the operator. */
const SENTENCES: ReadonlySet<string> = new Set(['CannotStart', 'WrongSetting', 'RegisterUnavailable']);

/** What to tell an operator of a failure to start. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address, path } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${address} is taken by another program: end it or choose another port.`;
  if (code === 'EADDRNOTAVAIL')
    return `The address ${address} does not belong to this machine: set HOST to one that does.`;
  if (code === 'EACCES' && port) return `Port ${port} may not be opened by this user: choose one above 1023.`;
  if (path && (code === 'ENOTDIR' || code === 'EEXIST')) return `${path} can't be made: a file is in the way.`;
  if (path && (code === 'EACCES' || code === 'EPERM' || code === 'EROFS'))
    return `${path} can't be written by this user.`;
  if (code === 'ENOSPC') return 'The disk is full.';
  return SENTENCES.has(error.name) ? error.message : `Could not start: ${error.stack ?? error.message}`;
}
