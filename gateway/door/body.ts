/**
 * A request's JSON, read within bounds. Two megabytes of `[[[[…` or `1,1,1,…` cost JSON.parse 20 ms and as much again
 * whoever looks at the outcome; so each piece is looked through as it comes, and where a bound is exceeded nothing more
 * is kept. Texts, such as the papers of an application, are skipped at the speed of memory.
 */
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { exceeded, type LimitCode } from '../router/limits.ts';
import { turnedAway } from './turned-away.ts';

/** An application with 200 founders and as many papers has some 20,000. */
const PLAIN_BYTES_MAX = 100_000;
/** Within texts: papers have none, a document some hundred. Each is looked for anew. */
const INNER_QUOTES_MAX = 10_000;
/** An application's founders are the fourth level of a request. */
const DEPTH_MAX = 32;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** @throws {GraphQLError} BODY_TOO_LARGE, BODY_MARKS_LIMIT, VALUE_DEPTH_LIMIT; BAD_REQUEST where it breaks off. */
export function readBody(body: Readable, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const scan = new Scan();
    let bytes = 0;
    const take = (piece: Buffer): void => {
      bytes += piece.length;
      try {
        if (bytes > bytesMax) throw beyond('BODY_TOO_LARGE', bytes, 'bytes', bytesMax);
        scan.take(piece);
        pieces.push(piece);
      } catch (error) {
        // The rest is let pass, so that the client, who still sends, hears the answer.
        body.off('data', take).resume();
        reject(error);
      }
    };
    body.on('data', take);
    body.once('end', () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)));
    // The client has gone, which is no defect of ours.
    body.once('error', () => reject(turnedAway('BAD_REQUEST', 'the body broke off')));
  });
}

/** @param body Read by {@link readBody}. @throws {GraphQLError} BODY_NOT_JSON */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw notJson('the body is not UTF-8');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Its own words quote the body.
    throw notJson(body.length === 0 ? 'the body is empty' : 'the body is not JSON');
  }
}

/** A text that came in one piece. @throws {GraphQLError} as {@link readBody} and {@link parseJson} do. */
export function readJson(text: string): unknown {
  const body = Buffer.from(text);
  new Scan().take(body);
  return parseJson(body);
}

/** Counts what stands outside of texts, and the quotation marks that they hold. What is no JSON is none later, too. */
class Scan {
  #plain = 0;
  #depth = 0;
  #innerQuotes = 0;
  #inText = false;
  /** Whether an odd number of backslashes ended the last piece, within a text. */
  #escapes = false;

  take(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) at = this.#inText ? this.#text(piece, at) : this.#outside(piece, at);
  }

  /** @returns Where it goes on. */
  #outside(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at++) {
      if (++this.#plain > PLAIN_BYTES_MAX) {
        throw beyond('BODY_MARKS_LIMIT', this.#plain, 'bytes outside of texts', PLAIN_BYTES_MAX);
      }
      const byte = piece[at];
      if (byte === QUOTE) {
        this.#inText = true;
        return at + 1;
      }
      if (byte === LIST_END || byte === OBJECT_END) this.#depth--;
      else if ((byte === LIST || byte === OBJECT) && ++this.#depth > DEPTH_MAX) {
        throw beyond('VALUE_DEPTH_LIMIT', this.#depth, 'levels of lists and objects', DEPTH_MAX);
      }
    }
    return piece.length;
  }

  #text(piece: Buffer, from: number): number {
    const quote = piece.indexOf(QUOTE, from);
    const end = quote === -1 ? piece.length : quote;
    let before = end;
    while (before > from && piece[before - 1] === BACKSLASH) before--;
    const isOdd = (end - before) % 2 === 1;
    const isEscaped = before === from ? isOdd !== this.#escapes : isOdd;
    this.#escapes = quote === -1 && isEscaped;
    if (quote === -1) return end;
    if (!isEscaped) this.#inText = false;
    else if (++this.#innerQuotes > INNER_QUOTES_MAX) {
      throw beyond('BODY_MARKS_LIMIT', this.#innerQuotes, 'quotation marks within texts', INNER_QUOTES_MAX);
    }
    return quote + 1;
  }
}

function beyond(code: LimitCode, found: number, what: string, limit: number): GraphQLError {
  const sentence = `The body has at least ${found} ${what}, more than the ${limit} allowed`;
  return exceeded(code, sentence, { limit, found, status: 413 });
}

const notJson = (sentence: string): GraphQLError => turnedAway('BODY_NOT_JSON', sentence);
