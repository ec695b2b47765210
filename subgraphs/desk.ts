import { type Entry, type Register, type RegisterRow, RegisterUnavailable } from '../adapters/port.ts';
import { canonicalize, type JsonObject } from '../certs/jcs.ts';
import { covered, type Disclosure, writeDisclosures } from '../certs/leaves.ts';
import type { Sealer } from '../certs/seal.ts';
import { type ItemId, itemEntry, suffices } from './catalogue.ts';
import { chinaDay } from './china-day.ts';
import type { FiledApplication } from './generated/contract.ts';
import { BlockExhausted, type Draw, type Journal } from './journal.ts';
import {
  type CorrectionRecord,
  type Fault,
  type GrantRecord,
  OLD_RECORD_FORMAT,
  type OutcomeRecord,
  RECORD_FORMAT,
  type RefusalRecord,
  type RevocationRecord,
} from './record.ts';
import type { Numbering } from './regimes.ts';

/** What is applied for, as the rules see it: looked at beforehand, or filed for a decision. */
export type AppliedItem = PrecheckedItem | CheckedFiling;

interface Applied {
  readonly numbering: Numbering;
  readonly application: FiledApplication;
}

/** Items that must come before may still be missing: nothing is decided by this. */
export interface PrecheckedItem extends Applied {
  readonly stage: 'PRECHECK';
  /** Undefined before there is a case. */
  readonly caseNumber: string | undefined;
}

/** A filing whose evidence has been checked: seals, case, and that nothing the item needs is absent. */
export interface CheckedFiling extends Applied {
  readonly stage: 'FILING';
  readonly operationId: string;
  readonly caseNumber: string;
  readonly evidence: readonly GrantRecord[];
}

export type Decision<Row extends RegisterRow> =
  | { readonly outcome: 'GRANT'; readonly row: Row }
  | { readonly outcome: 'CORRECT'; readonly faults: readonly Fault[] }
  | { readonly outcome: 'REFUSE'; readonly ground: string; readonly article: string };
export type Denial = Exclude<Decision<RegisterRow>, { outcome: 'GRANT' }>;

/** What a decision may draw on beside its facts: all that is not a pure function of them. */
export interface DecisionTools {
  readonly draw: Draw;
  /** `YYYY-MM-DD`, China time. */
  readonly today: string;
  /** 128 random bits in hexadecimal, for the salted hash of an identity number. */
  salt(): string;
}

/** What a granted row certifies; with the head it makes the record. */
export type Certified = Pick<GrantRecord, 'kind' | 'number' | 'holder' | 'uscc' | 'content'> & {
  /** The fields that tell of a person, by path: `content.legalRepresentative.name`. In the record they become leaves. */
  readonly personal?: readonly string[];
};

/** How a department practices one item. Facts are gathered in batches; everything else is pure. */
export interface ItemPractice<Facts, Row extends RegisterRow> {
  readonly register: Register<Row>;
  /** What the rules must know from registers, for each application in its place. @param today `YYYY-MM-DD`, China time. */
  facts(applied: readonly AppliedItem[], today: string): Promise<readonly Facts[]>;
  /** Every fault beyond the papers that the catalogue demands, which the desk checks for all items alike. */
  faults(applied: AppliedItem, facts: Facts): readonly Fault[];
  /** May throw {@link BlockExhausted}. */
  decide(filing: CheckedFiling, facts: Facts, tools: DecisionTools): Decision<Row>;
  /**
   * The decision on each row that could not be entered, because another live row already holds what must be unique.
   * Undefined, or no such function, where that is a number drawn here: then the journal is older than its register, which
   * no applicant can mend.
   */
  conflicts?(rows: readonly Row[]): Promise<readonly (Denial | undefined)[]>;
  certify(row: Row): Certified;
  /** What is changed in a row whose grant is taken back. @param revokedOn `YYYY-MM-DD`, China time. */
  revoked(revokedOn: string): Partial<Row>;
}

/** A definite answer, kept and given again byte for byte. */
export interface Answer {
  readonly type: 'Granted' | 'CorrectionAsked' | 'Refused' | 'Revoked';
  readonly record: string;
  /** Base64 of DER; null where the catalogue says that the item is not sealed. */
  readonly seal: string | null;
  /** What is disclosed of the record's leaves (certs/leaves.ts), as it lies beside it; absent where it has none. */
  readonly disclosures?: string;
}
/** Not definite: nothing was done, or it is not known yet. */
export type Outcome =
  | Answer
  | { readonly type: 'Pending'; readonly reference: string }
  | { readonly type: 'Unknown'; readonly reason: string };

