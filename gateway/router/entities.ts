/**
 * Entities that a department completes: picked from the tree, put in place when they are answered, and excused where
 * they are not.
 */
import { ERRORS_LISTED_MAX, type ErrorList, garbage, type Loss, type Lost, shownPath, told } from './errors.ts';
import {
  type Answered,
  copyOf,
  isAnswered,
  merge,
  type ResponsePath,
  representationOf,
  rewriteAll,
  type Satisfies,
  walk,
} from './merge.ts';
import { decodedText } from './octets.ts';
import type { EntityBatch, FetchNode, Requirement } from './planner.ts';
import type { SubgraphError, SubgraphResult } from './port.ts';

export interface Picked {
  readonly representations: readonly Answered[];
  /** The representations as text. */
  readonly identities: readonly string[];
  /** For each representation the objects that it stands for. */
  readonly entities: readonly (readonly Answered[])[];
}

export interface BatchPicked extends Picked {
  readonly batch: EntityBatch;
}

/**
 * The entities of a batch, each once, however often it stands in the tree.
 *
 * @param octets Whether the texts of the data are octets; those of the representations never are.
 */
export function pick(batch: EntityBatch, data: Answered, satisfies: Satisfies, octets = false): Picked {
  const places = new Map<string, Answered[]>();
  const representations: Answered[] = [];
  const identities: string[] = [];
  const entities: Answered[][] = [];
  const take = (entity: Answered) => {
    const source = batch.inputRewrites.length === 0 ? entity : copyOf(entity);
    rewriteAll(source, batch.inputRewrites, satisfies);
    const found = representationOf(source, batch.requires, satisfies);
    if (!found) return;
    const text = JSON.stringify(found);
    const identity = octets ? decodedText(text) : text;
    const representation = identity === text ? found : (JSON.parse(identity) as Answered);
    const same = places.get(identity);
    if (same) {
      same.push(entity);
      return;
    }
    const first = [entity];
    places.set(identity, first);
    representations.push(representation);
    identities.push(identity);
    entities.push(first);
  };
  for (const path of batch.paths) walk(data, path, satisfies, take);
  return { representations, identities, entities };
}

/** What is known of the objects in the tree that lost something. */
export type Excused = Map<Answered, Lost[]>;

export function excuse(excused: Excused, object: Answered, lost: Lost): void {
  const before = excused.get(object);
  if (before) before.push(lost);
  else excused.set(object, [lost]);
}

interface Tree {
  readonly data: Answered;
  readonly excused: Excused;
}

/** What one department was asked in one request, and what became of it. */
export class Completion {
  readonly #picks: readonly BatchPicked[];
  readonly #tree: Tree;
  readonly #satisfies: Satisfies;
  readonly #lost: ErrorList;

  constructor(picks: readonly BatchPicked[], tree: Tree, satisfies: Satisfies, lost: ErrorList) {
    this.#picks = picks;
    this.#tree = tree;
    this.#satisfies = satisfies;
    this.#lost = lost;
  }

  /** Nothing was answered. */
  fail(loss: Loss): void {
    for (const { batch, entities } of this.#picks) this.#lose(batch, entities, loss);
  }

  receive(department: string, { data, errors = [] }: SubgraphResult): void {
    const [first, ...others] = this.#complain(department, errors, data);
    let whole: Loss | undefined;
    for (const { batch, entities } of this.#picks) {
      const answers = data?.[batch.key];
      if (Array.isArray(answers) && answers.length === entities.length) this.#place(batch, entities, answers);
      else {
        whole ??= first ?? (errors[0] ? told(department, errors[0]) : garbage(department));
        this.#lose(batch, entities, whole);
      }
    }
    // Which entity it was is not said, so it is shown at the first.
    const asked = this.#picks.find(({ entities }) => entities.length > 0);
    const unplaced = first && !whole ? [first, ...others] : others;
    if (asked) for (const loss of unplaced) this.#tell(asked.batch, asked.entities[0] ?? [], loss, []);
  }

  /** Reports the errors that name their entity; the others come back. */
  #complain(department: string, errors: readonly SubgraphError[], data: SubgraphResult['data']): Loss[] {
    const unplaced: Loss[] = [];
    for (const error of errors) {
      const [key, nth, ...rest] = error.path ?? [];
      const pick = this.#picks.find(({ batch }) => batch.key === key);
      const entities = typeof nth === 'number' ? pick?.entities[nth] : undefined;
      const loss = told(department, error);
      if (pick && entities) {
        const answers = data?.[pick.batch.key];
        const isNone = rest.length === 0 && Array.isArray(answers) && !isAnswered(answers[Number(nth)]);
        if (isNone) this.#lose(pick.batch, [entities], loss);
        else this.#tell(pick.batch, entities, loss, renamedPath(rest, pick.batch));
      } else if (unplaced.length < ERRORS_LISTED_MAX) unplaced.push(loss);
      else this.#lost.count(1);
    }
    return unplaced;
  }

