/** What an operator has typed, checked before anything is touched. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Custody } from '../../certs/custody/keep.ts';
import { CUSTODIES, type Secret } from '../../certs/custody/kept.ts';
import { REASONS, type Reason } from '../../certs/hierarchy/acts.ts';
import { LISTING, type ListingAuthority } from '../../certs/hierarchy/revocation.ts';
import { isReason } from '../../certs/hierarchy/standing.ts';
import { SUITES, type SuiteId } from '../../certs/suites.ts';
import { DATA_DIR, readSetting } from '../../subgraphs/settings.ts';
import { DEFAULT_MODULE } from './usage.ts';

export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

interface Common {
  readonly dataDir: string;
  readonly json: boolean;
  readonly note?: string;
}

export type Wish = Common &
  (
    | { readonly verb: 'list'; readonly all: boolean }
    | { readonly verb: 'renew'; readonly holder: string; readonly suite?: SuiteId; readonly custody?: Custody }
    | { readonly verb: 'suspend'; readonly whose: string; readonly at?: Date }
    | { readonly verb: 'resume'; readonly whose: string }
    | {
        readonly verb: 'revoke';
        readonly whose: string;
        readonly reason: Reason;
        readonly at?: Date;
        readonly invalidityDate?: Date;
      }
    | { readonly verb: 'crl'; readonly lists: readonly ListingAuthority[] }
    | { readonly verb: 'export' | 'import'; readonly holder: string; readonly p12: string; readonly password?: Secret }
    | { readonly verb: 'move'; readonly holder: string; readonly custody: Custody }
  );
export type Verb = Wish['verb'];

const OPTIONS = {
  'data-dir': { type: 'string' },
  json: { type: 'boolean' },
  note: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  all: { type: 'boolean' },
  suite: { type: 'string' },
  custody: { type: 'string' },
  to: { type: 'string' },
  at: { type: 'string' },
  reason: { type: 'string' },
  'invalidity-date': { type: 'string' },
  p12: { type: 'string' },
  'password-file': { type: 'string' },
  'password-variable': { type: 'string' },
  module: { type: 'string' },
  token: { type: 'string' },
  'pin-file': { type: 'string' },
  'pin-variable': { type: 'string' },
} as const;
type Option = keyof typeof OPTIONS;
type Given = Partial<Record<Option, string | boolean>>;

const FOR_ALL: readonly Option[] = ['data-dir', 'json', 'note', 'help'];
const OF_CUSTODY: readonly Option[] = [
  'password-file',
  'password-variable',
  'module',
  'token',
  'pin-file',
  'pin-variable',
];
const TAKES: Readonly<
  Record<Verb, { readonly words: readonly [number, number]; readonly options: readonly Option[] }>
> = {
  list: { words: [0, 0], options: ['all'] },
  renew: { words: [1, 1], options: ['suite', 'custody', ...OF_CUSTODY] },
  suspend: { words: [1, 1], options: ['at'] },
  resume: { words: [1, 1], options: [] },
  revoke: { words: [1, 1], options: ['reason', 'at', 'invalidity-date'] },
  crl: { words: [0, 1], options: [] },
  export: { words: [1, 1], options: ['p12', 'password-file', 'password-variable'] },
  import: { words: [1, 1], options: ['p12', 'password-file', 'password-variable'] },
  move: { words: [1, 1], options: ['to', ...OF_CUSTODY] },
};

/** @returns undefined when help was asked for. @throws {WrongUsage} */
export function parseWish(args: readonly string[], environment: NodeJS.ProcessEnv): Wish | undefined {
  const { given, words } = parse(args);
  const [verb, ...named] = words;
  if (given.help || verb === undefined) return undefined;
  if (!isVerb(verb)) throw new WrongUsage(`"${verb}" is no verb`);
  const {
    words: [least, most],
    options,
  } = TAKES[verb];
  if (named.length < least) throw new WrongUsage(`${verb} needs to know whose certificate`);
  if (named.length > most) throw new WrongUsage(`"${named[most]}" is too much for ${verb}`);
  const strange = (Object.keys(given) as Option[]).find(name => !FOR_ALL.includes(name) && !options.includes(name));
  if (strange) throw new WrongUsage(`--${strange} is no option of ${verb}`);
  return { ...commonOf(given, environment), ...READ[verb](named[0] ?? '', given) } as Wish;
}

function parse(args: readonly string[]): { readonly given: Given; readonly words: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    return { given: values, words: positionals };
  } catch (error) {
    // Of its several sentences the first says what is wrong.
    throw new WrongUsage((error as Error).message.split(/\. |\n/)[0] ?? '');
  }
}

const isVerb = (word: string): word is Verb => Object.hasOwn(TAKES, word);

