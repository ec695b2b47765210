import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Supergraph } from '../../gateway/router/gateway.ts';
import { DepartmentUnavailable, type Subgraph } from '../../gateway/router/port.ts';
import { type LiveSupergraph, liveSupergraph } from '../../gateway/supergraph.ts';
import { until } from '../fixtures/until.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@override"])`;
const windowSdl = (more = ''): string =>
  `${LINK} type Query { cases: Int ${more} } type Enterprise @key(fields: "uscc", resolvable: false) { uscc: ID! }`;
const knows = (field: string, more = ''): string =>
  `${LINK} type Query { ${field}s: [Enterprise] }
   type Enterprise @key(fields: "uscc") { uscc: ID! ${field}: String ${more} }`;

/** What each department tells; one that tells nothing is away. */
let tells: Record<string, string | undefined>;
let window: string;
let reported: string[];
let folder: string;
let file: string;
let live: LiveSupergraph | undefined;
beforeEach(() => {
  tells = { tax: knows('taxNumber'), seal: knows('sealCode') };
  window = windowSdl();
  reported = [];
  folder = mkdtempSync(join(tmpdir(), 'one-window-supergraph-'));
  file = join(folder, 'supergraph.json');
});
let followed: Promise<void> | undefined;
afterEach(async () => {
  live?.stop();
  await followed;
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

async function begin(departments: readonly string[] = ['tax', 'seal']): Promise<LiveSupergraph> {
  live?.stop();
  live = await liveSupergraph({
    window: { name: 'window', url: 'urn:window', sdl: window },
    departments: departments.map(department),
    file,
    report: sentence => reported.push(sentence),
    pace: { firstWaitMaxMs: 100, askTimeoutMs: 50, askAgainMs: 10, askForChangesMs: 20 },
  });
  return live;
}
const fieldsOf = ({ publicSchema }: Supergraph): string[] =>
  Object.keys(publicSchema.getQueryType()?.getFields() ?? {}).sort();
const ALL = ['cases', 'sealCodes', 'taxNumbers'];

/** Follows, and tells what is served. */
function following(from: LiveSupergraph, update: (supergraph: Supergraph) => void = () => undefined) {
  const served: Supergraph[] = [];
  followed = from.follow(supergraph => {
    update(supergraph);
    served.push(supergraph);
  });
  return {
    served,
    /** The supergraph that is served after the first `count`. */
    async after(count: number): Promise<Supergraph> {
      await until(() => served.length > count);
      return served[count] as Supergraph;
    },
  };
}
/** Long enough for many questions. */
const aWhile = () => sleep(300);

describe('the supergraph that is served', () => {
  it('has every department that answers, and is kept for the next start', async () => {
    expect(fieldsOf((await begin()).first)).toEqual(ALL);
    expect(readFileSync(file, 'utf8')).toContain('taxNumber');
    expect(readdirSync(folder)).toEqual(['supergraph.json']);
  });

  it('begins without a department that is away, and has it as soon as it answers', async () => {
    const { tax } = tells;
    delete tells.tax;
    const begun = await begin();
    expect(fieldsOf(begun.first)).toEqual(['cases', 'sealCodes']);
    expect(begun.state.departments.tax).toMatchObject({ state: 'ABSENT', served: false });
    const follow = following(begun);
    tells.tax = tax;
    expect(fieldsOf(await follow.after(0))).toEqual(ALL);
    await until(() => readFileSync(file, 'utf8').includes('taxNumber'));
  });

  it('begins at once with the last one when all are away, and takes what changes while one still is', async () => {
    await begin();
    tells = {};
    const begun = await begin();
    expect(fieldsOf(begun.first)).toEqual(ALL);
    expect(begun.heard.size).toBe(0);
    const { served, after } = following(begun);
    tells.seal = knows('sealCode');
    await until(() => begun.heard.has('seal'));
    await aWhile();
    expect(served).toEqual([]);
    tells.seal = knows('sealNumber');
    expect(fieldsOf(await after(0))).toEqual(['cases', 'sealNumbers', 'taxNumbers']);
    expect(begun.state.departments).toMatchObject({
      seal: { state: 'HEARD', served: true, reasons: [] },
      tax: { state: 'ABSENT', served: true, reasons: [{ code: 'CONNECTION', message: 'tax is away' }] },
    });
  });

  it('is not composed again at a start, in whatever order the departments answered at the one before', async () => {
    tells = { seal: knows('sealCode') };
    followed = (await begin()).follow(() => undefined);
    tells.tax = knows('taxNumber');
    await until(() => readFileSync(file, 'utf8').includes('taxNumber'));
    const { ino } = statSync(file);
    expect(fieldsOf((await begin()).first)).toEqual(ALL);
    expect(statSync(file).ino).toBe(ino);
  });

  it('composes a newer window with what departments told before, though all are away', async () => {
    await begin();
    tells = {};
    window = windowSdl('statistics: Int');
    const { first } = await begin();
    expect(fieldsOf(first)).toEqual(['cases', 'sealCodes', 'statistics', 'taxNumbers']);
    window = windowSdl();
    expect(fieldsOf((await begin()).first)).toEqual(ALL);
    expect(reported).toEqual([]);
  });

  it('leaves out, of a newer window, the department that does not go with it, and says so', async () => {
    await begin();
    tells = {};
    window = windowSdl('taxNumbers: Int');
    const begun = await begin();
    expect(fieldsOf(begun.first)).toEqual(['cases', 'sealCodes', 'taxNumbers']);
    expect(begun.state.departments.tax).toMatchObject({ served: false });
    expect(reported).toEqual([expect.stringMatching(/^the schema of tax is refused, it is left out of the graph: /)]);
  });

  it('forgets a department that there is no more', async () => {
    await begin();
    expect(fieldsOf((await begin(['seal'])).first)).toEqual(['cases', 'sealCodes']);
  });

  it('follows a department that is replaced by a newer one, and warns of what that breaks', async () => {
    const begun = await begin();
    const before = begun.state;
    const follow = following(begun);
    tells.tax = knows('taxpayer');
    expect(fieldsOf(await follow.after(0))).toEqual(['cases', 'sealCodes', 'taxpayers']);
    await until(() => reported.length === 1);
    expect(reported[0]).toMatch(/^warning: .*BREAKING FIELD_REMOVED: Query\.taxNumbers was removed\./);
    expect(begun.state.fingerprint).not.toBe(before.fingerprint);
    expect(begun.state.servedSince >= before.servedSince).toBe(true);
  });

  it('is not served anew when a department tells the same in other words', async () => {
    const begun = await begin();
    const { served } = following(begun);
    tells.tax = `# the same\n${tells.tax}`;
    await until(() => readFileSync(file, 'utf8').includes('the same'));
    await aWhile();
    expect(served).toEqual([]);
  });

  it('keeps a department that goes away in its place', async () => {
    const begun = await begin();
    const { served } = following(begun);
    delete tells.tax;
    await until(() => begun.state.departments.tax?.state === 'ABSENT');
    expect(begun.state.departments.tax?.served).toBe(true);
    expect(served).toEqual([]);
    tells.tax = knows('taxNumber');
    await until(() => begun.state.departments.tax?.state === 'HEARD');
    expect([served, reported]).toEqual([[], []]);
  });

  it('takes two that go only together', async () => {
    const begun = await begin();
    const follow = following(begun);
    tells.tax = knows(
      'taxNumber',
      'sealCode: String @external levy: Int @requires(fields: "sealCode rate") rate: Int @external',
    );
    await until(() => begun.state.departments.tax?.state === 'REFUSED');
    tells.seal = knows('sealCode', 'rate: Int');
    const { publicSchema } = await follow.after(0);
    expect(publicSchema.getType('Enterprise')?.toString()).toBe('Enterprise');
    await until(() => begun.state.departments.tax?.state === 'HEARD');
  });
});

describe('a schema that does not go with the others', () => {
  const SPOILT: readonly [string, string, string][] = [
    ['garbage', 'type Query {', 'SDL_UNREADABLE'],
    ['a field that another answers', `${LINK} type Query { cases: Int }`, 'INVALID_FIELD_SHARING'],
    [
      'a field taken from the window',
      `${LINK} type Query { cases: Int @override(from: "window") }`,
      'FIELD_TAKEN_OVER',
    ],
    ['more than anybody needs', `type Query { x: Int } # ${'x'.repeat(300_000)}`, 'SDL_TOO_LARGE'],
    ['a rule that nobody enforces', 'directive @policy on OBJECT type Query @policy { x: Int }', 'ACCESS_RULE_LOST'],
  ];

  it.each(SPOILT)(
    'is left out at the start when it is %s; said once, and the others are served',
    async (_, sdl, code) => {
      tells.tax = sdl;
      const begun = await begin();
      expect(fieldsOf(begun.first)).toEqual(['cases', 'sealCodes']);
      expect(begun.state.departments.tax).toMatchObject({ state: 'REFUSED', served: false });
      expect(begun.state.departments.tax?.reasons.map(reason => reason.code)).toContain(code);
    },
  );

  it.each(SPOILT)(
    'does not take the place of its older one when it is %s, until it is mended',
    async (_, sdl, code) => {
      const begun = await begin();
      const { served, after } = following(begun);
      tells.tax = sdl;
      await until(() => begun.state.departments.tax?.state === 'REFUSED');
      const { tax } = begun.state.departments;
      expect(tax).toMatchObject({ served: true });
      expect(tax?.reasons.map(reason => reason.code)).toContain(code);
      await aWhile();
      const told = reported.filter(sentence =>
        sentence.startsWith('the schema of tax is refused, its older schema goes on'),
      );
      expect(told).toHaveLength(1);
      expect(told[0]).toContain(code);
      expect(served).toEqual([]);
      tells.tax = knows('taxNumber', 'mended: Int');
      expect((await after(0)).supergraphSdl).toContain('mended');
      await until(() => reported.length === 2);
      expect(begun.state.departments.tax).toEqual({ state: 'HEARD', served: true, reasons: [] });
      expect(reported[1]).toBe('tax composes again');
    },
  );

  it('does not keep others from being renewed', async () => {
    const begun = await begin();
    const follow = following(begun);
    tells.tax = 'type Query {';
    await until(() => begun.state.departments.tax?.state === 'REFUSED');
    tells.seal = knows('sealNumber');
    expect(fieldsOf(await follow.after(0))).toEqual(['cases', 'sealNumbers', 'taxNumbers']);
  });

  it('may not drop what another needs', async () => {
    tells.tax = knows('taxNumber', 'sealCode: String @external levy: Int @requires(fields: "sealCode")');
    const begun = await begin();
    const { served } = following(begun);
    tells.seal = knows('sealNumber');
    await until(() => begun.state.departments.seal?.state === 'REFUSED');
    expect(begun.state.departments).toMatchObject({ tax: { state: 'HEARD' }, seal: { served: true } });
    expect(served).toEqual([]);
  });

  it('is refused by name when the router does not take it, and the old one goes on', async () => {
    const begun = await begin();
    let takes = false;
    const follow = following(begun, () => {
      if (!takes) throw new Error('it is not to be served');
    });
    tells.tax = knows('taxpayer');
    await until(() => begun.state.departments.tax?.state === 'REFUSED');
    expect(begun.state.departments.tax?.reasons).toMatchObject([{ code: 'NOT_SERVABLE' }]);
    expect(readFileSync(file, 'utf8')).not.toContain('taxpayer');
    takes = true;
    tells.tax = knows('taxpayer', 'again: Int');
    expect(fieldsOf(await follow.after(0))).toEqual(['cases', 'sealCodes', 'taxpayers']);
  });
});

describe('what is kept on disk', () => {
  it('is not taken when it is spoiled: the departments are asked, and that is said', async () => {
    await begin();
    const good = readFileSync(file, 'utf8');
    for (const spoiled of ['', 'spoiled', '{}', good.replace('taxNumber', 'taxNumbex'), good.slice(0, -20)]) {
      writeFileSync(file, spoiled);
      reported = [];
      expect(fieldsOf((await begin()).first)).toEqual(ALL);
      expect(reported).toEqual([expect.stringMatching(/is not as it was written/)]);
      expect(readFileSync(file, 'utf8')).toBe(good);
    }
  });

  it('takes the place of what older gateways kept, which held the window of their time', async () => {
    const former = join(folder, 'supergraph.graphql');
    writeFileSync(former, 'type Query { old: Int }');
    expect(fieldsOf((await begin()).first)).toEqual(ALL);
    expect(existsSync(former)).toBe(false);
  });

  it('is swept of what a killed gateway left, and of nothing else', async () => {
    const id = '0a1b2c3d-0000-4000-8000-0123456789ab';
    const old = ['supergraph.json', 'supergraph.graphql'].map(name => `${name}.${id}`);
    const others = ['supergraph.json.bak', `window.sqlite.${id}`, `supergraph.json.${id}.x`];
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const name of [...old, ...others]) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), hourAgo, hourAgo);
    }
    const fresh = `supergraph.json.${id.replace('0a', 'ff')}`;
    writeFileSync(join(folder, fresh), '');
    await begin();
    expect(readdirSync(folder).sort()).toEqual([...others, fresh, 'supergraph.json'].sort());
  });

  it('can fail, and the gateway goes on', async () => {
    rmSync(folder, { recursive: true });
    expect(fieldsOf((await begin()).first)).toEqual(ALL);
    expect(reported).toEqual([expect.stringMatching(/can't be kept for the next start/)]);
  });
});

it('is followed no longer once it is stopped', async () => {
  const begun = await begin();
  const ended = begun.follow(() => undefined).then(() => 'ENDED');
  begun.stop();
  expect(await Promise.race([ended, sleep(2_000, 'GOES ON', { ref: false })])).toBe('ENDED');
});
