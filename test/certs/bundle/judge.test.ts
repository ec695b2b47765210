import { afterAll, describe, expect, it } from '@jest/globals';
import { type BundleJudgement, judgeBundle } from '../../../certs/bundle/judge.ts';
import { digestsOf, MANIFEST, SIGNATURE, writeManifest } from '../../../certs/bundle/manifest.ts';
import type { BundleContent, Paper } from '../../../certs/bundle/write.ts';
import { type Files, readZip, writeZip } from '../../../certs/bundle/zip.ts';
import { withoutTimeStamp } from '../../../certs/cms.ts';
import { FINDINGS } from '../../../certs/findings.ts';
import { canonicalize, type JsonValue } from '../../../certs/jcs.ts';
import { hashOf, type LedgerEntry, NO_LEDGER } from '../../../certs/ledger-chain.ts';
import { readTrustList, writeTrustList } from '../../../certs/trust-list.ts';
import { readTrust, type Trust } from '../../../certs/verify.ts';
import { toyLog } from '../../fixtures/toy-log.ts';
import { bytesOf, changed, NOW } from '../fixture.ts';
import { bundleWorld, made, sha256, trustFiles } from './made.ts';

const w = bundleWorld();
const other = bundleWorld();
afterAll(() => {
  w.remove();
  other.remove();
});
const one = await made(w);
/** Another case, in another tree of the same log and size. */
const two = await made(w, 2);
const at = new Date(NOW.getTime() + 60_000);
const { content } = one;

const old = Buffer.from(await one.log.note(5));
const strange = Buffer.from(await toyLog(one.log.entries, { origin: one.log.origin }).note());
const forked = Buffer.from(await two.log.note());

const judged = (bytes: Uint8Array, trust: Trust = w.trust): BundleJudgement => judgeBundle({ bytes, trust, at });

/** What was found, each with its file. */
const found = ({ findings }: BundleJudgement): readonly string[] =>
  findings.map(({ file, code }) => `${file} ${code}`).sort();

/** The files of a bundle, some of them changed, in a ZIP whose check sums are right. */
function rezipped(bytes: Uint8Array, change: (files: Map<string, Uint8Array>) => void): Uint8Array {
  const files = new Map(readZip(bytes));
  change(files);
  return writeZip(files);
}

/** The same, and a center that seals whatever it is given. */
async function resealed(bytes: Uint8Array, change: (files: Map<string, Uint8Array>) => void): Promise<Uint8Array> {
  const files = new Map(readZip(rezipped(bytes, change)));
  const manifest = writeManifest(digestsOf(files));
  return writeZip(new Map([...files, [MANIFEST, manifest], [SIGNATURE, await one.seal(manifest)]]));
}

const text = (files: Files, file: string): string => Buffer.from(files.get(file)!).toString();
const replaced = (files: Map<string, Uint8Array>, file: string, from: string, to: string): void => {
  if (!text(files, file).includes(from)) throw new Error(`${from} is not in ${file}`);
  files.set(file, Buffer.from(text(files, file).replace(from, to)));
};

/** A ledger whose hashes are counted anew. */
function rechained(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  let head = NO_LEDGER;
  return entries.map(({ caseNumber, at: when, events }) => {
    const entry = { caseNumber, seq: head.seq + 1, at: when, events };
    const hash = hashOf(entry, head.hash);
    head = { seq: entry.seq, hash };
    return { ...entry, hash };
  });
}

/** The ledger with an entry more, that no slip is bound to. */
const withLast = (events: readonly JsonValue[]): readonly LedgerEntry[] =>
  rechained([...content.ledger, { ...content.ledger[0]!, events: canonicalize(events) }]);

const NOTE = '[{"event":"NOTE","note":"CARD"}]';
const LICENSE = 'papers/02-BUSINESS_LICENSE';
const TAX = 'papers/03-NATIONAL_TAX';
const DECISION = 'slips/02-DECISION';

