import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Who may import whom; what is not listed is forbidden. The first rule whose folder a file lies in is that file's.
 * A department never imports a department, verification never the signer, standards, certs and adapters nothing of ours.
 */
const DEPARTMENTS = readdirSync(join(root, 'subgraphs'))
  .filter(name => statSync(join(root, 'subgraphs', name)).isDirectory())
  .filter(name => name !== 'standards' && name !== 'generated')
  .map(name => `subgraphs/${name}/`);
/** Files of the folder itself, not of those below. */
const WORDS = /^subgraphs\/[^/]+\.ts$/;

interface Rule {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
}

const RULES: readonly Rule[] = [
  {
    files: /^certs\/(verify(\.ts$|\/)|pdf\/|ses\/(?!make))/,
    may: [
      /^certs\/(?!seal|ca|issue|key|publish|cli|hierarchy|custody|signer|tsa|crl-issue|trust-list-issue|sm\/sign|ses\/make)/,
    ],
  },
  {
    // What puts a bundle together, and what prints, is no part of what judges one.
    files: /^certs\/bundle\/(?!write|readme|report)/,
    may: [
      /^certs\/(?!seal|ca|issue|key|publish|cli|hierarchy|custody|signer|tsa|crl-issue|trust-list-issue|sm\/sign|ses\/make|bundle\/(write|readme|report))/,
    ],
  },
  // What verification takes from its runtime: the ground that all else stands on.
  { files: /^certs\/platform\//, may: [/^certs\/platform\//, /^certs\/sm\/(?!sign)/] },
  { files: /^certs\/sm\/(?!sign)/, may: [/^certs\/sm\/(?!sign)/] },
  { files: /^certs\//, may: [/^certs\//] },
  { files: /^adapters\//, may: [/^adapters\//] },
  // What draws papers knows layouts and typography; what a paper shows is said in the departments' folders.
  { files: /^papers\//, may: [/^papers\//, /^certs\/pdf\/hole\.ts$/] },
  { files: /^subgraphs\/standards\//, may: [/^subgraphs\/standards\//] },
  ...DEPARTMENTS.map(folder => ({
    files: new RegExp(`^${folder}`),
    may: [
      new RegExp(`^${folder}`),
      WORDS,
      /^subgraphs\/(standards|generated)\//,
      /^certs\//,
      /^adapters\/port\.ts$/,
      /^papers\/paper\.ts$/,
    ],
  })),
  {
    files: /^subgraphs\/serve\.ts$/,
    may: [WORDS, /^subgraphs\/(standards|generated)\//, /^certs\//, /^adapters\//, /^papers\/[^/]+\.ts$/],
  },
  {
    files: /^subgraphs\//,
    may: [WORDS, /^subgraphs\/(standards|generated)\//, /^certs\//, /^adapters\/port\.ts$/, /^papers\/[^/]+\.ts$/],
  },
  { files: /^gateway\/router\//, may: [/^gateway\/router\//] },
  {
    files: /^gateway\//,
    may: [/^gateway\//, WORDS, /^subgraphs\/(standards|generated)\//, /^certs\//, /^papers\/[^/]+\.ts$/],
  },
  { files: /^identity\//, may: [/^identity\//, WORDS] },
  { files: /^time-stamp\//, may: [/^time-stamp\//, WORDS, /^certs\//] },
  {
    files: /^tools\//,
    may: [/^(gateway|subgraphs|certs|adapters|identity|time-stamp|papers)\//, /^tools\/[^/]+\//],
  },
  {
    // A page that people save: it verifies, and knows nothing of servers and signers.
    files: /^web\/verify\//,
    may: [
      /^web\/verify\//,
      /^certs\/(?!seal|ca|issue|key|publish|cli|hierarchy|custody|signer|tsa|crl-issue|trust-list-issue|log-key|log\/sign|sm\/sign|ses\/make|bundle\/(write|readme|report))/,
    ],
  },
  { files: /^bench\//, may: [/./] },
  { files: /^test\//, may: [/^(?!bench\/)/] },
];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** The imports of package.json, with a file for each runtime. */
const PLATFORM = Object.values(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { imports: Record<string, Record<string, string>> })
    .imports['#platform']!,
);

const sources = [
  'adapters',
  'bench',
  'certs',
  'gateway',
  'identity',
  'papers',
  'subgraphs',
  'time-stamp',
  'tools',
  'test',
  'web',
].flatMap(filesBelow);
const imports = sources.flatMap(importsOf);

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`;
    // The benches have dependencies of their own, which are not ours to judge.
    if (entry.name === 'node_modules' || path === 'web/dist') return [];
    if (entry.isDirectory()) return filesBelow(path);
    return /\.(tsx?|js|cjs)$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(from: string): Import[] {
  const text = readFileSync(join(root, from), 'utf8');
  // A path that a constant holds is no import: what lies there is read, not run.
  const statements = text.matchAll(/^(?:import|export)\s(?:[^;'"]*?\sfrom\s+)?['"]([.#][^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"`](\.[^'"`$]+)['"`]/g);
  const targets = (specifier: string) =>
    specifier === '#platform'
      ? PLATFORM.map(file => relative(root, resolve(root, file)))
      : [relative(root, resolve(root, dirname(from), specifier))];
  return [...statements, ...dynamic].flatMap(([, specifier]) => targets(specifier!).map(to => ({ from, to })));
}

/** The files that are read when these are, themselves among them. */
function reachedFrom(...files: readonly string[]): readonly string[] {
  const edges = new Map(sources.map(file => [file, imports.filter(one => one.from === file).map(one => one.to)]));
  const reached = new Set(files);
  for (const file of reached) for (const next of edges.get(file) ?? []) reached.add(next);
  return [...reached];
}

const isForbidden = ({ from, to }: Import): boolean =>
  !RULES.find(rule => rule.files.test(from))?.may.some(allowed => allowed.test(to));

/** A ring of imports that begins and ends at a file, or undefined. */
function ringFrom(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] | undefined => {
    for (const next of edges.get(file) ?? []) {
      if (next === start) return [...path, file, start];
      if (seen.has(next)) continue;
      seen.add(next);
      const ring = walk(next, [...path, file]);
      if (ring) return ring;
    }
    return undefined;
  };
  return walk(start, []);
}

/** Where verification begins. */
const VERIFIER = [
  'certs/verify.ts',
  'certs/bundle/judge.ts',
  'certs/pdf/judge.ts',
  'certs/ses/judge.ts',
  'web/verify/main.tsx',
];

describe('the layout', () => {
  it('lets no file import what its folder may not', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.filter(isForbidden).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('would see a department that imports another, an adapter that knows a license, and a router that knows a case', () => {
    const forbidden = (from: string, to: string) => isForbidden({ from, to });
    expect(forbidden('subgraphs/tax/rules.ts', 'subgraphs/business/rules.ts')).toBe(true);
    expect(forbidden('adapters/sql.ts', 'subgraphs/record.ts')).toBe(true);
    expect(forbidden('gateway/router/execute.ts', 'gateway/window/case.ts')).toBe(true);
    expect(forbidden('certs/verify.ts', 'certs/seal.ts')).toBe(true);
    expect(forbidden('certs/bundle/judge.ts', 'certs/bundle/write.ts')).toBe(true);
    expect(forbidden('gateway/server.ts', 'tools/start.ts')).toBe(true);
    expect(forbidden('time-stamp/server.ts', 'gateway/time-stamps.ts')).toBe(true);
    expect(forbidden('subgraphs/tax/rules.ts', 'subgraphs/desk.ts')).toBe(false);
  });

  it('keeps the verifier apart from the signer at any distance', () => {
    expect(
      reachedFrom(...VERIFIER).filter(file =>
        /certs\/(?:(seal|ca|issue|key|publish|signer|tsa|crl-issue|trust-list-issue|log-key|log\/sign|sm\/sign|ses\/make)\.ts$|hierarchy\/|custody\/)/.test(
          file,
        ),
      ),
    ).toEqual([]);
  });

  it('lets the verifier run in a browser: what it takes from its runtime, it takes from the platform', () => {
    /** What no browser has. A type names nothing that runs. */
    const nodeOnly =
      /^(?:import|export)\s(?!type\s)[^;'"]*?(?:from\s+)?['"]node:|\bimport\(\s*['"`]node:|\bBuffer\b(?=[.(<])|\bprocess\./m;
    const code = (file: string) => readFileSync(join(root, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
    const reached = reachedFrom(...VERIFIER);
    expect(reached).toEqual(
      expect.arrayContaining(['certs/der.ts', 'certs/platform/node.ts', 'certs/platform/web.ts']),
    );
    const ofNode = reached.filter(file => nodeOnly.test(code(file)));
    expect(ofNode).toContain('certs/platform/node.ts');
    expect(ofNode.filter(file => !/^certs\/platform\/node(\.ts$|\/)/.test(file))).toEqual([]);
    expect(nodeOnly.test(code('certs/seal.ts')) || nodeOnly.test(code('certs/key.ts'))).toBe(true);
  });

  it('has no ring of imports', () => {
    // Generated types name the types of their resolvers' parents, which are made of generated types: no ring at run time.
    const followed = imports.filter(({ from, to }) => ![from, to].some(file => file.includes('/generated/')));
    const edges = new Map(sources.map(file => [file, followed.filter(one => one.from === file).map(one => one.to)]));
    expect(
      ringFrom(
        'a',
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toEqual(['a', 'b', 'c', 'a']);
    expect(sources.flatMap(file => ringFrom(file, edges)?.join(' → ') ?? [])).toEqual([]);
  });

  it('keeps the only knex of the departments in adapters/sql.ts, and node-forge to the containers of keys', () => {
    const using = (text: string, folder: RegExp) =>
      sources.filter(file => folder.test(file) && readFileSync(join(root, file), 'utf8').includes(`'${text}'`));
    expect(using('knex', /^(adapters|subgraphs)\//)).toEqual(['adapters/sql.ts']);
    expect(using('node-forge', /^(adapters|subgraphs|gateway|certs|tools)\//)).toEqual(['certs/custody/pkcs12.ts']);
  });
});
