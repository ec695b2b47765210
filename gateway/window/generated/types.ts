import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CaseView, ItemOfCase, SealedOutcome, Repair as CaseRepair, Slip as SealedSlip } from '../case.ts';
import type { CasePage } from '../window.ts';
import type { LedgerEntry as EntryOfLedger } from '../../../certs/ledger-chain.ts';
import type { Regime as PinnedRegime, RegimeItem as PinnedItem } from '../../../subgraphs/regimes.ts';
import type { ItemId } from '../../../subgraphs/catalogue.ts';
import type { WindowContext } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A day in China (Asia/Shanghai), `YYYY-MM-DD`. */
  Date: { input: string; output: string; }
  /** An instant, UTC, ISO 8601 with milliseconds. */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** An application (申请) as it is handed in again; the fields are those of RegisterEnterpriseInput. */
export type ApplicationInput = {
  readonly address: Scalars['String']['input'];
  readonly businessScope: Scalars['String']['input'];
  readonly enterpriseType: EnterpriseType;
  /** 1 to 200; the contributions add up to the registered capital. */
  readonly founders: ReadonlyArray<FounderInput>;
  /** GB/T 4754, the four digits of a class; any edition of the regime's time or later. */
  readonly industryCode: Scalars['String']['input'];
  readonly legalRepresentative: PersonInput;
  readonly materials: ReadonlyArray<MaterialInput>;
  readonly name: EnterpriseNameInput;
  /** GB 11714; only under a regime whose organization code comes from outside. */
  readonly organizationCode?: InputMaybe<Scalars['String']['input']>;
  /** CNY, decimal, two places, such as 500000.00. */
  readonly registeredCapital: Scalars['String']['input'];
  readonly sealOrders: ReadonlyArray<SealKind>;
};

/** Whose move it is. */
export type BallHolder =
  /** The applicant has something to mend (补正). */
  | 'APPLICANT'
  /** The service center: it has to file, to send again, or to let a person act. */
  | 'CENTER'
  /** A department checks, decides, or takes back. */
  | 'DEPARTMENT'
  /** Somebody who is neither; nothing in this version waits for such a one. */
  | 'OUTSIDE';

/** A case (办件). */
export type Case = {
  readonly __typename?: 'Case';
  /** Day of acceptance (受理日); the day of receipt when silence was acceptance. */
  readonly acceptedOn?: Maybe<Scalars['Date']['output']>;
  /**
   * The whole case as one file (案卷包, ASiC-E with CAdES): every paper with its seal and its log proof, the ledger, and how to
   * check all of it offline. Null before the case is over. It is fetched with the token that shows the case.
   */
  readonly bundleUrl?: Maybe<Scalars['String']['output']>;
  /** What was granted, in the order of the regime. */
  readonly certificates: ReadonlyArray<Certificate>;
  readonly clocks: Clocks;
  /** The last day on which everything can be decided within the promise (承诺时限); null before acceptance. */
  readonly dueOn?: Maybe<Scalars['Date']['output']>;
  /** True when `dueOn` reaches a year whose holidays are not announced yet: it may move. */
  readonly dueOnProvisional: Scalars['Boolean']['output'];
  /** Null before the license. */
  readonly enterprise?: Maybe<Enterprise>;
  readonly items: ReadonlyArray<CaseItem>;
  /** Everything that happened, oldest first; each entry holds the hash of the one before. */
  readonly ledger: ReadonlyArray<LedgerEntry>;
  /** Region, day, serial and check digit (ISO 7064 MOD 11,10), such as 371002-20260302-00001-5. */
  readonly number: Scalars['ID']['output'];
  /** Where anybody who knows it may follow the case without a token; it ends in 128 random bits. */
  readonly progressUrl: Scalars['String']['output'];
  readonly regime: Regime;
  /** What operators proposed and approved about items that were stuck. */
  readonly repairs: ReadonlyArray<Repair>;
  /** Papers of the center for the applicant, each sealed with the center's seal, oldest first. */
  readonly slips: ReadonlyArray<Slip>;
  readonly state: CaseState;
  /**
   * What is still open: which item, whose move it is, since when, and what happens next by itself. Empty when the case is
   * over.
   */
  readonly waitingFor: ReadonlyArray<Wait>;
};

export type CaseConnection = {
  readonly __typename?: 'CaseConnection';
  readonly nodes: ReadonlyArray<Case>;
  readonly pageInfo: CasePageInfo;
  /** All that match, not only this page. It costs a count. */
  readonly totalCount: Scalars['Int']['output'];
};

export type CaseFilter = {
  /** GB/T 2260, six digits; a city's or a province's code stands for all of it. */
  readonly regionCode?: InputMaybe<Scalars['String']['input']>;
  readonly state?: InputMaybe<CaseState>;
};

