/**
 * Electronic-license identifier 电子证照标识, GB/T 36904-2018.
 *
 * ```text
 * 1.2.156.3005.2 . license type . issuer . serial . version . check
 * ```
 *
 * The root is an object identifier. Each part is digits and capital letters, the version three digits. The check
 * character is ISO 7064 hybrid mod 37,36 over the parts between root and check, dots left out.
 *
 * **Unverified**: how long type, issuer and serial are. Between 1 and {@link PART_CHARACTERS_MAX} is accepted.
 */
import { type CodeFault, DIGITS, LETTERS, readCode } from './code-text.ts';
import { mod37_36 } from './iso7064.ts';
import { type Invalid, invalid, type Verdict, valid } from './verdict.ts';

declare const licenseIdentifierBrand: unique symbol;
/** An identifier whose check character holds. */
export type LicenseIdentifier = string & { readonly [licenseIdentifierBrand]: true };

export type LicenseIdentifierReason =
  | CodeFault
  | 'ROOT'
  /** Not five parts after the root. */
  | 'PARTS'
  | 'VERSION'
  | 'CHECK_CHARACTER';

export const LICENSE_IDENTIFIER_ROOT = '1.2.156.3005.2';

/** Room for a unified social credit code (18) and a type made of one (21). */
const PART_CHARACTERS_MAX = 30;
const ALPHABET = DIGITS + LETTERS;

export interface LicenseIdentifierParts {
  readonly type: string;
  readonly issuer: string;
  readonly serial: string;
  /** 1 to 999. */
  readonly version: number;
}

export function parseLicenseIdentifier(typed: string): Verdict<LicenseIdentifier, LicenseIdentifierReason> {
  const text = readCode(typed);
  if (typeof text !== 'string') return text;
  const prefix = `${LICENSE_IDENTIFIER_ROOT}.`;
  if (!text.startsWith(prefix)) return invalid('ROOT', 0, LICENSE_IDENTIFIER_ROOT);
  const characterFault = [...text].findIndex(character => !`${ALPHABET}.`.includes(character));
  if (characterFault >= 0) return invalid('CHARACTER', characterFault);
  const parts = text.slice(prefix.length).split('.');
  if (parts.length !== 5) return invalid('PARTS', prefix.length, '5');
  return (
    partFault(parts, prefix.length) ??
    checkFault(parts, text.length - parts[4]!.length) ??
    valid(text as LicenseIdentifier)
  );
}

/** @throws {RangeError} if a part is empty, too long, or holds anything but digits and capital letters. */
export function composeLicenseIdentifier({ type, issuer, serial, version }: LicenseIdentifierParts): LicenseIdentifier {
  const parts = [type, issuer, serial, String(version).padStart(3, '0')];
  const verdict = parseLicenseIdentifier([LICENSE_IDENTIFIER_ROOT, ...parts, mod37_36(parts.join(''))].join('.'));
  if (verdict.class !== 'VALID') throw new RangeError('these parts make no electronic-license identifier');
  return verdict.value;
}

export function licenseIdentifierParts(identifier: LicenseIdentifier): LicenseIdentifierParts {
  const [type, issuer, serial, version] = identifier.slice(LICENSE_IDENTIFIER_ROOT.length + 1).split('.');
  return { type: type!, issuer: issuer!, serial: serial!, version: Number(version) };
}

function partFault(parts: readonly string[], start: number): Invalid<LicenseIdentifierReason> | undefined {
  let position = start;
  for (const part of parts.slice(0, 3)) {
    if (part.length < 1 || part.length > PART_CHARACTERS_MAX) return invalid('LENGTH', position);
    position += part.length + 1;
  }
  // Versions are counted from 001: version n+1 replaces version n.
  return /^(?!000)[0-9]{3}$/.test(parts[3]!) ? undefined : invalid('VERSION', position);
}

function checkFault(parts: readonly string[], position: number): Invalid<LicenseIdentifierReason> | undefined {
  if (parts[4]!.length > 1) return invalid('LENGTH', position + 1, '1');
  const expected = mod37_36(parts.slice(0, 4).join(''));
  return parts[4] === expected ? undefined : invalid('CHECK_CHARACTER', position, expected);
}
