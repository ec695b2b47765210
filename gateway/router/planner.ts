/**
 * The port to a query planner: which departments to ask, in what order, for what.
 *
 * The nodes are our own, so that another planner can take the place of today's, which has no binary for musl or
 * Windows. What a plan says is fixed once per operation; nothing in it depends on variables or data.
 */
import {
  QueryPlanner,
  type FetchNode as TheirFetch,
  type PlanNode as Theirs,
} from '@graphql-hive/router-query-planner';
import { type FieldNode, Kind, parse } from 'graphql';
import { type Ordered, ordersOf } from './graph-order.ts';
import { Lru } from './lru.ts';
import { fragmentsOf } from './operation.ts';
import { fieldsIn } from './selections.ts';

export interface Planner {
  /**
   * Plans one operation that is valid against the public schema and holds no introspection, no `@skip` and no
   * `@include`. A planner knows hidden fields too and would plan them: validation is what keeps them hidden.
   *
   * @throws {Error} if the operation cannot be planned.
   */
  plan(operation: string, operationName?: string): QueryPlan;
}

export interface QueryPlan {
  /** Of a subscription: what tells of its events. The rest is carried out for each of them. */
  readonly events?: FetchNode | undefined;
  /** Absent where nothing has to be fetched. */
  readonly root: PlanNode | undefined;
}

export type PlanNode = FetchNode | EntitiesNode | SequenceNode | ParallelNode;

/** Ask one department an operation of its own root type. */
export interface FetchNode {
  readonly kind: 'fetch';
  readonly department: string;
  readonly operation: string;
  readonly variables: readonly string[];
  /** The keys of its answer, after the rewrites. */
  readonly keys: readonly string[];
  /** Where the answer belongs; empty for the root of the response. */
  readonly at: Path;
  readonly outputRewrites: readonly Rewrite[];
}

/** Ask one department, in one request, for more of entities that are partly known already. */
export interface EntitiesNode {
  readonly kind: 'entities';
  readonly department: string;
  readonly operation: string;
  readonly variables: readonly string[];
  readonly batches: readonly EntityBatch[];
}

export interface EntityBatch {
  /** Where the entities stand in the department's answer. */
  readonly key: string;
  /** The variable that carries the representations. */
  readonly variable: string;
  readonly paths: readonly Path[];
  readonly requires: readonly Requirement[];
  /** Applied to a copy of the entity before its representation is taken. */
  readonly inputRewrites: readonly Rewrite[];
  /** Applied to each entity that comes back. */
  readonly outputRewrites: readonly Rewrite[];
  /** The keys of each answer, after the rewrites; for entities of different types, those of all of them. */
  readonly keys: readonly string[];
  /** Equal for batches that pick the same entities in the same representation. */
  readonly sameness: string;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'parallel';
  readonly nodes: readonly PlanNode[];
}

/** `each` enters a list; `types` goes on only with objects of one of these types. */
export type Step = { readonly field: string } | { readonly types: readonly string[] } | 'each';
export type Path = readonly Step[];

export type Requirement =
  | { readonly kind: 'field'; readonly name: string; readonly key: string; readonly of: readonly Requirement[] }
  | { readonly kind: 'on'; readonly type: string; readonly of: readonly Requirement[] };

export type RewriteStep = { readonly key: string } | { readonly types: readonly string[] };
export type Rewrite =
  | { readonly kind: 'rename'; readonly path: readonly RewriteStep[]; readonly to: string }
  | { readonly kind: 'set'; readonly path: readonly RewriteStep[]; readonly to: string };

/** A front desk's pages hold some hundred operations; a plan is some KB. */
const PLANS_MAX = 2_000;

export function hivePlanner(supergraphSdl: string): Planner {
  const [first, ...others] = ordersOf(supergraphSdl);
  const planners = [plannerFor(first)];
  const plans = new Lru<string, QueryPlan>(PLANS_MAX);
  const planned: Plan = (operation, operationName) => {
    for (let nth = 0; ; nth++) {
      try {
        return (planners[nth] as Plan)(operation, operationName);
      } catch (error) {
        const next = others[nth];
        if (!next) throw error;
        planners[nth + 1] ??= plannerFor(next);
      }
    }
  };
  return {
    plan(operation, operationName) {
      const key = `${operationName ?? ''}\n${operation}`;
      return plans.get(key) ?? plans.set(key, planned(operation, operationName));
    },
  };
}

type Plan = (operation: string, operationName: string | undefined) => QueryPlan;

function plannerFor({ supergraphSdl, nameOf }: Ordered): Plan {
  const planner = new QueryPlanner(supergraphSdl);
  const labels = new Set<string>();
  return (operation, operationName) => {
    const { node } = planner.plan(operation, operationName, labels, 0);
    return planOf(node, nameOf);
  };
}

function planOf(node: Theirs | undefined, nameOf: Ordered['nameOf']): QueryPlan {
  if (!node) return { root: undefined };
  const [first, ...rest] = node.kind === 'Sequence' ? node.nodes : [node];
  if (first?.kind !== 'Subscription') return { root: planNode(node, [], nameOf) };
  const { primary } = first;
  const events = rootFetch(primary, [], nameOf(primary.serviceName));
  return { events, root: rest.length > 0 ? planNode({ kind: 'Sequence', nodes: rest }, [], nameOf) : undefined };
}

