import { type Finding, type FindingCode, finding } from '../findings.ts';

/** A PDF that is not in our form: what is wrong, and where. Never a defect of this program. */
export class PdfFault extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(`${finding.at}: ${finding.en} (${finding.code})`);
    this.name = 'PdfFault';
    this.finding = finding;
  }
}

/** @param number 0 is the trailer. */
export const objectFault = (
  code: FindingCode,
  number: number,
  facts: Readonly<Record<string, string>> = {},
): PdfFault => new PdfFault(finding(code, `pdf: object ${number}`, facts));
