/** From a validated operation to its result: its plan is carried out, and of the answers it sees what it asked. */
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { type Denied, type Guard, type GuardedOperation, withoutDenied } from './access.ts';
import { newRun, Router } from './carry-out.ts';
import type { Meter, Price } from './cost.ts';
import { routerError } from './errors.ts';
import { Hoist } from './hoist.ts';
import { Lru } from './lru.ts';
import { satisfiesIn } from './merge.ts';
import { decoded, leavesOctets } from './octets.ts';
import type { HasHidden } from './open-types.ts';
import { fetchedKeysOf, type Prepared, plannedText, plannedVariables, prepare, type Variables } from './operation.ts';
import type { OwnerOf } from './owners.ts';
import type { Planner, QueryPlan } from './planner.ts';
import type { Subgraph, SubgraphCall } from './port.ts';
import { Projection } from './project.ts';
import { type Event, follow, type Subscribed } from './subscribe.ts';
import { Deadline, type TimeLimit } from './time-limit.ts';
import { coerceVariables } from './variables.ts';

export interface ExecutorOptions {
  readonly publicSchema: GraphQLSchema;
  readonly planner: Planner;
  readonly subgraphs: readonly Subgraph[];
  /** Names the department to blame for a value that is none; nobody is named where absent. */
  readonly ownerOf?: OwnerOf | undefined;
  /** Decides what a caller may not see; without one everybody may see everything. */
  readonly guard?: Guard | undefined;
  /** Says what an operation may not cost; nothing is counted where absent. */
  readonly meter?: Meter | undefined;
  readonly timeLimit?: TimeLimit | undefined;
  /** Of an interface or a union, as far as the planner knows; all of them may hide something where absent. */
  readonly possibleTypes?: ((abstractType: string) => readonly string[]) | undefined;
}

