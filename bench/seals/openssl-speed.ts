import { execFileSync } from 'node:child_process';

/** What `openssl speed` does in a second of its own CPU time, on one core. */
export interface OpensslSpeed {
  readonly signs: number;
  readonly verifies: number;
}

/** Its names of algorithms, and how it calls their curves in its table. */
const CURVES = { ecdsap256: 'nistp256', sm2: 'CurveSM2' } as const;

/** @throws {Error} where there is no openssl, or one that tells no figures. */
export function opensslSpeed(algorithm: keyof typeof CURVES = 'ecdsap256'): OpensslSpeed {
  const output = execFileSync('openssl', ['speed', '-seconds', '1', algorithm], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const row = new RegExp(`\\(${CURVES[algorithm]}\\)\\s+\\S+s\\s+\\S+s\\s+([\\d.]+)\\s+([\\d.]+)`);
  const [, signs, verifies] = row.exec(output) ?? [];
  if (!signs || !verifies) throw new Error(`openssl speed tells no figures of ${algorithm}: ${output.trim()}`);
  return { signs: Number(signs), verifies: Number(verifies) };
}
