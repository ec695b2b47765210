/** The page says of every file what the verifier says on Node: the same verdict, and the same reason first. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { judgeBundle } from '../../../certs/bundle/judge.ts';
import { judgePdf } from '../../../certs/pdf/judge.ts';
import { type Finding, judge, readTrust, type Trust, TrustError, type Verdict } from '../../../certs/verify.ts';
import { entryOf, type Numbered } from '../../../tools/corpus/classes.ts';
import { ENDINGS } from '../../../tools/corpus/entry.ts';
import type { TrustFolder } from '../../../tools/corpus/files.ts';
import { openYard } from '../../../tools/corpus/yard.ts';
import { openChromium } from '../../../tools/web/chromium.ts';
import { openSavedPage, type Said, type SavedPage } from '../../../tools/web/saved-page.ts';
import { builtPage } from '../../fixtures/built-page.ts';
import { chromiumAbsent, hasChromium, withChromium } from '../../fixtures/chromium.ts';

/** Of the corpus that the second verifier is held against: its first, which are of all classes. */
const entriesCount = 100;
/** Of the next, those with a signature that does not hold: only WebCrypto tells, and only in a second round. */
const searchedCount = 700;

let folder: string;
let browser: Browser | undefined;
let saved: SavedPage;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one-window-'));
  if (!hasChromium) return;
  browser = await openChromium();
  saved = await openSavedPage(browser, builtPage(), join(folder, 'verify.html'));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function trustIn({ files }: TrustFolder): Trust {
  const [json, p7s] = [files['list.json'], files['list.p7s']];
  const crls = Object.keys(files).filter(name => name.endsWith('.crl'));
  return readTrust({
    rootPem: Buffer.from(files['root.pem']!).toString('latin1'),
    ...(json && p7s && { list: { json, p7s } }),
    crls: crls.sort().map(name => files[name]!),
  });
}

function saidByNode({ kind, files, trust: folder, at }: Numbered): Omit<Said, 'files'> {
  try {
    const trust = trustIn(folder);
    const { verdict, findings } = judged(kind, files, trust, at);
    return { outcome: verdict, codes: findings.slice(0, shownMax).map(({ code }) => code) };
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return { outcome: 'UNREADABLE', codes: [] };
  }
}

/** As many as the page shows. */
const shownMax = 200;

function judged(
  kind: Numbered['kind'],
  files: Numbered['files'],
  trust: Trust,
  at: Date,
): { readonly verdict: Verdict; readonly findings: readonly Finding[] } {
  if (kind === 'bundle') return judgeBundle({ bytes: files.bundle!, trust, at });
  if (kind === 'pdf') return judgePdf({ bytes: files.pdf!, trust, at });
  const { record, seal, proof, disclosures } = files;
  return judge({
    record: record!,
    seal: seal!,
    ...(proof && { proof }),
    ...(disclosures && { disclosures }),
    trust,
    at,
  });
}

async function saidByPage({ files, trust, at }: Numbered): Promise<Omit<Said, 'files'>> {
  await saved.setTrust(trust.files);
  await saved.setTime(at);
  const named = Object.entries(files).map(([role, bytes]) => [`x.${ENDINGS[role]}`, bytes] as const);
  const said = await saved.drop(Object.fromEntries(named));
  await saved.clear();
  if (said.length !== 1) throw new Error(`the page took ${named.map(([name]) => name)} for ${said.length} things`);
  const [{ outcome, codes }] = said as [Said];
  return { outcome, codes };
}

describe('the page and the verifier on Node', () => {
  const compare = async (entry: Numbered): Promise<void> => {
    const { id, class: of, what } = entry;
    expect({ id, of, what, ...(await saidByPage(entry)) }).toEqual({ id, of, what, ...saidByNode(entry) });
  };

  withChromium(
    `agree on ${entriesCount} files of all kinds and fates${chromiumAbsent}`,
    async () => {
      const yard = await openYard(6);
      const [kinds, outcomes] = [new Set<string>(), new Set<string>()];
      for (let number = 0; number < entriesCount; number++) {
        const entry = await entryOf(yard, number);
        await compare(entry);
        kinds.add(entry.kind);
        outcomes.add(saidByNode(entry).outcome);
      }
      expect([...kinds].sort()).toEqual(['bundle', 'pdf', 'seal']);
      expect([...outcomes].sort()).toEqual(
        expect.arrayContaining(['EXPIRED', 'INDETERMINATE', 'INVALID', 'REVOKED', 'VALID', 'VALID_AT_SIGNING']),
      );
      expect([saved.asked, saved.complaints]).toEqual([[], []]);
    },
    300_000,
  );

  withChromium(
    `agree on signatures that do not hold, of seals and of what stands above and beside them${chromiumAbsent}`,
    async () => {
      const yard = await openYard(6);
      const wrong: string[] = [];
      for (let number = entriesCount; number < searchedCount; number++) {
        const entry = await entryOf(yard, number);
        const codes = saidByNode(entry).codes.filter(code => /SIGNATURE_WRONG$/.test(code));
        wrong.push(...codes);
        if (codes.length > 0) await compare(entry);
      }
      expect(wrong).toContain('SIGNATURE_WRONG');
      expect(wrong.length).toBeGreaterThan(3);
    },
    300_000,
  );
});
