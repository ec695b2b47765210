/** What is struck out of the papers of a bundle, held against its ledger. */
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BundleJudgement, judgeBundle } from '../../../certs/bundle/judge.ts';
import { digestsOf, MANIFEST, SIGNATURE, writeManifest } from '../../../certs/bundle/manifest.ts';
import type { BundleContent, Paper } from '../../../certs/bundle/write.ts';
import { readZip, writeZip } from '../../../certs/bundle/zip.ts';
import type { JsonObject } from '../../../certs/jcs.ts';
import { struckOutOf } from '../../../certs/leaves.ts';
import { NOW } from '../fixture.ts';
import { canType, typed } from './by-hand.ts';
import { bundleWorld, Ledger, made, PERSONS } from './made.ts';

const w = bundleWorld();
afterAll(() => w.remove());
const one = await made(w);
const two = await made(w, 2);
const { content } = one;
const [name, license, tax] = content.papers as [Paper, Paper, Paper];
const LICENSE = 'papers/02-BUSINESS_LICENSE';
const PATHS = Object.keys(PERSONS).map(field => `content.${field}`);

const judged = (bytes: Uint8Array): BundleJudgement =>
  judgeBundle({ bytes, trust: w.trust, at: new Date(NOW.getTime() + 60_000) });
const found = ({ findings }: BundleJudgement): readonly string[] =>
  findings.map(({ file, code, at }) => `${file} ${code} ${at}`).sort();

/** The license with some fields struck out. */
function without(paths: readonly string[]): Paper {
  const { disclosures, ...bare } = license;
  const left = paths.length === 0 ? disclosures : struckOutOf(disclosures!, paths);
  return left ? { ...bare, disclosures: left } : bare;
}

const ACT = { event: 'STRUCK_OUT', id: license.id, by: 'officer', approvedBy: 'supervisor', reason: '依申请' };
/** The ledger with acts after the case was over. */
function withActs(...acts: readonly JsonObject[]): BundleContent['ledger'] {
  const ledger = new Ledger(content.number);
  ledger.entries.push(...content.ledger);
  for (const act of acts) ledger.enter([act]);
  return ledger.entries;
}

const bundled = (paper: Paper, ...acts: readonly JsonObject[]): Promise<Uint8Array> =>
  one.again({ papers: [name, paper, tax], ledger: withActs(...acts) });

describe('a bundle of which something was struck out', () => {
  it('is valid, and shows what, when the ledger has the act of two persons', async () => {
    const struck = ['content.name', 'content.idNumber'];
    const judgement = judged(await bundled(without(struck), { ...ACT, paths: struck }));
    expect(found(judgement)).toEqual([]);
    expect(judgement.verdict).toBe('VALID');
    expect(judgement.papers[1]?.judgement).toMatchObject({
      verdict: 'VALID',
      struckOut: ['content.idNumber', 'content.name'],
      disclosed: { 'content.other': '乙某' },
    });
  });

  it('has no disclosures when all of them were', async () => {
    const bytes = await bundled(without(PATHS), { ...ACT, paths: PATHS });
    expect(readZip(bytes).has(`${LICENSE}/disclosures.json`)).toBe(false);
    expect(judged(bytes)).toMatchObject({ verdict: 'VALID', findings: [] });
  });

  it('may have been struck out in several acts', async () => {
    const acts = PATHS.map(path => ({ ...ACT, paths: [path] }));
    expect(judged(await bundled(without(PATHS), ...acts))).toMatchObject({ verdict: 'VALID', findings: [] });
  });

  it('is valid for exactly what its ledger says, whatever that is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(PATHS), fc.subarray(PATHS), async (struck, entered) => {
        const judgement = judged(await bundled(without(struck), { ...ACT, paths: entered }));
        const file = `${LICENSE}/disclosures.json`;
        const wanted = PATHS.flatMap(path => {
          if (struck.includes(path) === entered.includes(path)) return [];
          const code = struck.includes(path) ? 'STRUCK_OUT_WITHOUT_ACT' : 'DISCLOSED_THOUGH_STRUCK_OUT';
          return [`${file} ${code} ${path}`];
        });
        expect(found(judgement)).toEqual(wanted.sort());
        expect(judgement.verdict).toBe(wanted.length === 0 ? 'VALID' : 'INVALID');
      }),
      { numRuns: 40 },
    );
  });

  (canType ? it : it.skip)(
    'is found in order by who types what its README says, and refused without the act',
    async () => {
      const root = w.text('trust/root.pem');
      const struck = ['content.name'];
      const { status, output } = typed(await bundled(without(struck), { ...ACT, paths: struck }), root);
      expect(output).toContain(`${LICENSE}: 1 struck out`);
      expect(output).toContain(`${LICENSE} ["one-window/leaf/1","content.other",`);
      expect(status).toBe(0);
      expect(typed(await bundled(without(PATHS), { ...ACT, paths: PATHS }), root)).toMatchObject({
        status: 0,
        output: expect.stringContaining(`${LICENSE}: 3 struck out`),
      });
      expect(typed(await bundled(without(struck)), root).status).not.toBe(0);
    },
  );
});

