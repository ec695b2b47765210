/**
 * Carries out a plan: asks the departments in the plan's order, merges what they answer into one tree.
 *
 * A department that fails costs its own fields. Its error says where: at the root fields it was to answer, or at
 * the entities it was to complete.
 */
import { type GraphQLError, type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { errorsAt, extensionsOf, garbage, unavailable } from './errors.ts';
import {
  type Answered,
  copyOf,
  isAnswered,
  merge,
  type ResponsePath,
  representationOf,
  rewriteAll,
  type Satisfies,
  walk,
} from './merge.ts';
import type { Variables } from './operation.ts';
import type { EntitiesNode, EntityBatch, FetchNode, PlanNode } from './planner.ts';
import {
  DepartmentUnavailable,
  type Subgraph,
  type SubgraphCall,
  type SubgraphError,
  type SubgraphResult,
} from './subgraph.ts';

/** One operation on its way. */
export interface Run {
  readonly call: SubgraphCall;
  readonly variables: Variables;
  readonly data: Answered;
  readonly errors: GraphQLError[];
  /** Objects with an error of their own: what they lack beyond that is no further error. */
  readonly excused: Set<Answered>;
  readonly excusedRoots: Set<string>;
  /** Entities picked since the last merge, by {@link EntityBatch.sameness}: departments asked in parallel share them. */
  readonly picked: Map<string, Picked>;
}

interface Picked {
  readonly representations: readonly Answered[];
  /** For each representation the objects that it stands for. */
  readonly entities: readonly (readonly Answered[])[];
}

export function satisfiesIn(schema: GraphQLSchema): Satisfies {
  return (name, condition) => {
    if (name === condition) return true;
    const abstract = schema.getType(condition);
    const concrete = schema.getType(name);
    return isAbstractType(abstract) && isObjectType(concrete) && schema.isSubType(abstract, concrete);
  };
}

export class Router {
  readonly #departments: ReadonlyMap<string, Subgraph>;
  readonly #satisfies: Satisfies;

  constructor(departments: ReadonlyMap<string, Subgraph>, satisfies: Satisfies) {
    this.#departments = departments;
    this.#satisfies = satisfies;
  }

  async carryOut(node: PlanNode, run: Run): Promise<void> {
    switch (node.kind) {
      case 'sequence':
        for (const each of node.nodes) await this.carryOut(each, run);
        return;
      case 'parallel':
        await Promise.all(node.nodes.map(each => this.carryOut(each, run)));
        return;
      case 'fetch':
        return this.#fetch(node, run);
      case 'entities':
        return this.#complete(node, run);
    }
  }

  async #fetch(node: FetchNode, run: Run): Promise<void> {
    const { keys } = node;
    const targets: { object: Answered; path: ResponsePath }[] = [];
    walk(run.data, node.at, this.#satisfies, (object, track = []) => targets.push({ object, path: [...track] }), []);
    if (targets.length === 0) return;

    const excuse = (key: string | number | undefined) => {
      if (node.at.length > 0) for (const { object } of targets) run.excused.add(object);
      else if (key === undefined) for (const each of keys) run.excusedRoots.add(each);
      else run.excusedRoots.add(String(key));
    };
    const result = await this.#send(node, variablesOf(node, run), run);
    if (result instanceof DepartmentUnavailable) {
      excuse(undefined);
      const places = targets.flatMap(({ path }) => keys.map(key => [...path, key]));
      run.errors.push(...errorsAt(places, result.message, unavailable(result)));
      return;
    }
    for (const error of result.errors ?? []) {
      const inside = error.path ?? [];
      excuse(inside[0]);
      const ends = inside.length > 0 ? [renamedPath(inside, node)] : keys.map(key => [key]);
      const places = targets.flatMap(({ path }) => ends.map(end => [...path, ...end]));
      run.errors.push(...errorsAt(places, error.message, extensionsOf(node.department, error)));
    }
    const { data } = result;
    if (!data) return excuse(undefined);
    rewriteAll(data, node.outputRewrites, this.#satisfies);
    if (!keys.every(key => Object.hasOwn(data, key)) && !result.errors?.length) {
      const fault = garbage(node.department);
      const missing = keys.filter(key => !Object.hasOwn(data, key));
      for (const key of missing) excuse(key);
      const places = targets.flatMap(({ path }) => missing.map(key => [...path, key]));
      run.errors.push(...errorsAt(places, fault.message, unavailable(fault)));
    }
    run.picked.clear();
    for (const [index, { object }] of targets.entries()) merge(object, index === 0 ? data : copyOf(data));
  }

  async #complete(node: EntitiesNode, run: Run): Promise<void> {
    const variables = variablesOf(node, run) ?? {};
    const picks = node.batches.map(batch => this.#pick(batch, run));
    if (picks.every(({ representations }) => representations.length === 0)) return;
    for (const [index, batch] of node.batches.entries()) variables[batch.variable] = picks[index]?.representations;

    const result = await this.#send(node, variables, run);
    if (result instanceof DepartmentUnavailable) {
      for (const [index, { entities }] of picks.entries()) {
        this.#fail(node.batches[index] as EntityBatch, entities, run, result.message, unavailable(result));
      }
      return;
    }
    const unplaced: SubgraphError[] = [];
    for (const error of result.errors ?? []) {
      const at = node.batches.findIndex(({ key }) => key === error.path?.[0]);
      const nth = error.path?.[1];
      const entities = typeof nth === 'number' ? picks[at]?.entities[nth] : undefined;
      if (!entities) unplaced.push(error);
      else {
        const batch = node.batches[at] as EntityBatch;
        const rest = renamedPath(error.path?.slice(2) ?? [], batch);
        this.#fail(batch, [entities], run, error.message, extensionsOf(node.department, error), rest);
      }
    }
    run.picked.clear();
    for (const [index, batch] of node.batches.entries()) {
      const { entities } = picks[index] as Picked;
      const answers = result.data?.[batch.key];
      if (!Array.isArray(answers) || answers.length !== entities.length) {
        if (unplaced.length === 0 && !result.errors?.length) {
          const fault = garbage(node.department);
          this.#fail(batch, entities, run, fault.message, unavailable(fault));
        }
        for (const error of unplaced) {
          this.#fail(batch, entities, run, error.message, extensionsOf(node.department, error));
        }
        continue;
      }
      // Which entity it was is not said, so it is shown at the first.
      for (const error of unplaced.splice(0)) {
        this.#fail(batch, entities.slice(0, 1), run, error.message, extensionsOf(node.department, error));
      }
      for (const [nth, answer] of answers.entries()) {
        if (!isAnswered(answer)) continue;
        rewriteAll(answer, batch.outputRewrites, this.#satisfies);
        const [first, ...others] = entities[nth] as readonly Answered[];
        // Copied before the first place takes the answer for its own.
        for (const other of others) merge(other, copyOf(answer));
        if (first) merge(first, answer);
      }
    }
  }

  async #send(
    { department, operation: query }: FetchNode | EntitiesNode,
    variables: Record<string, unknown> | undefined,
    { call }: Run,
  ): Promise<SubgraphResult | DepartmentUnavailable> {
    const subgraph = this.#departments.get(department);
    if (!subgraph) throw new Error(`the plan asks ${department}, which this gateway has no client for`);
    try {
      return await subgraph.send({ query, variables }, call);
    } catch (error) {
      if (error instanceof DepartmentUnavailable) return error;
      throw error;
    }
  }

  /** The entities of a batch, each once, however often it stands in the tree. */
  #pick(batch: EntityBatch, run: Run): Picked {
    const before = run.picked.get(batch.sameness);
    if (before) return before;
    const places = new Map<string, Answered[]>();
    const representations: Answered[] = [];
    const entities: Answered[][] = [];
    const pick = (entity: Answered) => {
      const source = batch.inputRewrites.length === 0 ? entity : copyOf(entity);
      rewriteAll(source, batch.inputRewrites, this.#satisfies);
      const representation = representationOf(source, batch.requires, this.#satisfies);
      if (!representation) return;
      const identity = JSON.stringify(representation);
      const same = places.get(identity);
      if (same) {
        same.push(entity);
        return;
      }
      const first = [entity];
      places.set(identity, first);
      representations.push(representation);
      entities.push(first);
    };
    for (const path of batch.paths) walk(run.data, path, this.#satisfies, pick);
    const picked = { representations, entities };
    run.picked.set(batch.sameness, picked);
    return picked;
  }

  /** Reports one failure at each place of the entities that it concerns. */
  #fail(
    batch: EntityBatch,
    concerned: readonly (readonly Answered[])[],
    run: Run,
    message: string,
    extensions: Record<string, unknown>,
    rest: ResponsePath = [],
  ): void {
    const wanted = new Set(concerned.flat());
    for (const entity of wanted) run.excused.add(entity);
    // Where an entity stands is worked out only now: most operations never need to know.
    const places = new Map<Answered, ResponsePath>();
    for (const path of batch.paths) {
      walk(
        run.data,
        path,
        this.#satisfies,
        (entity, track = []) => {
          if (wanted.has(entity)) places.set(entity, [...track, ...rest]);
        },
        [],
      );
    }
    run.errors.push(...errorsAt([...places.values()], message, extensions));
  }
}

function variablesOf({ variables }: FetchNode | EntitiesNode, run: Run): Record<string, unknown> | undefined {
  if (variables.length === 0) return undefined;
  const used: Record<string, unknown> = {};
  for (const name of variables) if (Object.hasOwn(run.variables, name)) used[name] = run.variables[name];
  return used;
}

/** A department knows its answer by the keys it was asked for, before any rewrite. */
function renamedPath(path: ResponsePath, { outputRewrites }: FetchNode | EntityBatch): ResponsePath {
  if (outputRewrites.length === 0) return path;
  return path.map(key => {
    const rename = outputRewrites.find(({ kind, path: steps }) => {
      const last = steps.at(-1);
      return kind === 'rename' && last !== undefined && 'key' in last && last.key === key;
    });
    return rename?.to ?? key;
  });
}
