/** Changes of what lies in a bundle: under the old seal of its manifest, or under a new one by a center that seals all. */

import { struckOutOf } from '../../certs/leaves.ts';
import type { Random } from '../generate/random.ts';
import { DISCLOSURE_EDITS, withLeafLess } from './disclosures.ts';
import type { Material } from './material.ts';
import { Places } from './original.ts';
import { RAW_EDITS } from './raw-edits.ts';
import {
  OID,
  octetString,
  type Party,
  SIGNED_ATTRIBUTES,
  sha256,
  signatureOf,
  signedAgain,
  stampedWith,
  TOKEN,
  tokenLike,
  withAttribute,
} from './signed-data.ts';
import { elementAt, parse, placesIn, replaced, write } from './tree.ts';
import { editedAnywhere } from './tree-edits.ts';
import { type Packed, writeWhole } from './zip.ts';
import { ZIP_EDITS } from './zip-edits.ts';

/** A bundle taken apart, and who could put it together again. */
export interface BundleOriginal {
  readonly zip: Uint8Array;
  readonly entries: readonly Packed[];
  /** Whose seal is over the manifest, and whose stamp is on that seal. */
  readonly center: Party;
  readonly authority: Party;
  /** What was disclosed of its license before something was struck out. */
  readonly unstruck: Uint8Array;
  /** Of other records. */
  readonly otherDisclosures: readonly Uint8Array[];
}

export interface BundleEdit {
  readonly kind: string;
  edit(bundle: BundleOriginal, random: Random, material: Material): Uint8Array;
}

const MANIFEST = 'META-INF/ASiCManifest.xml';
const SIGNATURE = 'META-INF/signature.p7s';

const contentOf = ({ entries }: Pick<BundleOriginal, 'entries'>, path: string): Uint8Array =>
  entries.find(entry => entry.path === path)!.content;

const withContent = (entries: readonly Packed[], path: string, content: Uint8Array): Packed[] =>
  entries.map(entry => (entry.path === path ? { ...entry, content } : entry));

/** The digests of the manifest, as the files now are, without those that are gone; its text otherwise as it was. */
function withDigests(entries: readonly Packed[], manifest: string): string {
  const digests = new Map(entries.map(({ path, content }) => [path, sha256(content).toString('base64')]));
  const isThere = (line: string): boolean =>
    digests.has(/URI="([^"]+)">.*<ds:DigestValue>/.exec(line)?.[1] ?? MANIFEST);
  const listed = manifest.split('\n').filter(isThere).join('\n');
  return listed.replace(
    /(URI="([^"]+)">.*<ds:DigestValue>)[^<]*(<)/g,
    (line, before: string, path: string, after: string) => {
      const digest = digests.get(path);
      return digest === undefined ? line : `${before}${digest}${after}`;
    },
  );
}

/** The center's seal over another manifest, stamped by the authority: both would do it for whoever asks. */
function sealedAnew({ entries, center, authority }: BundleOriginal, manifest: Uint8Array): Uint8Array {
  const seal = parse(contentOf({ entries }, SIGNATURE));
  const digest = octetString(sha256(manifest));
  const attributes = withAttribute(elementAt(seal, SIGNED_ATTRIBUTES), OID.messageDigest, digest);
  const signed = signedAgain(replaced(seal, SIGNED_ATTRIBUTES, [attributes]), center);
  return write(stampedWith(signed, tokenLike(elementAt(seal, TOKEN), signatureOf(signed), authority)));
}

/** The files in a container that is in order, under a manifest that names them as they are. */
function packed(bundle: BundleOriginal, changed: readonly Packed[], isSealedAnew: boolean): Uint8Array {
  const text = Buffer.from(contentOf(bundle, MANIFEST)).toString();
  const manifest = Buffer.from(withDigests(changed, text));
  return packedWith(bundle, changed, manifest, isSealedAnew);
}

function packedWith(
  bundle: BundleOriginal,
  changed: readonly Packed[],
  manifest: Uint8Array,
  isSealedAnew: boolean,
): Uint8Array {
  const listed = withContent(changed, MANIFEST, manifest);
  return writeWhole({
    entries: isSealedAnew ? withContent(listed, SIGNATURE, sealedAnew(bundle, manifest)) : listed,
  });
}

// --- one file --------------------------------------------------------------------------------------------------------

const isDer = (path: string): boolean => /\.(p7s|crl)$/.test(path);

function changedFile({ path, content }: Packed, random: Random, material: Material): Uint8Array {
  if (content.length === 0) return Uint8Array.of(0);
  if (!isDer(path) || random.chance(25)) return random.pick(RAW_EDITS).edit(content, random);
  const tree = parse(content);
  return editedAnywhere(tree, new Places([...placesIn(tree)]), random, material);
}

/** What proves papers, whoever sealed the manifest. Of the rest the center's word is all there is. */
const isEvidence = (path: string): boolean => /^(papers|slips)\/|^trust\/(list|.*\.crl$)|^ledger|^log/.test(path);

/** Files of two papers in each other's place. */
function withFilesSwapped(entries: readonly Packed[], random: Random): Packed[] {
  const name = random.pick(['record.json', 'seal.p7s', 'seal.tlog-proof']);
  const [one, another] = random.shuffled(entries.filter(({ path }) => path.endsWith(`/${name}`))) as [Packed, Packed];
  return withContent(withContent(entries, one.path, another.content), another.path, one.content);
}

