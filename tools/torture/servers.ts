import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** One server process. Whatever is done to it is done to this very process, by its id. */
export interface ServerProcess {
  readonly name: string;
  readonly startedAtMs: number;
  /** Of `performance.now()`; undefined until it serves. */
  readonly servingSinceMs: number | undefined;
  /** It has begun to serve, and nothing has been done to it that keeps it from serving. */
  readonly isServing: boolean;
  /** When it serves, or has ended without. */
  readonly started: Promise<void>;
  /** SIGKILL, and waits until the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL when that takes too long. */
  stop(): Promise<void>;
  /** SIGSTOP: it does nothing and knows nothing of it. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
}

export interface ServerCommand {
  readonly name: string;
  /** Below the project's folder, such as `gateway/serve.ts`. */
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** What it prints is added to this file. */
  readonly logFile: string;
}

/** Starts servers, and ends all that are left when they are no longer needed, or this process ends. */
export interface Servers {
  start(command: ServerCommand): ServerProcess;
  endAll(): Promise<void>;
}

/** A server gives up what is open after 10 s of its own. */
const stopMaxMs = 15_000;

export function createServers(): Servers {
  const running = new Map<ChildProcess, Promise<void>>();
  const killAll = (): void => {
    for (const child of running.keys()) child.kill('SIGKILL');
  };
  process.on('exit', killAll);
  return {
    start(command) {
      const child = launch(command);
      const ended = endOf(child).finally(() => running.delete(child));
      running.set(child, ended);
      return serverOf(command.name, child, ended);
    },
    async endAll() {
      killAll();
      await Promise.all(running.values());
      process.off('exit', killAll);
    },
  };
}

function launch({ file, args, environment, logFile }: ServerCommand): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
    // The channel tells when it serves, and ends the server should this process be killed.
    return spawn(process.execPath, [path, ...args], { env: environment, stdio: ['ignore', log, log, 'ipc'] });
  } finally {
    closeSync(log);
  }
}

/** When a process has ended, or could not be started, which has no `exit`. */
const endOf = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    child.once('exit', () => resolve());
    // One that lives can have errors too, such as a signal that it may not be sent.
    child.on('error', () => {
      if (child.pid === undefined) resolve();
    });
  });

function serverOf(name: string, child: ChildProcess, ended: Promise<void>): ServerProcess {
  let servingSinceMs: number | undefined;
  let isHindered = false;
  child.once('exit', () => {
    isHindered = true;
  });
  const serves = new Promise<void>(resolve => {
    child.once('message', () => {
      servingSinceMs = performance.now();
      resolve();
    });
  });
  return {
    name,
    startedAtMs: performance.now(),
    get servingSinceMs() {
      return servingSinceMs;
    },
    get isServing() {
      return servingSinceMs !== undefined && !isHindered;
    },
    started: Promise.race([serves, ended]),
    kill() {
      isHindered = true;
      child.kill('SIGKILL');
      return ended;
    },
    async stop() {
      isHindered = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMaxMs);
      await ended;
      clearTimeout(timer);
    },
    pause() {
      isHindered = true;
      child.kill('SIGSTOP');
    },
    resume() {
      child.kill('SIGCONT');
      isHindered = child.exitCode !== null || child.signalCode !== null;
    },
  };
}

/** Below the range from which a system gives ports to whoever calls: else one could be taken while its server is away. */
const portMin = 14_000;
const portMax = 31_999;

/** Ports of loopback that nobody listens on now, from a random one on. */
export async function findPorts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  const first = portMin + Math.floor(Math.random() * (portMax - portMin - 1_000));
  for (let port = first; found.length < count; port += 1) {
    if (port > portMax) throw new Error('no ports are free');
    if (await isFree(port)) found.push(port);
  }
  return found;
}

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