describe('a bundle', () => {
  it('as it was made is valid, with every paper in it', () => {
    const judgement = judged(one.bytes);
    expect(found(judgement)).toEqual([]);
    expect(judgement).toMatchObject({
      verdict: 'VALID',
      caseFile: { number: content.number, state: 'CLOSED', madeAt: '2025-06-30T08:00:01.250Z' },
      listVersion: 1,
      manifest: { signer: { department: 'center' } },
      papers: [
        { folder: 'papers/01-NAME', seal: null, status: 'VALID' },
        { folder: LICENSE, seal: 'B-T', judgement: { verdict: 'VALID', log: { index: 3 } } },
        { folder: TAX, number: 'T-1', judgement: { verdict: 'VALID', signer: { department: 'tax' } } },
        { folder: 'slips/01-ACCEPTANCE', judgement: { verdict: 'VALID' } },
        { folder: DECISION, id: content.slips[1]!.id },
      ],
    });
  });

  it('is the same files each time; only the center’s seal over them is made anew', async () => {
    const [first, again] = [readZip(one.bytes), readZip(await one.again({}))];
    const differing = [...first].filter(([file, bytes]) => Buffer.compare(bytes, again.get(file)!) !== 0);
    expect([...again.keys()]).toEqual([...first.keys()]);
    expect(differing.map(([file]) => file)).toEqual([SIGNATURE]);
  });

  it('with a seal that has no time stamp yet says so, and is not valid', async () => {
    const [name, license, tax] = content.papers as [Paper, Paper, Paper];
    const bare = { ...tax, seal: withoutTimeStamp(tax.seal!), proof: undefined };
    const judgement = judged(await one.again({ papers: [name, license, bare] }));
    expect(judgement.verdict).toBe('INDETERMINATE');
    expect(found(judgement)).toEqual([`${TAX}/seal.p7s NO_LOG_PROOF`, `${TAX}/seal.p7s NO_TIME_STAMP`]);
    expect(judgement.caseFile?.papers[2]).toMatchObject({ folder: TAX, seal: 'B' });
  });

  it('tells what has become of a paper since', async () => {
    const ledger = [...content.ledger];
    const last = ledger.pop()!;
    const status = { event: 'DOCUMENT_STATUS', id: content.papers[1]!.id, status: 'REVOKED' };
    const events = JSON.stringify([...JSON.parse(last.events), status]);
    // Not as the window writes it, in its order; the chain is right.
    const told = rechained([...ledger, { ...last, events: Buffer.from(bytesOf(JSON.parse(events))).toString() }]);
    const judgement = judged(await one.again({ ledger: told }));
    expect(found(judgement)).toEqual([]);
    expect(judgement.papers.map(({ status: is }) => is)).toEqual(['VALID', 'REVOKED', 'VALID', 'VALID', 'VALID']);
  });

  it('of a case from before there were ledgers holds papers that its ledger does not name', async () => {
    const [, license] = content.papers as [Paper, Paper, Paper];
    const event = { event: 'CARRIED_OVER', state: 'CLOSED', acceptedOn: content.acceptedOn, items: [] };
    const events = Buffer.from(bytesOf([event])).toString();
    const bytes = await one.again({
      ledger: rechained([{ ...content.ledger[0]!, events }]),
      papers: [license],
      slips: [],
    });
    expect(judged(bytes)).toMatchObject({ verdict: 'VALID', findings: [] });
    expect(text(readZip(bytes), 'README.txt')).not.toContain('names every paper');
  });
});

