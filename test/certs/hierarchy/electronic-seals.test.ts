/** The electronic seals of GB/T 38540: who has one, who makes them, and when they are made anew. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../../certs/ca.ts';
import { openKept } from '../../../certs/custody/open.ts';
import { toHex } from '../../../certs/hex.ts';
import { openActs } from '../../../certs/hierarchy/acts.ts';
import { atWork } from '../../../certs/hierarchy/at-work.ts';
import { overview } from '../../../certs/hierarchy/overview.ts';
import { renewKey } from '../../../certs/hierarchy/succession.ts';
import { turnCertificate } from '../../../certs/hierarchy/turn.ts';
import { certificatesFromPem } from '../../../certs/pem.ts';
import { openSealer } from '../../../certs/seal.ts';
import { judgeSes, refusalOnTheWay } from '../../../certs/ses/judge.ts';
import { readSealFile } from '../../../certs/ses/seal.ts';
import { readSesSignature } from '../../../certs/ses/signature.ts';
import { readTrust } from '../../../certs/verify.ts';
import { readCertificate } from '../../../certs/x509.ts';
import { changed, HOLDERS, NOW, TAX_RECORD, temporaryFolder } from '../fixture.ts';
import { HOLDERS_WITH_SM2, PNG, pictures } from '../ses/made.ts';

const open: { remove(): void }[] = [];
afterEach(() => {
  for (const { remove } of open.splice(0)) remove();
});

interface Made {
  readonly dir: string;
  keys(id?: string): string;
  esl(name?: string): Buffer;
  again(more?: Partial<Parameters<typeof ensureHierarchy>[0]>): void;
}

function made(more: Partial<Parameters<typeof ensureHierarchy>[0]> = {}): Made {
  const { path: dir, remove } = temporaryFolder();
  open.push({ remove });
  const keys = (id = 'tax') => join(dir, id, 'keys');
  const again: Made['again'] = changed =>
    ensureHierarchy({
      dataDir: dir,
      holders: HOLDERS_WITH_SM2,
      now: NOW,
      sealPictures: pictures,
      ...more,
      ...changed,
    });
  again();
  return { dir, keys, again, esl: (name = 'seal.esl') => readFileSync(join(keys(), name)) };
}

function trustIn(dir: string) {
  const file = (name: string) => readFileSync(join(dir, 'trust', name));
  return readTrust({
    rootPem: file('root.pem').toString(),
    list: { json: file('list.json'), p7s: file('list.p7s') },
    crls: [file('root.crl'), file('seal-authority.crl')],
    authorities: certificatesFromPem(file('chain.pem').toString()),
  });
}

/** What a department makes with what lies in its folder; undefined when it has no electronic seal. */
async function signed({ keys }: Made, id = 'tax'): Promise<Uint8Array | undefined> {
  const { signer, chainPem, electronicSeal } = await openKept(keys(id), 'seal');
  try {
    return await openSealer({ signer, chainPem, electronicSeal }).sealSes(TAX_RECORD, NOW);
  } finally {
    await signer.close();
  }
}

const fault = ({ dir }: Made, seal: Uint8Array) =>
  refusalOnTheWay(judgeSes({ record: TAX_RECORD, seal, trust: trustIn(dir), at: NOW }));

