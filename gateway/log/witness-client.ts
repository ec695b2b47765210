import { Pool } from 'undici';
import { readSize, SIZE_TYPE } from '../../certs/log/add-checkpoint.ts';
import type { TlsIdentity } from '../router/subgraph.ts';

/** What a witness says of a checkpoint. */
export type WitnessReply =
  /** Signature lines, not checked yet. */
  | { readonly said: 'SIGNED'; readonly lines: string }
  /** It has signed another one last. */
  | { readonly said: 'SIZE'; readonly size: number }
  | { readonly said: 'REFUSED'; readonly status: number; readonly sentence: string };

/** A witness as the log reaches it. */
export interface WitnessClient {
  /** The holder's id, by which the trust list names its key. */
  readonly holder: string;
  /** @throws {Error} when it gives no answer. */
  ask(addCheckpoint: string): Promise<WitnessReply>;
  close(): Promise<void>;
}

/** Whoever is slower is asked again with the next checkpoint. */
const answerMaxMs = 3_000;
/** Signature lines are some hundred bytes. */
const answerBytesMax = 16 * 1024;

/** A department as a witness: over mutual TLS, under the name that its certificate must carry. */
export function remoteWitness(holder: string, url: string, tls: TlsIdentity): WitnessClient {
  const pool = new Pool(new URL(url).origin, {
    connections: 1,
    headersTimeout: answerMaxMs,
    bodyTimeout: answerMaxMs,
    connect: { timeout: answerMaxMs, ...tls },
  });
  return {
    holder,
    async ask(body) {
      const {
        statusCode,
        headers,
        body: answer,
      } = await pool.request({
        path: '/add-checkpoint',
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body,
        signal: AbortSignal.timeout(answerMaxMs),
      });
      const text = await textOf(answer);
      if (statusCode === 200) return { said: 'SIGNED', lines: text };
      const [type] = String(headers['content-type']).split(';');
      const size = statusCode === 409 && type === SIZE_TYPE ? readSize(text) : undefined;
      return size === undefined
        ? { said: 'REFUSED', status: statusCode, sentence: text.trim() }
        : { said: 'SIZE', size };
    },
    close: () => pool.close(),
  };
}

/** @throws {Error} when it is too long. */
async function textOf(answer: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    length += chunk.length;
    if (length > answerBytesMax) throw new Error(`an answer of a witness is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
