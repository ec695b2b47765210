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

/** The hidden operations of one department. Answers stand in the order asked. */
export interface DepartmentClient {
  precheck(requests: readonly PrecheckRequest[]): Promise<readonly PrecheckAnswer[]>;
  file(filings: readonly Filing[]): Promise<readonly FilingAnswer[]>;
  outcomes(operationIds: readonly string[]): Promise<readonly FilingAnswer[]>;
  revoke(revocations: readonly Revocation[]): Promise<readonly FilingAnswer[]>;
}

/** No usable answer: it was away, or what came back was not an answer to what was asked. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export type DepartmentClients = Readonly<Record<DepartmentId, DepartmentClient>>;

/** @throws {NoAnswer} from each operation; whether the department did anything is then not known. */
export function departmentClient(department: DepartmentId, subgraph: Subgraph): DepartmentClient {
  async function ask(query: string, field: string, variables: Record<string, unknown>): Promise<readonly unknown[]> {
    const result = await subgraph.send({ query, variables }, {}).catch((error: unknown) => {
      const reason = error instanceof DepartmentUnavailable ? error.reason : 'DEFECT';
      throw new NoAnswer(`${department}: ${reason}`, { cause: error });
    });
    const answers = result.data?.[field];
    if (Array.isArray(answers)) return answers;
    const code = result.errors?.[0]?.extensions?.code ?? 'GARBAGE';
    throw new NoAnswer(`${department}: ${String(code)}`);
  }

  async function outcomesFrom(
    query: string,
    field: string,
    variables: Record<string, unknown>,
    operationIds: readonly string[],
  ): Promise<readonly FilingAnswer[]> {
    const answers = await ask(query, field, variables);
    return operationIds.map((operationId, at) => {
      const answer = answers[at];
      if (isFilingAnswer(answer) && answer.operationId === operationId) return answer;
      throw new NoAnswer(`${department}: the answer is not to what was asked`);
    });
  }

  return {
    async precheck(requests) {
      const answers = await ask(PRECHECK, 'precheckItems', { requests });
      return requests.map(({ requestId }, at) => {
        const answer = answers[at];
        if (isPrecheckAnswer(answer) && answer.requestId === requestId) return answer;
        throw new NoAnswer(`${department}: the answer is not to what was asked`);
      });
    },
    file: filings => outcomesFrom(FILE, 'fileItems', { filings }, filings.map(operationId)),
    outcomes: ids => outcomesFrom(OUTCOMES, 'outcomesOf', { ids }, ids),
    revoke: revocations => outcomesFrom(REVOKE, 'revokeItems', { revocations }, revocations.map(operationId)),
  };
}

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

const hasText = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'string';

/** A department's system may answer anything: what is not of the contract's form is no answer. */
function isPrecheckAnswer(value: unknown): value is PrecheckAnswer {
  const { checked, faults } = (value ?? {}) as Partial<PrecheckAnswer>;
  const isFault = (fault: unknown): boolean => ['item', 'path', 'code', 'message'].every(name => hasText(fault, name));
  return hasText(value, 'requestId') && typeof checked === 'boolean' && Array.isArray(faults) && faults.every(isFault);
}

const isDocument = (value: unknown): boolean => {
  const { seal } = (value ?? {}) as { seal?: unknown };
  return hasText(value, 'record') && (seal === null || typeof seal === 'string');
};

const FORMS: Readonly<Record<NonNullable<ItemOutcome['__typename']>, (outcome: Record<string, unknown>) => boolean>> = {
  Granted: outcome => isDocument(outcome.document),
  GrantedProvisionally: outcome => isDocument(outcome.document) && hasText(outcome, 'awaits'),
  Pending: outcome => hasText(outcome, 'reference'),
  CorrectionAsked: outcome => isDocument(outcome.document),
  Refused: outcome => isDocument(outcome.document),
  Revoked: outcome => isDocument(outcome.document),
  Unknown: outcome => hasText(outcome, 'reason'),
};

function isFilingAnswer(value: unknown): value is FilingAnswer {
  if (!hasText(value, 'operationId')) return false;
  const { outcome } = value as { outcome?: unknown };
  if (!hasText(outcome, '__typename')) return false;
  const { __typename: type, ...rest } = outcome as Record<string, unknown>;
  const name = String(type);
  return Object.hasOwn(FORMS, name) && FORMS[name as keyof typeof FORMS](rest);
}
