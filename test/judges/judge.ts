/** Programs of others, from Debian's packages: absent they are a sentence, and where REQUIRE_REAL=1 a failure. */
import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

export interface Answer {
  readonly status: number | null;
  /** What it said, on either channel. */
  readonly output: string;
}

export interface Judge {
  readonly describe: typeof describe | typeof describe.skip;
  /** For the title. */
  readonly absent: string;
}

/** A judge that hangs is killed. */
const answerMaxMs = 60_000;

/**
 * @param debianPackage Where it comes from.
 * @param probe A command that ends with 0 where everything that the judge needs is there.
 */
export function judge(debianPackage: string, ...probe: readonly [string, ...string[]]): Judge {
  const [command, ...args] = probe;
  const { error, status } = spawnSync(command, args, { timeout: answerMaxMs });
  const there = !error && status === 0;
  if (!there && process.env.REQUIRE_REAL === '1')
    throw new Error(`${command} is needed where REQUIRE_REAL=1: apt-get install ${debianPackage}`);
  return {
    describe: there ? describe : describe.skip,
    absent: there ? '' : ` (skipped: ${debianPackage} is not installed)`,
  };
}

/** @param folder Where it runs, and where the files are that `args` name. */
export function ask(folder: string, command: string, args: readonly string[], input = ''): Answer {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    input,
    timeout: answerMaxMs,
    // In English, whoever runs it.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}
