import { setTimeout as sleep } from 'node:timers/promises';
import { leaseMs } from '../../gateway/window/store.ts';
import { type Random, randomOf } from '../generate/random.ts';
import type { Arena, GatewaySlot } from './arena.ts';
import type { ServerProcess } from './servers.ts';

/** What is done to a gateway, as the seed has it. */
export type Strike =
  /** SIGKILL when this share of its life is over, the start included. */
  | { readonly is: 'KILL'; readonly share: number }
  /** SIGSTOP so long after it serves, and SIGCONT after so long. */
  | { readonly is: 'PAUSE'; readonly afterMs: number; readonly forMs: number };

/** A strike as it happened. */
export interface Struck {
  readonly is: Strike['is'];
  readonly gateway: string;
  /** Of `performance.now()`. */
  readonly atMs: number;
  /** Whether it served already. */
  readonly wasServing: boolean;
  /** Whether another gateway served at that moment, and could take over. */
  readonly otherServed: boolean;
}

export interface Strikes {
  /** Ends when all have been struck; gateways run and serve then. */
  readonly done: Promise<void>;
  readonly struck: readonly Struck[];
  /** Gateways that ended by themselves. */
  readonly ended: readonly string[];
  stop(): void;
}

/** How long a gateway lives at most after it serves. */
const servingMaxMs = 1_400;
/** Assumed until it has been measured how long a start takes here. */
const startFirstGuessMs = 1_000;
/** A new start time counts for this share of what is assumed. */
const newStartShare = 0.2;
const pauseAfterMaxMs = 700;
const pauseMinMs = leaseMs + 300;
const pauseMaxMs = 2 * leaseMs + 600;
/** Strikes go no further ahead of the applications than this, or they would meet nobody at work. */
const aheadMin = 3;
const aheadShare = 0.1;
const lookAgainMs = 25;
/** A gateway that does not start in this time never will. */
const startMaxMs = 60_000;
const strikeSalt = 12;

export function drawStrikes(seed: number, kills: number, pauses: number): readonly Strike[] {
  const random = randomOf(seed, kills, strikeSalt);
  return random.shuffled([
    ...Array.from({ length: kills }, (): Strike => ({ is: 'KILL', share: random.below(10_000) / 10_000 })),
    ...Array.from({ length: pauses }, () => drawPause(random)),
  ]);
}

const drawPause = (random: Random): Strike => ({
  is: 'PAUSE',
  afterMs: random.below(pauseAfterMaxMs),
  forMs: random.between(pauseMinMs, pauseMaxMs),
});

export interface StrikeSettings {
  readonly arena: Pick<Arena, 'gateways'>;
  readonly plan: readonly Strike[];
  /** Counted up with each strike. */
  readonly pace: { struck: number };
  /** How many strikes the applications that were sent so far can bear. */
  allowed(): number;
}

/** Each gateway gets the next strike of the plan, is started again after a kill, and so on; both at the same time. */
export function startStrikes({ arena, plan, pace, allowed }: StrikeSettings): Strikes {
  const struck: Struck[] = [];
  const ended: string[] = [];
  let next = 0;
  let pausing = false;
  let startMs = startFirstGuessMs;
  let stopped = false;
  const ahead = Math.max(aheadMin, aheadShare * plan.length);
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo() && !stopped) await sleep(lookAgainMs);
  };
  const otherServes = (slot: GatewaySlot): boolean =>
    arena.gateways.some(other => other !== slot && other.current?.isServing === true);

  function note(is: Strike['is'], slot: GatewaySlot): void {
    const [atMs, wasServing, otherServed] = [performance.now(), slot.current?.isServing === true, otherServes(slot)];
    pace.struck += 1;
    struck.push({ is, gateway: slot.name, atMs, wasServing, otherServed });
  }

  async function kill(slot: GatewaySlot, server: ServerProcess, share: number): Promise<void> {
    const atMs = server.startedAtMs + share * (startMs + servingMaxMs);
    await sleep(Math.max(0, atMs - performance.now()));
    // Who takes over from a stopped one must live, or nobody would.
    await until(() => !pausing);
    note('KILL', slot);
    await server.kill();
  }

  async function pause(slot: GatewaySlot, server: ServerProcess, strike: Strike & { is: 'PAUSE' }): Promise<void> {
    await until(() => !pausing && server.isServing && otherServes(slot));
    if (stopped || pausing) return;
    pausing = true;
    try {
      await sleep(strike.afterMs);
      note('PAUSE', slot);
      server.pause();
      await sleep(strike.forMs);
    } finally {
      server.resume();
      pausing = false;
    }
  }

  async function torment(slot: GatewaySlot): Promise<void> {
    let server = slot.start();
    while (!stopped && next < plan.length) {
      const turn = next++;
      await until(() => turn < allowed() + ahead);
      const strike = plan[turn] as Strike;
      if (strike.is === 'PAUSE') {
        await pause(slot, server, strike);
        continue;
      }
      await kill(slot, server, strike.share);
      if (server.servingSinceMs !== undefined) {
        startMs += newStartShare * (server.servingSinceMs - server.startedAtMs - startMs);
      }
      server = slot.start();
    }
    await mustServe(server);
  }

  /** A gateway that ends though nobody killed it is a finding; the run goes on with a new one. */
  async function mustServe(server: ServerProcess): Promise<void> {
    const late = sleep(startMaxMs, undefined, { ref: false });
    await Promise.race([server.started, late]);
    if (server.servingSinceMs === undefined) ended.push(server.name);
  }

  return {
    done: Promise.all(arena.gateways.map(torment)).then(() => undefined),
    struck,
    ended,
    stop() {
      stopped = true;
    },
  };
}
