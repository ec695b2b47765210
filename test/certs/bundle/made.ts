/** A case of three papers and two slips, sealed, stamped, logged and bundled by hand. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleContent, type Paper, writeBundle } from '../../../certs/bundle/write.ts';
import type { Holder } from '../../../certs/ca.ts';
import { signatureOf, withTimeStamp } from '../../../certs/cms.ts';
import { issueCrl } from '../../../certs/crl-issue.ts';
import type { Issuer } from '../../../certs/issue.ts';
import type { JsonObject, JsonValue } from '../../../certs/jcs.ts';
import { canonicalize } from '../../../certs/jcs.ts';
import { LEAVED_RECORD_FORMAT } from '../../../certs/leaves.ts';
import { hashOf, type LedgerEntry, NO_LEDGER } from '../../../certs/ledger-chain.ts';
import { entryOf } from '../../../certs/log/entry.ts';
import { openKeySigner } from '../../../certs/signer.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../../certs/time-stamp.ts';
import { openTimeStampAuthority } from '../../../certs/tsa.ts';
import { coveredRecord } from '../../fixtures/covered.ts';
import { type ToyLog, toyLog } from '../../fixtures/toy-log.ts';
import { bytesOf, digest, NOW, type World, world } from '../fixture.ts';

export const BUNDLE_HOLDERS: readonly Holder[] = [
  { id: 'center', organization: '政务服务中心', seals: ['ACCEPTANCE', 'DECISION'] },
  { id: 'business', organization: '市场监督管理局', seals: ['BUSINESS_LICENSE'] },
  { id: 'tax', organization: '税务局', seals: ['NATIONAL_TAX', 'REVOCATION'] },
];

export const sha256 = (bytes: Uint8Array): string => Buffer.from(digest(bytes)).toString('hex');

export interface Made {
  readonly world: World;
  readonly content: BundleContent;
  readonly bytes: Uint8Array;
  /** The same case with other content. */
  again(changes: Partial<BundleContent>): Promise<Uint8Array>;
  readonly log: ToyLog;
  /** The center's seal over a manifest, stamped. */
  seal(manifest: Uint8Array): Promise<Uint8Array>;
}

export const bundleWorld = (): World => world(BUNDLE_HOLDERS);

/** @param serial The place of the case among those of its day. */
export async function made(w: World, serial = 1): Promise<Made> {
  const number = `371002-20250630-0000${serial}-5`;
  const stamp = stamperOf(w);
  const seal = async (holder: string, record: Uint8Array): Promise<Uint8Array> => {
    const bare = w.party(holder).seal(record, NOW);
    return withTimeStamp(bare, await stamp(signatureOf(bare)));
  };
  const ledger = new Ledger(number);
  const sealedBytes = async (id: string, holder: string, record: Uint8Array): Promise<Sealed> => {
    const bare = w.party(holder).seal(record, NOW);
    return { id, holder, record, bare, seal: withTimeStamp(bare, await stamp(signatureOf(bare))) };
  };
  const sealed = (id: string, record: JsonObject): Promise<Sealed> =>
    sealedBytes(id, String(record.department), bytesOf(record));

  ledger.enter([{ event: 'OPENED', regime: 'R2', version: 1 }]);
  const acceptance = await sealed(idOf(serial, 0), slip(number, 'ACCEPTANCE', ledger.head));
  ledger.enter([slipEvent(acceptance), { event: 'CASE', state: 'ACCEPTED', acceptedOn: '2025-06-30' }]);
  const name = { id: idOf(serial, 1), record: bytesOf(paper(number, 'business', 'NAME', 'N')) };
  const named = coveredRecord(PERSONS, {
    ...paper(number, 'business', 'BUSINESS_LICENSE', `L-${serial}`),
    format: LEAVED_RECORD_FORMAT,
  });
  const license = await sealedBytes(idOf(serial, 2), 'business', named.record);
  const tax = await sealed(idOf(serial, 3), paper(number, 'tax', 'NATIONAL_TAX', `T-${serial}`));
  ledger.enter([document(name.id, name.record), document(license.id, license.record, license.bare)]);
  ledger.enter([document(tax.id, tax.record, tax.bare), { event: 'ITEM', item: 'tax', waits: '换行\n和"引号"' }]);
  const decision = await sealed(idOf(serial, 4), {
    ...slip(number, 'DECISION', ledger.head),
    items: [
      { item: 'name', recordSha256: sha256(name.record) },
      { item: 'license', recordSha256: sha256(license.record) },
      { item: 'tax', recordSha256: sha256(tax.record) },
    ],
  });
  ledger.enter([slipEvent(decision), { event: 'CASE', state: 'CLOSED', acceptedOn: '2025-06-30' }]);

  const entered = [acceptance, license, tax, decision];
  const list = w.trust.list!;
  const log = toyLog(
    // Others have sealed before, between and after.
    [
      ...entered.flatMap(one => [entryOf('seal', Buffer.from(one.id)), entryOf(one.holder, one.seal)]),
      entryOf('seal', Buffer.from('x')),
    ],
    { origin: list.logs[0]!.origin, key: createPrivateKey(w.text('center/keys/log-key.pem')) },
  );
  const proved = async (one: Sealed): Promise<Paper> => ({
    id: one.id,
    record: one.record,
    seal: one.seal,
    proof: await log.proof(2 * entered.indexOf(one) + 1),
  });
  const content: BundleContent = {
    number,
    regime: { id: 'R2', version: 1 },
    state: 'CLOSED',
    acceptedOn: '2025-06-30',
    madeAt: new Date(NOW.getTime() + 1_000),
    papers: [
      { ...name, seal: undefined, proof: undefined },
      { ...(await proved(license)), disclosures: named.disclosures },
      await proved(tax),
    ],
    slips: [await proved(acceptance), await proved(decision)],
    ledger: ledger.entries,
    trust: trustFiles(w),
    checkpoint: Buffer.from(await log.cosigned()),
  };
  const sealManifest = (manifest: Uint8Array) => seal('center', manifest);
  const again = (changes: Partial<BundleContent>) => writeBundle({ ...content, ...changes }, sealManifest);
  return { world: w, content, bytes: await again({}), again, log, seal: sealManifest };
}

