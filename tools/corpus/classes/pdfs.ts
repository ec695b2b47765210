/** Papers as PDF: as they were sealed, judged otherwise, redacted, with evidence that is not theirs, of odd forms. */
import { entryOf } from '../../../certs/log/entry.ts';
import { pdfSealOf, withPdfEvidence } from '../../../certs/pdf/evidence.ts';
import { type DrawnPdf, holeBytesOf } from '../../../certs/pdf/hole.ts';
import type { Verdict } from '../../../certs/verify.ts';
import type { Paper } from '../../../papers/paper.ts';
import type { Random } from '../../generate/random.ts';
import { HOLDERS } from '../../mutants/hierarchy.ts';
import { minimalPdf, OBJECT, type Parts } from '../../mutants/minimal-pdf.ts';
import type { Class, Drawn } from '../entry.ts';
import type { TrustFolder } from '../files.ts';
import { bytesOf, type Covered, coveredRecordOf, type Department, disclosuresOf, recordOf } from '../papers.ts';
import { AT, BEGUN, ENDED, hourMs, LONG_LISTED, later, SEALED } from '../times.ts';
import { trustOf } from '../trusts.ts';
import { DEPARTMENTS, type PdfSealing, type Yard } from '../yard.ts';

interface Wish {
  readonly department?: Department;
  readonly parts?: Partial<Parts>;
  /** In the place of the smallest paper, of those parts. */
  readonly drawn?: (record: Uint8Array) => DrawnPdf;
  readonly stamp?: PdfSealing['stamp'];
  /** Null: none. */
  readonly proofOf?: null | 'itself' | 'the bare seal' | 'another holder';
  readonly trust?: TrustFolder;
  readonly at?: Date;
}

async function paper(
  random: Random,
  yard: Yard,
  { department = random.pick(DEPARTMENTS), parts, drawn: draw, stamp, proofOf = 'itself', trust, at = AT }: Wish = {},
): Promise<Omit<Drawn, 'what' | 'verdicts'>> {
  const { organization, suite } = HOLDERS[department];
  const record = bytesOf(recordOf(random, department));
  const holeBytes = holeBytesOf(suite);
  const drawn = draw?.(record) ?? minimalPdf({ record, organization, sealedAt: SEALED, holeBytes, ...parts });
  const by = yard.honest.holders[department];
  const clock = random.pick(Object.values(yard.honest.timeStamps));
  const sealed = await yard.sealPdf({ drawn, by, stamp: stamp === null ? null : { by: clock, ...stamp } });
  const pdf = proofOf
    ? withPdfEvidence(sealed, { proof: proofFor(proofOf, sealed, department, random, yard) })
    : sealed;
  return { kind: 'pdf', files: { pdf }, trust: trust ?? (await trustOf(yard, 'plain')), at };
}

function proofFor(of: string, sealed: Uint8Array, department: Department, random: Random, yard: Yard): Uint8Array {
  const seal = pdfSealOf(sealed);
  if (of === 'another holder') return yard.prove('center', seal, random);
  return yard.prove(department, of === 'itself' ? seal : entryOf(department, seal), random);
}

const plainly =
  (what: string, verdicts: readonly Verdict[], wish: (random: Random, yard: Yard) => Wish | Promise<Wish>) =>
  async (random: Random, yard: Yard): Promise<Drawn> => ({
    ...(await paper(random, yard, await wish(random, yard))),
    what,
    verdicts,
  });

const coveredPart = ({ record, leaves }: Covered): Partial<Parts> => ({
  record,
  disclosures: disclosuresOf({ record, leaves }),
});