describe('a slip of a case that was carried over', () => {
  it.each(['"3"', '{"hash":"","seq":"0"}', '{"seq":1}'])('that says %s of the ledger is found', async head => {
    const event = { event: 'CARRIED_OVER', state: 'CLOSED', acceptedOn: content.acceptedOn, items: [] };
    const ledger = rechained([{ ...content.ledger[0]!, events: Buffer.from(bytesOf([event])).toString() }]);
    const [acceptance] = content.slips as [Paper];
    const said = Buffer.from(acceptance.record).toString();
    const record = Buffer.from(said.replace(/"ledger":\{[^}]*\}/, `"ledger":${head}`));
    const bytes = await one.again({ ledger, papers: [], slips: [{ ...acceptance, record }] });
    expect(found(judged(bytes))).toContain('slips/01-ACCEPTANCE/record.json LEDGER_HEAD_DIFFERS');
  });
});

describe('a file that somebody has changed', () => {
  const files = [...readZip(one.bytes).keys()];

  it.each(files)('%s is found, and named', file => {
    const judgement = judged(
      rezipped(one.bytes, all => {
        const bytes = all.get(file)!;
        all.set(file, changed(bytes, Math.floor(bytes.length / 2), 4));
      }),
    );
    expect(judgement.verdict).toBe('INVALID');
    expect(judgement.findings.some(finding => finding.file === file && finding.severity === 'fatal')).toBe(true);
  });

  it.each(files.filter(file => file !== 'mimetype' && file !== 'log/checkpoint'))(
    '%s is missed when it is left out',
    file => {
      const judgement = judged(rezipped(one.bytes, all => all.delete(file)));
      expect(judgement.verdict).toBe('INVALID');
      expect(found(judgement)).toContain(`${file} BUNDLE_FILE_MISSING`);
    },
  );

  it.each<[string, (all: Map<string, Uint8Array>) => void, string]>([
    [
      'a file more',
      all => all.set('papers/04-X/record.json', Buffer.from('{}')),
      'papers/04-X/record.json MANIFEST_FILE_NOT_NAMED',
    ],
    [
      'a manifest in another form',
      all => replaced(all, MANIFEST, 'encoding="UTF-8"', "encoding='UTF-8'"),
      `${MANIFEST} MANIFEST_MALFORMED`,
    ],
    [
      'a manifest with a comment',
      all => replaced(all, MANIFEST, '</asic:ASiCManifest>', '<!-- x --></asic:ASiCManifest>'),
      `${MANIFEST} MANIFEST_MALFORMED`,
    ],
    [
      'a manifest in another order',
      all => {
        const lines = text(all, MANIFEST).split('\n');
        all.set(MANIFEST, Buffer.from([...lines.slice(0, 3), lines[4], lines[3], ...lines.slice(5)].join('\n')));
      },
      `${MANIFEST} MANIFEST_MALFORMED`,
    ],
    ['another kind of container', all => replaced(all, 'mimetype', 'asic-e', 'asic-s'), 'mimetype ZIP_MIMETYPE'],
  ])('%s is found', (_, change, wanted) => {
    expect(found(judged(rezipped(one.bytes, change)))).toContain(wanted);
  });

  it('is found where a department, not the center, has sealed the manifest', async () => {
    const files_ = new Map(readZip(one.bytes));
    const bytes = writeZip(files_.set(SIGNATURE, w.party('tax').seal(files_.get(MANIFEST)!, NOW)));
    expect(found(judged(bytes))).toContain(`${SIGNATURE} BUNDLE_NOT_BY_CENTER`);
  });
});

