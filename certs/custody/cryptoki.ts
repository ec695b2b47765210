/**
 * The C functions of a token's library, PKCS#11 version 2.20 and later (OASIS PKCS #11 Cryptographic Token Interface), as
 * promises: each call runs on a thread of its own, since a token may think for long. Functions are taken from the list
 * that C_GetFunctionList gives, which is all that a library must export.
 *
 *     const cryptoki = await loadCryptoki('/usr/lib/softhsm/libsofthsm2.so');
 */
import { existsSync } from 'node:fs';
import type Koffi from 'koffi';
import type { LibraryHandle } from 'koffi';

/** Sessions, objects and slots are numbers of the library. */
export type Handle = bigint;

/** CK_ATTRIBUTE: what an object is, or has to be to be found. */
export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

export const CKA = {
  CLASS: 0x0,
  TOKEN: 0x1,
  PRIVATE: 0x2,
  LABEL: 0x3,
  VALUE: 0x11,
  KEY_TYPE: 0x100,
  ID: 0x102,
  SENSITIVE: 0x103,
  SIGN: 0x108,
  VERIFY: 0x10a,
  MODULUS: 0x120,
  MODULUS_BITS: 0x121,
  PUBLIC_EXPONENT: 0x122,
  PRIVATE_EXPONENT: 0x123,
  PRIME_1: 0x124,
  PRIME_2: 0x125,
  EXPONENT_1: 0x126,
  EXPONENT_2: 0x127,
  COEFFICIENT: 0x128,
  EXTRACTABLE: 0x162,
  EC_PARAMS: 0x180,
  EC_POINT: 0x181,
} as const;
export const CKO = { PUBLIC_KEY: 2, PRIVATE_KEY: 3 } as const;
export const CKK = { RSA: 0, EC: 3 } as const;
export const CKM = { RSA_PKCS_KEY_PAIR_GEN: 0x0, RSA_PKCS: 0x1, EC_KEY_PAIR_GEN: 0x1040, ECDSA: 0x1041 } as const;

