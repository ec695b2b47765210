import { setImmediate as turn } from 'node:timers/promises';
import type { Composition, Service } from '../compose.ts';
import type { Supergraph } from '../router/gateway.ts';
import { type Admission, admit, isTooSlow } from './admission.ts';
import type { Change } from './changes.ts';
import { type Composer, supergraphFrom } from './composer.ts';
import type { Asked, Enquiry } from './enquiry.ts';
import { fingerprintOf, type Kept, keep, madeOf, readKept, sweepLeftovers } from './kept.ts';
import { type Reason, reason, sentenceOf } from './reason.ts';

export interface SupergraphState {
  /** SHA-256 of the supergraph that is served, in hexadecimal digits. */
  readonly fingerprint: string;
  /** Instant, UTC, ISO 8601 with milliseconds. */
  readonly servedSince: string;
  readonly departments: Readonly<Record<string, DepartmentState>>;
}

export interface DepartmentState {
  /** Of its newest SDL: HEARD and taken; ABSENT, it did not answer when it was asked last; REFUSED, it is not taken. */
  readonly state: 'HEARD' | 'ABSENT' | 'REFUSED';
  /** Whether the graph has its fields: by an older SDL where the newest is refused or unknown. */
  readonly served: boolean;
  /** Why it is ABSENT or REFUSED. */
  readonly reasons: readonly Reason[];
}

export interface Sources {
  readonly window: Service;
  readonly departments: readonly Asked[];
  /** Where the last good supergraph is kept. */
  readonly file: string;
  report(sentence: string): void;
}

/** What took too long on a machine that had much to do is tried again, no more often than this. */
const slowAgainMs = 10 * 60_000;

/** The graph that is served, and of which SDL it is made. */
export class Graph {
  readonly #sources: Sources;
  readonly #enquiry: Enquiry;
  readonly #composer: Composer;
  #served: ReadonlyMap<string, Service> = new Map();
  #refused: ReadonlyMap<string, readonly Reason[]> = new Map();
  /** Undefined until it begins, unless what was kept is good as it is. */
  #composition: Composition | undefined;
  #fingerprint = '';
  #servedSince = new Date();
  #triedAtMs = performance.now();
  /** By department, the refusal that was reported last: it is not said again with every question. */
  readonly #reported = new Map<string, string>();

  constructor(sources: Sources, enquiry: Enquiry, composer: Composer) {
    this.#sources = sources;
    this.#enquiry = enquiry;
    this.#composer = composer;
  }

  get state(): SupergraphState {
    return {
      fingerprint: this.#fingerprint,
      servedSince: this.#servedSince.toISOString(),
      departments: Object.fromEntries(
        this.#sources.departments.map(({ subgraph: { name } }) => [name, this.#stateOf(name)]),
      ),
    };
  }

  #stateOf(name: string): DepartmentState {
    const served = this.#served.has(name);
    const failure = this.#enquiry.failures.get(name);
    if (failure) return { state: failure.state, served, reasons: [failure.reason] };
    const reasons = this.#refused.get(name) ?? [];
    if (reasons.length > 0) return { state: 'REFUSED', served, reasons };
    return { state: this.#enquiry.told.has(name) ? 'HEARD' : 'ABSENT', served, reasons };
  }

