/**
 * A whole paper: a PDF in our form (form.ts) with its one seal, the pages that it shows and the record inside. What the
 * seal is worth is not asked here.
 */
import { type FindingCode, finding } from '../findings.ts';
import { Dictionary, objectAt } from './dictionary.ts';
import { objectFault, PdfFault } from './fault.ts';
import { DISCLOSURES_FILE, KEYS, pagesMax, RECORD_FILE } from './form.ts';
import type { Hole } from './hole.ts';
import { type PdfFrame, readFrame } from './read.ts';
import { type PdfText, type PdfValue, textOf } from './values.ts';

/** What the signature dictionary says; the seal covers it, and proves nothing of it but that its signer wrote it. */
export interface Claims {
  readonly sealedAt: Date;
  readonly organization: string;
  readonly reason: string;
  readonly location?: string;
}

export interface Paper {
  readonly hole: Hole;
  /** What is written in the hole, padding included. */
  readonly inHole: Uint8Array;
  readonly claims: Claims;
  readonly pages: number;
  /** The bytes of `record.json`. */
  readonly record: Uint8Array;
  readonly disclosures?: Uint8Array;
}

/** @throws {PdfFault} for every file that is not in the form. */
export function readPaper(bytes: Uint8Array): Paper {
  const frame = readFrame(bytes);
  const trailer = new Dictionary(frame, 0, frame.trailer, KEYS.trailer);
  const root = trailer.reference('Root');
  mustAllBeUsed(frame, [root, trailer.reference('Info')]);
  const catalog = objectAt(frame, root, KEYS.catalog);
  catalog.mustSay({ Type: 'Catalog' });
  const counted = countSpecial(frame);
  if (counted.signatures !== 1 || counted.fields !== 1) throw catalog.fault('PDF_SIGNATURE_COUNT');
  const pages = readPages(frame, catalog);
  // A page that something else than the tree refers to would be one that waits for its turn.
  if (pages.length !== counted.pages) throw catalog.fault('PDF_PAGES', PAGES_MAX);
  const signature = readField(frame, catalog, pages);
  const { hole, inHole } = readHole(signature, bytes);
  const files = readFiles(frame, catalog);
  const disclosures = files.get(DISCLOSURES_FILE);
  return {
    hole,
    inHole,
    claims: readClaims(signature),
    pages: pages.length,
    record: files.get(RECORD_FILE)!,
    ...(disclosures && { disclosures }),
  };
}

// --- all objects -----------------------------------------------------------------------------------------------------

function mustAllBeUsed({ objects }: PdfFrame, roots: readonly number[]): void {
  const used = new Set(roots);
  for (const number of used) {
    const object = objects.get(number);
    if (!object) throw objectFault('PDF_REFERENCE', number);
    for (const to of object.references) used.add(to);
  }
  for (const number of objects.keys()) if (!used.has(number)) throw objectFault('PDF_OBJECT_UNUSED', number);
}

interface Counted {
  signatures: number;
  fields: number;
  pages: number;
}

/** Whatever would be a signature, a field or a page to anybody, wherever it stands. */
function countSpecial({ objects }: PdfFrame): Counted {
  const counted = { signatures: 0, fields: 0, pages: 0 };
  for (const { value } of objects.values()) count(value, counted);
  return counted;
}

function count(value: PdfValue, counted: Counted): void {
  if (value.is === 'array') for (const item of value.items) count(item, counted);
  if (value.is !== 'dictionary') return;
  const { members } = value;
  if (members.has('ByteRange')) counted.signatures++;
  if (members.has('FT')) counted.fields++;
  const type = members.get('Type');
  if (type?.is === 'name' && type.name === 'Page') counted.pages++;
  for (const member of members.values()) count(member, counted);
}

// --- pages -----------------------------------------------------------------------------------------------------------

const PAGES_MAX = { max: String(pagesMax) };
const treeDepthMax = 8;

