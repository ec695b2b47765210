import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { toBase64 } from '../../certs/base64.ts';
import { utf8 } from '../../certs/bytes.ts';
import { FINDINGS } from '../../certs/findings.ts';
import { toHex } from '../../certs/hex.ts';
import { canonicalize } from '../../certs/jcs.ts';
import { leafHash as hashOfLeaf } from '../../certs/leaves.ts';
import { hashOf } from '../../certs/ledger-chain.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { keyIdOf, NOTE_KEY } from '../../certs/log/note.ts';
import { proofBytesMax } from '../../certs/log/proof.ts';
import { leafHash, nodeHash } from '../../certs/log/tree.ts';
import { SUITES } from '../../certs/suites.ts';
import { PAGE, withTables } from '../../tools/reason-codes/tables.ts';

const page = readFileSync(join(import.meta.dirname, '../..', PAGE), 'utf8');

describe('the page of formats', () => {
  it('has the severities and codes that there are (if not: npm run reason-codes)', () => {
    expect(page).toBe(withTables(page));
    expect(page).toContain('| `LEAF_DIFFERS` | fatal |');
  });

  /** Codes whose names are made of a role and a fault stand there as KIND_…. */
  it('says of every code of a fault where it is made', () => {
    const rules = page.slice(0, page.indexOf('## 18. Reason codes'));
    const isSaid = (code: string) =>
      [code, code.replace(/^(SEAL|TIME_STAMP)_/, 'KIND_')].some(name => new RegExp(`\\b${name}\\b`).test(rules));
    expect(Object.keys(FINDINGS).filter(code => !isSaid(code) && !UNSAID.has(code) && !isElsewhere(code))).toEqual([]);
    expect([...UNSAID].filter(isSaid)).toEqual([]);
  });

  it.each(Object.values(SUITES))('has the algorithms of the suite $id, byte for byte', suite => {
    const [line = ''] = page.split('\n').filter(one => one.startsWith(`| \`${suite.id}\` |`));
    const told = [...line.matchAll(/`([0-9A-F ]+)`/g)].map(([, hex = '']) => hex.replaceAll(' ', '').toLowerCase());
    const { keyAlgorithm, digestAlgorithm, signatureAlgorithm, signerAlgorithm } = suite;
    expect(told).toEqual([keyAlgorithm, digestAlgorithm, signatureAlgorithm, signerAlgorithm].map(toHex));
    for (const type of Object.values(suite.types))
      expect(page).toContain(
        `\`${toHex(type)
          .toUpperCase()
          .replace(/..(?=.)/g, '$& ')}\``,
      );
  });

  it('has the bound of a log proof', () => expect(page).toContain(proofBytesMax.toLocaleString('en')));
});

/** What no file that is judged can end in. */
const UNSAID: ReadonlySet<string> = new Set([
  // Of what a time-stamp authority answers.
  'TIME_STAMP_RESPONSE_UNKNOWN',
  // Of paths of anybody's certificates (certs/path): ours have no such extensions, and are found by the bytes of names.
  ...['CERTIFICATE_ISSUER_DIFFERS', 'CERTIFICATE_PURPOSE_DIFFERS', 'CERTIFICATE_POLICY_NOT_ACCEPTED'],
  ...['CERTIFICATE_NAME_NOT_PERMITTED', 'CERTIFICATE_NAME_EXCLUDED', 'CERTIFICATE_NAME_NOT_JUDGED'],
  'CERTIFICATE_POLICY_MAPPING',
]);

/** Of the national form (GB/T 38540), which stands in that standard and not on the page. */
const isElsewhere = (code: string): boolean => code.startsWith('SES_');

describe('the worked examples of the page', () => {
  it('of a leaf of a record', () => {
    const path = 'content.legalRepresentative.name';
    const disclosure = { salt: '000102030405060708090a0b0c0d0e0f', value: '王小明' };
    const hashed = canonicalize(['one-window/leaf/1', path, disclosure.salt, disclosure.value]);
    expect(page).toContain(`\`${hashed}\``);
    expect(page).toContain(`\n${toHex(utf8(hashed))}\n`);
    expect(page).toContain(`{"leaf":"${hashOfLeaf(path, disclosure)}"}`);
  });

  it('of a log', () => {
    const entries = [entryOf('tax', utf8('seal')), entryOf('business', utf8('other seal'))];
    const leaves = entries.map(leafHash);
    for (const [i, entry] of entries.entries())
      expect(page).toContain(`entry ${i}   ${Buffer.from(entry)}leaf ${i}    ${toHex(leaves[i]!)}\n`);
    expect(page).toContain(`root      ${toHex(nodeHash(leaves[0]!, leaves[1]!))}\n`);
    expect(toBase64(leaves[1]!)).toHaveLength(44);
    const ids = [
      { type: NOTE_KEY.LOG, name: 'one-window.internal/log/0123456789abcdef', raw: new Uint8Array(32).fill(0x11) },
      { type: NOTE_KEY.WITNESS, name: 'tax.one-window.internal/witness', raw: new Uint8Array(32).fill(0x22) },
    ].map(keyIdOf);
    for (const id of ids) expect(page).toContain(`\`${id}\``);
  });

  it('of the chain of a ledger', () => {
    const caseNumber = '371002-20260302-00001-5';
    const told = [
      { at: 1_772_416_800_000, events: '[{"event":"OPENED","regime":"R2","version":1}]' },
      { at: 1_772_416_800_012, events: '[{"acceptedOn":"2026-03-02","event":"CASE","state":"ACCEPTED"}]' },
    ];
    let previous = '';
    for (const [i, { at, events }] of told.entries()) {
      const before = previous;
      previous = hashOf({ caseNumber, seq: i + 1, at, events }, before);
      expect(page).toContain(`{"at":${at},"events":${events},"hash":"${previous}","seq":${i + 1}}`);
      if (i > 0) expect(page).toContain(`\n${before}\n${caseNumber}\n${i + 1}\n${at}\n${events}\n`);
    }
  });
});
