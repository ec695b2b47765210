import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import type { Sealer } from '../../certs/seal.ts';
import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import type { Filing, FilingAnswer, ItemOutcome, SealedDocument } from '../../subgraphs/generated/contract.ts';
import { type CorrectionRecord, RECORD_FORMAT, type RefusalRecord } from '../../subgraphs/record.ts';
import type { CallBack } from './call-back.ts';
import type { Fate, SlowFate } from './fate.ts';
import type { Call, Line, Reply, Result, Variables } from './line.ts';

/**
 * A department at the pace of people: it stands in front of a real one, answers some filings with Pending or with a
 * provisional grant, decides later, and calls back. Where it grants, the real department does; where it refuses, nothing
 * of the filing is left in the real one's register.
 */
export interface SlowDepartment {
  answer(call: Call): Promise<Reply>;
  /** Filings that are not decided, or whose decision no gateway has taken yet. */
  readonly open: number;
  /** Decides no more, and calls no more. */
  stop(): void;
}

export interface SlowDepartmentTools {
  readonly department: DepartmentId;
  readonly sealer: Sealer;
  readonly callBack: CallBack;
  /** Past the disturbances, for it is the department itself that asks. */
  ask: Line['ask'];
  fateOf(operationId: string, item: ItemId): Fate;
}

/** A filing that people deal with. */
interface Slow {
  readonly filing: Filing;
  readonly fate: SlowFate;
  readonly meanwhile: ItemOutcome;
  /** Once there is one, it is answered for ever. */
  decided: ItemOutcome | undefined;
}