export interface Reversal {
  readonly operationId: string;
  readonly revokes: string;
  readonly ground: string;
}

/** A reversal with the grant that it takes back. */
export interface GroundedReversal extends Reversal {
  readonly granted: GrantRecord;
}

/** By operation id. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/**
 * One item's desk in a department. An entry on which a rule throws fails alone.
 * @throws {RegisterUnavailable} from each operation, for all its entries.
 */
export interface ItemDesk {
  /** The faults of each in its place; undefined where a rule threw. */
  precheck(applied: readonly AppliedItem[]): Promise<readonly (readonly Fault[] | undefined)[]>;
  file(filings: readonly CheckedFiling[]): Promise<Outcomes>;
  revoke(reversals: readonly GroundedReversal[]): Promise<Outcomes>;
}

export interface DeskTools {
  readonly department: string;
  readonly journal: Journal;
  readonly sealer: Sealer;
  now(): Date;
  salt(): string;
  /** Hears of whatever kept an entry from being answered; it never reaches the caller. */
  report(reason: Error): void;
}

type Head = Pick<OutcomeRecord, 'format' | 'department' | 'item' | 'caseNumber' | 'operationId' | 'decidedOn'>;
/** What is written before the register is touched. */
type IntendedFiling = {
  readonly verb: 'FILE';
  readonly decision: Decision<RegisterRow>;
  /** Of a grant: what each personal field is salted with, by path. */
  readonly salts?: Readonly<Record<string, string>>;
} & Head;
type IntendedReversal = {
  readonly verb: 'REVOKE';
  readonly reversal: Pick<RevocationRecord, 'revokes' | 'number' | 'holder' | 'ground'>;
} & Head;

