/** Keys that succeed one another, and what a crash in the middle leaves. */
import { createPrivateKey } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { completeHierarchy, ensureHierarchy } from '../../../certs/ca.ts';
import { type Custody, makeKept } from '../../../certs/custody/keep.ts';
import { CUSTODIES, readKept } from '../../../certs/custody/kept.ts';
import { openKept } from '../../../certs/custody/open.ts';
import { readPkcs12 } from '../../../certs/custody/pkcs12.ts';
import { idAttribute, openTokenSession } from '../../../certs/custody/token.ts';
import { toHex } from '../../../certs/hex.ts';
import { atWork } from '../../../certs/hierarchy/at-work.ts';
import { exportKey } from '../../../certs/hierarchy/backup.ts';
import { overview } from '../../../certs/hierarchy/overview.ts';
import { importKey, moveKey, renewKey, type Succeeded } from '../../../certs/hierarchy/succession.ts';
import { turnCertificate } from '../../../certs/hierarchy/turn.ts';
import { makeKeyPem } from '../../../certs/key.ts';
import { openSealer } from '../../../certs/seal.ts';
import { checkSeal } from '../../../certs/verify.ts';
import { hasSoftHsm, PIN, SOFTHSM, type SoftToken, softToken } from '../../fixtures/softhsm.ts';
import { HOLDERS, NOW, TAX_RECORD, temporaryFolder, trustOf, type World, world } from '../fixture.ts';

const PASSWORD = 'password of tax';
let token: SoftToken | undefined;
const secrets = temporaryFolder();
beforeAll(() => {
  if (hasSoftHsm) token = softToken('office');
  writeFileSync(join(secrets.path, 'pin'), `${PIN}\n`);
  writeFileSync(join(secrets.path, 'password'), `${PASSWORD}\n`);
});
afterAll(() => {
  token?.remove();
  secrets.remove();
});
const open: { remove(): void }[] = [];
afterEach(() => {
  for (const { remove } of open.splice(0)) remove();
});
function fresh(): World {
  const made = world();
  open.push(made);
  return made;
}

const BY = { who: 'test', at: NOW };
const at = <T>(dir: string, work: Parameters<typeof atWork<T>>[2]): T => atWork(dir, BY, work);
const custodies: Readonly<Record<Custody['kind'], () => Custody>> = {
  file: () => ({ kind: 'file' }),
  worker: () => ({ kind: 'worker' }),
  pkcs12: () => ({ kind: 'pkcs12', password: { file: join(secrets.path, 'password') } }),
  pkcs11: () => ({ kind: 'pkcs11', module: SOFTHSM, token: 'office', pin: { file: join(secrets.path, 'pin') } }),
};
const KINDS = CUSTODIES.filter(kind => kind !== 'pkcs11' || hasSoftHsm);
const keysOf = (dir: string, id = 'tax') => join(dir, id, 'keys');

/** A seal that whoever reads the trust list of today believes. */
async function seals(dir: string): Promise<boolean> {
  const { signer, chainPem } = await openKept(keysOf(dir), 'seal');
  try {
    const seal = await openSealer({ signer, chainPem }).seal(TAX_RECORD, NOW);
    return checkSeal({ record: TAX_RECORD, seal, trust: trustOf(dir), at: NOW }).ok;
  } finally {
    await signer.close();
  }
}

/** The certificate that a holder uses today. */
function revoke(w: World, id: string): void {
  const certificate = { issuer: 'seal-authority', serial: toHex(w.party(id).certificate.serial) } as const;
  at(w.dir, work => turnCertificate(work, certificate, { turn: 'REVOKED', at: NOW, reason: 'keyCompromise' }));
}

/** What of keys lies in a folder. */
const keyFiles = (dir: string, id = 'tax') =>
  readdirSync(keysOf(dir, id))
    .filter(name => /^(seal|tsa|custody).*(key\.pem|p12|json)$/.test(name))
    .sort();

