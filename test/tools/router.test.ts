import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { composeSupergraph } from '../../gateway/compose.ts';
import { ToyDepartment } from '../gateway/router/toy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'one-window-router-'));
const run = (...args: string[]) =>
  spawnSync(process.execPath, ['tools/router.ts', ...args], { cwd: root, encoding: 'utf8', timeout: 30_000 });

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const SHIPS = `${LINK} type Query { ship(id: ID!): Ship } type Ship @key(fields: "id") { id: ID! name: String }`;
const HARBORS = `${LINK} type Ship @key(fields: "id") { id: ID! berth: Int }`;

function department(sdl: string, rootValue: object, more: object): ToyDepartment {
  const resolvers = { Ship: { __resolveReference: (ship: object) => ({ ...ship, ...more }) } };
  return new ToyDepartment(buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]), rootValue);
}

const departments = [
  department(SHIPS, { ship: ({ id }: { id: string }) => ({ id, name: `ship ${id}` }) }, {}),
  department(HARBORS, {}, { berth: 7 }),
] as const;
const supergraph = join(folder, 'supergraph.graphql');

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

beforeAll(async () => {
  const [ships, harbors] = await Promise.all(departments.map(each => each.listen()));
  const composed = composeSupergraph([
    { name: 'ships', sdl: SHIPS, url: ships as string },
    { name: 'harbors', sdl: HARBORS, url: harbors as string },
  ]);
  if (!composed.ok) throw new Error(composed.reasons.join('\n'));
  fileOf('supergraph.graphql', composed.supergraphSdl);
});
afterAll(async () => {
  await Promise.all(departments.map(each => each.stop()));
  rmSync(folder, { recursive: true });
});

/** The address that it tells on its first line. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface({ input: stdout as NodeJS.ReadableStream }), 'line')) as [string];
  return /http:\S+/.exec(line)?.[0] ?? line;
}

describe('npm run router', () => {
  it('serves a supergraph file with its subgraphs, and ends with status 0 when told to', async () => {
    const router = spawn(process.execPath, ['tools/router.ts', '--supergraph', supergraph, '--port', '0'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const url = await addressOf(router);
      const ask = async (query: string) => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        return response.json();
      };
      expect(await ask('{ ship(id: "9") { __typename name berth } }')).toEqual({
        data: { ship: { __typename: 'Ship', name: 'ship 9', berth: 7 } },
      });
      expect(await ask('{ __type(name: "Ship") { kind } }')).toEqual({ data: { __type: { kind: 'OBJECT' } } });
      expect(await ask('{ _service { sdl } }')).toMatchObject({
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
      expect((await fetch(new URL('/health/live', url))).status).toBe(200);
    } finally {
      const ended = once(router, 'exit');
      router.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    }
  });

  it('tells how it is used', () =>
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--supergraph FILE') }));

  it.each([
    [[], 'Which supergraph?'],
    [['--supergraph'], '--supergraph needs a value.'],
    [['--supergraf', 'x'], '"--supergraf" is no option.'],
    [['--supergraph', 'a', '--supergraph', 'b'], '--supergraph is given twice.'],
    [['--supergraph', 'a', '--port', '65536'], '"65536" is no port.'],
    [['--supergraph', join(folder, 'absent.graphql')], "absent.graphql can't be read (ENOENT)."],
  ])('answers wrong usage %j with a sentence and status 1', (args, sentence) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('does not start on what is no supergraph, or on a subgraph without an address', () => {
    const plain = run('--supergraph', fileOf('plain.graphql', 'type Query { a: Int }'));
    expect(plain).toMatchObject({ status: 1, stderr: expect.stringContaining('holds no supergraph') });
    const broken = run('--supergraph', fileOf('broken.graphql', 'type {'));
    expect(broken).toMatchObject({ status: 1, stderr: expect.stringContaining('holds no supergraph') });
    const composed = composeSupergraph([{ name: 'ships', sdl: SHIPS, url: 'urn:ships' }]);
    const nowhere = run('--supergraph', fileOf('nowhere.graphql', composed.ok ? composed.supergraphSdl : ''));
    expect(nowhere).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no address of HTTP, but "urn:ships"'),
    });
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { status, stderr } = run('--supergraph', supergraph, '--port', String(port));
    other.close();
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`Port ${port}`) });
  });
});
