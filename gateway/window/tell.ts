import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import type { CaseView } from './case.ts';
import type { Following } from './follow.ts';
import type { LedgerEvent } from './ledger.ts';
import type { Vault } from './store/secret.ts';
import { type Store, type Telling, type TellingResult, type Told, TooManyFacts } from './store.ts';

export interface TellTools {
  readonly store: Pick<Store, 'told' | 'tell' | 'facts' | 'ledger'>;
  readonly vault: Pick<Vault, 'fingerprint'>;
  readonly following: Pick<Following, 'driven'>;
}

/** What a person tells of a case. */
export interface Word extends Pick<Telling, 'caseNumber' | 'id'>, Partial<Pick<Telling, 'contents' | 'takeOver'>> {
  readonly told: Exclude<Told, { readonly kind: 'OUTCOME' }>;
  /** Throws when it can't be told of the case as it stands; not asked for a fact that was told before. */
  refuse?(): void;
}

export const notAllowed = (why: string): Refusal => new Refusal('STEP_NOT_ALLOWED', why);

/**
 * Tells a fact once for ever, and drives the case. Told again by anybody it is the same fact: a colleague may press the
 * button again.
 * @throws {Refusal} REQUEST_ID_REUSED, BUSY, NOT_FOUND, and STEP_NOT_ALLOWED when the driver found it not to apply
 */
export async function tell(word: Word, tools: TellTools): Promise<CaseView> {
  const { caseNumber, id, told, refuse, contents = new Map(), takeOver = false } = word;
  const { by: _, ...said } = told;
  const fingerprint = tools.vault.fingerprint(canonicalize({ caseNumber, ...said } as unknown as JsonValue));
  const known = await tools.store.told(id);
  if (!known) refuse?.();
  const telling = { id, caseNumber, fingerprint, told, contents, takeOver };
  const result = known ? (known.fingerprint === fingerprint ? 'KNOWN' : 'OTHER') : await keep(telling, tools);
  if (result === 'OTHER') throw new Refusal('REQUEST_ID_REUSED', 'this request id was used for something else');
  if (result === 'NO_SUCH_CASE') throw new Refusal('NOT_FOUND', 'there is no such case');
  const after = await tools.following.driven(caseNumber);
  // Somebody may have been quicker between the look at the case and the driver's.
  const why = result === 'NEW' ? await whyNotApplied(caseNumber, id, tools) : undefined;
  if (why !== undefined) throw notAllowed(why);
  return after;
}

async function keep(telling: Telling, { store }: TellTools): Promise<TellingResult> {
  try {
    return await store.tell(telling);
  } catch (error) {
    if (error instanceof TooManyFacts) throw new Refusal('BUSY', 'this case has been told more than it takes up now');
    throw error;
  }
}

/** Why a fact that was taken up has changed nothing, as the ledger has it. */
async function whyNotApplied(caseNumber: string, fact: string, { store }: TellTools): Promise<string | undefined> {
  for (const { events } of (await store.ledger(caseNumber)).toReversed()) {
    if (!events.includes('NOT_APPLIED')) continue;
    for (const event of JSON.parse(events) as readonly LedgerEvent[]) {
      if (event.event === 'NOTE' && event.note === 'NOT_APPLIED' && event.fact === fact) return event.why;
    }
  }
  return undefined;
}