const ASKED: readonly ReturnType<typeof plainly>[] = [
  plainly('not stamped', ['INDETERMINATE'], () => ({ stamp: null })),
  plainly('not proved', ['INDETERMINATE'], () => ({ proofOf: null })),
  plainly('proof of another form of the seal', ['INVALID'], () => ({ proofOf: 'the bare seal' })),
  plainly('proof for another holder', ['INVALID'], () => ({ proofOf: 'another holder' })),
  plainly('news is over', ['INDETERMINATE'], () => ({ at: later(AT, 90 * 24 * hourMs) })),
  plainly('before the beginning', ['INVALID'], () => ({ at: later(BEGUN, -hourMs) })),
  plainly('sealed in the future', ['INVALID'], () => ({ parts: { sealedAt: later(AT, hourMs) }, stamp: null })),
  plainly('sealed before the beginning', ['INVALID'], () => ({ parts: { sealedAt: later(BEGUN, -hourMs) } })),
  plainly('after the end', ['VALID_AT_SIGNING'], async (_, yard) => ({
    at: ENDED,
    trust: await trustOf(yard, 'long', { lists: [{ until: LONG_LISTED }] }),
  })),
  plainly('after the end, not stamped', ['EXPIRED'], async (_, yard) => ({
    at: ENDED,
    stamp: null,
    trust: await trustOf(yard, 'long', { lists: [{ until: LONG_LISTED }] }),
  })),
  plainly('revoked before', ['REVOKED'], async (_, yard) => {
    const revoked = [{ of: yard.honest.holders.tax, on: later(BEGUN, hourMs), reason: 'keyCompromise' as const }];
    return { department: 'tax', trust: await trustOf(yard, 'revoked-tax-long-ago', { lists: [{ revoked }] }) };
  }),
  plainly('by another root', ['INVALID'], async (_, yard) => ({
    trust: await trustOf(yard, 'strange', { hierarchy: yard.strange }),
  })),
  plainly('without a list', ['INDETERMINATE'], async (_, yard) => ({
    trust: await trustOf(yard, 'no-list', { list: null }),
  })),
];

// --- what lies inside ------------------------------------------------------------------------------------------------

async function redacted(random: Random, yard: Yard): Promise<Drawn> {
  const department = random.pick(DEPARTMENTS);
  const covered = coveredRecordOf(random, department);
  const left = new Map([...covered.leaves].filter(() => random.chance(60)));
  const isOther = random.chance(25);
  const other = isOther ? coveredRecordOf(random, department) : covered;
  const parts = {
    ...coveredPart({ record: covered.record, leaves: left }),
    ...(isOther && { disclosures: disclosuresOf(other) }),
  };
  return {
    ...(await paper(random, yard, { department, parts })),
    what: isOther ? 'with the disclosures of another record' : `${covered.leaves.size - left.size} struck out`,
    verdicts: [isOther ? 'INVALID' : 'VALID'],
  };
}

/** Sealed by a department that takes them for papers. */
const RECORDS: Readonly<Record<string, (record: Uint8Array) => Uint8Array>> = {
  'no JSON': () => Buffer.from('{'),
  'another department': record =>
    Buffer.from(
      Buffer.from(record)
        .toString()
        .replace(/"department":"\w+"/, '"department":"code"'),
    ),
  'another kind': record =>
    Buffer.from(
      Buffer.from(record)
        .toString()
        .replace(/"kind":"\w+"/, '"kind":"CODE"'),
    ),
  'white space': record => Buffer.concat([record, Buffer.from('\n')]),
};

async function oddRecord(random: Random, yard: Yard): Promise<Drawn> {
  const department = random.pick(DEPARTMENTS);
  const what = random.pick(Object.keys(RECORDS));
  const record = RECORDS[what]!(bytesOf(recordOf(random, department)));
  return {
    ...(await paper(random, yard, { department, parts: { record } })),
    what: `record: ${what}`,
    verdicts: ['INVALID'],
  };
}

// --- forms that are papers all the same ------------------------------------------------------------------------------

const PAGE = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 7 0 R >>';
const at = (objects: readonly string[], number: number, object: string): string[] => objects.with(number - 1, object);

/** @returns The objects with other ones behind. */
const FORMS: Readonly<Record<string, (objects: readonly string[]) => readonly string[]>> = {
  'two pages': objects => [
    ...at(objects, OBJECT.pages, `<< /Type /Pages /Kids [3 0 R ${objects.length + 1} 0 R] /Count 2 >>`),
    PAGE,
  ],
  'a tree of pages': objects => [
    ...at(objects, OBJECT.pages, `<< /Type /Pages /Kids [ 3 0 R ${objects.length + 1} 0 R ] /Count 2 >>`),
    `<< /Type /Pages /Parent 2 0 R /Kids [${objects.length + 2} 0 R] /Count 1 >>`,
    PAGE.replace('2 0 R', `${objects.length + 1} 0 R`),
  ],
  'more space': objects => objects.map(object => object.replace(/^<< \/Type/, '<<\n\n  /Type')),
  'empty annotations': objects => [
    ...at(objects, OBJECT.pages, `<< /Type /Pages /Kids [3 0 R ${objects.length + 1} 0 R] /Count 2 >>`),
    PAGE.replace(' >>', ' /Annots [] >>').replace('/Resources << /Annots [] >>', '/Resources << >> /Annots []'),
  ],
};

