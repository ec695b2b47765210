import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../certs/cms.ts';
import { readTimeStampRequest, readTimeStampToken, writeTimeStampResponse } from '../../certs/time-stamp.ts';
import { openTimeStamps, type TimeStamps } from '../../gateway/time-stamps.ts';
import { failuresToOpen } from '../../gateway/window/breaker.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { digest, world } from '../certs/fixture.ts';
import { freePorts } from '../fixtures/ports.ts';
import { authorityOf } from '../fixtures/stampers.ts';
import { until } from '../fixtures/until.ts';

const keys = world(sealHolders(), new Date(Date.now() - 60_000));
const strangers = world(sealHolders(), new Date(Date.now() - 60_000));
const authority = authorityOf(keys.dir);
const REPLY = { 'content-type': 'application/timestamp-reply' };
const business = keys.party('business');
const seal = (): Uint8Array => business.seal(Buffer.from('{"a":1}'), new Date());
afterAll(() => {
  keys.remove();
  strangers.remove();
});

/** What becomes of a question; by default the authority answers it. */
type Manner = (question: Buffer, reply: ServerResponse, request: IncomingMessage) => unknown;
const honest: Manner = async (question, reply) =>
  reply.writeHead(200, REPLY).end(await authority.answer(question, new Date()));

let server: Server;
let manner: Manner;
let asked: number;
let connections: number;
let timeStamps: TimeStamps;
let told: string[];

