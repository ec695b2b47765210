/** The file that an auditor is handed, of a case that went through every department, and all that can be done to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BundleJudgement, judgeBundle } from '../../certs/bundle/judge.ts';
import { digestsOf, MANIFEST, SIGNATURE, writeManifest } from '../../certs/bundle/manifest.ts';
import { type Files, readZip, writeZip } from '../../certs/bundle/zip.ts';
import { FINDINGS } from '../../certs/findings.ts';
import { hashOf } from '../../certs/ledger-chain.ts';
import type { Sealer } from '../../certs/seal.ts';
import { readTrust, type Trust } from '../../certs/verify.ts';
import { ownSealer } from '../../subgraphs/keys.ts';
import { canType, commandsIn, readmeOf, typed } from '../certs/bundle/by-hand.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) { number state bundleUrl } }`;
interface Registered {
  readonly registerEnterprise: { readonly number: string; readonly state: string; readonly bundleUrl: string };
}

/** With LONG=1 every byte is changed where otherwise every so manieth is. */
const isLong = process.env.LONG === '1';
/** Each byte costs a whole judgement: some minutes, and with LONG=1 an hour, on a machine that has much else to do. */
const everyByteMaxMs = isLong ? 4 * 3_600_000 : 5 * 60_000;

let center: Center;
let sealer: Sealer;
let rootPem: string;
let trust: Trust;
let one: Uint8Array;
let two: Uint8Array;
let number: string;
/** A minute after the bundles were made. */
let at: Date;

beforeAll(async () => {
  center = await openCenter({ inlineBudgetMs: 60_000 });
  rootPem = readFileSync(join(center.dataDir, 'trust', 'root.pem'), 'utf8');
  trust = readTrust({ rootPem });
  sealer = ownSealer(join(center.dataDir, 'center', 'keys'));
  [number, one] = await registered();
  [, two] = await registered();
  at = new Date(Date.now() + 60_000);
});
afterAll(() => center.close());

async function registered(): Promise<[string, Uint8Array]> {
  const { data } = await center.ask<Registered>(REGISTER, { input: application() });
  const { number: of, state, bundleUrl } = data!.registerEnterprise;
  if (state !== 'CLOSED') throw new Error(`case ${of} is ${state}`);
  const response = await fetch(bundleUrl, { headers: { authorization: `Bearer ${await center.token()}` } });
  return [of, new Uint8Array(await response.arrayBuffer())];
}

const judged = (bytes: Uint8Array): BundleJudgement => judgeBundle({ bytes, trust, at });

/** Why a bundle is refused: the first code, with its file. @throws {Error} when it is not, or the code is not in the table. */
function refusal(bytes: Uint8Array): string {
  const { verdict, findings } = judged(bytes);
  const [first] = findings;
  if (verdict === 'VALID' || verdict === 'VALID_AT_SIGNING' || !first) throw new Error(`it is ${verdict}`);
  if (!Object.hasOwn(FINDINGS, first.code)) throw new Error(`${first.code} is not in the table`);
  return `${first.code} ${first.file}`;
}

/** The files of a bundle, changed, under a manifest that the center has sealed anew. */
async function resealed(bytes: Uint8Array, change: (files: Map<string, Uint8Array>) => void): Promise<Uint8Array> {
  const files = new Map(readZip(bytes));
  change(files);
  const manifest = writeManifest(digestsOf(files));
  return writeZip(new Map([...files, [MANIFEST, manifest], [SIGNATURE, await sealer.seal(manifest, new Date())]]));
}

const found = ({ findings }: BundleJudgement): readonly string[] =>
  findings.filter(({ severity }) => severity === 'fatal').map(({ file, code }) => `${file} ${code}`);

const text = (files: Files, file: string): string => Buffer.from(files.get(file)!).toString();

