/** Opens the signing key of a holder wherever it is kept. What a custody needs is loaded only where it is used. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatesFromPem } from '../pem.ts';
import { readBytesIfThere } from '../publish.ts';
import { keySigner, openKeySigner, type Signer } from '../signer.ts';
import { readCertificate } from '../x509.ts';
import { electronicSealPath, type Kept, type KeyName, readKept } from './kept.ts';
import { readSecret } from './secret.ts';

export interface OpenKey {
  readonly signer: Signer;
  /** The certificate over the key, then its authority's. */
  readonly chainPem: string;
  /** DER of the electronic seal for that certificate, where there is one. */
  readonly electronicSeal: Uint8Array | undefined;
}

/** @throws {Error} in one sentence, without any part of the key or of what opens it. */
export async function openKept(keys: string, name: KeyName): Promise<OpenKey> {
  const kept = readKept(keys, name);
  const chainPem = readNamed(keys, kept.chain).toString('utf8');
  const electronicSeal = readBytesIfThere(electronicSealPath(keys, kept));
  return { chainPem, electronicSeal, signer: await openSigner(keys, kept, chainPem) };
}

/** @param chainPem Its first certificate is the one over the key. */
export function openSigner(keys: string, kept: Kept, chainPem: string): Promise<Signer> {
  const { owner, spki } = ownerOf(chainPem, join(keys, kept.chain));
  switch (kept.kind) {
    case 'file':
      return openFile(keys, kept.key, owner);
    case 'worker':
      return openWorker(join(keys, kept.key), owner);
    case 'pkcs12':
      return openContainer(keys, kept);
    case 'pkcs11':
      return openToken(kept, owner, spki);
  }
}

const openFile = async (keys: string, key: string, owner: string): Promise<Signer> =>
  openKeySigner(readNamed(keys, key).toString('utf8'), owner);

async function openWorker(keyPath: string, owner: string): Promise<Signer> {
  const { openWorkerSigner } = await import('./worker.ts');
  return openWorkerSigner({ keyPath, owner });
}

async function openContainer(keys: string, { container, password }: Kept & { kind: 'pkcs12' }): Promise<Signer> {
  const { readPkcs12 } = await import('./pkcs12.ts');
  const path = join(keys, container);
  const { key } = readPkcs12(readNamed(keys, container), readSecret(password, `the password of ${path}`), path);
  return keySigner(key);
}

async function openToken(kept: Kept & { kind: 'pkcs11' }, owner: string, spki: Uint8Array): Promise<Signer> {
  const { openTokenSigner } = await import('./pkcs11.ts');
  const pin = () => readSecret(kept.pin, `the PIN of the token "${kept.token}"`);
  return openTokenSigner({ module: kept.module, token: kept.token, object: kept.object, pin, owner, spki });
}

/** Who it is, for errors, and the key that must be found. */
function ownerOf(chainPem: string, path: string): { readonly owner: string; readonly spki: Uint8Array } {
  const [der] = certificatesFromPem(chainPem);
  if (!der) throw new Error(`${path} holds no certificate in PEM`);
  const { subject, spki } = readCertificate(der);
  return { owner: subject.commonName, spki };
}

function readNamed(keys: string, name: string): Buffer {
  const path = join(keys, name);
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'ENOENT' ? `${path} is missing: put it back from a backup` : `${path} can't be read (${code})`,
    );
  }
}
