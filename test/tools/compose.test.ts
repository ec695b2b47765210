import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, print, visit } from 'graphql';
import type { Change } from '../../gateway/composition/changes.ts';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import { type Center, openCenter } from '../fixtures/center.ts';

const root = join(import.meta.dirname, '..', '..');
const contract = readFileSync(join(root, 'subgraphs', 'contract.graphql'), 'utf8');
const real = (id: string): string =>
  `${contract}\n${readFileSync(join(root, 'subgraphs', id, 'schema.graphql'), 'utf8')}`;

interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-window-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const compose = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> =>
  new Promise(resolve => {
    const env = { ...process.env, DATA_DIR: join(folder, 'nothing'), ...environment };
    const options = { env, timeout: 60_000, maxBuffer: 2 ** 24 };
    execFile(process.execPath, [join(root, 'tools', 'compose.ts'), ...args], options, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
/** The real departments' schemas, some of them changed. */
const places = (changed: Readonly<Record<string, string>> = {}): string[] =>
  departmentIds.flatMap(id => ['--department', `${id}=${write(`${id}.graphql`, changed[id] ?? real(id))}`]);

describe('npm run compose', () => {
  it('prints the supergraph, or writes it', async () => {
    const printed = await compose(places());
    expect(printed).toMatchObject({ status: 0, err: '' });
    expect(printed.out).toContain('join__Graph');
    const out = join(folder, 'supergraph.graphql');
    expect(await compose([...places(), '--out', out])).toMatchObject({
      status: 0,
      out: `${out} holds the supergraph\n`,
    });
    expect(readFileSync(out, 'utf8')).toBe(printed.out);
  });

  it('names every reason for which it does not compose', async () => {
    const spoilt = { tax: `${real('tax')} extend type Query { case: Int cases: Int }`, seal: 'type {' };
    const { status, err } = await compose(places(spoilt));
    expect(status).toBe(1);
    expect(err).toMatch(/^SDL_UNREADABLE \(seal\): Syntax Error/);
    const mended = await compose([...places({ tax: spoilt.tax }), '--json']);
    const { composes, reasons } = JSON.parse(mended.out) as { composes: boolean; reasons: { coordinate: string }[] };
    expect([mended.status, composes]).toEqual([1, false]);
    expect(reasons.map(({ coordinate }) => coordinate)).toEqual(expect.arrayContaining(['Query.case', 'Query.cases']));
  });

  it.each([
    ['an option that is none', ['--chekc'], '"--chekc" is no option.'],
    ['an option without its value', ['--out'], '--out needs a value.'],
    ['an option that needs --check', ['--strict'], '--strict goes with --check.'],
    ['a department without a place', ['--department', 'tax'], '--department is NAME=FILE or NAME=https://…'],
    ['the window as a department', ['--department', 'window=x'], '--department is NAME=FILE or NAME=https://…'],
    ['a department that there is not', ['--without', 'water'], '--without is one of business, tax, code, seal'],
    [
      'a file that is not there',
      ['--department', 'tax=/nowhere/tax.graphql'],
      "/nowhere/tax.graphql can't be read (ENOENT)",
    ],
  ])('answers %s with one sentence and status 2', async (_, args, sentence) => {
    const { status, err } = await compose(args);
    expect(status).toBe(2);
    expect(err).toContain(sentence);
  });

  it('tells how it is used', async () => {
    const { status, out } = await compose(['--help']);
    expect(status).toBe(0);
    expect(out).toContain('--against');
  });
});

describe('npm run compose -- --check', () => {
  let deployed: string;
  beforeAll(async () => {
    deployed = join(folder, 'deployed.graphql');
    expect((await compose([...places(), '--out', deployed])).status).toBe(0);
  });
  const check = async (changed: Readonly<Record<string, string>>, ...more: readonly string[]) => {
    const { status, out, err } = await compose([
      '--check',
      '--json',
      '--against',
      deployed,
      ...places(changed),
      ...more,
    ]);
    expect(err).toBe('');
    const { changes, documents } = JSON.parse(out) as { changes: Change[]; documents: { name: string }[] };
    return {
      status,
      documents,
      changes: changes.map(({ danger, code, coordinate }) => `${danger} ${code} ${coordinate}`),
    };
  };
  const change = (id: string, from: string, to: string): Record<string, string> => {
    const sdl = real(id);
    expect(sdl).toContain(from);
    return { [id]: sdl.replace(from, to) };
  };

  /** A schema without some of its types and fields. */
  const without = (id: string, ...coordinates: readonly string[]): Record<string, string> => {
    let removed = 0;
    const gone = (coordinate: string): null | undefined => {
      if (!coordinates.includes(coordinate)) return undefined;
      removed += 1;
      return null;
    };
    const sdl = visit(parse(real(id)), {
      ObjectTypeDefinition(node) {
        if (gone(node.name.value) === null) return null;
        const fields = node.fields?.filter(field => gone(`${node.name.value}.${field.name.value}`) !== null);
        return { ...node, ...(fields && { fields }) };
      },
    });
    expect(removed).toBe(coordinates.length);
    return { [id]: print(sdl) };
  };

  it('finds nothing where nothing has changed', async () => {
    expect(await check({})).toEqual({ status: 0, changes: [], documents: [] });
    const { out } = await compose(['--check', '--against', deployed, ...places()]);
    expect(out).toBe('Nothing changes for those who rely on what is deployed.\n');
  });

  it('lets a department add what is its own', async () => {
    const added = `${real('tax')} extend type Enterprise { taxCredit: String } extend type TaxRegistration { remark: String }`;
    expect(await check({ tax: added })).toMatchObject({ status: 0, changes: [] });
  });

  it('names every change at once', async () => {
    const both = {
      ...change('tax', '  office: String!', '  office: Int!'),
      ...without('seal', 'CompanySeal.filedOn'),
    };
    expect(await check(both)).toMatchObject({
      status: 1,
      changes: ['BREAKING FIELD_REMOVED CompanySeal.filedOn', 'BREAKING FIELD_CHANGED_KIND TaxRegistration.office'],
    });
  });

  it('names a type that is removed', async () => {
    const { status, changes } = await check(without('seal', 'CompanySeal', 'Enterprise.seals'));
    expect(status).toBe(1);
    expect(changes).toEqual(
      expect.arrayContaining(['BREAKING TYPE_REMOVED CompanySeal', 'BREAKING FIELD_REMOVED Enterprise.seals']),
    );
  });

  it('names a department that is removed', async () => {
    const { status, out } = await compose([
      '--check',
      '--against',
      deployed,
      '--without',
      'seal',
      ...places().slice(0, 6),
    ]);
    expect(status).toBe(1);
    expect(out).toContain('BREAKING DEPARTMENT_REMOVED: the department seal is no longer in the graph');
    expect(out).toContain('BREAKING FIELD_REMOVED: Enterprise.seals was removed.');
  });

  const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ';
  const registry = (key: string, more: string): string => `${LINK}["@key", "@shareable", "@override",
    "@authenticated", "@requiresScopes"])
    type Plot @key(fields: "id") ${key} { id: ID! no: ID! ${more} }`;
  const against = async (before: string, after: string, beside = '', besideAfter = beside) => {
    const land = (sdl: string, other: string): string[] => [
      '--department',
      `land=${write('land.graphql', sdl)}`,
      ...(other === '' ? [] : ['--department', `water=${write('water.graphql', other)}`]),
    ];
    const file = join(folder, 'before.graphql');
    expect(await compose([...places(), ...land(before, beside), '--out', file])).toMatchObject({ status: 0, err: '' });
    const { status, out } = await compose([
      '--check',
      '--json',
      '--against',
      file,
      ...places(),
      ...land(after, besideAfter),
    ]);
    const { changes } = JSON.parse(out) as { changes: Change[] };
    return { status, changes: changes.map(({ danger, code, coordinate }) => `${danger} ${code} ${coordinate}`) };
  };

  it('names a key that is removed, though the public sees no difference', async () => {
    expect(await against(registry('@key(fields: "no")', 'area: Int'), registry('', 'area: Int'))).toEqual({
      status: 1,
      changes: ['BREAKING KEY_REMOVED Plot'],
    });
  });

  it('names a field whose owner has moved', async () => {
    const [land, water] = [
      registry('', 'area: Int @shareable'),
      `${LINK}["@key", "@override"]) type Plot @key(fields: "id") { id: ID! river: Int }`,
    ];
    expect(
      await against(land, land, water, water.replace('river: Int', 'river: Int area: Int @override(from: "land")')),
    ).toEqual({
      status: 0,
      changes: ['DANGEROUS FIELD_OWNER_MOVED Plot.area'],
    });
  });

  it.each([
    ['loses its token', 'area: Int @authenticated', 'area: Int', 'LOOSENED'],
    ['asks for a token only', 'area: Int @requiresScopes(scopes: [["land"]])', 'area: Int @authenticated', 'LOOSENED'],
    [
      'takes another scope too',
      'area: Int @requiresScopes(scopes: [["a", "b"]])',
      'area: Int @requiresScopes(scopes: [["a", "b"], ["c"]])',
      'LOOSENED',
    ],
    [
      'takes one scope of two',
      'area: Int @requiresScopes(scopes: [["a", "b"]])',
      'area: Int @requiresScopes(scopes: [["a"]])',
      'LOOSENED',
    ],
    ['asks for a token', 'area: Int', 'area: Int @authenticated', 'TIGHTENED'],
  ])('names a field whose access rule %s', async (_, before, after, how) => {
    expect(await against(registry('', before), registry('', after))).toEqual({
      status: 0,
      changes: [`DANGEROUS ACCESS_RULE_${how} Plot.area`],
    });
  });

  it('fails for dangers too when it is strict', async () => {
    expect((await check({}, '--strict')).status).toBe(0);
    const file = write('strict.graphql', registry('', 'area: Int @authenticated'));
    const was = join(folder, 'strict-before.graphql');
    await compose([...places(), '--department', `land=${file}`, '--out', was]);
    write('strict.graphql', registry('', 'area: Int'));
    const args = ['--check', '--against', was, ...places(), '--department', `land=${file}`];
    expect((await compose(args)).status).toBe(0);
    const strict = await compose([...args, '--strict']);
    expect(strict.status).toBe(1);
    expect(strict.out).toMatch(/^DANGEROUS ACCESS_RULE_LOOSENED: who may see Plot\.area is bound less: a token → open/);
  });

  it('says which persisted documents break, of those that were good', async () => {
    const texts = [
      'query Seals { enterprise(uscc: "x") { seals { filedOn } } }',
      'query Names { enterprise(uscc: "x") { name } }',
      'query Never { nothing }',
    ];
    const manifest = Object.fromEntries(texts.map(text => [createHash('sha256').update(text).digest('hex'), text]));
    const file = write('manifest.json', JSON.stringify(manifest));
    const { status, documents } = await check(without('seal', 'CompanySeal.filedOn'), '--documents', file);
    expect(status).toBe(1);
    expect(documents.map(({ name }) => name)).toEqual(['Seals']);
    const unreadable = await compose([
      '--check',
      '--against',
      deployed,
      ...places(),
      '--documents',
      join(folder, 'gone'),
    ]);
    expect(unreadable.status).toBe(2);
  });

  it.each([
    ['is not there', 'gone.json', undefined, 'is not there: no gateway has served yet'],
    ['is no supergraph', 'odd.graphql', 'type Query { x: Int }', 'holds no supergraph'],
    ['is spoiled', 'odd.json', '{}', 'is not as it was written'],
  ])('can not be made when what is deployed %s', async (_, name, content, sentence) => {
    const file = content === undefined ? join(folder, name) : write(name, content);
    const { status, err } = await compose(['--check', '--against', file, ...places()]);
    expect([status, err.includes(sentence)]).toEqual([2, true]);
  });
});

describe('against departments that answer', () => {
  let center: Center;
  beforeAll(async () => {
    center = await openCenter();
  });
  afterAll(() => center.close());
  const addressed = (): NodeJS.ProcessEnv => center.environment;

  it('asks them over mutual TLS, and compares with what the gateway serves', async () => {
    const { status, out, err } = await compose(['--check'], addressed());
    expect([status, out, err]).toEqual([0, 'Nothing changes for those who rely on what is deployed.\n', '']);
  });

  it('names all that do not answer', async () => {
    await center.stopDepartment('tax');
    await center.stopDepartment('seal');
    const { status, err } = await compose([], addressed());
    expect(status).toBe(2);
    expect(err).toMatch(/^tax cannot be reached \(ECONNREFUSED\)\nseal cannot be reached \(ECONNREFUSED\)/);
  });
});
