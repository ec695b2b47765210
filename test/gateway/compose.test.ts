import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, printSchema } from 'graphql';
import { composeSupergraph, fetchSdl, readLastSupergraph, writeLastSupergraph } from '../../gateway/compose.ts';
import { localSubgraph } from '../../gateway/router/subgraph.ts';
import { SDL } from './router/toy.ts';

const services = Object.entries(SDL).map(([name, sdl]) => ({ name, sdl, url: `http://${name}.invalid` }));

function composed() {
  const result = composeSupergraph(services);
  if (!result.ok) throw new Error(result.reasons.join('\n'));
  return result;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('composition', () => {
  it('shows the public what is public only', () => {
    const text = printSchema(composed().publicSchema);
    expect(text).toContain('registerEnterprise');
    expect(text).not.toMatch(
      /join__|link__|_Any|_Entity|_Service|_entities|fileItems|FilingAnswer|FilingInput|SECRET|@key|@shareable|inaccessible/,
    );
  });

  it('gives every reason for which it cannot be done', () => {
    const conflict = [
      { name: 'a', sdl: 'type Query { x: Int }', url: 'http://a.invalid' },
      { name: 'b', sdl: 'type Query { x: String }', url: 'http://b.invalid' },
    ];
    const result = composeSupergraph(conflict);
    expect(result.ok).toBe(false);
    expect(!result.ok && result.reasons.join()).toContain('Query.x');
  });

  it('names the department whose SDL cannot be read', () => {
    const result = composeSupergraph([...services, { name: 'odd', sdl: 'type {', url: 'http://odd.invalid' }]);
    expect(result).toMatchObject({ ok: false, reasons: [expect.stringContaining('odd: Syntax Error')] });
  });
});

describe('asking for SDL', () => {
  it('gets what composes', async () => {
    const tax = localSubgraph({ name: 'tax', schema: buildSubgraphSchema([{ typeDefs: parse(SDL.tax) }]) });
    const sdl = await fetchSdl(tax);
    expect(
      composeSupergraph([...services.filter(({ name }) => name !== 'tax'), { name: 'tax', sdl, url: 'x' }]).ok,
    ).toBe(true);
  });

  it('says who does not tell', async () => {
    const mute = { name: 'mute', send: async () => ({ data: {} }), close: async () => {} };
    await expect(fetchSdl(mute)).rejects.toThrow('mute does not tell its SDL');
  });
});

describe('the last good supergraph', () => {
  it('is read as it was written, and leaves nothing else behind', async () => {
    const file = join(folder, 'supergraph.graphql');
    const { supergraphSdl, publicSchema } = composed();
    expect(await readLastSupergraph(file)).toBeUndefined();
    await writeLastSupergraph(file, 'older');
    await writeLastSupergraph(file, supergraphSdl);
    const last = await readLastSupergraph(file);
    expect(last?.supergraphSdl).toBe(supergraphSdl);
    expect(last && printSchema(last.publicSchema)).toBe(printSchema(publicSchema));
    expect(await readdir(folder)).toEqual(['supergraph.graphql']);
  });

  it.each(['', 'type Query { x: Int }', 'type {', '\0'])('is not taken from %j', async text => {
    const file = join(folder, 'damaged.graphql');
    await writeFile(file, text);
    await expect(readLastSupergraph(file)).rejects.toThrow('holds no supergraph');
  });

  it('cannot be written where there is no folder', async () => {
    await expect(writeLastSupergraph(join(folder, 'absent', 'x'), 'x')).rejects.toThrow('ENOENT');
  });
});