function planNode(node: Theirs, at: Path, nameOf: Ordered['nameOf']): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map(child => planNode(child, at, nameOf)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map(child => planNode(child, at, nameOf)) };
    case 'Flatten':
      return planNode(node.node, [...at, ...pathOf(node.path)], nameOf);
    case 'Fetch':
      return node.requires
        ? entitiesOfOneFetch(node, node.requires, at, nameOf(node.serviceName))
        : rootFetch(node, at, nameOf(node.serviceName));
    case 'BatchFetch':
      return {
        kind: 'entities',
        department: nameOf(node.serviceName),
        operation: node.operation,
        variables: node.variableUsages ?? [],
        batches: node.entityBatch.aliases.map(batch =>
          entityBatch({
            key: batch.alias,
            variable: batch.representationsVariableName,
            paths: batch.paths.map(pathOf),
            requires: batch.requires.map(requirement),
            inputRewrites: rewrites(batch.inputRewrites),
            outputRewrites: rewrites(batch.outputRewrites),
            keys: keysOf(node.operation, rewrites(batch.outputRewrites), batch.alias),
          }),
        ),
      };
    default:
      throw new Error(`a plan step of kind ${node.kind} is not served`);
  }
}

function entitiesOfOneFetch(
  node: TheirFetch,
  requires: NonNullable<TheirFetch['requires']>,
  at: Path,
  department: string,
): EntitiesNode {
  return {
    kind: 'entities',
    department,
    operation: node.operation,
    variables: node.variableUsages ?? [],
    batches: [
      entityBatch({
        key: '_entities',
        variable: 'representations',
        paths: [at],
        requires: requires.map(requirement),
        inputRewrites: rewrites(node.inputRewrites),
        outputRewrites: rewrites(node.outputRewrites),
        keys: keysOf(node.operation, rewrites(node.outputRewrites), '_entities'),
      }),
    ],
  };
}

const entityBatch = (batch: Omit<EntityBatch, 'sameness'>): EntityBatch => ({
  ...batch,
  sameness: JSON.stringify([batch.paths, batch.requires, batch.inputRewrites]),
});

function rootFetch(node: TheirFetch, at: Path, department: string): FetchNode {
  return {
    kind: 'fetch',
    department,
    operation: node.operation,
    variables: node.variableUsages ?? [],
    keys: keysOf(node.operation, rewrites(node.outputRewrites)),
    at,
    outputRewrites: rewrites(node.outputRewrites),
  };
}

/** @param below The key of the root field whose keys are asked for; those of the root where absent. */
function keysOf(operation: string, outputRewrites: readonly Rewrite[], below?: string): string[] {
  const document = parse(operation, { noLocation: true });
  const fragments = fragmentsOf(document);
  const keyOf = ({ alias, name }: FieldNode) => (alias ?? name).value;
  const roots = document.definitions.flatMap(definition =>
    definition.kind === Kind.OPERATION_DEFINITION ? fieldsIn(definition.selectionSet, fragments) : [],
  );
  const fields =
    below === undefined
      ? roots
      : roots.flatMap(root =>
          root.selectionSet && keyOf(root) === below ? fieldsIn(root.selectionSet, fragments) : [],
        );
  return [...new Set(fields.map(field => renamed(keyOf(field), outputRewrites)))];
}

function renamed(key: string, outputRewrites: readonly Rewrite[]): string {
  const rename = outputRewrites.find(({ kind, path }) => {
    const keys = path.filter(step => 'key' in step);
    return kind === 'rename' && keys.length === 1 && keys[0]?.key === key;
  });
  return rename?.to ?? key;
}

type TheirPath = Extract<Theirs, { kind: 'Flatten' }>['path'];

const pathOf = (path: TheirPath): Path =>
  path.map(step => {
    if (step === '@') return 'each';
    return 'Field' in step ? { field: step.Field } : { types: step.TypeCondition };
  });

function requirement(selection: NonNullable<TheirFetch['requires']>[number]): Requirement {
  switch (selection.kind) {
    case 'Field':
      return {
        kind: 'field',
        name: selection.name,
        key: selection.alias ?? selection.name,
        of: (selection.selections ?? []).map(requirement),
      };
    case 'InlineFragment':
      return { kind: 'on', type: selection.typeCondition, of: selection.selections.map(requirement) };
    case 'FragmentSpread':
      throw new Error('a plan requires fields by a fragment, which is not served');
  }
}

const rewrites = (theirs: TheirFetch['outputRewrites']): readonly Rewrite[] => (theirs ?? []).map(rewrite);

function rewrite(theirs: NonNullable<TheirFetch['outputRewrites']>[number]): Rewrite {
  if ('KeyRenamer' in theirs) {
    return { kind: 'rename', path: theirs.KeyRenamer.path.map(rewriteStep), to: theirs.KeyRenamer.renameKeyTo };
  }
  const setter = 'ValueSetter' in theirs ? theirs.ValueSetter : theirs;
  return { kind: 'set', path: setter.path.map(rewriteStep), to: setter.setValueTo };
}

const rewriteStep = (step: { TypenameEquals: string[] } | { Key: string }): RewriteStep =>
  'Key' in step ? { key: step.Key } : { types: step.TypenameEquals };
