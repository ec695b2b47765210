import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Supergraph } from '../../gateway/router/gateway.ts';
import { DepartmentUnavailable, type Subgraph } from '../../gateway/router/subgraph.ts';
import { type LiveSupergraph, liveSupergraph } from '../../gateway/supergraph.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const window = {
  name: 'window',
  url: 'urn:window',
  sdl: `${LINK} type Query { cases: Int } type Enterprise @key(fields: "uscc", resolvable: false) { uscc: ID! }`,
};
const knows = (field: string): string =>
  `${LINK} type Query { ${field}s: [Enterprise] } type Enterprise @key(fields: "uscc") { uscc: ID! ${field}: String }`;

/** What each department tells; one that tells nothing is away. */
let tells: Record<string, string | undefined>;
let reported: string[];
let folder: string;
let file: string;
let live: LiveSupergraph | undefined;
beforeEach(() => {
  tells = { tax: knows('taxNumber'), seal: knows('sealCode') };
  reported = [];
  folder = mkdtempSync(join(tmpdir(), 'one-window-supergraph-'));
  file = join(folder, 'supergraph.graphql');
});
afterEach(() => {
  live?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const department = (name: string): { readonly subgraph: Subgraph; readonly url: string } => ({
  url: `https://${name}`,
  subgraph: {
    name,
    async send() {
      const sdl = tells[name];
      if (sdl === undefined) throw new DepartmentUnavailable(name, 'CONNECTION', 'NO', 'is away');
      return { data: { _service: { sdl } } };
    },
    close: async () => {},
  },
});

async function begin(): Promise<LiveSupergraph> {
  live = await liveSupergraph({
    window,
    departments: [department('tax'), department('seal')],
    file,
    report: sentence => reported.push(sentence),
    pace: { firstWaitMaxMs: 100, askTimeoutMs: 50, askAgainMs: 10, askForChangesMs: 20 },
  });
  return live;
}
const fieldsOf = ({ publicSchema }: Supergraph): string[] =>
  Object.keys(publicSchema.getQueryType()?.getFields() ?? {}).sort();
/** The next supergraph that is served. */
const next = (from: LiveSupergraph): Promise<Supergraph> =>
  new Promise(resolve => {
    void from.follow(resolve);
  });

describe('the supergraph that is served', () => {
  it('has every department that answers, and is kept for the next start', async () => {
    expect(fieldsOf((await begin()).first)).toEqual(['cases', 'sealCodes', 'taxNumbers']);
    expect(readFileSync(file, 'utf8')).toContain('taxNumber');
  });

  it('begins without a department that is away, keeps nothing on disk, and has it as soon as it answers', async () => {
    const { tax } = tells;
    delete tells.tax;
    const begun = await begin();
    expect(fieldsOf(begun.first)).toEqual(['cases', 'sealCodes']);
    expect(existsSync(file)).toBe(false);
    tells.tax = tax;
    expect(fieldsOf(await next(begun))).toEqual(['cases', 'sealCodes', 'taxNumbers']);
    expect(existsSync(file)).toBe(true);
  });

  it('begins at once with the last one when all are away, and keeps it while one is', async () => {
    await begin();
    live?.stop();
    const { seal } = tells;
    tells = {};
    const begun = await begin();
    expect(fieldsOf(begun.first)).toEqual(['cases', 'sealCodes', 'taxNumbers']);
    expect(begun.heard.size).toBe(0);
    const updates: Supergraph[] = [];
    void begun.follow(supergraph => updates.push(supergraph));
    tells.seal = seal;
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(updates).toEqual([]);
    tells.tax = knows('taxpayer');
    while (updates.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    expect(fieldsOf(updates[0]!)).toEqual(['cases', 'sealCodes', 'taxpayers']);
  });

  it('follows a department that is replaced by a newer one', async () => {
    const begun = await begin();
    const following = next(begun);
    tells.tax = knows('taxpayer');
    expect(fieldsOf(await following)).toEqual(['cases', 'sealCodes', 'taxpayers']);
  });

  it.each([
    ['garbage', 'type Query {'],
    ['a schema that contradicts the others', `${LINK} type Query { cases: String }`],
  ])('leaves out a department that tells %s, says so, and serves the others', async (_, sdl) => {
    tells.tax = sdl;
    expect(fieldsOf((await begin()).first)).toEqual(['cases', 'sealCodes']);
    expect(reported).toEqual([expect.stringMatching(/^tax is left out of the graph: /)]);
    expect(existsSync(file)).toBe(false);
  });

  it('asks the departments when the file is spoiled, and says so', async () => {
    writeFileSync(file, 'spoiled');
    expect(fieldsOf((await begin()).first)).toEqual(['cases', 'sealCodes', 'taxNumbers']);
    expect(reported).toEqual([expect.stringMatching(/holds no supergraph/)]);
    expect(readFileSync(file, 'utf8')).toContain('taxNumber');
  });

  it('goes on when it can not be kept', async () => {
    rmSync(folder, { recursive: true });
    expect(fieldsOf((await begin()).first)).toEqual(['cases', 'sealCodes', 'taxNumbers']);
    expect(reported).toEqual([expect.stringMatching(/can't be kept for the next start/)]);
  });

  it('is followed no longer once it is stopped', async () => {
    const begun = await begin();
    const followed = begun.follow(() => undefined);
    begun.stop();
    await followed;
  });
});