/** An item (事项) of a case. */
export type CaseItem = {
  readonly __typename?: 'CaseItem';
  /** Filings of this item, each under an operation id of its own; sending one again is no new attempt. */
  readonly attempts: Scalars['Int']['output'];
  readonly certificate?: Maybe<Certificate>;
  readonly department: Scalars['ID']['output'];
  readonly faults: ReadonlyArray<Fault>;
  /** Its id in the catalogue. */
  readonly item: Scalars['ID']['output'];
  readonly outcomeAt?: Maybe<Scalars['DateTime']['output']>;
  readonly refusal?: Maybe<Refusal>;
  readonly sentAt?: Maybe<Scalars['DateTime']['output']>;
  readonly state: ItemState;
};

export type CasePageInfo = {
  readonly __typename?: 'CasePageInfo';
  /** Give it as `after` to go on; null when nothing follows. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
};

export type CaseState =
  /** Accepted (受理). */
  | 'ACCEPTED'
  /**
   * Everything was decided, and what was granted stands and is delivered electronically: all of it, or a partial result
   * where an item was refused under KEEP_GRANTED.
   */
  | 'CLOSED'
  /** Faults were found and told, all at once; nothing is filed (补正). */
  | 'CORRECTION_NOTICED'
  /** A department found no fault in the time that the law gives it, which is acceptance (逾期不告知视为受理). */
  | 'DEEMED_ACCEPTED'
  /** Departments decide. */
  | 'IN_REVIEW'
  /** Refused before anything was issued. */
  | 'REFUSED'
  /** Handed in again after a correction; departments are checking. */
  | 'RESUBMITTED'
  /** Everything that had been granted was taken back. */
  | 'REVOKED'
  /** Taken in; departments are still checking. */
  | 'SUBMITTED'
  /** Withdrawn by the applicant; nothing of it stands. */
  | 'WITHDRAWN';

export type CatalogueItem = {
  readonly __typename?: 'CatalogueItem';
  readonly basis: Scalars['String']['output'];
  /** The kind of certificate; null for a grant that no paper shows. */
  readonly certificate?: Maybe<CertificateKind>;
  readonly chinese: Scalars['String']['output'];
  readonly department: Scalars['ID']['output'];
  readonly id: Scalars['ID']['output'];
  /** Promised limit (承诺时限), working days; 0 is the same day. */
  readonly promisedWorkdays: Scalars['Int']['output'];
  /** Statutory limit (法定时限), working days. */
  readonly statutoryWorkdays: Scalars['Int']['output'];
  readonly title: Scalars['String']['output'];
};

/** A certificate (证照): a canonical JSON record (RFC 8785) sealed by the department. */
export type Certificate = {
  readonly __typename?: 'Certificate';
  readonly department: Scalars['ID']['output'];
  /**
   * What is disclosed of the record's leaves, byte for byte what disclosures.json holds: canonical JSON with the salt and the
   * value of each path. Null for a record without leaves, and where all of them are struck out.
   */
  readonly disclosures?: Maybe<Scalars['String']['output']>;
  readonly holder: Scalars['String']['output'];
  /** 128 random bits, hexadecimal; who knows it may read the certificate. */
  readonly id: Scalars['ID']['output'];
  readonly issuedOn: Scalars['Date']['output'];
  readonly kind: CertificateKind;
  readonly number: Scalars['String']['output'];
  /**
   * The certificate as people hold it: a PDF under its department's seal (PAdES-B-T, ETSI EN 319 142-1), with the record, time
   * stamp and log proof inside. It is made when it is fetched first, and the same bytes from then on. Null for what is
   * unsealed, and for what is VALID no more: a revoked certificate is not handed out as if it were good (410), while record,
   * seal and the bundle of its case go on proving what was granted and what became of it.
   */
  readonly pdfUrl?: Maybe<Scalars['String']['output']>;
  /**
   * That the seal is in the transparency log (C2SP tlog-proof): where it is to be had when the log has been signed anew.
   * Null for what is unsealed.
   */
  readonly proofUrl?: Maybe<Scalars['String']['output']>;
  /**
   * Byte for byte what record.json holds and the seal covers. Where a person is named, a salted leaf stands,
   * `{"leaf":"…"}`: what it stands for is in `disclosures`.
   */
  readonly record: Scalars['String']['output'];
  /** The detached seal (CMS), DER: CAdES-B-T (ETSI EN 319 122-1), or CAdES-B while it has no time stamp. */
  readonly sealUrl?: Maybe<Scalars['String']['output']>;
  /**
   * The seal in the national form: SES_Signature version 4 of GB/T 38540-2020 over record.json (DER), with the department's
   * electronic seal, picture and time stamp inside; its log proof is beside it, under the same address with .tlog-proof. Made
   * and served as pdfUrl is. Null where the department's key is not of SM2.
   */
  readonly sesUrl?: Maybe<Scalars['String']['output']>;
  /**
   * When the seal stood, by the time stamp in it (RFC 3161); null while the time-stamp authority is away, and for what is
   * unsealed. What was sealed meanwhile is shown, and stamped later.
   */
  readonly stampedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly status: CertificateStatus;
  /** The paths of leaves that were struck out (隐去), such as content.founders.0.name, in the order of the record. */
  readonly struckOut: ReadonlyArray<Scalars['String']['output']>;
  /** True for a department that has no seal. */
  readonly unsealed: Scalars['Boolean']['output'];
  readonly version: Scalars['Int']['output'];
};

/** Kinds of certificates in the catalogue. */
export type CertificateKind =
  | 'BUSINESS_LICENSE'
  | 'CODE_CONFIRMATION'
  | 'LOCAL_TAX'
  | 'LOCAL_TAX_CONFIRMATION'
  | 'NATIONAL_TAX'
  | 'NATIONAL_TAX_CONFIRMATION'
  | 'ORGANIZATION_CODE'
  | 'SEAL_FILING';

export type CertificateStatus =
  | 'EXPIRED'
  | 'REPLACED'
  | 'REVOKED'
  | 'VALID';

/**
 * Two clocks, from when the case was opened until now, or until it was over. They count working minutes: 9:00 to 12:00 and
 * 13:00 to 17:00 in China, on the working days of the national holiday schedule; a region's own holidays and hours are not
 * known.
 */
export type Clocks = {
  readonly __typename?: 'Clocks';
  /** Who held the ball how long; several departments can hold it at once, so that these can add up to more. */
  readonly byHolder: ReadonlyArray<HolderMinutes>;
  /** The applicant's clock: all of it. */
  readonly grossMinutes: Scalars['Int']['output'];
  /** The regulatory clock: without the time in which the applicant held the ball. */
  readonly netMinutes: Scalars['Int']['output'];
  /** True when a year was counted whose holidays are not announced yet. */
  readonly provisional: Scalars['Boolean']['output'];
};

/** Each department adds what it knows; the window only refers to it. */
export type Enterprise = {
  readonly __typename?: 'Enterprise';
  readonly uscc: Scalars['ID']['output'];
};

/** The parts of the name (企业名称) after the region. */
export type EnterpriseNameInput = {
  /** 组织形式, such as 有限公司. */
  readonly form: Scalars['String']['input'];
  /** 行业, in words. */
  readonly trade: Scalars['String']['input'];
  /** 字号, at least two characters. */
  readonly tradingName: Scalars['String']['input'];
};

export type EnterpriseType =
  /** 个体工商户 */
  | 'INDIVIDUAL_BUSINESS'
  /** 股份有限公司 */
  | 'JOINT_STOCK_COMPANY'
  /** 有限责任公司 */
  | 'LIMITED_COMPANY'
  /** 合伙企业 */
  | 'PARTNERSHIP'
  /** 个人独资企业 */
  | 'SOLE_PROPRIETORSHIP';

export type Fault = {
  readonly __typename?: 'Fault';
  /** Stable, for programs. */
  readonly code: Scalars['String']['output'];
  readonly department?: Maybe<Scalars['ID']['output']>;
  /** What to mend, in Chinese and English. */
  readonly message: Scalars['String']['output'];
  /** The field of the application, such as founders.0.idNumber. */
  readonly path: Scalars['String']['output'];
};

/** A natural person gives idNumber, an enterprise uscc. */
export type FounderInput = {
  /** CNY, decimal, two places. */
  readonly contribution: Scalars['String']['input'];
  readonly idNumber?: InputMaybe<Scalars['String']['input']>;
  readonly name: Scalars['String']['input'];
  /** GB 32100; early codes that the standard's check misses are taken when they are of the known kind. */
  readonly uscc?: InputMaybe<Scalars['String']['input']>;
};

export type HolderMinutes = {
  readonly __typename?: 'HolderMinutes';
  readonly ball: BallHolder;
  /** Which one, when it is a department. */
  readonly department?: Maybe<Scalars['ID']['output']>;
  /** Working minutes, as in Clocks. */
  readonly minutes: Scalars['Int']['output'];
};

export type ItemRequirement = {
  readonly __typename?: 'ItemRequirement';
  readonly item: CatalogueItem;
  readonly materials: ReadonlyArray<MaterialRequirement>;
  readonly needs: ReadonlyArray<Scalars['ID']['output']>;
};

export type ItemState =
  /** Taken back. */
  | 'COMPENSATED'
  /** Being taken back. */
  | 'COMPENSATING'
  /** Granted, as the department has sealed it; it may still be taken back. */
  | 'GRANTED'
  /** Delivered, while the filing may still be refused. */
  | 'GRANTED_PROVISIONAL'
  /** Filed, and the answer was lost; the department is asked before anything is sent again. */
  | 'OUTCOME_UNKNOWN'
  /** A person at the department decides. */
  | 'PENDING_HUMAN'
  /** Not filed yet. */
  | 'QUEUED'
  /** Refused, as the department has sealed it. */
  | 'REFUSED'
  /** Filed; the answer is under way. */
  | 'SENT'
  /**
   * Never filed: something it needs was refused or taken back, the application was withdrawn, or everything is taken back
   * under REVOKE_ALL.
   */
  | 'SKIPPED'
  /** The applicant must mend something. */
  | 'WAITING_INPUT';

export type LedgerEntry = {
  readonly __typename?: 'LedgerEntry';
  readonly at: Scalars['DateTime']['output'];
  /** Canonical JSON. */
  readonly events: Scalars['String']['output'];
  /** SHA-256, hexadecimal, over five lines: the hash before, case number, seq, milliseconds since 1970, events; each ended by a line feed. */
  readonly hash: Scalars['String']['output'];
  readonly seq: Scalars['Int']['output'];
};

export type MaterialInput = {
  /** Base64; may be absent for a paper that was looked at and handed back. */
  readonly content?: InputMaybe<Scalars['String']['input']>;
  readonly kind: MaterialKind;
  /** Such as application/pdf. */
  readonly mediaType: Scalars['String']['input'];
  /** Of the content, 64 hexadecimal digits. */
  readonly sha256: Scalars['String']['input'];
  readonly title: Scalars['String']['input'];
  readonly trust: TrustLevel;
};

/** Kinds of papers in the catalogue. */
export type MaterialKind =
  | 'ADDRESS_PROOF'
  | 'APPLICATION_FORM'
  | 'APPOINTMENT'
  | 'ARTICLES'
  | 'IDENTITY';

export type MaterialRequirement = {
  readonly __typename?: 'MaterialRequirement';
  readonly chinese: Scalars['String']['output'];
  readonly kind: MaterialKind;
  /** The weakest trust that suffices. */
  readonly trust: TrustLevel;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Approves a proposed repair, which is then done. Not by the person who proposed it: SAME_PERSON. Needs the role
   * APPROVER or SUPERVISOR; that something is struck out, which nobody can undo, a SUPERVISOR alone approves.
   */
  readonly approveRepair: Case;
  /**
   * Proposes what an operator can do about an item that is stuck, or that personal fields of a certificate are struck out
   * (隐去), which may be proposed when the case is over, too. Nothing is done before another person approves it. Needs the
   * role OFFICER or SUPERVISOR.
   */
  readonly proposeRepair: Repair;
  /**
   * Registers an enterprise: opens a case, lets every department check it, files with each in the order of the regime.
   * Answers within the inline budget (10 s by default) with what is done and what waits, for whom. A fault that the
   * application alone shows is an error APPLICATION_INVALID with all faults in `extensions.faults`, and no case is opened;
   * what departments find, refuse or leave open is data. The same `requestId` answers with the same case for ever; with
   * other content it is REQUEST_ID_REUSED. Needs the role CLERK for the region.
   */
  readonly registerEnterprise: Case;
  /**
   * The corrected application (补正), the whole of it; the case keeps its number. Before anything is filed everything but
   * the region may change: another paper asks the departments that want such a paper and those that had found faults, any
   * other change asks every department again. Afterwards only what the open faults name may change, and only what they
   * stand at is filed again. Anything else, and a case that waits for no correction, is STEP_NOT_ALLOWED. A paper that was
   * sent before need not be sent again: its `sha256` names it. The same `requestId` is one resubmission for ever. Needs the
   * role CLERK for the region.
   */
  readonly resubmitCase: Case;
  /**
   * Withdraws an application (撤回申请). What was filed is awaited, what was granted is taken back. Once a paper has been
   * granted it is STEP_NOT_ALLOWED: an enterprise then exists, and only its cancellation (注销) ends it. Needs the role CLERK.
   */
  readonly withdrawCase: Case;
};


export type MutationApproveRepairArgs = {
  id: Scalars['ID']['input'];
};


export type MutationProposeRepairArgs = {
  certificate?: InputMaybe<Scalars['ID']['input']>;
  item: Scalars['ID']['input'];
  number: Scalars['ID']['input'];
  paths?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  reason: Scalars['String']['input'];
  requestId: Scalars['ID']['input'];
  verb: RepairVerb;
};


export type MutationRegisterEnterpriseArgs = {
  input: RegisterEnterpriseInput;
};


export type MutationResubmitCaseArgs = {
  application: ApplicationInput;
  number: Scalars['ID']['input'];
  requestId: Scalars['ID']['input'];
};


export type MutationWithdrawCaseArgs = {
  number: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  requestId: Scalars['ID']['input'];
};

export type PersonInput = {
  /** GB 11643, 18 characters. */
  readonly idNumber: Scalars['String']['input'];
  readonly name: Scalars['String']['input'];
  /** Digits, with + in front for a number abroad. */
  readonly phone: Scalars['String']['input'];
};

export type Query = {
  readonly __typename?: 'Query';
  /**
   * The case with this number (办件编号); null when there is none that the caller may see. Every role may read the cases of
   * its region, a token without a region all of them; none of them sees an identity number.
   */
  readonly case?: Maybe<Case>;
  /** Cases the caller may see, newest first, at most 100 a page. */
  readonly cases: CaseConnection;
  /** The service-item catalogue (事项目录), open to all, as the two fields below. */
  readonly catalogue: ReadonlyArray<CatalogueItem>;
  /** A certificate by its id, which is 128 random bits: who knows it needs no token. */
  readonly certificate?: Maybe<Certificate>;
  /** Regimes (套餐) that can be chosen, the oldest first. */
  readonly regimes: ReadonlyArray<Regime>;
  /** The dry run: what an application of this kind will need, from whom, in which order. Nothing is opened. */
  readonly requirements: ReadonlyArray<ItemRequirement>;
};


export type QueryCaseArgs = {
  number: Scalars['ID']['input'];
};


export type QueryCasesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CaseFilter>;
  first?: Scalars['Int']['input'];
};


