/** What log and witnesses sign with their Ed25519 keys. Never reached by what verifies. */
import { type KeyObject, sign } from 'node:crypto';
import { utf8 } from '../bytes.ts';
import { rawPublicKey } from '../log-key.ts';
import {
  cosigned,
  keyIdOf,
  NOTE_KEY,
  type NoteKey,
  type NoteKeyType,
  writeCosignature,
  writeSignature,
} from './note.ts';

export interface NoteSigner {
  readonly key: NoteKey;
  /** A signature line over the text of a note, with its newline. */
  line(text: string): string;
}

export interface Cosigner {
  readonly key: NoteKey;
  /** @param at Told in seconds. */
  line(text: string, at: Date): string;
}

/** @param name The log's origin. @param key Private, Ed25519. */
export function noteSigner(name: string, key: KeyObject): NoteSigner {
  const of = noteKey(NOTE_KEY.LOG, name, key);
  const keyId = keyIdOf(of);
  return {
    key: of,
    line: text => writeSignature({ name, keyId, signature: sign(null, utf8(text), key) }),
  };
}

/** @param key Private, Ed25519. */
export function cosigner(name: string, key: KeyObject): Cosigner {
  const of = noteKey(NOTE_KEY.WITNESS, name, key);
  const keyId = keyIdOf(of);
  return {
    key: of,
    line(text, at) {
      const time = Math.floor(at.getTime() / 1_000);
      const signature = writeCosignature(time, sign(null, utf8(cosigned(text, time)), key));
      return writeSignature({ name, keyId, signature });
    },
  };
}

const noteKey = (type: NoteKeyType, name: string, key: KeyObject): NoteKey => ({ type, name, raw: rawPublicKey(key) });
