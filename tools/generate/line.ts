import type { EnterpriseType, MaterialKind, SealKind, TrustLevel } from '../../subgraphs/catalogue.ts';
import type { Kind } from './mix.ts';

/** One line: what a desk sends, and what must come of it. `tools/generate.ts` describes both in words. */
export interface Line {
  readonly input: Input;
  readonly expect: Expect;
}

/** The input of `registerEnterprise`, as the public schema has it; only texts may hold what a hostile desk would send. */
export interface Input {
  readonly requestId: string;
  readonly regime: string;
  readonly regionCode: string;
  readonly name: { readonly tradingName: string; readonly trade: string; readonly form: string };
  readonly enterpriseType: EnterpriseType;
  readonly registeredCapital: string;
  readonly address: string;
  readonly businessScope: string;
  readonly industryCode: string;
  readonly legalRepresentative: { readonly name: string; readonly idNumber: string; readonly phone: string };
  readonly founders: readonly Founder[];
  readonly sealOrders: readonly SealKind[];
  readonly materials: readonly Material[];
  readonly organizationCode?: string;
  readonly onRefusal?: 'KEEP_GRANTED' | 'REVOKE_ALL';
}

export interface Founder {
  readonly name: string;
  readonly idNumber?: string;
  readonly uscc?: string;
  readonly contribution: string;
}

export interface Material {
  readonly kind: MaterialKind;
  readonly title: string;
  readonly trust: TrustLevel;
  readonly mediaType: string;
  readonly sha256: string;
  readonly content?: string;
}

export type Expect = { readonly kind: Kind } & Outcome;

export type Outcome =
  | CaseOutcome
  /** An error at the door; no case is opened. */
  | { readonly outcome: 'APPLICATION_INVALID'; readonly faults: readonly DoorFault[] }
  | { readonly outcome: 'REQUEST_ID_REUSED' | 'POSSIBLE_DUPLICATE'; readonly caseOfLine: number };

/** An application, and what must come of it. */
export interface Planted {
  readonly input: Input;
  readonly outcome: Outcome;
}

/** A case in this state, with these items. */
export interface CaseOutcome {
  readonly outcome: 'CLOSED' | 'REFUSED' | 'REVOKED' | 'CORRECTION_NOTICED';
  readonly items: Items;
  /** Kinds of certificates that stand at the end, in the order of the regime. */
  readonly certificates: readonly string[];
  /** Every fault that a precheck finds; for CORRECTION_NOTICED alone. */
  readonly faults?: readonly PrecheckFault[];
  /** The case is the one that this earlier line has opened. */
  readonly caseOfLine?: number;
}

export type ItemState = 'QUEUED' | 'WAITING_INPUT' | 'GRANTED' | 'REFUSED' | 'COMPENSATED' | 'SKIPPED';
/** Every item of the regime in its order; several states where it depends on which department answers first. */
export type Items = Readonly<Record<string, ItemState | readonly ItemState[]>>;

export interface DoorFault {
  readonly path: string;
  readonly code: string;
}

export interface PrecheckFault extends DoorFault {
  readonly item: string;
}
