import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../../subgraphs/caller.ts';
import { REFUSALS } from '../../subgraphs/errors.ts';
import type { Random } from '../generate/random.ts';
import type { Arena } from './arena.ts';
import { countUp, type Tally } from './tally.ts';

/** A request that changes something, and every answer that it was given: all must agree. */
export interface Sent {
  readonly mutation: keyof typeof MUTATIONS;
  readonly requestId: string;
  readonly answers: Answer[];
}

export type Answer =
  | { readonly is: 'DONE'; readonly number: string; readonly state: string; readonly repairId?: string }
  | { readonly is: 'REFUSED'; readonly code: string; readonly number: string | undefined };

/** Sends requests to gateways that come and go, until they are answered. */
export interface Desk {
  /** Everything that was asked; who looks at it afterwards finds what must be in the database. */
  readonly sent: readonly Sent[];
  /**
   * The same request again and again, under the same request id, until a gateway has answered it. Undefined when none
   * did within the bound.
   * @param first The gateway that is asked first; the others follow.
   */
  ask(request: Request, first: number): Promise<Answer | undefined>;
  /** Tries that had no answer, by what was heard instead. */
  readonly vain: Tally;
  stop(): void;
}

export interface Request {
  readonly mutation: keyof typeof MUTATIONS;
  readonly requestId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const SHOWN = 'number state';
const MUTATIONS = {
  REGISTER: `mutation ($input: RegisterEnterpriseInput!) { done: registerEnterprise(input: $input) { ${SHOWN} } }`,
  RESUBMIT: `mutation ($requestId: ID!, $number: ID!, $application: ApplicationInput!) {
    done: resubmitCase(requestId: $requestId, number: $number, application: $application) { ${SHOWN} } }`,
  WITHDRAW: `mutation ($requestId: ID!, $number: ID!, $reason: String!) {
    done: withdrawCase(requestId: $requestId, number: $number, reason: $reason) { ${SHOWN} } }`,
  PROPOSE: `mutation ($requestId: ID!, $number: ID!, $item: ID!, $verb: RepairVerb!, $reason: String!) {
    done: proposeRepair(requestId: $requestId, number: $number, item: $item, verb: $verb, reason: $reason) { id } }`,
  APPROVE: `mutation ($id: ID!) { done: approveRepair(id: $id) { ${SHOWN} } }`,
} as const;

const WHO: Readonly<Record<keyof typeof MUTATIONS, readonly [subject: string, role: Role]>> = {
  REGISTER: ['clerk-1', 'CLERK'],
  RESUBMIT: ['clerk-2', 'CLERK'],
  WITHDRAW: ['clerk-1', 'CLERK'],
  PROPOSE: ['officer-1', 'OFFICER'],
  APPROVE: ['approver-1', 'APPROVER'],
};

/** Longer than the inline budget; a gateway that is stopped would never answer. */
const tryTimeoutMs = 5_000;
const againMinMs = 50;
const againMaxMs = 250;
/** Gateways come back within seconds; a request that nobody answers in this time is lost. */
const answerMaxMs = 180_000;

export async function openDesk(arena: Arena, random: Random): Promise<Desk> {
  const urls = arena.gateways.map(({ url }) => `${url}/graphql`);
  const tokens = new Map<string, string>();
  for (const [subject, role] of Object.values(WHO)) tokens.set(subject, await arena.token(subject, role));
  const sent: Sent[] = [];
  const vain = new Map<string, number>();
  const stopping = new AbortController();

  async function tryOnce({ mutation, variables }: Request, url: string): Promise<Answer | undefined> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get(WHO[mutation][0])}` },
      body: JSON.stringify({ query: MUTATIONS[mutation], variables }),
      signal: AbortSignal.timeout(tryTimeoutMs),
    });
    return readAnswer((await response.json()) as Body, variables);
  }

  return {
    sent,
    vain,
    async ask(request, first) {
      const { mutation, requestId } = request;
      const one: Sent = { mutation, requestId, answers: [] };
      sent.push(one);
      const deadline = performance.now() + answerMaxMs;
      for (let at = first; performance.now() < deadline && !stopping.signal.aborted; at += 1) {
        const url = urls[at % urls.length] as string;
        const answer = await tryOnce(request, url).catch((error: Error) => void countUp(vain, heardIn(error)));
        if (answer) {
          one.answers.push(answer);
          return answer;
        }
        await sleep(random.between(againMinMs, againMaxMs));
      }
      return undefined;
    },
    stop: () => stopping.abort(),
  };
}

interface Body {
  readonly data?: {
    readonly done?: { readonly number?: string; readonly state?: string; readonly id?: string };
  } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string; readonly case?: string } }[];
}

/** Errors that are no refusal: the gateway is in trouble, and whoever asked asks again. */
class NoWord extends Error {}

/** @throws {NoWord} */
function readAnswer({ data, errors }: Body, variables: Request['variables']): Answer {
  const [error] = errors ?? [];
  if (!error && data?.done) {
    const { number = String(variables.number), state = '', id } = data.done;
    return { is: 'DONE', number, state, ...(id === undefined ? {} : { repairId: id }) };
  }
  const code = error?.extensions?.code ?? 'NO_CODE';
  const isRefused = (Object.hasOwn(REFUSALS, code) && code !== 'BUSY') || IN_VAIN.has(code);
  if (!isRefused) throw new NoWord(code);
  return { is: 'REFUSED', code, number: error?.extensions?.case };
}

/** What no repetition mends: the request does not fit the schema. */
const IN_VAIN: ReadonlySet<string> = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED']);

function heardIn(error: Error): string {
  if (error instanceof NoWord) return error.message;
  const cause = error.cause as { readonly code?: string } | undefined;
  return cause?.code ?? error.name;
}
