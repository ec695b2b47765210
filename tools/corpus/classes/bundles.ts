/** Bundles as they were made, at times and by trusts of many kinds, and those of a center that lies: it seals all. */
import { digestsOf, MANIFEST, SIGNATURE, writeManifest } from '../../../certs/bundle/manifest.ts';
import { readZip, writeZip } from '../../../certs/bundle/zip.ts';
import { withoutTimeStamp } from '../../../certs/cms.ts';
import { canonicalize, type JsonObject, type JsonValue } from '../../../certs/jcs.ts';
import { hashOf } from '../../../certs/ledger-chain.ts';

import type { Verdict } from '../../../certs/verify.ts';
import type { Random } from '../../generate/random.ts';
import { pemOf } from '../../mutants/hierarchy.ts';
import { seededEd25519 } from '../../mutants/keys.ts';
import { openLog } from '../../mutants/log.ts';
import type { Class, Drawn } from '../entry.ts';
import type { TrustFolder } from '../files.ts';
import { AT, BEGUN, ENDED, hourMs, LONG_LISTED, later, MADE, NEXT_LISTED } from '../times.ts';
import { crlOf, listFiles, listOf, trustOf } from '../trusts.ts';
import { ORIGIN, type Yard } from '../yard.ts';

type Bundled = Map<string, Uint8Array>;

const LICENSE = 'papers/02-BUSINESS_LICENSE';
const TAX = 'papers/03-NATIONAL_TAX';
const DECISION = 'slips/02-DECISION';

const text = (files: Bundled, file: string): string => Buffer.from(files.get(file)!).toString();

function replace(files: Bundled, file: string, from: string | RegExp, to: string): void {
  const [before, after] = [text(files, file), text(files, file).replace(from, to)];
  if (before === after) throw new Error(`${String(from)} is not in ${file}`);
  files.set(file, Buffer.from(after));
}

// --- what is in it ---------------------------------------------------------------------------------------------------

type CaseFile = Record<string, JsonValue> & { papers: Record<string, JsonValue>[]; slips: Record<string, JsonValue>[] };
interface LedgerLine {
  at: number;
  events: Record<string, JsonValue>[];
  hash: string;
  seq: number;
}

function withCase(files: Bundled, change: (file: CaseFile) => void): void {
  const file = JSON.parse(text(files, 'case.json')) as CaseFile;
  change(file);
  files.set('case.json', Buffer.from(canonicalize(file as unknown as JsonObject)));
}

/** @param rechained Whether the hashes are counted anew. */
function withLedger(files: Bundled, rechained: boolean, change: (lines: LedgerLine[]) => void): void {
  const lines = JSON.parse(text(files, 'ledger.json')) as LedgerLine[];
  change(lines);
  const caseNumber = String((JSON.parse(text(files, 'case.json')) as CaseFile).number);
  let previous = '';
  const written = lines.map((line, i) => {
    const { at, events, hash, seq } = line;
    const entry = { caseNumber, seq: rechained ? i + 1 : seq, at, events: canonicalize(events) };
    const told = { ...entry, hash: rechained ? hashOf(entry, previous) : hash };
    previous = told.hash;
    return `{"at":${told.at},"events":${told.events},"hash":"${told.hash}","seq":${told.seq}}`;
  });
  files.set('ledger.json', Buffer.from(`[\n${written.join(',\n')}\n]\n`));
}

function leaveOut(files: Bundled, folder: string): void {
  for (const file of [...files.keys()]) if (file.startsWith(`${folder}/`)) files.delete(file);
}

/** Last paper of the case file, in its place there. */
function dropTax(files: Bundled): void {
  leaveOut(files, TAX);
  withCase(files, file => {
    file.papers.pop();
  });
}

function swap(files: Bundled, a: string, b: string): void {
  const [one, two] = [files.get(a)!, files.get(b)!];
  files.set(a, two).set(b, one);
}

const paperOf = (file: CaseFile, folder: string): Record<string, JsonValue> =>
  [...file.papers, ...file.slips].find(one => one.folder === folder)!;

const DISCLOSED = `${LICENSE}/disclosures.json`;

