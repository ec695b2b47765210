/** `GeneralName` (RFC 5280 section 4.2.1.6): read where a rule compares it, kept as bytes where none does. */
import { constructed, type DerReader, primitive, TAG } from '../der.ts';
import { toHex } from '../hex.ts';
import { type DistinguishedName, readDistinguishedName } from './distinguished-name.ts';
import { asciiText } from './element.ts';

export type GeneralName =
  | { readonly form: 'rfc822' | 'dns' | 'uri'; readonly text: string }
  | { readonly form: 'directory'; readonly name: DistinguishedName }
  | { readonly form: 'ip'; readonly bytes: Uint8Array }
  /** otherName, x400Address, ediPartyName, registeredID; the tag tells them apart. */
  | { readonly form: 'other'; readonly tag: number; readonly bytes: Uint8Array };

/** More than any honest certificate has; the rules compare every name with every constraint. */
const generalNamesMax = 1_000;

/** @param reader Inside a `GeneralNames`, of which there must be one. */
function readGeneralNames(reader: DerReader): readonly GeneralName[] {
  const names: GeneralName[] = [];
  do {
    if (names.length === generalNamesMax) throw reader.fault('DER_LENGTH_TOO_LONG');
    names.push(readGeneralName(reader));
  } while (reader.more);
  return names;
}

const TEXT_FORMS: Readonly<Record<number, 'rfc822' | 'dns' | 'uri'>> = {
  [primitive(1)]: 'rfc822',
  [primitive(2)]: 'dns',
  [primitive(6)]: 'uri',
};

export function readGeneralName(reader: DerReader): GeneralName {
  const { tag, offset } = reader;
  const form = TEXT_FORMS[tag];
  if (tag === constructed(4)) {
    const explicit = reader.enter(tag);
    const name = readDistinguishedName(explicit);
    explicit.done();
    return { form: 'directory', name };
  }
  const bytes = reader.content(tag);
  if (form) {
    const text = asciiText(bytes);
    if (text === undefined) throw reader.fault('DER_STRING', offset);
    return { form, text };
  }
  return tag === primitive(7) ? { form: 'ip', bytes } : { form: 'other', tag, bytes };
}

/** Equal for names that are the same; for names of distribution points and of issuers of CRLs. */
export function keyOf(name: GeneralName): string {
  switch (name.form) {
    case 'directory':
      return `directory ${name.name.key}`;
    case 'ip':
      return `ip ${toHex(name.bytes)}`;
    case 'other':
      return `other ${name.tag} ${toHex(name.bytes)}`;
    default:
      return `${name.form} ${name.text}`;
  }
}

/** `[n] IMPLICIT GeneralNames`. */
export function readGeneralNamesAs(reader: DerReader, n: number): readonly GeneralName[] {
  return readGeneralNames(reader.enter(constructed(n)));
}

/** The value of an extension that is `GeneralNames`. */
export function readGeneralNamesValue(value: DerReader): readonly GeneralName[] {
  return readGeneralNames(value.enter(TAG.SEQUENCE));
}
