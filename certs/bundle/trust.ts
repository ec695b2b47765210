/**
 * By what a bundle is judged: the root that the caller pins, never the one inside; of the two trust lists, the caller's and
 * the bundle's, the newer.
 *
 * A list inside is no more than the bundle's word until the center's seal over it holds under the pinned root; then it is
 * as good as one fetched from the center, and an auditor with nothing but the root can judge. That the newer wins works
 * both ways: a bundle cannot bring back an older list, in which a certificate was still listed or another key was the
 * log's, and a list at hand that is older than the bundle does not call its certificates unknown. Revocation lists inside
 * are held beside the caller's; which one speaks is judged by their numbers, with every seal (verify/).
 */
import { toHex } from '../hex.ts';
import { certificatesFromPem, certificateToPem } from '../pem.ts';
import { sha256 } from '../primitives.ts';
import { type TrustList, writeTrustList } from '../trust-list.ts';
import { withList } from '../verify/trust.ts';
import { readTrust, type Trust, TrustError, withRevocationLists } from '../verify.ts';
import type { Found } from './found.ts';
import { isCrl, LIST, LIST_SEAL, ROOT } from './layout.ts';
import type { Files } from './zip.ts';

export function trustFor(files: Files, pinned: Trust, found: Found): Trust {
  compareRoot(files, pinned, found);
  const crls = [...files].flatMap(([file, content]) => (isCrl(file) ? [content] : []));
  const trust = withRevocationLists(pinned, [...pinned.crls, ...crls]);
  const list = listIn(files, trust, found);
  if (!list || (pinned.list && pinned.list.version >= list.version)) return trust;
  return withList(trust, list);
}

function compareRoot(files: Files, { root }: Trust, found: Found): void {
  const pem = files.get(ROOT);
  if (!pem) return;
  const [der, ...more] = certificatesFromPem(String.fromCharCode(...pem.subarray(0, rootBytesMax)));
  if (!der || more.length > 0 || toHex(sha256(der)) !== root.sha256) found.report(ROOT, 'BUNDLE_ROOT_DIFFERS', 'file');
}

/** A certificate in PEM has some 1 kB. */
const rootBytesMax = 16 * 1024;

function listIn(files: Files, { root, crls, list: atHand }: Trust, found: Found): TrustList | undefined {
  const [json, p7s] = [files.get(LIST), files.get(LIST_SEAL)];
  if (!json || !p7s) return undefined;
  try {
    const { list } = readTrust({ rootPem: certificateToPem(root.certificate.der), list: { json, p7s }, crls });
    if (list && atHand?.version === list.version && writeTrustList(list) !== writeTrustList(atHand))
      found.report(LIST, 'TRUST_LIST_CONFLICT', 'file', { version: String(list.version) });
    return list;
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    found.take(error.findings, ({ at }) => (at.startsWith('seal') ? LIST_SEAL : LIST));
    return undefined;
  }
}
