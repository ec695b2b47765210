/** Changes of the container, around files that stay as they are, or that other readers would read otherwise. */
import { deflateRawSync } from 'node:zlib';
import type { Random } from '../generate/random.ts';
import { type Packed, type Says, type Whole, writeWhole } from './zip.ts';

export interface ZipEdit {
  readonly kind: string;
  edit(entries: readonly Packed[], random: Random): Whole;
}

const extra = (id: number, ...content: readonly number[]): Uint8Array =>
  Uint8Array.of(id & 0xff, id >> 8, content.length, 0, ...content);
/** Extended time stamp, Unicode path, ZIP64, Unix owner. */
const EXTRAS = [
  extra(0x5455, 1, 0, 0, 0, 0),
  extra(0x7075, 1),
  extra(0x0001),
  extra(0x7875, 1, 0, 0, 0),
  extra(0xcafe),
];

const LOCAL_SAYS: readonly Partial<Says>[] = [
  { flags: 1 },
  { flags: 8 },
  { flags: 0x800 },
  { method: 8 },
  { needed: 20 },
  { needed: 45 },
  { time: 1 },
  { date: 0x5a61 },
  { check: 0 },
  { length: 0 },
  { packedLength: 0 },
  { packedLength: 0xffffffff },
  { length: 0xffffffff },
  { path: 'README.md' },
  { path: '' },
  ...EXTRAS.map(one => ({ extra: one })),
];
const CENTRAL_SAYS: readonly Partial<Says>[] = [
  ...LOCAL_SAYS,
  { madeBy: 0x031e },
  { attributes: 0x81a40000 },
  // A symbolic link; a folder.
  { attributes: 0xa1ff0000 },
  { attributes: 0x10 },
  { comment: Buffer.from('see other file') },
  { disk: 1 },
  { offset: 0 },
  { offset: 0xffffffff },
];

/** Names that unpack elsewhere, or in another's place. */
const renamed = (path: string): readonly string[] => [
  `../${path}`,
  `/${path}`,
  `./${path}`,
  `${path}/`,
  path.toUpperCase(),
  path.replaceAll('/', '\\'),
  path.replaceAll('/', '//'),
  `${path}\0.txt`,
  `C:${path}`,
  path.normalize('NFKD').replace('e', 'é'),
  `${path}.bak`,
  `META-INF/${path}`,
];

const ADDED: readonly string[] = [
  'notes.txt',
  'META-INF/container.xml',
  'META-INF/signatures.xml',
  'META-INF/ASiCManifest2.xml',
  'META-INF/signature2.p7s',
  'papers/99-BUSINESS_LICENSE/record.json',
  'papers/',
  'trust/other-authority.crl',
  '.hidden',
];

const at = (entries: readonly Packed[], random: Random): number => random.below(entries.length);
const withEntry = (entries: readonly Packed[], place: number, ...by: readonly Packed[]): Packed[] =>
  entries.toSpliced(place, 1, ...by);

export const ZIP_EDITS: readonly ZipEdit[] = [
  {
    kind: 'file dropped',
    edit: (entries, random) => ({ entries: withEntry(entries, at(entries, random)) }),
  },
  {
    kind: 'file doubled',
    edit(entries, random) {
      const place = at(entries, random);
      const entry = entries[place]!;
      const other = random.pick([entry, { ...entry, content: Buffer.from('{}') }]);
      return { entries: withEntry(entries, place, ...random.shuffled([{ ...entry }, { ...other }])) };
    },
  },
  {
    kind: 'files reordered',
    edit(entries, random) {
      const [one, another] = [at(entries, random), at(entries, random)];
      const order = entries.with(one, entries[another]!).with(another, entries[one]!);
      return random.chance(50) ? { entries: order } : { entries, listed: order };
    },
  },
  {
    kind: 'file renamed',
    edit(entries, random) {
      const place = at(entries, random);
      const entry = entries[place]!;
      return { entries: withEntry(entries, place, { ...entry, path: random.pick(renamed(entry.path)) }) };
    },
  },
  {
    kind: 'file added',
    edit(entries, random) {
      const added = { path: random.pick(ADDED), content: random.pick([new Uint8Array(0), entries[0]!.content]) };
      const all = [...entries, added];
      if (random.chance(50))
        all.sort((a, b) => (a.path === 'mimetype' ? -1 : b.path === 'mimetype' ? 1 : a.path < b.path ? -1 : 1));
      return { entries: all };
    },
  },
  {
    kind: 'file hidden from the directory',
    edit(entries, random) {
      const place = at(entries, random);
      const hidden = entries.with(place, { ...entries[place]!, content: Buffer.from('{}') });
      return random.chance(50)
        ? { entries, listed: entries.toSpliced(place, 1) }
        : { entries: [...hidden, entries[place]!], listed: entries };
    },
  },
  {
    kind: 'file compressed',
    edit(entries, random) {
      const place = at(entries, random);
      const entry = entries[place]!;
      const stored = deflateRawSync(entry.content, { level: random.pick([0, 1, 9]) });
      const says = { method: 8, needed: 20 };
      return { entries: withEntry(entries, place, { ...entry, stored, local: says, central: says }) };
    },
  },
  {
    kind: 'record says otherwise',
    edit(entries, random) {
      const place = at(entries, random);
      const entry = entries[place]!;
      if (random.chance(40)) {
        const both = random.pick(LOCAL_SAYS);
        return { entries: withEntry(entries, place, { ...entry, local: both, central: both }) };
      }
      const one = random.chance(50) ? { local: random.pick(LOCAL_SAYS) } : { central: random.pick(CENTRAL_SAYS) };
      return { entries: withEntry(entries, place, { ...entry, ...one }) };
    },
  },
  {
    kind: 'data descriptor',
    edit(entries, random) {
      const place = at(entries, random);
      const entry = entries[place]!;
      const after = Buffer.alloc(16);
      after.write('PK\x07\x08', 'latin1');
      const local = random.chance(50) ? { flags: 8, check: 0, length: 0, packedLength: 0 } : { flags: 8 };
      return { entries: withEntry(entries, place, { ...entry, after, local, central: { flags: 8 } }) };
    },
  },
  {
    kind: 'bytes between records',
    edit(entries, random) {
      const place = at(entries, random);
      const gap = random.pick([Buffer.alloc(1), Buffer.from('PK\x05\x06'), Buffer.from('GIF89a'), entries[0]!.content]);
      if (random.chance(20)) return { entries, start: gap };
      if (random.chance(20)) return { entries, beforeEnd: gap };
      return { entries: withEntry(entries, place, { ...entries[place]!, before: gap }) };
    },
  },
  {
    kind: 'end says otherwise',
    edit: (entries, random) => ({
      entries,
      ...random.pick<Partial<Whole>>([
        { comment: Buffer.from('checked by the center') },
        { comment: writeWhole({ entries: entries.slice(0, 1) }) },
        { count: 0 },
        { count: entries.length - 1 },
        { count: 0xffff },
        { end: Buffer.alloc(1) },
        { end: writeWhole({ entries }) },
        { start: writeWhole({ entries: entries.slice(0, 2) }) },
      ]),
    }),
  },
];
