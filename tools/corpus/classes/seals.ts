/** Seals that are as they were made, judged by trusts and at times of many kinds. */

import type { RevocationReason } from '../../../certs/crl.ts';
import type { JsonObject } from '../../../certs/jcs.ts';
import type { TrustList } from '../../../certs/trust-list.ts';
import type { Verdict } from '../../../certs/verify.ts';
import type { Random } from '../../generate/random.ts';
import type { Certified } from '../../mutants/hierarchy.ts';
import { seededEd25519 } from '../../mutants/keys.ts';
import type { Class, Drawn } from '../entry.ts';
import type { TrustFolder } from '../files.ts';
import { bytesOf, coveredRecordOf, type Department, disclosuresOf, recordOf } from '../papers.ts';
import { AT, BEGUN, ENDED, hourMs, LONG_LISTED, later, SEALED, STAMPED } from '../times.ts';
import { type Revoked, trustOf, withHolder } from '../trusts.ts';
import { DEPARTMENTS, type Sealing, type Yard } from '../yard.ts';

interface Wish {
  readonly department?: Department;
  readonly record?: JsonObject;
  readonly sealing?: Partial<Sealing>;
  /** Null: none. */
  readonly proof?: null | { readonly holder?: string; readonly origin?: string; readonly otherKey?: true };
  readonly trust?: TrustFolder;
  readonly at?: Date;
}

/** A sealed record, in order but for what is wished otherwise. */
export async function sealed(
  random: Random,
  yard: Yard,
  { department = random.pick(DEPARTMENTS), record, sealing, proof = {}, trust, at = AT }: Wish = {},
): Promise<Omit<Drawn, 'what' | 'verdicts'>> {
  const covered = !record && random.chance(25) ? coveredRecordOf(random, department) : undefined;
  const disclosures = covered && disclosuresOf(covered);
  const bytes = covered?.record ?? bytesOf(record ?? recordOf(random, department));
  const by = yard.honest.holders[department];
  const stamper = random.pick(Object.values(yard.honest.timeStamps));
  const seal = await yard.seal({
    record: bytes,
    by,
    ...sealing,
    ...(sealing?.stamp !== null && { stamp: { by: stamper, ...sealing?.stamp } }),
  });
  const log = proof && {
    ...(proof.origin !== undefined && { origin: proof.origin }),
    ...(proof.otherKey && { key: seededEd25519(yard.seed, 'another log') }),
  };
  return {
    kind: 'seal',
    files: {
      record: bytes,
      seal,
      ...(log && { proof: yard.prove(proof.holder ?? department, seal, random, log) }),
      ...(disclosures && { disclosures }),
    },
    trust: trust ?? (await trustOf(yard, 'plain')),
    at,
  };
}

const NO_STAMP = { stamp: null } as const;

// --- revoked ---------------------------------------------------------------------------------------------------------

const REASONS: readonly RevocationReason[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
];

/** Times that a revocation may be of, as it lies to the sealing and the verification. */
const MOMENTS = {
  before: later(SEALED, -hourMs),
  after: later(SEALED, hourMs / 4),
  ahead: later(AT, hourMs),
} as const;
type Moment = keyof typeof MOMENTS;

const subjectsOf = (yard: Yard): Readonly<Record<string, Certified>> => ({
  ...yard.honest.holders,
  clock: yard.honest.timeStamps.ES256,
  authority: yard.honest.sealAuthority,
});

