/**
 * Carries out a plan: asks the departments in the plan's order, merges what they answer into one tree.
 *
 * A department that fails costs its own fields. Its error says where: at the root fields it was to answer, or at
 * the entities it was to complete.
 */
import { type GraphQLError, type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { ERRORS_LISTED_MAX, ErrorList, garbage, type Loss, shownPath, told, unavailable } from './errors.ts';
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
import { DepartmentUnavailable, type Subgraph, type SubgraphCall, type SubgraphResult } from './subgraph.ts';

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
    const { department, keys } = node;
    const targets: { object: Answered; path: ResponsePath }[] = [];
    walk(run.data, node.at, this.#satisfies, (object, track = []) => targets.push({ object, path: [...track] }), []);
    if (targets.length === 0) return;

    const result = await this.#send(node, variablesOf(node, run), run);
    const lost = new ErrorList();
    const excuse = (excused: readonly string[]) => {
      if (node.at.length === 0) for (const key of excused) run.excusedRoots.add(key);
      else for (const { object } of targets) run.excused.add(object);
    };
    const lose = (loss: Loss, ends: readonly ResponsePath[]) => {
      if (lost.isFull) return lost.count(targets.length * ends.length);
      excuse(ends.map(([key]) => String(key)));
      for (const { path } of targets) for (const end of ends) lost.add(shownPath([...path, ...end]), loss);
    };
    const endsOf = (each: readonly string[]) => each.map(key => [key]);
    if (result instanceof DepartmentUnavailable) lose(unavailable(result), endsOf(keys));
    else {
      const { data, errors = [] } = result;
      for (const error of errors) {
        lose(told(department, error), error.path?.length ? [renamedPath(error.path, node)] : endsOf(keys));
      }
      // A list that is full may hold nothing of keys that are lost as well.
      if (!data || lost.isFull) excuse(keys);
      if (data) {
        rewriteAll(data, node.outputRewrites, this.#satisfies);
        const missing = keys.filter(key => !Object.hasOwn(data, key));
        if (missing.length > 0 && errors.length === 0) lose(garbage(department), endsOf(missing));
        run.picked.clear();
        for (const [index, { object }] of targets.entries()) merge(object, index === 0 ? data : copyOf(data));
      }
    }
    run.errors.push(...lost.errors());
  }

  async #complete(node: EntitiesNode, run: Run): Promise<void> {
    const variables = variablesOf(node, run) ?? {};
    const picks = node.batches.map(batch => ({ batch, ...this.#pick(batch, run) }));
    if (picks.every(({ representations }) => representations.length === 0)) return;
    for (const { batch, representations } of picks) variables[batch.variable] = representations;

    const result = await this.#send(node, variables, run);
    const lost = new ErrorList();
    if (result instanceof DepartmentUnavailable) {
      for (const { batch, entities } of picks) this.#lose(batch, entities, run, lost, unavailable(result));
    } else this.#receive(node.department, result, picks, run, lost);
    run.errors.push(...lost.errors());
  }

  #receive(
    department: string,
    { data, errors = [] }: SubgraphResult,
    picks: readonly (Picked & { readonly batch: EntityBatch })[],
    run: Run,
    lost: ErrorList,
  ): void {
    const unplaced: Loss[] = [];
    for (const error of errors) {
      const [key, nth, ...rest] = error.path ?? [];
      const pick = picks.find(({ batch }) => batch.key === key);
      const entities = typeof nth === 'number' ? pick?.entities[nth] : undefined;
      const loss = told(department, error);
      if (pick && entities) this.#lose(pick.batch, [entities], run, lost, loss, renamedPath(rest, pick.batch));
      else if (unplaced.length < ERRORS_LISTED_MAX) unplaced.push(loss);
      else lost.count(1);
    }
    run.picked.clear();
    for (const { batch, entities } of picks) {
      const answers = data?.[batch.key];
      if (!Array.isArray(answers) || answers.length !== entities.length) {
        if (errors.length === 0) this.#lose(batch, entities, run, lost, garbage(department));
        for (const loss of unplaced) this.#lose(batch, entities, run, lost, loss);
        continue;
      }
      // Which entity it was is not said, so it is shown at the first.
      for (const loss of unplaced.splice(0)) this.#lose(batch, entities.slice(0, 1), run, lost, loss);
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

  /** Reports one loss at each place of the entities that it concerns. */
  #lose(
    batch: EntityBatch,
    concerned: readonly (readonly Answered[])[],
    run: Run,
    lost: ErrorList,
    loss: Loss,
    rest: ResponsePath = [],
  ): void {
    const wanted = new Set(concerned.flat());
    for (const entity of wanted) run.excused.add(entity);
    if (lost.isFull) {
      lost.count(wanted.size);
      return;
    }
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
    for (const place of places.values()) lost.add(shownPath(place), loss);
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
