import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Everybody needs a Node.js; ours brings its own, so that it can be left out of the comparison. */
const NODE_ITSELF = /^node-(linux|win)-/;

/**
 * What has to be installed, in megabytes of 10^6 bytes.
 *
 * @param packages Of the bench's own dependencies; none of them: all that the product needs to run.
 */
export function installMb(packages: readonly string[]): number {
  const folder = packages.length > 0 ? join(root, 'bench') : root;
  const { packages: locked } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const wanted = packages.length > 0 ? packages : Object.keys(locked['']?.dependencies ?? {});
  const needed = new Set<string>();
  const need = (name: string, by: string): void => {
    const place = placeOf(name, by, locked);
    if (place === undefined || needed.has(place) || NODE_ITSELF.test(name)) return;
    needed.add(place);
    const { dependencies, optionalDependencies, peerDependencies } = locked[place] ?? {};
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      need(other, place);
    }
  };
  for (const name of wanted) need(name, '');
  return [...needed].reduce((sum, place) => sum + bytesOf(join(folder, place)), 0) / 1e6;
}

/** The nearest folder of modules that holds a package, as Node looks for it; optional ones may be nowhere. */
function placeOf(name: string, by: string, locked: Readonly<Record<string, Locked>>): string | undefined {
  const place = `${by === '' ? '' : `${by}/`}node_modules/${name}`;
  if (Object.hasOwn(locked, place)) return place;
  return by === '' ? undefined : placeOf(name, by.slice(0, Math.max(0, by.lastIndexOf('/node_modules/'))), locked);
}

function bytesOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + bytesOf(path);
    return entry.isFile() ? sum + statSync(path).size : sum;
  }, 0);
}
