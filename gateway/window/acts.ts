import type { Caller } from '../../subgraphs/caller.ts';
import { isItem } from '../../subgraphs/catalogue.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import { parseText } from '../../subgraphs/standards/name-text.ts';
import { REQUEST_ID } from './application.ts';
import type { CaseView, Repair } from './case.ts';
import { whyNotWithdrawn } from './facts.ts';
import type {
  ApplicationInput,
  MutationProposeRepairArgs,
  MutationResubmitCaseArgs,
  MutationWithdrawCaseArgs,
  RegisterEnterpriseInput,
} from './generated/types.ts';
import { withoutPersons } from './persons.ts';
import { readApplication, sameEnterprise } from './register.ts';
import { whyNoMoreRepairs, whyNotRepaired } from './repairs.ts';
import { judgeResubmission } from './resubmission.ts';
import { mustBeAllowed } from './rights.ts';
import { readStrike } from './strike-out.ts';
import { notAllowed, type TellTools, tell } from './tell.ts';

/** What people do to a case that stands: each is told as a fact, and answered with what it has come to. */
export interface Acts {
  /** @throws {Refusal} NOT_FOUND, FORBIDDEN, APPLICATION_INVALID, STEP_NOT_ALLOWED, REQUEST_ID_REUSED, BUSY */
  resubmit(resubmission: MutationResubmitCaseArgs, caller: Caller): Promise<CaseView>;
  /** @throws {Refusal} NOT_FOUND, FORBIDDEN, TEXT_INVALID, STEP_NOT_ALLOWED, REQUEST_ID_REUSED, BUSY */
  withdraw(withdrawal: MutationWithdrawCaseArgs, caller: Caller): Promise<CaseView>;
  /** @throws {Refusal} NOT_FOUND, FORBIDDEN, TEXT_INVALID, STEP_NOT_ALLOWED, REQUEST_ID_REUSED, BUSY */
  proposeRepair(proposal: MutationProposeRepairArgs, caller: Caller): Promise<Repair>;
  /** @throws {Refusal} NOT_FOUND, FORBIDDEN, SAME_PERSON, STEP_NOT_ALLOWED, BUSY */
  approveRepair(id: string, caller: Caller): Promise<CaseView>;
}

export interface ActTools extends TellTools {
  now(): Date;
  /** @throws {Refusal} NOT_FOUND for a case that the caller may not see, too. */
  mustFind(number: string, caller: Caller): Promise<CaseView>;
}

const reasonCharactersMax = 500;

