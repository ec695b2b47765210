/** How each certificate stands, read off the record of acts. */
import { toHex } from '../hex.ts';
import type { Certificate } from '../x509.ts';
import { type Act, type AuthorityName, type Issued, type Numbered, REASONS, type Reason } from './acts.ts';
import { sha256Of } from './names.ts';

/** What may be done to a certificate, and what it is then. Nothing follows a revocation: the listed stay listed. */
export const LIFE = {
  good: { SUSPENDED: 'onHold', REVOKED: 'revoked' },
  onHold: { RESUMED: 'good', REVOKED: 'revoked' },
  revoked: {},
} as const satisfies Record<string, Partial<Record<Act['act'], string>>>;
export type Status = keyof typeof LIFE;
export type Turn = 'SUSPENDED' | 'RESUMED' | 'REVOKED';

export interface Standing extends Omit<Issued, 'act'> {
  readonly status: Status;
  /** Since when it is on hold or revoked. */
  readonly since?: string;
  readonly reason?: Reason;
  readonly invalidityDate?: string;
}

/** The record's line about a certificate that is there. */
export function issuedDeed({
  issuer,
  holder,
  certificate,
}: {
  readonly issuer: AuthorityName;
  readonly holder: string;
  readonly certificate: Certificate;
}): Issued {
  return {
    act: 'ISSUED',
    issuer,
    serial: toHex(certificate.serial),
    holder,
    profile: certificate.extensions.profile,
    suite: certificate.publicKey.suite,
    sha256: sha256Of(certificate),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
  };
}

export const isReason = (text: string): text is Reason => REASONS.some(reason => reason === text);

export function turned(status: Status, turn: Turn): Status | undefined {
  const turns: Partial<Record<Turn, Status>> = LIFE[status];
  return turns[turn];
}

/** Every certificate that was issued, in that order. */
export function standings(acts: readonly Act[]): readonly Standing[] {
  const known = new Map<string, Standing>();
  for (const act of acts) {
    if (act.act === 'ISSUED') known.set(keyOf(act), issued(act));
    if (act.act === 'SUSPENDED' || act.act === 'RESUMED' || act.act === 'REVOKED') {
      const before = known.get(keyOf(act));
      if (before) known.set(keyOf(act), after(before, act));
    }
  }
  return [...known.values()];
}

const keyOf = ({ issuer, serial }: Numbered): string => `${issuer} ${serial}`;

function issued({ act, seq, at, who, note, ...certificate }: Act & { readonly act: 'ISSUED' }): Standing {
  return { ...certificate, status: 'good' };
}

function after(before: Standing, act: Act & { readonly act: Turn }): Standing {
  const status = turned(before.status, act.act);
  if (!status) throw new Error(`act ${act.seq} turns a certificate that is ${before.status}: ${act.act}`);
  const { since, reason, invalidityDate, ...lasting } = before;
  if (act.act === 'RESUMED') return { ...lasting, status };
  if (act.act === 'SUSPENDED') return { ...lasting, status, since: act.suspendedAt };
  const { reason: why, revokedAt, invalidityDate: from } = act;
  return { ...lasting, status, since: revokedAt, reason: why, ...(from !== undefined && { invalidityDate: from }) };
}

/** The highest number of a revocation list that was given away. */
export const lastListNumber = (acts: readonly Act[], issuer: AuthorityName): number =>
  acts.reduce((last, act) => (act.act === 'LISTED' && act.issuer === issuer ? Math.max(last, act.number) : last), 0);
