import { readFileSync, statSync } from 'node:fs';
import { PUBLIC, replace } from '../../certs/publish.ts';
import { type Keys, Misbehaved, readSeen, type Seen } from './seen.ts';

/** What was remembered can't be used. */
export class BadState extends Error {
  override readonly name = 'BadState';
}

/** The signed checkpoint that was seen last; undefined when none was. @throws {BadState} */
export function readState(path: string, keys: Keys): Seen | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) && readSeen(readFileSync(path), keys);
  } catch (error) {
    if (error instanceof Misbehaved) throw new BadState(`${path} holds no checkpoint of this log: ${error.message}`);
    throw new BadState(`${path} can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Whole, or not at all. @throws {BadState} */
export function writeState(path: string, { note }: Seen): void {
  try {
    replace(path, note, PUBLIC);
  } catch (error) {
    throw new BadState(`${path} can't be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}
