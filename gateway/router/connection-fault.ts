/** Says in words why a department could not be asked, from what Node, OpenSSL and undici say of it. */
import { DepartmentUnavailable } from './port.ts';

/** A connection takes a round trip or three: who has not answered by then is down, not slow. */
const CONNECT_TIMEOUT_MS = 5_000;

export const connectTimeoutMs = (timeoutMs: number): number => Math.min(CONNECT_TIMEOUT_MS, timeoutMs);

export interface Bounds {
  readonly department: string;
  /** Whether it is reached over TLS. */
  readonly secure: boolean;
  /** Until the whole answer is there; for a stream, until it begins. */
  readonly timeoutMs: number;
}

/** @param answering Whether it had begun to answer. */
export function connectionFault(
  { department, secure, timeoutMs }: Bounds,
  cause: Error,
  delivered: 'NO' | 'MAYBE',
  answering: boolean,
): DepartmentUnavailable {
  const code = 'code' in cause ? String(cause.code) : cause.name;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const withinMs = connectTimeoutMs(timeoutMs);
    return new DepartmentUnavailable(department, 'TIMEOUT', 'NO', `took no connection within ${withinMs} ms`, {
      cause,
    });
  }
  if (answering) {
    const sentence = `closed the connection in the middle of its answer (${code})`;
    return new DepartmentUnavailable(department, 'CONNECTION', 'MAYBE', sentence, { cause });
  }
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || CERTIFICATE_FAULTS.test(code)) {
    const sentence =
      delivered === 'NO' ? 'could not be trusted' : 'refused the TLS connection; does it know our certificate?';
    return new DepartmentUnavailable(department, 'TLS', delivered, `${sentence} (${code})`, { cause });
  }
  if (delivered === 'NO' && secure && HUNG_UP.has(code)) {
    const sentence = 'broke off the TLS handshake: it may refuse a missing or unknown client certificate';
    return new DepartmentUnavailable(department, 'TLS', 'NO', `${sentence} (${code})`, { cause });
  }
  if (delivered === 'NO') {
    return new DepartmentUnavailable(department, 'CONNECTION', 'NO', `cannot be reached (${code})`, { cause });
  }
  const words = secure
    ? 'closed the connection without an answer: it stopped, or it refuses a missing or unknown client certificate'
    : 'closed the connection without an answer';
  return new DepartmentUnavailable(department, 'CONNECTION', 'MAYBE', `${words} (${code})`, { cause });
}

const HUNG_UP = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** Codes of OpenSSL's certificate checks, as Node passes them on. */
const CERTIFICATE_FAULTS = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/;
