/**
 * `META-INF/ASiCManifest.xml` of an ASiC-E container with CAdES (ETSI EN 319 162-1 section 4.4 and annex A.4): every file of
 * the container with its SHA-256, and where the signature over this text is. One set of digests has one text, a line a
 * file, so that `sed` reads it as well as an XML parser does; every other text is refused, however an XML parser reads it.
 */
import { fromBase64, toBase64 } from '../base64.ts';
import { utf8 } from '../bytes.ts';
import { FormatError } from '../findings.ts';
import { Lines, textOf } from '../log/lines.ts';
import { sha256 } from '../primitives.ts';
import { FIRST_FILE, type Files, zipFilesMax } from './zip.ts';

export const MIMETYPE = utf8('application/vnd.etsi.asic-e+zip');
export const MANIFEST = 'META-INF/ASiCManifest.xml';
export const SIGNATURE = 'META-INF/signature.p7s';

/** SHA-256 by path, in the order of the paths. */
export type Digests = ReadonlyMap<string, Uint8Array>;

/** The files that a manifest names: what makes the container one, and the manifest with its signature, stand apart. */
export const isData = (path: string): boolean => path !== FIRST_FILE && !path.startsWith('META-INF/');

export function digestsOf(files: Files): Digests {
  const paths = [...files.keys()].filter(isData).sort();
  return new Map(paths.map(path => [path, sha256(files.get(path)!)]));
}

const OPENING = `<?xml version="1.0" encoding="UTF-8"?>
<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<asic:SigReference URI="${SIGNATURE}" MimeType="application/pkcs7-signature"/>
`;
const CLOSING = '</asic:ASiCManifest>\n';
const METHOD = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>';

/** Paths of a container have no character that XML or a URI would have to escape. */
const line = (path: string, digest: Uint8Array): string =>
  `<asic:DataObjectReference URI="${path}">${METHOD}<ds:DigestValue>${toBase64(digest)}</ds:DigestValue></asic:DataObjectReference>\n`;

export function writeManifest(digests: Digests): Uint8Array {
  const lines = [...digests].map(([path, digest]) => line(path, digest));
  return utf8(`${OPENING}${lines.join('')}${CLOSING}`);
}

/** Some 300 bytes a file, as many files as a container may have. */
const manifestBytesMax = 400 * zipFilesMax;

/** @throws {FormatError} for every text that {@link writeManifest} would not have written. */
export function readManifest(bytes: Uint8Array): Digests {
  const text = textOf(bytes, manifestBytesMax, 'MANIFEST_MALFORMED');
  if (!text.startsWith(OPENING)) throw new FormatError('MANIFEST_MALFORMED', 0);
  const lines = new Lines(text.slice(OPENING.length), 'MANIFEST_MALFORMED', OPENING.length);
  const digests = new Map<string, Uint8Array>();
  let last = '';
  while (lines.rest !== CLOSING) {
    const [path, digest] = readLine(lines.next()) ?? [];
    if (path === undefined || !digest || path <= last || !isData(path)) throw lines.fault();
    digests.set(path, digest);
    last = path;
  }
  return digests;
}

const LINE = /^<asic:DataObjectReference URI="([\w./-]+)">.*<ds:DigestValue>([^<]*)<\/ds:DigestValue>/;

function readLine(text: string): readonly [string, Uint8Array] | undefined {
  const [, path, base64] = LINE.exec(text) ?? [];
  const digest = base64 === undefined ? undefined : fromBase64(base64);
  // Read loosely, then held against what would be written.
  return path !== undefined && digest?.length === 32 && line(path, digest) === `${text}\n` ? [path, digest] : undefined;
}
