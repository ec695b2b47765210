import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { gatewaySettings } from '../../gateway/config.ts';
import { ROLES } from '../../subgraphs/caller.ts';
import { freePorts } from '../fixtures/ports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'one-window-start-'));
const dataDir = join(temporary, 'a folder', 'data');

/** A command of the project as a process of its own. */
interface Command {
  readonly process: ChildProcess;
  out(): string;
  err(): string;
  /** Until the output holds this. */
  says(what: RegExp): Promise<void>;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
}

let environment: NodeJS.ProcessEnv;
const commands: Command[] = [];

beforeAll(async () => {
  const [gateway, business, tax, code, seal, identity, timeStamps] = (await freePorts(7)).map(String);
  environment = {
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    PORT: gateway,
    BUSINESS_PORT: business,
    TAX_PORT: tax,
    CODE_PORT: code,
    SEAL_PORT: seal,
    IDENTITY_PORT: identity,
    TSA_PORT: timeStamps,
  };
});
afterEach(() => {
  for (const { process } of commands) process.kill('SIGKILL');
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

function run(file: string, args: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Command {
  const child = spawn(process.execPath, [file, ...args], { cwd: root, env: { ...environment, ...more } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', text => (out += text));
  child.stderr.setEncoding('utf8').on('data', text => (err += text));
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal }));
  const command: Command = {
    process: child,
    out: () => out,
    err: () => err,
    async says(what) {
      while (!what.test(out)) {
        if (child.exitCode !== null) throw new Error(`ended without saying ${what}:\n${out}${err}`);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    },
    ended,
  };
  commands.push(command);
  return command;
}
const start = (args: readonly string[] = [], more: NodeJS.ProcessEnv = {}) => run('tools/start.ts', args, more);

/** Processes whose parent the command is; `ps` fails where there are none. */
function childrenOf({ process: { pid } }: Command): { readonly pid: number; readonly command: string }[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' });
  const lines = stdout.split('\n').map(line => /^\s*(\d+) (.*)$/.exec(line));
  return lines.flatMap(match => (match ? [{ pid: Number(match[1]), command: String(match[2]) }] : []));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
}
async function gone(pids: readonly number[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) return false;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return true;
}
const caseIn = (text: string): string | undefined => /Case (\d{6}-\d{8}-\d{5}-\d): CLOSED/.exec(text)?.[1];
const ready = /Ctrl-C ends everything/;

describe('npm start', () => {
  let sample: string | undefined;

  it('makes what is absent, registers a sample and says where everything is; Ctrl-C ends every process', async () => {
    const started = start();
    await started.says(ready);
    sample = caseIn(started.out());
    expect(sample).toBeDefined();
    const kinds = ['BUSINESS_LICENSE', 'ORGANIZATION_CODE', 'SEAL_FILING', 'NATIONAL_TAX', 'LOCAL_TAX'];
    for (const kind of kinds)
      expect(started.out()).toMatch(new RegExp(`^ {2}${kind} +\\S+ +威海市环翠区示例星桥软件有限公司$`, 'm'));
    expect(started.out()).toContain(`http://127.0.0.1:${environment.PORT}/graphql`);
    expect(started.out()).toContain(`Time stamps (RFC 3161): http://127.0.0.1:${environment.TSA_PORT}\n`);
    expect(started.err()).toBe('');
    const [, verify] = /npm run verify -- "(.*)"/.exec(started.out()) ?? [];
    const judged = run('certs/cli.ts', [String(verify), '--trust', join(dataDir, 'trust', 'root.pem')]);
    expect(verify).toMatch(new RegExp(`${sample}\\.asice$`));
    expect((await judged.ended).status).toBe(0);
    expect(judged.out()).toContain(`${sample}.asice: VALID 有效`);
    const [, address] = /^The license as people hold it: (http\S+)$/m.exec(started.out()) ?? [];
    const [, paper] = /^ {16}npm run verify -- "(.*)"$/m.exec(started.out()) ?? [];
    expect(Buffer.from(await (await fetch(String(address))).arrayBuffer())).toEqual(readFileSync(String(paper)));
    const judgedPaper = run('certs/cli.ts', [String(paper), '--trust', join(dataDir, 'trust', 'root.pem')]);
    expect((await judgedPaper.ended).status).toBe(0);
    expect(judgedPaper.out()).toContain('BUSINESS_LICENSE.pdf: VALID 有效');

    const children = childrenOf(started);
    expect(children.map(({ command }) => /([\w-]+\/serve\.ts.*)/.exec(command)?.[1]).sort()).toEqual([
      'gateway/serve.ts',
      'identity/serve.ts',
      'subgraphs/serve.ts business',
      'subgraphs/serve.ts code',
      'subgraphs/serve.ts seal',
      'subgraphs/serve.ts tax',
      'time-stamp/serve.ts',
    ]);
    const stoppedAt = Date.now();
    started.process.kill('SIGINT');
    expect(await started.ended).toEqual({ status: 0, signal: null });
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(started.err()).toBe('');
  });

  it('finds the same case the second time, wherever the public reaches it; SIGTERM ends every process', async () => {
    const started = start([], { PUBLIC_URL: 'https://center.example/' });
    await started.says(ready);
    expect(caseIn(started.out())).toBe(sample);
    expect(started.out()).toContain('https://center.example/graphql');
    expect(started.err()).toBe('');
    const children = childrenOf(started).map(({ pid }) => pid);
    expect(children).toHaveLength(7);
    started.process.kill('SIGTERM');
    expect(await started.ended).toEqual({ status: 0, signal: null });
    expect(children.filter(isAlive)).toEqual([]);
  });

  it('stops everything and says so when a department is killed', async () => {
    const started = start(['--no-sample']);
    await started.says(ready);
    expect(started.out()).not.toContain('Case ');
    const children = childrenOf(started);
    const tax = children.find(({ command }) => command.endsWith('tax'));
    process.kill(tax!.pid, 'SIGKILL');
    expect(await started.ended).toEqual({ status: 1, signal: null });
    // The gateway may have asked tax just then, and says so in its log.
    const said = started.err().replace(/^\{.*"department":"tax".*"msg":"no answer of a department"\}\n/gm, '');
    expect(said).toBe('tax has ended (SIGKILL); everything is stopped.\n');
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
  });

  it('gives no time stamps where another authority is named', async () => {
    const started = start(['--no-sample'], { TSA_URL: 'https://tsa.example/stamps' });
    await started.says(ready);
    expect(started.out()).toContain('Time stamps (RFC 3161): https://tsa.example/stamps\n');
    const children = childrenOf(started).map(({ command }) => command);
    expect(children).toHaveLength(6);
    expect(children.filter(command => command.includes('time-stamp'))).toEqual([]);
    started.process.kill('SIGTERM');
    expect(await started.ended).toEqual({ status: 0, signal: null });
  });

  it('leaves no server behind when it is killed itself', async () => {
    const started = start(['--no-sample']);
    await started.says(ready);
    const children = childrenOf(started).map(({ pid }) => pid);
    expect(children).toHaveLength(7);
    started.process.kill('SIGKILL');
    await started.ended;
    expect(await gone(children, 5_000)).toBe(true);
  });

  it('ends every process when it is stopped while it starts', async () => {
    const started = start(['--no-sample']);
    while (childrenOf(started).length < 4) await new Promise(resolve => setTimeout(resolve, 20));
    const children = childrenOf(started).map(({ pid }) => pid);
    started.process.kill('SIGINT');
    expect(await started.ended).toEqual({ status: 0, signal: null });
    expect(await gone(children, 1_000)).toBe(true);
    expect(started.err()).toBe('');
  });

  it('prints every setting and ends well with --help', async () => {
    const help = start(['--help']);
    expect(await help.ended).toEqual({ status: 0, signal: null });
    for (const { name, byDefault } of gatewaySettings)
      expect(help.out()).toMatch(new RegExp(`^  ${name} .*default ${byDefault || 'none'}`, 'm'));
    expect(help.err()).toBe('');
  });
});

describe('npm start says in one sentence why it can not start, and leaves nothing running', () => {
  const file = join(temporary, 'a file');
  const locked = join(temporary, 'locked');
  beforeAll(() => {
    writeFileSync(file, '');
    mkdirSync(locked);
    chmodSync(locked, 0o500);
  });

  /** Nothing but the sentence: no stack, no second line. */
  async function refusal(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
    const started = start(args, more);
    expect(await started.ended).toEqual({ status: 1, signal: null });
    expect(started.out()).toBe('');
    expect(started.err()).toMatch(/^[^\n]+\n$/);
    expect(started.err()).not.toMatch(/\bat .*:\d+/);
    return started.err().trim();
  }

  it.each(['PORT', 'BUSINESS_PORT', 'TAX_PORT', 'CODE_PORT', 'SEAL_PORT', 'TSA_PORT'])(
    'when %s is taken',
    async name => {
      const squatter = createServer().listen(Number(environment[name]), '127.0.0.1');
      await once(squatter, 'listening');
      const told = await refusal([]);
      await new Promise(resolve => squatter.close(resolve));
      expect(told).toBe(
        `Port ${environment[name]} on 127.0.0.1 is taken by another program: end it or choose another port.`,
      );
    },
  );

  it('when a port is given twice', async () => {
    expect(await refusal([], { TAX_PORT: environment.PORT })).toMatch(/is given to both gateway and tax/);
  });

  it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
    ['a setting is wrong', [], { INLINE_BUDGET_MS: 'soon' }, /^INLINE_BUDGET_MS is "soon" but must be a whole number/],
    ['a department’s setting is wrong', [], { SEAL_PORT: '99999' }, /^SEAL_PORT is "99999" but must be a whole number/],
    ['an address is wrong', [], { TAX_URL: 'http://x' }, /^TAX_URL is "http:\/\/x" but must be an address/],
    [
      'the host is not this machine’s',
      [],
      { HOST: '192.0.2.1' },
      /^The address 192\.0\.2\.1 does not belong to this machine/,
    ],
    ['an option is unknown', ['--fast'], {}, /^"--fast" is no option of npm start/],
    ['there is one option too many', ['--no-sample', '--fast'], {}, /^"--fast" is no option of npm start/],
    ['the data folder is below a file', [], { DATA_DIR: join(file, 'data') }, /a file is in the way\.$/],
    ['the data folder is a file', [], { DATA_DIR: file }, /a file is in the way\.$/],
    [
      'the data folder is where nobody may make one',
      [],
      { DATA_DIR: '/proc/one-window/data' },
      /can't be made .*: E\w+\.$/,
    ],
  ])('when %s', async (_, args, more, sentence) => {
    expect(await refusal(args, more)).toMatch(sentence);
  });

  // Root may write everywhere.
  (process.getuid?.() === 0 ? it.skip : it)('when the data folder can’t be written to', async () => {
    expect(await refusal([], { DATA_DIR: locked })).toMatch(/can't be made or written to: EACCES\.$/);
  });

  it('when the cases were written by a newer version', async () => {
    const Database = (await import('better-sqlite3')).default;
    const name = join(dataDir, 'center', 'window.sqlite');
    const change = (sql: string): void => {
      const db = new Database(name);
      db.exec(sql);
      db.close();
    };
    change("insert into knex_migrations (name, batch, migration_time) values ('999', 9, 0)");
    const started = start();
    expect(await started.ended).toEqual({ status: 1, signal: null });
    change("delete from knex_migrations where name = '999'");
    expect(started.err()).toMatch(/window\.sqlite was written by a newer version of this program: start that one\.\n/);
    expect(started.err()).toMatch(/gateway has ended \(exit status 1\); everything is stopped\.\n$/);
    expect(started.err().trim().split('\n')).toHaveLength(2);
  });
});

describe('npm run token', () => {
  const claimsOf = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  it('prints a token for each role, for all regions or one', async () => {
    const asked = ROLES.map(role => run('tools/token.ts', role === 'CLERK' ? [role, '--region', '371002'] : [role]));
    for (const [at, role] of ROLES.entries()) {
      const command = asked[at] as Command;
      expect((await command.ended).status).toBe(0);
      expect(command.out()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      const { scope, sub } = claimsOf(command.out());
      expect([scope, sub]).toEqual([
        role === 'CLERK' ? 'role:CLERK region:371002' : `role:${role}`,
        `demo-${role.toLowerCase()}`,
      ]);
    }
  });

  it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
    ['there is no such role', ['MAYOR'], {}, /^"MAYOR" is no role\./],
    ['no role is given', [], {}, /^"" is no role\./],
    ['there is no such region', ['CLERK', '--region', '999999'], {}, /^A region is the six digits/],
    ['the region is absent', ['CLERK', '--region'], {}, /^A region is the six digits/],
    ['there is no such option', ['CLERK', '--city', '371000'], {}, /^"--city" is no option\./],
    ['there is too much', ['CLERK', '--region', '371000', 'x'], {}, /^"x" is too much\./],
    [
      'there are no keys',
      ['CLERK'],
      { DATA_DIR: join(temporary, 'nothing') },
      /^There are no keys under .*: run "npm start" first\./,
    ],
    ['a setting is wrong', ['CLERK'], { PORT: 'x' }, /^PORT is "x" but must be/],
  ])('says so when %s', async (_, args, more, sentence) => {
    const command = run('tools/token.ts', args, more);
    expect((await command.ended).status).toBe(1);
    expect(command.out()).toBe('');
    expect(command.err()).toMatch(sentence);
    expect(command.err()).not.toMatch(/\bat .*:\d+/);
  });
});
