import { hash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  readTimeStampResponse,
  readTimeStampToken,
  type TimeStampRequest,
  type TimeStampToken,
  writeTimeStampRequest,
} from '../../certs/time-stamp.ts';
import { openOwnAuthority } from '../../time-stamp/keys.ts';
import { serveTimeStamps } from '../../time-stamp/server.ts';
import { NOW, world } from '../certs/fixture.ts';
import { type RunningTimeStamps, runTimeStamps } from '../fixtures/time-stamp-authority.ts';
import { until } from '../fixtures/until.ts';

const w = world();
const STAMPED = new Date('2025-06-30T09:10:11.250Z');
let authority: RunningTimeStamps;
beforeAll(async () => {
  authority = await runTimeStamps(w.dir, () => STAMPED);
});
afterAll(async () => {
  await authority.close();
  w.remove();
});

const QUERY = 'application/timestamp-query';
const questionOf = (changes: Partial<TimeStampRequest> = {}, what = 'a seal'): Uint8Array =>
  writeTimeStampRequest({
    imprint: { sha256: hash('sha256', what, 'buffer'), hasNull: false },
    certReq: true,
    ...changes,
  });

const post = (body: Uint8Array | string, headers: Record<string, string> = { 'content-type': QUERY }, path = '/') =>
  fetch(`${authority.url}${path}`, { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> });

async function answered(body: Uint8Array): ReturnType<typeof read> {
  return read(await post(body));
}
async function read(reply: Response) {
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/timestamp-reply']);
  return readTimeStampResponse(new Uint8Array(await reply.arrayBuffer()));
}
async function token(body: Uint8Array): Promise<TimeStampToken> {
  const response = await answered(body);
  if (!response.granted) throw new Error(response.text);
  return readTimeStampToken(response.token);
}

describe('the time-stamp authority over HTTP', () => {
  it('stamps what it is asked, at its time, under its policy, with the nonce of the question', async () => {
    const nonce = Buffer.from('7fedcba987654321', 'hex');
    const { info, certificates } = await token(questionOf({ nonce, policy: '2.999.3161.1' }));
    expect({ ...info, nonce: Buffer.from(info.nonce!) }).toMatchObject({
      policy: '2.999.3161.1',
      genTime: STAMPED,
      nonce,
    });
    expect(Buffer.from(info.imprint.sha256)).toEqual(hash('sha256', 'a seal', 'buffer'));
    expect(certificates).toHaveLength(2);
    expect((await token(questionOf({ certReq: false }))).certificates).toEqual([]);
  });

  it.each<[string, Uint8Array, string]>([
    ['garbage', Buffer.from('garbage'), 'badDataFormat'],
    ['nothing at all', new Uint8Array(0), 'badDataFormat'],
    ['a question with a byte too much', Buffer.concat([questionOf(), Uint8Array.of(0)]), 'badDataFormat'],
    ['another policy', questionOf({ policy: '1.2.3.4' }), 'unacceptedPolicy'],
  ])('answers %s with a refusal, which is an answer', async (_, body, failure) => {
    expect(await answered(body)).toMatchObject({ granted: false, failure });
  });

  it('gives a thousand who ask at once as many serial numbers, and each its own digest', async () => {
    const count = 1_000;
    const tokens = await Promise.all(Array.from({ length: count }, (_, at) => token(questionOf({}, `seal ${at}`))));
    const serials = tokens.map(({ info }) => Buffer.from(info.serial).toString('hex'));
    expect(new Set(serials).size).toBe(count);
    for (const [at, { info }] of tokens.entries())
      expect(Buffer.from(info.imprint.sha256)).toEqual(hash('sha256', `seal ${at}`, 'buffer'));
  });

  it.each<[string, () => Promise<Response>, number, string]>([
    ['another media type', () => post('{}', { 'content-type': 'application/json' }), 415, `is sent as ${QUERY}`],
    ['no media type', () => post(questionOf(), {}), 415, `is sent as ${QUERY}`],
    ['a question of 4,097 bytes', () => post(new Uint8Array(4_097)), 413, 'at most 4096 bytes'],
    ['another path', () => post(questionOf(), undefined, '/tsa'), 404, 'questions go to /'],
    ['a question by PUT', () => fetch(authority.url, { method: 'PUT', body: 'x' }), 405, 'only GET, HEAD and POST'],
    ['DELETE', () => fetch(authority.url, { method: 'DELETE' }), 405, 'only GET, HEAD and POST'],
  ])('refuses %s in a sentence', async (_, send, status, sentence) => {
    const reply = await send();
    expect([reply.status, await reply.text()]).toEqual([status, expect.stringContaining(sentence)]);
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD, POST' : null);
  });

  it('takes a question of 4,096 bytes for one', async () => {
    expect(await answered(new Uint8Array(4_096))).toMatchObject({ granted: false, failure: 'badDataFormat' });
  });

  it('tells who looks in what it is, and that it lives', async () => {
    const about = await fetch(authority.url);
    expect([about.status, await about.text()]).toEqual([200, expect.stringContaining('openssl ts -query')]);
    expect(await (await fetch(`${authority.url}/health/live`)).json()).toEqual({ live: true });
  });

  it('is away when it is stopped, and on the same port when it is started again', async () => {
    await authority.stop();
    await expect(post(questionOf())).rejects.toThrow('fetch failed');
    await authority.start();
    expect(await answered(questionOf())).toMatchObject({ granted: true });
  });
});

