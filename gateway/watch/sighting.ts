/**
 * What may be told of one request to the outside, gathered on its way; log lines, metrics and spans are made of nothing
 * else. It has no place for a variable, a document, a path or a person.
 *
 *     request.sighting.begin('query', 'DeskPage');   // by whoever carries an operation out
 *     request.sighting.end(result.data, result.errors);
 */
import type { Span } from '../../subgraphs/tracing.ts';

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** `none`: the request held no operation that could be read. */
export type SeenKind = OperationKind | 'none';

/** `partial`: some data and some errors; `refused`: errors of the caller's making alone; `failed`: a defect of ours. */
export type Outcome = 'ok' | 'partial' | 'refused' | 'failed';

/** Of a sighting that ends. */
export interface SeenOperation {
  readonly kind: SeenKind;
  readonly name: string | undefined;
  readonly outcome: Outcome;
  readonly codes: readonly string[];
  readonly ms: number;
}

/** Who writes down what was seen. */
export interface Witness {
  operation(seen: SeenOperation): void;
  refusal(code: string): void;
}

/** Names are chosen by clients. */
const nameCharactersMax = 64;
/** What could be somebody's number. */
const NUMBER = /\d{7}/;
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
/** Of one answer; a hundred errors of one department have one code. */
const codesMax = 10;

export class Sighting {
  readonly #witness: Witness;
  #sinceMs: number;
  #kind: SeenKind = 'none';
  #name: string | undefined;
  #operationSpan: Span | undefined;
  /** Of the request, where traces are kept. */
  readonly requestSpan: Span | undefined;
  readonly requestId: string;
  role: string | undefined;
  /** Of the last operation, and of what was refused before there was one. */
  codes: readonly string[] = [];

  constructor(witness: Witness, requestId: string, requestSpan: Span | undefined, nowMs: number) {
    this.#witness = witness;
    this.requestId = requestId;
    this.requestSpan = requestSpan;
    this.#sinceMs = nowMs;
  }

  get kind(): SeenKind {
    return this.#kind;
  }

  get name(): string | undefined {
    return this.#name;
  }

  /** What is asked of departments now stands under this span. */
  get span(): Span | undefined {
    return this.#operationSpan ?? this.requestSpan;
  }

  /** Another operation of the same request: the next event of a stream. Its time begins now. */
  again(): void {
    this.#sinceMs = performance.now();
  }

  /** Before there was an operation. */
  refused(code: string): void {
    this.codes = [code];
    this.#witness.refusal(code);
  }

  begin(kind: OperationKind, name: string | undefined): void {
    this.#kind = kind;
    this.#name = name && shownName(name);
    if (!this.requestSpan) return;
    const named = this.#name === undefined ? {} : { 'graphql.operation.name': this.#name };
    const title = this.#name === undefined ? kind : `${kind} ${this.#name}`;
    this.#operationSpan = this.requestSpan.child(title, 'INTERNAL', { 'graphql.operation.type': kind, ...named });
  }

  /** Once for each operation, and for what was none. */
  end(data: unknown, errors: readonly { readonly extensions?: { readonly code?: unknown } }[] | undefined): void {
    this.codes = errors ? codesOf(errors) : [];
    const outcome = outcomeOf(data, this.codes);
    const ms = performance.now() - this.#sinceMs;
    this.#witness.operation({ kind: this.#kind, name: this.#name, outcome, codes: this.codes, ms });
    this.#operationSpan?.end({ 'graphql.outcome': outcome }, outcome === 'ok' ? undefined : this.codes[0]);
    this.#operationSpan = undefined;
  }
}

const shownName = (name: string): string => (NUMBER.test(name) ? 'masked' : name.slice(0, nameCharactersMax));

function codesOf(errors: readonly { readonly extensions?: { readonly code?: unknown } }[]): readonly string[] {
  const codes = new Set<string>();
  for (const { extensions } of errors) {
    const { code } = extensions ?? {};
    codes.add(typeof code === 'string' && CODE.test(code) ? code : 'OTHER');
    if (codes.size >= codesMax) break;
  }
  return [...codes];
}

const FAILURES: ReadonlySet<string> = new Set(['INTERNAL', 'INTERNAL_SERVER_ERROR', 'OPERATION_NOT_PLANNED']);

function outcomeOf(data: unknown, codes: readonly string[]): Outcome {
  if (codes.length === 0) return 'ok';
  const hasSome = typeof data === 'object' && data !== null && Object.values(data).some(value => value !== null);
  if (hasSome) return 'partial';
  return codes.some(code => FAILURES.has(code)) ? 'failed' : 'refused';
}