/** CK_RV, those that something is done about. */
export const CKR = {
  GENERAL_ERROR: 0x5,
  FUNCTION_FAILED: 0x6,
  DEVICE_ERROR: 0x30,
  DEVICE_REMOVED: 0x32,
  KEY_HANDLE_INVALID: 0x60,
  OBJECT_HANDLE_INVALID: 0x82,
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_EXPIRED: 0xa3,
  PIN_LOCKED: 0xa4,
  SESSION_CLOSED: 0xb0,
  SESSION_HANDLE_INVALID: 0xb3,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  CRYPTOKI_NOT_INITIALIZED: 0x190,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;
const NAMES = new Map<number, string>(Object.entries(CKR).map(([name, code]) => [code, `CKR_${name}`]));

/** A function of the library refused. Its name and the code are all that is told. */
export class CryptokiError extends Error {
  override readonly name = 'CryptokiError';
  readonly code: number;

  constructor(called: string, code: number) {
    super(`C_${called} answered ${NAMES.get(code) ?? `0x${code.toString(16)}`}`);
    this.code = code;
  }
}

/** The beginning of CK_FUNCTION_LIST, in its order. */
const FUNCTIONS = [
  ...['Initialize', 'Finalize', 'GetInfo', 'GetFunctionList', 'GetSlotList', 'GetSlotInfo', 'GetTokenInfo'],
  ...['GetMechanismList', 'GetMechanismInfo', 'InitToken', 'InitPIN', 'SetPIN', 'OpenSession', 'CloseSession'],
  ...['CloseAllSessions', 'GetSessionInfo', 'GetOperationState', 'SetOperationState', 'Login', 'Logout'],
  ...['CreateObject', 'CopyObject', 'DestroyObject', 'GetObjectSize', 'GetAttributeValue', 'SetAttributeValue'],
  ...['FindObjectsInit', 'FindObjects', 'FindObjectsFinal', 'EncryptInit', 'Encrypt', 'EncryptUpdate', 'EncryptFinal'],
  ...['DecryptInit', 'Decrypt', 'DecryptUpdate', 'DecryptFinal', 'DigestInit', 'Digest', 'DigestUpdate', 'DigestKey'],
  ...['DigestFinal', 'SignInit', 'Sign', 'SignUpdate', 'SignFinal', 'SignRecoverInit', 'SignRecover', 'VerifyInit'],
  ...['Verify', 'VerifyUpdate', 'VerifyFinal', 'VerifyRecoverInit', 'VerifyRecover', 'DigestEncryptUpdate'],
  ...['DecryptDigestUpdate', 'SignEncryptUpdate', 'DecryptVerifyUpdate', 'GenerateKey', 'GenerateKeyPair'],
];

/** Of what is called here; `ulong` is CK_ULONG. */
const PARAMETERS = {
  Initialize: ['void *'],
  GetSlotList: ['uint8', 'void *', 'void *'],
  GetTokenInfo: ['ulong', 'void *'],
  OpenSession: ['ulong', 'ulong', 'void *', 'void *', 'void *'],
  CloseSession: ['ulong'],
  Login: ['ulong', 'ulong', 'void *', 'ulong'],
  CreateObject: ['ulong', 'void *', 'ulong', 'void *'],
  DestroyObject: ['ulong', 'ulong'],
  GetAttributeValue: ['ulong', 'ulong', 'void *', 'ulong'],
  FindObjectsInit: ['ulong', 'void *', 'ulong'],
  FindObjects: ['ulong', 'void *', 'ulong', 'void *'],
  FindObjectsFinal: ['ulong'],
  SignInit: ['ulong', 'void *', 'ulong'],
  Sign: ['ulong', 'void *', 'ulong', 'void *', 'void *'],
  GenerateKeyPair: ['ulong', 'void *', 'void *', 'ulong', 'void *', 'ulong', 'void *', 'void *'],
} as const;
type Called = keyof typeof PARAMETERS;
type Argument = number | bigint | Uint8Array | null;

const CKF_OS_LOCKING_OK = 2n;
const CKF_RW_SESSION = 2n;
const CKF_SERIAL_SESSION = 4n;
const CKU_USER = 1;
/** A machine has some tokens, and a template some tens of bytes; what is more is damage. */
const slotsMax = 256;
const attributeBytesMax = 8_192;
/** CK_TOKEN_INFO begins with the label of 32 bytes, padded with spaces; all of it has some 200 bytes. */
const labelBytes = 32;
const tokenInfoBytesMax = 512;
const pointerBytes = 8;

export interface Slot {
  readonly slot: Handle;
  /** The token's label. */
  readonly label: string;
}

export interface Cryptoki {
  /** Again and again without harm. */
  initialize(): Promise<void>;
  slots(): Promise<readonly Slot[]>;
  openSession(slot: Handle, access: 'read' | 'write'): Promise<Handle>;
  closeSession(session: Handle): Promise<void>;
  /** Of all sessions of this process with that token; again without harm. */
  login(session: Handle, pin: string): Promise<void>;
  /** The objects that have all these attributes, at most `max`. */
  find(session: Handle, template: readonly Attribute[], max: number): Promise<readonly Handle[]>;
  attribute(session: Handle, object: Handle, type: number): Promise<Buffer>;
  create(session: Handle, template: readonly Attribute[]): Promise<Handle>;
  destroy(session: Handle, object: Handle): Promise<void>;
  generateKeyPair(
    session: Handle,
    mechanism: number,
    publicKey: readonly Attribute[],
    privateKey: readonly Attribute[],
  ): Promise<{ readonly publicKey: Handle; readonly privateKey: Handle }>;
  sign(session: Handle, mechanism: number, key: Handle, bytes: Uint8Array, bytesMax: number): Promise<Buffer>;
}

/**
 * @param path Of the library; it stays loaded as long as the process lives.
 * @throws {Error} in one sentence that says what to install, when there is none.
 */
export async function loadCryptoki(path: string): Promise<Cryptoki> {
  if (!existsSync(path))
    throw new Error(
      `${path} is not there: a token is reached through its maker's library (SoftHSM's: apt-get install softhsm2)`,
    );
  const koffi = await loadKoffi();
  try {
    return bind(koffi, path);
  } catch (cause) {
    throw new Error(`${path} can't be loaded as a PKCS#11 library`, { cause });
  }
}

async function loadKoffi(): Promise<typeof Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (cause) {
    throw new Error('the optional package koffi, which calls a token, is not installed: npm install koffi', { cause });
  }
}

