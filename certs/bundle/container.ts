/** The outer shell of a bundle: one ZIP, whose manifest names every file, and no file but those that bundles have. */
import { compareBytes } from '../der.ts';
import { sha256 } from '../primitives.ts';
import type { Found } from './found.ts';
import { NEEDED } from './layout.ts';
import { type Digests, isData, MANIFEST, MIMETYPE, readManifest } from './manifest.ts';
import { FIRST_FILE, type Files, readZip, ZipError } from './zip.ts';

/** @returns undefined for what is not one ZIP: what it holds is then not known. */
export function openContainer(bytes: Uint8Array, found: Found): Files | undefined {
  try {
    return readZip(bytes);
  } catch (fault) {
    if (!(fault instanceof ZipError)) throw fault;
    found.report(fault.file ?? '', fault.code, `ZIP byte ${fault.offset}`);
    return undefined;
  }
}

export function examineManifest(files: Files, found: Found): void {
  if (compareBytes(files.get(FIRST_FILE)!, MIMETYPE) !== 0) found.report(FIRST_FILE, 'ZIP_MIMETYPE', 'byte 0');
  for (const file of NEEDED) if (!files.has(file)) found.report(file, 'BUNDLE_FILE_MISSING', 'file');
  const manifest = files.get(MANIFEST);
  const digests = manifest && found.read(MANIFEST, () => readManifest(manifest));
  if (digests) compareDigests(files, digests, found);
}

function compareDigests(files: Files, digests: Digests, found: Found): void {
  for (const [file, content] of files) {
    const digest = digests.get(file);
    if (!digest) {
      if (isData(file)) found.report(file, 'MANIFEST_FILE_NOT_NAMED', 'file');
    } else if (compareBytes(digest, sha256(content)) !== 0) found.report(file, 'MANIFEST_DIGEST_DIFFERS', 'file');
  }
  // What is needed and missing has been found already.
  for (const file of digests.keys())
    if (!files.has(file) && !NEEDED.some(needed => needed === file)) found.report(file, 'BUNDLE_FILE_MISSING', 'file');
}

/** @param isKnown Whether a paper of the case has such a file. */
export function examineNames(files: Files, isKnown: (file: string) => boolean, found: Found): void {
  for (const file of files.keys()) if (!isKnown(file)) found.report(file, 'BUNDLE_FILE_UNKNOWN', 'file');
}
