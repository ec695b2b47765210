/** Which mutant a seed and a number give: the same one for ever, whatever is drawn before or after it. */
import { type Random, randomOf } from '../generate/random.ts';
import { BUNDLE_EDITS } from './bundle-edits.ts';
import { DISCLOSURE_EDITS } from './disclosures.ts';
import type { Area, Change, Mutant, SealArea } from './mutant.ts';
import type { Original, Places } from './original.ts';
import { pdfEdit } from './pdf-edits.ts';
import { PROOF_SWAPS } from './proof-swaps.ts';
import { RAW_EDITS } from './raw-edits.ts';
import { SEAL_EDITS } from './seal-edits.ts';
import { sesEdit } from './ses-edits.ts';
import { write } from './tree.ts';
import { TREE_EDITS } from './tree-edits.ts';
import type { Subject, World } from './world.ts';

/** Of a hundred mutants. */
const SHARES: readonly { readonly area: Area; readonly weight: number }[] = [
  { area: 'seal', weight: 31 },
  { area: 'time stamp', weight: 20 },
  { area: 'certificate', weight: 19 },
  { area: 'revocation list', weight: 5 },
  { area: 'log proof', weight: 3 },
  { area: 'disclosures', weight: 3 },
  { area: 'bundle', weight: 6 },
  { area: 'PDF', weight: 8 },
  { area: 'national form', weight: 5 },
];
/** Until a way changes something. */
const drawsMax = 1_000;
const salt = 0x5ea1;

export function mutantOf(world: World, seed: number, number: number): Mutant {
  const random = randomOf(seed, number, salt);
  const { area } = random.weighted(SHARES);
  for (let draw = 0; draw < drawsMax; draw++) {
    const mutant = mutantIn(area, number, random, world);
    if (mutant) return mutant;
  }
  throw new Error(`mutant ${number} of seed ${seed} did not come about in ${drawsMax} draws`);
}

function mutantIn(area: Area, number: number, random: Random, world: World): Mutant | undefined {
  if (area === 'bundle') return ofBundle(number, random, world);
  if (area === 'national form') return ofSes(number, random, world);
  return area === 'PDF' ? ofPdf(number, random, world) : ofSeal(number, area, random, world);
}

function ofPdf(number: number, random: Random, { pdfs, material }: World): Mutant | undefined {
  const paper = random.pick(pdfs);
  const { kind, isProved = false, edit } = pdfEdit(random);
  const pdf = edit(paper, random, { others: pdfs.filter(one => one !== paper), material });
  return !pdf || same(pdf, paper.pdf) ? undefined : { number, area: 'PDF', kind, paper, isProved, pdf };
}

function ofSes(number: number, random: Random, { signatures, material }: World): Mutant | undefined {
  const original = random.pick(signatures);
  const { kind, edit } = sesEdit(random);
  const ses = edit(original, random, { others: signatures.filter(one => one !== original), material });
  return !ses || same(ses, original.ses.der) ? undefined : { number, area: 'national form', kind, original, ses };
}

function ofBundle(number: number, random: Random, world: World): Mutant | undefined {
  const { kind, edit } = random.pick(BUNDLE_EDITS);
  const bundle = edit(world.bundle, random, world.material);
  return same(bundle, world.bundle.zip) ? undefined : { number, area: 'bundle', kind, bundle };
}

function ofSeal(number: number, area: SealArea, random: Random, world: World): Mutant | undefined {
  const subject = random.pick(world.subjects);
  const { kind, change } = random.pick(WAYS[area]);
  const changed = change(subject, random, world);
  return changed && differs(changed, subject, world) ? { number, area, kind, subject, ...changed } : undefined;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const differs = (
  { seal, crls, proof, disclosures }: Change,
  { original, proofs, disclosures: own }: Subject,
  world: World,
): boolean =>
  (seal !== undefined && !same(seal, original.der)) ||
  (crls?.some((crl, at) => !same(crl, world.crls[at]!.der)) ?? false) ||
  (proof !== undefined && !same(proof, proofs.own)) ||
  (disclosures !== undefined && (!own || !same(disclosures, own)));

// --- what of a seal's evidence ---------------------------------------------------------------------------------------

/** One way to change a subject. Undefined where there is nothing to be changed in this way. */
interface Way {
  readonly kind: string;
  change(subject: Subject, random: Random, world: World): Change | undefined;
}

/** One way to change a document, within some of its places. */
interface DocumentWay {
  readonly kind: string;
  apply(original: Original, places: Places, random: Random, world: World): Uint8Array | undefined;
}

const TREE_WAYS: readonly DocumentWay[] = TREE_EDITS.map(({ kind, edit }) => ({
  kind,
  apply: ({ tree }, places, random, { material }) => edit(tree, places, random, material),
}));
const RAW_WAYS: readonly DocumentWay[] = RAW_EDITS.map(({ kind, edit }) => ({
  kind,
  apply: ({ der }, _, random) => edit(der, random),
}));

const within = (region: keyof Subject['regions'], ways: readonly DocumentWay[]): Way[] =>
  ways.map(({ kind, apply }) => ({
    kind,
    change({ original, regions }, random, world) {
      const seal = apply(original, regions[region], random, world);
      return seal && { seal };
    },
  }));

const WAYS: Readonly<Record<SealArea, readonly Way[]>> = {
  seal: [
    ...within('seal', [...TREE_WAYS, ...RAW_WAYS]),
    ...SEAL_EDITS.map(
      ({ kind, edit }): Way => ({
        kind,
        change({ original, around }, random) {
          const { seal, holder } = edit(original.tree, random, around);
          return { seal: write(seal), ...(holder !== undefined && { holder }) };
        },
      }),
    ),
  ],
  'time stamp': within('time stamp', TREE_WAYS),
  certificate: within('certificate', TREE_WAYS),
  'revocation list': [...TREE_WAYS, ...RAW_WAYS].map(({ kind, apply }) => ({
    kind,
    change(_, random, world) {
      const chosen = random.pick(world.crls);
      const crl = apply(chosen, chosen.places, random, world);
      return crl && { crls: world.crls.map(one => (one === chosen ? crl : one.der)) };
    },
  })),
  disclosures: DISCLOSURE_EDITS.map(({ kind, edit }) => ({
    kind,
    change(subject, random, { subjects }) {
      const others = subjects.flatMap(one => (one !== subject && one.disclosures ? [one.disclosures] : []));
      // Beside a record that has no leaves, those of another may not stand either.
      const disclosures = edit(subject.disclosures ?? random.pick(others), random, others);
      return disclosures && { disclosures };
    },
  })),
  'log proof': [
    ...PROOF_SWAPS.map(
      ({ kind, swap }): Way => ({
        kind,
        change: (subject, random, world) => ({ proof: swap(subject, random, world) }),
      }),
    ),
    ...RAW_EDITS.map(
      ({ kind, edit }): Way => ({ kind, change: ({ proofs }, random) => ({ proof: edit(proofs.own, random) }) }),
    ),
  ],
};