describe.each(KINDS)('a key renewed into the custody %s', kind => {
  it('seals from then on; the seals of before hold, and the key of before is gone', async () => {
    const w = fresh();
    const before = w.party('tax').seal(TAX_RECORD, NOW);
    const { seat, remains } = await at(w.dir, work => renewKey(work, 'tax', { custody: custodies[kind]() }));
    expect([seat.kept.kind, remains, await seals(w.dir)]).toEqual([kind, [], true]);
    const trust = trustOf(w.dir);
    expect([trust.list?.version, checkSeal({ record: TAX_RECORD, seal: before, trust, at: NOW }).ok]).toEqual([
      2,
      true,
    ]);
    expect(keyFiles(w.dir)).not.toContain('seal-key.pem');
    expect(keyFiles(w.dir).filter(name => name.startsWith('custody'))).toEqual(['custody.json']);
    // The whole is in order for the next start, too.
    ensureHierarchy({ dataDir: w.dir, holders: HOLDERS, now: NOW });
    expect(trustOf(w.dir).list?.version).toBe(2);
  });

  it('can be of the other suite', async () => {
    const w = fresh();
    const { seat } = await at(w.dir, work => renewKey(work, 'tax', { suite: 'RSA3072', custody: custodies[kind]() }));
    expect([seat.certificate.publicKey.suite, await seals(w.dir)]).toEqual(['RSA3072', true]);
    const again = await at(w.dir, work => renewKey(work, 'tax'));
    expect([again.seat.certificate.publicKey.suite, again.seat.kept.kind]).toEqual(['RSA3072', kind]);
  });
});

describe('a renewal', () => {
  it('of the center seals the trust list with the new key', async () => {
    const w = fresh();
    revoke(w, 'center');
    await expect(at(w.dir, work => renewKey(work, 'tax'))).rejects.toThrow(
      /the seal of the center is revoked: renew it first/,
    );
    await at(w.dir, work => renewKey(work, 'center'));
    await at(w.dir, work => renewKey(work, 'tax'));
    expect([trustOf(w.dir).list?.version, await seals(w.dir)]).toEqual([3, true]);
  });

  it('of the time-stamp authority adds its certificate to those that count', async () => {
    const w = fresh();
    await at(w.dir, work => renewKey(work, 'tsa'));
    expect(trustOf(w.dir).list?.timeStamping[0]?.certificates).toHaveLength(2);
    expect(keyFiles(w.dir, 'tsa')).toEqual(['custody.json', 'tsa-2-key.pem']);
  });

  it('makes a certificate of the same holder, which the record knows', async () => {
    const w = fresh();
    const former = w.party('tax').certificate;
    const { seat } = await at(w.dir, work => renewKey(work, 'tax'));
    expect(seat.certificate.subject).toEqual(former.subject);
    const rows = at(w.dir, ({ acts }) => overview(w.dir, acts.all, NOW)).filter(
      row => row.holder === 'tax' && row.profile === 'SEAL',
    );
    expect(rows.map(({ serial, current, status, custody }) => [serial, current, status, custody])).toEqual([
      [toHex(former.serial), false, 'good', undefined],
      [toHex(seat.certificate.serial), true, 'good', 'file'],
    ]);
  });

  it('of nobody is refused', async () => {
    const w = fresh();
    for (const holder of ['nobody', '../tax', 'authority'])
      await expect(at(w.dir, work => renewKey(work, holder))).rejects.toThrow(`"${holder}" holds no key in`);
  });

  it('goes on where a crash left it: any number of its files, in the order they are made', async () => {
    const w = fresh();
    const copy = (from: string) => {
      const { path, remove } = temporaryFolder();
      open.push({ remove });
      cpSync(from, path, { recursive: true });
      return path;
    };
    const whole = copy(w.dir);
    await at(whole, work => renewKey(work, 'tax'));
    const MADE = ['custody.next.json', 'seal-2-key.pem', 'seal-2-chain.pem'].map(name => join('tax/keys', name));
    const begun = { change: 'RENEW', suite: 'ES256', kept: readKept(keysOf(whole), 'seal') };
    writeFileSync(join(whole, MADE[0]!), JSON.stringify(begun));
    const former = { kind: 'file', key: 'seal-key.pem', chain: 'seal-chain.pem' };
    writeFileSync(join(keysOf(whole), 'custody.former.json'), JSON.stringify(former));
    const AFTER = [
      ...['authority/acts.jsonl', 'trust/list.json', 'trust/list.p7s'],
      ...['tax/keys/custody.former.json', 'tax/keys/custody.json'],
    ];
    for (let kept = 0; kept <= MADE.length + AFTER.length; kept++) {
      const part = copy(w.dir);
      for (const name of [...MADE, ...AFTER].slice(0, kept)) cpSync(join(whole, name), join(part, name));
      await at(part, work => renewKey(work, 'tax'));
      expect([kept, await seals(part)]).toEqual([kept, true]);
      expect([kept, keyFiles(part)]).toEqual([kept, ['custody.json', 'seal-2-key.pem']]);
      if (kept > 1) expect(readFileSync(join(part, MADE[1]!))).toEqual(readFileSync(join(whole, MADE[1]!)));
    }
  });

  it('takes away what another one had begun', async () => {
    const w = fresh();
    const kept = { kind: 'file', key: 'seal-2-key.pem', chain: 'seal-2-chain.pem' } as const;
    await makeKept(keysOf(w.dir), kept, 'RSA3072', 'tax seal');
    writeFileSync(
      join(keysOf(w.dir), 'custody.next.json'),
      JSON.stringify({ change: 'RENEW', suite: 'RSA3072', kept }),
    );
    const { seat } = await at(w.dir, work => renewKey(work, 'tax'));
    expect(seat.certificate.publicKey.suite).toBe('ES256');
    expect(keyFiles(w.dir)).toHaveLength(2);
    expect(existsSync(join(keysOf(w.dir), 'custody.next.json'))).toBe(false);
  });
});

