/**
 * Settings come from the environment and are read in one file per process kind. Each is described as data, so that a
 * wrong value is answered with one sentence and `--help` can print them all.
 */
export interface Setting<Value> {
  readonly name: string;
  readonly meaning: string;
  /** As it would be written in the environment. */
  readonly byDefault: string;
  /** Whether it may hold a password: then a wrong value is not quoted. */
  readonly secret?: true;
  /** The value, or what a right one looks like, in words that continue "must be …". */
  read(text: string): { readonly value: Value } | { readonly mustBe: string };
}

export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}

/** @throws {WrongSetting} naming the setting, what was found (unless that is a secret), and what it must be. */
export function readSetting<Value>(setting: Setting<Value>, environment: NodeJS.ProcessEnv): Value {
  const given = environment[setting.name];
  const text = given === undefined || given === '' ? setting.byDefault : given;
  const read = setting.read(text);
  if ('value' in read) return read.value;
  const found = setting.secret ? '' : `is "${text}" but `;
  throw new WrongSetting(`${setting.name} ${found}must be ${read.mustBe}.`);
}

export const text = (name: string, byDefault: string, meaning: string): Setting<string> => ({
  name,
  meaning,
  byDefault,
  read: value => ({ value }),
});

export const wholeNumber = (
  name: string,
  byDefault: number,
  [least, most]: readonly [number, number],
  meaning: string,
): Setting<number> => ({
  name,
  meaning,
  byDefault: String(byDefault),
  read: given => {
    const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? { value } : { mustBe: `a whole number from ${least} to ${most}` };
  },
});

export const port = (name: string, byDefault: number, meaning: string): Setting<number> =>
  wholeNumber(name, byDefault, [1, 65_535], meaning);

/** A port of its own for something that is off unless it is given one; null: off. */
export const optionalPort = (name: string, meaning: string): Setting<number | null> => ({
  name,
  meaning,
  byDefault: '',
  read: given => (given === '' ? { value: null } : port(name, 1, meaning).read(given)),
});

/** An address; absent, it is the empty text. */
export const address = (name: string, schemes: readonly ('http' | 'https')[], meaning: string): Setting<string> => ({
  name,
  meaning,
  byDefault: '',
  read: given => {
    const isAddress = URL.canParse(given) && schemes.some(scheme => new URL(given).protocol === `${scheme}:`);
    if (given === '' || isAddress) return { value: given.replace(/\/+$/, '') };
    return { mustBe: `an address that begins with ${schemes.map(scheme => `${scheme}://`).join(' or ')}` };
  },
});

/** Lines for `--help`, aligned. */
export function describeSettings(settings: readonly Setting<unknown>[]): string {
  const width = Math.max(...settings.map(setting => setting.name.length));
  return settings
    .map(({ name, meaning, byDefault }) => `  ${name.padEnd(width)}  ${meaning} (default ${byDefault || 'none'})`)
    .join('\n');
}

/** A host as it stands in an address. */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The host at which its own machine reaches what listens on it: who listens on every address is reached on loopback. */
export const nearHost = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host;

export const DATA_DIR = text('DATA_DIR', './data', 'folder of keys, registers and cases; made when absent');
export const HOST = text('HOST', '127.0.0.1', 'address on which servers listen');
export const TSA_PORT = port('TSA_PORT', 4021, 'port of the time-stamp authority');
