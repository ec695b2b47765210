import { isDeepStrictEqual } from 'node:util';
import { type DepartmentId, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import type { Fault } from '../../subgraphs/record.ts';
import type { Application } from './application.ts';
import { AT_ONCE, type CaseItem, type CaseView, type Change, isPaper, isUnanswered } from './case.ts';
import { means } from './item-states.ts';

/** What a resubmission (补正) comes to, or why it can't be taken now. */
export type Judged =
  | { readonly ok: true; readonly changed: readonly string[]; readonly changes: readonly Change[] }
  | { readonly ok: false; readonly why: string };

/**
 * Judges an application that was handed in again. Before anything is filed everything but the region may change, and
 * departments whose facts it touches are asked again. Afterwards only what the open faults name may change: something
 * else may have been certified already.
 */
export function judgeResubmission(view: CaseView, application: Application): Judged {
  const changed = changedFields(view.application, application);
  if (changed.includes('regionCode')) return { ok: false, why: 'a case stays in the region whose number it has' };
  if (view.state === 'CORRECTION_NOTICED') return { ok: true, changed, changes: checkAgain(view, changed) };
  const asked = view.items.filter(({ state }) => state === 'WAITING_INPUT');
  if (view.withdrawal || asked.length === 0) return { ok: false, why: 'the case waits for no correction' };
  // What one department has found is no notice yet (一次性告知): corrected now, its faults would never be looked at again.
  if (view.prechecks.some(isUnanswered)) return { ok: false, why: 'departments are still checking the application' };
  const named = new Set(asked.flatMap(({ faults }) => faults.flatMap(fault => fieldsNamed(fault, view.application))));
  const unasked = changed.filter(field => !named.has(field) && !named.has(field.split('.', 1)[0] as string));
  if (unasked.length > 0) return { ok: false, why: `nobody asked to correct ${unasked.join(', ')}` };
  const [inUse, reservations] = reservationsOf(view);
  if (changed.includes('name') && inUse.length > 0) {
    return { ok: false, why: 'the name is that of a paper which was granted' };
  }
  return {
    ok: true,
    changed,
    changes: [...fileAgain(asked), ...(named.has('name') ? reserveAgain(reservations, view) : [])],
  };
}

const FILED_ANEW = { state: 'QUEUED', operationId: null, faults: [], waits: null, retry: AT_ONCE } as const;

const fileAgain = (items: readonly CaseItem[]): Change[] =>
  items.map(({ item }) => ({ of: 'ITEM', item, to: FILED_ANEW }));

/**
 * What a fault lets change: a field with all that belongs to it, for contributions add up and founders are named
 * together; of the papers, those of the kind that it names.
 */
function fieldsNamed({ path, code }: Fault, { materials }: Application): string[] {
  const [field = '', at] = path.split('.');
  if (field !== 'materials') return field === 'founders' ? [field, 'registeredCapital'] : [field];
  const kind = at === undefined ? /^MATERIAL_[A-Z]+_(.+)$/.exec(code)?.[1] : materials[Number(at)]?.kind;
  return [kind === undefined ? field : `materials.${kind}`];
}

/** Locks, not papers, that were granted: those that something granted needs, and the others. */
function reservationsOf({ regime, items }: CaseView): readonly [inUse: CaseItem[], free: CaseItem[]] {
  const isNeeded = ({ item }: CaseItem): boolean =>
    regime.items.some(
      ({ item: other, needs }) =>
        needs.includes(item) && items.some(one => one.item === other && means(one.state, 'held')),
    );
  const granted = items.filter(item => item.state === 'GRANTED' && !isPaper(item));
  return [granted.filter(isNeeded), granted.filter(item => !isNeeded(item))];
}

/** A reservation that has lapsed, or is of another name than the one now applied for, is asked for anew first. */
function reserveAgain(reservations: readonly CaseItem[], { documents }: CaseView): readonly Change[] {
  const replaced = documents.filter(
    ({ item, outcome, status }) =>
      outcome === 'GRANTED' && status === 'VALID' && reservations.some(reservation => reservation.item === item),
  );
  return [
    ...fileAgain(reservations),
    ...replaced.map(({ id }): Change => ({ of: 'DOCUMENT_STATUS', id, status: 'REPLACED' })),
  ];
}

/** Departments that had found faults, and those that a change concerns, check again; the others' checks stand. */
function checkAgain({ prechecks, items }: CaseView, changed: readonly string[]): readonly Change[] {
  const again = prechecks
    .filter(({ department, faults }) => faults?.length || changed.some(field => concerns(field, department, items)))
    .map(
      ({ department }): Change => ({
        of: 'PRECHECK',
        department,
        to: { faults: null, silent: false, retry: AT_ONCE },
      }),
    );
  const queued = items
    .filter(({ state }) => state === 'WAITING_INPUT')
    .map(({ item }): Change => ({ of: 'ITEM', item, to: { state: 'QUEUED', faults: [] } }));
  return [...again, ...queued];
}

/** A paper concerns who demands its kind; whatever else is changed may concern any rule. */
function concerns(field: string, department: DepartmentId, items: CaseView['items']): boolean {
  const kind = /^materials\.(.+)$/.exec(field)?.[1];
  if (kind === undefined) return true;
  const demands = (item: ItemId): boolean => itemEntry(item).materials.some(demand => demand.kind === kind);
  return items.some(one => one.department === department && demands(one.item));
}

/** Names of the fields that differ; a paper by its kind, such as `materials.ARTICLES`. */
function changedFields(before: Application, after: Application): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Application)[];
  const fields = names.filter(name => name !== 'materials' && !isDeepStrictEqual(before[name], after[name]));
  const kinds = [...new Set([...before.materials, ...after.materials].map(({ kind }) => kind))];
  const papersOf = (application: Application, kind: string) =>
    application.materials.filter(material => material.kind === kind);
  const papers = kinds.filter(kind => !isDeepStrictEqual(papersOf(before, kind), papersOf(after, kind)));
  return [...fields.map(String), ...papers.map(kind => `materials.${kind}`)];
}