describe('a center that strikes out by itself, or not at all, is found out:', () => {
  const [first] = PATHS as [string];
  const file = `${LICENSE}/disclosures.json`;
  it.each<[string, Paper, readonly JsonObject[], readonly string[]]>([
    ['a field is gone without an act', without([first]), [], [`${file} STRUCK_OUT_WITHOUT_ACT ${first}`]],
    ['all of them are', without(PATHS), [], PATHS.map(path => `${file} STRUCK_OUT_WITHOUT_ACT ${path}`)],
    [
      'the act is about another paper',
      without([first]),
      [{ ...ACT, id: tax.id, paths: [first] }],
      [`${file} STRUCK_OUT_WITHOUT_ACT ${first}`],
    ],
    [
      'the field is shown all the same',
      license,
      [{ ...ACT, paths: [first] }],
      [`${file} DISCLOSED_THOUGH_STRUCK_OUT ${first}`],
    ],
  ])('%s', async (_, paper, acts, wanted) => {
    const judgement = judged(await bundled(paper, ...acts));
    expect(found(judgement)).toEqual([...wanted].sort());
    expect(judgement.verdict).toBe('INVALID');
  });

  it.each<[string, JsonObject, string]>([
    ['one person did both', { ...ACT, by: 'supervisor', paths: [first] }, 'STRUCK_OUT_BY_ONE_PERSON'],
    ['nobody approved', { ...ACT, approvedBy: null, paths: [first] }, 'STRUCK_OUT_BY_ONE_PERSON'],
    ['nobody proposed', { ...ACT, by: '', paths: [first] }, 'STRUCK_OUT_BY_ONE_PERSON'],
  ])('%s', async (_, act, code) => {
    const judgement = judged(await bundled(without([first]), act));
    expect(found(judgement)).toEqual([expect.stringMatching(`^ledger.json ${code} byte \\d+$`)]);
    expect(judgement.verdict).toBe('INVALID');
  });

  it('the act is about a paper that is not there', async () => {
    const judgement = judged(await bundled(license, { ...ACT, id: 'ab'.repeat(16), paths: [first] }));
    expect(found(judgement)).toEqual([expect.stringMatching(/^ledger.json PAPER_ABSENT byte \d+$/)]);
  });
});

describe('disclosures that a center has changed, under a seal of its own over the manifest, are found:', () => {
  async function resealed(change: (files: Map<string, Uint8Array>) => void): Promise<BundleJudgement> {
    const files = new Map(readZip(one.bytes));
    change(files);
    const manifest = writeManifest(digestsOf(files));
    return judged(writeZip(new Map([...files, [MANIFEST, manifest], [SIGNATURE, await one.seal(manifest)]])));
  }
  const own = license.disclosures!;
  const file = `${LICENSE}/disclosures.json`;

  it.each<[string, (files: Map<string, Uint8Array>) => void, readonly string[]]>([
    [
      'those of another case’s license',
      files => files.set(file, two.content.papers[1]!.disclosures!),
      [`${file} DISCLOSURES_OF_ANOTHER_RECORD disclosures: record`],
    ],
    [
      'a value',
      files => files.set(file, Buffer.from(Buffer.from(own).toString().replace('乙某', '丙某'))),
      [`${file} LEAF_DIFFERS disclosures: content.other`],
    ],
    [
      'beside a paper that has no leaves',
      files => files.set('papers/03-NATIONAL_TAX/disclosures.json', own),
      [
        ...PATHS.map(path => `papers/03-NATIONAL_TAX/disclosures.json DISCLOSURE_WITHOUT_LEAF disclosures: ${path}`),
        'papers/03-NATIONAL_TAX/disclosures.json DISCLOSURES_OF_ANOTHER_RECORD disclosures: record',
      ],
    ],
    [
      'beside one that is not sealed',
      files => files.set('papers/01-NAME/disclosures.json', Buffer.from('{}')),
      ['papers/01-NAME/disclosures.json DISCLOSURES_MALFORMED disclosures'],
    ],
    [
      'beside a slip, where there are none',
      files => files.set('slips/01-ACCEPTANCE/disclosures.json', own),
      [
        'slips/01-ACCEPTANCE/disclosures.json BUNDLE_FILE_UNKNOWN file',
        'slips/01-ACCEPTANCE/disclosures.json DISCLOSURES_OF_ANOTHER_RECORD disclosures: record',
        ...PATHS.map(path => `slips/01-ACCEPTANCE/disclosures.json DISCLOSURE_WITHOUT_LEAF disclosures: ${path}`),
      ],
    ],
    [
      'emptied',
      files => files.set(file, new Uint8Array(0)),
      [`${file} DISCLOSURES_MALFORMED disclosures`, ...PATHS.map(path => `${file} STRUCK_OUT_WITHOUT_ACT ${path}`)],
    ],
  ])('%s', async (_, change, wanted) => {
    const judgement = await resealed(change);
    expect(found(judgement)).toEqual([...wanted].sort());
    expect(judgement.verdict).toBe('INVALID');
  });
});
