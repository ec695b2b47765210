import type { Register, RegisterRow } from '../adapters/port.ts';
import { canonicalize, type JsonValue } from '../certs/jcs.ts';
import type { Sealer } from '../certs/seal.ts';
import { type ItemId, itemEntry, suffices } from './catalogue.ts';
import { chinaDay } from './china-day.ts';
import type { FiledApplication } from './generated/contract.ts';
import { BlockExhausted, type Draw, type Intent, type Journal } from './journal.ts';
import {
  type CorrectionRecord,
  type Fault,
  type GrantRecord,
  type OutcomeRecord,
  RECORD_FORMAT,
  type RefusalRecord,
  type RevocationRecord,
} from './record.ts';
import type { Numbering } from './regimes.ts';

/** What is applied for, as the rules see it. */
export interface AppliedItem {
  readonly numbering: Numbering;
  readonly application: FiledApplication;
  /** Absent at a precheck: there is no case yet, or nothing of it is entered. */
  readonly caseNumber: string | undefined;
}

/** A filing whose evidence has been checked: seals, case, and that nothing the item needs is absent. */
export interface CheckedFiling extends AppliedItem {
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
export type Certified = Pick<GrantRecord, 'kind' | 'number' | 'holder' | 'uscc' | 'content'>;

/** How a department practices one item. Facts are gathered in batches; everything else is pure. */
export interface ItemPractice<Facts, Row extends RegisterRow> {
  readonly register: Register<Row>;
  /** What the rules must know from registers, for each application in its place. */
  facts(applied: readonly AppliedItem[]): Promise<readonly Facts[]>;
  /** Every fault beyond the papers that the catalogue demands, which the desk checks for all items alike. */
  faults(applied: AppliedItem | CheckedFiling, facts: Facts): readonly Fault[];
  /** May throw {@link BlockExhausted}. */
  decide(filing: CheckedFiling, facts: Facts, tools: DecisionTools): Decision<Row>;
  /** The decision when another live row already holds what must be unique. */
  conflict(applied: AppliedItem): Denial;
  certify(row: Row): Certified;
  /** What is changed in a row whose grant is taken back. */
  readonly revoked: Partial<Row>;
}

/** A definite answer, kept and given again byte for byte. */
export interface Answer {
  readonly type: 'Granted' | 'CorrectionAsked' | 'Refused' | 'Revoked';
  readonly record: string;
  /** Base64 of DER; null where the catalogue says that the item is not sealed. */
  readonly seal: string | null;
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

/** One item's desk in a department. Maps are keyed by operation id. */
export interface ItemDesk {
  precheck(applied: readonly AppliedItem[]): Promise<readonly (readonly Fault[])[]>;
  file(filings: readonly CheckedFiling[]): Promise<ReadonlyMap<string, Outcome>>;
  revoke(reversals: readonly (Reversal & { readonly granted: GrantRecord })[]): Promise<ReadonlyMap<string, Outcome>>;
}

export interface DeskTools {
  readonly department: string;
  readonly journal: Journal;
  readonly sealer: Sealer;
  now(): Date;
  salt(): string;
  /** Hears of a defect in a rule; it never reaches the caller. */
  report(defect: Error): void;
}

type Head = Pick<OutcomeRecord, 'department' | 'item' | 'caseNumber' | 'operationId' | 'decidedOn'>;
type IntendedReversal = { readonly verb: 'REVOKE'; readonly reversal: Reversal } & Head;
/** What is written before the register is touched. */
type Intended = ({ readonly verb: 'FILE'; readonly decision: Decision<RegisterRow> } & Head) | IntendedReversal;

/** Makes the desk of an item out of the department's practice of it. */
export function itemDesk<Facts, Row extends RegisterRow>(
  item: ItemId,
  practice: ItemPractice<Facts, Row>,
  tools: DeskTools,
): ItemDesk {
  const headOf = (operationId: string, caseNumber: string): Head => ({
    department: tools.department,
    item,
    caseNumber,
    operationId,
    decidedOn: chinaDay(tools.now()),
  });

  async function precheck(applied: readonly AppliedItem[]): Promise<readonly (readonly Fault[])[]> {
    const facts = await practice.facts(applied);
    return applied.map((one, at) => [
      ...materialFaults(item, one.application),
      ...practice.faults(one, facts[at] as Facts),
    ]);
  }

  function decide(filing: CheckedFiling, facts: Facts, draw: Draw): Decision<Row> {
    const faults = [...materialFaults(item, filing.application), ...practice.faults(filing, facts)];
    if (faults.length > 0) return { outcome: 'CORRECT', faults };
    return practice.decide(filing, facts, { draw, today: chinaDay(tools.now()), salt: tools.salt });
  }

  async function file(filings: readonly CheckedFiling[]): Promise<ReadonlyMap<string, Outcome>> {
    const facts = await practice.facts(filings);
    const intents = tools.journal.intend(
      filings.map((filing, at) => ({
        operationId: filing.operationId,
        decide: (draw: Draw) =>
          intentText({
            verb: 'FILE',
            ...headOf(filing.operationId, filing.caseNumber),
            decision: decide(filing, facts[at] as Facts, draw),
          }),
      })),
    );
    const outcomes = new Map<string, Outcome>();
    const records: OutcomeRecord[] = [];
    const grants: { readonly intended: Head; readonly row: Row; readonly filing: CheckedFiling }[] = [];
    for (const filing of filings) {
      const intended = readIntent(filing.operationId, intents.get(filing.operationId), outcomes);
      if (intended?.verb !== 'FILE') continue; // A revocation's id: its answer stands in the journal.
      const { decision } = intended;
      if (decision.outcome === 'GRANT') grants.push({ intended, row: decision.row as Row, filing });
      else records.push(denialRecord(intended, decision));
    }
    const entered = await practice.register.enter(
      grants.map(({ intended, row }) => ({ operationId: intended.operationId, row })),
    );
    for (const [at, { intended, filing }] of grants.entries()) {
      const entry = entered[at];
      if (entry?.state === 'DONE') records.push(grantRecord(intended, practice.certify(entry.row)));
      else if (entry?.state === 'PENDING') {
        outcomes.set(intended.operationId, { type: 'Pending', reference: entry.reference });
      } else records.push(denialRecord(intended, practice.conflict(filing)));
    }
    return answered(records, outcomes);
  }

  /** The intent under which an operation goes on; without one, the outcome says why. */
  function readIntent(
    operationId: string,
    intent: Intent | Error | undefined,
    outcomes: Map<string, Outcome>,
  ): Intended | undefined {
    if (typeof intent === 'string') {
      const intended = JSON.parse(intent) as Intended;
      if (intended.item === item) return intended;
      outcomes.set(operationId, { type: 'Unknown', reason: 'OPERATION_ID_REUSED' });
    } else {
      const exhausted = intent instanceof BlockExhausted;
      if (intent && !exhausted) tools.report(intent);
      outcomes.set(operationId, { type: 'Unknown', reason: exhausted ? 'CODE_BLOCK_EXHAUSTED' : 'DEFECT' });
    }
    return undefined;
  }

  async function revoke(
    reversals: readonly (Reversal & { readonly granted: GrantRecord })[],
  ): Promise<ReadonlyMap<string, Outcome>> {
    const intents = tools.journal.intend(
      reversals.map(({ granted, ...reversal }) => ({
        operationId: reversal.operationId,
        decide: () => intentText({ verb: 'REVOKE', ...headOf(reversal.operationId, granted.caseNumber), reversal }),
      })),
    );
    const outcomes = new Map<string, Outcome>();
    const accepted: { readonly intended: IntendedReversal; readonly granted: GrantRecord }[] = [];
    for (const { operationId, granted } of reversals) {
      const intended = readIntent(operationId, intents.get(operationId), outcomes);
      if (intended?.verb === 'REVOKE') accepted.push({ intended, granted });
    }
    const amended = await practice.register.amend(
      accepted.map(({ intended: { operationId, reversal } }) => ({
        operationId,
        of: reversal.revokes,
        changes: practice.revoked,
      })),
    );
    const records: OutcomeRecord[] = [];
    for (const [at, { intended, granted }] of accepted.entries()) {
      const { operationId } = intended;
      const entry = amended[at];
      if (entry?.state === 'PENDING') outcomes.set(operationId, { type: 'Pending', reference: entry.reference });
      else if (entry?.state !== 'DONE') outcomes.set(operationId, { type: 'Unknown', reason: 'NOTHING_TO_REVOKE' });
      else records.push(revocationRecord(intended, granted));
    }
    return answered(records, outcomes);
  }

  /** Seals the records, keeps the answers, and adds what stands to the outcomes. */
  function answered(records: readonly OutcomeRecord[], outcomes: Map<string, Outcome>): ReadonlyMap<string, Outcome> {
    const answers = records.map(record => ({
      operationId: record.operationId,
      answer: JSON.stringify(sealed(record, itemEntry(item).sealed, tools)),
    }));
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

function sealed(record: OutcomeRecord, sealsGrants: boolean, { sealer, now }: DeskTools): Answer {
  const text = canonicalize(record as unknown as JsonValue);
  const seals = record.outcome === 'GRANTED' || record.outcome === 'REVOKED' ? sealsGrants : true;
  const seal = seals ? Buffer.from(sealer.seal(Buffer.from(text), now())).toString('base64') : null;
  return { type: ANSWER_TYPE[record.outcome], record: text, seal };
}

const intentText = (intended: Intended): string => JSON.stringify(intended);

const headIn = ({
  department,
  item,
  caseNumber,
  operationId,
  decidedOn,
}: Head): Head & {
  readonly format: typeof RECORD_FORMAT;
} => ({
  format: RECORD_FORMAT,
  department,
  item,
  caseNumber,
  operationId,
  decidedOn,
});

const grantRecord = (intended: Head, certified: Certified): GrantRecord => ({
  ...headIn(intended),
  outcome: 'GRANTED',
  version: 1,
  ...certified,
});

const denialRecord = (intended: Head, denial: Denial): CorrectionRecord | RefusalRecord =>
  denial.outcome === 'CORRECT'
    ? { ...headIn(intended), outcome: 'CORRECTION_ASKED', kind: 'CORRECTION', faults: denial.faults }
    : { ...headIn(intended), outcome: 'REFUSED', kind: 'REFUSAL', ground: denial.ground, article: denial.article };

const revocationRecord = (intended: IntendedReversal, { number, holder }: GrantRecord): RevocationRecord => {
  const { revokes, ground } = intended.reversal;
  return { ...headIn(intended), outcome: 'REVOKED', kind: 'REVOCATION', revokes, number, holder, ground };
};

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
