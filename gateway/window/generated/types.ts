import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CaseView, ItemOfCase, SealedOutcome } from '../case.ts';
import type { CasePage } from '../window.ts';
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

/** Whose move it is. */
export type BallHolder =
  | 'APPLICANT'
  | 'CENTER'
  | 'DEPARTMENT'
  | 'OUTSIDE';

/** A case (办件). */
export type Case = {
  readonly __typename?: 'Case';
  /** Day of acceptance (受理日). */
  readonly acceptedOn?: Maybe<Scalars['Date']['output']>;
  /** What was granted, in the order of the regime. */
  readonly certificates: ReadonlyArray<Certificate>;
  /** Null before the license. */
  readonly enterprise?: Maybe<Enterprise>;
  readonly items: ReadonlyArray<CaseItem>;
  /** Region, day, serial and check digit (ISO 7064 MOD 11,10), such as 371002-20260302-00001-5. */
  readonly number: Scalars['ID']['output'];
  readonly regime: Regime;
  readonly state: CaseState;
  /** What is still open: which item, whose move it is, since when, and what happens next by itself. Empty when closed. */
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
  /** Everything was decided, issued and delivered electronically. */
  | 'CLOSED'
  /** Faults were found and told, all at once; nothing is filed (补正). */
  | 'CORRECTION_NOTICED'
  /** Departments decide. */
  | 'IN_REVIEW'
  /** Refused before anything was issued. */
  | 'REFUSED'
  /** Everything that had been granted was taken back. */
  | 'REVOKED'
  /** Taken in; departments are still checking. */
  | 'SUBMITTED';

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
  readonly holder: Scalars['String']['output'];
  /** 128 random bits, hexadecimal; who knows it may read the certificate. */
  readonly id: Scalars['ID']['output'];
  readonly issuedOn: Scalars['Date']['output'];
  readonly kind: CertificateKind;
  readonly number: Scalars['String']['output'];
  /** Byte for byte what record.json holds and the seal covers. */
  readonly record: Scalars['String']['output'];
  /** The detached seal (CMS, CAdES-B), DER. */
  readonly sealUrl?: Maybe<Scalars['String']['output']>;
  readonly status: CertificateStatus;
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
  | 'GRANTED'
  /** Delivered, while the filing may still be refused. */
  | 'GRANTED_PROVISIONAL'
  /** Filed, and the answer was lost; the department is asked before anything is sent again. */
  | 'OUTCOME_UNKNOWN'
  /** A person at the department decides. */
  | 'PENDING_HUMAN'
  /** Not filed yet. */
  | 'QUEUED'
  | 'REFUSED'
  /** Filed; the answer is under way. */
  | 'SENT'
  /** Not filed, because something it needs was refused or taken back. */
  | 'SKIPPED'
  /** The applicant must mend something. */
  | 'WAITING_INPUT';

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
   * Registers an enterprise: opens a case, lets every department check it, files with each in the order of the regime.
   * Answers within the inline budget (10 s by default) with what is done and what waits, for whom. A fault that the
   * application alone shows is an error APPLICATION_INVALID with all faults in `extensions.faults`, and no case is opened;
   * what departments find, refuse or leave open is data. The same `requestId` answers with the same case for ever; with
   * other content it is REQUEST_ID_REUSED. Needs the role CLERK for the region.
   */
  readonly registerEnterprise: Case;
};


