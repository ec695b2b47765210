import { disclosuresBytesMax } from '../../certs/leaves.ts';
import type { DepartmentId } from '../../subgraphs/catalogue.ts';
import type {
  Filing,
  FilingAnswer,
  ItemOutcome,
  PaperAnswer,
  PrecheckAnswer,
  PrecheckRequest,
  Revocation,
} from '../../subgraphs/generated/contract.ts';
import { type PaperFormId, paperBytesMax } from '../../subgraphs/papers-desk.ts';
import { DepartmentUnavailable, type Subgraph } from '../router/port.ts';
import { type Breaker, type BreakerState, type BreakerTools, createBreaker } from './breaker.ts';
import { type BulkheadBounds, bulkhead } from './bulkhead.ts';
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

/** What a department granted, in a form that people hold. */
export interface PaperClient {
  /**
   * @param struckOut Paths of leaves that it may not show.
   * @throws {NoAnswer}
   */
  paper(operationId: string, form: PaperFormId, struckOut?: readonly string[]): Promise<PaperAnswer | undefined>;
}

/** One that is reached over a line, which may be cut. */
export interface RemoteDepartmentClient extends DepartmentClient, PaperClient {
  /** OPEN: nothing is sent for a while, because nobody has answered. */
  readonly circuit: BreakerState;
}

export type Answers<Answer> = readonly (Answer | undefined)[];

/**
 * The department was away, or what came back was no answer at all. The message is a code that a clerk may see.
 * CIRCUIT_OPEN and BUSY: nothing was sent, because the department has not answered for a while, or has too much to do.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** Before that, trying again is in vain; null where nothing is known of it. */
  readonly retryInMs: number | null;

  constructor(code: string, { retryInMs = null, cause }: { retryInMs?: number | null; cause?: unknown } = {}) {
    super(code, { cause });
    this.retryInMs = retryInMs;
  }
}

export type DepartmentClients = Readonly<Record<DepartmentId, DepartmentClient>>;

const CHANCE_AND_CLOCK: Pick<BreakerTools, 'nowMs' | 'random'> = {
  nowMs: () => performance.now(),
  random: Math.random,
};

/**
 * Each client has a circuit and bulkheads of its own: no department feels that another is silent.
 *
 * @param signal Gives up whatever is under way when it aborts.
 */
