/** Changes of papers: after they were sealed, of what stands in the hole, and of the form, under a new seal of the department. */
import type { Random } from '../generate/random.ts';
import type { Material } from './material.ts';
import { minimalPdf, OBJECT, stream } from './minimal-pdf.ts';
import { holeIn, type PdfOriginal, proved, sealedAnew, withInHole, withProofs, withUnsigned } from './pdf.ts';
import { RAW_EDITS } from './raw-edits.ts';
import { SEAL_EDITS } from './seal-edits.ts';
import { signatureOf, stampedWith, TOKEN, tokenLike, UNSIGNED_ATTRIBUTES } from './signed-data.ts';
import { type Element, elementAt, membersOf, write } from './tree.ts';
import { TREE_EDITS } from './tree-edits.ts';

export interface PdfEdit {
  readonly kind: string;
  /** Is there a proof that what comes of it stands in the log? Of the others the log may be all that refuses them. */
  readonly isProved?: true;
  /** @returns Undefined where there is nothing to be changed in this way. */
  edit(paper: PdfOriginal, random: Random, around: PdfSurroundings): Uint8Array | undefined;
}

export interface PdfSurroundings {
  readonly others: readonly PdfOriginal[];
  readonly material: Material;
}

const textOf = (pdf: Uint8Array): string => Buffer.from(pdf).toString('latin1');
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const startOf = (text: string): number => Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1]);
const digits = (number: number): string => String(number).padStart(10, '0');

// --- updates that are appended ---------------------------------------------------------------------------------------

/** Objects that would show something else, or a second seal, if an update of them counted. */
function anotherObject(random: Random): { readonly number: number; readonly object: string } {
  const objects: readonly (readonly [keyof typeof OBJECT, string])[] = [
    ['contents', stream('', '1 0 0 rg 0 0 600 850 re f')],
    ['appearance', stream('/Type /XObject /Subtype /Form /BBox [0 0 120 120]', '')],
    ['page', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R >>'],
    ['pages', '<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>'],
    ['recordStream', stream('/Type /EmbeddedFile', '{"department":"tax","kind":"LOCAL_TAX"}')],
    ['catalog', '<< /Type /Catalog /Pages 2 0 R >>'],
    ['widget', '<< /Type /Annot /Subtype /Widget /FT /Sig /T (seal) /Rect [0 0 0 0] /F 2 /P 3 0 R >>'],
    ['info', '<< /Title (other) /JS (app.alert\\(1\\)) >>'],
  ];
  const [name, object] = random.pick(objects);
  return { number: OBJECT[name], object };
}

/** As writers of PDFs append one, with whatever of it they leave out. */
function updated({ pdf }: PdfOriginal, random: Random): Uint8Array {
  const text = textOf(pdf);
  const { number, object } = anotherObject(random);
  const body = random.chance(85) ? `${number} 0 obj\n${object}\nendobj\n` : '';
  const at = text.length;
  const prev = random.chance(80) ? `/Prev ${startOf(text)} ` : '';
  const entries = random.chance(80) ? `${number} 1\n${digits(at)} 00000 n \n` : '0 0\n';
  const table = random.chance(80)
    ? `xref\n${entries}trailer\n<< /Size 13 /Root 1 0 R /Info 8 0 R ${prev}/ID [<00> <01>] >>\n`
    : '';
  const start = random.chance(85) ? `startxref\n${random.pick([at + body.length, startOf(text)])}\n` : '';
  const end = random.chance(90) ? '%%EOF\n' : '';
  return bytesOf(text + body + table + start + end);
}

// --- objects and their table -----------------------------------------------------------------------------------------

/** Bytes put in before an object, with every number that must follow made to follow: nothing but the listing tells. */
function shifted(text: string, at: number, more: string): string {
  const by = more.length;
  const table = startOf(text);
  const moved = (offset: number): number => (offset >= at ? offset + by : offset);
  const head = text.slice(0, table);
  const tail = text
    .slice(table)
    .replace(/^(\d{10})( 00000 n )$/gm, (_, offset, rest) => digits(moved(Number(offset))) + rest)
    .replace(/startxref\n\d+/, `startxref\n${table + by}`);
  return withRange(head.slice(0, at) + more + head.slice(at) + tail);
}

/** The numbers of the range as the file now demands them. */
function withRange(text: string): string {
  const hole = holeIn(bytesOf(text));
  if (!hole) return text;
  const numbers = `0 ${hole.from} ${hole.to} ${text.length - hole.to}`;
  return text.replace(/\/ByteRange \[[^\]]*\]/, range => `/ByteRange [${numbers}`.padEnd(range.length - 1).concat(']'));
}

