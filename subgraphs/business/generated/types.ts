import type { GraphQLResolveInfo } from 'graphql';
import type { LicenseRow, EnterprisePage, BusinessContext } from '../mapping.ts';
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
  _FieldSet: { input: string; output: string; }
};

/** Business license (营业执照). */
export type BusinessLicense = {
  readonly __typename?: 'BusinessLicense';
  /** Day of issue, `YYYY-MM-DD`, China time. */
  readonly issuedOn: Scalars['String']['output'];
  /** 15 digits (GS 15-2006) where offices number by themselves, the unified social credit code since 三证合一. */
  readonly number: Scalars['String']['output'];
  /** VALID or REVOKED. */
  readonly status: Scalars['String']['output'];
};

export type CorrectionAsked = {
  readonly __typename?: 'CorrectionAsked';
  readonly document: SealedDocument;
};

/** An enterprise (市场主体). Each department adds fields of its own; they are null while that department is away or has no entry. */
export type Enterprise = {
  readonly __typename?: 'Enterprise';
  readonly address?: Maybe<Scalars['String']['output']>;
  readonly businessScope?: Maybe<Scalars['String']['output']>;
  /** GB/T 4754, four digits. */
  readonly industryCode?: Maybe<Scalars['String']['output']>;
  readonly legalRepresentative?: Maybe<Scalars['String']['output']>;
  readonly license?: Maybe<BusinessLicense>;
  /** Full name (企业名称): region, trading name, trade, form. */
  readonly name?: Maybe<Scalars['String']['output']>;
  readonly regionCode?: Maybe<Scalars['String']['output']>;
  /** CNY, decimal, two places. */
  readonly registeredCapital?: Maybe<Scalars['String']['output']>;
  /** Kind of enterprise in Chinese, such as 有限责任公司. */
  readonly typeName?: Maybe<Scalars['String']['output']>;
  /** Unified social credit code (统一社会信用代码), GB 32100-2015, 18 characters. */
  readonly uscc: Scalars['ID']['output'];
};

export type EnterpriseConnection = {
  readonly __typename?: 'EnterpriseConnection';
  readonly nodes: ReadonlyArray<Enterprise>;
  readonly pageInfo: EnterprisePageInfo;
  /** All that match, not only this page. It costs a count. */
  readonly totalCount: Scalars['Int']['output'];
};

export type EnterpriseFilter = {
  /** The full name (企业名称), as registered. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** GB/T 2260, six digits; the region of registration. */
  readonly regionCode?: InputMaybe<Scalars['String']['input']>;
};