export function createSlowDepartment(tools: SlowDepartmentTools): SlowDepartment {
  const { department, callBack, fateOf } = tools;
  const slow = new Map<string, Slow>();
  /** The same filing that comes twice at once is taken in once. */
  const takenIn = new Map<string, Promise<ItemOutcome | undefined>>();
  const timers = new Set<NodeJS.Timeout>();
  let open = 0;
  let stopped = false;

  const known = (operationId: string): ItemOutcome | undefined => {
    const one = slow.get(operationId);
    return one && (one.decided ?? one.meanwhile);
  };

  /** What a filing is answered with here; undefined when the real department answers it. */
  function file(filing: Filing): Promise<ItemOutcome | undefined> {
    const { operationId, item } = filing;
    const answered = known(operationId);
    if (answered) return Promise.resolve(answered);
    const fate = fateOf(operationId, item as ItemId);
    if (fate.is === 'AT_ONCE') return Promise.resolve(undefined);
    const before = takenIn.get(operationId);
    if (before) return before.then(() => known(operationId));
    const taking = takeIn(filing, fate);
    takenIn.set(operationId, taking);
    // What could not be taken in is tried again when it comes again.
    taking.catch(() => takenIn.delete(operationId));
    return taking;
  }

  async function takeIn(filing: Filing, fate: SlowFate): Promise<ItemOutcome | undefined> {
    const meanwhile = await interim(filing, fate, tools);
    if (meanwhile === undefined) return undefined;
    const one: Slow = { filing, fate, meanwhile, decided: undefined };
    slow.set(filing.operationId, one);
    open += 1;
    if (fate.early) await decide(one);
    else later(fate.afterMs, one);
    return meanwhile;
  }

  function later(ms: number, one: Slow): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void decide(one);
    }, ms);
    timers.add(timer);
  }

  /** Decides, and calls until a gateway has taken it; an early decision waits for no more than the first try. */
  async function decide(one: Slow): Promise<void> {
    const { operationId } = one.filing;
    const decided = await decision(one, tools).catch(() => undefined);
    if (stopped) return;
    // The department itself was away; it is alive, so this ends.
    if (!decided) return later(decideAgainMs, one);
    if (!DEFINITE.has(String(decided.__typename))) {
      // It can't decide: the filing is the real department's from now on, as if nobody had looked at it.
      slow.delete(operationId);
      open -= 1;
      return;
    }
    one.decided = decided;
    const calling = callBack.report(department, operationId, decided, one.fate.calls);
    void calling.taken.finally(() => {
      open -= 1;
    });
    await calling.tried;
  }

  /** Answers what is known here and lets the real department answer the rest; each in the place where it was asked. */
  async function answered<Asked>(
    asked: readonly Asked[],
    field: string,
    here: (one: Asked) => Promise<FilingAnswer | undefined>,
    forward: (rest: readonly Asked[]) => Promise<Result>,
  ): Promise<Result> {
    const own = await Promise.all(asked.map(here));
    const rest = asked.filter((_, at) => own[at] === undefined);
    if (rest.length === 0) return { data: { [field]: own } };
    const result = await forward(rest);
    const others = result.data?.[field];
    if (!Array.isArray(others)) return result;
    let next = 0;
    return { data: { [field]: own.map(one => one ?? others[next++]) } };
  }

  return {
    get open() {
      return open;
    },
    answer({ operation, variables, forward }) {
      if (operation === 'FileItems') {
        return answered(
          variables.filings as readonly Filing[],
          'fileItems',
          async filing => answerOf(filing.operationId, await file(filing)),
          filings => forward({ filings }),
        );
      }
      if (operation === 'OutcomesOf') {
        return answered(
          variables.ids as readonly string[],
          'outcomesOf',
          async id => answerOf(id, known(id)),
          ids => forward({ ids }),
        );
      }
      return forward();
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

const decideAgainMs = 250;
const DEFINITE: ReadonlySet<string> = new Set(['Granted', 'Refused', 'CorrectionAsked']);

const answerOf = (operationId: string, outcome: ItemOutcome | undefined): FilingAnswer | undefined =>
  outcome && { operationId, outcome };

/** What a slow department says at first; undefined when there is nothing for people to decide. */
async function interim(
  filing: Filing,
  { meanwhile }: SlowFate,
  tools: SlowDepartmentTools,
): Promise<ItemOutcome | undefined> {
  if (meanwhile === 'PENDING') return { __typename: 'Pending', reference: `人工-${filing.operationId}` };
  const outcome = await fileForReal(filing, tools);
  if (outcome.__typename !== 'Granted') return undefined;
  return {
    __typename: 'GrantedProvisionally',
    document: outcome.document,
    awaits: '备案审核 / the filing is looked at',
  };
}

async function decision({ filing, fate, meanwhile }: Slow, tools: SlowDepartmentTools): Promise<ItemOutcome> {
  if (fate.decision === 'CORRECT')
    return { __typename: 'CorrectionAsked', document: await sealed(correction(filing, tools), tools) };
  if (fate.decision === 'GRANT') return fileForReal(filing, tools);
  if (meanwhile.__typename === 'GrantedProvisionally') await takeBack(filing, tools);
  return { __typename: 'Refused', document: await sealed(refusal(filing, tools), tools) };
}

const OUTCOME = `operationId outcome { __typename
  ... on Granted { document { record seal disclosures } }
  ... on CorrectionAsked { document { record seal disclosures } }
  ... on Refused { document { record seal disclosures } }
  ... on Revoked { document { record seal disclosures } }
  ... on Pending { reference }
  ... on Unknown { reason } }`;
const FILE = `mutation FileItems($filings: [Filing!]!) { fileItems(filings: $filings) { ${OUTCOME} } }`;
const REVOKE = `mutation RevokeItems($revocations: [Revocation!]!) { revokeItems(revocations: $revocations) { ${OUTCOME} } }`;

const fileForReal = (filing: Filing, tools: SlowDepartmentTools): Promise<ItemOutcome> =>
  outcomeOf(FILE, { filings: [filing] }, 'fileItems', tools);

/** The department's own people take a delivered grant back in their register, before they refuse it. */
async function takeBack({ operationId }: Filing, tools: SlowDepartmentTools): Promise<void> {
  const revocation = { operationId: `${operationId}/recall`, revokes: operationId, ground: '备案未获通过' };
  const outcome = await outcomeOf(REVOKE, { revocations: [revocation] }, 'revokeItems', tools);
  if (outcome.__typename !== 'Revoked') throw new Error(`${operationId} could not be taken back`);
}

async function outcomeOf(
  query: string,
  variables: Variables,
  field: string,
  { ask }: SlowDepartmentTools,
): Promise<ItemOutcome> {
  const { data, errors } = await ask(query, variables);
  const [answer] = (data?.[field] ?? []) as readonly FilingAnswer[];
  if (!answer) throw new Error(`no answer: ${JSON.stringify(errors)}`);
  return answer.outcome;
}

const headOf = ({ operationId, caseNumber, item }: Filing, { department }: SlowDepartmentTools) => ({
  format: RECORD_FORMAT as typeof RECORD_FORMAT,
  department,
  item: item as ItemId,
  caseNumber,
  operationId,
  decidedOn: chinaDay(new Date()),
});

const refusal = (filing: Filing, tools: SlowDepartmentTools): RefusalRecord => ({
  ...headOf(filing, tools),
  outcome: 'REFUSED',
  kind: 'REFUSAL',
  ground: '经人工审查不予准许 (people have looked at it and refuse)',
  article: '行政许可法 art. 38',
});

/** The field that {@link correction} asks to be mended; no rule of a department looks at it once it is filed. */
export const CORRECTED_FIELD = 'businessScope';

const correction = (filing: Filing, tools: SlowDepartmentTools): CorrectionRecord => ({
  ...headOf(filing, tools),
  outcome: 'CORRECTION_ASKED',
  kind: 'CORRECTION',
  faults: [
    { path: CORRECTED_FIELD, code: 'SCOPE_UNCLEAR', message: '经营范围表述不清 / say more clearly what is traded' },
  ],
});

async function sealed(
  record: RefusalRecord | CorrectionRecord,
  { sealer }: SlowDepartmentTools,
): Promise<SealedDocument> {
  const text = canonicalize(record as unknown as JsonValue);
  return { record: text, seal: Buffer.from(await sealer.seal(Buffer.from(text), new Date())).toString('base64') };
}
