/** The tables of docs/format.md that the code is the source of: severities, codes, profiles of certificates, and what a PDF may hold. */
import { FINDINGS } from '../../certs/findings.ts';
import { FORBIDDEN, KEYS } from '../../certs/pdf/form.ts';
import { SHAPES } from '../../certs/profile.ts';
import { VERDICTS } from '../../certs/verify/verdict.ts';

export const PAGE = 'docs/format.md';

const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map(cells => `| ${cells.join(' | ')} |\n`).join('');

const TABLES: Readonly<Record<string, () => string>> = {
  severities: () =>
    rows(
      ['Severity', 'verdict', 'atSigning', 'now'],
      Object.entries(VERDICTS).map(([severity, { verdict, atSigning, now }]) => [
        `\`${severity}\``,
        verdict,
        atSigning,
        now,
      ]),
    ),
  codes: () =>
    rows(
      ['Code', 'Severity', 'Meaning', '含义'],
      Object.entries(FINDINGS).map(([code, { severity, en, zh }]) => [`\`${code}\``, severity, en, zh]),
    ),
  profiles: () =>
    rows(
      ['Profile', 'basicConstraints', 'keyUsage, bits', 'authorityKeyIdentifier', 'extKeyUsage', 'subjectAltName'],
      Object.entries(SHAPES).map(([name, { pathLength, keyUsage, selfSigned, purposes, purposesCritical }]) => [
        name,
        pathLength === undefined ? 'empty SEQUENCE' : `CA, pathLen ${pathLength}`,
        keyUsage.join(', '),
        selfSigned ? '–' : 'there',
        purposes.length === 0 ? '–' : `${purposesCritical ? 'critical: ' : ''}${purposes.join(', ')}`,
        name === 'TLS' ? 'there' : '–',
      ]),
    ),
  'pdf keys': () =>
    rows(
      ['Dictionary', 'must have', 'may have'],
      Object.entries(KEYS).map(([name, { must, may }]) => [name, must.join(' '), may.join(' ') || '–']),
    ),
  'pdf names': () => `\`${[...FORBIDDEN].join(' ')}\`\n`,
};

/** The page with each table as the code has it now, between `<!-- NAME: … -->` and `<!-- /NAME -->`. */
export function withTables(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- ${name}: [^\n]*-->\n)[^]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`${PAGE} has no place for the table of ${name}`);
    return text.replace(place, (_, before: string, after: string) => `${before}\n${table()}\n${after}`);
  }, page);
}