export type EnterprisePageInfo = {
  readonly __typename?: 'EnterprisePageInfo';
  /** Give it as `after` to go on; null when nothing follows. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
};

/** The application (申请) after the window has checked its form. Kinds travel as strings, so that departments can add to them. */
export type FiledApplication = {
  readonly address: Scalars['String']['input'];
  readonly businessScope: Scalars['String']['input'];
  readonly enterpriseType: Scalars['String']['input'];
  readonly founders: ReadonlyArray<FiledFounder>;
  /** GB/T 4754, four digits. */
  readonly industryCode: Scalars['String']['input'];
  readonly legalRepresentative: FiledPerson;
  readonly materials: ReadonlyArray<FiledMaterial>;
  readonly name: FiledName;
  /** GB 11714; only where the organization code comes from outside. */
  readonly organizationCode?: InputMaybe<Scalars['String']['input']>;
  /** GB/T 2260, six digits. */
  readonly regionCode: Scalars['String']['input'];
  /** CNY, decimal, two places. */
  readonly registeredCapital: Scalars['String']['input'];
  readonly sealOrders: ReadonlyArray<Scalars['String']['input']>;
};

export type FiledDocument = {
  readonly record: Scalars['String']['input'];
  readonly seal?: InputMaybe<Scalars['String']['input']>;
};

/** A natural person has an idNumber, an enterprise a uscc. */
export type FiledFounder = {
  /** CNY, decimal, two places. */
  readonly contribution: Scalars['String']['input'];
  readonly idNumber?: InputMaybe<Scalars['String']['input']>;
  readonly name: Scalars['String']['input'];
  readonly uscc?: InputMaybe<Scalars['String']['input']>;
};

export type FiledMaterial = {
  /** Base64; only in filings, and only to departments that the catalogue lets ask for this kind. */
  readonly content?: InputMaybe<Scalars['String']['input']>;
  readonly kind: Scalars['String']['input'];
  readonly mediaType: Scalars['String']['input'];
  /** Of the content, hexadecimal. */
  readonly sha256: Scalars['String']['input'];
  readonly title: Scalars['String']['input'];
  /** A from the issuer with its seal, B checked at a window, C uploaded unchecked, D self-declared with a promise. */
  readonly trust: Scalars['String']['input'];
};

/** 字号, 行业 and 组织形式; the region stands in the application. */
export type FiledName = {
  readonly form: Scalars['String']['input'];
  readonly trade: Scalars['String']['input'];
  readonly tradingName: Scalars['String']['input'];
};

export type FiledPerson = {
  /** GB 11643, 18 characters. */
  readonly idNumber: Scalars['String']['input'];
  readonly name: Scalars['String']['input'];
  readonly phone: Scalars['String']['input'];
};

export type Filing = {
  readonly application: FiledApplication;
  readonly caseNumber: Scalars['ID']['input'];
  /** The sealed documents that the item needs; the department checks their seals instead of calling another department. */
  readonly evidence: ReadonlyArray<FiledDocument>;
  readonly item: Scalars['ID']['input'];
  readonly numbering: Scalars['String']['input'];
  /** Made by the window, at most 128 characters; the same for ever for this filing. */
  readonly operationId: Scalars['ID']['input'];
};

export type FilingAnswer = {
  readonly __typename?: 'FilingAnswer';
  readonly operationId: Scalars['ID']['output'];
  readonly outcome: ItemOutcome;
};

export type Granted = {
  readonly __typename?: 'Granted';
  readonly document: SealedDocument;
};

/** Delivered, while somebody may still refuse it later (the police for a seal). Not definite; only Granted or Refused may follow. */
export type GrantedProvisionally = {
  readonly __typename?: 'GrantedProvisionally';
  /** What is still awaited, in words. */
  readonly awaits: Scalars['String']['output'];
  readonly document: SealedDocument;
};

export type ItemFault = {
  readonly __typename?: 'ItemFault';
  readonly code: Scalars['String']['output'];
  readonly item: Scalars['ID']['output'];
  readonly message: Scalars['String']['output'];
  /** The field of the application, such as founders.0.idNumber. */
  readonly path: Scalars['String']['output'];
};

/** Granted, CorrectionAsked, Refused and Revoked are definite: they never change. Only an item that no paper shows is granted and revoked unsealed. */
export type ItemOutcome = CorrectionAsked | Granted | GrantedProvisionally | Pending | Refused | Revoked | Unknown;

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Files items. One operation id, one effect, for ever: the same id again returns the first definite answer, byte for byte. */
  readonly fileItems: ReadonlyArray<FilingAnswer>;
  /**
   * Hands out what was granted in a form that people hold, such as PDF: drawn from the department's own record and under its
   * own seal. The first call makes it; from then on the bytes are the same, until something of it is struck out. A call
   * carries at most 16 of these operation ids.
   */
  readonly papersOf: ReadonlyArray<PaperAnswer>;
  /** Takes back what a filing granted. Revocations have operation ids of their own; nothing is deleted. */
  readonly revokeItems: ReadonlyArray<FilingAnswer>;
};


export type MutationFileItemsArgs = {
  filings: ReadonlyArray<Filing>;
};


export type MutationPapersOfArgs = {
  form: Scalars['String']['input'];
  operationIds: ReadonlyArray<Scalars['ID']['input']>;
  struckOut?: InputMaybe<ReadonlyArray<StruckOut>>;
};


export type MutationRevokeItemsArgs = {
  revocations: ReadonlyArray<Revocation>;
};

export type PaperAnswer = {
  readonly __typename?: 'PaperAnswer';
  /** Base64, of at most 1 MiB; null where `reason` says why there is none. */
  readonly bytes?: Maybe<Scalars['String']['output']>;
  readonly operationId: Scalars['ID']['output'];
  /**
   * NOT_SEEN, NOT_GRANTED (yet), NO_SUCH_PAPER (no paper shows such a grant), FORM_NOT_MADE (here), CHARACTER_NOT_DRAWN (no
   * font at hand has it), NOT_DRAWABLE (longer than any paper), or DEFECT; the last three the department has noted.
   */
  readonly reason?: Maybe<Scalars['String']['output']>;
};