export type QueryCertificateArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRequirementsArgs = {
  enterpriseType: EnterpriseType;
  regime: Scalars['ID']['input'];
  regionCode: Scalars['String']['input'];
};

/** A refusal, sealed by the department. */
export type Refusal = {
  readonly __typename?: 'Refusal';
  readonly article?: Maybe<Scalars['String']['output']>;
  readonly ground: Scalars['String']['output'];
  /** The sealed record, byte for byte. */
  readonly record: Scalars['String']['output'];
  readonly sealUrl?: Maybe<Scalars['String']['output']>;
};

/** What happens to certificates that were granted when a later item is refused. */
export type RefusalPolicy =
  /** They stay: a partial result. */
  | 'KEEP_GRANTED'
  /** They are revoked, backwards through the regime. */
  | 'REVOKE_ALL';

export type Regime = {
  readonly __typename?: 'Regime';
  readonly chinese: Scalars['String']['output'];
  /** The first day on which it was in force. */
  readonly from: Scalars['Date']['output'];
  readonly id: Scalars['ID']['output'];
  readonly items: ReadonlyArray<RegimeItem>;
  readonly title: Scalars['String']['output'];
  /** The last day on which it was the newest; null for one that still is. */
  readonly to?: Maybe<Scalars['Date']['output']>;
  readonly version: Scalars['Int']['output'];
};

