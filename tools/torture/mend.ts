import type { EnterpriseType } from '../../subgraphs/catalogue.ts';
import { paper } from '../generate/enterprise.ts';
import type { Input } from '../generate/line.ts';
import { fenOf, idNumber, yuan } from '../generate/numbers.ts';
import type { Random } from '../generate/random.ts';
import { NAME_CHARACTERS, TYPES } from '../generate/vocabulary.ts';
import { CORRECTED_FIELD } from './slow-department.ts';

/** A fault as departments tell it. */
export interface Told {
  readonly path: string;
  readonly code: string;
}

/** What an applicant sends after a correction (补正): every fault mended, or undefined when one can't be. */
export function mended(input: Input, faults: readonly Told[], random: Random): Input | undefined {
  // A paper that is added stands last, so that the places that other faults name stay right.
  let next: Input | undefined = input;
  for (const fault of faults) next = next && mendOne(next, fault, random);
  return next;
}

function mendOne(input: Input, { path, code }: Told, random: Random): Input | undefined {
  const missing = /^MATERIAL_MISSING_(\w+)$/.exec(code)?.[1];
  if (missing !== undefined) return withPaper(input, missing as Input['materials'][number]['kind']);
  const weak = /^materials\.(\d+)\.trust$/.exec(path)?.[1];
  if (weak !== undefined) return trusted(input, Number(weak));
  return MEND[code]?.(input, random);
}

const MEND: Readonly<Record<string, (input: Input, random: Random) => Input>> = {
  SCOPE_UNCLEAR: input => ({ ...input, [CORRECTED_FIELD]: `${input[CORRECTED_FIELD]}（已补正）` }),
  CAPITAL_BELOW_MINIMUM: input => withCapital(input, capitalEnoughFen),
  FOUNDER_COUNT: (input, random) => withFounders(input, random),
  FOUNDER_NOT_NATURAL: (input, random) => ({
    ...input,
    founders: input.founders.map(({ name, contribution, idNumber: own }) => ({
      name,
      idNumber: own ?? idNumber(random, input.regionCode),
      contribution,
    })),
  }),
  ABNORMAL_TAXPAYER: represented,
  NAME_WORD_RESERVED: renamed,
  NAME_WORD_MISLEADING: renamed,
  NAME_CLASH: renamed,
  NAME_FORM_OF_ANOTHER_TYPE: input => ({ ...input, name: { ...input.name, form: formOf(input.enterpriseType) } }),
  COMPANY_SEAL_MISSING: input => ({ ...input, sealOrders: ['COMPANY'] }),
};

/** More than any industry demands. */
const capitalEnoughFen = 50_000_000_000;
const foundersEnough = 2;

const formOf = (type: EnterpriseType): string => TYPES.find(entry => entry.type === type)?.forms[0] as string;

function withPaper(input: Input, kind: Input['materials'][number]['kind']): Input {
  if (input.materials.some(material => material.kind === kind)) return input;
  return { ...input, materials: [...input.materials, paper(kind, 'B', `${input.requestId}/${kind}/mended`)] };
}

const trusted = (input: Input, place: number): Input => ({
  ...input,
  materials: input.materials.map((material, at) => (at === place ? { ...material, trust: 'B' } : material)),
});

function represented(input: Input, random: Random): Input {
  const { legalRepresentative: before } = input;
  return { ...input, legalRepresentative: { ...before, idNumber: idNumber(random, input.regionCode) } };
}

function renamed(input: Input, random: Random): Input {
  const tradingName = Array.from({ length: 5 }, () => random.pick(NAME_CHARACTERS)).join('');
  return { ...input, name: { ...input.name, tradingName } };
}

/** The first founder brings what the others don't. */
function withCapital(input: Input, fen: number): Input {
  const [first, ...others] = input.founders as [Input['founders'][number], ...Input['founders']];
  const rest = others.reduce((sum, { contribution }) => sum + fenOf(contribution), 0);
  const total = Math.max(fen, rest + 1);
  return {
    ...input,
    registeredCapital: yuan(total),
    founders: [{ ...first, contribution: yuan(total - rest) }, ...others],
  };
}

/** As many founders as its type takes: one where only one may be, else at least two. */
function withFounders(input: Input, random: Random): Input {
  const alone = input.enterpriseType === 'SOLE_PROPRIETORSHIP' || input.enterpriseType === 'INDIVIDUAL_BUSINESS';
  const kept = input.founders.slice(0, alone ? 1 : foundersEnough);
  if (!alone && kept.length < foundersEnough) {
    kept.push({ name: '补一某', idNumber: idNumber(random, input.regionCode), contribution: '1.00' });
  }
  const sum = kept.reduce((total, { contribution }) => total + fenOf(contribution), 0);
  return withCapital({ ...input, founders: kept }, sum);
}