/** Makes the desk of an item out of the department's practice of it. */
export function itemDesk<Facts, Row extends RegisterRow>(
  item: ItemId,
  practice: ItemPractice<Facts, Row>,
  tools: DeskTools,
): ItemDesk {
  const headOf = (operationId: string, caseNumber: string, decidedOn: string): Head => ({
    format: RECORD_FORMAT,
    department: tools.department,
    item,
    caseNumber,
    operationId,
    decidedOn,
  });

  async function precheck(applied: readonly AppliedItem[]): Promise<readonly (readonly Fault[] | undefined)[]> {
    const facts = await factsOf(applied, chinaDay(tools.now()));
    return applied.map((one, at) => {
      try {
        return faultsOf(one, (facts[at] as () => Facts)());
      } catch (error) {
        tools.report(error as Error);
        return undefined;
      }
    });
  }

  async function file(filings: readonly CheckedFiling[]): Promise<Outcomes> {
    // One day for all of it: facts of today must not be decided on by the rules of tomorrow, a moment after midnight.
    const today = chinaDay(tools.now());
    const facts = await factsOf(filings, today);
    const { intended, outcomes } = intend<IntendedFiling>(
      'FILE',
      filings.map((filing, at) => ({
        operationId: filing.operationId,
        decide: draw => {
          const decision = decide(filing, (facts[at] as () => Facts)(), { draw, today, salt: tools.salt });
          const salts = decision.outcome === 'GRANT' ? saltsFor(practice.certify(decision.row)) : undefined;
          const head = headOf(filing.operationId, filing.caseNumber, today);
          return { verb: 'FILE', ...head, decision, ...(salts && { salts }) };
        },
      })),
    );
    const grants = intended.flatMap(({ decision, ...head }) =>
      decision.outcome === 'GRANT' ? [{ head, row: decision.row as Row }] : [],
    );
    const wanted = grants.map(({ head, row }) => ({ operationId: head.operationId, row }));
    const entered = await practice.register.enter(wanted);
    const entries = new Map(entered.map(entry => [entry.operationId, entry]));
    const denials = await denialsOf(wanted.filter(({ operationId }) => entries.get(operationId)?.state === 'CONFLICT'));
    return answered(intended, outcomes, ({ decision, salts = {}, ...head }) => {
      if (decision.outcome !== 'GRANT') return { record: denialRecord(head, decision) };
      const entry = entries.get(head.operationId);
      if (entry?.state === 'DONE') return grantRecord(head, practice.certify(entry.row), salts);
      if (entry?.state === 'PENDING') return { type: 'Pending', reference: entry.reference };
      const denial = denials.get(head.operationId);
      if (denial) return { record: denialRecord(head, denial) };
      throw new Error(`${head.operationId}: a number drawn for it is in the register already`);
    });
  }

  /** Drawn with the decision, so that whoever goes on with it after a crash makes the same record. */
  const saltsFor = ({ personal = [] }: Certified): Readonly<Record<string, string>> =>
    Object.fromEntries(personal.map(path => [path, tools.salt()]));

  async function denialsOf(refused: readonly Entry<Row>[]): Promise<ReadonlyMap<string, Denial | undefined>> {
    if (refused.length === 0 || !practice.conflicts) return new Map();
    const denials = await practice.conflicts(refused.map(({ row }) => row));
    return new Map(refused.map(({ operationId }, at) => [operationId, denials[at]]));
  }

  async function revoke(reversals: readonly GroundedReversal[]): Promise<Outcomes> {
    const today = chinaDay(tools.now());
    const { intended, outcomes } = intend<IntendedReversal>(
      'REVOKE',
      reversals.map(({ operationId, revokes, ground, granted: { caseNumber, number, holder } }) => ({
        operationId,
        decide: () => ({
          verb: 'REVOKE',
          ...headOf(operationId, caseNumber, today),
          reversal: { revokes, number, holder, ground },
        }),
      })),
    );
    const amended = await practice.register.amend(
      intended.map(({ operationId, reversal, decidedOn }) => ({
        operationId,
        of: reversal.revokes,
        changes: practice.revoked(decidedOn),
      })),
    );
    const entries = new Map(amended.map(entry => [entry.operationId, entry]));
    return answered(intended, outcomes, ({ reversal, ...head }) => {
      const entry = entries.get(head.operationId);
      if (entry?.state === 'PENDING') return { type: 'Pending', reference: entry.reference };
      if (entry?.state === 'CONFLICT') return { type: 'Unknown', reason: 'STILL_IN_USE' };
      if (entry?.state !== 'DONE') return { type: 'Unknown', reason: 'NOTHING_TO_REVOKE' };
      return { record: { ...headIn(head), outcome: 'REVOKED', kind: 'REVOCATION', ...reversal } };
    });
  }

  /** Facts for each in its place, to be called for; if gathering them throws, each is tried by itself. */
  async function factsOf(applied: readonly AppliedItem[], today: string): Promise<readonly (() => Facts)[]> {
    try {
      return (await practice.facts(applied, today)).map(facts => () => facts);
    } catch (error) {
      if (error instanceof RegisterUnavailable) throw error;
      if (applied.length > 1) return (await Promise.all(applied.map(one => factsOf([one], today)))).flat();
      const rethrow = (): never => {
        throw error;
      };
      return [rethrow];
    }
  }

  const faultsOf = (applied: AppliedItem, facts: Facts): readonly Fault[] => [
    ...materialFaults(item, applied.application),
    ...practice.faults(applied, facts),
  ];

  function decide(filing: CheckedFiling, facts: Facts, decisionTools: DecisionTools): Decision<Row> {
    const faults = faultsOf(filing, facts);
    return faults.length > 0 ? { outcome: 'CORRECT', faults } : practice.decide(filing, facts, decisionTools);
  }

  /** The intents under which operations go on; for those without one, the outcome says why. */
  function intend<Intended extends IntendedFiling | IntendedReversal>(
    verb: Intended['verb'],
    operations: readonly { readonly operationId: string; decide(draw: Draw): Intended }[],
  ): { readonly intended: readonly Intended[]; readonly outcomes: Map<string, Outcome> } {
    const intents = tools.journal.intend(
      operations.map(({ operationId, decide }) => ({ operationId, decide: draw => JSON.stringify(decide(draw)) })),
    );
    const intended: Intended[] = [];
    const outcomes = new Map<string, Outcome>();
    for (const [operationId, intent] of intents) {
      if (typeof intent === 'string') {
        const read = JSON.parse(intent) as Intended;
        if (read.item === item && read.verb === verb) intended.push(read);
        else outcomes.set(operationId, { type: 'Unknown', reason: 'OPERATION_ID_REUSED' });
      } else {
        tools.report(intent);
        const reason = intent instanceof BlockExhausted ? 'CODE_BLOCK_EXHAUSTED' : 'DEFECT';
        outcomes.set(operationId, { type: 'Unknown', reason });
      }
    }
    return { intended, outcomes };
  }

  /** Adds to the outcomes what each operation came to; its records are sealed and kept, and what stands is answered. */
  async function answered<Intended extends Head>(
    intended: readonly Intended[],
    outcomes: Map<string, Outcome>,
    conclude: (one: Intended) => Concluded | Exclude<Outcome, Answer>,
  ): Promise<Outcomes> {
    const answers: { readonly operationId: string; readonly answer: string }[] = [];
    // At once: a key that is kept elsewhere signs for all of them meanwhile.
    await Promise.all(
      intended.map(async one => {
        const { operationId } = one;
        try {
          const conclusion = conclude(one);
          if ('record' in conclusion) {
            const answer = await sealed(conclusion, itemEntry(item).sealed, tools);
            answers.push({ operationId, answer: JSON.stringify(answer) });
          } else outcomes.set(operationId, conclusion);
        } catch (error) {
          tools.report(error as Error);
          outcomes.set(operationId, { type: 'Unknown', reason: 'DEFECT' });
        }
      }),
    );
    for (const [operationId, answer] of tools.journal.complete(answers)) {
      outcomes.set(operationId, JSON.parse(answer) as Answer);
    }
    return outcomes;
  }

  return { precheck, file, revoke };
}