  #place(batch: EntityBatch, entities: Picked['entities'], answers: readonly unknown[]): void {
    for (const [nth, answer] of answers.entries()) {
      if (!isAnswered(answer)) continue;
      rewriteAll(answer, batch.outputRewrites, this.#satisfies);
      const [first, ...others] = entities[nth] as readonly Answered[];
      // Copied before the first place takes the answer for its own.
      for (const other of others) merge(other, copyOf(answer), batch.keys);
      if (first) merge(first, answer, batch.keys);
    }
  }

  /** What is asked for of these entities, and comes from nowhere else, is told at its own path when it is shown. */
  #lose({ keys }: EntityBatch, concerned: Picked['entities'], loss: Loss): void {
    for (const places of concerned) for (const entity of places) excuse(this.#tree.excused, entity, { keys, loss });
  }

  /** Reports an error at each place of one entity. */
  #tell({ keys, paths }: EntityBatch, places: readonly Answered[], loss: Loss, rest: ResponsePath): void {
    for (const entity of places) excuse(this.#tree.excused, entity, { keys });
    if (this.#lost.isFull) {
      this.#lost.count(places.length);
      return;
    }
    // Where an entity stands is worked out only now: most operations never need to know. Two paths may lead to one.
    const found = new Map<Answered, ResponsePath>();
    const note = (entity: Answered, track: ResponsePath = []) => {
      if (places.includes(entity)) found.set(entity, [...track, ...rest]);
    };
    for (const path of paths) walk(this.#tree.data, path, this.#satisfies, note, []);
    for (const place of found.values()) this.#lost.add(shownPath(place), loss);
  }
}

/**
 * Excuses the entities that could not be asked for, because something that it takes to ask was itself lost before.
 *
 * @param picked What could be.
 */
export function excuseUnasked(picked: BatchPicked, { data, excused }: Tree, satisfies: Satisfies): void {
  const { batch, entities } = picked;
  const asked = new Set(entities.flat());
  const miss = (entity: Answered) => {
    const loss = asked.has(entity) ? undefined : lossBelow(entity, batch.requires, excused);
    if (loss) excuse(excused, entity, { keys: batch.keys, loss });
  };
  for (const path of batch.paths) walk(data, path, satisfies, miss);
}

/** Why an object, or a part of it that is required, lacks something. */
function lossBelow(value: unknown, requires: readonly Requirement[], excused: Excused): Loss | undefined {
  if (Array.isArray(value)) return firstOf(value, item => lossBelow(item, requires, excused));
  if (!isAnswered(value)) return undefined;
  const own = excused.get(value)?.find(({ loss }) => loss)?.loss;
  return own ?? firstOf(requires, required => lossBelow(partOf(value, required), required.of, excused));
}

const partOf = (object: Answered, required: Requirement): unknown =>
  required.kind === 'on' ? object : Object.hasOwn(object, required.name) ? object[required.name] : object[required.key];

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A department knows its answer by the keys it was asked for, before any rewrite. */
export function renamedPath(path: ResponsePath, { outputRewrites }: FetchNode | EntityBatch): ResponsePath {
  if (outputRewrites.length === 0) return path;
  return path.map(key => {
    const rename = outputRewrites.find(({ kind, path: steps }) => {
      const last = steps.at(-1);
      return kind === 'rename' && last !== undefined && 'key' in last && last.key === key;
    });
    return rename?.to ?? key;
  });
}
