import type { JsonValue } from '../../certs/jcs.ts';
import { type DepartmentId, type ItemId, isDepartment, isItem, itemEntry } from '../../subgraphs/catalogue.ts';
import { pinnedRegime, REGIMES, type Regime } from '../../subgraphs/regimes.ts';
import type { CaseState } from './generated/types.ts';
import { ITEM_STATES } from './item-states.ts';
import { factsOf, type ItemFacts, type LedgerEvent } from './ledger.ts';
import { QUEUED } from './store/first-step.ts';

/** A case as its ledger tells it: what the events come to, one after the other. */
export interface CountedCase {
  /** Null for a case that was carried over: its ledger begins in the middle, and says less. */
  readonly opened: Pick<Of<'OPENED'>, 'regime' | 'version' | 'region' | 'policy'> | null;
  readonly state: CaseState;
  readonly acceptedOn: string | null;
  readonly checks: ReadonlyMap<DepartmentId, CountedCheck>;
  readonly items: ReadonlyMap<ItemId, CountedItem>;
  readonly documents: ReadonlyMap<string, CountedDocument>;
  readonly slips: ReadonlyMap<string, Omit<Of<'SLIP'>, 'event' | 'id'>>;
  readonly withdrawal: Omit<Of<'WITHDRAWN'>, 'event'> | null;
  readonly repairs: ReadonlyMap<string, Omit<Of<'REPAIR'>, 'event' | 'id'>>;
}

type Of<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { event: Name }>;

export interface CountedCheck {
  /** Null while the department has not answered. */
  readonly faults: Of<'PRECHECKED'>['faults'] | null;
  readonly silent: boolean;
}

/** Of an item that was carried over only its state is known until something happens to it. */
export type CountedItem = Pick<ItemFacts, 'state'> & Partial<ItemFacts>;

/** Of a document that was carried over only a later status is known. */
export type CountedDocument = {
  readonly status: Of<'DOCUMENT_STATUS'>['status'];
  /** Paths of its record that were struck out. */
  readonly struckOut?: readonly string[];
} & Partial<Omit<Of<'DOCUMENT'>, 'event' | 'id'>>;

/** The regime, which says what each item needs; a case that was carried over has the one with just its items. */
export function regimeOf({ opened, items }: CountedCase): Regime | undefined {
  if (opened) return pinnedRegime(opened.regime, opened.version);
  return REGIMES.find(
    regime => regime.items.length === items.size && regime.items.every(({ item }) => items.has(item)),
  );
}

/** @returns Undefined when the event has no place there: before a beginning, or about what the case does not have. */
export function counted(before: CountedCase | undefined, event: LedgerEvent): CountedCase | undefined {
  if (!before) return begun(event);
  switch (event.event) {
    case 'OPENED':
    case 'CARRIED_OVER':
      return undefined;
    case 'PRECHECKED':
      return withCheck(before, event.department, { faults: event.faults });
    case 'PRECHECK_AGAIN':
      return withCheck(before, event.department, { faults: null, silent: false });
    case 'SILENCE_COUNTS':
      return withCheck(before, event.department, { silent: true });
    case 'ITEM': {
      const { event: _, item, ...facts } = event;
      return before.items.has(item) ? { ...before, items: including(before.items, item, facts) } : undefined;
    }
    case 'DOCUMENT': {
      const { event: _, id, ...document } = event;
      if (before.documents.has(id) || !before.items.has(document.item)) return undefined;
      return { ...before, documents: including(before.documents, id, { ...document, status: 'VALID' }) };
    }
    case 'DOCUMENT_STATUS': {
      const document = before.documents.get(event.id);
      if (!document && before.opened) return undefined;
      return { ...before, documents: including(before.documents, event.id, { ...document, status: event.status }) };
    }
    case 'STRUCK_OUT': {
      const document = before.documents.get(event.id);
      if (!document) return undefined;
      const struckOut = [...(document.struckOut ?? []), ...event.paths];
      return { ...before, documents: including(before.documents, event.id, { ...document, struckOut }) };
    }
    case 'SLIP': {
      const { event: _, id, ...slip } = event;
      return before.slips.has(id) ? undefined : { ...before, slips: including(before.slips, id, slip) };
    }
    case 'WITHDRAWN':
      return { ...before, withdrawal: { by: event.by, reason: event.reason } };
    case 'REPAIR': {
      const { event: _, id, ...repair } = event;
      return { ...before, repairs: including(before.repairs, id, repair) };
    }
    case 'CASE':
      return { ...before, state: event.state, acceptedOn: event.acceptedOn };
    case 'RESUBMITTED':
    case 'NOTE':
      return before;
  }
}

