import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'undici';
import type { Running } from './contestants.ts';
import type { Scenario } from './scenarios.ts';

/** What one gateway did in one stretch of time. */
export interface Round {
  readonly answers: number;
  readonly ms: number;
  /** Of the gateway's own process. */
  readonly cpuMs: number;
  readonly timesMs: readonly number[];
}

export interface RoundSettings {
  readonly clients: number;
  readonly ms: number;
}

export interface WarmUp {
  readonly answers: number;
  readonly maxMs: number;
}

/** Asks one scenario of one gateway, each request with other variables, and looks at every answer. */
export class Asker {
  readonly #pool: Pool;
  readonly #running: Running;
  readonly #scenario: Scenario;
  readonly #prepared: readonly Prepared[];
  #nth = 0;

  constructor(running: Running, scenario: Scenario, prepared: readonly Prepared[], clientsMax: number) {
    this.#running = running;
    this.#scenario = scenario;
    this.#prepared = prepared;
    this.#pool = new Pool(running.url, { connections: clientsMax });
  }

  /** Until the machine code of what is asked has been made: so many answers, whatever else the machine does. */
  async warmUp(clients: number, { answers, maxMs }: WarmUp): Promise<void> {
    const began = performance.now();
    let left = answers;
    const client = async (): Promise<void> => {
      while (left-- > 0 && performance.now() < began + maxMs) await this.ask();
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** @throws {Error} if an answer is not the right one: a figure over wrong answers is none. */
  async round({ clients, ms }: RoundSettings): Promise<Round> {
    const { server } = this.#running;
    const timesMs: number[] = [];
    const cpuBefore = server.cpuMs();
    const began = performance.now();
    const client = async (): Promise<void> => {
      for (let asked = performance.now(); asked < began + ms; asked = performance.now()) {
        await this.ask();
        timesMs.push(performance.now() - asked);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: clients }, client));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    // All that was asked has been answered: nothing is counted on one side only.
    return {
      answers: timesMs.length,
      ms: performance.now() - began,
      cpuMs: server.cpuMs() - cpuBefore,
      timesMs,
    };
  }

  async ask(): Promise<void> {
    const { body, expected } = this.#prepared[this.#nth++ % this.#prepared.length] as Prepared;
    const { headers } = this.#running;
    const answer = await this.#pool.request({
      path: '/graphql',
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body,
    });
    const text = (await answer.body.text()).trimEnd();
    // Most gateways write the fields as they were asked; one that writes them in another order is right all the same.
    if (text === expected || isDeepStrictEqual(read(text), JSON.parse(expected))) return;
    throw new Error(`a wrong answer to ${this.#scenario.name}: ${text.slice(0, 300)}`);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Prepared {
  readonly body: string;
  readonly expected: string;
}

/** Requests and their right answers, made before anything is measured. */
export const prepared = ({ query, variables, expected }: Scenario, many: number): readonly Prepared[] =>
  Array.from({ length: many }, (_, nth) => ({
    body: JSON.stringify({ query, variables: variables(nth) }),
    expected: expected(nth),
  }));