function bind(koffi: typeof Koffi, path: string): Cryptoki {
  const memory = memoryOf(koffi);
  const { ulong, readUlong, handles, triples } = memory;
  const call = caller(koffi, path, memory);
  const newHandle = async (work: (place: Uint8Array) => Promise<void>): Promise<Handle> => {
    const place = ulong(0n);
    await work(place);
    return readUlong(place);
  };
  return {
    async initialize() {
      // CK_C_INITIALIZE_ARGS: four functions for locks, which are left to the library; flags; a reserved pointer.
      const settings = Buffer.concat([Buffer.alloc(4 * pointerBytes), ulong(CKF_OS_LOCKING_OK), Buffer.alloc(8)]);
      await call('Initialize', [settings], [CKR.CRYPTOKI_ALREADY_INITIALIZED]);
    },
    async slots() {
      const count = ulong(BigInt(slotsMax));
      const list = handles(slotsMax);
      await call('GetSlotList', [1, list, count]);
      const found: Slot[] = [];
      for (const slot of readHandles(memory, list, count)) {
        const info = Buffer.alloc(tokenInfoBytesMax);
        await call('GetTokenInfo', [slot, info]);
        found.push({ slot, label: info.subarray(0, labelBytes).toString('utf8').trimEnd() });
      }
      return found;
    },
    openSession: (slot, access) =>
      newHandle(place => {
        const flags = CKF_SERIAL_SESSION | (access === 'write' ? CKF_RW_SESSION : 0n);
        return call('OpenSession', [slot, flags, null, null, place]);
      }),
    closeSession: session => call('CloseSession', [session]),
    async login(session, pin) {
      const bytes = Buffer.from(pin, 'utf8');
      await call('Login', [session, CKU_USER, bytes, bytes.length], [CKR.USER_ALREADY_LOGGED_IN]).finally(() =>
        bytes.fill(0),
      );
    },
    async find(session, template, max) {
      const [count, list] = [ulong(0n), handles(max)];
      await call('FindObjectsInit', [session, triples(template), template.length]);
      try {
        await call('FindObjects', [session, list, max, count]);
      } finally {
        await call('FindObjectsFinal', [session]);
      }
      return readHandles(memory, list, count);
    },
    async attribute(session, object, type) {
      const value = Buffer.alloc(attributeBytesMax);
      const place = triples([{ type, value }]);
      await call('GetAttributeValue', [session, object, place, 1]);
      const length = Number(readUlong(place.subarray(-memory.ulongBytes)));
      return value.subarray(0, length);
    },
    create: (session, template) =>
      newHandle(place => call('CreateObject', [session, triples(template), template.length, place])),
    destroy: (session, object) => call('DestroyObject', [session, object]),
    async generateKeyPair(session, mechanism, publicKey, privateKey) {
      const [ofPublic, ofPrivate] = [ulong(0n), ulong(0n)];
      const templates = [triples(publicKey), publicKey.length, triples(privateKey), privateKey.length];
      await call('GenerateKeyPair', [session, memory.mechanism(mechanism), ...templates, ofPublic, ofPrivate]);
      return { publicKey: readUlong(ofPublic), privateKey: readUlong(ofPrivate) };
    },
    async sign(session, mechanism, key, bytes, bytesMax) {
      const signature = Buffer.alloc(bytesMax);
      const length = ulong(BigInt(bytesMax));
      await call('SignInit', [session, memory.mechanism(mechanism), key]);
      await call('Sign', [session, bytes, bytes.length, signature, length]);
      return signature.subarray(0, Number(readUlong(length)));
    },
  };
}

