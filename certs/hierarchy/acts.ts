/**
 * What was done to certificates and keys, by whom, when and why: `<dataDir>/authority/acts.jsonl`, one act per line.
 *
 *     {"seq":7,"at":"2025-06-30T08:00:00.250Z","who":"operator","act":"REVOKED","issuer":"seal-authority",
 *      "serial":"5f…","reason":"keyCompromise","revokedAt":"2025-06-30T08:00:00.000Z","previous":"ab…"}
 *
 * Lines are added and never changed. `previous` is the SHA-256 of the line before, without its newline, so that a line
 * that was changed or taken out shows. A line that a crash cut off has no newline, and was never an act. What an authority
 * knows of its certificates is read off this record (standing.ts); whoever appends holds the lock (lock.ts).
 */
import { hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type RevocationReason, revocationReasons } from '../crl.ts';
import type { Profile } from '../profile.ts';
import { PRIVATE, readIfThere, syncFolder } from '../publish.ts';
import type { SuiteId } from '../suites.ts';

/** The authorities, by the names of their files. */
export const AUTHORITIES = ['root', 'seal-authority', 'transport-authority'] as const;
export type AuthorityName = (typeof AUTHORITIES)[number];

/** One certificate of one authority. */
export interface Numbered {
  readonly issuer: AuthorityName;
  /** Hexadecimal. */
  readonly serial: string;
}

export interface Issued extends Numbered {
  readonly act: 'ISSUED';
  /** The holder's id; of an authority its name. */
  readonly holder: string;
  readonly profile: Profile;
  readonly suite: SuiteId;
  readonly sha256: string;
  /** Instants, ISO 8601 in UTC, as all times here. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Being on hold is a state of its own here; the other one is for certificates of attributes. */
export type Reason = Exclude<RevocationReason, 'certificateHold' | 'aACompromise'>;
export const REASONS: readonly Reason[] = revocationReasons.filter(
  reason => reason !== 'certificateHold' && reason !== 'aACompromise',
);

export interface Revoked extends Numbered {
  readonly act: 'REVOKED';
  readonly reason: Reason;
  readonly revokedAt: string;
  /** Since when the key must be taken to be in other hands, if that is known. */
  readonly invalidityDate?: string;
}

export type Deed =
  | Issued
  | Revoked
  | ({ readonly act: 'SUSPENDED'; readonly suspendedAt: string } & Numbered)
  | ({ readonly act: 'RESUMED' } & Numbered)
  /** A revocation list. Written before the list is, so that a number is never given twice. */
  | { readonly act: 'LISTED'; readonly issuer: AuthorityName; readonly number: number; readonly nextUpdate: string }
  | { readonly act: 'KEPT'; readonly holder: string; readonly serial: string; readonly custody: string }
  | { readonly act: 'EXPORTED' | 'IMPORTED'; readonly holder: string; readonly serial: string };

export type Act = Deed & { readonly seq: number; readonly at: string; readonly who: string; readonly note?: string };

const ACTS: Readonly<Record<Deed['act'], true>> = {
  ISSUED: true,
  REVOKED: true,
  SUSPENDED: true,
  RESUMED: true,
  LISTED: true,
  KEPT: true,
  EXPORTED: true,
  IMPORTED: true,
};

export interface Acts {
  readonly all: readonly Act[];
  /** All of them or, when the power goes, a beginning of them; on the disk when it returns. */
  append(deeds: readonly Deed[], by: By): void;
}

export interface By {
  readonly who: string;
  readonly at: Date;
  /** Why, in the words of whoever did it. */
  readonly note?: string;
}

/** @throws {Error} in one sentence when the record is not as it was written. */
export function openActs(authority: string): Acts {
  const path = join(authority, 'acts.jsonl');
  const text = readIfThere(path) ?? '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  const all = lines.map((line, i) => readAct(path, line, i + 1, lines[i - 1]));
  let last = lines.at(-1);
  let bytes = Buffer.byteLength(whole);
  return {
    all,
    append(deeds, { who, at, note }) {
      const added = deeds.map(deed => {
        const seq = all.length + 1;
        const act: Act = { seq, at: at.toISOString(), who, ...deed, ...(note !== undefined && { note }) };
        all.push(act);
        last = JSON.stringify({ ...act, previous: hashOf(last) });
        return `${last}\n`;
      });
      if (added.length === 0) return;
      appendAt(path, bytes, added.join(''));
      bytes += Buffer.byteLength(added.join(''));
    },
  };
}

const hashOf = (line = ''): string => hash('sha256', line, 'hex');

function readAct(path: string, line: string, seq: number, before: string | undefined): Act {
  const act = parse(line);
  if (act?.seq !== seq || act.previous !== hashOf(before) || !Object.hasOwn(ACTS, act.act))
    throw new Error(`line ${seq} of ${path} is not as it was written: put the record back from a backup`);
  const { previous, ...rest } = act;
  return rest;
}

function parse(line: string): (Act & { readonly previous: string }) | undefined {
  try {
    return JSON.parse(line) as Act & { readonly previous: string };
  } catch {
    return undefined;
  }
}

/** @param from Where the last whole line ends: what a crash left behind it goes. */
function appendAt(path: string, from: number, text: string): void {
  const file = openSync(path, 'a', PRIVATE);
  try {
    ftruncateSync(file, from);
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (from === 0) syncFolder(path);
}

/** The user of the system who runs this process. */
export function whoIsAtWork(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run with a number that no user has.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