/** The center itself, or whoever has stolen its key, seals what is not so. */
describe('a center that lies is found out:', () => {
  it.each<[string, (all: Map<string, Uint8Array>) => void, readonly string[]]>([
    [
      'a file that bundles do not have',
      all => all.set('papers/note.txt', Buffer.from('x')),
      ['papers/note.txt BUNDLE_FILE_UNKNOWN'],
    ],
    [
      'another holder in a record',
      all => replaced(all, `${LICENSE}/record.json`, '贸易', '投资'),
      [
        `${DECISION}/record.json PAPER_ABSENT`,
        `${LICENSE}/disclosures.json DISCLOSURES_OF_ANOTHER_RECORD`,
        `${LICENSE}/record.json PAPER_DIFFERS_FROM_LEDGER`,
        `${LICENSE}/seal.p7s MESSAGE_DIGEST_DIFFERS`,
      ],
    ],
    [
      'the seals of two papers swapped',
      all => {
        const [a, b] = [`${LICENSE}/seal.p7s`, `${TAX}/seal.p7s`];
        const [first, second] = [all.get(a)!, all.get(b)!];
        all.set(a, second).set(b, first);
      },
      [LICENSE, TAX].flatMap(folder => [
        `${folder}/record.json RECORD_DEPARTMENT_DIFFERS`,
        `${folder}/record.json RECORD_KIND_NOT_ALLOWED`,
        `${folder}/seal.p7s MESSAGE_DIGEST_DIFFERS`,
        `${folder}/seal.p7s PAPER_DIFFERS_FROM_LEDGER`,
        `${folder}/seal.tlog-proof LOG_INCLUSION_WRONG`,
      ]),
    ],
    [
      'the log proof of another paper',
      all => all.set(`${TAX}/seal.tlog-proof`, all.get(`${LICENSE}/seal.tlog-proof`)!),
      [`${TAX}/seal.tlog-proof LOG_INCLUSION_WRONG`],
    ],
    [
      'a paper that is not sealed changed',
      all => replaced(all, 'papers/01-NAME/record.json', '贸易', '投资'),
      [`${DECISION}/record.json PAPER_ABSENT`, 'papers/01-NAME/record.json PAPER_DIFFERS_FROM_LEDGER'],
    ],
    [
      'a seal taken off',
      all => {
        all.delete(`${TAX}/seal.p7s`);
        all.delete(`${TAX}/seal.tlog-proof`);
        replaced(all, 'case.json', '"number":"T-1","seal":"B-T"', '"number":"T-1","seal":null');
      },
      [`${TAX}/record.json PAPER_NOT_SEALED`, `${TAX}/seal.p7s PAPER_DIFFERS_FROM_LEDGER`],
    ],
    [
      'another number in case.json than in the record',
      all => replaced(all, 'case.json', '"T-1"', '"T-7"'),
      ['case.json CASE_FILE_DIFFERS'],
    ],
    [
      'a seal that is said to have no time stamp',
      all => replaced(all, 'case.json', '"T-1","seal":"B-T"', '"T-1","seal":"B"'),
      ['case.json CASE_FILE_DIFFERS'],
    ],
    [
      'another state of the case',
      all => replaced(all, 'case.json', '"CLOSED"', '"WITHDRAWN"'),
      ['case.json CASE_FILE_DIFFERS'],
    ],
    ['another regime', all => replaced(all, 'case.json', '"R2"', '"R3"'), ['case.json CASE_FILE_DIFFERS']],
    [
      'a member that case.json does not have',
      all => replaced(all, 'case.json', '{"acceptedOn"', '{"a":1,"acceptedOn"'),
      ['case.json CASE_FILE_MALFORMED'],
    ],
    [
      'a record with a byte order mark, which is not read in spite of it',
      all => {
        const file = `${TAX}/record.json`;
        replaced(all, file, '"T-1"', '"T-2"');
        all.set(file, Buffer.concat([Buffer.from('\ufeff'), all.get(file)!]));
      },
      [
        `${DECISION}/record.json PAPER_ABSENT`,
        `${TAX}/record.json PAPER_DIFFERS_FROM_LEDGER`,
        `${TAX}/record.json RECORD_NOT_JSON`,
        `${TAX}/seal.p7s MESSAGE_DIGEST_DIFFERS`,
      ],
    ],
    ['a ledger in another form', all => replaced(all, 'ledger.json', ',\n', ', \n'), ['ledger.json LEDGER_MALFORMED']],
  ])('%s', async (_, change, wanted) => {
    const judgement = judged(await resealed(one.bytes, change));
    expect(judgement.verdict).toBe('INVALID');
    expect(found(judgement)).toEqual([...wanted].sort());
  });

  it.each<[string, () => Partial<BundleContent>, readonly string[]]>([
    [
      'the decisions of two cases swapped',
      () => ({ slips: [content.slips[0]!, { ...two.content.slips[1]!, id: content.slips[1]!.id }] }),
      [
        ...Array(3).fill(`${DECISION}/record.json PAPER_ABSENT`),
        `${DECISION}/record.json LEDGER_HEAD_DIFFERS`,
        `${DECISION}/record.json PAPER_DIFFERS_FROM_LEDGER`,
        `${DECISION}/record.json PAPER_OF_ANOTHER_CASE`,
        `${DECISION}/record.json SLIP_NUMBER_DIFFERS`,
        `${DECISION}/seal.p7s PAPER_DIFFERS_FROM_LEDGER`,
        `${DECISION}/seal.tlog-proof LOG_FORKED`,
      ],
    ],
    [
      'the last entry of the ledger cut',
      () => ({ ledger: content.ledger.slice(0, -1) }),
      ['case.json CASE_FILE_DIFFERS', 'ledger.json CASE_NOT_OVER', `${DECISION}/record.json PAPER_NOT_IN_LEDGER`],
    ],
    [
      'the last two entries of the ledger cut',
      () => ({ ledger: content.ledger.slice(0, -2) }),
      [
        'case.json CASE_FILE_DIFFERS',
        'ledger.json CASE_NOT_OVER',
        `${DECISION}/record.json LEDGER_CUT`,
        `${DECISION}/record.json PAPER_NOT_IN_LEDGER`,
        `${TAX}/record.json PAPER_NOT_IN_LEDGER`,
      ],
    ],
    [
      'the tail of the ledger cut, with all that it names',
      () => ({
        ledger: content.ledger.slice(0, 2),
        papers: [],
        slips: content.slips.slice(0, 1),
        state: 'ACCEPTED',
      }),
      ['ledger.json CASE_NOT_OVER'],
    ],
    [
      'an entry of the ledger changed',
      () => ({ ledger: content.ledger.with(2, { ...content.ledger[2]!, at: NOW.getTime() + 1 }) }),
      ['ledger.json LEDGER_CHAIN_BROKEN'],
    ],
    [
      'an entry of the ledger changed, and the chain counted anew',
      () => ({ ledger: rechained(content.ledger.with(2, { ...content.ledger[2]!, at: NOW.getTime() + 1 })) }),
      [`${DECISION}/record.json LEDGER_HEAD_DIFFERS`],
    ],
    [
      'an entry of the ledger left out, and the chain counted anew',
      () => ({ ledger: rechained(content.ledger.toSpliced(3, 1)) }),
      [`${DECISION}/record.json LEDGER_HEAD_DIFFERS`, `${TAX}/record.json PAPER_NOT_IN_LEDGER`],
    ],
    [
      'the ledger of another case',
      () => ({ ledger: two.content.ledger }),
      [
        ...Array(5).fill('ledger.json LEDGER_CHAIN_BROKEN'),
        ...Array(5).fill('ledger.json PAPER_ABSENT'),
        ...Array(5)
          .fill('PAPER_NOT_IN_LEDGER')
          .map(
            (code, i) => `${['papers/01-NAME', LICENSE, TAX, 'slips/01-ACCEPTANCE', DECISION][i]}/record.json ${code}`,
          ),
        'slips/01-ACCEPTANCE/record.json LEDGER_HEAD_DIFFERS',
        `${DECISION}/record.json LEDGER_HEAD_DIFFERS`,
      ],
    ],
    [
      'a paper left out that the ledger and the decision name',
      () => ({ papers: content.papers.slice(0, 2) }),
      ['ledger.json PAPER_ABSENT', `${DECISION}/record.json PAPER_ABSENT`],
    ],
    [
      'a paper that the ledger does not know',
      () => ({ papers: [...content.papers, { ...two.content.papers[1]! }] }),
      [
        'papers/04-BUSINESS_LICENSE/record.json PAPER_NOT_IN_LEDGER',
        'papers/04-BUSINESS_LICENSE/record.json PAPER_OF_ANOTHER_CASE',
        'papers/04-BUSINESS_LICENSE/seal.tlog-proof LOG_FORKED',
      ],
    ],
    [
      'a checkpoint that is older than what it is to prove',
      () => ({ checkpoint: old }),
      ['log/checkpoint CHECKPOINT_OLDER'],
    ],
    ['the checkpoint of another tree of the same size', () => ({ checkpoint: forked }), ['log/checkpoint LOG_FORKED']],
    [
      'a checkpoint that a stranger has signed',
      () => ({ checkpoint: strange }),
      ['log/checkpoint LOG_CHECKPOINT_UNSIGNED'],
    ],
    [
      'a checkpoint that is none',
      () => ({ checkpoint: Buffer.from('x') }),
      ['log/checkpoint LOG_CHECKPOINT_MALFORMED'],
    ],
    [
      'an entry put between a slip and what it was sealed after',
      () => ({
        ledger: rechained([...content.ledger.slice(0, 4), { ...content.ledger[3]!, events: NOTE }, content.ledger[4]!]),
      }),
      [`${DECISION}/record.json LEDGER_HEAD_DIFFERS`],
    ],
    [
      'a license that no department has sealed, entered after the last slip',
      () => {
        const { record } = content.papers[1]!;
        const said = Buffer.from(record).toString().replace('L-1', 'L-9').replace('贸易', '投资');
        const forged = Buffer.from(said.replace('record/2', 'record/1'));
        const paper = { id: 'ab'.repeat(16), record: forged, seal: undefined, proof: undefined };
        return {
          papers: [...content.papers, paper],
          ledger: withLast([{ event: 'DOCUMENT', id: paper.id, recordSha256: sha256(forged), sealSha256: null }]),
        };
      },
      ['papers/04-BUSINESS_LICENSE/record.json PAPER_NOT_SEALED'],
    ],
    [
      'the license taken back by a record that no department has sealed',
      () => {
        const record = bytesOf({
          ...JSON.parse(Buffer.from(content.papers[1]!.record).toString()),
          content: {},
          kind: 'REVOCATION',
          revokes: 'op',
        });
        const paper = { id: 'ab'.repeat(16), record, seal: undefined, proof: undefined };
        return {
          papers: [...content.papers, paper],
          ledger: withLast([{ event: 'DOCUMENT', id: paper.id, recordSha256: sha256(record), sealSha256: null }]),
        };
      },
      ['papers/04-REVOCATION/record.json PAPER_NOT_SEALED'],
    ],
    [
      'a paper entered again as another one, after the last slip',
      () => {
        const { id } = content.papers[0]!;
        return { ledger: withLast([{ event: 'DOCUMENT', id, recordSha256: 'ab'.repeat(32), sealSha256: null }]) };
      },
      ['ledger.json LEDGER_PAPER_REPEATED', 'papers/01-NAME/record.json PAPER_DIFFERS_FROM_LEDGER'],
    ],
    [
      'papers that no ledger knows, excused at its end as those of an older case',
      () => ({
        papers: [...content.papers, { ...content.papers[0]!, id: 'ab'.repeat(16) }],
        ledger: withLast([{ event: 'CARRIED_OVER', state: 'CLOSED', acceptedOn: '2025-06-30' }]),
      }),
      ['papers/04-NAME/record.json PAPER_NOT_IN_LEDGER'],
    ],
    ['a slip left out', () => ({ slips: content.slips.slice(1) }), ['ledger.json PAPER_ABSENT']],
    [
      'a slip that stands twice',
      () => ({ slips: [...content.slips, { ...content.slips[1]!, id: 'ab'.repeat(16) }] }),
      ['slips/03-DECISION/record.json PAPER_NOT_IN_LEDGER', 'slips/03-DECISION/record.json SLIP_NUMBER_DIFFERS'],
    ],
  ])('%s', async (_, changes, wanted) => {
    const judgement = judged(await one.again(changes()));
    expect(judgement.verdict).toBe('INVALID');
    expect(found(judgement)).toEqual([...wanted].sort());
  });

  it('and each finding says where in the file, in English and Chinese', async () => {
    const { findings } = judged(await one.again({ ledger: content.ledger.slice(0, -2), state: 'REVOKED' }));
    expect(findings.map(({ file, at: place, en }) => [file, place, en])).toContainEqual([
      `${DECISION}/record.json`,
      'record.ledger',
      'the ledger ends with entry 3, and a sealed slip knows of entry 4',
    ]);
    for (const { code, zh } of findings) {
      expect(Object.hasOwn(FINDINGS, code)).toBe(true);
      expect(zh).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('what a bundle is judged by', () => {
  const rootPem = w.text('trust/root.pem');
  const { list } = w.trust;
  /** A list of another version, sealed by the center. */
  const issued = (version: number, without?: string) => {
    const holders = list!.holders.filter(({ id }) => id !== without);
    const json = Buffer.from(writeTrustList({ ...list!, version, holders }));
    return { json, p7s: w.party('center').seal(json, NOW) };
  };
  const carrying = ({ json, p7s }: { json: Uint8Array; p7s: Uint8Array }) =>
    one.again({ trust: { ...content.trust, list: json, listSeal: p7s } });

  it('is the pinned root alone, where an auditor has no more: the list inside is sealed below it', () => {
    const judgement = judged(one.bytes, readTrust({ rootPem }));
    expect(judgement).toMatchObject({ verdict: 'VALID', listVersion: 1 });
  });

  it('is never the root inside', () => {
    const judgement = judged(one.bytes, other.trust);
    expect(judgement.verdict).toBe('INVALID');
    expect(found(judgement)).toEqual(expect.arrayContaining(['trust/root.pem BUNDLE_ROOT_DIFFERS']));
    expect(judgement.papers.filter(({ judgement: of }) => of).map(({ judgement: of }) => of?.verdict)).toEqual(
      Array(4).fill('INVALID'),
    );
  });

  it('is the newer list: one inside that forgets a holder counts', async () => {
    const judgement = judged(await carrying(issued(2, 'tax')));
    expect(judgement.listVersion).toBe(2);
    expect(found(judgement)).toContain('trust/list.json CERTIFICATE_NOT_LISTED');
  });

  it('is the newer list: an older one inside brings nobody back', async () => {
    const trust = readTrust({ rootPem, list: issued(3, 'tax') });
    const judgement = judged(await carrying(issued(2)), trust);
    expect(judgement.listVersion).toBe(3);
    expect(found(judgement)).toContain('trust/list.json CERTIFICATE_NOT_LISTED');
  });

  it('is no list of which there are two of one version', async () => {
    expect(found(judged(await carrying(issued(1, 'tax'))))).toContain('trust/list.json TRUST_LIST_CONFLICT');
  });

  it('is no list that another than the center has sealed', async () => {
    const { json } = issued(2);
    const judgement = judged(await carrying({ json, p7s: w.party('tax').seal(json, NOW) }));
    expect(judgement.listVersion).toBe(1);
    expect(found(judgement)).toContain('trust/list.json TRUST_LIST_NOT_BY_CENTER');
  });

  it('reads the list as it was issued', () => {
    const { list: bytes } = trustFiles(w);
    expect(readTrustList(JSON.parse(Buffer.from(bytes).toString()))?.version).toBe(1);
    expect(sha256(bytes)).toBe(sha256(content.trust.list));
  });
});
