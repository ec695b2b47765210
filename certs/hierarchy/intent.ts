/**
 * The files beside custody.json while a key is succeeded by another, or moves:
 *
 *     custody.next.json     what is intended, written before it is begun. Who runs the same renewal again goes on where a
 *                           crash left it; who runs something else takes away what was begun
 *     custody.former.json   what counted until then, and has to be taken away
 *
 * What can't be taken away now, because its token is not there, blocks nobody: it is told.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Custody, custodyOf, isSameKey, keptAs, mustSuit, removeKept } from '../custody/keep.ts';
import { type Kept, mustBeKept, parseJson, readKeptFile, writeKeptFile } from '../custody/kept.ts';
import { PRIVATE, readIfThere, replace } from '../publish.ts';
import type { SuiteId } from '../suites.ts';
import type { Seat } from './seat.ts';

export interface Intent {
  readonly change: 'RENEW' | 'MOVE' | 'IMPORT';
  readonly suite: SuiteId;
  readonly kept: Kept;
}

/** Sentences about what remains somewhere, for the operator. */
export type Remains = string[];

const nextPath = (keys: string): string => join(keys, 'custody.next.json');
const formerPath = (keys: string): string => join(keys, 'custody.former.json');

export interface Wanted extends Omit<Intent, 'kept'> {
  readonly custody: Custody;
  /** Name of the file, where the certificate stays. */
  readonly chain?: string;
}

export async function intend(seat: Seat, wanted: Wanted, remains: Remains): Promise<Intent> {
  mustSuit(wanted.custody, wanted.suite);
  const { keys, name } = seat;
  const begun = readIntent(keys);
  if (begun && isRenewalOf(begun, wanted)) return begun;
  if (begun) await dropBegun(seat, begun, remains);
  const { change, suite, custody, chain } = wanted;
  const intent: Intent = { change, suite, kept: keptAs(custody, name, lastNumber(keys, name) + 1, chain) };
  writeIntent(keys, intent);
  return intent;
}

export function writeIntent(keys: string, intent: Intent): void {
  replace(nextPath(keys), `${JSON.stringify(intent, null, 2)}\n`, PRIVATE);
}

function readIntent(keys: string): Intent | undefined {
  const text = readIfThere(nextPath(keys));
  if (text === undefined) return undefined;
  const intent = parseJson(text) as Partial<Intent> | undefined;
  return { ...(intent as Intent), kept: mustBeKept(intent?.kept, nextPath(keys)) };
}

const isRenewalOf = (begun: Intent, { change, suite, custody }: Wanted): boolean =>
  change === 'RENEW' &&
  begun.change === change &&
  begun.suite === suite &&
  JSON.stringify(custodyOf(begun.kept)) === JSON.stringify(custody);

async function dropBegun({ keys, kept: current }: Seat, { kept }: Intent, remains: Remains): Promise<void> {
  if (!isSameKey(kept, current)) await takeAway(keys, kept, remains);
  if (kept.chain !== current.chain) rmSync(join(keys, kept.chain), { force: true });
  forgetIntent(keys);
}

export const forgetIntent = (keys: string): void => rmSync(nextPath(keys), { force: true });

/** Written before custody.json changes; from then on it is what {@link sweep} takes away. */
export const noteFormer = (keys: string, former: Kept): void => writeKeptFile(formerPath(keys), former);

/** @param what Whether keys in tokens are taken away too: who serves may be signing with the one that went last. */
export async function sweep({ keys, kept: current }: Seat, what: 'all' | 'files', remains: Remains): Promise<void> {
  const former = readKeptFile(formerPath(keys));
  if (!former || (former.kind === 'pkcs11' && what === 'files')) return;
  if (!isSameKey(former, current)) await takeAway(keys, former, remains);
  rmSync(formerPath(keys), { force: true });
}

async function takeAway(keys: string, kept: Kept, remains: Remains): Promise<void> {
  try {
    await removeKept(keys, kept);
  } catch (error) {
    const where = kept.kind === 'pkcs11' ? `in the token "${kept.token}", CKA_ID ${kept.object}` : `in ${keys}`;
    remains.push(`a key that is of no use any more remains ${where}: ${(error as Error).message}`);
  }
}

/** Files of the first key bear no number. */
function lastNumber(keys: string, name: string): number {
  const numbered = new RegExp(`^${name}-(\\d{1,9})[-.]`);
  return Math.max(1, ...readdirSync(keys).flatMap(file => Number(numbered.exec(file)?.[1] ?? [])));
}
