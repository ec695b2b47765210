import { Agent } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CENTER, type DepartmentId, departmentIds } from '../../subgraphs/catalogue.ts';
import type { ItemOutcome } from '../../subgraphs/generated/contract.ts';
import { ownTransport } from '../../subgraphs/keys.ts';
import type { SlowFate } from './fate.ts';
import { post } from './line.ts';
import { countUp, type Tally } from './tally.ts';

/** Calls gateways back in the name of departments (`reportOutcome`, mutual TLS), until one of them has taken it. */
export interface CallBack {
  report(department: DepartmentId, operationId: string, outcome: ItemOutcome, calls: SlowFate['calls']): Calling;
  /** Calls by what was answered. */
  readonly counts: Tally;
  /** Decisions that a gateway would not have; none is expected, for every one is lawful and sealed. */
  readonly refused: readonly { readonly operationId: string; readonly code: string }[];
  stop(): void;
}

interface Report {
  readonly query: string;
  readonly variables: { readonly operationId: string; readonly outcome: object };
}

export interface Calling {
  /** When each gateway has been called once, whatever came of it. */
  readonly tried: Promise<void>;
  /** When some gateway has taken it or refused it for good, or nobody did within the bound. */
  readonly taken: Promise<void>;
}

/** A gateway that is stopped keeps a connection open and says nothing. */
const callTimeoutMs = 2_500;
const againMinMs = 150;
const againMaxMs = 600;
/** Gateways come back within seconds; after so long the decision is lost, and the case will be found stuck. */
const callMaxMs = 180_000;

/** @param ports Of the gateways' listeners for departments. */
export function createCallBack(dataDir: string, ports: readonly number[]): CallBack {
  const agents = new Map(departmentIds.map(id => [id, agentOf(dataDir, id)]));
  const counts = new Map<string, number>();
  const refused: { readonly operationId: string; readonly code: string }[] = [];
  const stopping = new AbortController();

  /** Whether it needs no further call. */
  async function call(department: DepartmentId, port: number, body: Report): Promise<boolean> {
    const agent = agents.get(department) as Agent;
    const { data, errors } = await post(`https://127.0.0.1:${port}/graphql`, body, { agent, timeoutMs: callTimeoutMs });
    const reported = data?.reportOutcome as { taken: boolean; repeated: boolean } | undefined;
    if (reported) {
      countUp(counts, reported.taken ? 'taken' : 'repeated');
      return true;
    }
    const [error] = (errors ?? []) as readonly { readonly extensions?: { readonly code?: string; reason?: string } }[];
    const { code = 'no answer', reason } = error?.extensions ?? {};
    countUp(counts, reason === undefined ? code : `${code} ${reason}`);
    if (TRY_AGAIN.has(code)) return false;
    refused.push({ operationId: body.variables.operationId, code: reason ?? code });
    return true;
  }

  const tryCall = (department: DepartmentId, port: number, body: Report): Promise<boolean> =>
    call(department, port, body).catch(() => {
      countUp(counts, 'unreachable');
      return false;
    });

  return {
    counts,
    refused,
    report(department, operationId, outcome, calls) {
      const body = { query: REPORT, variables: { operationId, outcome: inputOf(outcome) } };
      const checkDigit = Number(/\d(?=\/)/.exec(operationId)?.[0] ?? 0);
      const turned = ports.map((_, at) => ports[(at + checkDigit) % ports.length] as number);
      const once = calls === 'BOTH' ? turned : turned.slice(0, 1);
      const trying = Promise.all(once.map(port => tryCall(department, port, body)));

      const until = async (): Promise<void> => {
        const deadline = performance.now() + callMaxMs;
        let done = (await trying).includes(true);
        for (let at = 1; !done && performance.now() < deadline && !stopping.signal.aborted; at += 1) {
          await sleep(againMinMs + Math.random() * (againMaxMs - againMinMs));
          done = await tryCall(department, turned[at % turned.length] as number, body);
        }
        if (calls === 'TWICE') await tryCall(department, turned.at(-1) as number, body);
      };
      return { tried: trying.then(() => undefined), taken: until() };
    },
    stop() {
      stopping.abort();
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** A gateway that is starting, stopping or in trouble; anything else it says is its last word. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['INTERNAL', 'BUSY', 'no answer']);

const agentOf = (dataDir: string, department: DepartmentId): Agent =>
  new Agent({
    ...ownTransport(join(dataDir, department, 'keys'), join(dataDir, 'trust')),
    keepAlive: true,
    maxSockets: 8,
    servername: `${CENTER.id}.one-window.internal`,
  });

const REPORT = `mutation ($operationId: ID!, $outcome: OutcomeInput!) {
  reportOutcome(operationId: $operationId, outcome: $outcome) { taken repeated } }`;

/** The union of the contract as the input that has exactly one of its fields. */
function inputOf({ __typename, ...fields }: ItemOutcome): Readonly<Record<string, object>> {
  const name = String(__typename);
  return { [`${name.charAt(0).toLowerCase()}${name.slice(1)}`]: fields };
}
