/** `Extensions` of certificates, of CRLs and of their entries (RFC 5280 sections 4.1, 5.1): who is in them, undecoded. */
import { DerReader, TAG } from '../der.ts';

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  /** What the OCTET STRING holds. */
  readonly value: Uint8Array;
  /** Where it stands in the file. */
  readonly offset: number;
}

/** More than any honest certificate has. */
const extensionsMax = 100;

/** @param reader At the SEQUENCE. One identifier may stand once (section 4.2). */
export function readExtensionList(reader: DerReader): ReadonlyMap<string, Extension> {
  const list = reader.sequence();
  const read = new Map<string, Extension>();
  while (list.more) {
    const { offset } = list;
    const extension = readExtension(list);
    if (read.has(extension.id) || read.size === extensionsMax)
      throw list.fault('CERTIFICATE_EXTENSION_REPEATED', offset);
    read.set(extension.id, extension);
  }
  return read;
}

function readExtension(list: DerReader): Extension {
  const one = list.sequence();
  const id = one.oid();
  const critical = one.next(TAG.BOOLEAN) && one.boolean();
  const value = one.octetString();
  const offset = one.offset - value.length;
  one.done();
  return { id, critical, value, offset };
}

/** Reads the whole value of an extension; undefined when the extension is not there. */
export function extensionValue<T>(
  extensions: ReadonlyMap<string, Extension>,
  id: string,
  read: (value: DerReader) => T,
): T | undefined {
  const extension = extensions.get(id);
  if (!extension) return undefined;
  const reader = new DerReader(extension.value, extension.offset);
  const value = read(reader);
  reader.done();
  return value;
}