async function otherForm(random: Random, yard: Yard): Promise<Drawn> {
  const what = random.pick(Object.keys(FORMS));
  const drawn = await paper(random, yard, { parts: { objects: FORMS[what]! } });
  return { ...drawn, what, verdicts: ['VALID'] };
}

/** As departments draw them: fonts, compressed streams, a tree of what is read aloud. */
async function drawnPaper(random: Random, yard: Yard): Promise<Omit<Drawn, 'what' | 'verdicts'>> {
  const department = random.pick(DEPARTMENTS);
  const { organization, suite } = HOLDERS[department];
  const paperOf: Paper = {
    form: random.pick(['LICENSE', 'CERTIFICATE', 'RECEIPT', 'LETTER']),
    title: random.pick(['营业执照', '受理通知书', '税务登记证']),
    numbers: [{ label: '编号', value: `T-${random.below(1_000)}` }],
    fields: [
      { label: '名称', value: random.pick(['某市贸易有限公司', '某市投资有限公司']) },
      { label: '法定代表人', value: random.chance(50) ? '王小明' : { struckOut: true } },
      { label: '经营范围', value: '批发、零售。'.repeat(1 + random.below(60)), isLong: true },
    ],
    sections: [],
    closing: { label: '登记机关', date: '2026年3月2日' },
    notes: [],
  };
  return paper(random, yard, {
    department,
    drawn: record =>
      yard.press.draw(paperOf, {
        record,
        issuer: { id: department, organization },
        sealedAt: SEALED,
        verifyUrl: 'https://one-window.example/verify',
        holeBytes: holeBytesOf(suite),
      }),
  });
}

// --- changed on the way ----------------------------------------------------------------------------------------------

const CHANGES: Readonly<Record<string, (pdf: Buffer, random: Random) => Uint8Array>> = {
  'a bit': (pdf, random) => {
    pdf[random.below(pdf.length)]! ^= 1 << random.below(8);
    return pdf;
  },
  'cut short': (pdf, random) => pdf.subarray(0, random.below(pdf.length)),
  'a byte more': pdf => Buffer.concat([pdf, Buffer.from('\n')]),
  twice: pdf => Buffer.concat([pdf, pdf]),
  'a byte put in': (pdf, random) => {
    const place = random.below(pdf.length);
    return Buffer.concat([pdf.subarray(0, place), Buffer.of(random.below(256)), pdf.subarray(place)]);
  },
  'a byte taken out': (pdf, random) => {
    const place = random.below(pdf.length);
    return Buffer.concat([pdf.subarray(0, place), pdf.subarray(place + 1)]);
  },
  'the seal taken out': pdf =>
    Buffer.from(
      pdf.toString('latin1').replace(/<[0-9a-f]{200,}>/, hole => `<${'0'.repeat(hole.length - 2)}>`),
      'latin1',
    ),
  'another record': pdf => Buffer.from(pdf.toString('latin1').replace('"version":', '"versiom":'), 'latin1'),
};

async function changed(random: Random, yard: Yard): Promise<Drawn> {
  const what = random.pick(Object.keys(CHANGES));
  const drawn = await paper(random, yard);
  return {
    ...drawn,
    files: { pdf: CHANGES[what]!(Buffer.from(drawn.files.pdf!), random) },
    what,
    verdicts: ['INVALID'],
  };
}

export const PDF_CLASSES: readonly Class[] = [
  { name: 'valid PDF', weight: 4, draw: plainly('as it was sealed', ['VALID'], () => ({})) },
  {
    name: 'drawn PDF',
    weight: 2,
    draw: async (random, yard) => ({
      ...(await drawnPaper(random, yard)),
      what: 'as a department draws it',
      verdicts: ['VALID'],
    }),
  },
  { name: 'PDF judged otherwise', weight: 8, draw: (random, yard) => random.pick(ASKED)(random, yard) },
  { name: 'redacted PDF', weight: 4, draw: redacted },
  { name: 'PDF of an odd record', weight: 2, draw: oddRecord },
  { name: 'PDF in another form', weight: 2, draw: otherForm },
  { name: 'PDF changed', weight: 8, draw: changed },
];
