/** A hierarchy on disk and the means to forge: seals and certificates that no honest signer makes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSigningCertificate } from '../../certs/attributes.ts';
import { ensureHierarchy, type Holder } from '../../certs/ca.ts';
import { writeAttributes, writeSignedData } from '../../certs/cms.ts';
import { type Issue, type Issuer, issue } from '../../certs/issue.ts';
import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import { signAtOnce } from '../../certs/key.ts';
import { certificatesFromPem } from '../../certs/pem.ts';
import { openSealer, openSealerAtOnce, type Sealer } from '../../certs/seal.ts';
import { signerConstants } from '../../certs/signed-data.ts';
import { openKeySigner } from '../../certs/signer.ts';
import { SUITES, type SuiteId } from '../../certs/suites.ts';
import { type Judgement, readTrust, type Trust } from '../../certs/verify.ts';
import { type Certificate, readCertificate } from '../../certs/x509.ts';

export const NOW = new Date('2025-06-30T08:00:00.250Z');
export const HOLDERS: readonly Holder[] = [
  { id: 'center', organization: '政务服务中心', seals: ['ACCEPTANCE', 'DECISION'] },
  { id: 'business', organization: '市场监督管理局', seals: ['BUSINESS_LICENSE'] },
  { id: 'tax', organization: '税务局', seals: ['NATIONAL_TAX', 'LOCAL_TAX'] },
];

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'one-window-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Party {
  readonly sealer: Sealer;
  /** The same sealer's, at once: worlds are built in one go. */
  seal(record: Uint8Array, at: Date): Uint8Array;
  readonly certificate: Certificate;
  readonly authority: Certificate;
  readonly key: KeyObject;
}

export interface World {
  readonly dir: string;
  readonly trust: Trust;
  readonly root: Issuer;
  readonly sealAuthority: Issuer;
  readonly transportAuthority: Issuer;
  party(id: string): Party;
  text(path: string): string;
  remove(): void;
}

export function world(holders: readonly Holder[] = HOLDERS, now: Date = NOW): World {
  const { path: dir, remove } = temporaryFolder();
  ensureHierarchy({ dataDir: dir, holders, now });
  const text = (path: string) => readFileSync(join(dir, path), 'utf8');
  const certificates = (path: string) => certificatesFromPem(text(path)).map(der => readCertificate(der));
  const authority = (name: string): Issuer => ({
    certificate: certificates(`authority/${name}.pem`)[0]!,
    key: createPrivateKey(text(`authority/${name}-key.pem`)),
  });
  return {
    dir,
    text,
    remove,
    trust: trustOf(dir),
    root: authority('root'),
    sealAuthority: authority('seal-authority'),
    transportAuthority: authority('transport-authority'),
    party(id) {
      const keyPem = text(`${id}/keys/seal-key.pem`);
      const chainPem = text(`${id}/keys/seal-chain.pem`);
      const [certificate, above] = certificates(`${id}/keys/seal-chain.pem`);
      const sealer = openSealer({ signer: openKeySigner(keyPem, id), chainPem });
      const { seal } = openSealerAtOnce({ keyPem, chainPem });
      return { sealer, seal, certificate: certificate!, authority: above!, key: createPrivateKey(keyPem) };
    },
  };
}

export function trustOf(dir: string): Trust {
  const at = (name: string) => readFileSync(join(dir, 'trust', name));
  return readTrust({ rootPem: at('root.pem').toString(), list: { json: at('list.json'), p7s: at('list.p7s') } });
}

export const bytesOf = (value: JsonValue): Uint8Array => Buffer.from(canonicalize(value));

export const TAX_RECORD = bytesOf({
  department: 'tax',
  kind: 'NATIONAL_TAX',
  holder: '某市𠀀山贸易有限公司',
  number: 'T-1',
  version: 1,
});

export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Issues without asking whether an honest authority would. */
export function forge(wanted: Partial<Issue>, issuer?: Issuer): Issuer {
  const key = wanted.key ?? newKey();
  const certificate = issue(
    {
      profile: 'SEAL',
      subject: { organization: '税务局', unit: 'tax', commonName: 'tax seal' },
      notBefore: new Date(NOW.getTime() - 3_600_000),
      notAfter: new Date(NOW.getTime() + 365 * 86_400_000),
      ...wanted,
      key,
    },
    issuer,
  );
  return { certificate, key };
}

/** Seals with any key and any certificates. */
export function sealWith(
  { certificate, key }: Issuer,
  record: Uint8Array,
  {
    at = NOW,
    others = [],
    named = certificate,
    suite = certificate.publicKey.suite,
    attributes = attributesOf(suite, certificate, record, at),
    signature = signAtOnce(key, attributes),
  }: {
    at?: Date;
    suite?: SuiteId;
    others?: readonly Certificate[];
    named?: Certificate;
    attributes?: Uint8Array;
    signature?: Uint8Array;
  } = {},
): Uint8Array {
  const ders = [certificate, ...others].map(({ der }) => der);
  return writeSignedData(signerConstants(suite, ders, named.issuerDer, named.serial), attributes, signature);
}

const attributesOf = (suite: SuiteId, certificate: Certificate, record: Uint8Array, at: Date): Uint8Array => {
  const { digest: digestOf } = SUITES[suite];
  const signingCertificate = writeSigningCertificate(suite, digestOf(certificate.der));
  return writeAttributes(suite, digestOf(record), at, signingCertificate);
};

export const digest = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

/** Codes of the findings that are more than missing evidence. */
export const faults = ({ findings }: Judgement): readonly string[] =>
  findings.filter(({ severity }) => severity !== 'missing').map(({ code }) => code);

/** The codes of each finding, missing evidence included. */
export const codes = ({ findings }: Judgement): readonly string[] => findings.map(({ code }) => code);

export const changed = (bytes: Uint8Array, at: number, mask = 1): Uint8Array => {
  const copy = new Uint8Array(bytes);
  copy[at]! ^= mask;
  return copy;
};

/** Where `part` stands in `whole`. */
export function indexOf(whole: Uint8Array, part: Uint8Array): number {
  const at = Buffer.from(whole).indexOf(part);
  if (at < 0) throw new Error('the part is not in the whole');
  return at;
}

/** Runs openssl; files are written into a folder that is gone afterwards. */
export function openssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>>,
): { readonly status: number | null; readonly output: string } {
  const { path, remove } = temporaryFolder();
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
    const { status, stdout, stderr, error } = spawnSync('openssl', args, { cwd: path, encoding: 'utf8' });
    if (error) throw error;
    return { status, output: stdout + stderr };
  } finally {
    remove();
  }
}

/** Real systems may be absent from a developer's machine, never from CI. */
export const hasOpenssl: boolean = (() => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    if (process.env.REQUIRE_REAL === '1') throw new Error('openssl is needed where REQUIRE_REAL=1');
    process.stderr.write('openssl is not installed: its opinion of our seals is not asked for\n');
    return false;
  }
})();