/** Objects that no table lists: a page, content, a seal that waits. */
function withUnlisted(text: string, random: Random): string {
  const { number, object } = anotherObject(random);
  const offsets = [...text.matchAll(/\n(\d+) 0 obj\n/g)].map(({ index }) => index + 1);
  const chosen = random.pick([number, 99]);
  const more = random.pick([`${chosen} 0 obj\n${object}\nendobj\n`, '\n', '% a comment\n', ' ', '%%EOF\n']);
  return shifted(text, random.pick([...offsets, startOf(text)]), more);
}

/** Entries of the table in each other's place, doubled, free, of another generation, or off by some bytes. */
function withTable(text: string, random: Random): string {
  const entries = [...text.matchAll(/^\d{10} 00000 n $/gm)];
  const [one, other] = random.shuffled(entries) as [RegExpMatchArray, RegExpMatchArray];
  const put = (all: string, at: number, by: string) => all.slice(0, at) + by + all.slice(at + by.length);
  const changed = random.pick([
    other[0],
    one[0].replace('n', 'f'),
    one[0].replace('00000 n', '00001 n'),
    `${digits(Number(one[0].slice(0, 10)) + random.between(-9, 9))} 00000 n `,
    digits(random.below(text.length)) + one[0].slice(10),
  ]);
  const next = put(text, one.index!, changed);
  return random.chance(50) ? put(next, other.index!, one[0]) : next;
}

/** Keys and values that our papers do not have, wherever a dictionary begins. */
const MORE_KEYS = [
  '/OpenAction 8 0 R',
  '/OpenAction << /S /JavaScript /JS (x) >>',
  '/AA << /O 8 0 R >>',
  '/OC 8 0 R',
  '/OCProperties << >>',
  '/Ref 8 0 R',
  '/Encrypt 8 0 R',
  '/ByteRange [0 1 2 3]',
  '/FT /Tx',
  '/Type /ObjStm',
  '/URI (http://example)',
  '/FS /URL',
  '/Prev 17',
  '/Open#41ction 8 0 R',
  '/X (a(b)c)',
  '/X 8 0 R /X 8 0 R',
  '/X 01',
  '/X +1',
  '/X null',
  '/X 77 0 R',
  '/X (\u00ff)',
  '/X <0>',
  '%x\n',
  '\r',
] as const;

/** @returns The file laid out anew with such a key: its table, its range and its lengths are right. */
function withKey({ parts }: PdfOriginal, random: Random): Uint8Array {
  const key = random.pick(MORE_KEYS);
  const objects = (all: readonly string[]) => {
    const at = random.below(all.length);
    return all.with(at, all[at]!.replace('<< ', `<< ${key} `));
  };
  return minimalPdf({ ...parts, objects }).bytes;
}

/** What a paper must have, in another form: laid out anew, too. */
const FORMS: readonly (readonly [keyof typeof OBJECT, string | RegExp, string])[] = [
  ['catalog', '[4 0 R]', '[4 0 R 4 0 R]'],
  ['catalog', '/SigFlags 3', '/SigFlags 1'],
  ['catalog', '/DocMDP 5', '/DocMDP 4'],
  ['catalog', '(record.json)', '(Record.json)'],
  ['catalog', '/AF [9 0 R]', '/AF []'],
  ['pages', '/Kids [3 0 R] /Count 1', '/Kids [3 0 R 3 0 R] /Count 2'],
  ['pages', '/Count 1', '/Count 2'],
  ['page', '/Parent 2', '/Parent 1'],
  ['page', '[4 0 R]', '[4 0 R 4 0 R]'],
  ['page', '/Annots [4 0 R]', ''],
  ['page', '7 0 R', '77 0 R'],
  ['widget', '/F 132', '/F 2'],
  ['widget', '/P 3', '/P 2'],
  ['widget', '/FT /Sig', '/FT /Tx'],
  ['signature', '/P 1', '/P 3'],
  ['signature', 'ETSI.CAdES.detached', 'adbe.pkcs7.detached'],
  ['signature', /\(D:[^)]*\)/, '(D:20260302010000+08)'],
  ['signature', /\/Reference.*\]/, ''],
  ['signature', /\/Name <[^>]*>/, '/Name (somebody else)'],
  ['contents', /\/Length (\d)/, '/Length 1$1'],
  ['contents', /\/Length \d+/, '/Length 8 0 R'],
  ['contents', '/Length', '/Filter /Crypt /Length'],
  ['recordFile', '/UF 10 0 R', '/UF 7 0 R'],
  ['recordFile', '(record.json)', '(x.json)'],
  ['recordStream', '/Length', '/Filter /FlateDecode /Length'],
  ['recordStream', '"department"', '"Department"'],
  ['recordStream', '{', ' {'],
];

