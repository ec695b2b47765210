import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import { type Applied, parseApplication } from './application.ts';
import { type Caller, type Role, serves } from './caller.ts';
import type { CaseView, SealedOutcome } from './case.ts';
import { createDriver, type DriverTools } from './drive.ts';
import type { CaseFilter, RegisterEnterpriseInput } from './generated/types.ts';
import type { Vault } from './secret.ts';

export interface WindowSettings extends DriverTools {
  readonly vault: Vault;
  /** How long a mutation may drive its case before it answers with what waits. */
  readonly inlineBudgetMs: number;
  /** Where the public reaches this gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** Gives up the calls to departments that are under way. */
  abandonCalls(): void;
}

/** The one window (一窗): takes applications in, carries their cases to the end, and shows them to who may see them. */
export interface Window {
  /** @throws {Refusal} APPLICATION_INVALID, FORBIDDEN, REQUEST_ID_REUSED, POSSIBLE_DUPLICATE */
  register(input: RegisterEnterpriseInput, caller: Caller): Promise<CaseView>;
  /** Undefined when there is none that the caller may see. */
  find(number: string, caller: Caller): Promise<CaseView | undefined>;
  list(filter: CaseFilter, first: number, after: string | null, caller: Caller): Promise<CasePage>;
  /** Whoever knows the id may read it. */
  document(id: string): Promise<SealedOutcome | undefined>;
  /** Takes up what a stop left open, and goes on with what is due until it is closed. */
  start(): Promise<void>;
  /**
   * Sends nothing more and waits, within a bound, for the departments' answers. Applications are still taken in; their
   * cases go on after the next start.
   */
  stop(): Promise<void>;
  /** Closes the store; nothing can be asked any more. */
  close(): Promise<void>;
  readonly publicUrl: string;
}

export interface CasePage {
  readonly nodes: readonly CaseView[];
  readonly cursor: string | null;
  count(): Promise<number>;
}

const MAY_REGISTER: readonly Role[] = ['CLERK'];
const casesPerPageMax = 100;
/** How often due cases are looked for; more rarely while the store gives no answer. */
const pollMs = 250;
const pollAfterFailureMs = 5_000;
/** Cases driven at once by the poller: a bound on memory and on what departments are asked at a time. */
const drivenByPollerMax = 50;
/** On a stop, how long departments may still answer; what they don't say in time is asked after the next start. */
const stopGraceMs = 2_000;
const CURSOR = /^\d{1,15}$/;
const REGION = /^\d{6}$/;

export function createWindow(settings: WindowSettings): Window {
  const { store, vault, now, inlineBudgetMs, publicUrl, report } = settings;
  const driver = createDriver(settings);
  const polled = new Set<string>();
  let poller: NodeJS.Timeout | undefined;
  let stopped = false;

  async function poll(): Promise<void> {
    // What is being driven may be due as well, and must not hide what nobody drives.
    for (const number of await store.due(now().getTime(), drivenByPollerMax + driver.driving)) {
      if (polled.size >= drivenByPollerMax) return;
      if (driver.isDriving(number)) continue;
      polled.add(number);
      void driver.drive(number).finally(() => polled.delete(number));
    }
  }

  function pollAfter(delayMs: number): void {
    poller = setTimeout(async () => {
      const next = await poll().then(
        () => pollMs,
        (defect: Error) => {
          if (!stopped) report(defect);
          return pollAfterFailureMs;
        },
      );
      if (!stopped) pollAfter(next);
    }, delayMs).unref();
  }

  async function view(number: string): Promise<CaseView> {
    const [loaded] = await store.load([number]);
    if (!loaded) throw new Error(`case ${number} was opened and is gone`);
    return loaded;
  }

  return {
    publicUrl,
    async register(input, caller) {
      if (!MAY_REGISTER.includes(caller.role)) {
        throw new Refusal(
          'FORBIDDEN',
          `registerEnterprise needs the role ${MAY_REGISTER.join(' or ')}; this token has ${caller.role}`,
        );
      }
      const openedAt = now();
      const openedOn = chinaDay(openedAt);
      const parsed = parseApplication(input, openedOn);
      if (!parsed.ok) {
        const { faults } = parsed;
        throw new Refusal(
          'APPLICATION_INVALID',
          `${faults.length} 处填写有误 / the application has ${faults.length} fault${faults.length === 1 ? '' : 's'}`,
          { faults },
        );
      }
      const { application, regime, policy, contents, requestId, notDuplicateOf } = parsed.value;
      if (!serves(caller, application.regionCode)) {
        throw new Refusal('FORBIDDEN', `this token serves region ${caller.region}, not ${application.regionCode}`);
      }
      const opened = await store.open({
        requestId,
        requestFingerprint: vault.fingerprint(canonicalize(withoutNulls(input))),
        duplicateFingerprint: vault.fingerprint(sameEnterprise(parsed.value)),
        notDuplicateOf,
        regime,
        application,
        policy,
        contents,
        openedAt: openedAt.getTime(),
        openedOn,
      });
      if (opened.outcome !== 'OPEN') {
        const sentence =
          opened.outcome === 'REQUEST_ID_REUSED'
            ? `request ${requestId} has opened case ${opened.number} with another content`
            : `case ${opened.number} has the same founders and name`;
        throw new Refusal(opened.outcome, sentence, { case: opened.number });
      }
      await within(inlineBudgetMs, driver.drive(opened.number));
      return view(opened.number);
    },
    async find(number, caller) {
      const [found] = await store.load([number]);
      return found && serves(caller, found.application.regionCode) ? found : undefined;
    },
    async list(filter, first, after, caller) {
      if (first < 1 || first > casesPerPageMax) {
        throw new Refusal('PAGE_TOO_LARGE', `first must be 1 to ${casesPerPageMax}, found ${first}`);
      }
      if (after !== null && !CURSOR.test(after)) {
        throw new Refusal('CURSOR_INVALID', 'after is not a cursor of this list');
      }
      if (filter.regionCode && !REGION.test(filter.regionCode)) {
        throw new Refusal('REGION_UNKNOWN', 'filter.regionCode is not six digits');
      }
      const list = {
        state: filter.state ?? undefined,
        regionCode: filter.regionCode ?? undefined,
        visibleIn: caller.region,
      };
      const { numbers, cursor } = await store.list(list, first, after);
      return { nodes: await store.load(numbers), cursor, count: () => store.count(list) };
    },
    document: id => store.document(id),
    async start() {
      await store.recover(now().getTime());
      pollAfter(0);
    },
    async stop() {
      stopped = true;
      clearTimeout(poller);
      const landed = driver.stop();
      await within(stopGraceMs, landed);
      settings.abandonCalls();
      await landed;
    },
    close: () => store.close(),
  };
}

/** As canonical JSON has it: a field that is null says the same as one that is absent. */
function withoutNulls(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  const entries = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutNulls(field)]));
}

/** Two applications with equal founders and name are, most likely, one enterprise applied for twice. */
function sameEnterprise({ application: { regionCode, name, founders } }: Applied): string {
  const identities = founders.map(({ idNumber, uscc }) => idNumber ?? uscc ?? '').sort();
  const { tradingName, trade, form } = name;
  return canonicalize({ regionCode, tradingName, trade, form, identities });
}

/** Waits for the work, but no longer; the work goes on. */
async function within(budgetMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const spent = new Promise(resolve => {
    timer = setTimeout(resolve, budgetMs);
  });
  await Promise.race([work, spent]);
  clearTimeout(timer);
}
