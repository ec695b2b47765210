import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../certs/ca.ts';
import { checkSeal } from '../../certs/verify.ts';
import { SLIP_KINDS, sealHolders } from '../../subgraphs/holders.ts';
import { followTrust } from '../../subgraphs/keys.ts';
import { bytesOf, faults, NOW, trustOf, world } from '../certs/fixture.ts';

/** As the list was when the center sealed nothing but the list itself. */
const BEFORE = sealHolders().map(holder => (holder.id === 'center' ? { ...holder, seals: ['TRUST_LIST'] } : holder));
const w = world(BEFORE);
afterAll(() => w.remove());

const slip = bytesOf({ department: 'center', kind: 'DECISION' });
const seal = w.party('center').seal(slip, NOW);
const ask = (trust = trustOf(w.dir)) => checkSeal({ record: slip, seal, trust, at: NOW });

describe('a data folder whose trust list knows no slips yet', () => {
  it('gets them in the next version when it is started again, with the keys that it has', () => {
    const before = ask();
    expect(before.ok ? [] : faults(before.judgement)).toEqual(['RECORD_KIND_NOT_ALLOWED']);
    const key = readFileSync(join(w.dir, 'center/keys/seal-key.pem'));

    ensureHierarchy({ dataDir: w.dir, holders: sealHolders(), now: NOW });

    expect(trustOf(w.dir).list).toMatchObject({
      version: 2,
      holders: [{ id: 'center', seals: ['TRUST_LIST', ...SLIP_KINDS] }, ...BEFORE.slice(1).map(({ id }) => ({ id }))],
    });
    expect(ask().ok).toBe(true);
    expect(readFileSync(join(w.dir, 'center/keys/seal-key.pem'))).toEqual(key);
  });

  it('is not given another version by the start after that', () => {
    ensureHierarchy({ dataDir: w.dir, holders: sealHolders(), now: NOW });
    expect(trustOf(w.dir).list?.version).toBe(2);
  });

  it('is read by whoever starts then', () => {
    const followed = followTrust(join(w.dir, 'trust'), defect => {
      throw defect;
    });
    expect(ask(followed.trust()).ok).toBe(true);
    followed.stop();
  });
});