function withDisclosures(files: Bundled, change: (leaves: Record<string, { value: JsonValue }>) => void): void {
  const open = JSON.parse(text(files, DISCLOSED)) as { leaves: Record<string, { value: JsonValue }> };
  change(open.leaves);
  files.set(DISCLOSED, Buffer.from(canonicalize(open as unknown as JsonObject)));
}

/** The act by which a field of the license was struck out, changed; a copy of it is made where one is given back. */
function withAct(
  files: Bundled,
  change: (act: Record<string, JsonValue>) => Record<string, JsonValue> | undefined,
): void {
  withLedger(files, true, lines => {
    const events = lines.find(line => line.events.some(({ event }) => event === 'STRUCK_OUT'))!.events;
    const another = change(events.find(({ event }) => event === 'STRUCK_OUT')!);
    if (another) events.push(another);
  });
}

type Lie = (files: Bundled, yard: Yard) => void | Promise<void>;

const LIES: Readonly<Record<string, Lie>> = {
  'a file more': files => void files.set('papers/note.txt', Buffer.from('x')),
  'another holder in a record': files => replace(files, `${LICENSE}/record.json`, '贸易', '投资'),
  'the seals of two papers exchanged': files => swap(files, `${LICENSE}/seal.p7s`, `${TAX}/seal.p7s`),
  'the proofs of two papers exchanged': files => swap(files, `${LICENSE}/seal.tlog-proof`, `${TAX}/seal.tlog-proof`),
  'the records of two papers exchanged': files => swap(files, `${LICENSE}/record.json`, `${TAX}/record.json`),
  'no proof': files => void files.delete(`${TAX}/seal.tlog-proof`),
  'no seal': files => void files.delete(`${TAX}/seal.p7s`),
  'no record': files => void files.delete(`${TAX}/record.json`),
  'no ledger': files => void files.delete('ledger.json'),
  'no case file': files => void files.delete('case.json'),
  'no trust list': files => void files.delete('trust/list.json'),
  'no seal on the trust list': files => void files.delete('trust/list.p7s'),
  'no readme': files => void files.delete('README.txt'),
  'no checkpoint': files => void files.delete('log/checkpoint'),
  'no revocation lists': files => {
    for (const file of [...files.keys()]) if (file.endsWith('.crl')) files.delete(file);
  },
  'a paper left out': dropTax,
  'a paper left out everywhere': files => {
    dropTax(files);
    withLedger(files, true, lines => {
      for (const line of lines)
        line.events = line.events.filter(
          ({ recordSha256, event }) =>
            event !== 'DOCUMENT' ||
            recordSha256 !== line.events.findLast(one => one.event === 'DOCUMENT')!.recordSha256,
        );
    });
  },
  'a slip left out': files => {
    leaveOut(files, DECISION);
    withCase(files, file => {
      file.slips.pop();
    });
  },
  'a seal that is said to be none': files => {
    files.delete(`${TAX}/seal.p7s`);
    files.delete(`${TAX}/seal.tlog-proof`);
    withCase(files, file => {
      paperOf(file, TAX).seal = null;
    });
  },
  'a seal said to be without a time stamp': files =>
    withCase(files, file => {
      paperOf(file, TAX).seal = 'B';
    }),
  'the time stamp taken off': files =>
    void files.set(`${TAX}/seal.p7s`, withoutTimeStamp(files.get(`${TAX}/seal.p7s`)!)),
  'the time stamp taken off, and said so': files => {
    files.set(`${TAX}/seal.p7s`, withoutTimeStamp(files.get(`${TAX}/seal.p7s`)!));
    files.delete(`${TAX}/seal.tlog-proof`);
    withCase(files, file => {
      paperOf(file, TAX).seal = 'B';
    });
  },
  'another number of a paper': files =>
    withCase(files, file => {
      paperOf(file, TAX).number = 'T-9';
    }),
  'another department of a paper': files =>
    withCase(files, file => {
      paperOf(file, TAX).department = 'business';
    }),
  'another case': files => {
    replace(files, 'case.json', '-00001-5', '-00002-3');
  },
  'another state': files =>
    withCase(files, file => {
      file.state = 'REVOKED';
    }),
  'another day': files =>
    withCase(files, file => {
      file.acceptedOn = '2026-03-03';
    }),
  'another regime': files =>
    withCase(files, file => {
      file.regime = { id: 'R3', version: 1 };
    }),
  'a member more in the case file': files =>
    withCase(files, file => {
      file.color = 'red';
    }),
  'a case file that is not canonical': files => replace(files, 'case.json', ',', ', '),
  'an id twice': files =>
    withCase(files, file => {
      file.papers[1]!.id = file.papers[2]!.id!;
    }),
  'a folder out of place': files =>
    withCase(files, file => {
      file.papers[1]!.folder = 'papers/05-BUSINESS_LICENSE';
    }),
  'a word changed in the ledger': files => replace(files, 'ledger.json', 'ACCEPTED', 'ADMITTED'),
  'a word changed in the ledger, chained anew': files =>
    withLedger(files, true, lines => {
      lines[0]!.events[0]!.version = 2;
    }),
  'the ledger cut': files => withLedger(files, false, lines => lines.splice(-1)),
  'the ledger cut by two': files => withLedger(files, false, lines => lines.splice(-2)),
  'the ledger begun later': files => withLedger(files, false, lines => lines.splice(0, 1)),
  'the ledger not over': files =>
    withLedger(files, true, lines => {
      lines.flatMap(({ events }) => events).findLast(({ event }) => event === 'CASE')!.state = 'ACCEPTED';
    }),
  'the ledger goes back in time': files =>
    withLedger(files, true, lines => {
      lines.at(-1)!.at -= 10_000;
    }),
  'a paper entered twice': files =>
    withLedger(files, true, lines => {
      const document = lines.flatMap(({ events }) => events).find(({ event }) => event === 'DOCUMENT')!;
      lines.at(-1)!.events.push({ ...document });
    }),
  'another record in the ledger': files =>
    withLedger(files, true, lines => {
      const document = lines.flatMap(({ events }) => events).findLast(({ event }) => event === 'DOCUMENT')!;
      document.recordSha256 = 'ab'.repeat(32);
    }),
  'another seal in the ledger': files =>
    withLedger(files, true, lines => {
      const document = lines.flatMap(({ events }) => events).findLast(({ event }) => event === 'DOCUMENT')!;
      document.sealSha256 = null;
    }),
  'a ledger without an end': files => replace(files, 'ledger.json', /\n\]\n$/, '\n]'),
  'an event without a name': files =>
    withLedger(files, true, lines => {
      delete lines[0]!.events[0]!.event;
    }),
  'a case carried over': files =>
    withLedger(files, true, lines => {
      lines[0]!.events = [{ event: 'CARRIED_OVER', state: 'ACCEPTED' }];
    }),
  'a line more in the readme': files => {
    files.set('README.txt', Buffer.concat([files.get('README.txt')!, Buffer.from('\n')]));
  },
  'another root': (files, { strange }) => {
    files.set('trust/root.pem', Buffer.from(pemOf(strange.root)));
  },
  'two roots': files => {
    files.set('trust/root.pem', Buffer.concat([files.get('trust/root.pem')!, files.get('trust/root.pem')!]));
  },
  'a trust list of strangers': async (files, yard) => {
    const { 'list.json': json, 'list.p7s': p7s } = await listFiles(yard.strange, listOf(yard, yard.strange));
    files.set('trust/list.json', json!).set('trust/list.p7s', p7s!);
  },
  'a trust list with a word changed': files => replace(files, 'trust/list.json', 'NATIONAL_TAX', 'LOCAL_TAXES'),
  'a trust list of a department': async (files, yard) => {
    const json = files.get('trust/list.json')!;
    files.set('trust/list.p7s', await yard.seal({ record: json, by: yard.honest.holders.tax, at: BEGUN, stamp: null }));
  },
  'a trust list of a member more': async (files, yard) => {
    const json = Buffer.from(
      canonicalize({ ...(JSON.parse(text(files, 'trust/list.json')) as JsonObject), color: 'red' }),
    );
    const p7s = await yard.seal({ record: json, by: yard.honest.holders.center, at: BEGUN, stamp: null });
    files.set('trust/list.json', json).set('trust/list.p7s', p7s);
  },
  'a trust list without logs': async (files, yard) => {
    const { logs, witnesses, timeStamping, ...rest } = JSON.parse(text(files, 'trust/list.json'));
    const json = Buffer.from(canonicalize(rest));
    const p7s = await yard.seal({ record: json, by: yard.honest.holders.center, at: BEGUN, stamp: null });
    files.set('trust/list.json', json).set('trust/list.p7s', p7s);
  },
  'a checkpoint of fewer leaves': (files, { logKey }) => {
    files.set('log/checkpoint', Buffer.from(openLog(ORIGIN, logKey).checkpointOver([Buffer.from('x')])));
  },
  'a checkpoint of another tree': (files, { logKey }) => {
    const entries = Array.from({ length: 4 }, (_, i) => Buffer.from(String(i)));
    files.set('log/checkpoint', Buffer.from(openLog(ORIGIN, logKey).checkpointOver(entries)));
  },
  'a checkpoint by another key': (files, { seed }) => {
    const log = openLog(ORIGIN, seededEd25519(seed, 'another log'));
    files.set('log/checkpoint', Buffer.from(log.checkpointOver([Buffer.from('x')])));
  },
  'a checkpoint that is none': files => void files.set('log/checkpoint', Buffer.from('x\n')),
  'a tax clerk’s certificate revoked': (files, { honest }) => {
    const revoked = [{ of: honest.holders.tax, on: later(BEGUN, hourMs), reason: 'keyCompromise' as const }];
    files.set('trust/seal-authority.crl', crlOf(honest.sealAuthority, { number: 8, revoked }));
  },
  'the center’s certificate revoked later': (files, { honest }) => {
    const revoked = [{ of: honest.holders.center, on: later(MADE, -60_000), reason: 'superseded' as const }];
    files.set('trust/seal-authority.crl', crlOf(honest.sealAuthority, { number: 8, revoked }));
  },
  'a revocation list that is none': files => void files.set('trust/a.crl', Buffer.from('30030201', 'hex')),
  'a field struck out without an act': files =>
    withDisclosures(files, leaves => {
      delete leaves['content.legalRepresentative.name'];
    }),
  'all disclosures taken out': files => void files.delete(DISCLOSED),
  'another value disclosed': files =>
    withDisclosures(files, leaves => {
      leaves['content.founders.0.name']!.value = '另一人';
    }),
  'disclosures beside a paper without leaves': files =>
    void files.set('papers/01-NAME/disclosures.json', files.get(DISCLOSED)!),
  'disclosures beside a slip': files => void files.set(`${DECISION}/disclosures.json`, files.get(DISCLOSED)!),
  'an act by one person': files =>
    withAct(files, act => {
      act.approvedBy = act.by!;
      return undefined;
    }),
  'an act that nobody approved': files =>
    withAct(files, act => {
      delete act.approvedBy;
      return undefined;
    }),
  'an act of what is disclosed': files =>
    withAct(files, act => ({ ...act, paths: ['content.legalRepresentative.name'] })),
  'an act of a paper that is not there': files => withAct(files, act => ({ ...act, id: 'ab'.repeat(16) })),
  'an act without paths': files =>
    withAct(files, act => {
      act.paths = 'content.founders.1.name';
      return undefined;
    }),
  'an act told twice': files => withAct(files, act => ({ ...act })),
  'nothing at all': () => undefined,
};

