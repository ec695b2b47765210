/** Trust material: what the center put into the page when it served it, or files that a person chose instead. */
import { fromBase64 } from '../../../certs/base64.ts';
import type { Dropped } from './dropped.ts';
import type { TrustMaterial } from './report.ts';

/** What the gateway writes into the page: the files of its trust folder, those in base64 that are not text. */
export interface ServedTrust {
  readonly rootPem: string;
  readonly chainPem: string;
  readonly list: { readonly json: string; readonly p7s: string };
  readonly crls: readonly string[];
}

/** @param json Of the page; empty in one that no gateway has served. */
export function servedMaterial(json: string): TrustMaterial | undefined {
  if (json.trim() === '') return undefined;
  const { rootPem, chainPem, list, crls } = JSON.parse(json) as ServedTrust;
  return {
    rootPem,
    chainPem,
    list: { json: decoded(list.json), p7s: decoded(list.p7s) },
    crls: crls.map(decoded),
  };
}

const decoded = (base64: string): Uint8Array => fromBase64(base64) ?? new Uint8Array(0);

const latin1 = new TextDecoder('latin1');
const isChain = (name: string): boolean => /(?:^|[\\/])chain(?: ?\(\d+\))?\.pem$/i.test(name);

/** @returns undefined unless exactly one of the files is a root; a list counts only with its seal. */
export function chosenMaterial(files: readonly Dropped[]): TrustMaterial | undefined {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const [root, ...more] = sorted.filter(({ name }) => /\.(pem|crt|cer)$/i.test(name) && !isChain(name));
  const chain = sorted.find(({ name }) => isChain(name));
  if (!root || more.length > 0) return undefined;
  const json = sorted.find(({ name }) => /\.json$/i.test(name));
  const p7s = sorted.find(({ name }) => /\.p7s$/i.test(name));
  return {
    rootPem: latin1.decode(root.bytes),
    ...(chain && { chainPem: latin1.decode(chain.bytes) }),
    ...(json && p7s && { list: { json: json.bytes, p7s: p7s.bytes } }),
    crls: sorted.filter(({ name }) => /\.crl$/i.test(name)).map(({ bytes }) => bytes),
  };
}