export type RegimeItem = {
  readonly __typename?: 'RegimeItem';
  readonly department: Scalars['ID']['output'];
  readonly item: Scalars['ID']['output'];
  /** Items that must be granted before. */
  readonly needs: ReadonlyArray<Scalars['ID']['output']>;
};

export type RegisterEnterpriseInput = {
  readonly address: Scalars['String']['input'];
  readonly businessScope: Scalars['String']['input'];
  readonly enterpriseType: EnterpriseType;
  /** 1 to 200; the contributions add up to the registered capital. */
  readonly founders: ReadonlyArray<FounderInput>;
  /** GB/T 4754, the four digits of a class; any edition of the regime's time or later. */
  readonly industryCode: Scalars['String']['input'];
  readonly legalRepresentative: PersonInput;
  readonly materials: ReadonlyArray<MaterialInput>;
  readonly name: EnterpriseNameInput;
  /** The number of a case: the clerk has looked at the possible duplicate, found another matter, and goes on. */
  readonly notDuplicateOf?: InputMaybe<Scalars['ID']['input']>;
  readonly onRefusal?: InputMaybe<RefusalPolicy>;
  /** GB 11714; only under a regime whose organization code comes from outside. */
  readonly organizationCode?: InputMaybe<Scalars['String']['input']>;
  /** Such as R2 or R3; see `regimes`. */
  readonly regime: Scalars['ID']['input'];
  /** GB/T 2260, six digits. */
  readonly regionCode: Scalars['String']['input'];
  /** CNY, decimal, two places, such as 500000.00. */
  readonly registeredCapital: Scalars['String']['input'];
  /** Made by the desk, 1 to 128 visible ASCII characters; the same id always answers with the same case. */
  readonly requestId: Scalars['ID']['input'];
  readonly sealOrders: ReadonlyArray<SealKind>;
};

