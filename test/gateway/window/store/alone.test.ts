import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { openStore } from '../../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../../gateway/window/store/secret.ts';
import { CannotStart } from '../../../../subgraphs/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-window-alone-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});
const vault = openVault(randomBytes(32));
const report = (defect: Error): void => {
  throw defect;
};

/** Another process that holds the file, until it is killed. */
async function holder(file: string): Promise<ChildProcess> {
  const module = new URL('../../../../gateway/window/store/alone.ts', import.meta.url);
  const script = `const { holdAlone } = await import('${module}');
    // Kept, or it would be given up as soon as it is collected.
    globalThis.giveUp = holdAlone(process.argv[1]); console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('the cases of a center', () => {
  it('are for one process at a time; a second one is told so, until the first gives them up', async () => {
    const file = join(folder, 'closed.sqlite');
    const store = await openStore({ file }, vault, report);
    const refused = await openStore({ file }, vault, report).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(CannotStart);
    expect((refused as Error).message).toBe(
      `${file} is in use by another gateway: end that one, or choose another DATA_DIR.`,
    );
    await store.close();
    await (await openStore({ file }, vault, report)).close();
  });

  it('are free again when the process that had them is killed', async () => {
    const file = join(folder, 'killed.sqlite');
    const other = await holder(file);
    await expect(openStore({ file }, vault, report)).rejects.toThrow(/in use by another gateway/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await openStore({ file }, vault, report)).close();
  }, 30_000);

  it('are not begun where they could not be held', async () => {
    const file = join(folder, 'barred.sqlite');
    mkdirSync(`${file}.lock`);
    await expect(openStore({ file }, vault, report)).rejects.toThrow(
      `${file}.lock can't be opened for writing (SQLITE_CANTOPEN).`,
    );
  });
});