function withForm({ parts }: PdfOriginal, random: Random): Uint8Array {
  const [name, from, to] = random.pick(FORMS);
  const objects = (all: readonly string[]) => all.with(OBJECT[name] - 1, all[OBJECT[name] - 1]!.replace(from, to));
  return minimalPdf({ ...parts, objects }).bytes;
}

/** A range that leaves something out, overlaps, is negative, huge, or of another count of numbers. */
function withAnotherRange(text: string, random: Random): string {
  const { from, to } = holeIn(bytesOf(text))!;
  const rest = text.length - to;
  const off = () => random.pick([-1, 1, -2, 2, -16, 16, -from, rest, 2 ** 31, 2 ** 32]);
  const numbers = random.pick([
    [0, from + off(), to, rest],
    [0, from, to + off(), rest],
    [0, from, to, rest + off()],
    [random.between(1, 99), from, to, rest],
    [0, from, to],
    [0, from, to, rest, 0, 0],
    [0, from, from, text.length - from],
    [to, rest, 0, from],
    [0, text.length, 0, 0],
  ]);
  return text.replace(/\/ByteRange \[[^\]]*\]/, range => `/ByteRange [${numbers.join(' ')}]`.padEnd(range.length));
}

// --- the hole --------------------------------------------------------------------------------------------------------

/** The same seal in another writing, with something behind it, or moved. */
function withAnotherHole(pdf: Uint8Array, random: Random): Uint8Array {
  const text = textOf(pdf);
  const { from, to } = holeIn(pdf)!;
  const used = text.slice(from + 1, to - 1).replace(/0+$/, '').length;
  const put = (at: number, by: string) => bytesOf(text.slice(0, at) + by + text.slice(at + by.length));
  const letters = [...text.slice(from + 1, from + 1 + used).matchAll(/[a-f]/g)].map(({ index }) => from + 1 + index);
  const letter = random.pick(letters);
  const behind = from + 1 + used + random.between(2, to - from - used - 8);
  switch (random.below(7)) {
    case 0:
      return put(letter, text[letter]!.toUpperCase());
    case 1:
      return put(from, text.slice(from, to).toUpperCase());
    case 2:
      return put(behind, random.pick(['1', 'f', '0001', ' ', '\n', '\t', '%', '<', '>', '(']));
    case 3:
      return bytesOf(text.slice(0, behind) + text.slice(behind + 2 * random.between(1, 3)));
    case 4:
      return bytesOf(`${text.slice(0, behind)}00${text.slice(behind)}`);
    case 5:
      return put(from + 1, `00${text.slice(from + 1, to - 3)}`);
    default:
      return put(
        behind - ((behind - from - 1) % 2),
        text.slice(from + 1, from + 1 + random.between(4, 200)).slice(0, to - 1 - behind),
      );
  }
}

/** A change of the seal itself, with a proof that what came of it stands in the log. */
const inSeal = (
  kind: string,
  edit: (paper: PdfOriginal, random: Random, around: PdfSurroundings) => Changed,
): PdfEdit => ({
  kind,
  isProved: true,
  edit(paper, random, around) {
    const changed = edit(paper, random, around);
    if (!changed) return undefined;
    const { seal, holder = paper.holder } = changed;
    return withInHole(paper.pdf, proved(seal, holder, paper.log));
  },
});
type Changed = { readonly seal: Uint8Array; readonly holder?: string } | undefined;