export type Repair = {
  readonly __typename?: 'Repair';
  readonly approvedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Null while nobody else has approved it. */
  readonly approvedBy?: Maybe<Scalars['String']['output']>;
  /** Of STRIKE_OUT: the certificate of which something is struck out. */
  readonly certificate?: Maybe<Scalars['ID']['output']>;
  /** Case number, a slash, 32 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
  /** Its id in the catalogue. */
  readonly item: Scalars['ID']['output'];
  /** Of STRIKE_OUT: the fields, in the order of the record. */
  readonly paths: ReadonlyArray<Scalars['String']['output']>;
  readonly proposedAt: Scalars['DateTime']['output'];
  /** The subject of the operator's token. */
  readonly proposedBy: Scalars['String']['output'];
  /** As the operator gave it, 1 to 500 characters. */
  readonly reason: Scalars['String']['output'];
  readonly verb: RepairVerb;
};

export type RepairVerb =
  /** A person has taken back what was delivered, such as a seal whose filing was refused. */
  | 'MARK_RECALLED'
  /** Try now what is to be tried later. */
  | 'RETRY'
  /**
   * Personal fields of a certificate are given out no more (隐去): the center deletes salt and value, and makes its papers
   * anew without them. The seal over the record still holds.
   */
  | 'STRIKE_OUT'
  /** Take the case from a process that holds it and does nothing. */
  | 'TAKE_OVER';

export type SealKind =
  /** 公章 */
  | 'COMPANY'
  /** 合同专用章 */
  | 'CONTRACT'
  /** 财务专用章 */
  | 'FINANCE'
  /** 发票专用章 */
  | 'INVOICE'
  /** 法定代表人名章 */
  | 'LEGAL_REPRESENTATIVE';