/** Those that change nothing that anybody must see. */
const TRUE: Readonly<Record<string, readonly Verdict[]>> = {
  'nothing at all': ['VALID'],
  'an act told twice': ['VALID'],
  'a line more in the readme': ['VALID'],
  // Nothing proves that the list was sealed before.
  'the center’s certificate revoked later': ['INDETERMINATE'],
  'no checkpoint': ['VALID'],
  'no proof': ['INDETERMINATE'],
  'no revocation lists': ['INDETERMINATE'],
  'a revocation list that is none': ['INDETERMINATE'],
  'the time stamp taken off, and said so': ['INDETERMINATE'],
};

async function lied(random: Random, yard: Yard): Promise<Drawn> {
  const what = random.pick(Object.keys(LIES));
  const files = new Map(readZip(yard.mutants.bundle.zip));
  await LIES[what]!(files, yard);
  const verdicts = TRUE[what] ?? ['INVALID', 'REVOKED', 'VALID_AT_SIGNING'];
  return {
    ...(await bundled(random, yard, await sealedAnew(files, yard))),
    what: `the center lies: ${what}`,
    verdicts,
  };
}

async function sealedAnew(files: Bundled, yard: Yard): Promise<Uint8Array> {
  const manifest = writeManifest(digestsOf(files));
  const signature = await yard.seal({
    record: manifest,
    by: yard.honest.holders.center,
    at: MADE,
    stamp: { at: MADE },
  });
  return writeZip(files.set(MANIFEST, manifest).set(SIGNATURE, signature));
}

