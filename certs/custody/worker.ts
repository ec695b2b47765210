/**
 * A key in a thread of its own: the process that talks with the world never holds it, and an RSA signature costs the
 * event loop nothing. When the thread dies, whatever waits for it is rejected, and the next signature starts another.
 *
 *     const signer = await openWorkerSigner({ keyPath: 'data/tax/keys/seal-key.pem', owner: 'the seal of tax' });
 */
import { Worker } from 'node:worker_threads';
import { compareBytes } from '../der.ts';
import type { Signer } from '../signer.ts';
import type { SuiteId } from '../suites.ts';
import { KeyAway, signsWaitingMax } from './key-away.ts';

export interface Wanted {
  /** PKCS#8 in PEM, not encrypted. */
  readonly keyPath: string;
  /** For errors only, such as `the seal of tax`. */
  readonly owner: string;
}

/** What the thread says first. */
export type Started = { readonly suite: SuiteId; readonly spki: Uint8Array } | { readonly refused: string };
export interface Asked {
  readonly id: number;
  readonly bytes: Uint8Array;
}
export interface Answer {
  readonly id: number;
  readonly signature: Uint8Array;
}

/** A thread that says nothing for this long has hung, and is ended: RSA takes milliseconds. */
const answerMaxMs = 10_000;

/** @throws {Error} in one sentence, without any part of the key. */
export async function openWorkerSigner(wanted: Wanted): Promise<Signer> {
  const { owner } = wanted;
  let running: Promise<Thread> | undefined;
  let closed = false;
  const forget = () => {
    running = undefined;
  };
  const first = await startThread(wanted, forget);
  const { suite, spki } = first;
  running = Promise.resolve(first);
  const restart = async (): Promise<Thread> => {
    const thread = await startThread(wanted, forget);
    if (compareBytes(thread.spki, spki) === 0) return thread;
    await thread.end();
    throw new KeyAway(`another key than before is in the place of ${owner}: open it anew`);
  };
  return {
    suite,
    spki,
    async sign(bytes) {
      if (closed) throw new KeyAway(`${owner} is closed`);
      // Of many who find the thread dead at once, the first starts the next.
      running ??= restart().catch(error => {
        forget();
        throw error;
      });
      return (await running).sign(bytes);
    },
    async close() {
      closed = true;
      await (await running)?.end();
    },
  };
}

interface Thread {
  readonly suite: SuiteId;
  readonly spki: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** What still waits is answered first. */
  end(): Promise<void>;
}

/** @param ended Told once, when the thread is no more. */
async function startThread(wanted: Wanted, ended: () => void): Promise<Thread> {
  const { owner } = wanted;
  const worker = new Worker(new URL('./worker-thread.ts', import.meta.url), {
    workerData: wanted,
    env: {},
    name: owner,
  });
  worker.unref();
  const calls = new Calls(owner, () => void worker.terminate());
  const started = await new Promise<Started>((said, died) => {
    worker.once('message', said);
    // What a thread dies of could quote what it read: it is not passed on.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      const why = new KeyAway(`the thread that keeps ${owner} has ended`);
      died(why);
      calls.fail(why);
      ended();
    });
  });
  if ('refused' in started) {
    await worker.terminate();
    throw new Error(started.refused);
  }
  worker.on('message', ({ id, signature }: Answer) => calls.answer(id, signature));
  return {
    ...started,
    sign: bytes => calls.begin(id => worker.postMessage({ id, bytes } satisfies Asked)),
    async end() {
      await calls.idle();
      await worker.terminate();
    },
  };
}

/** What a thread has been asked and has not answered. */
class Calls {
  readonly #owner: string;
  readonly #hung: () => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor(owner: string, hung: () => void) {
    this.#owner = owner;
    this.#hung = hung;
  }

  begin(send: (id: number) => void): Promise<Uint8Array> {
    if (this.#waiting.size >= signsWaitingMax)
      return Promise.reject(new KeyAway(`${signsWaitingMax} signatures wait for ${this.#owner} already`));
    this.#asked += 1;
    const call = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(this.#asked, call);
    this.#timer ??= setTimeout(this.#hung, answerMaxMs);
    send(this.#asked);
    return call.promise;
  }

  answer(id: number, signature: Uint8Array): void {
    this.#waiting.get(id)?.resolve(signature);
    this.#waiting.delete(id);
    this.#watch();
  }

  fail(why: KeyAway): void {
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
    this.#watch();
  }

  async idle(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>(idle => (this.#idle = idle));
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#waiting.size > 0 ? setTimeout(this.#hung, answerMaxMs) : undefined;
    if (this.#waiting.size === 0) this.#idle?.();
  }
}
