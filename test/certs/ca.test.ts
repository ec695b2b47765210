import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureHierarchy, type Holder } from '../../certs/ca.ts';
import { checkSeal } from '../../certs/verify.ts';
import { HOLDERS, NOW, TAX_RECORD, temporaryFolder, trustOf, type World, world } from './fixture.ts';

const open: { remove(): void }[] = [];
afterEach(() => {
  for (const { remove } of open.splice(0)) remove();
});
function fresh(holders?: readonly Holder[]): World {
  const made = world(holders);
  open.push(made);
  return made;
}
const ensure = (dataDir: string, holders: readonly Holder[] = HOLDERS, now = NOW) =>
  ensureHierarchy({ dataDir, holders, now });

/** Each file with its content. */
function contents(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Object.fromEntries(
    names
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map(path => [path.slice(dir.length + 1), readFileSync(path, 'utf8')]),
  );
}

/** The order in which they are made; each key before its certificate, the list before its seal. */
const MADE = [
  ...['root', 'seal-authority', 'transport-authority'].flatMap(name => [
    `authority/${name}-key.pem`,
    `authority/${name}.pem`,
  ]),
  ...['root', 'chain', 'transport'].map(name => `trust/${name}.pem`),
  ...HOLDERS.flatMap(({ id }) =>
    ['seal-key', 'seal-chain', 'tls-key', 'tls-chain'].map(name => `${id}/keys/${name}.pem`),
  ),
  'tsa/keys/tsa-key.pem',
  'tsa/keys/tsa-chain.pem',
  'center/keys/log-key.pem',
  ...HOLDERS.slice(1).map(({ id }) => `${id}/keys/witness-key.pem`),
  'trust/list.json',
  'trust/list.p7s',
  'trust/root.crl',
  'trust/seal-authority.crl',
];

/** What nobody makes anew: the record of acts, and the file that is locked. */
const LAYOUT = [...MADE, 'authority/acts.jsonl', 'authority/lock.sqlite'].toSorted();

describe('the hierarchy on disk', () => {
  it('has its files, and nothing half-written beside them', () => {
    expect(Object.keys(contents(fresh().dir)).sort()).toEqual(LAYOUT);
  });

  it('shows private files to their owner only', () => {
    const { dir } = fresh();
    for (const path of LAYOUT) {
      const mode = statSync(join(dir, path)).mode & 0o777;
      if (path.includes('/keys/') || path.endsWith('-key.pem')) expect([path, mode]).toEqual([path, 0o600]);
    }
    for (const path of ['authority', 'tax', 'tax/keys']) expect(statSync(join(dir, path)).mode & 0o777).toBe(0o700);
  });

  it('stays as it is, byte for byte, when made again', () => {
    const { dir } = fresh();
    const before = contents(dir);
    ensure(dir, HOLDERS, new Date(NOW.getTime() + 86_400_000));
    expect(contents(dir)).toEqual(before);
  });

  it('holds no private key in a public file', () => {
    const { dir } = fresh();
    for (const [path, text] of Object.entries(contents(dir)))
      expect([path, text.includes('PRIVATE KEY')]).toEqual([path, path.endsWith('-key.pem')]);
  });

  it('is completed from whatever a crash left: any number of the files, in the order they are made', () => {
    const { dir } = fresh();
    const whole = contents(dir);
    for (let kept = 0; kept <= MADE.length; kept++) {
      const { path: part, remove } = temporaryFolder();
      open.push({ remove });
      for (const path of MADE.slice(0, kept)) {
        mkdirSync(join(part, path, '..'), { recursive: true, mode: 0o700 });
        writeFileSync(join(part, path), readFileSync(join(dir, path)));
      }
      ensure(part);
      for (const path of MADE.slice(0, kept))
        if (path.includes('.pem')) expect([path, readFileSync(join(part, path), 'utf8')]).toEqual([path, whole[path]]);
      expect(Object.keys(contents(part)).sort()).toEqual(LAYOUT);
      expect(trustOf(part).list?.holders).toHaveLength(HOLDERS.length);
    }
  });

  it('issues the list anew when a crash left it without its own seal', () => {
    const { dir } = fresh();
    rmSync(join(dir, 'trust/list.p7s'));
    ensure(dir);
    expect(trustOf(dir).list?.version).toBe(2);
  });
});

describe('a hierarchy that grows', () => {
  it('gets the new department and the new kind in the next version of the list, and old seals hold', () => {
    const { dir, party } = fresh();
    const seal = party('tax').seal(TAX_RECORD, NOW);
    const before = contents(dir);
    const insurance = { id: 'insurance', organization: '社会保险局', seals: ['INSURANCE'] };
    ensure(dir, [...HOLDERS.map(h => (h.id === 'tax' ? { ...h, seals: [...h.seals, 'STAMP_TAX'] } : h)), insurance]);
    const trust = trustOf(dir);
    expect(trust.list?.version).toBe(2);
    expect(trust.list?.holders.map(({ id, seals }) => [id, seals])).toEqual([
      ['center', ['ACCEPTANCE', 'DECISION']],
      ['business', ['BUSINESS_LICENSE']],
      ['tax', ['NATIONAL_TAX', 'LOCAL_TAX', 'STAMP_TAX']],
      ['insurance', ['INSURANCE']],
    ]);
    expect(checkSeal({ record: TAX_RECORD, seal, trust, at: NOW }).ok).toBe(true);
    const after = contents(dir);
    for (const path of LAYOUT)
      if (!path.includes('list') && !path.includes('acts')) expect([path, after[path]]).toEqual([path, before[path]]);
  });

  it('takes nothing off the list when a holder is not named', () => {
    const { dir } = fresh();
    ensure(dir, HOLDERS.slice(0, 2));
    expect(trustOf(dir).list).toMatchObject({
      version: 1,
      holders: [{ id: 'center' }, { id: 'business' }, { id: 'tax' }],
    });
  });

  it('does so though the key of the root is kept elsewhere', () => {
    const { dir } = fresh(HOLDERS.slice(0, 2));
    rmSync(join(dir, 'authority/root-key.pem'));
    ensure(dir);
    expect(trustOf(dir).list?.version).toBe(2);
    expect(existsSync(join(dir, 'authority/root-key.pem'))).toBe(false);
  });
});