/** Whom the license names in leaves, by path below `content`; quotes and brackets are for who checks by hand. */
export const PERSONS: Readonly<Record<string, JsonValue>> = {
  idNumber: { salt: 'a', sha256: 'b' },
  name: '甲"某},"x":{"salt":"\\',
  other: '乙某',
};

interface Sealed {
  readonly id: string;
  readonly holder: string;
  readonly record: Uint8Array;
  readonly bare: Uint8Array;
  readonly seal: Uint8Array;
}

const idOf = (serial: number, place: number): string => sha256(Buffer.from(`${serial}/${place}`)).slice(0, 32);

const slip = (caseNumber: string, kind: string, { seq, hash }: { seq: number; hash: string }): JsonObject => ({
  format: 'one-window/slip/1',
  department: 'center',
  kind,
  number: `${caseNumber}/${kind}/1`,
  caseNumber,
  ledger: { seq, hash },
});

const paper = (caseNumber: string, department: string, kind: string, number: string): JsonObject => ({
  format: 'one-window/record/1',
  department,
  kind,
  number,
  caseNumber,
  holder: '某市𠀀山贸易有限公司',
});

const document = (id: string, record: Uint8Array, seal?: Uint8Array): JsonObject => ({
  event: 'DOCUMENT',
  id,
  outcome: 'GRANTED',
  recordSha256: sha256(record),
  sealSha256: seal ? sha256(seal) : null,
});

const slipEvent = ({ id, record, bare }: Sealed): JsonObject => {
  const { kind, number } = JSON.parse(Buffer.from(record).toString()) as { kind: string; number: string };
  return { event: 'SLIP', id, kind, number, recordSha256: sha256(record), sealSha256: sha256(bare) };
};

/** A ledger that is written as the window does. */
export class Ledger {
  readonly number: string;
  readonly entries: LedgerEntry[] = [];

  constructor(number: string) {
    this.number = number;
  }

  get head(): { seq: number; hash: string } {
    return this.entries.at(-1) ?? NO_LEDGER;
  }

  enter(events: readonly JsonValue[]): void {
    const { seq, hash } = this.head;
    const entry = { caseNumber: this.number, seq: seq + 1, at: NOW.getTime() + seq, events: canonicalize(events) };
    this.entries.push({ ...entry, hash: hashOf(entry, hash) });
  }
}

function stamperOf(w: World): (signature: Uint8Array) => Promise<Uint8Array> {
  const authority = openTimeStampAuthority({
    signer: openKeySigner(w.text('tsa/keys/tsa-key.pem'), 'tsa'),
    chainPem: w.text('tsa/keys/tsa-chain.pem'),
    policy: w.trust.list!.timeStamping[0]!.policy,
  });
  return async signature => {
    const request = writeTimeStampRequest({ imprint: { sha256: digest(signature), hasNull: false }, certReq: true });
    const response = readTimeStampResponse(await authority.answer(request, NOW));
    if (!response.granted) throw new Error('nobody stamps');
    return response.token;
  };
}

export function trustFiles({ dir, root, sealAuthority }: World): BundleContent['trust'] {
  const at = (name: string) => readFileSync(join(dir, 'trust', name));
  const crlOf = (issuer: Issuer): Uint8Array =>
    issueCrl({ issuer, number: 1, thisUpdate: NOW, nextUpdate: new Date(NOW.getTime() + weekMs), entries: [] }).der;
  return {
    root: at('root.pem'),
    chain: at('chain.pem'),
    list: at('list.json'),
    listSeal: at('list.p7s'),
    crls: new Map([
      ['root', crlOf(root)],
      ['seal-authority', crlOf(sealAuthority)],
    ]),
  };
}

const weekMs = 7 * 86_400_000;
