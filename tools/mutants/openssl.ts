/** What OpenSSL's command says of the same seals: it knows CMS, and neither our time stamps nor our log. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Asked {
  readonly number: number;
  readonly record: Uint8Array;
  readonly seal: Uint8Array;
}

export interface OpensslTrust {
  readonly rootPem: string;
  /** The time of verification. */
  readonly at: Date;
}

/** Of a block of some hundreds. */
const blockMaxMs = 600_000;
/** A name of some bytes for each. */
const outputBytesMax = 1024 * 1024;

/** The shell starts processes for less than Node does: one shell for many seals. */
const SCRIPT = `for seal in *.p7s; do
  openssl cms -verify -binary -inform DER -in "$seal" -content "\${seal%.p7s}.record" \\
    -CAfile root.pem -attime "$1" -out /dev/null 2> /dev/null && echo "\${seal%.p7s}"
done
true`;

export const hasOpenssl = (): boolean => spawnSync('openssl', ['version']).status === 0;

/** @returns The numbers of those that it accepts. */
export async function acceptedByOpenssl(asked: readonly Asked[], { rootPem, at }: OpensslTrust): Promise<Set<number>> {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  try {
    writeFileSync(join(folder, 'root.pem'), rootPem);
    for (const { number, record, seal } of asked) {
      writeFileSync(join(folder, `${number}.p7s`), seal);
      writeFileSync(join(folder, `${number}.record`), record);
    }
    const seconds = String(Math.floor(at.getTime() / 1_000));
    const output = await run('sh', ['-c', SCRIPT, 'sh', seconds], folder);
    return new Set(output.split('\n').filter(Boolean).map(Number));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const run = (command: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(command, args, { cwd, timeout: blockMaxMs, maxBuffer: outputBytesMax }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
