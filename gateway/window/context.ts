import type { Caller } from './caller.ts';
import type { Window } from './window.ts';

/** What the window's resolvers are given with each request. */
export interface WindowContext {
  readonly window: Window;
  readonly caller: Caller;
}
