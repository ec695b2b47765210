/** Makes the page that verifies papers, web/verify, one file (Vite) that the gateway serves; when nothing has changed, nothing. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { verifyPageFile } from '../../gateway/verify-page-file.ts';

const root = join(import.meta.dirname, '../..');
const folder = dirname(verifyPageFile);

/** What the page is made of; the lock file stands for the libraries. */
const SOURCES = ['web/verify', 'certs', 'package-lock.json', 'package.json'];

export type Built = 'FRESH' | 'BUILT' | 'NO_VITE';

export async function buildPage(): Promise<Built> {
  if (existsSync(verifyPageFile) && statSync(verifyPageFile).mtimeMs > newest(SOURCES.map(path => join(root, path))))
    return 'FRESH';
  // Read by Vite when it is loaded: the same page whoever has it made, also for tests.
  process.env.NODE_ENV = 'production';
  const vite = await import('vite').catch(() => undefined);
  // A development dependency: installations without those serve what they were given.
  if (!vite) return 'NO_VITE';
  // Elsewhere first: whoever reads the page finds the old one or the new one, also when two processes make it.
  const made = join(root, `web/dist/.${randomUUID()}`);
  try {
    await vite.build({ configFile: join(root, 'web/verify/vite.config.ts'), build: { outDir: made } });
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
  return 'BUILT';
}

/** Milliseconds since 1970 of the file that was changed last. */
function newest(paths: readonly string[]): number {
  return Math.max(
    0,
    ...paths.map(path => {
      const stat = statSync(path);
      return stat.isDirectory()
        ? Math.max(stat.mtimeMs, newest(readdirSync(path).map(name => join(path, name))))
        : stat.mtimeMs;
    }),
  );
}
