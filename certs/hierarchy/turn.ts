/** Certificates that are put on hold, taken off it, or revoked for good. */
import type { Deed, Numbered, Reason } from './acts.ts';
import type { AtWork } from './at-work.ts';
import { LISTING, type ListingAuthority, publishDueLists, publishList } from './revocation.ts';
import { type Standing, type Status, standings, type Turn, turned } from './standing.ts';

export type Wish =
  | { readonly turn: 'SUSPENDED'; readonly at: Date }
  | { readonly turn: 'RESUMED' }
  | { readonly turn: 'REVOKED'; readonly at: Date; readonly reason: Reason; readonly invalidityDate?: Date };

const DONE: Readonly<Record<Turn, Status>> = { SUSPENDED: 'onHold', RESUMED: 'good', REVOKED: 'revoked' };

/**
 * The act is recorded first and listed then: what a crash leaves unlisted, the next act or start lists.
 *
 * @returns Whether anything was done: who is on hold already stays so.
 * @throws {Error} in one sentence when it can't be done.
 */
export function turnCertificate(at: AtWork, { issuer, serial }: Numbered, wish: Wish): boolean {
  const standing = standings(at.acts.all).find(one => one.issuer === issuer && one.serial === serial);
  if (!standing) throw new Error(`${issuer} has issued no certificate ${serial}`);
  const listing = listingOf(standing);
  // Before anything is recorded: whoever can't sign the list can't do it.
  at.authorities[listing].issuer();
  if (isDone(standing, wish)) {
    publishDueLists(at);
    return false;
  }
  at.acts.append([deedOf(standing, wish)], at.by);
  publishList(at, listing);
  return true;
}

function listingOf({ issuer, serial }: Standing): ListingAuthority {
  const listing = LISTING.find(name => name === issuer);
  if (listing) return listing;
  throw new Error(`${serial} is for the internal network, which knows no revocation lists: replace its key`);
}

function isDone({ status, reason, since, invalidityDate }: Standing, wish: Wish): boolean {
  if (DONE[wish.turn] !== status) return false;
  if (wish.turn !== 'REVOKED') return true;
  if (reason === wish.reason && invalidityDate === textOf(wish.invalidityDate)) return true;
  throw new Error(`it was revoked on ${since} already (${reason}): a revocation is not changed`);
}

const textOf = (at: Date | undefined): string | undefined => at?.toISOString();

function deedOf(standing: Standing, wish: Wish): Deed {
  const { issuer, serial, status, notBefore } = standing;
  if (!turned(status, wish.turn))
    throw new Error(`a certificate that is ${WORDS[status]} can't be ${WORDS_OF[wish.turn]}`);
  if (wish.turn === 'RESUMED') return { act: 'RESUMED', issuer, serial };
  if (wish.at < new Date(notBefore)) throw new Error(`it was not in force before ${notBefore}`);
  if (wish.turn === 'SUSPENDED') return { act: 'SUSPENDED', issuer, serial, suspendedAt: wish.at.toISOString() };
  const { reason, invalidityDate } = wish;
  if (invalidityDate && invalidityDate > wish.at)
    throw new Error('the date since when it is invalid is not after its revocation');
  const since = invalidityDate && { invalidityDate: invalidityDate.toISOString() };
  return { act: 'REVOKED', issuer, serial, reason, revokedAt: wish.at.toISOString(), ...since };
}

const WORDS: Readonly<Record<Status, string>> = { good: 'in force', onHold: 'on hold', revoked: 'revoked' };
const WORDS_OF: Readonly<Record<Turn, string>> = {
  SUSPENDED: 'put on hold',
  RESUMED: 'taken off hold',
  REVOKED: 'revoked',
};
