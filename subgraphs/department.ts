import type { buildSubgraphSchema } from '@apollo/subgraph';
import type { RegisterRow, RegisterSource } from '../adapters/port.ts';
import type { DepartmentId, ItemId, ItemsOf } from './catalogue.ts';
import type { ItemDesk, ItemPractice } from './desk.ts';
import type { DepartmentPapers } from './papers.ts';

/**
 * What a department's folder exports as `department`. A folder without its entry in the catalogue, or an entry
 * without its desk here, does not compile.
 */
export interface Department<Id extends DepartmentId, Context> {
  readonly id: Id;
  /** The folder's `schema.graphql`: what the department adds to the public graph. */
  readonly schema: URL;
  /** What its papers show, by the kind of certificate. */
  readonly papers: DepartmentPapers;
  open(tools: DepartmentTools): Promise<OpenDepartment<Id, Context>>;
}

export interface OpenDepartment<Id extends DepartmentId, Context> {
  readonly items: { readonly [Item in ItemsOf<Id>]: ItemDesk };
  /** For the fields of its schema; the hidden operations are the same for all departments and come from contract.ts. */
  readonly resolvers: SubgraphResolvers;
  /** The loaders of one request, so that a list of enterprises is one question to each register. */
  context(): Context;
}

export interface DepartmentTools {
  readonly registers: RegisterSource;
  desk<Facts, Row extends RegisterRow>(item: ItemId, practice: ItemPractice<Facts, Row>): ItemDesk;
  /** Stands for an identity number in the department's own registers: HMAC-SHA-256 under a key that stays with it. */
  pseudonym(idNumber: string): string;
}

type Modules = Extract<Parameters<typeof buildSubgraphSchema>[0], readonly unknown[]>;
type SubgraphModule = Extract<Modules[number], { resolvers?: unknown }>;
export type SubgraphResolvers = NonNullable<SubgraphModule['resolvers']>;