/** A slip (告知单、通知书): a canonical JSON record (RFC 8785) sealed by the center. */
export type Slip = {
  readonly __typename?: 'Slip';
  /** 128 random bits, hexadecimal; who knows it may read the slip. */
  readonly id: Scalars['ID']['output'];
  readonly issuedAt: Scalars['DateTime']['output'];
  readonly kind: SlipKind;
  /** Case number, kind, and the how manieth of that kind, such as 371002-20260302-00001-5/DECISION/1. */
  readonly number: Scalars['String']['output'];
  /** The slip as people hold it: a PDF under the center's seal, with record, time stamp and log proof inside. */
  readonly pdfUrl: Scalars['String']['output'];
  /** That the seal is in the transparency log (C2SP tlog-proof): where it is to be had when the log has been signed anew. */
  readonly proofUrl?: Maybe<Scalars['String']['output']>;
  /** Byte for byte what record.json holds and the seal covers. */
  readonly record: Scalars['String']['output'];
  /** The detached seal (CMS), DER: CAdES-B-T (ETSI EN 319 122-1), or CAdES-B while it has no time stamp. */
  readonly sealUrl: Scalars['String']['output'];
  /**
   * When the seal stood, by the time stamp in it (RFC 3161); null while the time-stamp authority is away. What was sealed
   * meanwhile is shown, and stamped later.
   */
  readonly stampedAt?: Maybe<Scalars['DateTime']['output']>;
};

export type SlipKind =
  /** 受理通知书. */
  | 'ACCEPTANCE'
  /** 决定书: what was granted, what was refused and on which ground. */
  | 'DECISION'
  /** 送达回证: what was delivered, electronically. */
  | 'DELIVERY'
  /** 一次性告知单: all faults of all departments at once. */
  | 'ONE_TIME_NOTICE'
  /** 撤销决定书: what was taken back and why. */
  | 'REVOCATION';

export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * The case now, and again after each change, until it is over. Over server-sent events (`accept: text/event-stream`). A
   * stream lasts an hour at most and is then completed, though the case may go on: look whether it is over, and subscribe
   * again, with a token that is still good.
   */
  readonly caseProgress: Case;
};


export type SubscriptionCaseProgressArgs = {
  number: Scalars['ID']['input'];
};

export type TrustLevel =
  /** From the issuer, with its seal. */
  | 'A'
  /** Checked at a window. */
  | 'B'
  /** Uploaded, unchecked. */
  | 'C'
  /** Self-declared with a promise (承诺). */
  | 'D';

/** One thing that is still open. */
export type Wait = {
  readonly __typename?: 'Wait';
  /** Whose move it is. */
  readonly ball: BallHolder;
  /** The department that decides the item, whoever holds the ball. */
  readonly department?: Maybe<Scalars['ID']['output']>;
  /** Its id in the catalogue; while departments check the application, the first of a department that has not answered. */
  readonly item: Scalars['ID']['output'];
  /** What happens next by itself, in Chinese and English; null when somebody must act. */
  readonly nextAct?: Maybe<Scalars['String']['output']>;
  /** When it happens; null when it depends on others, or is about to. */
  readonly nextActAt?: Maybe<Scalars['DateTime']['output']>;
  /** In Chinese and English, for people. */
  readonly reason: Scalars['String']['output'];
  /** When it became so. */
  readonly since: Scalars['DateTime']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ApplicationInput: ApplicationInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  BallHolder: BallHolder;
  Case: ResolverTypeWrapper<CaseView>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CaseConnection: ResolverTypeWrapper<CasePage>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CaseFilter: CaseFilter;
  CaseItem: ResolverTypeWrapper<ItemOfCase>;
  CasePageInfo: ResolverTypeWrapper<CasePageInfo>;
  CaseState: CaseState;
  CatalogueItem: ResolverTypeWrapper<ItemId>;
  Certificate: ResolverTypeWrapper<SealedOutcome>;
  CertificateKind: CertificateKind;
  CertificateStatus: CertificateStatus;
  Clocks: ResolverTypeWrapper<Clocks>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Enterprise: ResolverTypeWrapper<Enterprise>;
  EnterpriseNameInput: EnterpriseNameInput;
  EnterpriseType: EnterpriseType;
  Fault: ResolverTypeWrapper<Fault>;
  FounderInput: FounderInput;
  HolderMinutes: ResolverTypeWrapper<HolderMinutes>;
  ItemRequirement: ResolverTypeWrapper<Omit<ItemRequirement, 'item'> & { item: ResolversTypes['CatalogueItem'] }>;
  ItemState: ItemState;
  LedgerEntry: ResolverTypeWrapper<EntryOfLedger>;
  MaterialInput: MaterialInput;
  MaterialKind: MaterialKind;
  MaterialRequirement: ResolverTypeWrapper<MaterialRequirement>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PersonInput: PersonInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refusal: ResolverTypeWrapper<Refusal>;
  RefusalPolicy: RefusalPolicy;
  Regime: ResolverTypeWrapper<PinnedRegime>;
  RegimeItem: ResolverTypeWrapper<PinnedItem>;
  RegisterEnterpriseInput: RegisterEnterpriseInput;
  Repair: ResolverTypeWrapper<CaseRepair>;
  RepairVerb: RepairVerb;
  SealKind: SealKind;
  Slip: ResolverTypeWrapper<SealedSlip>;
  SlipKind: SlipKind;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TrustLevel: TrustLevel;
  Wait: ResolverTypeWrapper<Wait>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ApplicationInput: ApplicationInput;
  String: Scalars['String']['output'];
  Case: CaseView;
  Boolean: Scalars['Boolean']['output'];
  ID: Scalars['ID']['output'];
  CaseConnection: CasePage;
  Int: Scalars['Int']['output'];
  CaseFilter: CaseFilter;
  CaseItem: ItemOfCase;
  CasePageInfo: CasePageInfo;
  CatalogueItem: ItemId;
  Certificate: SealedOutcome;
  Clocks: Clocks;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Enterprise: Enterprise;
  EnterpriseNameInput: EnterpriseNameInput;
  Fault: Fault;
  FounderInput: FounderInput;
  HolderMinutes: HolderMinutes;
  ItemRequirement: Omit<ItemRequirement, 'item'> & { item: ResolversParentTypes['CatalogueItem'] };
  LedgerEntry: EntryOfLedger;
  MaterialInput: MaterialInput;
  MaterialRequirement: MaterialRequirement;
  Mutation: Record<PropertyKey, never>;
  PersonInput: PersonInput;
  Query: Record<PropertyKey, never>;
  Refusal: Refusal;
  Regime: PinnedRegime;
  RegimeItem: PinnedItem;
  RegisterEnterpriseInput: RegisterEnterpriseInput;
  Repair: CaseRepair;
  Slip: SealedSlip;
  Subscription: Record<PropertyKey, never>;
  Wait: Wait;
};

