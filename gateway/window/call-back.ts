import { createHash } from 'node:crypto';
import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import type { Trust } from '../../certs/verify.ts';
import { itemEntry } from '../../subgraphs/catalogue.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import type { ItemOutcome } from '../../subgraphs/generated/contract.ts';
import type { CaseView } from './case.ts';
import { isOutcome } from './departments.ts';
import { filingId, type Operation, parseOperationId, revocationId } from './operation-id.ts';
import { type Asked, askedOf, faultOf } from './outcome.ts';
import { type Store, TooManyFacts } from './store.ts';

export interface CallBackTools {
  readonly store: Pick<Store, 'now' | 'load' | 'tell'>;
  trust(): Trust;
  /** Claims the case if nobody holds it, and carries it on. */
  drive(caseNumber: string): Promise<unknown>;
  report(defect: Error): void;
}

export type Reported = 'NEW' | 'KNOWN';

/** An honest department says "pending", "provisional" and a decision; one that stutters may not fill the disk. */
export const reportsPerOperationMax = 20;

/**
 * Takes a department's word of its own accord (call-back). Everything is checked before anything is stored; then it is a
 * fact, and what it comes to in the case is the driver's to say. Told again it changes nothing.
 *
 * @throws {Refusal} when it is not this department's to say, or not sealed as it must be; nothing is stored then.
 */
export async function callBack(
  department: string,
  operationId: string,
  outcome: ItemOutcome,
  tools: CallBackTools,
): Promise<Reported> {
  const operation = parseOperationId(operationId);
  if (!operation) throw new Refusal('OPERATION_MALFORMED', 'the window makes no such operation ids');
  // Before the case is looked up: what there is in other departments is no department's to find out.
  if (itemEntry(operation.item).department !== department) {
    throw new Refusal('NOT_YOUR_OPERATION', `${operation.item} is not an item of ${department}`);
  }
  const [view] = await tools.store.load([operation.caseNumber]);
  const asked = view && askedIn(view, operation);
  if (!asked) throw new Refusal('OPERATION_UNKNOWN', 'nothing has been asked under this operation id');
  const heard = { trust: tools.trust(), now: new Date(tools.store.now()) };
  const reason = isOutcome(outcome) ? faultOf(asked, outcome, heard) : 'OUTCOME_MALFORMED';
  if (reason !== undefined) {
    throw new Refusal('SEAL_REFUSED', 'this is not the sealed outcome of that operation', { reason });
  }
  const result = await keep(operation.caseNumber, operationId, outcome, tools);
  // Not waited for: the department may be answering the very filing that the driver waits for.
  if (result === 'NEW') void tools.drive(operation.caseNumber).catch(tools.report);
  return result;
}

/** What the window has asked under an operation id, whatever has become of it since; undefined when nothing. */
function askedIn(view: CaseView, { caseNumber, item: id, attempt, verb }: Operation): Asked | undefined {
  const item = view.items.find(one => one.item === id);
  if (!item || attempt > item.attempts) return undefined;
  const revocation = revocationId(caseNumber, id, attempt);
  if (verb === 'REVOKE' && attempt === item.attempts && item.revocationId !== revocation) return undefined;
  const then = {
    ...item,
    state: verb === 'REVOKE' ? ('COMPENSATING' as const) : ('SENT' as const),
    operationId: filingId(caseNumber, id, attempt),
    revocationId: revocation,
  };
  return askedOf({ ...view, items: [then] }, id)[0];
}

/**
 * Stores the outcome as a fact. Each operation has a few numbered places, and a fact stands in the first that is free or
 * holds the same: so the bound holds for all gateways together, and no count can be read too early.
 */
async function keep(
  caseNumber: string,
  operationId: string,
  outcome: ItemOutcome,
  { store }: CallBackTools,
): Promise<Reported> {
  const fingerprint = createHash('sha256')
    .update(canonicalize(outcome as unknown as JsonValue))
    .digest('hex');
  const told = { kind: 'OUTCOME', operationId, outcome } as const;
  // A department that says "pending" again and again must not use up the places of its own decision.
  const finality =
    outcome.__typename === 'Pending' || outcome.__typename === 'GrantedProvisionally' ? 'interim' : 'definite';
  for (let place = 1; place <= reportsPerOperationMax; place += 1) {
    const id = `outcome/${operationId}/${finality}/${place}`;
    const telling = { id, caseNumber, fingerprint, told, contents: new Map(), takeOver: false };
    const result = await store.tell(telling).catch((error: unknown) => {
      if (error instanceof TooManyFacts) throw new Refusal('BUSY', 'this case has been told more than it takes up now');
      throw error;
    });
    if (result === 'NO_SUCH_CASE') throw new Refusal('OPERATION_UNKNOWN', 'there is no such case');
    if (result !== 'OTHER') return result;
  }
  throw new Refusal(
    'TOO_MANY_REPORTS',
    `${reportsPerOperationMax} different reports of this operation are kept already`,
  );
}