describe('a key that moves', () => {
  it('goes through every custody and stays itself, until a token keeps it', async () => {
    const w = fresh();
    const { spki } = w.party('tax').certificate;
    const moved: (Succeeded | undefined)[] = [];
    for (const kind of ['worker', 'pkcs12', 'file', ...(hasSoftHsm ? (['pkcs11'] as const) : [])] as const) {
      moved.push(await at(w.dir, work => moveKey(work, 'tax', custodies[kind]())));
      expect([readKept(keysOf(w.dir), 'seal').kind, await seals(w.dir)]).toEqual([kind, true]);
    }
    for (const one of moved) expect(Buffer.from(one!.seat.certificate.spki).equals(spki)).toBe(true);
    expect(trustOf(w.dir).list?.version).toBe(1);
    if (!hasSoftHsm) return;
    expect(keyFiles(w.dir)).toEqual(['custody.json']);
    await expect(at(w.dir, work => moveKey(work, 'tax', { kind: 'file' }))).rejects.toThrow(
      'the key of tax seal is in the token "office", which gives it to nobody: renew it elsewhere',
    );
    expect(await seals(w.dir)).toBe(true);
  });

  it('stays where it is when it is kept so already', async () => {
    const w = fresh();
    expect(await at(w.dir, work => moveKey(work, 'tax', { kind: 'file' }))).toBeUndefined();
  });

  it('is not lost when there is no such token', async () => {
    const w = fresh();
    const nowhere = { ...custodies.pkcs11(), token: 'nowhere' } as Custody;
    await expect(at(w.dir, work => moveKey(work, 'tax', nowhere))).rejects.toThrow(/nowhere|softhsm2/);
    expect(await seals(w.dir)).toBe(true);
    await at(w.dir, work => moveKey(work, 'tax', { kind: 'worker' }));
    expect([readKept(keysOf(w.dir), 'seal').kind, keyFiles(w.dir)]).toEqual([
      'worker',
      ['custody.json', 'seal-key.pem'],
    ]);
  });
});

describe('a hierarchy whose center keeps its key elsewhere', () => {
  const grown = [...HOLDERS, { id: 'insurance', organization: '社会保险局', seals: ['INSURANCE'] }];

  it.each(KINDS)('than in its folder of before grows all the same: %s', async kind => {
    const w = fresh();
    await at(w.dir, work => renewKey(work, 'center', { custody: custodies[kind]() }));
    await completeHierarchy({ dataDir: w.dir, holders: grown, now: NOW });
    const { list } = trustOf(w.dir);
    expect([list?.version, list?.holders.length]).toEqual([3, 4]);
  });

  it('asks for it only when the trust list must be issued, and whoever can’t wait says so', async () => {
    const w = fresh();
    await at(w.dir, work => moveKey(work, 'center', custodies.pkcs12()));
    ensureHierarchy({ dataDir: w.dir, holders: HOLDERS, now: NOW });
    expect(() => ensureHierarchy({ dataDir: w.dir, holders: grown, now: NOW })).toThrow(
      'the trust list must be issued, and the center\'s key is kept by pkcs12: "npm start" asks it',
    );
  });
});