function begun(event: LedgerEvent): CountedCase | undefined {
  if (event.event === 'OPENED') {
    const { regime, version, region, policy } = event;
    const queued = factsOf(QUEUED);
    return {
      ...NOTHING,
      opened: { regime, version, region, policy },
      checks: new Map(event.departments.map(department => [department, UNANSWERED])),
      items: new Map(event.items.map(item => [item, queued])),
    };
  }
  if (event.event !== 'CARRIED_OVER') return undefined;
  const { state, acceptedOn, items } = event;
  // Which departments had answered is not told: as long as the case was only taken in, any may still have to.
  const unanswered = state === 'SUBMITTED' ? items.map(({ item }) => itemEntry(item).department) : [];
  return {
    ...NOTHING,
    state,
    acceptedOn,
    checks: new Map(unanswered.map(department => [department, UNANSWERED])),
    items: new Map(items.map(one => [one.item, { state: one.state }])),
  };
}

const UNANSWERED: CountedCheck = { faults: null, silent: false };
const NOTHING: CountedCase = {
  opened: null,
  state: 'SUBMITTED',
  acceptedOn: null,
  checks: new Map(),
  items: new Map(),
  documents: new Map(),
  slips: new Map(),
  withdrawal: null,
  repairs: new Map(),
};

function withCheck(before: CountedCase, department: DepartmentId, to: Partial<CountedCheck>): CountedCase | undefined {
  const check = before.checks.get(department);
  if (!check && before.opened) return undefined;
  return { ...before, checks: including(before.checks, department, { ...UNANSWERED, ...check, ...to }) };
}

const including = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): ReadonlyMap<Key, Value> =>
  new Map([...map, [key, value]]);

// --- events as they are read -----------------------------------------------------------------------------------------

type Form = (value: JsonValue | undefined) => boolean;
const text: Form = value => typeof value === 'string';
const textOrNull: Form = value => value === null || text(value);
const count: Form = value => Number.isSafeInteger(value) && Number(value) >= 0;
const item: Form = value => typeof value === 'string' && isItem(value);
const department: Form = value => typeof value === 'string' && isDepartment(value);
const listOf =
  (form: Form): Form =>
  value =>
    Array.isArray(value) && value.every(each => form(each));
const object =
  (fields: Fields): Form =>
  value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const members = value as { readonly [name: string]: JsonValue };
    return Object.entries(fields).every(([name, form]) =>
      form(Object.hasOwn(members, name) ? members[name] : undefined),
    );
  };
type Fields = Readonly<Record<string, Form>>;

const oneOf =
  (...values: readonly string[]): Form =>
  value =>
    typeof value === 'string' && values.includes(value);
const itemState = oneOf(...Object.keys(ITEM_STATES));
const status = oneOf('VALID', 'REPLACED', 'REVOKED');

/** What is read of each event. Who can write to the database can write anything, and give it a right hash. */
const FORMS: Readonly<Record<LedgerEvent['event'], Fields>> = {
  OPENED: {
    regime: text,
    version: count,
    region: text,
    policy: text,
    items: listOf(item),
    departments: listOf(department),
  },
  CARRIED_OVER: { state: text, acceptedOn: textOrNull, items: listOf(object({ item, state: itemState })) },
  PRECHECKED: { department, faults: listOf(object({ item: text, path: text, code: text })) },
  PRECHECK_AGAIN: { department },
  SILENCE_COUNTS: { department },
  ITEM: {
    item,
    state: itemState,
    operationId: textOrNull,
    revocationId: textOrNull,
    attempts: count,
    tries: count,
    waits: textOrNull,
  },
  DOCUMENT: { id: text, item, outcome: text, operationId: text, recordSha256: text, sealSha256: textOrNull },
  DOCUMENT_STATUS: { id: text, status },
  STRUCK_OUT: { id: text, paths: listOf(text), by: text, approvedBy: text, reason: text },
  SLIP: { id: text, kind: text, number: text, recordSha256: text, sealSha256: text },
  RESUBMITTED: {},
  WITHDRAWN: { by: text, reason: text },
  REPAIR: { id: text, item: text, verb: text, reason: text, proposedBy: text, approvedBy: textOrNull },
  NOTE: {},
  CASE: { state: text, acceptedOn: textOrNull },
};

/** The events of an entry; undefined when its text is not a list of them. */
export function readEvents(events: string): readonly LedgerEvent[] | undefined {
  try {
    const parsed = JSON.parse(events) as JsonValue;
    return listOf(isEvent)(parsed) ? (parsed as unknown as readonly LedgerEvent[]) : undefined;
  } catch {
    return undefined;
  }
}

const isEvent: Form = value => {
  if (!object({ event: text })(value)) return false;
  const { event } = value as { readonly event: string };
  return Object.hasOwn(FORMS, event) && object(FORMS[event as LedgerEvent['event']])(value);
};
