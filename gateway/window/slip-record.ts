import type { LedgerHead } from '../../certs/ledger-chain.ts';
import { CENTER, type DepartmentId, type ItemId } from '../../subgraphs/catalogue.ts';
import type { CaseState, SlipKind } from './generated/types.ts';

/**
 * What the center seals for the applicant (告知单、通知书), as canonical JSON (RFC 8785). It names the enterprise and no
 * person, and holds no identity number.
 */
export type SlipRecord = AcceptanceSlip | NoticeSlip | DecisionSlip | DeliverySlip | RevocationSlip;

export const SLIP_FORMAT = 'one-window/slip/1';

interface SlipHead<Kind extends SlipKind> {
  readonly format: typeof SLIP_FORMAT;
  /** Whose seal it must be. */
  readonly department: typeof CENTER.id;
  readonly kind: Kind;
  /** Case number, kind, and the how manieth of that kind in its case, such as 371002-20260302-00001-5/DECISION/1. */
  readonly number: string;
  readonly caseNumber: string;
  /** Instant, ISO 8601 in UTC with milliseconds. */
  readonly issuedAt: string;
  /** GB/T 2260. */
  readonly regionCode: string;
  /** Its name as the registry has granted it; before that, as it was applied for, without the region. */
  readonly enterprise: string;
  /**
   * Where the case's ledger ended before the entry that tells of this slip: an extract that ends sooner was cut. Absent
   * from slips of the first form.
   */
  readonly ledger?: LedgerHead;
}

/** An item as papers name it. */
export interface NamedItem {
  readonly item: ItemId;
  /** Its Chinese title. */
  readonly title: string;
  readonly department: DepartmentId;
}

/** 受理通知书. */
export interface AcceptanceSlip extends SlipHead<'ACCEPTANCE'> {
  readonly basis: string;
  readonly regime: { readonly id: string; readonly version: number; readonly title: string };
  /** `promisedWorkdays`: promised limit (承诺时限), working days; 0 is the same day. */
  readonly items: readonly (NamedItem & { readonly promisedWorkdays: number })[];
  /** Day in China. */
  readonly acceptedOn: string;
  /** 视为受理: at least one department found nothing in the time that the law gives it; these departments. */
  readonly bySilenceOf: readonly DepartmentId[];
  /** The last day on which everything is decided as promised, China. */
  readonly dueOn: string;
  /** The holidays of a year reached are not announced yet: `dueOn` may move. */
  readonly dueOnProvisional: boolean;
}

/** 一次性告知单. */
export interface NoticeSlip extends SlipHead<'ONE_TIME_NOTICE'> {
  readonly basis: string;
  /** BEFORE_FILING: of all departments at once, nothing is filed. AFTER_FILING: a department asks while it decides. */
  readonly stage: 'BEFORE_FILING' | 'AFTER_FILING';
  /** Day in China on which the application came in that is to be corrected. */
  readonly receivedOn: string;
  /** One entry for each field, whoever marks it. */
  readonly faults: readonly {
    /** The field of the application, such as founders.0.idNumber. */
    readonly path: string;
    readonly marks: readonly (NamedItem & { readonly code: string; readonly message: string })[];
  }[];
}

/** 决定书. */
export interface DecisionSlip extends SlipHead<'DECISION'> {
  readonly basis: string;
  /** How the case has ended. */
  readonly outcome: CaseState;
  /** In the order of the regime. */
  readonly items: readonly DecidedItem[];
  /** What the applicant may do against it; null when nothing was refused. */
  readonly remedies: string | null;
}

export type DecidedItem = NamedItem &
  (
    | ({ readonly decision: 'GRANTED' } & GrantedPaper)
    | ({ readonly decision: 'REFUSED' } & Ground)
    /** Never filed, because something it needs was refused or taken back, or the application was withdrawn. */
    | { readonly decision: 'SKIPPED' }
    | ({ readonly decision: 'TAKEN_BACK' } & TakenBack)
  );

/** A grant as its department recorded it. */
export interface GrantedPaper {
  /** Such as BUSINESS_LICENSE. */
  readonly kind: string;
  readonly number: string;
  /** Day in China. */
  readonly decidedOn: string;
  /** Of the record, hexadecimal: it names the very paper that was sealed. */
  readonly recordSha256: string;
  /** False for what the catalogue says is not sealed. */
  readonly isSealed: boolean;
}

/** A refusal as its department recorded it. */
export interface Ground {
  /** The lawful ground, in words for the applicant. */
  readonly ground: string;
  readonly article: string;
  /** Of the sealed refusal, hexadecimal. */
  readonly recordSha256: string;
}

export interface TakenBack {
  /** Null for what was delivered before it was granted (先交付后备案). */
  readonly grant: GrantedPaper | null;
  /** Of the department's sealed revocation; null when a person has taken back what was delivered. */
  readonly revocationSha256: string | null;
  /** Null for what was taken back though its department had not refused it. */
  readonly refusal: Ground | null;
}

/** 送达回证. */
export interface DeliverySlip extends SlipHead<'DELIVERY'> {
  readonly basis: string;
  readonly means: 'ELECTRONIC';
  /** Instant, ISO 8601 in UTC with milliseconds. */
  readonly deliveredAt: string;
  readonly papers: readonly (NamedItem & GrantedPaper)[];
}

/** 撤销决定书. */
export interface RevocationSlip extends SlipHead<'REVOCATION'> {
  readonly cause: 'REFUSAL' | 'WITHDRAWAL';
  /** The refusals that brought it about; none after a withdrawal. */
  readonly grounds: readonly (NamedItem & Ground)[];
  readonly takenBack: readonly (NamedItem & TakenBack)[];
}

/**
 * The record of a slip; undefined for what is none, such as a department's own record of the same kind. The window does
 * not read its own slips: this is for whoever is handed one, and has checked with `certs/verify.ts` that the center has
 * sealed the record.
 *
 * @param parsed What the text of the record says.
 */
export function slipRecordIn(parsed: unknown): SlipRecord | undefined {
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const record = parsed as Partial<SlipHead<SlipKind>>;
  const isSlip = record.format === SLIP_FORMAT && record.department === CENTER.id;
  const texts = [record.kind, record.number, record.caseNumber, record.issuedAt];
  return isSlip && texts.every(text => typeof text === 'string') ? (parsed as SlipRecord) : undefined;
}
