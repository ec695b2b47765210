/** Certificates put on hold, taken off it and revoked, and the lists that say so. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../../certs/ca.ts';
import { readCrl } from '../../../certs/crl.ts';
import { toHex } from '../../../certs/hex.ts';
import { atWork } from '../../../certs/hierarchy/at-work.ts';
import { type ListingAuthority, publishDueLists, publishList } from '../../../certs/hierarchy/revocation.ts';
import { turnCertificate, type Wish } from '../../../certs/hierarchy/turn.ts';
import { HOLDERS, hasOpenssl, NOW, openssl, type World, world } from '../fixture.ts';

const open: World[] = [];
afterEach(() => {
  for (const { remove } of open.splice(0)) remove();
});
function fresh(): World {
  const made = world();
  open.push(made);
  return made;
}

const dayMs = 86_400_000;
const later = (days: number) => new Date(NOW.getTime() + days * dayMs);
const by = (at = NOW) => ({ who: 'test', at });
const list = ({ dir }: World, name: ListingAuthority = 'seal-authority') =>
  readCrl(readFileSync(join(dir, 'trust', `${name}.crl`)));
const listed = (w: World) =>
  list(w).entries.map(({ serial, reason, revocationDate, invalidityDate }) => [
    toHex(serial),
    reason,
    revocationDate.toISOString(),
    invalidityDate?.toISOString(),
  ]);
const serialOf = (w: World, id: string) => toHex(w.party(id).certificate.serial);
const turn = (w: World, id: string, wish: Wish, at = NOW) =>
  atWork(w.dir, by(at), work => turnCertificate(work, { issuer: 'seal-authority', serial: serialOf(w, id) }, wish));
const REVOKED: Wish = { turn: 'REVOKED', at: NOW, reason: 'keyCompromise', invalidityDate: later(-1 / 48) };
const SECOND = new Date(Math.floor(NOW.getTime() / 1000) * 1000);

describe('a new hierarchy', () => {
  it('has two lists of the number 1, and nobody on them', () => {
    const w = fresh();
    for (const name of ['root', 'seal-authority'] as const) {
      expect([list(w, name).number, list(w, name).entries]).toEqual([1, []]);
      expect(list(w, name).thisUpdate).toEqual(SECOND);
    }
    expect(list(w).nextUpdate.getTime() - SECOND.getTime()).toBe(7 * dayMs);
  });
});

describe('a certificate', () => {
  it('is on hold, resumed and absent from the next list, revoked and on every list after', () => {
    const w = fresh();
    const serial = serialOf(w, 'tax');
    expect(turn(w, 'tax', { turn: 'SUSPENDED', at: NOW })).toBe(true);
    expect([list(w).number, listed(w)]).toEqual([2, [[serial, 'certificateHold', SECOND.toISOString(), undefined]]]);
    expect(turn(w, 'tax', { turn: 'RESUMED' })).toBe(true);
    expect([list(w).number, listed(w)]).toEqual([3, []]);
    expect(turn(w, 'tax', REVOKED)).toBe(true);
    const entry = [serial, 'keyCompromise', SECOND.toISOString(), '2025-06-30T07:30:00.000Z'];
    expect([list(w).number, listed(w)]).toEqual([4, [entry]]);
    atWork(w.dir, by(later(6 * 365)), work => publishList(work, 'seal-authority'));
    expect([list(w).number, listed(w)]).toEqual([5, [entry]]);
  });

  it('stays as it is when the same is done again: no act, no list', () => {
    const w = fresh();
    turn(w, 'tax', REVOKED);
    const acts = w.text('authority/acts.jsonl');
    expect(turn(w, 'tax', REVOKED)).toBe(false);
    expect([w.text('authority/acts.jsonl'), list(w).number]).toEqual([acts, 2]);
  });

  it.each<[string, readonly Wish[], RegExp]>([
    ['what was revoked', [REVOKED, { turn: 'RESUMED' }], /a certificate that is revoked can't be taken off hold/],
    [
      'what was never on hold',
      [{ turn: 'SUSPENDED', at: NOW }, { turn: 'RESUMED' }, REVOKED, { turn: 'SUSPENDED', at: NOW }],
      /a certificate that is revoked can't be put on hold/,
    ],
    [
      'a revocation, to another reason',
      [REVOKED, { ...REVOKED, reason: 'superseded' } as Wish],
      /it was revoked on .* already \(keyCompromise\): a revocation is not changed/,
    ],
    [
      'what was not yet in force',
      [{ turn: 'REVOKED', at: later(-1), reason: 'superseded' }],
      /it was not in force before 2025-06-30T07:00:00.000Z/,
    ],
    ['what was invalid only later', [{ ...REVOKED, invalidityDate: later(1) } as Wish], /is not after its revocation/],
  ])('is not turned: %s', (_, wishes, sentence) => {
    const w = fresh();
    const [last, ...before] = wishes.toReversed();
    for (const wish of before.reverse()) turn(w, 'tax', wish);
    const acts = w.text('authority/acts.jsonl');
    expect(() => turn(w, 'tax', last!)).toThrow(sentence);
    expect(w.text('authority/acts.jsonl')).toBe(acts);
  });

  it('of the internal network, or of another authority, is not turned', () => {
    const w = fresh();
    const act = (issuer: 'transport-authority' | 'root', serial: string) => () =>
      atWork(w.dir, by(), work => turnCertificate(work, { issuer, serial }, REVOKED));
    const [tls] =
      w.text('authority/acts.jsonl').match(/"issuer":"transport-authority","serial":"[0-9a-f]+","holder":"tax"/) ?? [];
    expect(act('transport-authority', /serial":"([0-9a-f]+)/.exec(tls!)![1]!)).toThrow(
      /the internal network, which knows no revocation lists/,
    );
    expect(act('root', serialOf(w, 'tax'))).toThrow(/root has issued no certificate/);
  });

  it('is not turned while the key of its authority is kept elsewhere, and that is not recorded', () => {
    const w = fresh();
    rmSync(join(w.dir, 'authority/seal-authority-key.pem'));
    const acts = w.text('authority/acts.jsonl');
    expect(() => turn(w, 'tax', REVOKED)).toThrow(/seal-authority-key\.pem is missing/);
    expect(w.text('authority/acts.jsonl')).toBe(acts);
  });
});

describe('a revocation list', () => {
  it('is issued anew when half of its time is over, and not before', () => {
    const w = fresh();
    const due = (days: number) => atWork(w.dir, by(later(days)), publishDueLists);
    expect(due(3)).toEqual([]);
    expect(due(4)).toEqual(['seal-authority']);
    expect([list(w).number, list(w, 'root').number]).toEqual([2, 1]);
    expect(due(91)).toEqual(['root', 'seal-authority']);
  });

  it('follows the record when a crash came between the two', () => {
    const w = fresh();
    const before = readFileSync(join(w.dir, 'trust/seal-authority.crl'));
    turn(w, 'tax', REVOKED);
    writeFileSync(join(w.dir, 'trust/seal-authority.crl'), before);
    ensureHierarchy({ dataDir: w.dir, holders: HOLDERS, now: NOW });
    expect([list(w).number, listed(w).length]).toEqual([3, 1]);
  });

  it('never has a number twice, though the list of before was lost', () => {
    const w = fresh();
    turn(w, 'tax', REVOKED);
    rmSync(join(w.dir, 'trust/seal-authority.crl'));
    ensureHierarchy({ dataDir: w.dir, holders: HOLDERS, now: NOW });
    expect(list(w).number).toBe(3);
  });

  it.each<[string, Wish]>([
    ['revoked', REVOKED],
    ['put on hold', { turn: 'SUSPENDED', at: NOW }],
  ])('is not issued from a record that has forgotten whom it has %s', (_, wish) => {
    const w = fresh();
    turn(w, 'tax', wish);
    rmSync(join(w.dir, 'authority/acts.jsonl'));
    expect(() => ensureHierarchy({ dataDir: w.dir, holders: HOLDERS, now: NOW })).toThrow(
      /seal-authority\.crl lists [0-9a-f]+, which acts\.jsonl does not know of: put the record back/,
    );
    expect(listed(w)).toHaveLength(1);
  });

  it('stays as it is while its authority’s key is kept elsewhere', () => {
    const w = fresh();
    rmSync(join(w.dir, 'authority/root-key.pem'));
    expect(atWork(w.dir, by(later(179)), publishDueLists)).toEqual(['seal-authority']);
  });

  (hasOpenssl ? it : it.skip)('is believed by openssl: the good are good, the revoked are not', () => {
    const w = fresh();
    turn(w, 'tax', REVOKED);
    const files = {
      'root.pem': w.text('trust/root.pem'),
      'chain.pem': w.text('trust/chain.pem'),
      'tax.pem': w.text('tax/keys/seal-chain.pem'),
      'business.pem': w.text('business/keys/seal-chain.pem'),
      'root.crl': readFileSync(join(w.dir, 'trust/root.crl')),
      'seal.crl': readFileSync(join(w.dir, 'trust/seal-authority.crl')),
    };
    const at = ['-attime', String(Math.floor(NOW.getTime() / 1000) + 1)];
    const lists = ['-crl_check_all', '-CRLfile', 'root.crl', '-CRLfile', 'seal.crl'];
    const verify = (of: string) =>
      openssl(['verify', ...at, ...lists, '-CAfile', 'root.pem', '-untrusted', 'chain.pem', of], files).output;
    expect(verify('business.pem')).toBe('business.pem: OK\n');
    expect(verify('tax.pem')).toContain('certificate revoked');
  });
});