/** Proofs that hold of something else, are none, or are two; stamps that hold of something else. */
function withOtherEvidence(paper: PdfOriginal, random: Random, { others }: PdfSurroundings): Uint8Array {
  const { seal, proof } = paper;
  const other = random.pick(others);
  const bare = withUnsigned(seal.tree, []);
  const stamps = membersOf(elementAt(seal.tree, UNSIGNED_ATTRIBUTES));
  const all = membersOf(elementAt(withProofs(seal.tree, proof), UNSIGNED_ATTRIBUTES));
  const trees: readonly Element[] = [
    withProofs(seal.tree, other.proof),
    withProofs(seal.tree, proof, other.proof),
    withProofs(seal.tree, proof, proof),
    withProofs(bare, proof),
    withUnsigned(seal.tree, all.toReversed()),
    withUnsigned(seal.tree, [...all, ...stamps]),
    withProofs(stampedWith(seal.tree, elementAt(other.seal.tree, TOKEN)), proof),
    withProofs(
      stampedWith(seal.tree, tokenLike(elementAt(seal.tree, TOKEN), signatureOf(other.seal.tree), paper.authority)),
      proof,
    ),
    withProofs(seal.tree, new Uint8Array()),
    withProofs(seal.tree, random.pick(RAW_EDITS).edit(proof, random)),
    other.seal.tree,
    withProofs(other.seal.tree, other.proof),
    seal.tree,
    bare,
  ];
  return withInHole(paper.pdf, write(random.pick(trees)));
}

// --- all -------------------------------------------------------------------------------------------------------------

/** Of the text of the file as it was sealed. */
const ofText = (kind: string, edit: (text: string, random: Random) => string): readonly PdfEdit[] => [
  { kind, edit: ({ pdf }, random) => bytesOf(edit(textOf(pdf), random)) },
  {
    kind: `${kind}, sealed anew`,
    isProved: true,
    edit: (paper, random) => sealedAnew(bytesOf(edit(textOf(paper.pdf), random)), paper),
  },
];

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\/N 6 0 R/, '/N 7 0 R'],
  [/0\.8 0 0 RG/, '0 0.8 0 RG'],
  [/0\.9 0\.9/, '0.1 0.9'],
  [/\/Contents 7 0 R/, '/Contents 6 0 R'],
  [/\/Rect \[200/, '/Rect [999'],
  [/"number":"(.)/, '"number":"$1X'],
  [/D:2026/, 'D:2025'],
  [/\/P 1/, '/P 2'],
  [/\(minimal\)/, '(maximal)'],
];

/** Of the file, its form and what is in the hole. */
export const PDF_EDITS: readonly PdfEdit[] = [
  ...RAW_EDITS.map(({ kind, edit }) => ({ kind, edit: ({ pdf }: PdfOriginal, random: Random) => edit(pdf, random) })),
  { kind: 'update appended', edit: updated },
  ...ofText('object not listed', withUnlisted),
  ...ofText('table changed', withTable),
  ...ofText('range moved', withAnotherRange),
  {
    kind: 'page, appearance or record changed',
    edit: ({ pdf }, random) => {
      const [from, to] = random.pick(WORDS);
      return bytesOf(withRange(textOf(pdf).replace(from, to)));
    },
  },
  {
    kind: 'forbidden key, sealed anew',
    isProved: true,
    edit: (paper, random) => sealedAnew(withKey(paper, random), paper),
  },
  {
    kind: 'another form, sealed anew',
    isProved: true,
    edit: (paper, random) => sealedAnew(withForm(paper, random), paper),
  },
  { kind: 'hole in another form', edit: ({ pdf }, random) => withAnotherHole(pdf, random) },
  { kind: 'evidence swapped', edit: withOtherEvidence },
  {
    kind: 'sealed over another file',
    edit: (paper, _, { others }) =>
      withInHole(paper.pdf, Buffer.from(textOf(others[0]!.pdf).match(/\/Contents <([0-9a-f]+)/)![1]!, 'hex')),
  },
];

/** Of the seal in the hole. */
const PDF_SEAL_EDITS: readonly PdfEdit[] = [
  ...SEAL_EDITS.map(({ kind, edit }) =>
    inSeal(kind, ({ seal, around }, random) => {
      const { seal: changed, holder } = edit(seal.tree, random, around);
      return { seal: write(changed), ...(holder !== undefined && { holder }) };
    }),
  ),
  ...TREE_EDITS.map(({ kind, edit }) =>
    inSeal(kind, ({ seal }, random, { material }) => {
      const changed = edit(seal.tree, seal.places, random, material);
      return changed && { seal: changed };
    }),
  ),
];

/** Seals alone are changed in more ways, which the mutants of records see to. */
const ofFilePercent = 65;

export const pdfEdit = (random: Random): PdfEdit =>
  random.pick(random.chance(ofFilePercent) ? PDF_EDITS : PDF_SEAL_EDITS);