const ANSWER_TYPE = {
  GRANTED: 'Granted',
  REFUSED: 'Refused',
  CORRECTION_ASKED: 'CorrectionAsked',
  REVOKED: 'Revoked',
} as const;

/** What an operation came to, to be sealed; and what its leaves stand for. */
interface Concluded {
  readonly record: OutcomeRecord;
  readonly leaves?: ReadonlyMap<string, Disclosure>;
}

async function sealed(
  { record, leaves = NO_LEAVES }: Concluded,
  sealsGrants: boolean,
  { sealer, now }: DeskTools,
): Promise<Answer> {
  const text = canonicalize(record as unknown as JsonObject);
  const bytes = Buffer.from(text);
  const seals = record.outcome === 'GRANTED' || record.outcome === 'REVOKED' ? sealsGrants : true;
  const seal = seals ? Buffer.from(await sealer.seal(bytes, now())).toString('base64') : null;
  const disclosures = writeDisclosures(bytes, leaves);
  const type = ANSWER_TYPE[record.outcome];
  return { type, record: text, seal, ...(disclosures && { disclosures: Buffer.from(disclosures).toString() }) };
}

const NO_LEAVES: ReadonlyMap<string, Disclosure> = new Map();

/** An intent from before there were leaves names no format: it is concluded as it would have been then. */
const headIn = ({
  format = OLD_RECORD_FORMAT,
  department,
  item,
  caseNumber,
  operationId,
  decidedOn,
}: Partial<Head> & Omit<Head, 'format'>) => ({ format, department, item, caseNumber, operationId, decidedOn }) as const;

function grantRecord(
  head: Head,
  { personal = [], ...certified }: Certified,
  salts: Readonly<Record<string, string>>,
): Concluded {
  const record: GrantRecord = { ...headIn(head), outcome: 'GRANTED', version: 1, ...certified };
  if (record.format === OLD_RECORD_FORMAT) return { record };
  const open = personal.find(path => !Object.hasOwn(salts, path));
  if (open !== undefined) throw new Error(`${head.operationId}: nothing was drawn to cover ${open}`);
  const { record: under, leaves } = covered(record as unknown as JsonObject, new Map(Object.entries(salts)));
  return { record: under as unknown as GrantRecord, leaves };
}

const denialRecord = (head: Head, denial: Denial): CorrectionRecord | RefusalRecord =>
  denial.outcome === 'CORRECT'
    ? { ...headIn(head), outcome: 'CORRECTION_ASKED', kind: 'CORRECTION', faults: denial.faults }
    : { ...headIn(head), outcome: 'REFUSED', kind: 'REFUSAL', ground: denial.ground, article: denial.article };

/** Papers that the catalogue demands for an item and that are absent, or weaker than demanded: all at once. */
function materialFaults(item: ItemId, application: FiledApplication): readonly Fault[] {
  return itemEntry(item).materials.flatMap(({ kind, trust, only }) => {
    if (only && !only.some(type => type === application.enterpriseType)) return [];
    const offered = application.materials.filter(material => material.kind === kind);
    if (offered.length === 0) {
      return [
        { path: 'materials', code: `MATERIAL_MISSING_${kind}`, message: `请补交材料 / a paper is missing: ${kind}` },
      ];
    }
    if (offered.some(material => suffices(material.trust, trust))) return [];
    const at = application.materials.findIndex(material => material.kind === kind);
    return [
      {
        path: `materials.${at}.trust`,
        code: `MATERIAL_UNCHECKED_${kind}`,
        message: `材料须经窗口核验 / ${kind} must have trust ${trust} or better, found ${offered[0]?.trust}`,
      },
    ];
  });
}
