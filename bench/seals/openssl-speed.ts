import { execFileSync } from 'node:child_process';

/** What `openssl speed` does in a second of its own CPU time, on one core. */
export interface OpensslSpeed {
  readonly signs: number;
  readonly verifies: number;
}

/** @throws {Error} where there is no openssl, or one that tells no figures. */
export function opensslSpeed(): OpensslSpeed {
  const output = execFileSync('openssl', ['speed', '-seconds', '1', 'ecdsap256'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, signs, verifies] = /\(nistp256\)\s+\S+s\s+\S+s\s+([\d.]+)\s+([\d.]+)/.exec(output) ?? [];
  if (!signs || !verifies) throw new Error(`openssl speed tells no figures of P-256: ${output.trim()}`);
  return { signs: Number(signs), verifies: Number(verifies) };
}
