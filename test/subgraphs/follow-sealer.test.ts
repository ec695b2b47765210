/** A seal whose key is renewed while its holder serves. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../certs/ca.ts';
import { writeKept } from '../../certs/custody/kept.ts';
import { sha256Of } from '../../certs/hierarchy/names.ts';
import { certificateToPem } from '../../certs/pem.ts';
import { checkSeal } from '../../certs/verify.ts';
import { type FollowedSealer, followSealer } from '../../subgraphs/follow-sealer.ts';
import { forge, NOW, TAX_RECORD, type World, world } from '../certs/fixture.ts';
import { HOLDERS_WITH_SM2, pictures } from '../certs/ses/made.ts';
import { until } from '../fixtures/until.ts';

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function follow(w: World, trust = () => w.trust): Promise<{ followed: FollowedSealer; reported: string[] }> {
  open.push(() => w.remove());
  const reported: string[] = [];
  const report = ({ message }: Error) => void reported.push(message);
  const followed = await followSealer(join(w.dir, 'tax/keys'), { trust, report, refreshMs: 1 });
  open.push(() => followed.close());
  return { followed, reported };
}

/** Lays a new key of tax beside the one before. @returns The SHA-256 of its certificate. */
function renew(w: World): string {
  const keys = join(w.dir, 'tax/keys');
  const next = forge({}, w.sealAuthority);
  const chain = [next.certificate, w.party('tax').authority].map(({ der }) => certificateToPem(der)).join('');
  writeFileSync(join(keys, 'next-key.pem'), next.key.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(join(keys, 'next-chain.pem'), chain);
  writeKept(keys, { kind: 'file', key: 'next-key.pem', chain: 'next-chain.pem' });
  return sha256Of(next.certificate);
}

/** The trust list with this certificate of tax, too. */
function trustAlso({ trust, party }: World, certificate: string): World['trust'] {
  const tax = trust.holders.get(sha256Of(party('tax').certificate))!;
  return { ...trust, holders: new Map([...trust.holders, [certificate, tax]]) };
}

describe('the seal of a process that serves', () => {
  it('is moved to another custody without a break: the same key, the same certificate', async () => {
    const w = world();
    const { followed } = await follow(w);
    const keys = join(w.dir, 'tax/keys');
    copyFileSync(join(keys, 'seal-key.pem'), join(keys, 'moved.pem'));
    const before = followed.sealer.certificateSha256;
    writeKept(keys, { kind: 'worker', key: 'moved.pem', chain: 'seal-chain.pem' });
    for (let i = 0; i < 30; i++) {
      const seal = await followed.sealer.seal(TAX_RECORD, NOW);
      expect(checkSeal({ record: TAX_RECORD, seal, trust: w.trust, at: NOW }).ok).toBe(true);
    }
    expect(followed.sealer.certificateSha256).toBe(before);
  });

  it('is the renewed one as soon as the trust list that others read names it, and not before', async () => {
    const w = world();
    let trust = w.trust;
    const { followed, reported } = await follow(w, () => trust);
    const former = followed.sealer.certificateSha256;
    const renewed = renew(w);
    for (let i = 0; i < 20; i++) await followed.sealer.seal(TAX_RECORD, NOW);
    expect(followed.sealer.certificateSha256).toBe(former);
    trust = trustAlso(w, renewed);
    await until(() => followed.sealer.certificateSha256 !== former);
    expect(reported).toEqual([]);
  });

  it('stays the former one when the new can’t be opened, which is reported once', async () => {
    const w = world();
    const { followed, reported } = await follow(w);
    const former = followed.sealer.certificateSha256;
    writeKept(join(w.dir, 'tax/keys'), { kind: 'file', key: 'absent.pem', chain: 'seal-chain.pem' });
    await until(() => reported.length > 0);
    await followed.sealer.seal(TAX_RECORD, NOW);
    expect(reported).toEqual([expect.stringMatching(/absent\.pem is missing/)]);
    expect(followed.sealer.certificateSha256).toBe(former);
  });

  it('stays the former one when the renewed one is spoiled before it has taken its place', async () => {
    const w = world();
    let trust = w.trust;
    let isNextOpen = false;
    const { followed, reported } = await follow(w, () => {
      isNextOpen = true;
      return trust;
    });
    const former = followed.sealer.certificateSha256;
    const renewed = renew(w);
    await until(() => isNextOpen);
    writeKept(join(w.dir, 'tax/keys'), { kind: 'file', key: 'absent.pem', chain: 'seal-chain.pem' });
    await until(() => reported.length > 0);
    trust = trustAlso(w, renewed);
    // Far more rounds than it takes to become the one in use.
    let rounds = 0;
    await until(() => ++rounds > 10);
    expect(followed.sealer.certificateSha256).toBe(former);
  });

  it('does without an electronic seal that can’t be used, and says so', async () => {
    const w = world();
    writeFileSync(join(w.dir, 'tax/keys/seal.esl'), 'no seal');
    const { followed, reported } = await follow(w);
    expect(reported).toEqual([expect.stringMatching(/^no papers are made in the national form: /)]);
    expect(await followed.sealer.sealSes(TAX_RECORD, NOW)).toBeUndefined();
    const seal = await followed.sealer.seal(TAX_RECORD, NOW);
    expect(checkSeal({ record: TAX_RECORD, seal, trust: w.trust, at: NOW }).ok).toBe(true);
  });

  it('takes up an electronic seal that is made for the same key while it serves', async () => {
    const w = world(HOLDERS_WITH_SM2);
    const { followed, reported } = await follow(w);
    expect(await followed.sealer.sealSes(TAX_RECORD, NOW)).toBeUndefined();
    ensureHierarchy({ dataDir: w.dir, holders: HOLDERS_WITH_SM2, now: NOW, sealPictures: pictures });
    await until(async () => (await followed.sealer.sealSes(TAX_RECORD, NOW)) !== undefined);
    expect(reported).toEqual([]);
  });

  it('does not start where there is no key', async () => {
    const w = world();
    open.push(() => w.remove());
    const tools = { trust: () => w.trust, report: () => undefined };
    await expect(followSealer(join(w.dir, 'nobody/keys'), tools)).rejects.toThrow(
      /^the seal in .*nobody\/keys can't be used: .*seal-chain\.pem is missing: put it back from a backup\.$/,
    );
  });
});