export function createActs(tools: ActTools): Acts {
  const { store, vault, now, mustFind } = tools;

  /** What was proposed and waits for the driver. */
  async function untaken(caseNumber: string, repairId: string): Promise<Repair | undefined> {
    // Facts are told to who holds the case; whoever only looks shows a lease of nothing.
    const facts = await store.facts({ number: caseNumber, epoch: 0, signal: 0, validUntilMs: 0 });
    for (const fact of facts) {
      if (fact.kind !== 'REPAIR_PROPOSED' || fact.repairId !== repairId) continue;
      const { item, verb, reason, strike, by: proposedBy, toldAt: proposedAt } = fact;
      const proposed = { id: repairId, item, verb, reason, ...(strike && { strike }), proposedBy, proposedAt };
      return { ...proposed, approvedBy: null, approvedAt: null };
    }
    return undefined;
  }

  return {
    async resubmit({ requestId, number, application: input }, caller) {
      mustBeAllowed('resubmitCase', caller);
      const view = await mustFind(number, caller);
      const applied = readApplication(applicationOf(view, requestId, input), now());
      const { application, contents } = applied;
      const duplicateFingerprint = vault.fingerprint(sameEnterprise(applied));
      const told = { kind: 'RESUBMISSION', requestId, application, duplicateFingerprint, by: caller.subject } as const;
      const refuse = (): void => {
        const judged = judgeResubmission(view, application);
        if (!judged.ok) throw notAllowed(judged.why);
      };
      return tell({ caseNumber: number, id: `request/${requestId}`, told, refuse, contents }, tools);
    },

    async withdraw({ requestId, number, reason }, caller) {
      mustBeAllowed('withdrawCase', caller);
      const view = await mustFind(number, caller);
      const told = { kind: 'WITHDRAWAL', requestId, reason: readReason(reason, view), by: caller.subject } as const;
      mustBeRequestId(requestId);
      const refuse = (): void => refuseIf(whyNotWithdrawn(view));
      return tell({ caseNumber: number, id: `request/${requestId}`, told, refuse }, tools);
    },

    async proposeRepair(asked, caller) {
      const { requestId, number, item, verb, reason: typed } = asked;
      mustBeAllowed('proposeRepair', caller);
      const view = await mustFind(number, caller);
      mustBeRequestId(requestId);
      if (!isItem(item) || !view.items.some(one => one.item === item)) throw notAllowed('the case has no such item');
      const repairId = `${number}/${vault.fingerprint(`repair ${requestId}`).slice(0, 32)}`;
      const reason = readReason(typed, view);
      const strike = readStrike(asked, view);
      const proposal = { item, verb, ...(strike && { strike }) };
      const told = { kind: 'REPAIR_PROPOSED', requestId, repairId, ...proposal, reason, by: caller.subject } as const;
      const refuse = (): void => refuseIf(whyNotRepaired(view, proposal) ?? whyNoMoreRepairs(view));
      const after = await tell({ caseNumber: number, id: `request/${requestId}`, told, refuse }, tools);
      const proposed = after.repairs.find(({ id }) => id === repairId) ?? (await untaken(number, repairId));
      if (!proposed) throw new Refusal('BUSY', 'the repair is being taken up at this moment');
      return proposed;
    },

    async approveRepair(id, caller) {
      mustBeAllowed('approveRepair', caller);
      const view = await mustFind(id.split('/', 1)[0] ?? '', caller);
      const repair = view.repairs.find(one => one.id === id);
      if (!repair) {
        if (await untaken(view.number, id)) throw new Refusal('BUSY', 'the repair has not been taken up yet');
        throw new Refusal('NOT_FOUND', 'no such repair has been proposed');
      }
      // Asked of a known fact too: another approver tells the same.
      refuseApproval(view, repair, caller);
      const told = { kind: 'REPAIR_APPROVED', repairId: id, by: caller.subject } as const;
      const takeOver = repair.verb === 'TAKE_OVER';
      const after = await tell({ caseNumber: view.number, id: `approval/${id}`, told, takeOver }, tools);
      mustNotBeApprovedByAnother(after.repairs.find(one => one.id === id) ?? repair, caller);
      return after;
    },
  };
}

function refuseApproval(view: CaseView, repair: Repair, caller: Caller): void {
  if (repair.strike && caller.role !== 'SUPERVISOR') {
    throw new Refusal('FORBIDDEN', `STRIKE_OUT is for a SUPERVISOR to approve; this token has role:${caller.role}`);
  }
  if (repair.proposedBy === caller.subject) {
    throw new Refusal('SAME_PERSON', 'who proposed a repair can not approve it');
  }
  mustNotBeApprovedByAnother(repair, caller);
  if (repair.approvedBy === null) refuseIf(whyNotRepaired(view, repair));
}

function mustNotBeApprovedByAnother({ approvedBy }: Repair, { subject }: Caller): void {
  if (approvedBy !== null && approvedBy !== subject) throw notAllowed('the repair has been approved already');
}

function refuseIf(why: string | undefined): void {
  if (why !== undefined) throw notAllowed(why);
}

function mustBeRequestId(requestId: string): void {
  if (REQUEST_ID.test(requestId)) return;
  throw new Refusal('TEXT_INVALID', 'requestId must be 1 to 128 visible ASCII characters');
}

/** A reason as it will stand in the ledger for ever, without whom it may name. @throws {Refusal} TEXT_INVALID */
function readReason(typed: string, { application }: CaseView): string {
  const reason = parseText(typed, { minCharacters: 1, maxCharacters: reasonCharactersMax });
  if (reason.class !== 'INVALID') return withoutPersons(reason.value, application);
  throw new Refusal('TEXT_INVALID', `reason must be 1 to ${reasonCharactersMax} printable characters`);
}

/** The application of a resubmission with what the case has settled for good. */
const applicationOf = (view: CaseView, requestId: string, input: ApplicationInput): RegisterEnterpriseInput => ({
  ...input,
  requestId,
  regime: view.regime.id,
  regionCode: view.application.regionCode,
  onRefusal: view.policy,
});
