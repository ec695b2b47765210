/**
 * How many requests are carried out at a time, in all and for one client. A request that is one too many is refused at
 * once, before its body is read: it would only wait, and hold memory meanwhile.
 *
 *     const admission = createAdmission({ inFlightMax: 1_000, inFlightPerClientMax: 250 });
 *     const leave = admission.enter('subject clerk-1');   // throws TOO_MANY_REQUESTS
 */
import { Refusal } from '../../subgraphs/errors.ts';

export interface AdmissionBounds {
  readonly inFlightMax: number;
  readonly inFlightPerClientMax: number;
}

export interface Admission {
  /** @param client Whoever shares the bound. @returns To be called once, when the request has been answered. @throws {Refusal} */
  enter(client: string): () => void;
  readonly inFlight: number;
  /** Clients with a request in flight; nothing is kept of others. */
  readonly clients: number;
}

/** Most requests take some milliseconds. */
const RETRY_AFTER_S = 1;

export function createAdmission({ inFlightMax, inFlightPerClientMax }: AdmissionBounds): Admission {
  const inFlightOf = new Map<string, number>();
  let inFlight = 0;
  return {
    enter(client) {
      const own = inFlightOf.get(client) ?? 0;
      if (own >= inFlightPerClientMax) {
        throw tooMany(429, 'requests of this client are under way', inFlightPerClientMax, own + 1);
      }
      if (inFlight >= inFlightMax) throw tooMany(503, 'requests are under way', inFlightMax, inFlight + 1);
      inFlight++;
      inFlightOf.set(client, own + 1);
      return () => {
        inFlight--;
        const left = (inFlightOf.get(client) ?? 0) - 1;
        if (left > 0) inFlightOf.set(client, left);
        else inFlightOf.delete(client);
      };
    },
    get inFlight() {
      return inFlight;
    },
    get clients() {
      return inFlightOf.size;
    },
  };
}

function tooMany(status: number, what: string, limit: number, found: number): Refusal {
  const sentence = `With this one ${found} ${what}, more than the ${limit} allowed`;
  const refusal = new Refusal('TOO_MANY_REQUESTS', sentence, { limit, found });
  return refusal.atStatus(status, { 'retry-after': String(RETRY_AFTER_S) });
}
