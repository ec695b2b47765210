/** One of every paper, and the hard ones. */
import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import { readDisclosures } from '../../certs/leaves.ts';
import { slipPaper } from '../../gateway/window/slip-papers.ts';
import type { Paper } from '../../papers/paper.ts';
import { papers as business } from '../../subgraphs/business/papers.ts';
import { papers as codes } from '../../subgraphs/code/papers.ts';
import { type DepartmentPapers, shownIn } from '../../subgraphs/papers.ts';
import type { Json } from '../../subgraphs/record.ts';
import { papers as seals } from '../../subgraphs/seal/papers.ts';
import { papers as taxes } from '../../subgraphs/tax/papers.ts';
import { code, HARD, license, ORDINARY, type SealedRecord, sealFiling, struckOut, tax } from './records.ts';
import { SLIPS } from './slips.ts';

export interface Sample {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly holder: string;
  readonly paper: Paper;
  readonly record: Uint8Array;
  readonly disclosures: Uint8Array | undefined;
}

const PAPERS: Readonly<Record<string, DepartmentPapers>> = { business, code: codes, tax: taxes, seal: seals };

function certificate(name: string, { record, bytes, disclosures }: SealedRecord): Sample {
  const show = PAPERS[record.department]?.[record.kind];
  if (!show) throw new Error(`${record.department} has no paper for ${record.kind}`);
  const leaves = disclosures ? readDisclosures(disclosures).leaves : new Map<string, { value: JsonValue }>();
  const values = new Map(Array.from(leaves, ([path, { value }]) => [path, value as Json]));
  return { name, holder: record.department, paper: show(record, shownIn(record, values)), record: bytes, disclosures };
}

export const SAMPLES: readonly Sample[] = [
  certificate('license', license(ORDINARY, 'UNIFIED')),
  certificate('license-separate', license(ORDINARY, 'SEPARATE')),
  certificate('license-hard', license(HARD, 'UNIFIED')),
  certificate(
    'license-struck-out',
    struckOut(license(ORDINARY, 'UNIFIED'), ['content.legalRepresentative.name', 'content.founders.0.name']),
  ),
  certificate('organization-code', code('organization-code')),
  certificate('national-tax', tax('national-tax')),
  certificate('local-tax', tax('local-tax')),
  certificate('seal-filing', sealFiling(ORDINARY)),
  certificate('seal-filing-hard', sealFiling(HARD)),
  certificate('code-confirmation', code('code-confirmation')),
  certificate('national-tax-confirmation', tax('national-tax-confirmation')),
  certificate('local-tax-confirmation', tax('local-tax-confirmation')),
  ...Object.entries(SLIPS).map(([name, record]) => ({
    name: `slip-${name}`,
    holder: 'center',
    paper: slipPaper(record),
    record: Buffer.from(canonicalize(record as unknown as JsonValue)),
    disclosures: undefined,
  })),
];
