import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readCheckpoint, writeCheckpoint } from '../../../certs/log/checkpoint.ts';
import { entryOf, readEntry } from '../../../certs/log/entry.ts';
import { checkProof, readProof } from '../../../certs/log/proof.ts';
import { emptyRoot } from '../../../certs/log/tree.ts';
import { bytes, toyLog } from '../../fixtures/toy-log.ts';

const SEAL = bytes('a seal');
const ENTRY = entryOf('tax', SEAL);
const entries = [
  entryOf('business', SEAL),
  ENTRY,
  ...Array.from({ length: 7 }, (_, i) => entryOf('tax', bytes(`${i}`))),
];
const log = toyLog(entries, { witnesses: ['tax.example/witness', 'business.example/witness'] });
const known = { logs: log.logs, witnesses: log.witnesses };
const PROOF = await log.proof(1);
const TEXT = new TextDecoder().decode(PROOF);
const codesOf = (proof: Uint8Array | string, entry = ENTRY, keys: Partial<typeof known> = {}) =>
  checkProof({ proof: typeof proof === 'string' ? bytes(proof) : proof, entry, ...known, ...keys }).findings.map(
    ({ code }) => code,
  );

describe('an entry', () => {
  it('is a line that can be made by hand', () => {
    const digest = createHash('sha256').update(SEAL).digest('hex');
    expect(new TextDecoder().decode(ENTRY)).toBe(`one-window.seal/1 tax ${digest}\n`);
    expect(readEntry(ENTRY)).toEqual({ holder: 'tax', sealSha256: digest });
  });

  it.each(['one-window.seal/2 tax', 'one-window.seal/1 TAX', 'one-window.seal/1  tax', 'tax'])('is not %s', start => {
    expect(readEntry(bytes(`${start} ${'0'.repeat(64)}\n`))).toBeUndefined();
  });

  it('has nothing behind its line', () => {
    expect(readEntry(bytes(`${Buffer.from(ENTRY)}more`))).toBeUndefined();
    expect(readEntry(new Uint8Array(60_000).fill(10))).toBeUndefined();
  });
});

