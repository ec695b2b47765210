import type { GraphQLResolveInfo } from 'graphql';
import type { CodeRow, CodeContext } from '../mapping.ts';
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

export type CorrectionAsked = {
  readonly __typename?: 'CorrectionAsked';
  readonly document: SealedDocument;
};

export type Enterprise = {
  readonly __typename?: 'Enterprise';
  /** The organization code (组织机构代码) as the code center holds it; it is part of the public code of the enterprise. */
  readonly organizationCode?: Maybe<OrganizationCodeEntry>;
  readonly uscc: Scalars['ID']['output'];
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

export type OrganizationCodeEntry = {
  readonly __typename?: 'OrganizationCodeEntry';
  /** Certified with a paper of its own (true), or confirmed to the registry (false). */
  readonly certified: Scalars['Boolean']['output'];
  /** GB 11714-1997, eight characters, a hyphen, and the check character. */
  readonly code: Scalars['String']['output'];
  /** Day, `YYYY-MM-DD`, China time. */
  readonly enteredOn: Scalars['String']['output'];
  /** VALID or REVOKED. */
  readonly status: Scalars['String']['output'];
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
  /** Tells what became of filings and revocations; asked before anything is sent again. Never seen: Unknown, NOT_SEEN. */
  readonly outcomesOf: ReadonlyArray<FilingAnswer>;
  /** Finds every fault of an application, by field, for the items asked. It has no effect. */
  readonly precheckItems: ReadonlyArray<PrecheckAnswer>;
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
  CorrectionAsked: ResolverTypeWrapper<CorrectionAsked>;
  Enterprise: ResolverTypeWrapper<Omit<Enterprise, 'organizationCode'> & { organizationCode?: Maybe<ResolversTypes['OrganizationCodeEntry']> }>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  FiledApplication: FiledApplication;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
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
  OrganizationCodeEntry: ResolverTypeWrapper<CodeRow>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
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
  CorrectionAsked: CorrectionAsked;
  Enterprise: Omit<Enterprise, 'organizationCode'> & { organizationCode?: Maybe<ResolversParentTypes['OrganizationCodeEntry']> } | FederationReferenceTypes['Enterprise'];
  ID: Scalars['ID']['output'];
  FiledApplication: FiledApplication;
  String: Scalars['String']['output'];
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
  OrganizationCodeEntry: CodeRow;
  Boolean: Scalars['Boolean']['output'];
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

export type CorrectionAskedResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['CorrectionAsked'] = ResolversParentTypes['CorrectionAsked']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EnterpriseResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Enterprise'] = ResolversParentTypes['Enterprise'], FederationReferenceType extends FederationReferenceTypes['Enterprise'] = FederationReferenceTypes['Enterprise']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Enterprise']> | FederationReferenceType, FederationReferenceType, ContextType>;
  organizationCode?: Resolver<Maybe<ResolversTypes['OrganizationCodeEntry']>, ParentType, ContextType>;
  uscc?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type FilingAnswerResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['FilingAnswer'] = ResolversParentTypes['FilingAnswer']> = {
  operationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['ItemOutcome'], ParentType, ContextType>;
};

export type GrantedResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Granted'] = ResolversParentTypes['Granted']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GrantedProvisionallyResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['GrantedProvisionally'] = ResolversParentTypes['GrantedProvisionally']> = {
  awaits?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ItemFaultResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['ItemFault'] = ResolversParentTypes['ItemFault']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  item?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ItemOutcomeResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['ItemOutcome'] = ResolversParentTypes['ItemOutcome']> = {
  __resolveType: TypeResolveFn<'CorrectionAsked' | 'Granted' | 'GrantedProvisionally' | 'Pending' | 'Refused' | 'Revoked' | 'Unknown', ParentType, ContextType>;
};

export type MutationResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  fileItems?: Resolver<ReadonlyArray<ResolversTypes['FilingAnswer']>, ParentType, ContextType, RequireFields<MutationFileItemsArgs, 'filings'>>;
  papersOf?: Resolver<ReadonlyArray<ResolversTypes['PaperAnswer']>, ParentType, ContextType, RequireFields<MutationPapersOfArgs, 'form' | 'operationIds'>>;
  revokeItems?: Resolver<ReadonlyArray<ResolversTypes['FilingAnswer']>, ParentType, ContextType, RequireFields<MutationRevokeItemsArgs, 'revocations'>>;
};

export type OrganizationCodeEntryResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['OrganizationCodeEntry'] = ResolversParentTypes['OrganizationCodeEntry']> = {
  certified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  enteredOn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PaperAnswerResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['PaperAnswer'] = ResolversParentTypes['PaperAnswer']> = {
  bytes?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PendingResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Pending'] = ResolversParentTypes['Pending']> = {
  reference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PrecheckAnswerResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['PrecheckAnswer'] = ResolversParentTypes['PrecheckAnswer']> = {
  checked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  faults?: Resolver<ReadonlyArray<ResolversTypes['ItemFault']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  outcomesOf?: Resolver<ReadonlyArray<ResolversTypes['FilingAnswer']>, ParentType, ContextType, RequireFields<QueryOutcomesOfArgs, 'operationIds'>>;
  precheckItems?: Resolver<ReadonlyArray<ResolversTypes['PrecheckAnswer']>, ParentType, ContextType, RequireFields<QueryPrecheckItemsArgs, 'requests'>>;
};

export type RefusedResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Refused'] = ResolversParentTypes['Refused']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RevokedResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Revoked'] = ResolversParentTypes['Revoked']> = {
  document?: Resolver<ResolversTypes['SealedDocument'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SealedDocumentResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['SealedDocument'] = ResolversParentTypes['SealedDocument']> = {
  disclosures?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  record?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UnknownResolvers<ContextType = CodeContext, ParentType extends ResolversParentTypes['Unknown'] = ResolversParentTypes['Unknown']> = {
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = CodeContext> = {
  CorrectionAsked?: CorrectionAskedResolvers<ContextType>;
  Enterprise?: EnterpriseResolvers<ContextType>;
  FilingAnswer?: FilingAnswerResolvers<ContextType>;
  Granted?: GrantedResolvers<ContextType>;
  GrantedProvisionally?: GrantedProvisionallyResolvers<ContextType>;
  ItemFault?: ItemFaultResolvers<ContextType>;
  ItemOutcome?: ItemOutcomeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  OrganizationCodeEntry?: OrganizationCodeEntryResolvers<ContextType>;
  PaperAnswer?: PaperAnswerResolvers<ContextType>;
  Pending?: PendingResolvers<ContextType>;
  PrecheckAnswer?: PrecheckAnswerResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refused?: RefusedResolvers<ContextType>;
  Revoked?: RevokedResolvers<ContextType>;
  SealedDocument?: SealedDocumentResolvers<ContextType>;
  Unknown?: UnknownResolvers<ContextType>;
};

