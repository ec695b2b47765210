/**
 * SM2 as OpenSSL computes it, reached through koffi: the EVP functions that Node's own OpenSSL exports. node:crypto has no SM2:
 * with a key of this curve it signs plain ECDSA, or with an empty id, and takes what it has signed. Here OpenSSL is given e as
 * sm/sm2.ts defines it, so that no id is to be set, and Z is computed once for a key.
 *
 * koffi is optional. Whatever OpenSSL has allocated is freed when whoever holds a key closes it.
 */
import { createRequire } from 'node:module';
import type Koffi from 'koffi';
import { signatureBytesMax } from '../../sm/sm2.ts';

/** A key in OpenSSL's memory. */
export interface NativeKey {
  /** @param e The digest of sm/sm2.ts. @returns DER. @throws {Error} without any part of the key. */
  sign(e: Uint8Array): Uint8Array;
  /** The same on a thread of libuv's. */
  signElsewhere(e: Uint8Array): Promise<Uint8Array>;
  /** @param signature DER that sm/sm2.ts has read. */
  verify(e: Uint8Array, signature: Uint8Array): boolean;
  /** Once. What is being signed is signed to its end. */
  close(): void;
}

export interface Libcrypto {
  /** @param pkcs8 DER; the caller clears it. @throws {Error} without any part of the key. */
  privateKey(pkcs8: Uint8Array): NativeKey;
  /** @param spki DER. @throws {Error} */
  publicKey(spki: Uint8Array): NativeKey;
  /** Of keys and contexts that lie in OpenSSL's memory because of this module. */
  readonly allocated: number;
}

let loaded: { readonly library: Libcrypto | undefined } | undefined;

/** @returns undefined without koffi, or where OpenSSL can't be reached through it. */
export function libcrypto(): Libcrypto | undefined {
  loaded ??= { library: load() };
  return loaded.library;
}

function load(): Libcrypto | undefined {
  try {
    return bind(createRequire(import.meta.url)('koffi') as typeof Koffi);
  } catch {
    return undefined;
  }
}

/** What OpenSSL's functions return when all is well. */
const OK = 1;
/** An address in OpenSSL's memory; 0 is none. */
type Pointer = bigint;
interface Called<Result> {
  (...given: readonly unknown[]): Result;
  async(...given: readonly unknown[]): void;
}

function bind(koffi: typeof Koffi): Libcrypto {
  const node = koffi.load(null);
  const returning =
    <Result>(type: string) =>
    (name: string, ...parameters: readonly string[]) =>
      node.func(name, type, [...parameters]) as Called<Result>;
  const [number, pointer, nothing] = [returning<number>('int'), returning<Pointer>('void *'), returning<void>('void')];
  const readPrivate = pointer('d2i_AutoPrivateKey', 'void *', 'void *', 'long');
  const readPublic = pointer('d2i_PUBKEY', 'void *', 'void *', 'long');
  const isA = number('EVP_PKEY_is_a', 'void *', 'str');
  const freeKey = nothing('EVP_PKEY_free', 'void *');
  const newContext = pointer('EVP_PKEY_CTX_new', 'void *', 'void *');
  const freeContext = nothing('EVP_PKEY_CTX_free', 'void *');
  const beginSigning = number('EVP_PKEY_sign_init', 'void *');
  const sign = number('EVP_PKEY_sign', 'void *', 'void *', 'void *', 'void *', 'size_t');
  const beginVerifying = number('EVP_PKEY_verify_init', 'void *');
  const verify = number('EVP_PKEY_verify', 'void *', 'void *', 'size_t', 'void *', 'size_t');
  const clearErrors = nothing('ERR_clear_error');

  let allocated = 0;
  const kept = (made: Pointer, what: string): Pointer => {
    if (!made) throw failure(what);
    allocated += 1;
    return made;
  };
  const free = (how: Called<void>, what: Pointer): void => {
    how(what);
    allocated -= 1;
  };
  /** What OpenSSL has noted of it would be found by the next who asks, in another matter. */
  const failure = (what: string): Error => {
    clearErrors();
    return new Error(`OpenSSL can't ${what}`);
  };

  const readKey = (read: Called<Pointer>, der: Uint8Array): Pointer => {
    const place = Buffer.alloc(8);
    place.writeBigUInt64LE(koffi.address(der));
    const key = kept(read(null, place, der.length), 'read the key');
    // Of another type a key of this curve would sign plain ECDSA.
    if (isA(key, 'SM2') === OK) return key;
    free(freeKey, key);
    throw failure('read the key as one of SM2');
  };

  /** Some 1 µs beside the 400 of a signature; a context keeps its key by itself. */
  const begun = (key: Pointer, begin: Called<number>): Pointer => {
    const context = kept(newContext(key, null), 'begin with the key');
    if (begin(context) === OK) return context;
    free(freeContext, context);
    throw failure('begin with the key');
  };

  return {
    privateKey: pkcs8 => keyAt(readKey(readPrivate, pkcs8)),
    publicKey: spki => keyAt(readKey(readPublic, spki)),
    get allocated() {
      return allocated;
    },
  };

  function keyAt(key: Pointer): NativeKey {
    return {
      sign(e) {
        const context = begun(key, beginSigning);
        const room = roomFor();
        const answer = sign(context, room.signature, room.length, e, e.length);
        free(freeContext, context);
        if (answer !== OK) throw failure('sign');
        return room.signed();
      },
      async signElsewhere(e) {
        const context = begun(key, beginSigning);
        const room = roomFor();
        try {
          await new Promise<void>((signed, failed) => {
            sign.async(context, room.signature, room.length, e, e.length, (fault: Error | null, answer: number) => {
              if (fault || answer !== OK) failed(new Error("OpenSSL can't sign"));
              else signed();
            });
          });
          return room.signed();
        } finally {
          free(freeContext, context);
        }
      },
      verify(e, signature) {
        const context = begun(key, beginVerifying);
        const holds = verify(context, signature, signature.length, e, e.length) === OK;
        free(freeContext, context);
        if (!holds) clearErrors();
        return holds;
      },
      close: () => free(freeKey, key),
    };
  }

  /** Where OpenSSL writes a signature and how long it is; whoever waits for a thread of libuv's holds on to it meanwhile. */
  function roomFor() {
    const signature = Buffer.alloc(signatureBytesMax);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(signatureBytesMax));
    return { signature, length, signed: () => signature.subarray(0, Number(length.readBigUInt64LE())) };
  }
}