export type MutationRegisterEnterpriseArgs = {
  input: RegisterEnterpriseInput;
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
  /** The service-item catalogue (事项目录). */
  readonly catalogue: ReadonlyArray<CatalogueItem>;
  /** A certificate by its id, which is 128 random bits. */
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

export type TrustLevel =
  /** From the issuer, with its seal. */
  | 'A'
  /** Checked at a window. */
  | 'B'
  /** Uploaded, unchecked. */
  | 'C'
  /** Self-declared with a promise (承诺). */
  | 'D';

export type Wait = {
  readonly __typename?: 'Wait';
  readonly ball: BallHolder;
  readonly department?: Maybe<Scalars['ID']['output']>;
  readonly item: Scalars['ID']['output'];
  /** What happens next by itself; null when somebody must act. */
  readonly nextAct?: Maybe<Scalars['String']['output']>;
  readonly nextActAt?: Maybe<Scalars['DateTime']['output']>;
  readonly reason: Scalars['String']['output'];
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
  BallHolder: BallHolder;
  Case: ResolverTypeWrapper<CaseView>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CaseConnection: ResolverTypeWrapper<CasePage>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CaseFilter: CaseFilter;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CaseItem: ResolverTypeWrapper<ItemOfCase>;
  CasePageInfo: ResolverTypeWrapper<CasePageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CaseState: CaseState;
  CatalogueItem: ResolverTypeWrapper<ItemId>;
  Certificate: ResolverTypeWrapper<SealedOutcome>;
  CertificateKind: CertificateKind;
  CertificateStatus: CertificateStatus;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Enterprise: ResolverTypeWrapper<Enterprise>;
  EnterpriseNameInput: EnterpriseNameInput;
  EnterpriseType: EnterpriseType;
  Fault: ResolverTypeWrapper<Fault>;
  FounderInput: FounderInput;
  ItemRequirement: ResolverTypeWrapper<Omit<ItemRequirement, 'item'> & { item: ResolversTypes['CatalogueItem'] }>;
  ItemState: ItemState;
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
  SealKind: SealKind;
  TrustLevel: TrustLevel;
  Wait: ResolverTypeWrapper<Wait>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Case: CaseView;
  ID: Scalars['ID']['output'];
  CaseConnection: CasePage;
  Int: Scalars['Int']['output'];
  CaseFilter: CaseFilter;
  String: Scalars['String']['output'];
  CaseItem: ItemOfCase;
  CasePageInfo: CasePageInfo;
  Boolean: Scalars['Boolean']['output'];
  CatalogueItem: ItemId;
  Certificate: SealedOutcome;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Enterprise: Enterprise;
  EnterpriseNameInput: EnterpriseNameInput;
  Fault: Fault;
  FounderInput: FounderInput;
  ItemRequirement: Omit<ItemRequirement, 'item'> & { item: ResolversParentTypes['CatalogueItem'] };
  MaterialInput: MaterialInput;
  MaterialRequirement: MaterialRequirement;
  Mutation: Record<PropertyKey, never>;
  PersonInput: PersonInput;
  Query: Record<PropertyKey, never>;
  Refusal: Refusal;
  Regime: PinnedRegime;
  RegimeItem: PinnedItem;
  RegisterEnterpriseInput: RegisterEnterpriseInput;
  Wait: Wait;
};

export type CaseResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Case'] = ResolversParentTypes['Case']> = {
  acceptedOn?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  certificates?: Resolver<ReadonlyArray<ResolversTypes['Certificate']>, ParentType, ContextType>;
  enterprise?: Resolver<Maybe<ResolversTypes['Enterprise']>, ParentType, ContextType>;
  items?: Resolver<ReadonlyArray<ResolversTypes['CaseItem']>, ParentType, ContextType>;
  number?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  regime?: Resolver<ResolversTypes['Regime'], ParentType, ContextType>;
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
  holder?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  issuedOn?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['CertificateKind'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  record?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sealUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['CertificateStatus'], ParentType, ContextType>;
  unsealed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
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

export type ItemRequirementResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['ItemRequirement'] = ResolversParentTypes['ItemRequirement']> = {
  item?: Resolver<ResolversTypes['CatalogueItem'], ParentType, ContextType>;
  materials?: Resolver<ReadonlyArray<ResolversTypes['MaterialRequirement']>, ParentType, ContextType>;
  needs?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type MaterialRequirementResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['MaterialRequirement'] = ResolversParentTypes['MaterialRequirement']> = {
  chinese?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MaterialKind'], ParentType, ContextType>;
  trust?: Resolver<ResolversTypes['TrustLevel'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = WindowContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  registerEnterprise?: Resolver<ResolversTypes['Case'], ParentType, ContextType, RequireFields<MutationRegisterEnterpriseArgs, 'input'>>;
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
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Enterprise?: EnterpriseResolvers<ContextType>;
  Fault?: FaultResolvers<ContextType>;
  ItemRequirement?: ItemRequirementResolvers<ContextType>;
  MaterialRequirement?: MaterialRequirementResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refusal?: RefusalResolvers<ContextType>;
  Regime?: RegimeResolvers<ContextType>;
  RegimeItem?: RegimeItemResolvers<ContextType>;
  Wait?: WaitResolvers<ContextType>;
};

