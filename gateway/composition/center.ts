/** A composition as it is made for serving: what comes of it has been tried, and is text, which crosses threads. */
import { POLICIES } from '../../subgraphs/policies.ts';
import { type Composition, composeOffices, publicSdlOf, type Service } from '../compose.ts';
import { executorFor } from '../router/gateway.ts';
import type { Subgraph } from '../router/port.ts';
import { type Change, changesBetween } from './changes.ts';
import { type Reason, reason } from './reason.ts';

export type Attempt =
  | { readonly ok: true; readonly composition: Composition; readonly changes: readonly Change[] }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/** @param before What is served now: then it is said what changes for those who rely on it. */
export function attempt(services: readonly Service[], before?: Composition): Attempt {
  const composed = composeOffices(services);
  if (!composed.ok) return composed;
  try {
    const access = { policies: Object.keys(POLICIES), bearerOf: () => undefined };
    executorFor(composed, { subgraphs: services.map(neverAsked), access });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, reasons: [reason('NOT_SERVABLE', [], message)] };
  }
  const { supergraphSdl } = composed;
  const composition = { supergraphSdl, publicSdl: publicSdlOf(supergraphSdl) };
  return { ok: true, composition, changes: before ? changesBetween(before, composition) : [] };
}

const neverAsked = ({ name }: Service): Subgraph => ({
  name,
  send: async () => {
    throw new Error(`${name} is asked for nothing while its schema is tried`);
  },
  close: async () => {},
});
