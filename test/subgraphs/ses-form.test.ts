/** The national form as a department makes it of what it has granted. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../certs/ca.ts';
import { openKept } from '../../certs/custody/open.ts';
import { toHex } from '../../certs/hex.ts';
import { atWork } from '../../certs/hierarchy/at-work.ts';
import { turnCertificate } from '../../certs/hierarchy/turn.ts';
import { openSealer, type Sealer } from '../../certs/seal.ts';
import { readSesSignature } from '../../certs/ses/signature.ts';
import { type Trust, withRevocationLists } from '../../certs/verify.ts';
import type { Granted } from '../../subgraphs/granted.ts';
import { sesForm } from '../../subgraphs/ses-form.ts';
import { crlOf } from '../certs/evidence.ts';
import { NOW, TAX_RECORD } from '../certs/fixture.ts';
import { HOLDERS_WITH_SM2, pictures, sesWorld } from '../certs/ses/made.ts';

const w = sesWorld();
afterAll(() => w.remove());
/** Of the record nothing else is looked at. */
const granted = { text: Buffer.from(TAX_RECORD).toString() } as Granted;
const trusting: Trust = { ...w.trust, authorities: [w.sealAuthority.certificate.der] };

async function sealerOf(id: string): Promise<Sealer> {
  const { signer, chainPem, electronicSeal } = await openKept(join(w.dir, id, 'keys'), 'seal');
  return openSealer({ signer, chainPem, electronicSeal });
}

describe('the national form of a department', () => {
  it('is not made by one that has no electronic seal', async () => {
    const form = sesForm({ sealer: await sealerOf('business'), trust: () => trusting, now: () => NOW });
    await expect(form.make(granted)).rejects.toMatchObject({ name: 'NoPaper', reason: 'FORM_NOT_MADE' });
  });

  it('is spent when the maker of its electronic seal was revoked, as soon as there is another seal, and not before', async () => {
    const sealer = await sealerOf('tax');
    let trust = trusting;
    const tools = { trust: () => trust, now: () => NOW };
    const form = sesForm({ sealer, ...tools });
    const made = await form.make(granted);
    expect(Buffer.from(readSesSignature(made).sealDer.der)).toEqual(Buffer.from(sealer.electronicSeal!));
    expect(form.isSpent(made, granted)).toBe(false);

    const { serial } = w.maker.certificate;
    atWork(w.dir, { who: 'test', at: NOW }, at =>
      turnCertificate(
        at,
        { issuer: 'seal-authority', serial: toHex(serial) },
        { turn: 'REVOKED', at: NOW, reason: 'keyCompromise' },
      ),
    );
    const entries = [{ serial, revocationDate: NOW, reason: 'keyCompromise' as const }];
    const until = new Date(NOW.getTime() + 86_400_000);
    trust = withRevocationLists(trusting, [crlOf(w.sealAuthority, { from: NOW, until, entries })]);
    expect(form.isSpent(made, granted)).toBe(false);

    ensureHierarchy({ dataDir: w.dir, holders: HOLDERS_WITH_SM2, now: NOW, sealPictures: pictures });
    const anew = sesForm({ sealer: await sealerOf('tax'), ...tools });
    expect(anew.isSpent(made, granted)).toBe(true);
    expect(anew.isSpent(await anew.make(granted), granted)).toBe(false);
  });
});
