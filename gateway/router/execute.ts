/** From a validated operation to its result: its plan is carried out, and of the answers it sees what it asked. */
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { Router, type Run, satisfiesIn } from './carry-out.ts';
import { routerError } from './errors.ts';
import { Lru } from './lru.ts';
import { type Prepared, plannedText, plannedVariables, prepare, type Variables } from './operation.ts';
import type { OwnerOf } from './owners.ts';
import type { Planner, QueryPlan } from './planner.ts';
import { Projection } from './project.ts';
import type { Subgraph, SubgraphCall } from './subgraph.ts';
import { coerceVariables } from './variables.ts';

export interface ExecutorOptions {
  readonly publicSchema: GraphQLSchema;
  readonly planner: Planner;
  readonly subgraphs: readonly Subgraph[];
  /** Names the department to blame for a value that is none; nobody is named where absent. */
  readonly ownerOf?: OwnerOf | undefined;
}

/** An operation that has been validated against the public schema. */
export interface Operation extends SubgraphCall {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

export type Executor = (operation: Operation) => Promise<ExecutionResult>;

/** Each condition variable doubles the forms that one operation may take; a front end uses a few of them. */
const FORMS_PER_OPERATION_MAX = 32;

/** An operation with its conditions decided. */
interface Form {
  readonly plan: QueryPlan;
  readonly projection: Projection;
}

interface Known extends Prepared {
  /** By the values of the condition variables. */
  readonly forms: Lru<string, Form>;
}

export function createExecutor({ publicSchema, planner, subgraphs, ownerOf }: ExecutorOptions): Executor {
  const departments = new Map(subgraphs.map(subgraph => [subgraph.name, subgraph]));
  const router = new Router(departments, satisfiesIn(publicSchema));
  // Apollo Server keeps the documents of recent operations, and lets go of them; what is kept for one goes with it.
  const known = new WeakMap<OperationDefinitionNode, Known>();

  const operationOf = (document: DocumentNode, definition: OperationDefinitionNode): Known => {
    const before = known.get(definition);
    if (before) return before;
    const now = { ...prepare(document, definition), forms: new Lru<string, Form>(FORMS_PER_OPERATION_MAX) };
    known.set(definition, now);
    return now;
  };
  const formOf = (operation: Known, variables: Variables): Form => {
    const key = operation.conditionVariables.map(name => (variables[name] === true ? '1' : '0')).join('');
    const before = operation.forms.get(key);
    if (before) return before;
    const text = plannedText(operation, variables, publicSchema);
    const plan = text === undefined ? NOTHING : planner.plan(text, operation.definition.name?.value);
    return operation.forms.set(key, { plan, projection: new Projection(publicSchema, operation, variables, ownerOf) });
  };

  return async ({ document, operationName, variables, ...call }) => {
    const definition = getOperationAST(document, operationName);
    if (!definition) return { errors: [routerError('BAD_USER_INPUT', 'The document has no such operation')] };
    if (definition.operation === 'subscription') {
      return { errors: [routerError('OPERATION_UNSUPPORTED', 'A subscription is not answered by one response')] };
    }
    const checked = coerceVariables(publicSchema, definition.variableDefinitions ?? [], variables ?? {});
    if (!checked.ok) return { errors: checked.faults };
    const coerced = checked.variables;

    const operation = operationOf(document, definition);
    const undecided = operation.conditionVariables.find(name => coerced[name] === null);
    if (undecided !== undefined) {
      return { errors: [routerError('BAD_USER_INPUT', `Variable "$${undecided}" decides a condition and is null`)] };
    }
    let form: Form;
    try {
      form = formOf(operation, coerced);
    } catch {
      // The planner's own words would name fields that are hidden.
      return { errors: [routerError('OPERATION_NOT_PLANNED', 'No departments can answer this operation together')] };
    }
    const run: Run = {
      call,
      variables: plannedVariables(coerced),
      data: {},
      errors: [],
      excused: new Set(),
      excusedRoots: new Set(),
      picked: new Map(),
    };
    try {
      if (form.plan.root) await router.carryOut(form.plan.root, run);
    } catch (error) {
      if (!call.signal?.aborted) throw error;
      return { data: null, errors: [routerError('REQUEST_ABORTED', 'The caller did not wait for the answer')] };
    }
    return form.projection.show(run.data, coerced, run);
  };
}

const NOTHING: QueryPlan = { root: undefined };