/** @param trust By default the root alone: a bundle brings the rest. */
async function bundled(random: Random, yard: Yard, bundle: Uint8Array, trust?: TrustFolder, at = AT) {
  return {
    kind: 'bundle' as const,
    files: { bundle },
    trust: trust ?? (await trustOf(yard, 'root-alone', { list: null, lists: null })),
    at: at === AT && random.chance(30) ? later(AT, hourMs) : at,
  };
}

const valid = async (random: Random, yard: Yard): Promise<Drawn> => {
  const trust = random.chance(50) ? await trustOf(yard, 'plain-mutants', { list: () => readListOf(yard) }) : undefined;
  return {
    ...(await bundled(random, yard, yard.mutants.bundle.zip, trust)),
    what: trust ? 'as it was made, by a list at hand' : 'as it was made',
    verdicts: ['VALID'],
  };
};

const readListOf = ({ mutants }: Yard) => mutants.trust.list!;

/** Nothing of the bundle is changed: what differs is who asks, and when. */
async function asked(random: Random, yard: Yard): Promise<Drawn> {
  const { zip } = yard.mutants.bundle;
  const lists = [{ until: LONG_LISTED, number: 9 }];
  const draw = random.pick<() => Promise<Drawn>>([
    async () => ({
      ...(await bundled(random, yard, zip, undefined, later(NEXT_LISTED, hourMs))),
      what: 'asked later',
      verdicts: ['INDETERMINATE'],
    }),
    async () => ({
      ...(await bundled(random, yard, zip, undefined, ENDED)),
      what: 'asked after the end',
      verdicts: ['INDETERMINATE', 'EXPIRED'],
    }),
    async () => ({
      ...(await bundled(random, yard, zip, undefined, later(BEGUN, -hourMs))),
      what: 'asked before the beginning',
      verdicts: ['INVALID'],
    }),
    async () => {
      const trust = await trustOf(yard, 'long-mutants', { list: () => readListOf(yard), lists });
      return {
        ...(await bundled(random, yard, zip, trust, ENDED)),
        what: 'asked after the end, with news',
        verdicts: ['VALID_AT_SIGNING'],
      };
    },
    async () => {
      const trust = await trustOf(yard, 'other-list', {
        list: list => ({ ...readListOf(yard), issuedAt: list.issuedAt.replace('2026', '2025') }),
      });
      return {
        ...(await bundled(random, yard, zip, trust)),
        what: 'another list of the same version',
        verdicts: ['INVALID'],
      };
    },
    async () => {
      const trust = await trustOf(yard, 'newer-list', {
        list: () => ({ ...readListOf(yard), version: 2, timeStamping: [] }),
      });
      return {
        ...(await bundled(random, yard, zip, trust)),
        what: 'a newer list without the clock',
        verdicts: ['INVALID'],
      };
    },
    async () => {
      const trust = await trustOf(yard, 'strange-root', { hierarchy: yard.strange, list: null });
      return { ...(await bundled(random, yard, zip, trust)), what: 'by another root', verdicts: ['INVALID'] };
    },
    async () => {
      const on = later(BEGUN, hourMs);
      const revoked = [{ of: yard.honest.holders.tax, on, reason: 'keyCompromise' as const }];
      const trust = await trustOf(yard, 'news-of-tax', { list: null, lists: [{ number: 12, revoked }] });
      return {
        ...(await bundled(random, yard, zip, trust)),
        what: 'revoked, as who asks knows',
        verdicts: ['REVOKED'],
      };
    },
  ]);
  return draw();
}

export const BUNDLE_CLASSES: readonly Class[] = [
  { name: 'valid bundle', weight: 3, draw: valid },
  { name: 'bundle asked otherwise', weight: 4, draw: asked },
  { name: 'bundle of a center that lies', weight: 14, draw: lied },
];
