import type { LedgerHead } from '../../certs/ledger-chain.ts';
import { type DepartmentId, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import type { Fault } from '../../subgraphs/record.ts';
import type { Regime } from '../../subgraphs/regimes.ts';
import type { Application } from './application.ts';
import { withoutDisclosed } from './disclosed.ts';
import type { CaseState, ItemState, RefusalPolicy, RepairVerb, SlipKind } from './generated/types.ts';
import { means } from './item-states.ts';

/** A case as its rows say. Instants are milliseconds since 1970, UTC; days are China's. */
export interface CaseView {
  readonly number: string;
  readonly regime: Regime;
  readonly application: Application;
  readonly policy: RefusalPolicy;
  /** 128 random bits, hexadecimal: the capability to follow the case. */
  readonly progressId: string;
  readonly openedAt: number;
  /** When the application as it stands came in: when the case was opened, or with the last resubmission. */
  readonly receivedAt: number;
  /** A stored copy of {@link stateOf}, so that lists can be filtered. */
  readonly state: CaseState;
  readonly acceptedOn: string | null;
  readonly prechecks: readonly Precheck[];
  /** In the order of the regime. */
  readonly items: readonly CaseItem[];
  readonly documents: readonly SealedOutcome[];
  readonly slips: readonly Slip[];
  readonly withdrawal: Withdrawal | null;
  readonly repairs: readonly Repair[];
  /** The newest entry of the ledger. */
  readonly head: LedgerHead;
}

export interface Withdrawal {
  readonly at: number;
  /** The subject of the clerk's token. */
  readonly by: string;
  readonly reason: string;
}

/** What an operator proposed to do about an item, and who else approved it. */
export interface Repair {
  readonly id: string;
  readonly item: ItemId;
  readonly verb: RepairVerb;
  readonly reason: string;
  /** Only of STRIKE_OUT. */
  readonly strike?: Strike;
  readonly proposedBy: string;
  readonly proposedAt: number;
  /** Null while nobody else has approved it; nothing is done before. */
  readonly approvedBy: string | null;
  readonly approvedAt: number | null;
}

/** Personal fields of a certificate that are not to be shown any more (隐去). */
export interface Strike {
  /** The id of the certificate. */
  readonly certificate: string;
  /** Of its record's leaves, in their order there. */
  readonly paths: readonly string[];
}

/**
 * When a seal stood, as the time-stamp authority has signed it (RFC 3161). It is kept beside the seal, whose bytes never
 * change, and both are null while the authority has not said it: the paper is shown all the same, marked so, and
 * completed later.
 */
export interface Stampable {
  /** The token, base64 of DER. */
  readonly timeStamp: string | null;
  /** The instant that the token names. */
  readonly stampedAt: number | null;
}
export const UNSTAMPED: Stampable = { timeStamp: null, stampedAt: null };

/** A paper of the center for the applicant (告知单、通知书), sealed with the center's seal. */
export interface Slip extends Stampable {
  /** 128 random bits, hexadecimal: the capability to read it. */
  readonly id: string;
  readonly caseNumber: string;
  readonly kind: SlipKind;
  readonly number: string;
  readonly issuedAt: number;
  /** Canonical JSON, byte for byte as sealed. */
  readonly record: string;
  /** Base64 of DER. */
  readonly seal: string;
}

/** One department's check of the whole application. */
export interface Precheck {
  readonly department: DepartmentId;
  /** Null while it has not answered. */
  readonly faults: readonly (Fault & { readonly item: ItemId })[] | null;
  /** It let the lawful time pass, and that counts as having found nothing (行政许可法 art. 32). */
  readonly silent: boolean;
  readonly retry: Retry;
}

export const isUnanswered = ({ faults, silent }: Precheck): boolean => faults === null && !silent;

export interface CaseItem {
  readonly item: ItemId;
  readonly department: DepartmentId;
  readonly state: ItemState;
  /** Of the filing; null before it, and again while a corrected one has not been filed. */
  readonly operationId: string | null;
  /** Of the revocation; null before it, and for a grant that only a person can take back. */
  readonly revocationId: string | null;
  readonly attempts: number;
  readonly retry: Retry;
  /** Why it waits, in words; null when nothing is to be said. */
  readonly waits: string | null;
  readonly faults: readonly Fault[];
  readonly refusal: { readonly ground: string; readonly article: string } | null;
  readonly since: number;
  readonly sentAt: number | null;
  readonly outcomeAt: number | null;
}

/** An item with its case, as the graph shows it. */
export interface ItemOfCase {
  readonly view: CaseView;
  readonly item: CaseItem;
}

/** When to try again, and how often that has been in vain. */
export interface Retry {
  readonly tries: number;
  /** Null: at once. */
  readonly at: number | null;
}
export const AT_ONCE: Retry = { tries: 0, at: null };

/** A definite outcome as the department sealed it; what is not sealed is never stamped. */
export interface SealedOutcome extends Stampable {
  /** 128 random bits, hexadecimal: the capability to read it. */
  readonly id: string;
  readonly caseNumber: string;
  readonly item: ItemId;
  readonly department: DepartmentId;
  readonly operationId: string;
  readonly outcome: 'GRANTED' | 'REFUSED' | 'CORRECTION_ASKED' | 'REVOKED';
  readonly kind: string;
  readonly number: string;
  readonly holder: string;
  readonly uscc: string | null;
  readonly decidedOn: string;
  readonly version: number;
  readonly status: 'VALID' | 'REPLACED' | 'REVOKED';
  /** Canonical JSON, byte for byte as sealed. */
  readonly record: string;
  /** Base64 of DER; null for what the catalogue says is not sealed. */
  readonly seal: string | null;
  /**
   * What is disclosed of the record's leaves (certs/leaves.ts), canonical JSON; null where it has none, and where all of
   * them are struck out.
   */
  readonly disclosures: string | null;
}

/** What is changed in a case; all changes of one step are written in one transaction, with an entry in the ledger. */
export type Change =
  | { readonly of: 'PRECHECK'; readonly department: DepartmentId; readonly to: Partial<Precheck> }
  | { readonly of: 'ITEM'; readonly item: ItemId; readonly to: Partial<CaseItem> }
  | { readonly of: 'DOCUMENT'; readonly document: SealedOutcome }
  | { readonly of: 'DOCUMENT_STATUS'; readonly id: string; readonly status: SealedOutcome['status'] }
  | {
      readonly of: 'STRIKE_OUT';
      /** Of the document. */
      readonly id: string;
      readonly paths: readonly string[];
      readonly by: string;
      readonly approvedBy: string;
      readonly reason: string;
    }
  | { readonly of: 'SLIP'; readonly slip: Slip }
  | { readonly of: 'APPLICATION'; readonly resubmission: Resubmission }
  | { readonly of: 'WITHDRAWAL'; readonly withdrawal: Withdrawal }
  | { readonly of: 'REPAIR'; readonly repair: Repair }
  /** Something to be remembered that changes no row. */
  | { readonly of: 'NOTE'; readonly note: Note };

/** A paper of a case, whoever has sealed it. */
export type PaperChange = Extract<Change, { readonly of: 'DOCUMENT' | 'SLIP' }>;
export const paperIn = (change: PaperChange): SealedOutcome | Slip =>
  change.of === 'DOCUMENT' ? change.document : change.slip;

/** The whole application again (补正), and in what it differs. */
export interface Resubmission {
  readonly requestId: string;
  readonly application: Application;
  readonly duplicateFingerprint: string;
  readonly changed: readonly string[];
  readonly at: number;
  readonly by: string;
}

export type Note =
  /** A call-back was used; `hint`: it only made the window ask. */
  | { readonly note: 'CALLED_BACK'; readonly operationId: string; readonly outcome: string; readonly hint: boolean }
  /** What somebody told no longer applied when it was read. */
  | { readonly note: 'NOT_APPLIED'; readonly fact: string; readonly why: string }
  /** Stands for a supervision card. */
  | { readonly note: 'CARD'; readonly level: 'YELLOW' | 'RED'; readonly ground: string; readonly item: ItemId | null };

/** The case after the changes, its state and its day of acceptance folded anew. */
export function changed(view: CaseView, changes: readonly Change[], now: number): CaseView {
  if (changes.length === 0) return view;
  const next = folded(changes.reduce(changedOnce, view));
  const accepted = next.state !== 'SUBMITTED' && next.state !== 'RESUBMITTED' && next.state !== 'CORRECTION_NOTICED';
  // What is withdrawn before every department has looked at it was never accepted.
  if (view.acceptedOn !== null || !accepted || next.withdrawal) return next;
  // Silence is acceptance from the day of receipt (行政许可法 art. 32).
  const deemed = next.prechecks.some(({ silent }) => silent);
  return { ...next, acceptedOn: chinaDay(new Date(deemed ? next.receivedAt : now)) };
}

const folded = (view: CaseView): CaseView => ({ ...view, state: stateOf(view) });

function changedOnce(view: CaseView, change: Change): CaseView {
  switch (change.of) {
    case 'PRECHECK': {
      const { department, to } = change;
      return {
        ...view,
        prechecks: view.prechecks.map(one => (one.department === department ? { ...one, ...to } : one)),
      };
    }
    case 'ITEM':
      return { ...view, items: view.items.map(one => (one.item === change.item ? { ...one, ...change.to } : one)) };
    case 'DOCUMENT':
      return { ...view, documents: [...view.documents, change.document] };
    case 'DOCUMENT_STATUS': {
      const { id, status } = change;
      return { ...view, documents: view.documents.map(one => (one.id === id ? { ...one, status } : one)) };
    }
    case 'STRIKE_OUT': {
      const { id, paths } = change;
      return {
        ...view,
        documents: view.documents.map(one =>
          one.id === id ? { ...one, disclosures: withoutDisclosed(one, paths) } : one,
        ),
      };
    }
    case 'SLIP':
      return { ...view, slips: [...view.slips, change.slip] };
    case 'APPLICATION':
      return { ...view, application: change.resubmission.application, receivedAt: change.resubmission.at };
    case 'WITHDRAWAL':
      return { ...view, withdrawal: change.withdrawal };
    case 'REPAIR':
      return { ...view, repairs: [...view.repairs.filter(({ id }) => id !== change.repair.id), change.repair] };
    default:
      return view;
  }
}

/** All of them, for who reads them where they may have been changed. */
export const CASE_STATES: Readonly<Record<CaseState, true>> = {
  SUBMITTED: true,
  CORRECTION_NOTICED: true,
  RESUBMITTED: true,
  ACCEPTED: true,
  DEEMED_ACCEPTED: true,
  IN_REVIEW: true,
  CLOSED: true,
  REFUSED: true,
  REVOKED: true,
  WITHDRAWN: true,
};

/** States in which a case has come to its end. */
const OVER: ReadonlySet<CaseState> = new Set(['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN']);
export const isOver = ({ state }: Pick<CaseView, 'state'>): boolean => OVER.has(state);

/** A paper that people hold, not a mere lock such as a reserved name. */
export const isPaper = ({ item }: Pick<CaseItem, 'item'>): boolean => itemEntry(item).certificate !== null;

type Folded = Pick<CaseView, 'prechecks' | 'items' | 'withdrawal' | 'openedAt' | 'receivedAt'>;

/** The state of a case, folded from its checks and items. */
export function stateOf({ prechecks, items, withdrawal, openedAt, receivedAt }: Folded): CaseState {
  const settled = items.every(({ state }) => means(state, 'settled'));
  if (withdrawal) return settled && !items.some(({ state }) => state === 'GRANTED') ? 'WITHDRAWN' : 'IN_REVIEW';
  if (prechecks.some(isUnanswered)) return receivedAt > openedAt ? 'RESUBMITTED' : 'SUBMITTED';
  if (prechecks.some(({ faults }) => faults?.length)) return 'CORRECTION_NOTICED';
  if (items.every(({ state }) => state === 'QUEUED')) {
    return prechecks.some(({ silent }) => silent) ? 'DEEMED_ACCEPTED' : 'ACCEPTED';
  }
  if (!settled) return 'IN_REVIEW';
  if (items.every(({ state }) => state === 'GRANTED')) return 'CLOSED';
  // A name that was kept and given up again has never been a paper in anybody's hands: such a case is REFUSED.
  const papers = items.filter(isPaper);
  if (papers.some(({ state }) => state === 'GRANTED')) return 'CLOSED';
  return papers.some(({ state }) => state === 'COMPENSATED') ? 'REVOKED' : 'REFUSED';
}
