/**
 * Where the signing key of a holder is kept, and which certificate is over it: `custody.json` in its folder of keys. That
 * one file is what changes when a key is renewed or moved: key and certificate are there before it names them, so that no
 * moment has the one without the other. A folder without it has `seal-key.pem` and `seal-chain.pem`.
 */
import { isAbsolute, join } from 'node:path';
import { PRIVATE, readIfThere, replace } from '../publish.ts';

/** The key that seals, or the one that stamps the time. */
export type KeyName = 'seal' | 'tsa';

/** What opens a container or a token: read when needed, from a file or a variable of the environment, and kept nowhere. */
export type Secret = { readonly file: string } | { readonly variable: string };

/** Names of files are of files in the same folder. */
export type Kept =
  /** PKCS#8 in PEM, read by the process that seals. */
  | { readonly kind: 'file'; readonly key: string; readonly chain: string }
  /** The same, but read by a thread that does nothing else. */
  | { readonly kind: 'worker'; readonly key: string; readonly chain: string }
  | { readonly kind: 'pkcs12'; readonly container: string; readonly password: Secret; readonly chain: string }
  | KeptInToken;

export interface KeptInToken {
  readonly kind: 'pkcs11';
  /** Path of the vendor's library. */
  readonly module: string;
  /** The token's label. */
  readonly token: string;
  /** CKA_ID of the key, hexadecimal. */
  readonly object: string;
  readonly pin: Secret;
  readonly chain: string;
}

export type CustodyKind = Kept['kind'];
export const CUSTODIES: readonly CustodyKind[] = ['file', 'worker', 'pkcs12', 'pkcs11'];

/** The electronic seal for the certificate of a chain lies beside it: of seal-2-chain.pem it is seal-2.esl. */
export const electronicSealPath = (keys: string, { chain }: Pick<Kept, 'chain'>): string =>
  join(keys, `${chain.replace(/(-chain)?\.pem$/, '')}.esl`);

const custodyPath = (keys: string): string => join(keys, 'custody.json');

/** @throws {Error} in one sentence when custody.json is none. */
export function readKept(keys: string, name: KeyName): Kept {
  return readKeptFile(custodyPath(keys)) ?? { kind: 'file', key: `${name}-key.pem`, chain: `${name}-chain.pem` };
}

export const writeKept = (keys: string, kept: Kept): void => writeKeptFile(custodyPath(keys), kept);

/** @returns undefined when there is none. @throws {Error} in one sentence when it is something else. */
export function readKeptFile(path: string): Kept | undefined {
  const text = readIfThere(path);
  return text === undefined ? undefined : mustBeKept(parseJson(text), path);
}

export function writeKeptFile(path: string, kept: Kept): void {
  replace(path, `${JSON.stringify(kept, null, 2)}\n`, PRIVATE);
}

/** @throws {Error} that names the file, and nothing of what is in it. */
export function mustBeKept(value: unknown, path: string): Kept {
  if (isKept(value)) return value;
  throw new Error(`${path} is not as "npm run keys" writes it: put it back from a backup`);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const MEMBERS: Readonly<Record<CustodyKind, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  file: { kind: isText, key: isFileName, chain: isFileName },
  worker: { kind: isText, key: isFileName, chain: isFileName },
  pkcs12: { kind: isText, container: isFileName, password: isSecret, chain: isFileName },
  pkcs11: { kind: isText, module: isPath, token: isText, object: isHex, pin: isSecret, chain: isFileName },
};

function isKept(value: unknown): value is Kept {
  if (!isObject(value)) return false;
  const kind = CUSTODIES.find(one => one === value.kind);
  if (!kind) return false;
  const members = Object.entries(MEMBERS[kind]);
  return Object.keys(value).length === members.length && members.every(([name, accepts]) => accepts(value[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isText(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}]{1,255}$/u.test(value);
}
/** Hidden files are those that are being written. */
function isFileName(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,127}$/.test(value);
}
function isPath(value: unknown): boolean {
  return isText(value) && isAbsolute(value);
}
function isHex(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[0-9a-f]{2}){1,32}$/.test(value);
}
function isSecret(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).length !== 1) return false;
  return isPath(value.file) || (typeof value.variable === 'string' && /^[A-Za-z_]\w{0,127}$/.test(value.variable));
}