/** What is loaded stays so: a library that nobody holds is taken out of memory, and its functions hold it not. */
const libraries = new Map<string, LibraryHandle>();

/** Calls a function of the library, and throws what it answers unless that is well. */
function caller(koffi: typeof Koffi, path: string, { ulong, readUlong }: Memory) {
  const place = ulong(0n);
  const library = libraries.get(path) ?? koffi.load(path);
  libraries.set(path, library);
  const listed = library.func('C_GetFunctionList', 'ulong', ['void *']);
  const answer = Number(listed(place));
  if (answer !== 0) throw new CryptokiError('GetFunctionList', answer);
  const list = readUlong(place);
  // CK_VERSION, two bytes, comes first; only Windows packs what follows it.
  const first = process.platform === 'win32' ? 2 : pointerBytes;
  const functions = Object.entries(PARAMETERS).map(([name, parameters]) => {
    const pointer: unknown = koffi.decode(list, first + FUNCTIONS.indexOf(name) * pointerBytes, 'void *');
    return [name, koffi.decode(pointer, koffi.proto(null, 'ulong', [...parameters]))] as const;
  });
  const byName = Object.fromEntries(functions) as Record<Called, { async(...given: unknown[]): void }>;
  // The library writes into the buffers of a call from another thread: until it is over nobody may collect them.
  const underWay = new Set<readonly Argument[]>();
  /** @param well Answers that are as good as none. */
  return (called: Called, given: readonly Argument[], well: readonly number[] = []): Promise<void> => {
    underWay.add(given);
    return new Promise<void>((done, failed) => {
      byName[called].async(...given, (error: Error | null, result: number | bigint) => {
        const code = Number(result);
        if (error) failed(error);
        else if (code === 0 || well.includes(code)) done();
        else failed(new CryptokiError(called, code));
      });
    }).finally(() => underWay.delete(given));
  };
}

interface Memory {
  readonly ulongBytes: number;
  ulong(value: bigint): Buffer;
  readUlong(at: Uint8Array): bigint;
  handles(count: number): Buffer;
  /** An array of CK_ATTRIBUTE. Type, pointer and length have no gaps between them on any platform. */
  triples(attributes: readonly Attribute[]): Buffer;
  /** A CK_MECHANISM without parameters. */
  mechanism(type: number): Buffer;
}

function memoryOf(koffi: typeof Koffi): Memory {
  const ulongBytes = koffi.sizeof('ulong');
  const ulong = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes.subarray(0, ulongBytes);
  };
  const pointer = (to: Uint8Array | undefined): Buffer => {
    const bytes = Buffer.alloc(pointerBytes);
    bytes.writeBigUInt64LE(to && to.length > 0 ? koffi.address(to) : 0n);
    return bytes;
  };
  // A pointer keeps nothing alive: what an array of attributes points to lives as long as the array.
  const pointedTo = new WeakMap<Buffer, readonly Attribute[]>();
  return {
    ulongBytes,
    ulong,
    readUlong(at) {
      const bytes = Buffer.alloc(8);
      bytes.set(at.subarray(0, ulongBytes));
      return bytes.readBigUInt64LE();
    },
    handles: count => Buffer.alloc(count * ulongBytes),
    triples(attributes) {
      const array = Buffer.concat(
        attributes.flatMap(({ type, value }) => [ulong(BigInt(type)), pointer(value), ulong(BigInt(value.length))]),
      );
      pointedTo.set(array, attributes);
      return array;
    },
    mechanism: type => Buffer.concat([ulong(BigInt(type)), pointer(undefined), ulong(0n)]),
  };
}

function readHandles({ ulongBytes, readUlong }: Memory, list: Buffer, count: Uint8Array): readonly Handle[] {
  return Array.from({ length: Number(readUlong(count)) }, (_, i) => readUlong(list.subarray(i * ulongBytes)));
}