/** The pages in their order. */
function readPages(frame: PdfFrame, catalog: Dictionary): readonly Dictionary[] {
  const pages: Dictionary[] = [];
  readPageTree(frame, catalog.reference('Pages'), undefined, pages, 0);
  return pages;
}

function readPageTree(
  frame: PdfFrame,
  number: number,
  parent: number | undefined,
  pages: Dictionary[],
  depth: number,
): void {
  const node = objectAt(frame, number, KEYS.pages);
  node.mustSay({ Type: 'Pages' });
  if (parent !== undefined) node.mustReferTo('Parent', parent);
  const kids = node.references('Kids');
  // Each kid has one parent, so that a tree which goes in a circle ends with its depth, and one of copies with the pages.
  if (kids.length === 0 || depth > treeDepthMax) throw node.fault('PDF_PAGES', PAGES_MAX);
  const before = pages.length;
  for (const kid of kids) {
    if (pages.length >= pagesMax) throw node.fault('PDF_PAGES', PAGES_MAX);
    if (isTree(frame, kid)) readPageTree(frame, kid, number, pages, depth + 1);
    else pages.push(readPage(frame, kid, number, pages));
  }
  if (node.whole('Count') !== pages.length - before) throw node.fault('PDF_PAGES', PAGES_MAX);
}

const isTree = ({ objects }: PdfFrame, number: number): boolean => {
  const value = objects.get(number)?.value;
  return value?.is === 'dictionary' && value.members.has('Kids');
};

function readPage(frame: PdfFrame, number: number, parent: number, before: readonly Dictionary[]): Dictionary {
  const page = objectAt(frame, number, KEYS.page);
  page.mustSay({ Type: 'Page' });
  page.mustReferTo('Parent', parent);
  if (before.some(other => other.number === number)) throw page.fault('PDF_PAGES', PAGES_MAX);
  return page;
}

// --- the seal --------------------------------------------------------------------------------------------------------

/** Printed, and locked against moving. */
const WIDGET_FLAGS = 4 | 128;
/** There is a signature, and whoever writes must append. */
const SIGNATURE_FLAGS = 1 | 2;

/** @returns The signature dictionary. */
function readField(frame: PdfFrame, catalog: Dictionary, pages: readonly Dictionary[]): Dictionary {
  const form = catalog.inner('AcroForm', KEYS.form);
  form.mustHave('SigFlags', form.whole('SigFlags') === SIGNATURE_FLAGS);
  const fields = form.references('Fields');
  const [field] = fields;
  if (field === undefined || fields.length > 1) throw form.fault('PDF_SIGNATURE_COUNT');
  const widget = objectAt(frame, field, KEYS.widget);
  widget.mustSay({ Type: 'Annot', Subtype: 'Widget', FT: 'Sig' });
  widget.mustHave('F', widget.whole('F') === WIDGET_FLAGS);
  widget.text('T');
  if (widget.has('AP')) widget.inner('AP', KEYS.appearance).reference('N');
  mustShowOnly(widget, pages);
  const signature = objectAt(frame, widget.reference('V'), KEYS.signature);
  catalog.inner('Perms', KEYS.permissions).mustReferTo('DocMDP', signature.number);
  signature.mustSay({ Type: 'Sig', Filter: 'Adobe.PPKLite', SubFilter: 'ETSI.CAdES.detached' });
  mustForbidChanges(signature);
  return signature;
}

/** No page has another annotation: one over the text would hide it. */
function mustShowOnly(widget: Dictionary, pages: readonly Dictionary[]): void {
  const page = widget.reference('P');
  for (const one of pages) {
    const annotations = one.has('Annots') ? one.references('Annots') : [];
    const expected = one.number === page ? [widget.number] : [];
    one.mustHave('Annots', annotations.length === expected.length && annotations.every((to, i) => to === expected[i]));
  }
  widget.mustHave(
    'P',
    pages.some(({ number }) => number === page),
  );
}

