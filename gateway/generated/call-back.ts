import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../listener.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
};

export type DocumentInput = {
  readonly document: SealedDocumentInput;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Reports what has become of a filing or a revocation that the window has sent to the calling department. It is kept before
   * it is answered; the case goes on with it at once. Told again, it changes nothing, so whoever had no answer tells it again.
   * A report may come before the filing itself is answered: the window then takes up both.
   */
  readonly reportOutcome: Reported;
};


export type MutationReportOutcomeArgs = {
  operationId: Scalars['ID']['input'];
  outcome: OutcomeInput;
};

/** The union ItemOutcome of the contract, as an input. Granted, correctionAsked, refused and revoked are definite. */
export type OutcomeInput =
  { readonly correctionAsked: DocumentInput; readonly granted?: never; readonly grantedProvisionally?: never; readonly pending?: never; readonly refused?: never; readonly revoked?: never; }
  |  { readonly correctionAsked?: never; readonly granted: DocumentInput; readonly grantedProvisionally?: never; readonly pending?: never; readonly refused?: never; readonly revoked?: never; }
  |  { readonly correctionAsked?: never; readonly granted?: never; readonly grantedProvisionally: ProvisionalInput; readonly pending?: never; readonly refused?: never; readonly revoked?: never; }
  |  { readonly correctionAsked?: never; readonly granted?: never; readonly grantedProvisionally?: never; readonly pending: PendingInput; readonly refused?: never; readonly revoked?: never; }
  |  { readonly correctionAsked?: never; readonly granted?: never; readonly grantedProvisionally?: never; readonly pending?: never; readonly refused: DocumentInput; readonly revoked?: never; }
  |  { readonly correctionAsked?: never; readonly granted?: never; readonly grantedProvisionally?: never; readonly pending?: never; readonly refused?: never; readonly revoked: DocumentInput; };

export type PendingInput = {
  /** The department's own number, at most 200 characters. */
  readonly reference: Scalars['String']['input'];
};

export type ProvisionalInput = {
  /** What is still awaited, in words of at most 200 characters. */
  readonly awaits: Scalars['String']['input'];
  readonly document: SealedDocumentInput;
};

export type Query = {
  readonly __typename?: 'Query';
  /** Whether reports are taken. */
  readonly ready: Scalars['Boolean']['output'];
};

/** Exactly one of taken and repeated is true. */
export type Reported = {
  readonly __typename?: 'Reported';
  /** The same had been reported of this operation before. */
  readonly repeated: Scalars['Boolean']['output'];
  /** It is new, and is kept. */
  readonly taken: Scalars['Boolean']['output'];
};

/** Canonical JSON (RFC 8785) and its detached CAdES seal: base64 of DER, absent where a department does not seal. */
export type SealedDocumentInput = {
  /** What is disclosed of the record's leaves (one-window/disclosures/1): all of them; absent where the record has none. */
  readonly disclosures?: InputMaybe<Scalars['String']['input']>;
  readonly record: Scalars['String']['input'];
  readonly seal?: InputMaybe<Scalars['String']['input']>;
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
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DocumentInput: DocumentInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  OutcomeInput: OutcomeInput;
  PendingInput: PendingInput;
  ProvisionalInput: ProvisionalInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Reported: ResolverTypeWrapper<Reported>;
  SealedDocumentInput: SealedDocumentInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Boolean: Scalars['Boolean']['output'];
  DocumentInput: DocumentInput;
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  OutcomeInput: OutcomeInput;
  PendingInput: PendingInput;
  ProvisionalInput: ProvisionalInput;
  Query: Record<PropertyKey, never>;
  Reported: Reported;
  SealedDocumentInput: SealedDocumentInput;
  String: Scalars['String']['output'];
};

export type MutationResolvers<ContextType = Caller, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  reportOutcome?: Resolver<ResolversTypes['Reported'], ParentType, ContextType, RequireFields<MutationReportOutcomeArgs, 'operationId' | 'outcome'>>;
};

export type QueryResolvers<ContextType = Caller, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  ready?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ReportedResolvers<ContextType = Caller, ParentType extends ResolversParentTypes['Reported'] = ResolversParentTypes['Reported']> = {
  repeated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  taken?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Caller> = {
  Mutation?: MutationResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Reported?: ReportedResolvers<ContextType>;
};