describe('a hierarchy is refused in one sentence, and left as it is,', () => {
  const swap = (dir: string, a: string, b: string) => writeFileSync(join(dir, a), readFileSync(join(dir, b)));
  it.each<[string, (dir: string) => void, RegExp]>([
    [
      'when a department’s key is gone',
      dir => rmSync(join(dir, 'tax/keys/seal-key.pem')),
      /tax\/keys\/seal-key\.pem is missing, though its certificate is there/,
    ],
    [
      'when the key is another’s',
      dir => swap(dir, 'tax/keys/seal-key.pem', 'business/keys/seal-key.pem'),
      /tax\/keys\/seal-key\.pem is not the key of the certificate beside it/,
    ],
    [
      'when a key is no key',
      dir => writeFileSync(join(dir, 'tax/keys/tls-key.pem'), 'secret'),
      /the private key of tax \(tls\) is not a P-256, RSA-3072 or SM2 key in PEM/,
    ],
    [
      'when the certificate is another department’s',
      dir => swap(dir, 'tax/keys/seal-chain.pem', 'business/keys/seal-chain.pem'),
      /is of 市场监督管理局, not of 税务局/,
    ],
    [
      'when a TLS certificate stands for a seal’s',
      dir => swap(dir, 'tax/keys/seal-chain.pem', 'tax/keys/tls-chain.pem'),
      /seal-chain\.pem holds a certificate of the profile TLS/,
    ],
    [
      'when the root is damaged',
      dir => writeFileSync(join(dir, 'authority/root.pem'), '-----'),
      /root\.pem holds no certificate in PEM/,
    ],
    [
      'when the root was replaced',
      dir => {
        for (const name of ['root.pem', 'root-key.pem']) rmSync(join(dir, 'authority', name));
      },
      /was issued by another authority than the one in this hierarchy/,
    ],
    [
      'when the authorities are gone but the pinned root is not',
      dir => rmSync(join(dir, 'authority'), { recursive: true }),
      /trust\/root\.pem is another root than the one in the authority's folder/,
    ],
    [
      'when the list is no list',
      dir => writeFileSync(join(dir, 'trust/list.json'), '{}'),
      /list\.json is not a trust list, so that its next version is not known/,
    ],
  ])('%s', (_, damage, sentence) => {
    const { dir } = fresh();
    damage(dir);
    const before = contents(dir);
    expect(() => ensure(dir)).toThrow(sentence);
    const after = contents(dir);
    for (const [path, text] of Object.entries(before)) expect([path, after[path]]).toEqual([path, text]);
  });

  it('when its certificates have expired', () => {
    const { dir } = fresh();
    expect(() => ensure(dir, HOLDERS, new Date('2031-01-01T00:00:00Z'))).toThrow(/expired on 2030-/);
  });

  it('when the key to issue with is kept elsewhere', () => {
    const { dir } = fresh(HOLDERS.slice(0, 2));
    rmSync(join(dir, 'authority/seal-authority-key.pem'));
    expect(() => ensure(dir)).toThrow(
      /seal-authority-key\.pem is missing, though its certificate is there: put the key back/,
    );
  });

  it.each<[string, readonly Holder[], RegExp]>([
    ['without a center', HOLDERS.slice(1), /one of the holders must be the center, with the id "center"/],
    ['with one id twice', [...HOLDERS, HOLDERS[1]!], /two holders have the same id/],
    [
      'with an id that leaves the folder',
      [...HOLDERS, { id: '../x', organization: '某', seals: [] }],
      /a holder cannot have the id "\.\.\/x"/,
    ],
    [
      'with the id of another folder',
      [...HOLDERS, { id: 'trust', organization: '某', seals: [] }],
      /a holder cannot have the id "trust"/,
    ],
    [
      'with an empty name',
      [...HOLDERS, { id: 'x', organization: '', seals: [] }],
      /the organization of x is not a name/,
    ],
    [
      'with a kind that is none',
      [...HOLDERS, { id: 'x', organization: '某', seals: ['a b'] }],
      /x cannot seal the kind "a b"/,
    ],
  ])('%s', (_, holders, sentence) => {
    const { path, remove } = temporaryFolder();
    open.push({ remove });
    expect(() => ensure(path, holders)).toThrow(sentence);
    expect(readdirSync(path)).toEqual([]);
  });

  (process.getuid?.() === 0 ? it.skip : it)(
    'when the folder cannot be written (not as root, whom no mode stops)',
    () => {
      const { path, remove } = temporaryFolder();
      open.push({ remove });
      chmodSync(path, 0o500);
      expect(() => ensure(path)).toThrow(/EACCES/);
    },
  );
});