beforeEach(async () => {
  [manner, asked, connections, told] = [honest, 0, 0, []];
  server = createServer(async (request, reply) => {
    asked += 1;
    const question = Buffer.concat(await request.toArray());
    await manner(question, reply, request);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>(begun => server.listen(0, '127.0.0.1', () => begun()));
  timeStamps = opened();
});
afterEach(async () => {
  await timeStamps.close();
  server.closeAllConnections();
  server.close();
});

const opened = (settings: Partial<Parameters<typeof openTimeStamps>[0]> = {}): TimeStamps =>
  openTimeStamps({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    trust: () => keys.trust,
    now: () => Date.now(),
    tell: sentence => told.push(sentence.replace(/^http\S+ /, '')),
    ...settings,
  });

describe('a time stamp', () => {
  it('is asked for as RFC 3161 has it, and is of the seal that it was asked for', async () => {
    const requests: { readonly question: Buffer; readonly request: IncomingMessage }[] = [];
    manner = (question, reply, request) => {
      requests.push({ question, request });
      return honest(question, reply, request);
    };
    const one = seal();
    const [stamp] = await timeStamps.stamp([one]);
    const [{ question, request }] = requests as [(typeof requests)[number]];
    expect(request).toMatchObject({ method: 'POST', url: '/tsa' });
    expect(request.headers).toMatchObject({ 'content-type': 'application/timestamp-query' });
    const read = readTimeStampRequest(question);
    expect(read).toMatchObject({ ok: true, request: { certReq: true } });
    const { info } = readTimeStampToken(stamp!.token);
    expect(Buffer.from(info.imprint.sha256)).toEqual(Buffer.from(digest(signatureOf(one))));
    expect(info.genTime.getTime()).toBe(stamp!.at);
    expect(Math.abs(stamp!.at - Date.now())).toBeLessThan(10_000);
  });

  it('is asked for with another nonce each time', async () => {
    const nonces = new Set<string>();
    manner = (question, reply, request) => {
      const read = readTimeStampRequest(question);
      if (read.ok) nonces.add(Buffer.from(read.request.nonce ?? []).toString('hex'));
      return honest(question, reply, request);
    };
    const one = seal();
    await timeStamps.stamp([one, one, one]);
    expect(nonces.size).toBe(3);
  });

  it('comes in the place of its seal, a hundred of them over a few connections', async () => {
    const seals = Array.from({ length: 100 }, seal);
    const stamps = await timeStamps.stamp(seals);
    expect(stamps.filter(stamp => stamp !== undefined)).toHaveLength(100);
    for (const [at, stamp] of stamps.entries()) {
      const { imprint } = readTimeStampToken(stamp!.token).info;
      expect(Buffer.compare(imprint.sha256, digest(signatureOf(seals[at] as Uint8Array)))).toBe(0);
    }
    expect(connections).toBeLessThanOrEqual(8);
  });

  it('is not had for what is no seal, and others have theirs', async () => {
    const stamps = await timeStamps.stamp([seal(), Buffer.from('no seal'), seal()]);
    expect(stamps.map(stamp => stamp !== undefined)).toEqual([true, false, true]);
    expect(told).toEqual([expect.stringContaining("can't be stamped")]);
  });

  it('is not waited for after what could not be asked in time', async () => {
    manner = () => undefined;
    const stamps = await timeStamps.stamp(Array.from({ length: 2_500 }, seal));
    expect(stamps.every(stamp => stamp === undefined)).toBe(true);
    expect(asked).toBeLessThan(20);
  });
});

describe('what is no time stamp of the seal', () => {
  const other = seal();
  const garbage = Buffer.from('3003020100', 'hex');
  const of = (answer: (question: Buffer) => Promise<Uint8Array> | Uint8Array, headers: object = REPLY): Manner => {
    return async (question, reply) => reply.writeHead(200, { ...headers }).end(await answer(question));
  };
  /** Another's question, answered by the true authority. */
  const kept = async (): Promise<Buffer> => {
    let answer = Buffer.alloc(0);
    manner = async (question, reply) => {
      answer = Buffer.from(await authority.answer(question, new Date()));
      reply.writeHead(200, REPLY).end(answer);
    };
    await timeStamps.stamp([other]);
    return answer;
  };

  it.each<readonly [string, () => Promise<Manner> | Manner, string]>([
    ['a page of HTML', () => of(() => Buffer.from('<html>'), { 'content-type': 'text/html' }), 'HTTP_200'],
    ['garbage of the right type', () => of(() => Buffer.from('garbage')), 'GARBAGE'],
    [
      'an answer with garbage for a token',
      () => of(() => writeTimeStampResponse({ granted: true, token: garbage })),
      '',
    ],
    [
      'a refusal',
      () => of(() => writeTimeStampResponse({ granted: false, failure: 'unacceptedPolicy', text: 'no' })),
      'REFUSED_unacceptedPolicy',
    ],
    ['a server’s fault', () => (_, reply) => reply.writeHead(503).end(), 'HTTP_503'],
    ['a token of another seal', async () => (answer => of(() => answer))(await kept()), 'TIME_STAMP_IMPRINT_DIFFERS'],
    [
      'a token of another authority',
      () => of(question => authorityOf(strangers.dir).answer(question, new Date())),
      'ISSUER_ABSENT',
    ],
    [
      'a token of an authority whose clock is behind',
      () => of(question => authority.answer(question, new Date(Date.now() - 3_000_000))),
      '',
    ],
    [
      'a token of an authority whose clock is ahead',
      () => of(question => authority.answer(question, new Date(Date.now() + 3_000_000))),
      'TIME_STAMP_IN_FUTURE',
    ],
    [
      'a token whose signature was changed',
      () =>
        of(async question =>
          (bytes => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1))(await authority.answer(question, new Date())),
        ),
      'SIGNATURE_WRONG',
    ],
    ['more than any answer holds', () => of(() => Buffer.alloc(100_000)), 'TOO_LARGE'],
    [
      'an answer that breaks off',
      () => (_, reply) => reply.writeHead(200, { ...REPLY, 'content-length': 9 }).write('x', () => reply.destroy()),
      '',
    ],
  ])('is not believed: %s', async (_, how, reason) => {
    manner = await how();
    told.length = 0;
    expect(await timeStamps.stamp([seal()])).toEqual([undefined]);
    expect(told).toEqual([expect.stringMatching(`^gives no time stamps \\(${reason}`)]);
  });

  it('is not believed: the answer to a question that was asked before', async () => {
    const one = seal();
    let first: Uint8Array | undefined;
    manner = async (question, reply) => {
      first ??= await authority.answer(question, new Date());
      reply.writeHead(200, REPLY).end(first);
    };
    expect((await timeStamps.stamp([one]))[0]).toBeDefined();
    expect(await timeStamps.stamp([one])).toEqual([undefined]);
    expect(told).toEqual([expect.stringContaining('(NONCE_DIFFERS)')]);
  });

  it('does not keep others from theirs', async () => {
    let nth = 0;
    manner = (question, reply, request) =>
      ++nth === 2 ? reply.writeHead(500).end() : honest(question, reply, request);
    const stamps = await timeStamps.stamp([seal(), seal(), seal()]);
    expect(stamps.filter(stamp => stamp === undefined)).toHaveLength(1);
  });
});

describe('an authority that is away', () => {
  it('is told of once, and once that it is back', async () => {
    const [port] = (await freePorts(1)) as [number];
    const away = opened({ url: `http://127.0.0.1:${port}` });
    try {
      for (let nth = 0; nth < 3; nth++) expect(await away.stamp([seal(), seal()])).toEqual([undefined, undefined]);
      expect(told).toEqual(['gives no time stamps (ECONNREFUSED): what is sealed is marked, and completed later']);
      await new Promise<void>(begun => server.close(() => begun()));
      await new Promise<void>(begun => server.listen(port, '127.0.0.1', () => begun()));
      await until(async () => (await away.stamp([seal()]))[0] !== undefined);
      expect(told.slice(1)).toEqual(['gives time stamps again']);
    } finally {
      await away.close();
    }
  });

  it('holds up only those that found it away: afterwards nobody asks, until one has tried', async () => {
    manner = () => undefined;
    const began = performance.now();
    await timeStamps.stamp(Array.from({ length: failuresToOpen }, seal));
    const tookMs = performance.now() - began;
    expect(timeStamps.circuit).toBe('OPEN');
    expect(tookMs).toBeGreaterThan(700);
    const before = asked;
    expect(await timeStamps.stamp([seal(), seal(), seal()])).toEqual([undefined, undefined, undefined]);
    expect(asked).toBe(before);
    manner = honest;
    await until(async () => (await timeStamps.stamp([seal()]))[0] !== undefined);
    expect(timeStamps.circuit).toBe('CLOSED');
    expect(told).toHaveLength(2);
  });

  it('is given up with all that is under way when the gateway stops, and nothing is told of it', async () => {
    manner = () => undefined;
    const waiting = timeStamps.stamp([seal(), seal()]);
    await until(() => asked > 0);
    await timeStamps.close();
    expect(await waiting).toEqual([undefined, undefined]);
    expect(told).toEqual([]);
  });
});
