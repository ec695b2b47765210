/**
 * The one form of our PDFs (PDF 1.7, ISO 32000-1): what the reader demands and a drawer must write. Readers of PDFs repair
 * and guess, each in its own way, and so show different pages of the same bytes; of a file in this form there is nothing
 * to guess. Everything is plain text but the content of streams. LF is one byte 0A; there is no CR, TAB or comment
 * but where it stands here.
 *
 *     %PDF-1.7 LF % and four bytes from 80 to FF LF
 *     N 0 obj LF VALUE LF endobj LF                             each object, one right after the other
 *     N 0 obj LF << … >> LF stream LF BYTES LF endstream LF endobj LF
 *     xref LF 0 COUNT LF 0000000000 65535 f SP LF               COUNT is one more than there are objects
 *     OFFSET(10 digits) SP 00000 SP n SP LF                     of object 1, 2, 3 …
 *     trailer LF << /Size COUNT /Root … /Info … /ID [ … ] >> LF
 *     startxref LF OFFSET LF %%EOF LF                           and nothing behind
 *
 * - Objects are numbered from 1 without a gap; in the file they may stand in any order. Each is in use: it can be reached
 *   from /Root or /Info.
 * - In values, tokens are apart by spaces and LF. A name has letters, digits and `+ - _ . , : *`, and `#2F` for the slash
 *   of a media type. A number is `-?digits(.digits)?`, up to 10 and 10 digits, no `+`, no leading zeros, no exponent. A
 *   string is `(…)` of printable ASCII with `\\`, `\(`, `\)` and no other escape, or `<…>` of an even number of hexadecimal
 *   digits. A dictionary names no key twice.
 * - /Length is a number, not a reference. /Filter is absent or /FlateDecode; /F, /FFilter and /FDecodeParms are absent.
 * - No name of {@link FORBIDDEN} stands anywhere, as key or as value.
 * - The catalog, the page tree, the one field and what hangs on it have the keys of {@link KEYS} and no others; the first
 *   of each list must be there.
 * - The page tree is what /Kids says, each /Parent the one above, /Count right; it has {@link pagesMax} pages at most. One
 *   page has /Annots with the widget of the seal, which is the field; no other page has annotations.
 * - /AcroForm is `<< /Fields [ WIDGET ] /SigFlags 3 >>`, /Perms is `<< /DocMDP SIGNATURE >>`, both with references. The
 *   widget has `/Type /Annot /Subtype /Widget /FT /Sig`, its /V is a reference to the signature dictionary, its /P to its
 *   page; /F is 132 (printed, locked).
 * - The signature dictionary is an object of its own: `/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached`,
 *   `/ByteRange [0 hole.from hole.to rest]` with its final numbers (rest = file length − hole.to; several spaces may stand
 *   between them), /Contents the hole, /M `(D:YYYYMMDDHHmmSSZ)` in UTC, /Name the organization of the certificate,
 *   /Reference `[ << /Type /SigRef /TransformMethod /DocMDP
 *   /TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >> ]`.
 * - /Names is `<< /EmbeddedFiles << /Names [ (disclosures.json) FILE (record.json) FILE ] >> >>`, in this order, the first
 *   where there are disclosures; /AF has the same references to file specifications in any order. A file specification
 *   has `/Type /Filespec /F (its name) /UF (its name) /EF << /F STREAM /UF STREAM >>`, both the same reference; the stream
 *   has `/Type /EmbeddedFile` and no /Filter: the record can be cut out of the file with head and tail.
 * - Strings that are read as text (/Name, /Reason, file names) are ASCII, or UTF-16 in hexadecimal with `FEFF` in front.
 * - The hole is `<`, lower-case hexadecimal, `>`: DER of the seal, then zeros up to the end.
 */

/** A paper has some 60 kB, with rare characters 200 kB; a record of a megabyte would still fit. */
export const pdfBytesMax = 2 * 1024 * 1024;
export const objectsMax = 4_096;
export const pagesMax = 64;
/** Dictionaries and arrays in each other. */
export const valueDepthMax = 16;

/**
 * What a file could show, do or fetch that its bytes do not fix: objects and cross references hidden in streams, encryption,
 * scripts, actions, forms that change, layers that are switched, parts that lie in other files.
 */
export const FORBIDDEN: ReadonlySet<string> = new Set([
  ...['ObjStm', 'XRef', 'XRefStm', 'Prev', 'Encrypt', 'Crypt', 'Linearized', 'Collection', 'Version', 'Extensions'],
  ...['JS', 'JavaScript', 'OpenAction', 'AA', 'Action', 'Launch', 'URI', 'URL', 'GoTo', 'GoToR', 'GoToE', 'GoTo3DView'],
  ...['SubmitForm', 'ResetForm', 'ImportData', 'Thread', 'Named', 'Hide', 'SetOCGState', 'Rendition', 'Trans'],
  ...[
    'XFA',
    'RichMedia',
    'Movie',
    'Sound',
    'Screen',
    '3D',
    'PS',
    'OPI',
    'Ref',
    'Alternates',
    'FFilter',
    'FDecodeParms',
    'FS',
  ],
  ...['OC', 'OCG', 'OCMD', 'OCGs', 'OCProperties'],
]);

/** Keys of a dictionary: those it must have, and those it may have. */
export interface Keys {
  readonly must: readonly string[];
  readonly may: readonly string[];
}

export const KEYS = {
  trailer: { must: ['Size', 'Root', 'Info', 'ID'], may: [] },
  catalog: {
    must: ['Type', 'Pages', 'Names', 'AF', 'AcroForm', 'Perms'],
    may: [
      'Lang',
      'MarkInfo',
      'StructTreeRoot',
      'Metadata',
      'ViewerPreferences',
      'OutputIntents',
      'PageLayout',
      'PageMode',
    ],
  },
  pages: { must: ['Type', 'Kids', 'Count'], may: ['Parent', 'MediaBox', 'Resources'] },
  page: {
    must: ['Type', 'Parent'],
    may: ['MediaBox', 'CropBox', 'Rotate', 'Resources', 'Contents', 'Annots', 'StructParents', 'Tabs', 'Group'],
  },
  form: { must: ['Fields', 'SigFlags'], may: [] },
  permissions: { must: ['DocMDP'], may: [] },
  widget: { must: ['Type', 'Subtype', 'FT', 'T', 'V', 'Rect', 'F', 'P'], may: ['TU', 'AP', 'StructParent'] },
  appearance: { must: ['N'], may: [] },
  signature: {
    must: ['Type', 'Filter', 'SubFilter', 'ByteRange', 'Contents', 'M', 'Name', 'Reason', 'Reference'],
    may: ['Location'],
  },
  reference: { must: ['Type', 'TransformMethod', 'TransformParams'], may: [] },
  transform: { must: ['Type', 'P', 'V'], may: [] },
  names: { must: ['EmbeddedFiles'], may: [] },
  embeddedFiles: { must: ['Names'], may: [] },
  fileSpecification: { must: ['Type', 'F', 'UF', 'EF', 'AFRelationship'], may: ['Desc'] },
  embedded: { must: ['F', 'UF'], may: [] },
  embeddedStream: { must: ['Type', 'Length'], may: ['Subtype', 'Params'] },
} as const satisfies Readonly<Record<string, Keys>>;

export const RECORD_FILE = 'record.json';
export const DISCLOSURES_FILE = 'disclosures.json';
