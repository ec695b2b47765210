import { createHash } from 'node:crypto';
import type { DrawnPdf } from '../../certs/pdf/hole.ts';
import type { Facts } from '../facts.ts';
import { compressed } from '../font/subset.ts';
import { sealAlt } from '../layout/blocks.ts';
import type { Face, LaidOut, Picture } from '../layout/document.ts';
import { Content, FONT_NAMES } from './content.ts';
import { PdfObjects } from './file.ts';
import { addFont, FaceFont } from './fonts.ts';
import { addStructure, bounds } from './structure.ts';
import { dateString, reference, textString } from './values.ts';

/** The compressed appearance of a seal, kept by whoever draws. */
export interface SealAppearance {
  readonly width: number;
  readonly stream: Uint8Array;
}

/**
 * Writes a paper that is laid out, with its record inside and a hole for its seal, in the form of certs/pdf/form.ts.
 *
 * @param appearance What the seal looks like, in a square.
 */
export function writePdf(paper: LaidOut, facts: Facts, appearance: SealAppearance): DrawnPdf {
  const objects = new PdfObjects();
  const [root, pages] = [objects.next(), objects.next()];
  const [widget, signature] = [objects.next(), objects.next()];
  const fonts: Readonly<Record<Face, FaceFont>> = { TITLE: new FaceFont(), TEXT: new FaceFont() };
  const pictures = new Map<Picture, string>();
  const nameOf = (picture: Picture): string => {
    const name = pictures.get(picture) ?? `G${pictures.size}`;
    pictures.set(picture, name);
    return name;
  };

  const contents = paper.sheets.map(sheet => new Content(sheet, { fonts, nameOf }));
  const sheetObjects = paper.sheets.map(() => objects.next());
  const structure = addStructure(objects, paper.tree, {
    sheets: paper.sheets,
    pages: sheetObjects,
    contents,
    widget,
  });

  const resources = objects.add(resourcesOf(objects, fonts, pictures));
  for (const [at, sheet] of paper.sheets.entries()) {
    const content = objects.stream('', compressed(Buffer.from((contents[at] as Content).text(), 'latin1')), true);
    const annotation = at === paper.seal.sheet ? ` /Annots [${reference(widget)}]` : '';
    objects.put(
      sheetObjects[at] as number,
      `<< /Type /Page /Parent ${reference(pages)} /MediaBox [0 0 ${sheet.width} ${sheet.height}] ` +
        `/Resources ${reference(resources)} /Contents ${reference(content)} /StructParents ${at} /Tabs /S${annotation} >>`,
    );
  }
  objects.put(
    pages,
    `<< /Type /Pages /Kids [${sheetObjects.map(reference).join(' ')}] /Count ${sheetObjects.length} >>`,
  );

  const { sheet, box } = paper.seal;
  const look = objects.stream(
    `/Type /XObject /Subtype /Form /BBox [0 0 ${appearance.width} ${appearance.width}] ` +
      // Red over black stays black: the seal hides nothing of what it lies on.
      '/Resources << /ExtGState << /M << /BM /Multiply >> >> >>',
    appearance.stream,
    true,
  );
  const { organization } = facts.issuer;
  objects.put(
    widget,
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /TU ${textString(sealAlt(organization))} ` +
      `/V ${reference(signature)} /Rect [${bounds(box, (paper.sheets[sheet] as { height: number }).height)}] /F 132 ` +
      `/P ${reference(sheetObjects[sheet] as number)} /StructParent ${structure.widgetKey} /AP << /N ${reference(look)} >> >>`,
  );

  const files = embeddedFiles(objects, facts);
  const metadata = objects.stream('/Type /Metadata /Subtype /XML', Buffer.from(xmpOf(paper.title)), false);
  objects.put(
    root,
    `<< /Type /Catalog /Pages ${reference(pages)} /Lang (zh-CN) /MarkInfo << /Marked true >> ` +
      `/StructTreeRoot ${reference(structure.root)} /Metadata ${reference(metadata)} ` +
      `/ViewerPreferences << /DisplayDocTitle true >> ` +
      `/Names << /EmbeddedFiles << /Names [${files.map(([name, file]) => `(${name}) ${reference(file)}`).join(' ')}] >> >> ` +
      `/AF [${files.map(([, file]) => reference(file)).join(' ')}] ` +
      `/AcroForm << /Fields [${reference(widget)}] /SigFlags 3 >> /Perms << /DocMDP ${reference(signature)} >> >>`,
  );
  const info = objects.add(
    `<< /Title ${textString(paper.title)} /Author ${textString(organization)} /Producer (one-window) ` +
      `/CreationDate ${dateString(facts.sealedAt)} >>`,
  );
  return objects.write({
    root,
    info,
    id: createHash('sha256').update(facts.record).digest('hex').slice(0, 32).toUpperCase(),
    signature: { object: signature, entries: signatureEntries(facts) },
    holeBytes: facts.holeBytes,
  });
}

/** Of the whole file, the same for every page. */
function resourcesOf(
  objects: PdfObjects,
  fonts: Readonly<Record<Face, FaceFont>>,
  pictures: ReadonlyMap<Picture, string>,
): string {
  const used = (Object.keys(fonts) as Face[]).filter(face => fonts[face].glyphs.length > 0);
  const fontEntries = used.map(face => `/${FONT_NAMES[face]} ${reference(addFont(objects, face, fonts[face]))}`);
  const form = (bounds: string, inner: string): string =>
    `/Type /XObject /Subtype /Form /BBox [${bounds}] /Resources << ${inner}>>`;
  const pictureEntries = [...pictures].map(([{ width, height, stream, stamp }, name]) => {
    const stamped = stamp
      ? `/XObject << /S ${reference(objects.stream(form(`-${width} -${height} ${width} ${height}`, ''), stamp, true))} >> `
      : '';
    return `/${name} ${reference(objects.stream(form(`0 0 ${width} ${height}`, stamped), stream, true))}`;
  });
  const pictureResources = pictureEntries.length === 0 ? '' : ` /XObject << ${pictureEntries.join(' ')} >>`;
  return `<< /Font << ${fontEntries.join(' ')} >>${pictureResources} >>`;
}

function signatureEntries({ issuer, sealedAt }: Facts): string {
  return (
    '/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ' +
    `/M ${dateString(sealedAt)} /Name ${textString(issuer.organization)} /Reason (Issued by ${issuer.id}) ` +
    '/Reference [ << /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >> ]'
  );
}

/** Each file's name and the number of its specification, in the order of the names. Uncompressed: head and tail cut them out. */
function embeddedFiles(objects: PdfObjects, { record, disclosures }: Facts): readonly (readonly [string, number])[] {
  const files: readonly (readonly [string, Uint8Array, string])[] = [
    ...(disclosures ? ([['disclosures.json', disclosures, 'Supplement']] as const) : []),
    ['record.json', record, 'Data'],
  ];
  return files.map(([name, bytes, relationship]) => {
    const stream = objects.stream('/Type /EmbeddedFile', bytes, false);
    const specification = `<< /Type /Filespec /F (${name}) /UF (${name}) /EF << /F ${reference(stream)} /UF ${reference(stream)} >> /AFRelationship /${relationship} >>`;
    return [name, objects.add(specification)];
  });
}

/** Title and language once more, where programs that know nothing of PDF look (ISO 16684-1). */
function xmpOf(title: string): string {
  const text = (raw: string): string => raw.replace(/[&<>]/g, sign => `&#${sign.charCodeAt(0)};`);
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${text(title)}</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`;
}