/** A person decides; the answer comes later under the department's own number. */
export type Pending = {
  readonly __typename?: 'Pending';
  readonly reference: Scalars['String']['output'];
};

export type PrecheckAnswer = {
  readonly __typename?: 'PrecheckAnswer';
  /** False: the check could not be made now and is to be asked again; the faults then say nothing. */
  readonly checked: Scalars['Boolean']['output'];
  readonly faults: ReadonlyArray<ItemFault>;
  readonly requestId: Scalars['ID']['output'];
};

export type PrecheckRequest = {
  readonly application: FiledApplication;
  /** Absent before there is a case. What this case holds already, such as its reserved name, is no fault of its own. */
  readonly caseNumber?: InputMaybe<Scalars['ID']['input']>;
  /** Items of the catalogue (事项) that this department handles. */
  readonly items: ReadonlyArray<Scalars['ID']['input']>;
  /** SEPARATE (each office numbers by itself) or UNIFIED (一照一码: the unified social credit code is the number). */
  readonly numbering: Scalars['String']['input'];
  /** Given back in the answer. */
  readonly requestId: Scalars['ID']['input'];
};

export type Query = {
  readonly __typename?: 'Query';
  /**
   * The enterprise with this unified social credit code (统一社会信用代码); null when the registry has no such license. The
   * register is public (企业信息公示暂行条例): every role may read it, of every region. It holds no identity number.
   */
  readonly enterprise?: Maybe<Enterprise>;
  /** Enterprises in the order of their registration, at most 1,000 a page; public as each of them is. */
  readonly enterprises: EnterpriseConnection;
  /** Tells what became of filings and revocations; asked before anything is sent again. Never seen: Unknown, NOT_SEEN. */
  readonly outcomesOf: ReadonlyArray<FilingAnswer>;
  /** Finds every fault of an application, by field, for the items asked. It has no effect. */
  readonly precheckItems: ReadonlyArray<PrecheckAnswer>;
};


export type QueryEnterpriseArgs = {
  uscc: Scalars['ID']['input'];
};


export type QueryEnterprisesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<EnterpriseFilter>;
  first?: Scalars['Int']['input'];
};


export type QueryOutcomesOfArgs = {
  operationIds: ReadonlyArray<Scalars['ID']['input']>;
};


export type QueryPrecheckItemsArgs = {
  requests: ReadonlyArray<PrecheckRequest>;
};

export type Refused = {
  readonly __typename?: 'Refused';
  readonly document: SealedDocument;
};

export type Revocation = {
  /** The lawful ground, in words for the applicant. */
  readonly ground: Scalars['String']['input'];
  readonly operationId: Scalars['ID']['input'];
  /** The operation id of the filing whose grant is taken back. */
  readonly revokes: Scalars['ID']['input'];
};

export type Revoked = {
  readonly __typename?: 'Revoked';
  readonly document: SealedDocument;
};

/** Canonical JSON (RFC 8785) and its detached CAdES seal: base64 of DER, absent where a department does not seal. */
export type SealedDocument = {
  readonly __typename?: 'SealedDocument';
  /** What is disclosed of the record's leaves (one-window/disclosures/1): all of them; absent where the record has none. */
  readonly disclosures?: Maybe<Scalars['String']['output']>;
  readonly record: Scalars['String']['output'];
  readonly seal?: Maybe<Scalars['String']['output']>;
};

/** Personal fields of a grant that two persons at the center have struck out (隐去). */
export type StruckOut = {
  readonly operationId: Scalars['ID']['input'];
  /** Of leaves of the record, such as content.founders.0.name. */
  readonly paths: ReadonlyArray<Scalars['String']['input']>;
};