export type CaseResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Case'] = ResolversParentTypes['Case']> = {
  acceptedOn?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  bundleUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  certificates?: Resolver<ReadonlyArray<ResolversTypes['Certificate']>, ParentType, ContextType>;
  clocks?: Resolver<ResolversTypes['Clocks'], ParentType, ContextType>;
  dueOn?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  dueOnProvisional?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  enterprise?: Resolver<Maybe<ResolversTypes['Enterprise']>, ParentType, ContextType>;
  items?: Resolver<ReadonlyArray<ResolversTypes['CaseItem']>, ParentType, ContextType>;
  ledger?: Resolver<ReadonlyArray<ResolversTypes['LedgerEntry']>, ParentType, ContextType>;
  number?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  progressUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  regime?: Resolver<ResolversTypes['Regime'], ParentType, ContextType>;
  repairs?: Resolver<ReadonlyArray<ResolversTypes['Repair']>, ParentType, ContextType>;
  slips?: Resolver<ReadonlyArray<ResolversTypes['Slip']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['CaseState'], ParentType, ContextType>;
  waitingFor?: Resolver<ReadonlyArray<ResolversTypes['Wait']>, ParentType, ContextType>;
};

export type CaseConnectionResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['CaseConnection'] = ResolversParentTypes['CaseConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Case']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['CasePageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CaseItemResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['CaseItem'] = ResolversParentTypes['CaseItem']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  certificate?: Resolver<Maybe<ResolversTypes['Certificate']>, ParentType, ContextType>;
  department?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  faults?: Resolver<ReadonlyArray<ResolversTypes['Fault']>, ParentType, ContextType>;
  item?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcomeAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  sentAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ItemState'], ParentType, ContextType>;
};

