import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  subscribe,
} from 'graphql';
import { endable } from './endable.ts';
import { Lru } from './lru.ts';
import type { Subgraph, SubgraphCall, SubgraphError, SubgraphRequest, SubgraphResult } from './port.ts';

/** As many operations as a front desk's pages hold, several times over; each parsed document is some tens of KB. */
const PARSED_DOCUMENTS_MAX = 1_000;

export interface LocalSubgraphOptions {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Used where a call brings no context of its own, as calls from inside the process may. */
  readonly contextValue?: unknown;
  /** Told of each error that no resolver meant to show: callers see only that there was one. */
  readonly onDefect?: ((defect: Error) => void) | undefined;
}

/**
 * A subgraph of this process, executed by graphql-js. Its operations come from the planner and from our own code,
 * so they are not validated again. Nothing here can interrupt a resolver: who gives up does not wait for it any more.
 */
export function localSubgraph({ name, schema, contextValue, onDefect }: LocalSubgraphOptions): Subgraph {
  const documents = new Lru<string, DocumentNode>(PARSED_DOCUMENTS_MAX);
  const argumentsOf = (
    { query, variables, operationName }: SubgraphRequest,
    { context }: SubgraphCall,
  ): ExecutionArgs => ({
    schema,
    document: documents.get(query) ?? documents.set(query, parse(query, { noLocation: true })),
    contextValue: context ?? contextValue,
    variableValues: variables,
    operationName,
  });
  const resultOf = ({ data, errors }: ExecutionResult): SubgraphResult => ({
    data,
    errors: errors?.map(error => shown(error, onDefect)),
  });
  return {
    name,
    async send(request, call) {
      call.signal?.throwIfAborted();
      const work = execute(argumentsOf(request, call));
      return resultOf('then' in work ? await orAborted(work, call.signal) : work);
    },
    async subscribe(request, call) {
      call.signal?.throwIfAborted();
      const begun = await orAborted(Promise.resolve(subscribe(argumentsOf(request, call))), call.signal);
      const events = Symbol.asyncIterator in begun ? begun : only(begun);
      const next = async (): Promise<IteratorResult<SubgraphResult, void>> => {
        const { done, value } = await orAborted(events.next(), call.signal);
        return done ? { done, value: undefined } : { done: false, value: resultOf(value) };
      };
      // Not waited for: it ends when its source lets it.
      return endable(next, () => void events.return().catch(() => undefined));
    },
    close: async () => {},
  };
}

async function* only<Value>(value: Value): AsyncGenerator<Value, void> {
  yield value;
}

/** What the work comes to, unless the signal aborts before: no resolver can be made to stop. */
async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work;
  let leave: (() => void) | undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    if (leave) signal.removeEventListener('abort', leave);
  }
}

/** A GraphQLError was thrown to be shown; whatever else was thrown is a defect, and may say too much. */
function shown(error: GraphQLError, onDefect: LocalSubgraphOptions['onDefect']): SubgraphError {
  const { originalError, path, extensions } = error;
  if (originalError && !(originalError instanceof GraphQLError)) {
    onDefect?.(originalError);
    return { message: 'Internal error', path, extensions: { code: 'INTERNAL' } };
  }
  return { message: error.message, path, extensions };
}