/** An operation that has been validated against the public schema. */
export interface Operation extends SubgraphCall {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Where it was asked for and could be done, and without errors only, the texts of the data are octets. */
export interface Result extends ExecutionResult {
  readonly octets?: true;
}

export interface Executor {
  (operation: Operation): Promise<Result>;
  /** For a subscription. */
  subscribe(operation: Operation): Promise<Subscribed>;
}

/**
 * Of all operations together: each condition variable doubles the forms that one may take. A front end has some hundred
 * operations, and uses a few forms of each; a form is some tens of KB.
 */
const FORMS_MAX = 2_000;

/** An operation with its conditions decided. */
interface Form {
  readonly plan: QueryPlan;
  /** Absent where nothing can be asked early. */
  readonly hoist: Hoist | undefined;
  readonly projection: Projection;
  /** Whether all texts of its result come from departments that leave them as octets. */
  readonly leavesOctets: boolean;
}

interface Known extends Prepared {
  /** Absent where nobody has to be asked who they are. */
  readonly guarded: GuardedOperation | undefined;
  readonly price: Price | undefined;
  /** No two operations have the same. */
  readonly serial: number;
}

/** An operation that may be carried out. */
interface Ready {
  readonly ok: true;
  readonly operation: Known;
  readonly coerced: Variables;
  readonly form: Form;
  /** What the caller may not see of it. */
  readonly denials: readonly GraphQLError[];
}

type Begun = Ready | { readonly ok: false; readonly errors: readonly GraphQLError[] };

export function createExecutor(options: ExecutorOptions): Executor {
  const { publicSchema, planner, subgraphs, ownerOf, possibleTypes, guard, meter, timeLimit } = options;
  const hasHidden: HasHidden = name => possibleTypes?.(name).some(type => !publicSchema.getType(type)) ?? true;
  const departments = new Map(subgraphs.map(subgraph => [subgraph.name, subgraph]));
  const satisfies = satisfiesIn(publicSchema);
  const router = new Router(departments, satisfies);
  // Apollo Server keeps the documents of recent operations, and lets go of them; what is kept for one goes with it.
  const known = new WeakMap<OperationDefinitionNode, Known>();
  // By the operation, the values of its condition variables, and what is denied.
  const forms = new Lru<string, Form>(FORMS_MAX);
  let operations = 0;

  const operationOf = (document: DocumentNode, definition: OperationDefinitionNode): Known => {
    const before = known.get(definition);
    if (before) return before;
    const prepared = prepare(document, definition);
    const now = {
      ...prepared,
      guarded: guard?.guarded(prepared),
      price: meter?.(prepared),
      serial: operations++,
    };
    known.set(definition, now);
    return now;
  };
  const formOf = (operation: Known, variables: Variables, denied: Denied | undefined): Form => {
    const decided = operation.conditionVariables.map(name => (variables[name] === true ? '1' : '0')).join('');
    const key = `${operation.serial} ${decided} ${denied?.key ?? ''}`;
    const before = forms.get(key);
    if (before) return before;
    const asked = denied && operation.guarded ? operation.guarded.operation : operation;
    const keyOf = fetchedKeysOf(asked);
    const text = plannedText(denied ? withoutDenied(asked, denied) : asked, variables, publicSchema, hasHidden, keyOf);
    const plan = text === undefined ? NOTHING : planner.plan(text, operation.definition.name?.value);
    const hoist = Hoist.of(plan, publicSchema, satisfies);
    const projection = new Projection(publicSchema, asked, variables, ownerOf, hasHidden, denied?.nodes, keyOf);
    const hasOctets = !plan.events && !projection.introspects && leavesOctets(plan.root, departments);
    return forms.set(key, { plan, hoist, projection, leavesOctets: hasOctets });
  };

  /** What is to be carried out; decided before anybody is asked. */
  const begin = ({ document, operationName, variables, context }: Operation, streamed: boolean): Begun => {
    const refused = (...errors: readonly GraphQLError[]): Begun => ({ ok: false, errors });
    const definition = getOperationAST(document, operationName);
    if (!definition) return refused(routerError('BAD_USER_INPUT', 'The document has no such operation'));
    if ((definition.operation === 'subscription') !== streamed) {
      return refused(routerError('OPERATION_UNSUPPORTED', 'A subscription is not answered by one response'));
    }
    const checked = coerceVariables(publicSchema, definition.variableDefinitions ?? [], variables ?? {});
    if (!checked.ok) return refused(...checked.faults);
    const coerced = checked.variables;

    const operation = operationOf(document, definition);
    const undecided = operation.conditionVariables.find(name => coerced[name] === null);
    if (undecided !== undefined) {
      return refused(routerError('BAD_USER_INPUT', `Variable "$${undecided}" decides a condition and is null`));
    }
    const excesses = operation.price?.(coerced) ?? [];
    if (excesses.length > 0) return refused(...excesses);
    const access = operation.guarded && guard?.decide(operation.guarded, coerced, context);
    if (access?.is === 'REFUSED') return refused(...access.errors);
    const restricted = access?.is === 'RESTRICTED' ? access : undefined;
    try {
      const form = formOf(operation, coerced, restricted?.denied);
      return { ok: true, operation, coerced, form, denials: restricted?.errors ?? [] };
    } catch {
      // The planner's own words would name fields that are hidden.
      return refused(routerError('OPERATION_NOT_PLANNED', 'No departments can answer this operation together'));
    }
  };

  const complete = async (
    { operation, coerced, form, denials }: Ready,
    call: SubgraphCall,
    event?: Event,
  ): Promise<Result> => {
    const deadline = timeLimit && new Deadline(timeLimit(operation), call.signal);
    const octets = call.octets === true && form.leavesOctets;
    const signal = deadline?.signal ?? call.signal;
    const run = newRun({ ...call, signal, octets }, plannedVariables(coerced));
    run.errors.push(...denials);
    const { root, events } = form.plan;
    try {
      if (event && events) router.receive(events, event, run);
      if (form.hoist) router.askEarly(form.hoist, run);
      if (root) await router.carryOut(root, run);
    } catch (error) {
      if (!call.signal?.aborted) throw error;
      return { data: null, errors: [routerError('REQUEST_ABORTED', 'The caller did not wait for the answer')] };
    } finally {
      deadline?.end();
    }
    const result = form.projection.show(run.data, coerced, run);
    if (!octets) return result;
    return result.errors ? { ...result, data: decoded(result.data ?? null) } : { ...result, octets };
  };

  const answer = async (operation: Operation): Promise<Result> => {
    const begun = begin(operation, false);
    return begun.ok ? complete(begun, callOf(operation)) : { errors: begun.errors };
  };
  const subscribe = async (operation: Operation): Promise<Subscribed> => {
    const begun = begin(operation, true);
    if (!begun.ok) return { errors: begun.errors };
    const call = callOf(operation);
    const source = begun.form.plan.events;
    if (!source) return complete(begun, call);
    const variables = plannedVariables(begun.coerced);
    return follow({ source, variables, call, departments, complete: event => complete(begun, call, event) });
  };
  return Object.assign(answer, { subscribe });
}

const callOf = ({ document: _, operationName: __, variables: ___, ...call }: Operation): SubgraphCall => call;

const NOTHING: QueryPlan = { root: undefined };