describe('an electronic seal', () => {
  it('is made for a department whose key is of SM2, by the center, and for nobody else', async () => {
    const w = made();
    const { info, maker } = readSealFile(w.esl());
    expect(info).toMatchObject({ name: '税务局', type: 1, picture: { type: 'PNG', widthMm: 42, heightMm: 42 } });
    expect(Buffer.from(info.picture.data)).toEqual(Buffer.from(PNG));
    const certificate = readCertificate(maker.der);
    expect([certificate.extensions.profile, certificate.subject.unit]).toEqual(['SEAL_MAKER', 'center']);
    expect(fault(w, (await signed(w))!)).toBeUndefined();
    for (const id of ['center', 'business']) {
      expect(existsSync(join(w.keys(id), 'seal.esl'))).toBe(false);
      expect(await signed(w, id)).toBeUndefined();
    }
  });

  it('has no maker where no department has a key of SM2, and none is made without a picture', async () => {
    const makerOf = (w: Made) => existsSync(join(w.keys('center'), 'seal-maker.pem'));
    expect(makerOf(made({ holders: HOLDERS }))).toBe(false);
    const { sealPictures, ...without } = { sealPictures: pictures };
    const later = made({ ...without, sealPictures: undefined as never });
    expect([makerOf(later), await signed(later)]).toEqual([false, undefined]);
    later.again({ sealPictures });
    expect(fault(later, (await signed(later))!)).toBeUndefined();
  });

  it('stays what it is when nothing has changed, and its maker is on record once', () => {
    const w = made();
    const before = w.esl();
    w.again();
    expect(w.esl()).toEqual(before);
    const { all } = openActs(join(w.dir, 'authority'));
    const issued = all.filter(act => act.act === 'ISSUED' && act.profile === 'SEAL_MAKER');
    expect(issued).toEqual([expect.objectContaining({ holder: 'center', suite: 'SM2SM3', issuer: 'seal-authority' })]);
    expect(overview(w.dir, all, NOW).find(({ profile }) => profile === 'SEAL_MAKER')?.current).toBe(true);
  });

  it.each<[string, (w: Made) => void]>([
    ['lost', w => rmSync(join(w.keys(), 'seal.esl'))],
    ['cut off', w => writeFileSync(join(w.keys(), 'seal.esl'), w.esl().subarray(0, -1))],
    ['changed on the disk', w => writeFileSync(join(w.keys(), 'seal.esl'), changed(w.esl(), w.esl().length - 1))],
    [
      'of a maker who is no more',
      w => {
        for (const name of ['seal-maker.pem', 'seal-maker-key.pem']) rmSync(join(w.keys('center'), name));
      },
    ],
  ])('is made anew when it is %s', async (_, harm) => {
    const w = made();
    harm(w);
    w.again();
    expect(fault(w, (await signed(w))!)).toBeUndefined();
  });

  it('is made anew by the next maker when the certificate of its maker was revoked, and the old one counts no more', async () => {
    const w = made();
    const before = (await signed(w))!;
    const { maker } = readSealFile(w.esl());
    const certificate = { issuer: 'seal-authority', serial: toHex(readCertificate(maker.der).serial) } as const;
    atWork(w.dir, { who: 'test', at: NOW }, at =>
      turnCertificate(at, certificate, { turn: 'REVOKED', at: NOW, reason: 'keyCompromise' }),
    );
    w.again();
    const after = (await signed(w))!;
    expect(readSesSignature(after).seal.maker.der).not.toEqual(readSesSignature(before).seal.maker.der);
    expect([fault(w, before), fault(w, after)]).toEqual(['CERTIFICATE_REVOKED_UNPROVEN', undefined]);
    w.again();
    expect(Buffer.from(readSesSignature((await signed(w))!).seal.maker.der)).toEqual(
      Buffer.from(readSesSignature(after).seal.maker.der),
    );
  });

  it('is there with the key that takes the place of another, and before it', async () => {
    const w = made();
    const before = (await signed(w))!;
    const by = { who: 'test', at: NOW };
    await atWork(w.dir, by, at => renewKey({ ...at, sealPictures: pictures }, 'tax'));
    const after = (await signed(w))!;
    expect([fault(w, before), fault(w, after)]).toEqual([undefined, undefined]);
    expect(readSesSignature(after).seal.info.id).not.toBe(readSesSignature(before).seal.info.id);
    expect(readdirSync(w.keys()).filter(name => name.endsWith('.esl'))).toEqual(['seal-2.esl', 'seal.esl']);
  });

  it('comes with the first key of SM2, also when the pictures come only at the next start', async () => {
    const w = made({ holders: HOLDERS });
    await atWork(w.dir, { who: 'test', at: NOW }, at => renewKey(at, 'tax', { suite: 'SM2SM3' }));
    expect(await signed(w)).toBeUndefined();
    w.again();
    expect(fault(w, (await signed(w))!)).toBeUndefined();
  });

  it('is refused by whoever opens the key, when it is of another certificate', async () => {
    const w = made();
    const electronicSeal = w.esl();
    await atWork(w.dir, { who: 'test', at: NOW }, at => renewKey({ ...at, sealPictures: pictures }, 'tax'));
    const { signer, chainPem } = await openKept(w.keys(), 'seal');
    expect(() => openSealer({ signer, chainPem, electronicSeal })).toThrow('not for the certificate of tax seal');
    await signer.close();
  });
});
