/**
 * What an operator reads of a server: JSON lines on standard error, one for each thing that happened. (Standard output
 * belongs to what a person asked for: a case number, an address.)
 *
 *     {"level":"info","time":"2026-03-02T08:00:00.000Z","service":"gateway","requestId":"…","route":"/graphql",…}
 *
 * A line says who it is about by a request id, a case number or a department, never by a person: no variable, no document,
 * no body, no path with an id in it, no token. Texts that others have worded go through {@link masked}.
 */
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { masked } from './masked.ts';
import { createSparing, SPARING } from './sparing.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Log = Logger;

export interface LogSettings {
  /** Whose lines they are: `gateway`, or a department. */
  readonly service: string;
  readonly level: LogLevel;
  /** Standard error where absent. */
  readonly to?: DestinationStream | undefined;
}

/** Who reads the log has stopped reading: lines beyond this are lost, rather than the memory. */
const unreadBytesMax = 8 * 1024 * 1024;
/** One write for each line was a fifth of what the gateway does for a small read. */
const writtenAtOnceBytes = 8 * 1024;
/** How long a line may wait for others: no longer than a reader notices. */
const unwrittenMaxMs = 100;
const messageCharactersMax = 2_000;
const stackCharactersMax = 8_000;

let standardError: DestinationStream | undefined;

/** Written beside the work, not in its way; the rest is written when the process exits. */
const openStandardError = (): DestinationStream =>
  destination({
    fd: 2,
    sync: false,
    maxLength: unreadBytesMax,
    minLength: writtenAtOnceBytes,
    periodicFlush: unwrittenMaxMs,
  });

export function openLog({ service, level, to }: LogSettings): Log {
  if (!to) standardError ??= openStandardError();
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      // Fastify's own lines would hold addresses, which are the keys to papers.
      serializers: { err: shownDefect, req: () => undefined, res: () => undefined },
      hooks: {
        logMethod(values, write) {
          const shown = values.map(value => (typeof value === 'string' ? masked(value, messageCharactersMax) : value));
          write.apply(this, shown as typeof values);
        },
      },
    },
    to ?? standardError,
  );
}

/** Of an error what helps to mend it. Further properties, such as a database's `detail`, may hold whole rows. */
function shownDefect(error: unknown): Readonly<Record<string, unknown>> {
  if (!isErrorLike(error)) return { message: masked(String(error), messageCharactersMax) };
  const { name, message, stack, cause, code } = error;
  return {
    type: name,
    ...(typeof code === 'string' && { code: masked(code, 100) }),
    message: masked(message, messageCharactersMax),
    ...(stack !== undefined && { stack: masked(stack, stackCharactersMax) }),
    ...(isErrorLike(cause) && { cause: masked(cause.message, messageCharactersMax) }),
  };
}

const isErrorLike = (value: unknown): value is Error & { readonly code?: unknown } =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';

/** Told of a defect, and of the request that met it where one is known. */
export type Report = (defect: Error, requestId?: string) => void;

/** Writes defects down, each kind of them sparingly. */
export function reporting(log: Log): Report {
  const sparing = createSparing(SPARING, () => performance.now());
  return (defect, requestId) => {
    const untold = sparing.tell(`${defect.name} ${defect.message}`);
    if (untold !== undefined) {
      log.error({ ...(requestId && { requestId }), ...(untold > 0 && { untold }), err: defect }, 'defect');
    }
  };
}
