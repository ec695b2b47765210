import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import { type Caller, serves } from '../../subgraphs/caller.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import { type Applied, parseApplication } from './application.ts';
import type { CaseView } from './case.ts';
import type { Following } from './follow.ts';
import type { RegisterEnterpriseInput } from './generated/types.ts';
import { mustBeAllowed } from './rights.ts';
import type { Vault } from './store/secret.ts';
import type { Store } from './store.ts';

export interface RegisterTools {
  readonly store: Pick<Store, 'now' | 'open'>;
  readonly vault: Pick<Vault, 'fingerprint'>;
  readonly following: Following;
  newId(): string;
}

/**
 * Opens the case of an application, once for each request id, and drives it.
 * @throws {Refusal} APPLICATION_INVALID, FORBIDDEN, REQUEST_ID_REUSED, POSSIBLE_DUPLICATE
 */
export async function register(
  input: RegisterEnterpriseInput,
  caller: Caller,
  { store, vault, following, newId }: RegisterTools,
): Promise<CaseView> {
  mustBeAllowed('registerEnterprise', caller);
  const applied = readApplication(input, new Date(store.now()));
  const { application, regime, policy, contents, requestId, notDuplicateOf } = applied;
  if (!serves(caller, application.regionCode)) {
    throw new Refusal('FORBIDDEN', `this token serves region ${caller.region}, not ${application.regionCode}`);
  }
  const opened = await store.open({
    requestId,
    requestFingerprint: vault.fingerprint(canonicalize(withoutNulls(input))),
    duplicateFingerprint: vault.fingerprint(sameEnterprise(applied)),
    notDuplicateOf,
    regime,
    application,
    policy,
    contents,
    progressId: newId(),
    by: caller.subject,
  });
  if (opened.outcome !== 'OPEN') {
    const sentence =
      opened.outcome === 'REQUEST_ID_REUSED'
        ? `request ${requestId} has opened case ${opened.number} with another content`
        : `case ${opened.number} has the same founders and name`;
    throw new Refusal(opened.outcome, sentence, { case: opened.number });
  }
  return opened.held ? following.opened(opened.held) : following.driven(opened.number);
}

/** An application as it was handed in, checked. @throws {Refusal} APPLICATION_INVALID */
export function readApplication(input: RegisterEnterpriseInput, now: Date): Applied {
  const parsed = parseApplication(input, chinaDay(now));
  if (parsed.ok) return parsed.value;
  const { faults } = parsed;
  throw new Refusal(
    'APPLICATION_INVALID',
    `${faults.length} 处填写有误 / the application has ${faults.length} fault${faults.length === 1 ? '' : 's'}`,
    { faults },
  );
}

/** Two applications with equal founders and name are, most likely, one enterprise applied for twice. */
export function sameEnterprise({ application: { regionCode, name, founders } }: Applied): string {
  const identities = founders.map(({ idNumber, uscc }) => idNumber ?? uscc ?? '').sort();
  const { tradingName, trade, form } = name;
  return canonicalize({ regionCode, tradingName, trade, form, identities });
}

/** As canonical JSON has it: a field that is null says the same as one that is absent. */
function withoutNulls(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  const entries = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutNulls(field)]));
}
