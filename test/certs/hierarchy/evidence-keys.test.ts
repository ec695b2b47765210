/** What the hierarchy holds for time stamps and the log, and how a data folder without them gets it. */
import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../../certs/ca.ts';
import { canonicalize, type JsonObject } from '../../../certs/jcs.ts';
import { certificatesFromPem } from '../../../certs/pem.ts';
import { readCertificate } from '../../../certs/x509.ts';
import { HOLDERS, hasOpenssl, NOW, openssl, trustOf, type World, world } from '../fixture.ts';

const open: World[] = [];
afterEach(() => {
  for (const { remove } of open.splice(0)) remove();
});
function fresh(): World {
  const made = world();
  open.push(made);
  return made;
}
const rawOf = (pem: string) =>
  createPublicKey(createPrivateKey(pem)).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

describe('the hierarchy', () => {
  it('names on the trust list the log by its root, a witness per department, and the time-stamp authority', () => {
    const { dir, text, root } = fresh();
    const { list } = trustOf(dir);
    const rootHash = hash('sha256', root.certificate.der, 'hex');
    const [stamps] = certificatesFromPem(text('tsa/keys/tsa-chain.pem'));
    expect(list?.logs).toEqual([
      { origin: `one-window.internal/log/${rootHash.slice(0, 16)}`, key: rawOf(text('center/keys/log-key.pem')) },
    ]);
    expect(list?.witnesses).toEqual(
      ['business', 'tax'].map(id => ({
        holder: id,
        name: `${id}.one-window.internal/witness`,
        key: rawOf(text(`${id}/keys/witness-key.pem`)),
      })),
    );
    expect(list?.timeStamping).toEqual([{ policy: '2.999.3161.1', certificates: [hash('sha256', stamps!, 'hex')] }]);
    expect(readdirSync(join(dir, 'center/keys'))).not.toContain('witness-key.pem');
  });

  it('signs checkpoints with Ed25519', () => {
    const key = createPrivateKey(fresh().text('center/keys/log-key.pem'));
    const note = Buffer.from('checkpoint');
    expect(verify(null, note, createPublicKey(key), sign(null, note, key))).toBe(true);
  });

  (hasOpenssl ? it : it.skip)('has time stamps signed by a certificate that openssl takes for nothing else', () => {
    const { text } = fresh();
    const files = {
      'root.pem': text('trust/root.pem'),
      'chain.pem': text('trust/chain.pem'),
      'tsa.pem': text('tsa/keys/tsa-chain.pem'),
    };
    const at = ['-attime', String(Math.floor(NOW.getTime() / 1000))];
    const anchors = ['-CAfile', 'root.pem', '-untrusted', 'chain.pem'];
    const takenFor = (purpose: string) =>
      openssl(['verify', '-x509_strict', ...at, ...anchors, '-purpose', purpose, 'tsa.pem'], files).output;
    expect(takenFor('timestampsign')).toBe('tsa.pem: OK\n');
    expect(takenFor('smimesign')).toContain('unsuitable certificate purpose');
    expect(takenFor('sslserver')).toContain('unsuitable certificate purpose');
  });

  it('refuses a holder that would live in the folder of the time-stamp authority', () => {
    const { dir } = fresh();
    const holders = [...HOLDERS, { id: 'tsa', organization: '某', seals: [] }];
    expect(() => ensureHierarchy({ dataDir: dir, holders, now: NOW })).toThrow('a holder cannot have the id "tsa"');
  });
});

/** Takes from a data folder whatever its version of before seals were stamped and logged had not made. */
function makeFormer({ dir, party }: World): void {
  rmSync(join(dir, 'tsa'), { recursive: true });
  rmSync(join(dir, 'center/keys/log-key.pem'));
  for (const { id } of HOLDERS) rmSync(join(dir, id, 'keys/witness-key.pem'), { force: true });
  const { logs, witnesses, timeStamping, ...list } = JSON.parse(
    readFileSync(join(dir, 'trust/list.json'), 'utf8'),
  ) as JsonObject;
  const json = Buffer.from(canonicalize(list));
  writeFileSync(join(dir, 'trust/list.json'), json);
  writeFileSync(join(dir, 'trust/list.p7s'), party('center').seal(json, NOW));
}

describe('a data folder of before seals were stamped and logged', () => {
  it('still reads, as having no log', () => {
    const former = fresh();
    makeFormer(former);
    expect(trustOf(former.dir).list).toMatchObject({ version: 1, logs: [], witnesses: [], timeStamping: [] });
  });

  it('is completed, and keeps its certificates', () => {
    const former = fresh();
    makeFormer(former);
    const seal = former.text('tax/keys/seal-chain.pem');
    ensureHierarchy({ dataDir: former.dir, holders: HOLDERS, now: NOW });
    expect(former.text('tax/keys/seal-chain.pem')).toBe(seal);
    const { list } = trustOf(former.dir);
    expect(list).toMatchObject({ version: 2, holders: [{ id: 'center' }, { id: 'business' }, { id: 'tax' }] });
    expect([list?.logs, list?.witnesses, list?.timeStamping].map(entries => entries?.length)).toEqual([1, 2, 1]);
    const [stamps] = certificatesFromPem(former.text('tsa/keys/tsa-chain.pem'));
    expect(readCertificate(stamps!).extensions.profile).toBe('TIME_STAMP');
    expect(existsSync(join(former.dir, 'tax/keys/witness-key.pem'))).toBe(true);
  });
});
