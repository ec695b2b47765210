/** Signatures judged by WebCrypto, and by ourselves where there is none (pure.ts) or it does not know the key. */
import { rawSignature } from './ecdsa.ts';
import type { KeyKind } from './keys.ts';
import { answerPure } from './pure.ts';
import type { Answer } from './questions.ts';

/** No browser knows SM2. */
type KnownKind = Exclude<KeyKind, 'SM2'>;

/** What it imports a key as, and verifies with. */
const ALGORITHMS: Readonly<Record<KnownKind, { readonly name: string; readonly [parameter: string]: string }>> = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
};

export type Subtle = typeof crypto.subtle;
type Key = Awaited<ReturnType<Subtle['importKey']>>;

/** Keys are imported once; a file names some ten, a hostile one as many as it likes. */
const keysMax = 1_000;

/** @param subtle undefined where the page is in no secure context: a browser has no WebCrypto for it. */
export function webCryptoAnswer(subtle: Subtle | undefined): Answer {
  if (!subtle) return async question => answerPure(question);
  const keys = new Map<string, Promise<Key | undefined>>();
  const keyOf = (kind: KnownKind, spki: Uint8Array): Promise<Key | undefined> => {
    const id = String.fromCharCode(...spki);
    let key = keys.get(id);
    if (!key) {
      // A browser that lacks Ed25519, or lengths of RSA, says so here.
      key = subtle.importKey('spki', copied(spki), ALGORITHMS[kind], false, ['verify']).catch(() => undefined);
      if (keys.size >= keysMax) keys.clear();
      keys.set(id, key);
    }
    return key;
  };
  return async question => {
    const {
      key: { kind, spki },
      bytes,
      signature,
    } = question;
    if (kind === 'SM2') return answerPure(question);
    const key = await keyOf(kind, spki);
    if (!key) return answerPure(question);
    const raw = kind === 'ES256' ? rawSignature(signature) : signature;
    return raw !== undefined && subtle.verify(ALGORITHMS[kind], key, copied(raw), copied(bytes));
  };
}

/** A view of a shared file is taken by no library without a second thought: each question is handed over as its own. */
const copied = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
