import { request } from 'undici';
import { noteBytesMax } from '../../certs/log/note.ts';
import { type Tile, tilePath } from '../../certs/log/tiles.ts';

/** The log gives no answer, or none that is one: nothing is known of it, good or bad. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** A log as it is reached over HTTP. */
export interface RemoteLog {
  /** @throws {NoAnswer} */
  checkpoint(): Promise<Uint8Array>;
  /** @throws {NoAnswer} */
  tile(tile: Tile): Promise<Uint8Array>;
}

const answerMaxMs = 20_000;
/** 256 entries of the greatest length. */
const tileBytesMax = 256 * (2 + 0xffff);

export const remoteLog = (url: string): RemoteLog => ({
  checkpoint: () => fetched(`${url}/checkpoint`, noteBytesMax),
  tile: tile => fetched(`${url}/${tilePath(tile)}`, tileBytesMax),
});

/** @throws {NoAnswer} */
export async function fetched(url: string, bytesMax: number): Promise<Uint8Array> {
  try {
    const { statusCode, body } = await request(url, {
      headers: { 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(answerMaxMs),
    });
    const bytes = await whole(body, bytesMax);
    if (statusCode !== 200) throw new NoAnswer(`${url} answers ${statusCode}.`);
    if (!bytes) throw new NoAnswer(`${url} answers more than ${bytesMax} bytes.`);
    return bytes;
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new NoAnswer(`${url} gives no answer (${code ?? message}).`);
  }
}

async function whole(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
