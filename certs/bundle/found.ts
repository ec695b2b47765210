/** What is found in a bundle, with the file it is found in. */
import { type Finding, type FindingCode, FormatError, finding } from '../findings.ts';
import { CASE_FILE } from './layout.ts';

export interface BundleFinding extends Finding {
  /** Path in the bundle; empty for the container itself. */
  readonly file: string;
}

export class Found {
  readonly findings: BundleFinding[] = [];

  /** @param at The place in the file. */
  report(file: string, code: FindingCode, at: string, facts: Readonly<Record<string, string>> = {}): void {
    this.findings.push({ ...finding(code, at, facts), file });
  }

  /** Takes over what was found elsewhere, in the file that each concerns. */
  take(findings: readonly Finding[], fileOf: (found: Finding) => string): void {
    for (const found of findings) this.findings.push({ ...found, file: fileOf(found) });
  }

  /** Reads a file; one that can't be read is found, and nothing is returned. */
  read<T>(file: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (fault) {
      if (!(fault instanceof FormatError)) throw fault;
      this.report(file, fault.code, `byte ${fault.offset}`);
      return undefined;
    }
  }
}

/** What case.json says of something, against what there is. */
export function compare(member: string, says: string | null, is: string | null | undefined, found: Found): void {
  if (says !== is)
    found.report(CASE_FILE, 'CASE_FILE_DIFFERS', member, { member, says: says ?? '–', found: is ?? '–' });
}
