/** What `npm start` is asked for. */
import { CannotStart } from '../../subgraphs/process.ts';

export interface StartOptions {
  readonly help: boolean;
  readonly withSample: boolean;
  /** Departments that are not all alike (range.ts). */
  readonly isRange: boolean;
}

/** @throws {CannotStart} */
export function readStartOptions(args: readonly string[]): StartOptions {
  const given = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const option = args[at] as string;
    const isOnce = !given.has(option);
    given.add(option);
    if (option === '--departments' && isOnce) {
      if (args[++at] !== 'range')
        throw new CannotStart(`--departments takes "range"${args[at] === undefined ? '' : `, not "${args[at]}"`}.`);
    } else if (!OPTIONS.has(option) || !isOnce) {
      throw new CannotStart(
        `"${option}" is no option of npm start${isOnce ? '' : ' twice'}: --no-sample, --departments range and --help are.`,
      );
    }
  }
  return {
    help: given.has('--help') || given.has('-h'),
    withSample: !given.has('--no-sample'),
    isRange: given.has('--departments'),
  };
}

const OPTIONS: ReadonlySet<string> = new Set(['--no-sample', '--help', '-h']);