/** No outcome to be told: NOT_SEEN, or a reason why the department can't decide now. It had no effect. */
export type Unknown = {
  readonly __typename?: 'Unknown';
  readonly reason: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

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

/** Mapping of federation types */
export type FederationTypes = {
  Enterprise: Enterprise;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Enterprise:
    ( { __typename: 'Enterprise' }
    & GraphQLRecursivePick<FederationTypes['Enterprise'], {"uscc":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  ItemOutcome:
    | ( CorrectionAsked )
    | ( Granted )
    | ( GrantedProvisionally )
    | ( Pending )
    | ( Refused )
    | ( Revoked )
    | ( Unknown )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  BusinessLicense: ResolverTypeWrapper<LicenseRow>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CorrectionAsked: ResolverTypeWrapper<CorrectionAsked>;
  Enterprise: ResolverTypeWrapper<LicenseRow>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  EnterpriseConnection: ResolverTypeWrapper<EnterprisePage>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  EnterpriseFilter: EnterpriseFilter;
  EnterprisePageInfo: ResolverTypeWrapper<EnterprisePageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  FiledApplication: FiledApplication;
  FiledDocument: FiledDocument;
  FiledFounder: FiledFounder;
  FiledMaterial: FiledMaterial;
  FiledName: FiledName;
  FiledPerson: FiledPerson;
  Filing: Filing;
  FilingAnswer: ResolverTypeWrapper<Omit<FilingAnswer, 'outcome'> & { outcome: ResolversTypes['ItemOutcome'] }>;
  Granted: ResolverTypeWrapper<Granted>;
  GrantedProvisionally: ResolverTypeWrapper<GrantedProvisionally>;
  ItemFault: ResolverTypeWrapper<ItemFault>;
  ItemOutcome: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ItemOutcome']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PaperAnswer: ResolverTypeWrapper<PaperAnswer>;
  Pending: ResolverTypeWrapper<Pending>;
  PrecheckAnswer: ResolverTypeWrapper<PrecheckAnswer>;
  PrecheckRequest: PrecheckRequest;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refused: ResolverTypeWrapper<Refused>;
  Revocation: Revocation;
  Revoked: ResolverTypeWrapper<Revoked>;
  SealedDocument: ResolverTypeWrapper<SealedDocument>;
  StruckOut: StruckOut;
  Unknown: ResolverTypeWrapper<Unknown>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BusinessLicense: LicenseRow;
  String: Scalars['String']['output'];
  CorrectionAsked: CorrectionAsked;
  Enterprise: LicenseRow;
  ID: Scalars['ID']['output'];
  EnterpriseConnection: EnterprisePage;
  Int: Scalars['Int']['output'];
  EnterpriseFilter: EnterpriseFilter;
  EnterprisePageInfo: EnterprisePageInfo;
  Boolean: Scalars['Boolean']['output'];
  FiledApplication: FiledApplication;
  FiledDocument: FiledDocument;
  FiledFounder: FiledFounder;
  FiledMaterial: FiledMaterial;
  FiledName: FiledName;
  FiledPerson: FiledPerson;
  Filing: Filing;
  FilingAnswer: Omit<FilingAnswer, 'outcome'> & { outcome: ResolversParentTypes['ItemOutcome'] };
  Granted: Granted;
  GrantedProvisionally: GrantedProvisionally;
  ItemFault: ItemFault;
  ItemOutcome: ResolversUnionTypes<ResolversParentTypes>['ItemOutcome'];
  Mutation: Record<PropertyKey, never>;
  PaperAnswer: PaperAnswer;
  Pending: Pending;
  PrecheckAnswer: PrecheckAnswer;
  PrecheckRequest: PrecheckRequest;
  Query: Record<PropertyKey, never>;
  Refused: Refused;
  Revocation: Revocation;
  Revoked: Revoked;
  SealedDocument: SealedDocument;
  StruckOut: StruckOut;
  Unknown: Unknown;
};

export type BusinessLicenseResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['BusinessLicense'] = ResolversParentTypes['BusinessLicense']> = {
  issuedOn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CorrectionAskedResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['CorrectionAsked'] = ResolversParentTypes['CorrectionAsked']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EnterpriseResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Enterprise'] = ResolversParentTypes['Enterprise'], FederationReferenceType extends FederationReferenceTypes['Enterprise'] = FederationReferenceTypes['Enterprise']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Enterprise']> | FederationReferenceType, FederationReferenceType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  businessScope?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  industryCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  legalRepresentative?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  license?: Resolver<Maybe<ResolversTypes['BusinessLicense']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  regionCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  registeredCapital?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  typeName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  uscc?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type EnterpriseConnectionResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['EnterpriseConnection'] = ResolversParentTypes['EnterpriseConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Enterprise']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['EnterprisePageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EnterprisePageInfoResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['EnterprisePageInfo'] = ResolversParentTypes['EnterprisePageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type FilingAnswerResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['FilingAnswer'] = ResolversParentTypes['FilingAnswer']> = {
  operationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['ItemOutcome'], ParentType, ContextType>;
};

export type GrantedResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Granted'] = ResolversParentTypes['Granted']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GrantedProvisionallyResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['GrantedProvisionally'] = ResolversParentTypes['GrantedProvisionally']> = {
  awaits?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ItemFaultResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['ItemFault'] = ResolversParentTypes['ItemFault']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  item?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ItemOutcomeResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['ItemOutcome'] = ResolversParentTypes['ItemOutcome']> = {
  __resolveType: TypeResolveFn<'CorrectionAsked' | 'Granted' | 'GrantedProvisionally' | 'Pending' | 'Refused' | 'Revoked' | 'Unknown', ParentType, ContextType>;
};

export type MutationResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  fileItems?: Resolver<ReadonlyArray<ResolversTypes['FilingAnswer']>, ParentType, ContextType, RequireFields<MutationFileItemsArgs, 'filings'>>;
  papersOf?: Resolver<ReadonlyArray<ResolversTypes['PaperAnswer']>, ParentType, ContextType, RequireFields<MutationPapersOfArgs, 'form' | 'operationIds'>>;
  revokeItems?: Resolver<ReadonlyArray<ResolversTypes['FilingAnswer']>, ParentType, ContextType, RequireFields<MutationRevokeItemsArgs, 'revocations'>>;
};

export type PaperAnswerResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['PaperAnswer'] = ResolversParentTypes['PaperAnswer']> = {
  bytes?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PendingResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Pending'] = ResolversParentTypes['Pending']> = {
  reference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PrecheckAnswerResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['PrecheckAnswer'] = ResolversParentTypes['PrecheckAnswer']> = {
  checked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  faults?: Resolver<ReadonlyArray<ResolversTypes['ItemFault']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  enterprise?: Resolver<Maybe<ResolversTypes['Enterprise']>, ParentType, ContextType, RequireFields<QueryEnterpriseArgs, 'uscc'>>;
  enterprises?: Resolver<ResolversTypes['EnterpriseConnection'], ParentType, ContextType, RequireFields<QueryEnterprisesArgs, 'first'>>;
  outcomesOf?: Resolver<ReadonlyArray<ResolversTypes['FilingAnswer']>, ParentType, ContextType, RequireFields<QueryOutcomesOfArgs, 'operationIds'>>;
  precheckItems?: Resolver<ReadonlyArray<ResolversTypes['PrecheckAnswer']>, ParentType, ContextType, RequireFields<QueryPrecheckItemsArgs, 'requests'>>;
};

export type RefusedResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Refused'] = ResolversParentTypes['Refused']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RevokedResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Revoked'] = ResolversParentTypes['Revoked']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SealedDocumentResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['SealedDocument'] = ResolversParentTypes['SealedDocument']> = {
  disclosures?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  record?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UnknownResolvers<ContextType = BusinessContext, ParentType extends ResolversParentTypes['Unknown'] = ResolversParentTypes['Unknown']> = {
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = BusinessContext> = {
  BusinessLicense?: BusinessLicenseResolvers<ContextType>;
  CorrectionAsked?: CorrectionAskedResolvers<ContextType>;
  Enterprise?: EnterpriseResolvers<ContextType>;
  EnterpriseConnection?: EnterpriseConnectionResolvers<ContextType>;
  EnterprisePageInfo?: EnterprisePageInfoResolvers<ContextType>;
  FilingAnswer?: FilingAnswerResolvers<ContextType>;
  Granted?: GrantedResolvers<ContextType>;
  GrantedProvisionally?: GrantedProvisionallyResolvers<ContextType>;
  ItemFault?: ItemFaultResolvers<ContextType>;
  ItemOutcome?: ItemOutcomeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PaperAnswer?: PaperAnswerResolvers<ContextType>;
  Pending?: PendingResolvers<ContextType>;
  PrecheckAnswer?: PrecheckAnswerResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refused?: RefusedResolvers<ContextType>;
  Revoked?: RevokedResolvers<ContextType>;
  SealedDocument?: SealedDocumentResolvers<ContextType>;
  Unknown?: UnknownResolvers<ContextType>;
};

