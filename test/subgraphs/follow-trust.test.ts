/** What a running process learns of revocation, and what it does not believe. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readCrl } from '../../certs/crl.ts';
import { toHex } from '../../certs/hex.ts';
import { openActs } from '../../certs/hierarchy/acts.ts';
import { authorityFolder, ensureAuthorities } from '../../certs/hierarchy/authorities.ts';
import { publishList } from '../../certs/hierarchy/revocation.ts';
import { checkSeal } from '../../certs/verify.ts';
import { followTrust } from '../../subgraphs/keys.ts';
import { faults, NOW, TAX_RECORD, type World, world } from '../certs/fixture.ts';

let w: World;
let reported: string[];
let followed: ReturnType<typeof followTrust>;

beforeEach(() => {
  jest.useFakeTimers();
  w = world();
  reported = [];
  followed = followTrust(join(w.dir, 'trust'), ({ message }) => reported.push(message));
});
afterEach(() => {
  followed.stop();
  jest.useRealTimers();
  w.remove();
});

const file = (name: string) => join(w.dir, 'trust', name);
const minute = () => jest.advanceTimersByTime(60_000);
const numbers = () => followed.trust().crls.map(der => readCrl(der).number);

/** The next list of the seal authority, with tax on it. */
function revokeTax(): void {
  const acts = openActs(authorityFolder(w.dir));
  const by = { who: 'test', at: NOW };
  const serial = toHex(w.party('tax').certificate.serial);
  const revokedAt = NOW.toISOString();
  acts.append([{ act: 'REVOKED', issuer: 'seal-authority', serial, reason: 'superseded', revokedAt }], by);
  publishList({ dataDir: w.dir, authorities: ensureAuthorities(w.dir, NOW), acts, by }, 'seal-authority');
}

describe('the revocation lists that a process follows', () => {
  it('make a seal that was good refused on its way, within a minute', () => {
    const seal = w.party('tax').seal(TAX_RECORD, NOW);
    const ask = () => checkSeal({ record: TAX_RECORD, seal, trust: followed.trust(), at: NOW });
    expect(ask().ok).toBe(true);
    revokeTax();
    minute();
    const refused = ask();
    expect(refused.ok ? [] : faults(refused.judgement)).toEqual([expect.stringMatching(/^CERTIFICATE_REVOKED/)]);
    expect([numbers(), reported]).toEqual([[1, 2], []]);
  });

  it('are not taken when their number is lower than one seen before, and that is reported once', () => {
    copyFileSync(file('seal-authority.crl'), file('old'));
    revokeTax();
    minute();
    copyFileSync(file('old'), file('seal-authority.crl'));
    minute();
    minute();
    expect(numbers()).toEqual([1, 2]);
    expect(reported).toEqual([
      'seal-authority.crl is not taken: seal-authority.crl has the number 1, and 2 was seen before',
    ]);
  });

  it('stay as they were when a file is damaged or gone, which is reported, and the trust list is read all the same', () => {
    writeFileSync(file('root.crl'), 'damaged');
    rmSync(file('seal-authority.crl'));
    minute();
    expect(numbers()).toEqual([1, 1]);
    expect(reported).toEqual([
      expect.stringMatching(/^root\.crl is not taken: /),
      expect.stringMatching(/^seal-authority\.crl is not taken: .* is missing/),
    ]);
    expect(followed.trust().list?.version).toBe(1);
  });

  it('are taken though the trust list beside them is broken', () => {
    revokeTax();
    writeFileSync(file('list.json'), '{}');
    minute();
    expect([numbers(), reported.length]).toEqual([[1, 2], 1]);
  });

  it('may be absent where there never were any', () => {
    followed.stop();
    for (const name of ['root.crl', 'seal-authority.crl']) rmSync(file(name));
    followed = followTrust(join(w.dir, 'trust'), ({ message }) => reported.push(message));
    minute();
    expect([numbers(), reported]).toEqual([[], []]);
  });
});
