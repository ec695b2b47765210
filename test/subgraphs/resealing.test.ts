/** What a department has answered, and nobody has taken yet, when the certificate is revoked that it was sealed with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openKept } from '../../certs/custody/open.ts';
import { toHex } from '../../certs/hex.ts';
import { atWork } from '../../certs/hierarchy/at-work.ts';
import { renewKey } from '../../certs/hierarchy/succession.ts';
import { turnCertificate } from '../../certs/hierarchy/turn.ts';
import { openSealer, type Sealer } from '../../certs/seal.ts';
import { checkSeal, readTrust, type Trust } from '../../certs/verify.ts';
import type { ItemOutcome } from '../../subgraphs/generated/contract.ts';
import { filing, type Hall, NOW, type Office, openHall, openOffice } from './office.ts';

let hall: Hall;
/** Of the first key: a renewal takes its file away. */
let before: ReturnType<Hall['party']>;
const offices: Office[] = [];
beforeEach(() => {
  hall = openHall();
  before = hall.party('business');
});
afterEach(async () => {
  for (const office of offices.splice(0)) await office.close();
  hall.remove();
});

/** The same office each time, as after a restart. */
async function open(options: { readonly sealer?: Sealer; readonly trust?: Trust } = {}): Promise<Office> {
  const office = await openOffice(hall, 'business', { name: 'office', sealer: before.sealer, ...options });
  offices.push(office);
  return office;
}

const work = <Result>(act: (at: Parameters<typeof renewKey>[0]) => Result): Result =>
  atWork(hall.dir, { who: 'test', at: NOW }, act);
const revoke = () =>
  work(at =>
    turnCertificate(
      at,
      { issuer: 'seal-authority', serial: toHex(before.certificate.serial) },
      { turn: 'REVOKED', at: new Date(NOW.getTime() - 60_000), reason: 'keyCompromise' },
    ),
  );
async function renewed(): Promise<Sealer> {
  await work(at => renewKey(at, 'business'));
  return openSealer(await openKept(join(hall.dir, 'business', 'keys'), 'seal'));
}
function trustOfToday(): Trust {
  const file = (name: string) => readFileSync(join(hall.dir, 'trust', name));
  const list = { json: file('list.json'), p7s: file('list.p7s') };
  return readTrust({ rootPem: hall.text('trust/root.pem'), list, crls: ['root.crl', 'seal-authority.crl'].map(file) });
}
const documentOf = (outcome: ItemOutcome | undefined) => {
  if (!outcome || !('document' in outcome)) throw new Error('not answered');
  return outcome.document;
};
const counts = ({ record, seal }: { record: string; seal?: string | null }, trust: Trust) =>
  checkSeal({ record: Buffer.from(record), seal: Buffer.from(seal ?? '', 'base64'), trust, at: NOW }).ok;

it('an answer is given again under the seal of today, and from then on under that', async () => {
  const asked = filing('license');
  const first = documentOf(await (await open()).one(asked));
  revoke();
  const sealer = await renewed();
  const trust = trustOfToday();
  expect(counts(first, trust)).toBe(false);
  const again = documentOf(await (await open({ sealer, trust })).one(asked));
  expect(again.record).toBe(first.record);
  expect(counts(again, trust)).toBe(true);
  expect(documentOf(await (await open({ sealer, trust })).one(asked))).toEqual(again);
  const [looked] = await (await open({ sealer, trust })).outcomes([asked.operationId]);
  expect(documentOf(looked)).toEqual(again);
});

it('an answer stays as it was while there is no other seal, and while its own counts', async () => {
  const asked = filing('license');
  const first = documentOf(await (await open()).one(asked));
  const sealer = await renewed();
  expect(documentOf(await (await open({ sealer, trust: trustOfToday() })).one(asked))).toEqual(first);
  revoke();
  expect(documentOf(await (await open({ trust: trustOfToday() })).one(asked))).toEqual(first);
});
