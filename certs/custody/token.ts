/** A session with a token, and the keys in it. */
import { type Attribute, CKA, CKO, CKR, type Cryptoki, CryptokiError, type Handle, loadCryptoki } from './cryptoki.ts';
import { KeyAway } from './key-away.ts';

export interface TokenPlace {
  /** Path of its maker's library. */
  readonly module: string;
  /** The token's label. */
  readonly token: string;
  /** Asked for whenever a session is opened, and kept nowhere. */
  readonly pin: () => string;
}

export interface TokenSession {
  readonly cryptoki: Cryptoki;
  readonly session: Handle;
}

/** The token refused the PIN. A token locks itself after some wrong ones, so nobody tries a second time by himself. */
export class PinRefused extends Error {
  override readonly name = 'PinRefused';
}

/** A library is loaded once: it knows one login per process and token. */
const loaded = new Map<string, Promise<Cryptoki>>();

/** @throws {KeyAway} where the token is not there; {@link PinRefused}; {Error} where there is no library. */
export async function openTokenSession(
  { module, token, pin }: TokenPlace,
  access: 'read' | 'write' = 'read',
): Promise<TokenSession> {
  const cryptoki = await libraryAt(module);
  await cryptoki.initialize();
  const [found, ...more] = (await cryptoki.slots()).filter(({ label }) => label === token);
  if (!found) throw new KeyAway(`the token "${token}" is not there`);
  if (more.length > 0) throw new Error(`there is more than one token "${token}": give them labels of their own`);
  const session = await cryptoki.openSession(found.slot, access);
  try {
    await cryptoki.login(session, pin());
  } catch (error) {
    await closeQuietly({ cryptoki, session });
    throw isPinFault(error) ? new PinRefused(`the token "${token}" refuses the PIN (${error.message})`) : error;
  }
  return { cryptoki, session };
}

function libraryAt(module: string): Promise<Cryptoki> {
  const known = loaded.get(module);
  if (known) return known;
  const loading = loadCryptoki(module);
  loaded.set(module, loading);
  loading.catch(() => loaded.delete(module));
  return loading;
}

const PIN_FAULTS: ReadonlySet<number> = new Set([
  CKR.PIN_INCORRECT,
  CKR.PIN_INVALID,
  CKR.PIN_LEN_RANGE,
  CKR.PIN_EXPIRED,
  CKR.PIN_LOCKED,
]);
const isPinFault = (error: unknown): error is CryptokiError =>
  error instanceof CryptokiError && PIN_FAULTS.has(error.code);

const AWAY: ReadonlySet<number> = new Set([
  CKR.GENERAL_ERROR,
  CKR.FUNCTION_FAILED,
  CKR.DEVICE_ERROR,
  CKR.DEVICE_REMOVED,
  CKR.KEY_HANDLE_INVALID,
  CKR.OBJECT_HANDLE_INVALID,
  CKR.SESSION_CLOSED,
  CKR.SESSION_HANDLE_INVALID,
  CKR.TOKEN_NOT_PRESENT,
  CKR.TOKEN_NOT_RECOGNIZED,
  CKR.USER_NOT_LOGGED_IN,
  CKR.CRYPTOKI_NOT_INITIALIZED,
]);

/** Whether a new session may succeed where this one failed. */
export const isAway = (error: unknown): boolean => error instanceof CryptokiError && AWAY.has(error.code);

/** Of a session that is given up, whatever became of it. */
export async function closeQuietly({ cryptoki, session }: TokenSession): Promise<void> {
  await cryptoki.closeSession(session).catch(() => undefined);
}

export const idAttribute = (object: string): Attribute => ({ type: CKA.ID, value: Buffer.from(object, 'hex') });

/** @param object CKA_ID, hexadecimal. @throws {KeyAway} when no private key, or more than one, has this id. */
export async function privateKeyIn({ cryptoki, session }: TokenSession, object: string): Promise<Handle> {
  const template = [ulongAttribute(CKA.CLASS, CKO.PRIVATE_KEY), idAttribute(object)];
  const [key, ...more] = await cryptoki.find(session, template, 2);
  if (key === undefined || more.length > 0)
    throw new KeyAway(`the token holds ${key === undefined ? 'no key' : 'more than one key'} with the id ${object}`);
  return key;
}

/** CK_ULONG has as many bytes as a pointer, but for Windows. */
export function ulongAttribute(type: number, number: number): Attribute {
  const value = Buffer.alloc(process.platform === 'win32' ? 4 : 8);
  value.writeUInt32LE(number);
  return { type, value };
}

export const booleanAttribute = (type: number, is: boolean): Attribute => ({ type, value: Buffer.of(is ? 1 : 0) });