function commonOf(given: Given, environment: NodeJS.ProcessEnv): Common {
  const note = text(given, 'note');
  if (note !== undefined && (note.length > noteCharactersMax || /\p{Cc}/u.test(note)))
    throw new WrongUsage(`--note takes one line of at most ${noteCharactersMax} characters`);
  return {
    dataDir: resolve(text(given, 'data-dir') ?? readSetting(DATA_DIR, environment)),
    json: given.json === true,
    ...(note !== undefined && { note }),
  };
}

const noteCharactersMax = 1_000;

const READ: Readonly<Record<Verb, (word: string, given: Given) => object>> = {
  list: (_, { all }) => ({ verb: 'list', all: all === true }),
  renew: (holder, given) => ({
    verb: 'renew',
    holder,
    ...(given.suite !== undefined && { suite: oneOf('suite', given, Object.keys(SUITES)) }),
    ...(given.custody !== undefined ? { custody: custodyOf('custody', given) } : noCustody(given)),
  }),
  suspend: (whose, given) => ({ verb: 'suspend', whose, ...instant(given, 'at', 'at') }),
  resume: whose => ({ verb: 'resume', whose }),
  revoke(whose, given) {
    const reason = text(given, 'reason');
    if (reason === undefined || !isReason(reason))
      throw new WrongUsage(`--reason must be one of ${REASONS.join(', ')}`);
    return {
      verb: 'revoke',
      whose,
      reason,
      ...instant(given, 'at', 'at'),
      ...instant(given, 'invalidity-date', 'invalidityDate'),
    };
  },
  crl(word) {
    const lists = word === '' ? LISTING : LISTING.filter(name => name === word);
    if (lists.length === 0) throw new WrongUsage(`"${word}" issues no revocation list: ${LISTING.join(' and ')} do`);
    return { verb: 'crl', lists };
  },
  export: (holder, given) => ({ verb: 'export', holder, ...containerOf(given) }),
  import: (holder, given) => ({ verb: 'import', holder, ...containerOf(given) }),
  move: (holder, given) => ({ verb: 'move', holder, custody: custodyOf('to', given) }),
};

const text = (given: Given, name: Option): string | undefined => {
  const value = given[name];
  return typeof value === 'string' ? value : undefined;
};

function oneOf(name: Option, given: Given, allowed: readonly string[]): string {
  const value = text(given, name);
  const known = allowed.find(one => one === value);
  if (known === undefined) throw new WrongUsage(`--${name} must be one of ${allowed.join(', ')}`);
  return known;
}

function custodyOf(name: 'custody' | 'to', given: Given): Custody {
  const kind = oneOf(name, given, CUSTODIES);
  if (kind === 'file' || kind === 'worker') return { kind, ...noCustody(given) };
  if (kind === 'pkcs12') return { kind, password: secretOf(given, 'password') ?? missing(kind, 'password') };
  const token = text(given, 'token');
  if (token === undefined) throw new WrongUsage('pkcs11 needs --token LABEL');
  const module = resolve(text(given, 'module') ?? DEFAULT_MODULE);
  return { kind: 'pkcs11', module, token, pin: secretOf(given, 'pin') ?? missing(kind, 'pin') };
}

function missing(kind: string, what: 'password' | 'pin'): never {
  throw new WrongUsage(`${kind} needs --${what}-file FILE or --${what}-variable NAME`);
}

function noCustody(given: Given): object {
  const strange = OF_CUSTODY.find(name => given[name] !== undefined);
  if (strange) throw new WrongUsage(`--${strange} belongs to a custody that has not been named`);
  return {};
}

function secretOf(given: Given, what: 'password' | 'pin'): Secret | undefined {
  const [file, variable] = [text(given, `${what}-file`), text(given, `${what}-variable`)];
  if (file !== undefined && variable !== undefined)
    throw new WrongUsage(`--${what}-file and --${what}-variable exclude each other`);
  if (file !== undefined) return { file: resolve(file) };
  if (variable === undefined) return undefined;
  if (!/^[A-Za-z_]\w{0,127}$/.test(variable)) throw new WrongUsage(`--${what}-variable takes the name of a variable`);
  return { variable };
}

function containerOf(given: Given): object {
  const p12 = text(given, 'p12');
  if (p12 === undefined) throw new WrongUsage('which container? --p12 FILE');
  const password = secretOf(given, 'password');
  return { p12: resolve(p12), ...(password && { password }) };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** An instant without an offset would mean another moment on each machine, so it is refused. */
function instant(given: Given, name: 'at' | 'invalidity-date', as: string): object {
  const value = text(given, name);
  if (value === undefined) return {};
  const at = new Date(value);
  if (!INSTANT.test(value) || Number.isNaN(at.getTime()))
    throw new WrongUsage(`--${name} takes an instant such as 2025-06-30T12:00:00Z`);
  if (at.getTime() > Date.now()) throw new WrongUsage(`--${name} lies in the future`);
  return { [as]: at };
}