const isDisclosures = (path: string): boolean => path.endsWith('/disclosures.json');
const without = (entries: readonly Packed[], path: string): Packed[] => entries.filter(entry => entry.path !== path);

/** What was struck out, and nothing else; or with something else less. */
const withLeafOf = ({ unstruck }: BundleOriginal, random: Random): Uint8Array =>
  random.chance(50)
    ? struckOutOf(unstruck, STRUCK_OUT_BESIDE)!
    : struckOutOf(unstruck, [random.pick(STRUCK_OUT_BESIDE)])!;
const STRUCK_OUT_BESIDE = ['content.founders.0.name', 'content.founders.2.name'];

// --- the manifest ----------------------------------------------------------------------------------------------------

/** What XML takes for the same, or what a careless reader passes over. */
const MANIFEST_EDITS: readonly ((text: string, random: Random) => string)[] = [
  text => text.replaceAll('\n', '\r\n'),
  text => text.replace('<ds:DigestValue>', '<ds:DigestValue> '),
  text => text.replace('?>', '?><!-- checked -->'),
  text => text.replace('?>', '?><!DOCTYPE a [<!ENTITY b "c">]>'),
  text => text.replaceAll('"', "'"),
  text => text.replaceAll('ds:', 'dsig:'),
  text => text.replace(' encoding="UTF-8"', ''),
  text => text.replace('UTF-8', 'utf-8'),
  text => text.replace('#sha256', '#sha1'),
  text => text.replace('.p7s"', '.p7s" Rootfile="true"'),
  text => text.replace('="papers', '="./papers'),
  text => text.replace('="papers', '="%70apers'),
  text => text.replace('papers', 'papers&#47;').replace('&#47;/', '&#47;'),
  text => text.trimEnd(),
  text => `${text}\n`,
  text => ` ${text}`,
  text => `\ufeff${text}`,
  (text, random) => withLines(text, random, (lines, at) => lines.toSpliced(at, 1)),
  (text, random) => withLines(text, random, (lines, at) => lines.toSpliced(at, 0, lines[at]!)),
  (text, random) => withLines(text, random, (lines, at) => lines.with(at, lines[3]!).with(3, lines[at]!)),
];

/** Lines of data objects begin with the fourth. */
function withLines(text: string, random: Random, change: (lines: string[], at: number) => string[]): string {
  const lines = text.split('\n');
  return change(lines, random.between(3, lines.length - 3)).join('\n');
}

// --- all -------------------------------------------------------------------------------------------------------------

export const BUNDLE_EDITS: readonly BundleEdit[] = [
  ...RAW_EDITS.map(({ kind, edit }) => ({
    kind,
    edit: ({ zip }: BundleOriginal, random: Random) => edit(zip, random),
  })),
  ...ZIP_EDITS.map(({ kind, edit }) => ({
    kind,
    edit: ({ entries }: BundleOriginal, random: Random) => writeWhole(edit(entries, random)),
  })),
  {
    kind: 'file changed, manifest too',
    edit(bundle, random, material) {
      const entry = random.pick(bundle.entries);
      const changed = withContent(bundle.entries, entry.path, changedFile(entry, random, material));
      return packed(bundle, changed, false);
    },
  },
  {
    kind: 'evidence changed, manifest sealed anew',
    edit(bundle, random, material) {
      const entry = random.pick(bundle.entries.filter(({ path }) => isEvidence(path)));
      const changed = withContent(bundle.entries, entry.path, changedFile(entry, random, material));
      return packed(bundle, changed, true);
    },
  },
  ...DISCLOSURE_EDITS.map(
    ({ kind, edit }): BundleEdit => ({
      kind: `${kind}, sealed anew`,
      edit(bundle, random) {
        const { path, content } = bundle.entries.find(entry => isDisclosures(entry.path))!;
        const changed = edit(content, random, bundle.otherDisclosures);
        // What changes nothing is no mutant.
        if (!changed || Buffer.compare(changed, content) === 0) return bundle.zip;
        return packed(bundle, withContent(bundle.entries, path, changed), true);
      },
    }),
  ),
  {
    kind: 'leaf gone without an act, sealed anew',
    edit(bundle, random) {
      const { path, content } = bundle.entries.find(entry => isDisclosures(entry.path))!;
      if (random.chance(70))
        return packed(bundle, withContent(bundle.entries, path, withLeafLess(content, random)), true);
      return packed(bundle, without(bundle.entries, path), true);
    },
  },
  {
    kind: 'leaf back that was struck out, sealed anew',
    edit(bundle, random) {
      const { path } = bundle.entries.find(entry => isDisclosures(entry.path))!;
      const back = random.chance(50) ? bundle.unstruck : withLeafOf(bundle, random);
      return packed(bundle, withContent(bundle.entries, path, back), true);
    },
  },
  {
    kind: 'evidence swapped, manifest sealed anew',
    edit: (bundle, random) => packed(bundle, withFilesSwapped(bundle.entries, random), true),
  },
  {
    kind: 'seal of the manifest changed',
    edit(bundle, random, material) {
      const entry = bundle.entries.find(({ path }) => path === SIGNATURE)!;
      return writeWhole({ entries: withContent(bundle.entries, SIGNATURE, changedFile(entry, random, material)) });
    },
  },
  {
    kind: 'manifest in another form, sealed anew',
    edit(bundle, random) {
      const text = Buffer.from(contentOf(bundle, MANIFEST)).toString();
      return packedWith(bundle, bundle.entries, Buffer.from(random.pick(MANIFEST_EDITS)(text, random)), true);
    },
  },
];
