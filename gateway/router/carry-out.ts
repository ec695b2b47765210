/**
 * Carries out a plan: asks the departments in the plan's order, merges what they answer into one tree.
 *
 * A department that fails costs its own fields, each of which has its error: root fields are told of here, the fields
 * of entities when they are shown, for only then it is known which of them were asked for and came from nowhere else.
 */
import type { GraphQLError } from 'graphql';
import {
  type BatchPicked,
  Completion,
  type Excused,
  excuse,
  excuseUnasked,
  type Picked,
  pick,
  renamedPath,
} from './entities.ts';
import { ErrorList, garbage, type Loss, shownPath, told, unavailable } from './errors.ts';
import type { Hoist } from './hoist.ts';
import { type Answered, copyOf, merge, type ResponsePath, rewriteAll, type Satisfies, walk } from './merge.ts';
import type { Variables } from './operation.ts';
import type { EntitiesNode, EntityBatch, FetchNode, PlanNode } from './planner.ts';
import { DepartmentUnavailable, type Subgraph, type SubgraphCall, type SubgraphResult } from './port.ts';
import { TimeIsOver } from './time-limit.ts';

/** One operation on its way. */
export interface Run {
  readonly call: SubgraphCall;
  readonly variables: Variables;
  readonly data: Answered;
  readonly errors: GraphQLError[];
  /** Objects with an error of their own: what they lack beyond that is no further error. */
  readonly excused: Excused;
  readonly excusedRoots: Set<string>;
  /** Entities picked since the last merge, by {@link EntityBatch.sameness}: departments asked in parallel share them. */
  readonly picked: Map<string, Picked>;
  /** What was asked before its time. */
  readonly early: Map<EntitiesNode, Early>;
}

export function newRun(call: SubgraphCall, variables: Variables): Run {
  return {
    call,
    variables,
    data: {},
    errors: [],
    excused: new Map(),
    excusedRoots: new Set(),
    picked: new Map(),
    early: new Map(),
  };
}

/** Where an answer belongs. */
interface Target {
  readonly object: Answered;
  readonly path: ResponsePath;
}

interface Early {
  readonly hoist: Hoist;
  /** Of the entities that were asked for. */
  readonly identity: string;
  readonly answer: Promise<SubgraphResult | DepartmentUnavailable>;
}

export class Router {
  readonly #departments: ReadonlyMap<string, Subgraph>;
  readonly #satisfies: Satisfies;

  constructor(departments: ReadonlyMap<string, Subgraph>, satisfies: Satisfies) {
    this.#departments = departments;
    this.#satisfies = satisfies;
  }

  /** Asks what need not wait for the roots; to be called once, before {@link carryOut}. */
  askEarly(hoist: Hoist, run: Run): void {
    const guess = hoist.guess(run.variables);
    if (!guess) return;
    const picked = new Map<string, Picked>();
    for (const node of guess.nodes) {
      const picks = this.#picks(node, guess.data, picked, false);
      const answer = this.#send(node, variablesFor(node, picks, run), run);
      // Where nobody comes to take the answer, nobody hears of its failure either.
      answer.catch(() => undefined);
      run.early.set(node, { hoist, identity: identityOf(picks), answer });
    }
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
    const targets: Target[] = [];
    walk(run.data, node.at, this.#satisfies, (object, track = []) => targets.push({ object, path: [...track] }), []);
    if (targets.length === 0) return;

    this.#receive(node, targets, await this.#send(node, variablesOf(node, run), run), run);
  }

  /** Takes what a department told by itself, as the answer to a fetch at the root. */
  receive(node: FetchNode, told: SubgraphResult | DepartmentUnavailable, run: Run): void {
    this.#receive(node, [{ object: run.data, path: [] }], told, run);
  }

  #receive(
    node: FetchNode,
    targets: readonly Target[],
    result: SubgraphResult | DepartmentUnavailable,
    run: Run,
  ): void {
    const { department, keys } = node;
    const lost = new ErrorList();
    const excuseAll = (excused: readonly string[]) => {
      if (node.at.length === 0) for (const key of excused) run.excusedRoots.add(key);
      else for (const { object } of targets) excuse(run.excused, object, { keys: excused });
    };
    const lose = (loss: Loss, ends: readonly ResponsePath[]) => {
      if (lost.isFull) return lost.count(targets.length * ends.length);
      excuseAll(ends.map(([key]) => String(key)));
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
      if (!data || lost.isFull) excuseAll(keys);
      if (data) {
        rewriteAll(data, node.outputRewrites, this.#satisfies);
        const missing = keys.filter(key => !Object.hasOwn(data, key));
        if (missing.length > 0 && errors.length === 0) lose(garbage(department), endsOf(missing));
        run.picked.clear();
        for (const [index, { object }] of targets.entries()) merge(object, index === 0 ? data : copyOf(data), keys);
      }
    }
    run.errors.push(...lost.errors());
  }

  async #complete(node: EntitiesNode, run: Run): Promise<void> {
    const picks = this.#picks(node, run.data, run.picked, run.call.octets);
    if (run.excused.size > 0) for (const each of picks) excuseUnasked(each, run, this.#satisfies);
    if (picks.every(({ representations }) => representations.length === 0)) return;

    const result = await (earlyAnswer(node, picks, run) ?? this.#send(node, variablesFor(node, picks, run), run));
    const lost = new ErrorList();
    const completion = new Completion(picks, run, this.#satisfies, lost);
    if (result instanceof DepartmentUnavailable) completion.fail(unavailable(result));
    else {
      run.picked.clear();
      completion.receive(node.department, result);
    }
    run.errors.push(...lost.errors());
  }

  /** @param picked What was picked from the same data before. */
  #picks(
    { batches }: EntitiesNode,
    data: Answered,
    picked: Map<string, Picked>,
    octets: boolean | undefined,
  ): BatchPicked[] {
    return batches.map(batch => {
      const found = picked.get(batch.sameness) ?? pick(batch, data, this.#satisfies, octets);
      picked.set(batch.sameness, found);
      return { batch, ...found };
    });
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
      const reason: unknown = call.signal?.reason;
      if (!(reason instanceof TimeIsOver)) throw error;
      // The time of the whole operation is over: what has been answered is shown.
      const sentence = `gave no answer within the ${reason.limitMs} ms that the operation has`;
      return new DepartmentUnavailable(department, 'TIMEOUT', 'MAYBE', sentence);
    }
  }
}

/** What was asked early, if it is what is to be asked now; else that is dropped unseen. */
function earlyAnswer(node: EntitiesNode, picks: readonly BatchPicked[], { early }: Run): Early['answer'] | undefined {
  const asked = early.get(node);
  if (!asked) return undefined;
  const isRight = asked.identity === identityOf(picks);
  asked.hoist.learn(node, isRight);
  return isRight ? asked.answer : undefined;
}

/** No text of JSON holds a line's end. */
const identityOf = (picks: readonly BatchPicked[]): string =>
  picks.map(({ identities }) => identities.join('\n')).join('\n\n');

function variablesFor(node: EntitiesNode, picks: readonly BatchPicked[], run: Run): Record<string, unknown> {
  const variables = variablesOf(node, run) ?? {};
  for (const { batch, representations } of picks) variables[batch.variable] = representations;
  return variables;
}

export function variablesOf(
  { variables }: FetchNode | EntitiesNode,
  run: Pick<Run, 'variables'>,
): Record<string, unknown> | undefined {
  if (variables.length === 0) return undefined;
  const used: Record<string, unknown> = {};
  for (const name of variables) if (Object.hasOwn(run.variables, name)) used[name] = run.variables[name];
  return used;
}