function mustForbidChanges(signature: Dictionary): void {
  signature.mustHave('Reference', signature.array('Reference').length === 1);
  const reference = signature.item('Reference', 0, KEYS.reference);
  reference.mustSay({ Type: 'SigRef', TransformMethod: 'DocMDP' });
  const transform = reference.inner('TransformParams', KEYS.transform);
  transform.mustSay({ Type: 'TransformParams', V: '1.2' });
  transform.mustHave('P', transform.whole('P') === 1);
}

function readHole(signature: Dictionary, bytes: Uint8Array): Pick<Paper, 'hole' | 'inHole'> {
  const { from, to, isHexadecimal, upperAt, bytes: inHole } = signature.string('Contents');
  const range = signature.array('ByteRange').map(item => (item.is === 'number' ? item.value : Number.NaN));
  const expected = [0, from, to, bytes.length - to];
  if (range.length !== expected.length || range.some((number, i) => number !== expected[i]))
    throw signature.fault('PDF_BYTE_RANGE');
  if (!isHexadecimal) throw at('PDF_HOLE', from);
  if (upperAt >= 0) throw at('PDF_HOLE', upperAt);
  return { hole: { from, to }, inHole };
}

const at = (code: FindingCode, byte: number): PdfFault => new PdfFault(finding(code, `pdf byte ${byte}`));

const TIME = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

function readClaims(signature: Dictionary): Claims {
  const digits = TIME.exec(signature.text('M'))?.slice(1) ?? [];
  const [year, month, day, hour, minute, second] = digits;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const sealedAt = new Date(iso);
  // Date takes February 30 and 24:00 for the day after.
  signature.mustHave('M', !Number.isNaN(sealedAt.getTime()) && sealedAt.toISOString() === iso);
  return {
    sealedAt,
    organization: signature.text('Name'),
    reason: signature.text('Reason'),
    ...(signature.has('Location') && { location: signature.text('Location') }),
  };
}

// --- the files inside ------------------------------------------------------------------------------------------------

/** By their names; `record.json` is among them. */
function readFiles(frame: PdfFrame, catalog: Dictionary): ReadonlyMap<string, Uint8Array> {
  const tree = catalog.inner('Names', KEYS.names).inner('EmbeddedFiles', KEYS.embeddedFiles);
  const pairs = tree.array('Names');
  const named = pairs.filter((_, i) => i % 2 === 0).map(item => (item.is === 'text' ? nameOf(item) : undefined));
  const wanted = named.length === 1 ? [RECORD_FILE] : [DISCLOSURES_FILE, RECORD_FILE];
  tree.mustHave('Names', pairs.length === 2 * wanted.length && wanted.every((name, i) => name === named[i]));
  const specifications = pairs.flatMap(item => (item.is === 'reference' ? [item.to] : []));
  const associated = catalog.references('AF');
  tree.mustHave('Names', specifications.length === wanted.length);
  catalog.mustHave(
    'AF',
    associated.length === wanted.length && specifications.every(number => associated.includes(number)),
  );
  return new Map(wanted.map((name, i) => [name, readFile(frame, specifications[i]!, name)]));
}

const nameOf = (text: PdfText): string | undefined => textOf(text);

function readFile(frame: PdfFrame, number: number, name: string): Uint8Array {
  const specification = objectAt(frame, number, KEYS.fileSpecification);
  specification.mustSay({ Type: 'Filespec' });
  for (const key of ['F', 'UF']) specification.mustHave(key, specification.text(key) === name);
  const embedded = specification.inner('EF', KEYS.embedded);
  const to = embedded.reference('F');
  embedded.mustReferTo('UF', to);
  const dictionary = objectAt(frame, to, KEYS.embeddedStream);
  dictionary.mustSay({ Type: 'EmbeddedFile' });
  const { stream } = frame.objects.get(to)!;
  if (!stream) throw dictionary.fault('PDF_STREAM');
  return stream;
}
