import type { DepartmentId } from '../../subgraphs/catalogue.ts';
import type {
  Filing,
  FilingAnswer,
  ItemOutcome,
  PrecheckAnswer,
  PrecheckRequest,
  Revocation,
} from '../../subgraphs/generated/contract.ts';
import { DepartmentUnavailable, type Subgraph } from '../router/subgraph.ts';
import { gathered } from './gather.ts';

/**
 * The hidden operations of one department. Answers stand in the order asked; where one is not an answer to what was
 * asked it is undefined, and its neighbors stand.
 *
 * @throws {NoAnswer} from each operation; whether the department did anything is then not known.
 */
export interface DepartmentClient {
  precheck(requests: readonly PrecheckRequest[]): Promise<Answers<PrecheckAnswer>>;
  file(filings: readonly Filing[]): Promise<Answers<ItemOutcome>>;
  outcomes(operationIds: readonly string[]): Promise<Answers<ItemOutcome>>;
  revoke(revocations: readonly Revocation[]): Promise<Answers<ItemOutcome>>;
}

export type Answers<Answer> = readonly (Answer | undefined)[];

/** The department was away, or what came back was no answer at all. The message is a code that a clerk may see. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export type DepartmentClients = Readonly<Record<DepartmentId, DepartmentClient>>;

/** @param signal Gives up whatever is under way when it aborts. */
export function departmentClient(subgraph: Subgraph, signal: AbortSignal): DepartmentClient {
  async function ask(query: string, field: string, variables: Record<string, unknown>): Promise<readonly unknown[]> {
    const result = await subgraph.send({ query, variables }, { signal }).catch((cause: unknown) => {
      if (cause instanceof DepartmentUnavailable) throw new NoAnswer(cause.reason, { cause });
      throw signal.aborted ? new NoAnswer('GIVEN_UP', { cause }) : cause;
    });
    const answers = result.data?.[field];
    if (Array.isArray(answers)) return answers;
    const code = String(result.errors?.[0]?.extensions?.code);
    throw new NoAnswer(CODE.test(code) ? code : 'GARBAGE');
  }

  async function outcomesFrom(
    query: string,
    field: string,
    variables: Record<string, unknown>,
    operationIds: readonly string[],
  ): Promise<Answers<ItemOutcome>> {
    const answers = await ask(query, field, variables);
    return operationIds.map((operationId, at) => {
      const answer = answers[at];
      return isFilingAnswer(answer) && answer.operationId === operationId ? answer.outcome : undefined;
    });
  }

  async function precheck(requests: readonly PrecheckRequest[]): Promise<Answers<PrecheckAnswer>> {
    const answers = await ask(PRECHECK, 'precheckItems', { requests });
    return requests.map((request, at) => {
      const answer = answers[at];
      return isPrecheckAnswer(answer) && isAnswerTo(request, answer) ? answer : undefined;
    });
  }
  const file = (filings: readonly Filing[]) => outcomesFrom(FILE, 'fileItems', { filings }, filings.map(operationId));
  const outcomes = (ids: readonly string[]) => outcomesFrom(OUTCOMES, 'outcomesOf', { ids }, ids);
  const revoke = (revocations: readonly Revocation[]) =>
    outcomesFrom(REVOKE, 'revokeItems', { revocations }, revocations.map(operationId));

  const fileTogether = gathered(file, entriesPerCallMax);
  return {
    precheck: gathered(precheck, entriesPerCallMax),
    // Papers are large: a call that brings some travels alone, or one case's would be too much for the others.
    file: filings => (filings.some(bringsPapers) ? file(filings) : fileTogether(filings)),
    outcomes: gathered(outcomes, entriesPerCallMax),
    revoke: gathered(revoke, entriesPerCallMax),
  };
}

/** Of many cases in one call; a department takes twice as many. */
const entriesPerCallMax = 100;

const bringsPapers = ({ application }: Filing): boolean => application.materials.some(({ content }) => content);

const operationId = (asked: { readonly operationId: string }): string => asked.operationId;

const OUTCOME = `operationId outcome { __typename
  ... on Granted { document { record seal } }
  ... on GrantedProvisionally { document { record seal } awaits }
  ... on Pending { reference }
  ... on CorrectionAsked { document { record seal } }
  ... on Refused { document { record seal } }
  ... on Revoked { document { record seal } }
  ... on Unknown { reason } }`;
const PRECHECK = `query PrecheckItems($requests: [PrecheckRequest!]!) {
  precheckItems(requests: $requests) { requestId checked faults { item path code message } } }`;
const FILE = `mutation FileItems($filings: [Filing!]!) { fileItems(filings: $filings) { ${OUTCOME} } }`;
const OUTCOMES = `query OutcomesOf($ids: [ID!]!) { outcomesOf(operationIds: $ids) { ${OUTCOME} } }`;
const REVOKE = `mutation RevokeItems($revocations: [Revocation!]!) {
  revokeItems(revocations: $revocations) { ${OUTCOME} } }`;

// --- the form of answers: a department's system may answer anything -------------------------------------------------

/** Two hundred founders with some faults each, and then some. */
const faultsMax = 1_000;
const faultTextCharactersMax = 1_000;
/** Of a reason, a reference number, or what is awaited. */
const lineCharactersMax = 200;
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown, charactersMax = Number.POSITIVE_INFINITY): value is string =>
  typeof value === 'string' && value.length <= charactersMax;

/** A text that the window shows in one line. */
const isLine = (value: unknown): boolean => isText(value, lineCharactersMax) && !/\p{Cc}/u.test(value);

function isPrecheckAnswer(value: unknown): value is PrecheckAnswer {
  if (!isObject(value) || !isText(value.requestId) || typeof value.checked !== 'boolean') return false;
  const { faults } = value;
  const isFault = (fault: unknown): boolean =>
    isObject(fault) && ['item', 'path', 'code', 'message'].every(name => isText(fault[name], faultTextCharactersMax));
  return Array.isArray(faults) && faults.length <= faultsMax && faults.every(isFault);
}

const isAnswerTo = ({ requestId, items }: PrecheckRequest, answer: PrecheckAnswer): boolean =>
  answer.requestId === requestId && answer.faults.every(({ item }) => items.includes(item));

const isDocument = (value: unknown): boolean =>
  isObject(value) && isText(value.record) && (value.seal === null || isText(value.seal));

const FORMS: Readonly<Record<NonNullable<ItemOutcome['__typename']>, (outcome: Fields) => boolean>> = {
  Granted: outcome => isDocument(outcome.document),
  GrantedProvisionally: outcome => isDocument(outcome.document) && isLine(outcome.awaits),
  Pending: outcome => isLine(outcome.reference),
  CorrectionAsked: outcome => isDocument(outcome.document),
  Refused: outcome => isDocument(outcome.document),
  Revoked: outcome => isDocument(outcome.document),
  Unknown: outcome => isLine(outcome.reason),
};

function isFilingAnswer(value: unknown): value is FilingAnswer {
  if (!isObject(value) || !isText(value.operationId) || !isObject(value.outcome)) return false;
  const name = String(value.outcome.__typename);
  return Object.hasOwn(FORMS, name) && FORMS[name as keyof typeof FORMS](value.outcome);
}