(hasSoftHsm ? describe : describe.skip)('a key in a token that was renewed', () => {
  it('stays until the act after that, since a running process signs with it', async () => {
    const w = fresh();
    await at(w.dir, work => renewKey(work, 'tax', { custody: custodies.pkcs11() }));
    const first = readKept(keysOf(w.dir), 'seal') as { object: string };
    await at(w.dir, work => renewKey(work, 'tax'));
    const second = readKept(keysOf(w.dir), 'seal') as { object: string };
    const inToken = async ({ object }: { object: string }) => {
      const { cryptoki, session } = await openTokenSession({ module: SOFTHSM, token: 'office', pin: () => PIN });
      return (await cryptoki.find(session, [idAttribute(object)], 8)).length > 0;
    };
    expect([await inToken(first), await inToken(second)]).toEqual([true, true]);
    await at(w.dir, work => renewKey(work, 'tax', { custody: { kind: 'file' } }));
    expect([await inToken(first), await inToken(second)]).toEqual([false, true]);
  });

  it('keeps nobody from renewing elsewhere when its token is broken, and the operator is told what remains', async () => {
    const w = fresh();
    await at(w.dir, work => renewKey(work, 'tax', { custody: custodies.pkcs11() }));
    await at(w.dir, work => renewKey(work, 'tax'));
    token!.takeOut();
    const { remains } = await at(w.dir, work => renewKey(work, 'tax', { custody: { kind: 'file' } }));
    token!.putIn();
    expect(await seals(w.dir)).toBe(true);
    expect(remains).toEqual([
      expect.stringMatching(
        /^a key that is of no use any more remains in the token "office", CKA_ID [0-9a-f]{16}: the token "office" is not there$/,
      ),
    ]);
  });
});

describe('a key in a container', () => {
  const file = (dir: string) => join(dir, 'tax.p12');

  it('leaves with its certificates, and comes back with them', async () => {
    const w = fresh();
    const certificate = w.party('tax').certificate;
    await at(w.dir, work => exportKey(work, 'tax', file(w.dir), PASSWORD));
    const contained = readPkcs12(readFileSync(file(w.dir)), PASSWORD, 'tax.p12');
    await at(w.dir, work => renewKey(work, 'tax'));
    const { seat } = await at(w.dir, work => importKey(work, 'tax', contained));
    expect(toHex(seat.certificate.serial)).toBe(toHex(certificate.serial));
    expect([trustOf(w.dir).list?.version, await seals(w.dir)]).toEqual([2, true]);
  });

  it.each<[string, (w: World) => readonly Uint8Array[]]>([
    ['comes without one', () => []],
    [
      'was revoked',
      w => {
        revoke(w, 'tax');
        return [w.party('tax').certificate.der];
      },
    ],
    ['is another’s', w => [w.party('business').certificate.der]],
    ['is no certificate of ours', () => [Buffer.from('certificate')]],
  ])('gets a new certificate when its own %s', async (_, of) => {
    const w = fresh();
    const former = toHex(w.party('tax').certificate.serial);
    const key = createPrivateKey(w.text('tax/keys/seal-key.pem'));
    const certificates = of(w);
    const { seat } = await at(w.dir, work => importKey(work, 'tax', { key, certificates }));
    expect(toHex(seat.certificate.serial)).not.toBe(former);
    expect(await seals(w.dir)).toBe(true);
  });

  it('replaces no file, and is on the record before it leaves', async () => {
    const w = fresh();
    writeFileSync(file(w.dir), 'something');
    await expect(at(w.dir, work => exportKey(work, 'tax', file(w.dir), PASSWORD))).rejects.toThrow(
      /is there already: nothing is replaced/,
    );
    expect(readFileSync(file(w.dir), 'utf8')).toBe('something');
    await at(w.dir, work => exportKey(work, 'tax', join(w.dir, 'other.p12'), PASSWORD));
    expect(w.text('authority/acts.jsonl')).toContain('"act":"EXPORTED","holder":"tax"');
  });

  it('of a foreign make is taken too', async () => {
    const w = fresh();
    const key = createPrivateKey(makeKeyPem('RSA3072'));
    const { seat } = await at(w.dir, work => importKey(work, 'tax', { key, certificates: [] }));
    expect([seat.certificate.publicKey.suite, await seals(w.dir)]).toEqual(['RSA3072', true]);
  });
});