export type CasePageInfoResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['CasePageInfo'] = ResolversParentTypes['CasePageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type CatalogueItemResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['CatalogueItem'] = ResolversParentTypes['CatalogueItem']> = {
  basis?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificate?: Resolver<Maybe<ResolversTypes['CertificateKind']>, ParentType, ContextType>;
  chinese?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  department?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  promisedWorkdays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  statutoryWorkdays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CertificateResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Certificate'] = ResolversParentTypes['Certificate']> = {
  department?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  disclosures?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  holder?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  issuedOn?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['CertificateKind'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pdfUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  proofUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  record?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sealUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sesUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stampedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['CertificateStatus'], ParentType, ContextType>;
  struckOut?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  unsealed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ClocksResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Clocks'] = ResolversParentTypes['Clocks']> = {
  byHolder?: Resolver<ReadonlyArray<ResolversTypes['HolderMinutes']>, ParentType, ContextType>;
  grossMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  netMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  provisional?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EnterpriseResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Enterprise'] = ResolversParentTypes['Enterprise']> = {
  uscc?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type FaultResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Fault'] = ResolversParentTypes['Fault']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  department?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type HolderMinutesResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['HolderMinutes'] = ResolversParentTypes['HolderMinutes']> = {
  ball?: Resolver<ResolversTypes['BallHolder'], ParentType, ContextType>;
  department?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  minutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ItemRequirementResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['ItemRequirement'] = ResolversParentTypes['ItemRequirement']> = {
  item?: Resolver<ResolversTypes['CatalogueItem'], ParentType, ContextType>;
  materials?: Resolver<ReadonlyArray<ResolversTypes['MaterialRequirement']>, ParentType, ContextType>;
  needs?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type LedgerEntryResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['LedgerEntry'] = ResolversParentTypes['LedgerEntry']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  events?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MaterialRequirementResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['MaterialRequirement'] = ResolversParentTypes['MaterialRequirement']> = {
  chinese?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MaterialKind'], ParentType, ContextType>;
  trust?: Resolver<ResolversTypes['TrustLevel'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  approveRepair?: Resolver<ResolversTypes['Case'], ParentType, ContextType, RequireFields<MutationApproveRepairArgs, 'id'>>;
  proposeRepair?: Resolver<ResolversTypes['Repair'], ParentType, ContextType, RequireFields<MutationProposeRepairArgs, 'item' | 'number' | 'reason' | 'requestId' | 'verb'>>;
  registerEnterprise?: Resolver<ResolversTypes['Case'], ParentType, ContextType, RequireFields<MutationRegisterEnterpriseArgs, 'input'>>;
  resubmitCase?: Resolver<ResolversTypes['Case'], ParentType, ContextType, RequireFields<MutationResubmitCaseArgs, 'application' | 'number' | 'requestId'>>;
  withdrawCase?: Resolver<ResolversTypes['Case'], ParentType, ContextType, RequireFields<MutationWithdrawCaseArgs, 'number' | 'reason' | 'requestId'>>;
};

export type QueryResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  case?: Resolver<Maybe<ResolversTypes['Case']>, ParentType, ContextType, RequireFields<QueryCaseArgs, 'number'>>;
  cases?: Resolver<ResolversTypes['CaseConnection'], ParentType, ContextType, RequireFields<QueryCasesArgs, 'first'>>;
  catalogue?: Resolver<ReadonlyArray<ResolversTypes['CatalogueItem']>, ParentType, ContextType>;
  certificate?: Resolver<Maybe<ResolversTypes['Certificate']>, ParentType, ContextType, RequireFields<QueryCertificateArgs, 'id'>>;
  regimes?: Resolver<ReadonlyArray<ResolversTypes['Regime']>, ParentType, ContextType>;
  requirements?: Resolver<ReadonlyArray<ResolversTypes['ItemRequirement']>, ParentType, ContextType, RequireFields<QueryRequirementsArgs, 'enterpriseType' | 'regime' | 'regionCode'>>;
};

export type RefusalResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Refusal'] = ResolversParentTypes['Refusal']> = {
  article?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  ground?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  record?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sealUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RegimeResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Regime'] = ResolversParentTypes['Regime']> = {
  chinese?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<ReadonlyArray<ResolversTypes['RegimeItem']>, ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RegimeItemResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['RegimeItem'] = ResolversParentTypes['RegimeItem']> = {
  department?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  item?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  needs?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type RepairResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Repair'] = ResolversParentTypes['Repair']> = {
  approvedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  approvedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  certificate?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  item?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  paths?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  proposedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  proposedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  verb?: Resolver<ResolversTypes['RepairVerb'], ParentType, ContextType>;
};

export type SlipResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Slip'] = ResolversParentTypes['Slip']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  issuedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SlipKind'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pdfUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  proofUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  record?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sealUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  stampedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  caseProgress?: SubscriptionResolver<ResolversTypes['Case'], "caseProgress", ParentType, ContextType, RequireFields<SubscriptionCaseProgressArgs, 'number'>>;
};

export type WaitResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Wait'] = ResolversParentTypes['Wait']> = {
  ball?: Resolver<ResolversTypes['BallHolder'], ParentType, ContextType>;
  department?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  item?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  nextAct?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nextActAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type Resolvers<ContextType = WindowContext> = {
  Case?: CaseResolvers<ContextType>;
  CaseConnection?: CaseConnectionResolvers<ContextType>;
  CaseItem?: CaseItemResolvers<ContextType>;
  CasePageInfo?: CasePageInfoResolvers<ContextType>;
  CatalogueItem?: CatalogueItemResolvers<ContextType>;
  Certificate?: CertificateResolvers<ContextType>;
  Clocks?: ClocksResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Enterprise?: EnterpriseResolvers<ContextType>;
  Fault?: FaultResolvers<ContextType>;
  HolderMinutes?: HolderMinutesResolvers<ContextType>;
  ItemRequirement?: ItemRequirementResolvers<ContextType>;
  LedgerEntry?: LedgerEntryResolvers<ContextType>;
  MaterialRequirement?: MaterialRequirementResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refusal?: RefusalResolvers<ContextType>;
  Regime?: RegimeResolvers<ContextType>;
  RegimeItem?: RegimeItemResolvers<ContextType>;
  Repair?: RepairResolvers<ContextType>;
  Slip?: SlipResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Wait?: WaitResolvers<ContextType>;
};