describe('a checkpoint', () => {
  it('is three lines, and read as it was written', () => {
    const text = writeCheckpoint({ origin: 'log.example', size: 0, root: emptyRoot });
    expect(text).toBe('log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n');
    expect(readCheckpoint(text)).toMatchObject({ origin: 'log.example', size: 0 });
  });

  it.each([
    ['without origin', '\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'],
    ['with a zero before its size', 'log.example\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'],
    ['beyond 2^53', 'log.example\n9007199254740992\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'],
    ['with a short root', 'log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==\n'],
    ['with an extension line', 'log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n'],
    ['cut off', 'log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  ])('is refused %s', (_, text) => {
    expect(() => readCheckpoint(text)).toThrow(expect.objectContaining({ code: 'LOG_CHECKPOINT_MALFORMED' }));
  });
});

describe('a proof', () => {
  it('shows place, size and who watched', () => {
    expect(checkProof({ proof: PROOF, entry: ENTRY, ...known })).toEqual({
      findings: [],
      origin: 'log.example/toy',
      index: 1,
      size: 9,
      witnesses: ['tax.example/witness', 'business.example/witness'],
    });
    expect(readProof(PROOF).path).toHaveLength(4);
  });

  it('of a log with one entry has no hashes', async () => {
    const single = toyLog([ENTRY]);
    const question = { proof: await single.proof(0), entry: ENTRY, logs: single.logs, witnesses: single.witnesses };
    expect(checkProof(question)).toMatchObject({ findings: [], index: 0, size: 1 });
  });

  it('is of one seal by one holder', async () => {
    expect(codesOf(PROOF, entryOf('tax', bytes('another seal')))).toEqual(['LOG_INCLUSION_WRONG']);
    expect(codesOf(PROOF, entryOf('business', SEAL))).toEqual(['LOG_INCLUSION_WRONG']);
    expect(codesOf(await log.proof(2))).toEqual(['LOG_INCLUSION_WRONG']);
  });

  it('counts without witnesses, and with those that one knows', () => {
    const { witnesses } = checkProof({ proof: PROOF, entry: ENTRY, logs: log.logs, witnesses: log.witnesses.slice(1) });
    expect(witnesses).toEqual(['business.example/witness']);
    expect(codesOf(PROOF, ENTRY, { witnesses: [] })).toEqual([]);
  });

  it('is of a log that one knows, by the key that one knows', () => {
    const other = toyLog(entries, { origin: 'other.example' });
    expect(codesOf(PROOF, ENTRY, { logs: other.logs })).toEqual(['LOG_NOT_LISTED']);
    expect(codesOf(PROOF, ENTRY, { logs: toyLog(entries).logs })).toEqual(['LOG_CHECKPOINT_UNSIGNED']);
  });

  it('holds while the log changes its key, and not when either signature is wrong', () => {
    const logs = [...toyLog(entries).logs, ...log.logs];
    expect(codesOf(PROOF, ENTRY, { logs })).toEqual([]);
    const line = TEXT.split('\n').find(text => text.startsWith('— log.example/toy'))!;
    expect(codesOf(TEXT.replace(line, changed(line)), ENTRY, { logs })).toEqual(['LOG_CHECKPOINT_SIGNATURE_WRONG']);
  });

  it('is refused when a witness that one knows did not sign this checkpoint', () => {
    const line = TEXT.split('\n').find(text => text.startsWith('— tax'))!;
    expect(codesOf(TEXT.replace(line, changed(line)))).toEqual(['LOG_COSIGNATURE_WRONG']);
  });

  it('of a checkpoint that was proved before is checked all the same', () => {
    expect(codesOf(PROOF)).toEqual([]);
    expect(codesOf(TEXT.replace('index 1', 'index 2'))).toEqual(['LOG_INCLUSION_WRONG']);
    expect(codesOf(TEXT.replace('\n9\n', '\n8\n'))).toContain('LOG_CHECKPOINT_SIGNATURE_WRONG');
  });

  it.each<[string, (text: string) => string]>([
    ['of another version', text => text.replace('@v1', '@v2')],
    ['with an index beyond 2^53', text => text.replace('index 1', 'index 9007199254740992')],
    ['with a zero before its index', text => text.replace('index 1', 'index 01')],
    ['with an extra line', text => text.replace('index', 'extra AAAA\nindex')],
    ['with a hash that is short', text => text.replace(/\n\S{43}=\n/, '\nAAAA\n')],
    ['with 64 hashes', text => text.replace(/(\n\S{43}=)/, '$1'.repeat(61))],
    ['without a checkpoint', text => text.split('\n\n')[0]!],
  ])('is refused %s', (_, change) => {
    expect(change(TEXT)).not.toBe(TEXT);
    expect(codesOf(change(TEXT))).toEqual(['LOG_PROOF_MALFORMED']);
  });

  it('is refused when it is too large or no text', () => {
    expect(codesOf(`${TEXT}${'x'.repeat(30_000)}`)).toEqual(['LOG_PROOF_TOO_LARGE']);
    expect(codesOf(Uint8Array.of(...PROOF, 0xff))).toEqual(['LOG_PROOF_MALFORMED']);
  });

  it('holds with no byte changed but in lines that nobody known signed', () => {
    for (let at = 0; at < PROOF.length; at++) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const mutant = new Uint8Array(PROOF);
        mutant[at]! ^= flip;
        const answer = checkProof({ proof: mutant, entry: ENTRY, ...known });
        // A signature whose name or key id was changed is one by a stranger: it is not counted.
        if (answer.findings.length === 0) expect(answer.witnesses.length).toBeLessThan(2);
      }
    }
  });
});

/** The line with another signature by the same key. */
function changed(line: string): string {
  const [dash, name, base64] = line.split(' ') as [string, string, string];
  const signature = Buffer.from(base64, 'base64');
  signature[20]! ^= 1;
  return `${dash} ${name} ${signature.toString('base64')}`;
}
