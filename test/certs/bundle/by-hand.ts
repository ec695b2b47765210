/** An auditor who types what README.txt of a bundle tells, in the plainest shell there is. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readZip } from '../../../certs/bundle/zip.ts';
import { hasOpenssl, temporaryFolder } from '../fixture.ts';

export const readmeOf = (bytes: Uint8Array): string => Buffer.from(readZip(bytes).get('README.txt')!).toString();

export const commandsIn = (readme: string): string =>
  readme
    .split('\n')
    .flatMap(line => (line.startsWith('    ') ? [line.slice(4)] : []))
    .join('\n');

/** @param commands Of this bundle's README, or of another's. */
export function typed(bytes: Uint8Array, rootPem: string, commands = commandsIn(readmeOf(bytes))) {
  const { path, remove } = temporaryFolder();
  try {
    writeFileSync(join(path, 'bundle.asice'), bytes);
    writeFileSync(join(path, 'root.pem'), rootPem);
    const env = { ...process.env, TMPDIR: path, LC_ALL: 'C' };
    const { status, stdout, stderr } = spawnSync('sh', ['-eu'], { cwd: path, input: commands, encoding: 'utf8', env });
    return { status, output: stdout + stderr };
  } finally {
    remove();
  }
}

/** Real systems may be absent from a developer's machine, never from CI. */
export const canType: boolean = ((): boolean => {
  if (!spawnSync('unzip', ['-v']).error) return hasOpenssl;
  if (process.env.REQUIRE_REAL === '1') throw new Error('unzip is needed where REQUIRE_REAL=1');
  process.stderr.write('unzip is not installed: the commands of README.txt are not typed\n');
  return false;
})();
