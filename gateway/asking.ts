import type { FastifyRequest } from 'fastify';
import type { BearerReader } from '../subgraphs/bearer.ts';
import type { GatewayContext } from './context.ts';
import type { Client } from './door/door.ts';
import { READ_BYTES_MAX } from './door/operation-request.ts';
import { requestBytesMax } from './http.ts';
import { windowContext } from './window/context.ts';
import type { Window } from './window/window.ts';

/** Who sends a request to the graph. Both throw UNAUTHENTICATED for a token that is not good. */
export interface Asking {
  contextOf(request: FastifyRequest): Promise<GatewayContext>;
  /** With whom it shares the bound on requests in flight: with all of the same officer's, or of the same address. */
  clientOf(request: FastifyRequest): Promise<Client>;
}

export function whoAsks(bearers: Pick<BearerReader, 'read'>, window: Window): Asking {
  const callerOf = onceFor(({ headers, sighting }: FastifyRequest) =>
    bearers.read(headers.authorization).catch((refusal: unknown) => {
      sighting?.refused('UNAUTHENTICATED');
      throw refusal;
    }),
  );
  return {
    async contextOf(request) {
      const { id, sighting } = request;
      const { authorization } = request.headers;
      const caller = await callerOf(request);
      if (sighting && caller) sighting.role = caller.role;
      return { ...windowContext(window, caller), requestId: id, authorization, ...(sighting && { sighting }) };
    },
    async clientOf(request) {
      const caller = await callerOf(request);
      return caller
        ? { client: `subject ${caller.subject}`, bodyBytesMax: requestBytesMax }
        : { client: `address ${request.ip}`, bodyBytesMax: READ_BYTES_MAX };
    },
  };
}

/** Asks once for each request, however many want to know. */
function onceFor<Answer>(ask: (request: FastifyRequest) => Promise<Answer>): typeof ask {
  const asked = new WeakMap<FastifyRequest, Promise<Answer>>();
  return request => {
    const answer = asked.get(request) ?? ask(request);
    asked.set(request, answer);
    return answer;
  };
}