  /** Takes up what was kept. @returns the departments of which nothing was. */
  async recall(): Promise<readonly string[]> {
    const { file, departments, report } = this.#sources;
    await sweepLeftovers(file, new Date()).catch(() => undefined);
    const kept = await readKept(file).catch((error: Error) => {
      report(`${error.message}; the departments are asked`);
      return undefined;
    });
    if (kept) this.#take(kept);
    return departments.map(({ subgraph }) => subgraph.name).filter(name => !this.#served.has(name));
  }

  get isToBeComposed(): boolean {
    return this.#composition === undefined || this.#served.size < this.#sources.departments.length;
  }

  /** The SDL of the departments that there still are; the supergraph too, if nothing of which it was made has changed. */
  #take({ services, composition, madeOf: before }: Kept): void {
    const served = this.#sources.departments.flatMap(({ subgraph: { name }, url }) => {
      const one = services.find(service => service.name === name);
      return one ? [{ name, url, sdl: one.sdl }] : [];
    });
    this.#served = new Map(served.map(service => [service.name, service]));
    if (madeOf([this.#sources.window, ...served]) === before) this.#composition = composition;
  }

  async begin(): Promise<Supergraph> {
    const { window } = this.#sources;
    const { told } = this.#enquiry;
    if (this.#composition && told.size === 0) return this.#serve(this.#composition);
    const admission = await admit({ window, served: this.#served, told }, this.#composition !== undefined, services =>
      this.#composer.compose(services),
    );
    const composition = admission.composition ?? this.#composition;
    if (!composition) throw new Error('there is no supergraph to begin with');
    this.#record(admission);
    await this.#keep(composition);
    return this.#serve(composition);
  }

  get isToBeTriedAgain(): boolean {
    const isSlow = [...this.#refused.values()].flat().some(isTooSlow);
    return isSlow && performance.now() - this.#triedAtMs > slowAgainMs;
  }

  /** After a department told something new. */
  async renew(update: (supergraph: Supergraph) => void, stopping: AbortSignal): Promise<void> {
    const { window, report } = this.#sources;
    const applicants = { window, served: this.#served, told: this.#enquiry.told };
    const before = this.#composition;
    const admission = await admit(applicants, true, services => this.#composer.compose(services, before));
    if (stopping.aborted) return;
    const { composition, changes } = admission;
    if (composition && fingerprintOf(composition.supergraphSdl) !== this.#fingerprint) {
      try {
        const supergraph = supergraphFrom(composition);
        // What waits meanwhile is answered between the two halves of the work.
        await turn();
        update(supergraph);
      } catch (error) {
        return this.#record(allRefused(admission, this.#served, error));
      }
      this.#servedNow(composition);
      if (changes.length > 0) report(warningOf(changes));
    }
    this.#record(admission);
    if (composition) await this.#keep(composition);
  }

  #serve(composition: Composition): Supergraph {
    this.#servedNow(composition);
    return supergraphFrom(composition);
  }

  #servedNow(composition: Composition): void {
    this.#composition = composition;
    this.#fingerprint = fingerprintOf(composition.supergraphSdl);
    this.#servedSince = new Date();
  }

  #record({ admitted, refused }: Admission): void {
    this.#triedAtMs = performance.now();
    this.#served = admitted;
    this.#refused = refused;
  }

  /** Reports what is refused, once, and that it is taken again. */
  tell(): void {
    const { report } = this.#sources;
    for (const [name, { state, served, reasons }] of Object.entries(this.state.departments)) {
      if (state === 'HEARD' && this.#reported.delete(name)) report(`${name} composes again`);
      if (state !== 'REFUSED') continue;
      const goesOn = served ? 'its older schema goes on' : 'it is left out of the graph';
      const sentence = `the schema of ${name} is refused, ${goesOn}: ${reasons.map(sentenceOf).join('; ')}`;
      if (this.#reported.get(name) === sentence) continue;
      this.#reported.set(name, sentence);
      report(sentence);
    }
  }

  async #keep(composition: Composition): Promise<void> {
    const services = [this.#sources.window, ...this.#served.values()];
    const kept = { services: services.slice(1), composition, madeOf: madeOf(services) };
    await keep(this.#sources.file, kept).catch((error: Error) =>
      this.#sources.report(`the supergraph can't be kept for the next start: ${error.message}`),
    );
  }
}

/** The router did not take what composes: everything goes on as it was. */
function allRefused(admission: Admission, served: ReadonlyMap<string, Service>, error: unknown): Admission {
  const message = error instanceof Error ? error.message : String(error);
  const news = [...admission.admitted].filter(([name, { sdl }]) => served.get(name)?.sdl !== sdl);
  const refused = news.map(([name]) => [name, [reason('NOT_SERVABLE', [name], message)]] as const);
  return { ...admission, admitted: served, refused: new Map([...admission.refused, ...refused]) };
}

/** A log line that somebody reads; `npm run compose -- --check` tells all of them. */
const changesToldMax = 20;

/** Departments may break what was, in agreement with whoever relied on it; nobody shall be surprised. */
function warningOf(changes: readonly Change[]): string {
  const told = changes.slice(0, changesToldMax).map(({ danger, code, message }) => `${danger} ${code}: ${message}`);
  const more = changes.length > told.length ? `; and ${changes.length - told.length} more` : '';
  return `warning: the newer supergraph is not in all as the one before: ${told.join('; ')}${more}`;
}