async function revoked(random: Random, yard: Yard): Promise<Drawn> {
  const subjects = subjectsOf(yard);
  const who = random.pick(['tax', 'tax', 'business', 'seal', 'clock', 'authority']);
  const moment = random.pick(Object.keys(MOMENTS) as Moment[]);
  const reason = random.pick(REASONS);
  const hasSince = moment === 'after' && random.chance(30);
  const entry: Revoked = {
    of: subjects[who]!,
    on: MOMENTS[moment],
    reason,
    ...(hasSince && { since: MOMENTS.before }),
  };
  const resumed = random.chance(20);
  // Under an authority that has ended no list holds, which nothing proves to be older.
  const hasList = who !== 'authority' || random.chance(30);
  const name = `revoked-${who}-${moment}-${reason}${hasSince ? '-since' : ''}${resumed ? '-and-not' : ''}${hasList ? '' : '-no-list'}`;
  const trust = await trustOf(yard, name, {
    ...(!hasList && { list: null }),
    ...(who === 'authority'
      ? { rootRevoked: [entry] }
      : { lists: resumed ? [{ revoked: [entry] }, { number: 8 }] : [{ revoked: [entry] }] }),
  });
  const department = who === 'business' || who === 'seal' ? who : 'tax';
  const stamp = who === 'clock' ? { by: subjects.clock! } : {};
  const isBare = random.chance(25);
  return {
    ...(await sealed(random, yard, { department, trust, sealing: isBare ? NO_STAMP : { stamp } })),
    what: `${name}${isBare ? ', not stamped' : ''}`,
    verdicts: who === 'authority' && hasList ? [null] : ['VALID', 'VALID_AT_SIGNING', 'REVOKED', 'INDETERMINATE'],
  };
}

// --- times -----------------------------------------------------------------------------------------------------------

const TIMES: readonly {
  what: string;
  at: Date;
  sealing?: Partial<Sealing>;
  long?: true;
  verdicts: readonly Verdict[];
}[] = [
  { what: 'after the end, stamped', at: ENDED, long: true, verdicts: ['VALID_AT_SIGNING'] },
  { what: 'after the end, not stamped', at: ENDED, long: true, sealing: NO_STAMP, verdicts: ['EXPIRED'] },
  { what: 'after the end of the lists too', at: ENDED, verdicts: ['INDETERMINATE'] },
  { what: 'after the end of the lists too, not stamped', at: ENDED, sealing: NO_STAMP, verdicts: ['EXPIRED'] },
  { what: 'before the beginning', at: later(BEGUN, -hourMs), verdicts: ['INVALID'] },
  { what: 'sealed before the beginning', at: AT, sealing: { at: later(BEGUN, -hourMs) }, verdicts: ['INVALID'] },
  { what: 'sealed in the future', at: later(SEALED, -hourMs), sealing: NO_STAMP, verdicts: ['INVALID'] },
  { what: 'within what clocks differ', at: later(SEALED, -4 * 60_000), verdicts: ['VALID'] },
  {
    what: 'stamped long after it was sealed',
    at: AT,
    sealing: { stamp: { at: later(STAMPED, hourMs / 2) } },
    verdicts: ['VALID'],
  },
  {
    what: 'stamped before it was sealed',
    at: AT,
    sealing: { stamp: { at: later(SEALED, -hourMs) } },
    verdicts: ['INVALID'],
  },
  { what: 'stamped in the future', at: AT, sealing: { stamp: { at: later(AT, hourMs) } }, verdicts: ['INVALID'] },
  {
    what: 'stamped after the end of the clock',
    at: later(ENDED, hourMs),
    long: true,
    sealing: { stamp: { at: ENDED } },
    verdicts: ['INVALID'],
  },
];

async function expired(random: Random, yard: Yard): Promise<Drawn> {
  // The first are what people meet; the others what clocks do.
  const { what, at, sealing, long, verdicts } = random.chance(40) ? TIMES[random.below(4)]! : random.pick(TIMES);
  const trust = long ? await trustOf(yard, 'long', { lists: [{ until: LONG_LISTED }] }) : undefined;
  return {
    ...(await sealed(random, yard, { at, ...(sealing && { sealing }), ...(trust && { trust }) })),
    what,
    verdicts,
  };
}

// --- trust -----------------------------------------------------------------------------------------------------------

const withoutCertificates = withHolder('tax', { certificates: [] });
const LISTS: Readonly<Record<string, (list: TrustList) => TrustList>> = {
  'not-listed': withoutCertificates,
  'other-name': withHolder('tax', { organization: '税务总局' }),
  'other-id': list => ({
    ...list,
    holders: list.holders.map(one => (one.id === 'tax' ? { ...one, id: 'levy' } : one)),
  }),
  'other-kinds': withHolder('tax', { seals: ['LOCAL_TAX'] }),
  'no-clock': list => ({ ...list, timeStamping: [] }),
  'other-policy': list => ({ ...list, timeStamping: list.timeStamping.map(one => ({ ...one, policy: '2.999.1' })) }),
  'no-log': list => ({ ...list, logs: [] }),
};