export function departmentClient(
  subgraph: Subgraph,
  signal: AbortSignal,
  chanceAndClock = CHANCE_AND_CLOCK,
): RemoteDepartmentClient {
  const newBreaker = (): Breaker =>
    createBreaker({
      ...chanceAndClock,
      isSilence: error => error instanceof NoAnswer && error.message !== GIVEN_UP,
      refusal: retryInMs => new NoAnswer('CIRCUIT_OPEN', { retryInMs }),
    });
  const breaker = newBreaker();
  // Whoever can't draw papers may go on deciding.
  const paperBreaker = newBreaker();
  const ask = (query: string, field: string, variables: Record<string, unknown>): Promise<readonly unknown[]> =>
    breaker.call(() => askOnce(query, field, variables));

  async function askOnce(
    query: string,
    field: string,
    variables: Record<string, unknown>,
  ): Promise<readonly unknown[]> {
    const result = await subgraph.send({ query, variables }, { signal }).catch((cause: unknown) => {
      if (cause instanceof DepartmentUnavailable) throw new NoAnswer(cause.reason, { cause });
      throw signal.aborted ? new NoAnswer(GIVEN_UP, { cause }) : cause;
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

  async function papers(asked: readonly AskedPaper[]): Promise<Answers<PaperAnswer>> {
    const { operationId, form, paths } = asked[0] as AskedPaper;
    const variables = { ids: [operationId], form, struckOut: paths.length > 0 ? [{ operationId, paths }] : [] };
    const [answer] = await paperBreaker.call(() => askOnce(PAPERS, 'papersOf', variables));
    return [isPaperAnswer(answer) && answer.operationId === operationId ? answer : undefined];
  }

  const fileTogether = gathered(held(file, CALLS), entriesPerCallMax);
  const filePapers = held(file, CALLS_WITH_PAPERS);
  const heldPapers = held(papers, CALLS_FOR_PAPERS);
  return {
    get circuit() {
      return breaker.state;
    },
    precheck: gathered(held(precheck, CALLS), entriesPerCallMax),
    file: filings => (filings.some(bringsPapers) ? filePapers(filings) : fileTogether(filings)),
    outcomes: gathered(held(outcomes, CALLS), entriesPerCallMax),
    revoke: gathered(held(revoke, CALLS), entriesPerCallMax),
    paper: async (operationId, form, paths = []) => (await heldPapers([{ operationId, form, paths }]))[0],
  };
}

interface AskedPaper {
  readonly operationId: string;
  readonly form: PaperFormId;
  readonly paths: readonly string[];
}

/** The window gave up the call, because it is being stopped. */
const GIVEN_UP = 'GIVEN_UP';

/** Of many cases in one call; a department takes twice as many. */
const entriesPerCallMax = 100;

/**
 * Of one kind: none of the five can take all sixteen connections to a department; when all five are busy, the last few
 * calls wait for a connection.
 */
const callsAtOnceMax = 4;

/** Two rounds of full calls. More would wait longer than who asks. */
const CALLS: BulkheadBounds = { callsAtOnceMax, entriesPerCallMax, entriesWaitingMax: 800, waitMaxMs: 5_000 };
/**
 * Papers are large: a call that brings some travels alone, or one case's would be too much for the others. Some hundred
 * applications of 8 MiB would be too much for this process.
 */
const CALLS_WITH_PAPERS: BulkheadBounds = { ...CALLS, entriesPerCallMax: 1, entriesWaitingMax: 64 };
/** Each takes a department some milliseconds; whoever waits for a download does not wait for long. */
const CALLS_FOR_PAPERS: BulkheadBounds = { ...CALLS, entriesPerCallMax: 1, entriesWaitingMax: 64 };
/** Who found no room comes back when the calls of now may have ended. */
const busyRetryInMs = 1_000;

const held = <Asked, Answer>(
  call: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
  bounds: BulkheadBounds,
): ((asked: readonly Asked[]) => Promise<readonly Answer[]>) =>
  bulkhead(call, bounds, () => new NoAnswer('BUSY', { retryInMs: busyRetryInMs }));

const bringsPapers = ({ application }: Filing): boolean => application.materials.some(({ content }) => content);

const operationId = (asked: { readonly operationId: string }): string => asked.operationId;

const OUTCOME = `operationId outcome { __typename
  ... on Granted { document { record seal disclosures } }
  ... on GrantedProvisionally { document { record seal disclosures } awaits }
  ... on Pending { reference }
  ... on CorrectionAsked { document { record seal disclosures } }
  ... on Refused { document { record seal disclosures } }
  ... on Revoked { document { record seal disclosures } }
  ... on Unknown { reason } }`;
const PRECHECK = `query PrecheckItems($requests: [PrecheckRequest!]!) {
  precheckItems(requests: $requests) { requestId checked faults { item path code message } } }`;
const FILE = `mutation FileItems($filings: [Filing!]!) { fileItems(filings: $filings) { ${OUTCOME} } }`;
const OUTCOMES = `query OutcomesOf($ids: [ID!]!) { outcomesOf(operationIds: $ids) { ${OUTCOME} } }`;
const REVOKE = `mutation RevokeItems($revocations: [Revocation!]!) {
  revokeItems(revocations: $revocations) { ${OUTCOME} } }`;

const PAPERS = `mutation PapersOf($ids: [ID!]!, $form: String!, $struckOut: [StruckOut!]) {
  papersOf(operationIds: $ids, form: $form, struckOut: $struckOut) { operationId bytes reason } }`;

// --- the form of answers: a department's system may answer anything -------------------------------------------------

/** Two hundred founders with some faults each, and then some. */
const faultsMax = 1_000;
const faultTextCharactersMax = 1_000;
/** Of a reason, a reference number, or what is awaited. */
const lineCharactersMax = 200;
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** A field of the application, such as `founders.0.idNumber`; it stands in the ledger, and is no place for words. */
const PATH = /^[A-Za-z]{1,40}(\.([A-Za-z]{1,40}|\d{1,4})){0,4}$/;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No half characters, which canonical JSON can't hold, and no NUL, which a database can't: a case would stick on them. */
const isText = (value: unknown, charactersMax = Number.POSITIVE_INFINITY): value is string =>
  typeof value === 'string' && value.length <= charactersMax && value.isWellFormed() && !value.includes('\0');

/** A text that the window shows in one line, and that every database takes. */
const isLine = (value: unknown): boolean => isText(value, lineCharactersMax) && !/\p{Cc}/u.test(value);

function isPrecheckAnswer(value: unknown): value is PrecheckAnswer {
  if (!isObject(value) || !isText(value.requestId) || typeof value.checked !== 'boolean') return false;
  const { faults } = value;
  const isFault = (fault: unknown): boolean =>
    isObject(fault) &&
    ['item', 'message'].every(name => isText(fault[name], faultTextCharactersMax)) &&
    PATH.test(String(fault.path)) &&
    CODE.test(String(fault.code));
  return Array.isArray(faults) && faults.length <= faultsMax && faults.every(isFault);
}

const isAnswerTo = ({ requestId, items }: PrecheckRequest, answer: PrecheckAnswer): boolean =>
  answer.requestId === requestId && answer.faults.every(({ item }) => items.includes(item));

const isDocument = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.record) &&
  (value.seal === null || isText(value.seal)) &&
  (value.disclosures === null || value.disclosures === undefined || isText(value.disclosures, disclosuresBytesMax));

const FORMS: Readonly<Record<NonNullable<ItemOutcome['__typename']>, (outcome: Fields) => boolean>> = {
  Granted: outcome => isDocument(outcome.document),
  GrantedProvisionally: outcome => isDocument(outcome.document) && isLine(outcome.awaits),
  Pending: outcome => isLine(outcome.reference),
  CorrectionAsked: outcome => isDocument(outcome.document),
  Refused: outcome => isDocument(outcome.document),
  Revoked: outcome => isDocument(outcome.document),
  Unknown: outcome => isLine(outcome.reason),
};

/** Of base64. */
const paperCharactersMax = 4 * Math.ceil(paperBytesMax / 3);

function isPaperAnswer(value: unknown): value is PaperAnswer {
  if (!isObject(value) || !isText(value.operationId)) return false;
  const { bytes, reason } = value;
  return bytes === null
    ? CODE.test(String(reason))
    : typeof bytes === 'string' && bytes.length > 0 && bytes.length <= paperCharactersMax && BASE64.test(bytes);
}

const isFilingAnswer = (value: unknown): value is FilingAnswer =>
  isObject(value) && isText(value.operationId) && isOutcome(value.outcome);

/** Whether a department's word has the form of an outcome, answered or called back. */
export function isOutcome(value: unknown): value is ItemOutcome {
  if (!isObject(value)) return false;
  const name = String(value.__typename);
  return Object.hasOwn(FORMS, name) && FORMS[name as keyof typeof FORMS](value);
}
