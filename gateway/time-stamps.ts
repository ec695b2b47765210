/**
 * Asks the time-stamp authority over HTTP (RFC 3161 section 3.4), and believes nothing that it says unchecked. An authority
 * that is away holds up nobody for long: what is sealed meanwhile is marked and completed later.
 *
 *     const timeStamps = openTimeStamps({ url: 'http://127.0.0.1:4021', trust, now: () => store.now(), tell });
 *     const [stamp] = await timeStamps.stamp([seal]);       // undefined while the authority is away
 */
import { hash, randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { compareBytes } from '../certs/der.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../certs/time-stamp.ts';
import { checkTimeStamp, type Trust } from '../certs/verify.ts';
import { createSparing, SPARING } from '../subgraphs/sparing.ts';
import { type BreakerState, createBreaker } from './window/breaker.ts';
import { bulkhead } from './window/bulkhead.ts';
import { gathered } from './window/gather.ts';
import { signatureValueOf } from './window/sealed-bytes.ts';
import type { Stamper, TimeStamp } from './window/stamping.ts';

export interface TimeStampsSettings {
  /** Of the authority. */
  readonly url: string;
  trust(): Trust;
  /** Milliseconds since 1970: the window's clock. */
  now(): number;
  /** Hears that the authority is away, and that it is back; not each time when that goes to and fro. */
  tell(sentence: string): void;
}

export interface TimeStamps extends Stamper {
  /** OPEN: nothing is asked for a while, because nobody has answered. */
  readonly circuit: BreakerState;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

/** Of one question, within the time for which a step waits to be stamped. */
const answerMaxMs = 800;
/** With one question at a time on each they carry some thousand a second; more would only wait for the same processor. */
const connectionsMax = 8;
/** Of one seal each; more could not be answered in the time that a step waits. */
const WAITING = { entriesPerCallMax: 1, entriesWaitingMax: 2_000, waitMaxMs: answerMaxMs } as const;
/**
 * What is sealed at the same time is stamped together and goes on together: cases that are at the same point stay so, and
 * the commits and the calls that follow carry many of them.
 */
const sealsTogetherMax = 200;
/** A token with its two certificates has 2 kB, with RSA keys 6 kB. */
const answerBytesMax = 32 * 1024;
/** A token to another question can't have the same. */
const nonceBytes = 8;
/** Of the authority and of the window. */
const clocksDifferMaxMs = 5 * 60_000;

const HEADERS = { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' };
const REPLY = /^application\/timestamp-reply\b/i;

/** Why there is no time stamp. */
class NoTimeStamp extends Error {
  override readonly name = 'NoTimeStamp';
  /** Whether the authority was not even asked. */
  readonly isUnasked: boolean;

  constructor(reason: string, { isUnasked = false, cause }: { isUnasked?: boolean; cause?: unknown } = {}) {
    super(reason, { cause });
    this.isUnasked = isUnasked;
  }
}

export function openTimeStamps({ url, trust, now, tell }: TimeStampsSettings): TimeStamps {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, {
    connections: connectionsMax,
    // A timer of ours bounds the whole exchange; undici's two would only cost more.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: answerMaxMs },
    allowH2: false,
  });
  const path = pathname + search;
  const breaker = createBreaker({
    nowMs: () => performance.now(),
    random: Math.random,
    isSilence: error => error instanceof NoTimeStamp,
    refusal: () => new NoTimeStamp('CIRCUIT_OPEN', { isUnasked: true }),
  });
  const stampOne = bulkhead(
    async ([signature]: readonly Uint8Array[]) => [await breaker.call(() => ask(signature as Uint8Array))],
    { ...WAITING, callsAtOnceMax: connectionsMax },
    () => new NoTimeStamp('BUSY', { isUnasked: true }),
  );
  const sparing = createSparing(SPARING, () => performance.now());
  let isAway = false;
  let isClosed = false;

  async function ask(signature: Uint8Array): Promise<TimeStamp> {
    const imprint = { sha256: hash('sha256', signature, 'buffer'), hasNull: false };
    const nonce = drawNonce();
    const token = tokenIn(await exchange(pool, path, writeTimeStampRequest({ imprint, nonce, certReq: true })));
    const at = now();
    const checked = checkTimeStamp({ token, signature, trust: trust(), at: new Date(at) });
    if (!checked.ok) throw new NoTimeStamp(checked.findings[0]?.code ?? 'INVALID');
    const { stampedAt, nonce: answered } = checked.value;
    // What was stamped for somebody else, or before, is no answer to this question.
    if (!answered || compareBytes(answered, nonce) !== 0) throw new NoTimeStamp('NONCE_DIFFERS');
    if (Math.abs(stampedAt.getTime() - at) > clocksDifferMaxMs) throw new NoTimeStamp('CLOCKS_DIFFER');
    return { token, at: stampedAt.getTime() };
  }

  function tellSparingly(sentence: string): void {
    if (sparing.tell(sentence) !== undefined) tell(sentence);
  }

  function heard(failure: NoTimeStamp | undefined): void {
    if (isClosed || failure?.isUnasked || isAway === (failure !== undefined)) return;
    isAway = failure !== undefined;
    const what = failure
      ? `no time stamps (${failure.message}): what is sealed is marked, and completed later`
      : 'time stamps again';
    tellSparingly(`${url} gives ${what}`);
  }

  /** Whatever goes wrong with one seal, others are stamped. */
  async function stampOrNone(seal: Uint8Array): Promise<TimeStamp | undefined> {
    try {
      const [stamp] = await stampOne([signatureValueOf(seal)]);
      heard(undefined);
      return stamp;
    } catch (error) {
      if (error instanceof NoTimeStamp) heard(error);
      else tellSparingly(`a seal can't be stamped: ${(error as Error).message}`);
      return undefined;
    }
  }

  return {
    get circuit() {
      return breaker.state;
    },
    stamp: gathered(seals => Promise.all(seals.map(stampOrNone)), sealsTogetherMax, 1),
    async close() {
      isClosed = true;
      await pool.destroy();
    },
  };
}

/** One question and its answer. @throws {NoTimeStamp} */
function exchange(pool: Pool, path: string, question: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let abort: (() => void) | undefined;
    let status = 0;
    let type = '';
    let bytes = 0;
    const parts: Buffer[] = [];
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(timer);
      reject(new NoTimeStamp(reason, { cause }));
      abort?.();
    };
    const timer = setTimeout(() => fail('TIMEOUT'), answerMaxMs);
    const body = Buffer.from(question.buffer, question.byteOffset, question.byteLength);
    pool.dispatch(
      { path, method: 'POST', headers: HEADERS, body },
      {
        onRequestStart(controller) {
          abort = () => controller.abort(new Error('given up'));
        },
        onResponseStart(_, statusCode, headers) {
          status = statusCode;
          type = String(headers['content-type']);
        },
        onResponseData(_, part) {
          bytes += part.length;
          if (bytes <= answerBytesMax) parts.push(part);
          else fail('TOO_LARGE');
        },
        onResponseEnd() {
          if (status !== 200 || !REPLY.test(type)) return fail(`HTTP_${status}`);
          clearTimeout(timer);
          resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, bytes));
        },
        onResponseError(_, cause) {
          fail((cause as { code?: string }).code ?? cause.name, cause);
        },
      },
    );
  });
}

/** As a positive whole number without leading zeros. */
function drawNonce(): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  if (nonce[0] === 0) nonce[0] = 1;
  return nonce;
}

/** @throws {NoTimeStamp} */
function tokenIn(answer: Uint8Array): Uint8Array {
  const response = readResponse(answer);
  if (!response.granted) throw new NoTimeStamp(`REFUSED_${response.failure}`);
  return response.token;
}

function readResponse(answer: Uint8Array): ReturnType<typeof readTimeStampResponse> {
  try {
    return readTimeStampResponse(answer);
  } catch (cause) {
    throw new NoTimeStamp('GARBAGE', { cause });
  }
}
