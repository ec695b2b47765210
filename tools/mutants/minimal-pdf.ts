/**
 * The smallest papers of the form of certs/pdf/form.ts, written by nothing of the product: one page, a red ring on it, the
 * record inside. Every part can be another one than it should be.
 */
import type { DrawnPdf } from '../../certs/pdf/hole.ts';

export interface Parts {
  readonly record: Uint8Array;
  readonly disclosures?: Uint8Array | undefined;
  readonly organization: string;
  readonly sealedAt: Date;
  readonly holeBytes: number;
  /** The objects, by number from 1, as they stand between `N 0 obj` and `endobj`. */
  readonly objects?: (objects: readonly string[]) => readonly string[];
  /** The whole file, when its numbers are final; characters up to U+00FF are bytes. */
  readonly file?: (text: string) => string;
}

/** Numbers of the objects, as {@link minimalPdf} makes them. */
export const OBJECT = {
  catalog: 1,
  pages: 2,
  page: 3,
  widget: 4,
  signature: 5,
  appearance: 6,
  contents: 7,
  info: 8,
  recordFile: 9,
  recordStream: 10,
  disclosuresFile: 11,
  disclosuresStream: 12,
} as const;

const BYTE_RANGE = '/ByteRange [0 ########## ########## ##########]';

export function minimalPdf(parts: Parts): DrawnPdf {
  const { objects = same, file = same } = parts;
  const text = file(laidOut(objects(objectsOf(parts)), parts.holeBytes));
  const from = text.indexOf('/Contents <0') + '/Contents '.length;
  return { bytes: Buffer.from(text, 'latin1'), hole: { from, to: text.indexOf('>', from) + 1 } };
}

const same = <T>(it: T): T => it;

function objectsOf({ record, disclosures, organization, sealedAt }: Parts): readonly string[] {
  const hasMore = disclosures !== undefined;
  const files = hasMore ? '(disclosures.json) 11 0 R (record.json) 9 0 R' : '(record.json) 9 0 R';
  const day = sealedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return [
    `<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) /AcroForm << /Fields [4 0 R] /SigFlags 3 >> /Perms << /DocMDP 5 0 R >>
/Names << /EmbeddedFiles << /Names [${files}] >> >> /AF [9 0 R${hasMore ? ' 11 0 R' : ''}] >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] /Resources << >> /Contents 7 0 R /Annots [4 0 R] >>',
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T (seal) /V 5 0 R /Rect [200 300 320 420] /F 132 /P 3 0 R
/AP << /N 6 0 R >> >>`,
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ${BYTE_RANGE}
/Contents <HOLE> /M (D:${day}) /Name <${utf16(organization)}> /Reason (minimal)
/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >>] >>`,
    stream('/Type /XObject /Subtype /Form /BBox [0 0 120 120]', RING),
    stream('', '0.9 0.9 0.9 rg 50 50 495 741 re f'),
    '<< /Title (minimal) >>',
    fileSpecification('record.json', OBJECT.recordStream, 'Source'),
    stream('/Type /EmbeddedFile /Subtype /application#2Fjson', latin1(record)),
    ...(hasMore
      ? [
          fileSpecification('disclosures.json', OBJECT.disclosuresStream, 'Supplement'),
          stream('/Type /EmbeddedFile', latin1(disclosures)),
        ]
      : []),
  ];
}

/** A circle of four curves. */
const RING = `0.8 0 0 RG 4 w 60 116 m 91 116 116 91 116 60 c 116 29 91 4 60 4 c 29 4 4 29 4 60 c 4 91 29 116 60 116 c s`;

const fileSpecification = (name: string, stream: number, relationship: string): string =>
  `<< /Type /Filespec /F (${name}) /UF (${name}) /EF << /F ${stream} 0 R /UF ${stream} 0 R >> /AFRelationship /${relationship} >>`;

export const stream = (keys: string, content: string): string =>
  `<< ${keys} /Length ${content.length} >>\nstream\n${content}\nendstream`;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const utf16 = (text: string): string => Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex').toUpperCase();

/** The file around these objects, whatever they are. */
export function laidOut(objects: readonly string[], holeBytes: number): string {
  const header = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n';
  const hole = `<${'0'.repeat(holeBytes - 2)}>`;
  let body = header;
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object.replace('<HOLE>', hole)}\nendobj\n`;
    return offset;
  });
  return withByteRange(`${body}${crossReferences(body.length, offsets)}`, hole);
}

function crossReferences(at: number, offsets: readonly number[]): string {
  const size = offsets.length + 1;
  const entries = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const id = '00112233445566778899AABBCCDDEEFF';
  return `xref
0 ${size}
0000000000 65535 f \n${entries}trailer
<< /Size ${size} /Root 1 0 R /Info 8 0 R /ID [<${id}> <${id}>] >>
startxref
${at}
%%EOF
`;
}

/** The numbers take the places that were kept for them. */
function withByteRange(text: string, hole: string): string {
  const from = text.indexOf(hole);
  const to = from + hole.length;
  const numbers = [from, to, text.length - to].map(number => String(number).padEnd(10));
  return text.replace(BYTE_RANGE, `/ByteRange [0 ${numbers.join(' ')}]`);
}