describe('scenario 10: tampering', () => {
  it('begins with a bundle that is valid to this verifier, by the root alone', () => {
    expect(judged(one).findings).toEqual([]);
    expect(judged(one)).toMatchObject({ verdict: 'VALID', caseFile: { number, state: 'CLOSED' } });
    expect(judged(one).papers).toHaveLength(9);
  });

  (canType ? it : it.skip)('and to unzip, sha256sum and openssl, typed as its README.txt says', () => {
    expect(typed(one, rootPem)).toMatchObject({ status: 0 });
    expect(typed(two, rootPem, commandsIn(readmeOf(one)))).not.toMatchObject({ status: 0 });
  });

  it(
    'refuses the bundle with any byte of it changed',
    () => {
      const bytes = new Uint8Array(one);
      const codes = new Map<string, number>();
      for (let i = 0; i < bytes.length; i++) {
        bytes[i]! ^= 1 << (i % 8);
        const why = refusal(bytes);
        codes.set(why, (codes.get(why) ?? 0) + 1);
        bytes[i]! ^= 1 << (i % 8);
      }
      expect(Buffer.compare(bytes, one)).toBe(0);
      // Nearly all of it is the contents of files, and each is named.
      for (const file of readZip(one).keys()) expect(codes.get(`ZIP_CHECK_SUM_DIFFERS ${file}`)).toBeGreaterThan(0);
    },
    everyByteMaxMs,
  );

  it(
    'finds the changed byte where the check sum was mended, and names its file',
    () => {
      const files = new Map(readZip(one));
      for (const [file, i] of places(files, 97)) {
        const content = files.get(file)!;
        const { verdict, findings } = judged(writeZip(files.set(file, changedAt(content, i))));
        files.set(file, content);
        // That the manifest is another is found by the seal over it.
        const named = file === MANIFEST ? SIGNATURE : file;
        if (
          verdict !== 'INVALID' ||
          !findings.some(fault => fault.severity === 'fatal' && [file, named].includes(fault.file))
        )
          throw new Error(`${file} byte ${i}: ${verdict}`);
      }
    },
    everyByteMaxMs,
  );

  it(
    'finds it where the center itself has sealed the change',
    async () => {
      const sealed = [...readZip(one)].filter(([file]) =>
        /(record\.json|seal\.p7s|ledger\.json|list\.(json|p7s))$/.test(file),
      );
      for (const [file, i] of places(new Map(sealed), 197)) {
        const mutant = await resealed(one, files => files.set(file, changedAt(files.get(file)!, i)));
        expect([file, i, refusal(mutant)]).toEqual([file, i, expect.any(String)]);
      }
    },
    everyByteMaxMs,
  );

  it('says the same of the same change each time', () => {
    for (let i = 0; i < one.length; i += 997) expect(refusal(changedAt(one, i))).toBe(refusal(changedAt(one, i)));
  });

  it('refuses the bundle wherever it is cut, and with bytes before or after it', () => {
    for (let i = 0; i < one.length; i += 499) expect(refusal(one.subarray(0, i))).toMatch(/^ZIP_/);
    expect(refusal(Buffer.concat([one, Buffer.of(0)]))).toBe('ZIP_TRAILING_BYTES ');
    expect(refusal(Buffer.concat([Buffer.of(0), one]))).toBe('ZIP_NOT_ONE ');
    expect(refusal(Buffer.concat([one, two]))).toBe('ZIP_TRAILING_BYTES ');
  });

  it('finds the slips of two cases swapped', async () => {
    const other = readZip(two);
    const slips = [...other.keys()].filter(file => file.startsWith('slips/'));
    const swapped = await resealed(one, files => {
      for (const file of slips) files.set(file, other.get(file)!);
    });
    for (const slip of ['slips/01-ACCEPTANCE', 'slips/02-DECISION', 'slips/03-DELIVERY'])
      expect(found(judged(swapped))).toEqual(
        expect.arrayContaining([
          `${slip}/record.json PAPER_OF_ANOTHER_CASE`,
          `${slip}/record.json SLIP_NUMBER_DIFFERS`,
          `${slip}/record.json PAPER_DIFFERS_FROM_LEDGER`,
          `${slip}/record.json LEDGER_HEAD_DIFFERS`,
        ]),
      );
  });

  it('finds the tail of the ledger cut, wherever it is cut', async () => {
    const lines = text(readZip(one), 'ledger.json').trimEnd().split('\n');
    for (let entries = lines.length - 3; entries > 0; entries--) {
      const cut = [...lines.slice(0, entries), lines[entries]!.replace(/,$/, ''), ']', ''].join('\n');
      const codes = found(judged(await resealed(one, files => files.set('ledger.json', Buffer.from(cut)))));
      expect(codes).toContain('ledger.json CASE_NOT_OVER');
      expect(codes).toContain('slips/02-DECISION/record.json PAPER_NOT_IN_LEDGER');
      if (entries < lines.length - 3) expect(codes).toContain('slips/02-DECISION/record.json LEDGER_CUT');
    }
  });

  it('finds one entry of the ledger changed, though the chain was counted anew', async () => {
    const changed = (files: Map<string, Uint8Array>): string =>
      text(files, 'ledger.json').replace('"policy":"KEEP_GRANTED"', '"policy":"REVOKE_ALL"');
    const broken = await resealed(one, files => files.set('ledger.json', Buffer.from(changed(files))));
    expect(found(judged(broken))).toEqual(['ledger.json LEDGER_CHAIN_BROKEN']);
    const mended = await resealed(one, files => files.set('ledger.json', Buffer.from(rechained(changed(files)))));
    expect(found(judged(mended))).toEqual(
      ['ACCEPTANCE', 'DECISION', 'DELIVERY'].map(
        (kind, i) => `slips/0${i + 1}-${kind}/record.json LEDGER_HEAD_DIFFERS`,
      ),
    );
  });

  it('finds a paper left out that ledger and slips name', async () => {
    const without = await resealed(one, files => {
      const description = JSON.parse(text(files, 'case.json')) as { papers: { folder: string }[] };
      const { folder } = description.papers.pop()!;
      files.set('case.json', Buffer.from(JSON.stringify(description)));
      for (const file of [...files.keys()]) if (file.startsWith(`${folder}/`)) files.delete(file);
    });
    expect(found(judged(without))).toEqual([
      'slips/02-DECISION/record.json PAPER_ABSENT',
      'slips/03-DELIVERY/record.json PAPER_ABSENT',
      'ledger.json PAPER_ABSENT',
    ]);
  });

  /** The ledger with the hashes of all entries counted again. */
  function rechained(ledger: string): string {
    let previous = '';
    const lines = ledger.trimEnd().split('\n').slice(1, -1);
    const again = lines.map(line => {
      const [, when, events, seq] = /^\{"at":(\d+),"events":(.*),"hash":"[0-9a-f]+","seq":(\d+)\},?$/.exec(line)!;
      const entry = { caseNumber: number, seq: Number(seq), at: Number(when), events: events! };
      previous = hashOf(entry, previous);
      return `{"at":${when},"events":${events},"hash":"${previous}","seq":${seq}}`;
    });
    return `[\n${again.join(',\n')}\n]\n`;
  }
});

/** Bytes of files, every so manieth, or all of them. */
function* places(files: Files, stride: number): Generator<[file: string, i: number]> {
  let next = 0;
  for (const [file, { length }] of files) {
    for (; next < length; next += isLong ? 1 : stride) yield [file, next];
    next -= length;
  }
}

/** A copy with one bit of one byte changed. */
function changedAt(bytes: Uint8Array, i: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[i]! ^= 1 << (i % 8);
  return copy;
}