async function otherTrust(random: Random, yard: Yard): Promise<Drawn> {
  const name = random.pick(Object.keys(LISTS));
  const trust = await trustOf(yard, name, { list: LISTS[name]! });
  return { ...(await sealed(random, yard, { department: 'tax', trust })), what: name, verdicts: ['INVALID'] };
}

async function wrongRoot(random: Random, yard: Yard): Promise<Drawn> {
  const { strange, honest, mutants } = yard;
  const [what, trust, verdicts] = await random.pick([
    async () => ['strangers', await trustOf(yard, 'strange', { hierarchy: strange }), ['INVALID']] as const,
    async () =>
      ['the root alone', await trustOf(yard, 'strange-root', { hierarchy: strange, list: null }), ['INVALID']] as const,
    async () => {
      const files = { 'list.json': mutants.list.json, 'list.p7s': mutants.list.p7s };
      return ['a list of others', await trustOf(yard, 'strange-mixed', { hierarchy: strange, files }), [null]] as const;
    },
    async () => {
      const files = { 'root.pem': Buffer.from('not a certificate\n') };
      return ['no root', await trustOf(yard, 'no-root', { files }), [null]] as const;
    },
    async () => {
      const sealAuthority = Buffer.from((await import('../../mutants/hierarchy.ts')).pemOf(honest.sealAuthority));
      return [
        'no root but an authority',
        await trustOf(yard, 'authority-root', { files: { 'root.pem': sealAuthority } }),
        [null],
      ] as const;
    },
  ])();
  return { ...(await sealed(random, yard, { trust })), what, verdicts };
}

// --- what is missing -------------------------------------------------------------------------------------------------

const plainly =
  (what: string, verdicts: readonly Verdict[], wish: (random: Random, yard: Yard) => Promise<Wish> | Wish) =>
  async (random: Random, yard: Yard): Promise<Drawn> => ({
    ...(await sealed(random, yard, await wish(random, yard))),
    what,
    verdicts,
  });

const INDETERMINATE = ['INDETERMINATE'] as const;

export const SEAL_CLASSES: readonly Class[] = [
  { name: 'valid', weight: 14, draw: plainly('as it was made', ['VALID'], () => ({})) },
  { name: 'revoked', weight: 12, draw: revoked },
  { name: 'expired', weight: 8, draw: expired },
  { name: 'other trust', weight: 4, draw: otherTrust },
  { name: 'wrong root', weight: 3, draw: wrongRoot },
  {
    name: 'no time stamp',
    weight: 3,
    draw: plainly('not stamped', INDETERMINATE, () => ({ sealing: NO_STAMP })),
  },
  { name: 'no log proof', weight: 3, draw: plainly('not proved', INDETERMINATE, () => ({ proof: null })) },
  {
    name: 'no trust list',
    weight: 1,
    draw: plainly('no list', INDETERMINATE, async (_, yard) => ({
      trust: await trustOf(yard, 'no-list', { list: null }),
    })),
  },
  {
    name: 'no revocation lists',
    weight: 2,
    draw: plainly('no news', INDETERMINATE, async (_, yard) => ({
      trust: await trustOf(yard, 'no-news', { lists: null }),
    })),
  },
  {
    name: 'stale',
    weight: 4,
    draw: plainly('news is over', INDETERMINATE, random => ({ at: later(AT, (8 + random.below(300)) * 24 * hourMs) })),
  },
  {
    name: 'other log',
    weight: 3,
    draw: plainly('proved by another', ['INVALID'], random => ({
      proof: random.pick([
        { holder: 'center' },
        { origin: 'one-window.internal/log/fedcba9876543210' },
        { otherKey: true },
      ] as const),
    })),
  },
  {
    name: 'other department',
    weight: 2,
    draw: plainly('sealed by another department', ['INVALID'], (random, yard) => ({
      record: recordOf(random, 'business'),
      sealing: { by: yard.honest.holders.tax },
      proof: { holder: 'tax' },
    })),
  },
];
