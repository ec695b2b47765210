/** All that a verifier may be handed beside a seal, of a world's making: revocation lists, log, time stamp. */
import type { CrlEntry } from '../../certs/crl.ts';
import { issueCrl } from '../../certs/crl-issue.ts';
import type { Issuer } from '../../certs/issue.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { withList } from '../../certs/verify/trust.ts';
import { type Trust, withRevocationLists } from '../../certs/verify.ts';
import type { Certificate } from '../../certs/x509.ts';
import { type ToyLog, toyLog } from '../fixtures/toy-log.ts';
import { bytesOf, digest, type World } from './fixture.ts';

export interface Said {
  readonly from: Date;
  readonly until: Date;
  readonly number?: number;
  readonly entries?: readonly CrlEntry[];
}

/** DER of the list of an authority. */
export const crlOf = (issuer: Issuer, { from, until, number = 1, entries = [] }: Said): Uint8Array =>
  issueCrl({ issuer, number, thisUpdate: from, nextUpdate: until, entries }).der;

/** Both authorities of a world say what they have revoked: the seal authority these, the root nothing. */
export const withNews = (trust: Trust, { root, sealAuthority }: World, said: Said): Trust =>
  withRevocationLists(trust, [crlOf(root, { ...said, entries: [] }), crlOf(sealAuthority, said)]);

/** A certificate more for a holder of the list. */
export function withCertificate(trust: Trust, id: string, { der }: Certificate): Trust {
  const hash = Buffer.from(digest(der)).toString('hex');
  const holders = trust.list!.holders.map(holder =>
    holder.id === id ? { ...holder, certificates: [...holder.certificates, hash] } : holder,
  );
  return withList(trust, { ...trust.list!, holders });
}

export interface Logged {
  readonly log: ToyLog;
  readonly trust: Trust;
  /** The proof of the seal of this number. */
  proof(index: number): Promise<Uint8Array>;
}

/** A log with these seals of a holder, and others. */
export function logged(trust: Trust, holder: string, seals: readonly Uint8Array[]): Logged {
  const others = [1, 2, 3].map(n => entryOf('business', bytesOf({ n })));
  const log = toyLog([...seals.map(seal => entryOf(holder, seal)), ...others]);
  const witnesses = log.witnesses.map(witness => ({ holder, ...witness }));
  return {
    log,
    trust: withList(trust, { ...trust.list!, logs: log.logs, witnesses }),
    proof: index => log.proof(index),
  };
}
