/** How what is disclosed of a leaf is checked without this program: a command line for a POSIX shell with coreutils. */
import { printable } from '../findings.ts';
import { leafText, readDisclosures } from '../leaves.ts';
import type { Judgement } from '../verify.ts';
import { quoted } from './shell.ts';

/** Of the first leaf that is disclosed, as the others are checked alike; none where nothing fits. */
export function leafByHandLines(
  recordPath: string,
  disclosures: Uint8Array | undefined,
  { disclosed = {} }: Pick<Judgement, 'disclosed'>,
): readonly string[] {
  const [path] = Object.keys(disclosed);
  const disclosure = disclosures && path !== undefined ? readDisclosures(disclosures).leaves.get(path) : undefined;
  if (path === undefined || !disclosure) return [];
  const text = leafText(path, disclosure);
  // What would move the cursor can't be typed as it is shown.
  if (text !== printable(text)) return [];
  const typed = `printf %s '${text.replaceAll("'", `'\\''`)}' | sha256sum | cut -c1-64`;
  return [`    grep -oF "{\\"leaf\\":\\"$(${typed})\\"}" ${quoted(recordPath)}    # ${path}`];
}