describe('a time-stamp authority that is held up', () => {
  /** Of a question of sixty bytes. */
  const HEAD_OF_60 = `POST / HTTP/1.1\r\nHost: tsa\r\nContent-Type: ${QUERY}\r\nContent-Length: 60\r\n\r\n`;
  const report = (defect: Error): void => {
    throw defect;
  };
  const ask = (url: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': QUERY },
      body: questionOf() as Uint8Array<ArrayBuffer>,
    });

  it('gives up a question that has begun and does not come to its end, within some ten seconds', async () => {
    const socket = connect(Number(new URL(authority.url).port), '127.0.0.1');
    socket.write(`${HEAD_OF_60}and no more`);
    const pieces: Buffer[] = await socket.toArray();
    expect(Buffer.concat(pieces).toString()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('gives up, when it stops, a question that has begun and does not come to its end', async () => {
    const held = await runTimeStamps(w.dir);
    const socket = connect(Number(new URL(held.url).port), '127.0.0.1').on('error', () => undefined);
    await new Promise(sent => socket.write(HEAD_OF_60, sent));
    // The head has arrived before this question, which is answered.
    await fetch(`${held.url}/health/live`);
    const closed = new Promise(resolve => socket.once('close', resolve));
    await held.close();
    await closed;
  });

  /** An authority that answers when it is let go. */
  async function held() {
    const { authority: real, close } = await openOwnAuthority(`${w.dir}/tsa/keys`);
    const waiting: (() => void)[] = [];
    const slow = {
      answer: async (request: Uint8Array, at: Date) => {
        await new Promise<void>(resolve => waiting.push(resolve));
        return real.answer(request, at);
      },
    };
    const server = await serveTimeStamps({ host: '127.0.0.1', port: 0, authority: slow, now: () => NOW, report });
    const stop = async (): Promise<void> => {
      await server.close();
      await close();
    };
    const letGo = (): void => {
      for (const go of waiting) go();
    };
    return { url: server.url, waiting, letGo, stop };
  }

  it('answers what it was asked before it stops, and refuses what is more than its bound', async () => {
    const { url, waiting, letGo, stop } = await held();
    const asked = Array.from({ length: 1_024 }, () => ask(url));
    await until(
      () => waiting.length === 1_024,
      () => `1,024 questions wait, ${waiting.length} do`,
    );
    const tooMany = await ask(url);
    expect([tooMany.status, tooMany.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await tooMany.text()).toContain('too many ask at once');
    const stopped = stop();
    letGo();
    const replies = await Promise.all(asked);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    await stopped;
  });

  it('closes a connection on which nothing was asked when it stops, and waits for what it still has to answer', async () => {
    const { url, waiting, letGo, stop } = await held();
    const unused = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise(resolve => unused.once('connect', resolve));
    const asked = ask(url);
    await until(() => waiting.length === 1);
    const closed = new Promise(resolve => unused.once('close', resolve));
    const stopped = stop();
    await closed;
    letGo();
    const { status, headers } = await asked;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await stopped;
  });

  it('asks to be asked again while its key is away, and tells of other defects nothing but that they are noted', async () => {
    const defects: Error[] = [];
    const failing = { answer: (): Promise<Uint8Array> => Promise.reject(failure) };
    let failure = Object.assign(new Error('the token was taken out'), { name: 'KeyAway' });
    const server = await serveTimeStamps({
      host: '127.0.0.1',
      port: 0,
      authority: failing,
      report: defect => defects.push(defect),
    });
    const told = async (): Promise<[number, string]> => {
      const reply = await ask(server.url);
      return [reply.status, await reply.text()];
    };
    expect(await told()).toEqual([503, 'the key of this authority is away: ask again\n']);
    failure = new Error('secret');
    expect(await told()).toEqual([500, 'something went wrong here; it has been noted\n']);
    expect(defects.map(({ message }) => message)).toEqual(['the token was taken out', 'secret']);
    await server.close();
  });
});
