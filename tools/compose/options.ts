import { type DepartmentId, departmentIds } from '../../subgraphs/catalogue.ts';

/** What `npm run compose` is asked for. */
export interface Options {
  readonly check: boolean;
  /** Dangerous changes count as breaking ones do. */
  readonly strict: boolean;
  readonly json: boolean;
  readonly out: string | undefined;
  /** What is deployed: a supergraph, or what a gateway keeps; its own when absent. */
  readonly against: string | undefined;
  /** Documents that clients rely on: a manifest, or a folder of .graphql files. */
  readonly documents: string | undefined;
  /** Files or addresses, of departments that are not asked where the settings say. */
  readonly departments: ReadonlyMap<string, string>;
  /** Departments that are left out. */
  readonly without: ReadonlySet<string>;
}

export const USAGE = `npm run compose -- [--department NAME=FILE|URL]… [--without NAME]… [--out FILE] [--json]
npm run compose -- --check [--against FILE] [--documents FILE|FOLDER] [--strict] [--department …] [--json]

Composes the window of this edition with the departments' schemas, under the rules of this center, and prints the
supergraph. A department is asked where the settings say (${departmentIds.map(id => `${id.toUpperCase()}_URL`).join(', ')}; npm start -- --help
tells more), over mutual TLS with the center's keys under DATA_DIR; or its schema is taken from a file, or from
another address.

  --department  NAME=FILE or NAME=https://…: a department's schema from there; a new department, too
  --without     a department that is not to be in the graph
  --out         writes the supergraph into a file
  --check       instead of printing it, names every change that breaks or endangers who relies on what is deployed: of
                the public schema, of keys, of the owners of fields, of access rules, of departments
  --against     what is deployed: a supergraph's SDL, or the file that a gateway keeps (DATA_DIR/center/supergraph.json
                when absent)
  --documents   which of these persisted documents would no longer be valid: a manifest, or a folder of .graphql files
  --strict      dangerous changes fail the check as breaking ones do
  --json        one JSON object

Exit status 0: it composes, and nothing breaks. 1: it does not compose, each reason named; or something breaks. 2: what
is to be composed or compared can't be read.`;

/** A wrong argument; its message says what a right one is. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const FLAGS = ['--check', '--strict', '--json'] as const;
const VALUES = ['--department', '--without', '--out', '--against', '--documents'] as const;
const ONLY_CHECKED = ['--against', '--documents', '--strict'] as const;
/** As the composer takes them, and a certificate names them. */
const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** @throws {WrongUsage} */
export function readOptions(args: readonly string[]): Options {
  const flags = new Set<string>();
  const given = new Map<string, string[]>();
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (FLAGS.some(flag => flag === arg)) flags.add(arg);
    else if (VALUES.some(name => name === arg)) {
      const value = args[++at];
      if (!value || value.startsWith('--')) throw new WrongUsage(`${arg} needs a value.`);
      given.set(arg, [...(given.get(arg) ?? []), value]);
    } else throw new WrongUsage(`"${arg}" is no option.`);
  }
  const one = (name: string): string | undefined => {
    const [value, more] = given.get(name) ?? [];
    if (more !== undefined) throw new WrongUsage(`${name} is given twice.`);
    return value;
  };
  const check = flags.has('--check');
  const stray = ONLY_CHECKED.find(name => flags.has(name) || given.has(name));
  if (!check && stray) throw new WrongUsage(`${stray} goes with --check.`);
  if (check && given.has('--out')) throw new WrongUsage('--out does not go with --check.');
  return {
    check,
    strict: flags.has('--strict'),
    json: flags.has('--json'),
    out: one('--out'),
    against: one('--against'),
    documents: one('--documents'),
    departments: placesIn(given.get('--department') ?? []),
    without: new Set((given.get('--without') ?? []).map(mustBeDepartment)),
  };
}

function placesIn(given: readonly string[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const text of given) {
    const [, name = '', place = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    if (!NAME.test(name) || name === 'window' || place === '') {
      throw new WrongUsage(`--department is NAME=FILE or NAME=https://…, but "${text}" was given.`);
    }
    if (places.has(name)) throw new WrongUsage(`the department ${name} is given twice.`);
    places.set(name, place);
  }
  return places;
}

function mustBeDepartment(name: string): DepartmentId {
  const id = departmentIds.find(one => one === name);
  if (!id) throw new WrongUsage(`--without is one of ${departmentIds.join(', ')}, but "${name}" was given.`);
  return id;
}
