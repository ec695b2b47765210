/** What opens a container or a token, read each time it is needed, so that nobody keeps it. */
import { readFileSync } from 'node:fs';
import type { Secret } from './kept.ts';

const secretBytesMax = 1_024;

/**
 * @param meaning For the error only, such as `the PIN of token "tax"`.
 * @throws {Error} that names where it was looked for, and nothing of what was found.
 */
export function readSecret(secret: Secret, meaning: string): string {
  const text = 'file' in secret ? readSecretFile(secret.file, meaning) : process.env[secret.variable];
  const where = 'file' in secret ? `the file ${secret.file}` : `the environment variable ${secret.variable}`;
  if (text === undefined || text === '') throw new Error(`${meaning} is not in ${where}`);
  if (Buffer.byteLength(text) > secretBytesMax)
    throw new Error(`${meaning} in ${where} has over ${secretBytesMax} bytes`);
  return text;
}

/** An editor's newline at the end is none of it. */
function readSecretFile(path: string, meaning: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`${meaning} can't be read from ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
}
