import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whatever stands in a log line must not be able to end it, forge another, or fill the disk. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** By which one request is found in the logs of the gateway and of every department: the client's own, else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}
