/** What was made of papers in forms that people hold, in the rows: written once, with its leaf of the log. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { entryOf } from '../../../../certs/log/entry.ts';
import { UNSTAMPED } from '../../../../gateway/window/case.ts';
import { leafName, type Rendition } from '../../../../gateway/window/rendition.ts';
import { openStore } from '../../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../../gateway/window/store/secret.ts';
import type { Store } from '../../../../gateway/window/store.ts';
import { places, postgresAbsence, type TestPlace } from '../../../fixtures/database.ts';
import { logRowsIn } from '../../../fixtures/log-rows.ts';

const vault = openVault(randomBytes(32));

if (postgresAbsence !== undefined) it.skip(`renditions in PostgreSQL: ${postgresAbsence}`, () => {});

describe.each(places)('renditions in %s', (name, make) => {
  let at: TestPlace;
  const stores: Store[] = [];
  beforeEach(async () => {
    at = await make();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await at.remove();
  });
  async function open(): Promise<Store> {
    const store = await openStore(at.place, vault, defect => {
      throw defect;
    });
    stores.push(store);
    return store;
  }

  const rendition = (changes: Partial<Rendition> = {}): Rendition => ({
    paper: randomBytes(16).toString('hex'),
    form: 'PDF',
    caseNumber: '371002-20260302-00001-5',
    holder: 'tax',
    shows: 'ab'.repeat(32),
    bytes: randomBytes(60_000).toString('base64'),
    ...UNSTAMPED,
    proof: null,
    ...changes,
  });
  const stamp = { timeStamp: 'AAAA', stampedAt: 1_772_000_000_123 };
  const [bare, withStamp] = [Buffer.from('a seal'), Buffer.from('a seal with its time stamp')];
  const lines = async (): Promise<readonly string[]> =>
    (await logRowsIn(at.place)).leaves.map(({ idx, entry, paper, form }) => `${idx} ${paper} ${form} ${entry}`);
  const line = (idx: number, of: Rendition, form: string, seal: Uint8Array): string =>
    `${idx} ${leafName(of)} ${form} ${Buffer.from(entryOf('tax', seal))}`;

  it('are kept with the leaf of their seal, and given back as they were', async () => {
    const store = await open();
    const one = rendition(stamp);
    expect(await store.rendition(one.paper, 'PDF')).toBeUndefined();
    expect(await store.keepRendition(one, { was: undefined, newSeal: withStamp })).toEqual(one);
    expect(await store.rendition(one.paper, 'PDF')).toEqual(one);
    expect(await store.rendition(one.paper, 'SES')).toBeUndefined();
    expect(await lines()).toEqual([line(0, one, 'BT', withStamp)]);
  });

  it('are read by nobody who has the rows without the key: persons are named in them', async () => {
    const store = await open();
    const one = rendition({ ...stamp, bytes: Buffer.from('%PDF-1.7 甲子某').toString('base64') });
    await store.keepRendition(one, { was: undefined, newSeal: withStamp });
    const [row] = await at.query('select bytes from rendition');
    const kept = String(row?.bytes);
    expect(Buffer.from(kept, 'base64').includes('甲子某')).toBe(false);
    expect(vault.unlock(kept)).toBe(one.bytes);
  });

  it('stand as the first has written them, and what comes too late enters nothing in the log', async () => {
    const store = await open();
    const first = rendition(stamp);
    await store.keepRendition(first, { was: undefined, newSeal: withStamp });
    const late = { ...first, bytes: randomBytes(8).toString('base64') };
    expect(await store.keepRendition(late, { was: undefined, newSeal: bare })).toEqual(first);
    const proven = { ...first, proof: 'a proof' };
    expect(await store.keepRendition(proven, { was: first, newSeal: undefined })).toEqual(proven);
    // Under what was read meanwhile another proof stands.
    const other = { ...first, proof: 'another proof' };
    expect(await store.keepRendition(other, { was: first, newSeal: undefined })).toEqual(proven);
    expect(await lines()).toEqual([line(0, first, 'BT', withStamp)]);
  });

  it('are written once when many write at once', async () => {
    const store = await open();
    const first = rendition(stamp);
    const many = Array.from({ length: 20 }, () => ({ ...first, bytes: randomBytes(8).toString('base64') }));
    const standing = await Promise.all(
      many.map(one => store.keepRendition(one, { was: undefined, newSeal: withStamp })),
    );
    expect(new Set(standing.map(({ bytes }) => bytes)).size).toBe(1);
    expect(await lines()).toEqual([line(0, standing[0] as Rendition, 'BT', withStamp)]);
  });

  it('get a time stamp later, each once, with a second leaf; until then they are counted and listed', async () => {
    const store = await open();
    const some = [rendition(), rendition(), rendition(stamp)];
    for (const one of some) await store.keepRendition(one, { was: undefined, newSeal: bare });
    const [first, second] = some.slice(0, 2).sort((a, b) => (a.paper < b.paper ? -1 : 1)) as [Rendition, Rendition];
    expect((await store.pulse()).unstamped).toBe(2);
    expect(await store.unstampedRenditions('', 1)).toEqual({ renditions: [first], unreadable: [], after: first.paper });
    expect(await store.unstampedRenditions(first.paper, 5)).toEqual({
      renditions: [second],
      unreadable: [],
      after: null,
    });
    const complete = { ...first, ...stamp };
    for (const _ of [1, 2]) {
      expect(await store.keepRendition(complete, { was: first, newSeal: withStamp })).toEqual(complete);
    }
    expect((await store.pulse()).unstamped).toBe(1);
    expect((await lines()).slice(3)).toEqual([line(3, first, 'BT', withStamp)]);
  });

  it('make room for one that shows something else, whose seal has leaves of its own', async () => {
    const store = await open();
    const first = rendition(stamp);
    await store.keepRendition(first, { was: undefined, newSeal: withStamp });
    const anew = { ...rendition(stamp), paper: first.paper, shows: 'cd'.repeat(32) };
    expect(await store.keepRendition(anew, { was: first, newSeal: withStamp })).toEqual(anew);
    expect(await store.rendition(first.paper, 'PDF')).toEqual(anew);
    expect(await lines()).toEqual([line(0, first, 'BT', withStamp), line(1, anew, 'BT', withStamp)]);
  });

  it('are not given out when somebody has changed them in the database', async () => {
    const store = await open();
    const one = rendition();
    await store.keepRendition(one, { was: undefined, newSeal: bare });
    await at.query(`update rendition set proof = 'forged'`);
    await expect(store.rendition(one.paper, 'PDF')).rejects.toThrow(
      `the PDF of ${one.paper} is not as the window has written it`,
    );
    const { renditions, unreadable } = await store.unstampedRenditions('', 5);
    expect([renditions, unreadable.length]).toEqual([[], 1]);
  });

  if (name.startsWith('PostgreSQL')) {
    it('of two gateways are one', async () => {
      const [store, other] = [await open(), await open()];
      const first = rendition(stamp);
      const standing = await Promise.all(
        [store, other, store, other].map(each =>
          each.keepRendition(
            { ...first, bytes: randomBytes(8).toString('base64') },
            { was: undefined, newSeal: withStamp },
          ),
        ),
      );
      expect(new Set(standing.map(({ bytes }) => bytes)).size).toBe(1);
      expect(await other.rendition(first.paper, 'PDF')).toEqual(standing[0]);
      expect(await lines()).toHaveLength(1);
    });
  }
});
