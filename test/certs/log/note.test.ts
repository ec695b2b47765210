import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ed25519Key, verifyEd25519 } from '../../../certs/log/ed25519.ts';
import {
  checkSignatures,
  keyIdOf,
  NOTE_KEY,
  type NoteVerifier,
  noteVerifier,
  readNote,
  readVerifierKey,
  writeNote,
  writeVerifierKey,
} from '../../../certs/log/note.ts';
import { cosigner, noteSigner } from '../../../certs/log/sign.ts';
import { AT, ed25519 } from '../../fixtures/toy-log.ts';
import { vectors } from '../../fixtures/vectors.ts';

/** The example of c2sp.org/signed-note. */
const KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

const verifierOf = (text: string): NoteVerifier => noteVerifier(readVerifierKey(text)!);
const holds = (note: string, ...known: readonly NoteVerifier[]) => [...checkSignatures(readNote(note), known).values()];

describe('a signed note', () => {
  it('is read, checked and written as the specification shows', () => {
    expect(holds(NOTE, verifierOf(KEY))).toEqual([true]);
    expect(writeNote(readNote(NOTE))).toBe(NOTE);
    expect(writeVerifierKey(readVerifierKey(KEY)!)).toBe(KEY);
  });

  it('does not hold with another text, and says nothing when its keys are unknown', () => {
    expect(holds(NOTE.replace('an', 'no'), verifierOf(KEY))).toEqual([false]);
    const stranger = noteVerifier(noteSigner('example.com/foo', ed25519()).key);
    expect(holds(NOTE, stranger)).toEqual([]);
  });

  it('does not hold when of two signatures of a key one is wrong', () => {
    const wrong = NOTE.split('\n')[2]!.replace('Uw2QOkn8', 'Uw2QOkn9');
    for (const note of [`${NOTE}${wrong}\n`, NOTE.replace('\n—', `\n${wrong}\n—`)]) {
      expect(holds(note, verifierOf(KEY))).toEqual([false]);
    }
  });

  it.each<[string, (note: string) => string]>([
    ['without its last newline', note => note.slice(0, -1)],
    ['without a signature', note => note.split('—')[0]!],
    ['without text', note => `\n${note.split('\n\n')[1]}`],
    ['with a line behind the signatures', note => `${note}more\n`],
    ['with an empty line behind them', note => `${note}\n`],
    ['with a hyphen for the dash', note => note.replace('—', '-')],
    ['with a signature twice', note => `${note}${note.slice(note.indexOf('—'))}`],
    ['with two spaces', note => note.replace('— ', '—  ')],
    ['with a plus in the name', note => note.replace('com/foo', 'com+foo')],
    ['with a carriage return', note => note.replaceAll('\n', '\r\n')],
    ['with a control character in the text', note => note.replace('example', 'exam\u0007ple')],
    ['with base64 that has a second form', note => note.replace('aQM=', 'aQN=')],
    ['with base64 without padding', note => note.replace('aQM=', 'aQM')],
    ['with a signature of nothing but a key id', note => note.replace(/Uw2QOkn8\S+/, 'Uw2QOg==')],
    ['that is too long', note => `${'x'.repeat(16 * 1024)}${note}`],
    ['with half a character', note => `\ud800${note}`],
  ])('is refused %s', (_, change) => {
    expect(() => readNote(change(NOTE))).toThrow(expect.objectContaining({ code: 'LOG_CHECKPOINT_MALFORMED' }));
  });

  it('tells the byte where it ceases to be one', () => {
    // The dash has three bytes.
    expect(() => readNote(`${NOTE}more\n`, 100)).toThrow(
      expect.objectContaining({ offset: 100 + Buffer.byteLength(NOTE) }),
    );
  });
});

describe('a verifier key', () => {
  it.each([
    ['with another id', KEY.replace('530d903a', '530d903b')],
    ['of an unknown type', KEY.replace('+Aeky', '+Auky')],
    ['that is too short', KEY.slice(0, -4)],
    ['without a name', KEY.replace('example.com/foo', '')],
    ['with capital digits', KEY.replace('530d903a', '530D903A')],
  ])('is refused %s', (_, text) => expect(readVerifierKey(text)).toBeUndefined());

  it('of a witness is never one of a log', () => {
    const key = ed25519();
    const [log, witness] = [noteSigner('one.example', key).key, cosigner('one.example', key).key];
    expect(keyIdOf(log)).not.toBe(keyIdOf(witness));
    expect(readVerifierKey(writeVerifierKey(witness))?.type).toBe(NOTE_KEY.WITNESS);
  });
});

describe('a cosignature', () => {
  const witness = cosigner('tax.example/witness', ed25519());
  const text = 'log.example\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n';
  const verifier = noteVerifier(witness.key);

  it('holds over the text and its time, and over no other', () => {
    const note = `${text}\n${witness.line(text, AT)}`;
    const [signature] = readNote(note).signatures;
    expect(Buffer.from(signature!.signature).readBigUInt64BE()).toBe(1_751_270_400n);
    expect(holds(note, verifier)).toEqual([true]);
    expect(holds(note.replace('\n1\n', '\n2\n'), verifier)).toEqual([false]);
    const later = new Uint8Array(signature!.signature);
    later[7]! += 1;
    expect(verifier.verifies(text, later)).toBe(false);
  });

  it('of no time, of one beyond all calendars, or of another length holds for nothing', () => {
    const [zero] = readNote(`${text}\n${witness.line(text, new Date(0))}`).signatures;
    expect(verifier.verifies(text, zero!.signature)).toBe(false);
    expect(verifier.verifies(text, new Uint8Array(72).fill(255))).toBe(false);
    expect(verifier.verifies(text, zero!.signature.subarray(1))).toBe(false);
  });
});

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
}

describe('Ed25519, judged by Wycheproof', () => {
  const { path, it: itThere, absent } = vectors('wycheproof/ed25519_test.json', 'github.com/C2SP/wycheproof');
  const decoded = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

  itThere(`says of every vector what Wycheproof says${absent}`, () => {
    const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;
    const wrong = testGroups.flatMap(({ publicKey, tests }) => {
      const key = ed25519Key(decoded(publicKey.pk))!;
      return tests
        .filter(({ msg, sig, result }) => verifyEd25519(key, decoded(msg), decoded(sig)) !== (result === 'valid'))
        .map(({ tcId, comment }) => `${tcId} ${comment}`);
    });
    expect(testGroups.flatMap(({ tests }) => tests).length).toBeGreaterThan(140);
    expect(wrong).toEqual([]);
  });

  it('takes 32 bytes for a key and nothing else', () => {
    expect(ed25519Key(new Uint8Array(31))).toBeUndefined();
    expect(() => noteVerifier({ type: NOTE_KEY.LOG, name: 'x', raw: new Uint8Array(33) })).toThrow('32 bytes');
  });
});
