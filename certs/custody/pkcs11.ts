/**
 * A key that never leaves its token (PKCS#11): a smart card, a hardware module, or SoftHSM. The token signs on threads of
 * its own; when it was away, its session is opened anew at the next signature.
 *
 *     const signer = await openTokenSigner({ module, token: 'tax', pin, object: '5f…', spki, owner: 'the seal of tax' });
 */
import { createPublicKey, hash, randomBytes } from 'node:crypto';
import { octetString, sequence } from '../der.ts';
import { isLowS, negateS, writeSignature } from '../ecdsa.ts';
import { suiteOfKeyObject, verifyingKeyOf } from '../key.ts';
import type { Signer } from '../signer.ts';
import { SHA256_NULL, SUITES } from '../suites.ts';
import { CKM, type Handle } from './cryptoki.ts';
import { KeyAway } from './key-away.ts';
import {
  closeQuietly,
  isAway,
  openTokenSession,
  PinRefused,
  privateKeyIn,
  type TokenPlace,
  type TokenSession,
} from './token.ts';
import { mustBeOfToken, type TokenSuite } from './token-suites.ts';
import { Turns } from './turns.ts';

export interface TokenKey extends TokenPlace {
  /** CKA_ID, hexadecimal. */
  readonly object: string;
  /** DER of the public key that its certificate holds: the token must have the private one to it. */
  readonly spki: Uint8Array;
  /** For errors only, such as `the seal of tax`. */
  readonly owner: string;
}

/** One session does one thing at a time; a network module of some milliseconds per signature needs several. */
const sessionsMax = 4;
/** Waiting for a session included: a token that hangs must not hang whoever asked. */
const signMaxMs = 10_000;

interface KeySession extends TokenSession {
  readonly key: Handle;
}

/** @throws {Error} in one sentence, without any part of the PIN, unless the token holds the key and signs with it. */
export async function openTokenSigner(wanted: TokenKey): Promise<Signer> {
  const publicKey = createPublicKey({ key: Buffer.from(wanted.spki), format: 'der', type: 'spki' });
  const suite = suiteOfKeyObject(publicKey);
  if (!suite) throw new Error(`the certificate of ${wanted.owner} is over no key of our suites`);
  mustBeOfToken(suite);
  const sessions = new Sessions(wanted);
  const sign = (bytes: Uint8Array): Promise<Uint8Array> => sessions.use(session => SIGN[suite](session, bytes));
  const trial = randomBytes(32);
  if (!SUITES[suite].verify(verifyingKeyOf(publicKey), trial, await sign(trial))) {
    await sessions.close();
    throw new Error(`the key in the token "${wanted.token}" is not the one in the certificate of ${wanted.owner}`);
  }
  return { suite, spki: wanted.spki, sign, close: () => sessions.close() };
}

const scalarBytes = 32;
const modulusBytes = 384;
/** `DigestInfo`, RFC 8017 section 9.2, up to the digest: CKM_RSA_PKCS pads and signs what it is given. */
const digestInfo = (digest: Uint8Array): Uint8Array => sequence(SHA256_NULL, octetString(digest));

const SIGN: Readonly<Record<TokenSuite, (session: KeySession, bytes: Uint8Array) => Promise<Uint8Array>>> = {
  async ES256({ cryptoki, session, key }, bytes) {
    const raw = await cryptoki.sign(session, CKM.ECDSA, key, hash('sha256', bytes, 'buffer'), 2 * scalarBytes);
    if (raw.length !== 2 * scalarBytes) throw new KeyAway('the token answered with what is no signature of P-256');
    const pair = { r: raw.subarray(0, scalarBytes), s: raw.subarray(scalarBytes) };
    return writeSignature(isLowS(pair) ? pair : negateS(pair));
  },
  RSA3072: async ({ cryptoki, session, key }, bytes) =>
    cryptoki.sign(session, CKM.RSA_PKCS, key, digestInfo(hash('sha256', bytes, 'buffer')), modulusBytes),
};

/** Opened as they are needed, up to {@link sessionsMax}, and opened anew when the token was away. */
class Sessions {
  readonly #wanted: TokenKey;
  readonly #turns = new Turns(sessionsMax);
  readonly #idle: KeySession[] = [];
  #refused: PinRefused | undefined;
  #closed = false;

  constructor(wanted: TokenKey) {
    this.#wanted = wanted;
  }

  async use(work: (session: KeySession) => Promise<Uint8Array>): Promise<Uint8Array> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(this.#away(`has not answered for ${signMaxMs / 1000} s`)), signMaxMs);
    try {
      return await Promise.race([this.#turns.take(() => this.#attempt(work)), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #attempt(work: (session: KeySession) => Promise<Uint8Array>): Promise<Uint8Array> {
    if (this.#closed) throw new KeyAway(`${this.#wanted.owner} is closed`);
    const before = this.#idle.pop();
    try {
      return await this.#with(before ?? (await this.#open()), work);
    } catch (error) {
      if (!isAway(error)) throw error;
    }
    // Whatever else was opened before the token went is of no use either.
    await Promise.all(this.#idle.splice(0).map(closeQuietly));
    try {
      return await this.#with(await this.#open(), work);
    } catch (error) {
      throw isAway(error) ? this.#away(`can't be used (${(error as Error).message})`) : error;
    }
  }

  async #with(session: KeySession, work: (session: KeySession) => Promise<Uint8Array>): Promise<Uint8Array> {
    try {
      const done = await work(session);
      if (this.#closed) await closeQuietly(session);
      else this.#idle.push(session);
      return done;
    } catch (error) {
      await closeQuietly(session);
      throw error;
    }
  }

  async #open(): Promise<KeySession> {
    if (this.#refused) throw this.#refused;
    try {
      const opened = await openTokenSession(this.#wanted);
      return { ...opened, key: await privateKeyIn(opened, this.#wanted.object) };
    } catch (error) {
      if (error instanceof PinRefused) this.#refused = error;
      throw error;
    }
  }

  #away(how: string): KeyAway {
    return new KeyAway(`the token "${this.#wanted.token}" ${how}`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turns.over();
    await Promise.all(this.#idle.splice(0).map(closeQuietly));
  }
}
