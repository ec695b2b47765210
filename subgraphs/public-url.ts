/** Where the public reaches the center, and what the code on a paper leads to: one rule for all who print addresses. */
import { createHash } from 'node:crypto';
import { address, HOST, hostInUrl, port, readSetting } from './settings.ts';

export const PORT = port('PORT', 4000, 'port of the gateway');
export const PUBLIC_URL = address(
  'PUBLIC_URL',
  ['http', 'https'],
  'address under which the public reaches the gateway, also printed on papers; made of HOST and PORT when absent',
);

/** Without a slash at the end. @throws {WrongSetting} */
export const readPublicUrl = (environment: NodeJS.ProcessEnv): string =>
  readSetting(PUBLIC_URL, environment) ||
  `http://${hostInUrl(readSetting(HOST, environment))}:${readSetting(PORT, environment)}`;

/**
 * The page on which a paper is checked, for its QR code. What follows the `#` never leaves the reader's browser.
 *
 * @param record Its bytes, as sealed.
 * @param number As printed on the paper.
 */
export function verifyUrl(publicUrl: string, record: Uint8Array, number: string): string {
  const sha256 = createHash('sha256').update(record).digest('hex');
  return `${publicUrl}/verify#record=${sha256}&number=${encodeURIComponent(number)}`;
}
