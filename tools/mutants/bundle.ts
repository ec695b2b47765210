/** A whole case as one file: its papers by departments of both suites, its slips, its ledger, all of it VALID. */
import { type Paper, writeBundle } from '../../certs/bundle/write.ts';
import { withoutTimeStamp } from '../../certs/cms.ts';
import { canonicalize, type JsonObject, type JsonValue } from '../../certs/jcs.ts';
import { struckOutOf } from '../../certs/leaves.ts';
import { hashOf, type LedgerEntry, NO_LEDGER } from '../../certs/ledger-chain.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { disclosedRecord } from './disclosures.ts';
import type { HolderId } from './hierarchy.ts';
import type { OwnLog } from './log.ts';
import { sha256 } from './signed-data.ts';

export interface BundlePlan {
  readonly seed: number;
  readonly log: OwnLog;
  readonly madeAt: Date;
  readonly trust: Parameters<typeof writeBundle>[0]['trust'];
  /** A seal with its time stamp. */
  seal(holder: HolderId, record: Uint8Array): Promise<Uint8Array>;
}

const CASE_NUMBER = '371002-20260302-00001-5';
const HOLDER = '某市𠀀山贸易有限公司';

const hex = (bytes: Uint8Array): string => sha256(bytes).toString('hex');
const idOf = (seed: number, place: number): string => hex(Buffer.from(`paper ${seed} ${place}`)).slice(0, 32);

interface Made {
  readonly id: string;
  readonly holder: HolderId;
  readonly record: Uint8Array;
  readonly disclosures?: Uint8Array;
  readonly seal?: Uint8Array;
}

/** Of the license, by two persons, when the case was over. */
export const STRUCK_OUT = 'content.founders.1.name';

/** A bundle, and what was disclosed of its license before something of it was struck out. */
export interface MadeBundle {
  readonly zip: Uint8Array;
  readonly unstruck: Uint8Array;
}

export async function makeBundle({ seed, log, madeAt, trust, seal }: BundlePlan): Promise<MadeBundle> {
  const ledger: LedgerEntry[] = [];
  const head = () => ledger.at(-1) ?? NO_LEDGER;
  const enter = (...events: readonly JsonValue[]): void => {
    const { seq, hash } = head();
    const at = madeAt.getTime() - 60_000 + seq;
    const entry = { caseNumber: CASE_NUMBER, seq: seq + 1, at, events: canonicalize(events) };
    ledger.push({ ...entry, hash: hashOf(entry, hash) });
  };
  let made = 0;
  const recorded = (holder: HolderId, members: JsonObject): Made => {
    const record = Buffer.from(canonicalize({ department: holder, caseNumber: CASE_NUMBER, ...members }));
    return { id: idOf(seed, made++), holder, record };
  };
  const sealed = async (one: Made): Promise<Made> => ({ ...one, seal: await seal(one.holder, one.record) });
  const paper = (holder: HolderId, kind: string): Made =>
    recorded(holder, { format: 'one-window/record/1', kind, number: `${kind}-1`, holder: HOLDER });
  const slip = (kind: string, more: JsonObject = {}): Promise<Made> => {
    const { seq, hash } = head();
    const number = `${CASE_NUMBER}/${kind}/1`;
    return sealed(recorded('center', { format: 'one-window/slip/1', kind, number, ledger: { seq, hash }, ...more }));
  };

  enter({ event: 'OPENED', regime: 'R2', version: 1 });
  const acceptance = await slip('ACCEPTANCE');
  enter(slipEvent(acceptance, 'ACCEPTANCE'), { event: 'CASE', state: 'ACCEPTED', acceptedOn: '2026-03-02' });
  const name = paper('business', 'NAME');
  const kind = 'BUSINESS_LICENSE';
  const named = disclosedRecord(seed, 'bundle', {
    department: 'business',
    caseNumber: CASE_NUMBER,
    kind,
    number: `${kind}-1`,
    holder: HOLDER,
  });
  const license = await sealed({
    id: idOf(seed, made++),
    holder: 'business',
    record: named.record,
    disclosures: struckOutOf(named.disclosures, [STRUCK_OUT])!,
  });
  const tax = await sealed(paper('tax', 'NATIONAL_TAX'));
  enter(...[name, license, tax].map(documentEvent));
  const decision = await slip('DECISION', {
    items: [license, tax].map(({ record }) => ({ recordSha256: hex(record) })),
  });
  enter(slipEvent(decision, 'DECISION'), { event: 'CASE', state: 'CLOSED', acceptedOn: '2026-03-02' });
  const persons = { by: 'officer', approvedBy: 'supervisor', reason: '依申请' };
  enter({ event: 'STRUCK_OUT', id: license.id, paths: [STRUCK_OUT], ...persons });

  const stamped = [acceptance, license, tax, decision];
  const proofs = log.prove(stamped.map(({ holder, seal: of }) => entryOf(holder, of!)));
  const proved = (one: Made): Paper => ({
    id: one.id,
    record: one.record,
    ...(one.disclosures && { disclosures: one.disclosures }),
    seal: one.seal,
    proof: proofs[stamped.indexOf(one)],
  });
  const content = {
    number: CASE_NUMBER,
    regime: { id: 'R2', version: 1 },
    state: 'CLOSED',
    acceptedOn: '2026-03-02',
    madeAt,
    papers: [name, license, tax].map(proved),
    slips: [acceptance, decision].map(proved),
    ledger,
    trust,
    checkpoint: log.checkpointOver(stamped.map(({ holder, seal: of }) => entryOf(holder, of!))),
  };
  const zip = await writeBundle(content, manifest => seal('center', manifest));
  return { zip, unstruck: named.disclosures };
}

const documentEvent = ({ id, record, seal }: Made): JsonObject => ({
  event: 'DOCUMENT',
  id,
  outcome: 'GRANTED',
  recordSha256: hex(record),
  sealSha256: seal ? hex(withoutTimeStamp(seal)) : null,
});

const slipEvent = ({ id, record, seal }: Made, kind: string): JsonObject => ({
  event: 'SLIP',
  id,
  kind,
  number: `${CASE_NUMBER}/${kind}/1`,
  recordSha256: hex(record),
  sealSha256: hex(withoutTimeStamp(seal!)),
});
