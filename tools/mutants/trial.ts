/** Mutants before the verifier, a block of them under one checkpoint. */
import { type BundleQuestion, judgeBundle } from '../../certs/bundle/judge.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { judgePdf, type PdfQuestion } from '../../certs/pdf/judge.ts';
import { judgeSes } from '../../certs/ses/judge.ts';
import { judge, type Question } from '../../certs/verify.ts';
import { type Area, isOfBundle, isOfPdf, isOfSeal, isOfSes, type Mutant, type SealMutant } from './mutant.ts';
import { mutantOf } from './mutate.ts';
import type { Asked } from './openssl.ts';
import type { SesOriginal } from './ses.ts';
import type { World } from './world.ts';

/** What a verifier says: its verdict, and the codes of what it found. */
export interface Said {
  readonly verdict: string;
  readonly codes: readonly string[];
}

/** The product's, or a weak one that shows that this tool finds something. */
export interface Verifier {
  seal(question: Question): Said;
  bundle(question: BundleQuestion): Said;
  pdf(question: PdfQuestion): Said;
  ses(question: Question): Said;
}

export const PRODUCT: Verifier = {
  seal: question => said(judge(question)),
  bundle: question => said(judgeBundle(question)),
  pdf: question => said(judgePdf(question)),
  ses: question => said(judgeSes(question)),
};

const said = ({ verdict, findings }: { verdict: string; findings: readonly { code: string }[] }): Said => ({
  verdict,
  codes: findings.map(({ code }) => code),
});

/**
 * What may be wrong with a verifier: it takes a mutant for good, it throws, it takes its time. With this tool: nothing but
 * the log refuses a mutant whose proof should have held.
 */
export type Wrong = 'ACCEPTED' | 'THROWN' | 'SLOW' | 'REFUSED_BY_LOG_ALONE';

export interface Failure {
  readonly is: Wrong;
  readonly number: number;
  readonly area: Area;
  readonly kind: string;
  readonly sentence: string;
  /** What was judged, by the ending of a file each. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export interface Tried {
  readonly number: number;
  readonly area: Area;
  readonly kind: string;
  readonly accepted: boolean;
}

export interface Block {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
}

export interface Trial {
  readonly tried: readonly Tried[];
  readonly failures: readonly Failure[];
  readonly slowestMs: number;
  /** Making mutants and judging them. */
  readonly spentMs: number;
  /** The seals among the mutants, for another's opinion. */
  readonly seals: readonly Asked[];
}

const verdictMaxMs = 1_000;
const GOOD: ReadonlySet<string> = new Set(['VALID', 'VALID_AT_SIGNING']);

export function tryBlock(world: World, { seed, from, count }: Block, verifier: Verifier): Trial {
  const startedMs = performance.now();
  const mutants = Array.from({ length: count }, (_, at) => mutantOf(world, seed, from + at));
  const proofs = provenIn(world, mutants.filter(isOfSeal));
  const failures: Failure[] = [];
  let slowestMs = 0;
  const tried = mutants.map((mutant): Tried => {
    const evidence = evidenceOf(mutant, world, proofs);
    const { accepted, failure, tookMs } = judged(mutant, evidence, verifier);
    slowestMs = Math.max(slowestMs, tookMs);
    if (failure) failures.push(failure);
    const { number, area, kind } = mutant;
    return { number, area, kind, accepted };
  });
  return { tried, failures, slowestMs, spentMs: performance.now() - startedMs, seals: sealsOf(mutants) };
}

function judged(mutant: Mutant, { files, ask }: Evidence, verifier: Verifier) {
  const { number, area, kind } = mutant;
  const first = timed(() => ask(verifier));
  // A machine that does other things may hold up a verdict once.
  const { outcome, tookMs } = first.tookMs > verdictMaxMs ? timed(() => ask(verifier)) : first;
  const wrong = wrongOf(mutant, outcome, tookMs);
  const failure = wrong && { ...wrong, number, area, kind, files };
  return { accepted: wrong?.is === 'ACCEPTED', failure, tookMs };
}

function wrongOf(mutant: Mutant, outcome: Outcome, tookMs: number): Pick<Failure, 'is' | 'sentence'> | undefined {
  if ('thrown' in outcome) return { is: 'THROWN', sentence: String(outcome.thrown) };
  const { verdict, codes } = outcome.said;
  if (GOOD.has(verdict)) return { is: 'ACCEPTED', sentence: verdict };
  if (tookMs > verdictMaxMs) return { is: 'SLOW', sentence: `${verdict} after ${Math.round(tookMs)} ms` };
  const isByLogAlone = isLogged(mutant) && codes.every(isOfLog);
  return isByLogAlone ? { is: 'REFUSED_BY_LOG_ALONE', sentence: codes.join(', ') } : undefined;
}

/** Has it a proof that should hold? */
const isLogged = (mutant: Mutant): boolean =>
  isOfPdf(mutant) ? mutant.isProved : isOfSes(mutant) || (isOfSeal(mutant) && mutant.area !== 'log proof');

const isOfLog = (code: string): boolean => code.startsWith('LOG_');

type Outcome = { readonly said: Said } | { readonly thrown: unknown };

function timed(ask: () => Said): { readonly outcome: Outcome; readonly tookMs: number } {
  const startedMs = performance.now();
  const outcome = attempt(ask);
  return { outcome, tookMs: performance.now() - startedMs };
}

function attempt(ask: () => Said): Outcome {
  try {
    return { said: ask() };
  } catch (thrown) {
    return { thrown };
  }
}

interface Evidence {
  readonly files: Readonly<Record<string, Uint8Array>>;
  ask(verifier: Verifier): Said;
}

function evidenceOf(mutant: Mutant, world: World, proofs: ReadonlyMap<Mutant, Uint8Array>): Evidence {
  if (isOfBundle(mutant)) {
    const { bundle } = mutant;
    return { files: { asice: bundle }, ask: verifier => verifier.bundle(bundleQuestion(bundle, world)) };
  }
  if (isOfPdf(mutant)) {
    const { pdf: bytes } = mutant;
    const { trust, at } = world;
    return { files: { pdf: bytes }, ask: verifier => verifier.pdf({ bytes, trust, at }) };
  }
  if (isOfSes(mutant)) return sesEvidence(mutant.original, mutant.ses, world);
  const { subject, seal = subject.original.der, crls, proof = proofs.get(mutant)! } = mutant;
  const { record } = subject;
  const disclosures = mutant.disclosures ?? subject.disclosures;
  const trust = crls ? world.trustWith(crls) : world.trust;
  const beside = disclosures && { disclosures };
  return {
    files: { json: record, p7s: seal, 'tlog-proof': proof, ...crlFiles(crls), ...disclosureFiles(disclosures) },
    ask: verifier => verifier.seal({ record, seal, proof, trust, at: world.at, ...beside }),
  };
}

function sesEvidence({ record, holder }: SesOriginal, seal: Uint8Array, { log, trust, at }: World): Evidence {
  const [proof] = log.prove([entryOf(holder, seal)]) as [Uint8Array];
  return {
    files: { json: record, ses: seal, 'ses.tlog-proof': proof },
    ask: verifier => verifier.ses({ record, seal, proof, trust, at }),
  };
}

const disclosureFiles = (disclosures: Uint8Array | undefined): Evidence['files'] =>
  disclosures ? { 'disclosures.json': disclosures } : {};

const crlFiles = (crls: readonly Uint8Array[] = []): Evidence['files'] =>
  Object.fromEntries(crls.map((crl, at) => [`${at}.crl`, crl]));

/** Each stands in the log, whatever it is. */
function provenIn({ log }: World, mutants: readonly SealMutant[]): ReadonlyMap<Mutant, Uint8Array> {
  const entries = mutants.map(({ subject, seal, holder }) =>
    entryOf(holder ?? subject.holder, seal ?? subject.original.der),
  );
  const proofs = entries.length === 0 ? [] : log.prove(entries);
  return new Map(mutants.map((mutant, at) => [mutant, proofs[at]!]));
}

const sealsOf = (mutants: readonly Mutant[]): Asked[] =>
  mutants.flatMap(mutant =>
    isOfSeal(mutant) && mutant.seal && mutant.subject.isOfCms
      ? [{ number: mutant.number, record: mutant.subject.record, seal: mutant.seal }]
      : [],
  );

/** By the root alone: the bundle brings the rest. */
const bundleQuestion = (bytes: Uint8Array, { bareTrust: trust, at }: World): BundleQuestion => ({ bytes, trust, at });

/** @throws {Error} unless everything that mutants are made of is VALID. */
export function mustBeValid(world: World, verifier: Verifier): void {
  const { subjects, at, trust, bundle, pdfs, signatures } = world;
  const wrong = [
    ...subjects.map(({ name, record, disclosures, original: { der: seal }, proofs: { own: proof } }) => ({
      name,
      ...verifier.seal({ record, seal, proof, trust, at, ...(disclosures && { disclosures }) }),
    })),
    { name: 'the bundle', ...verifier.bundle(bundleQuestion(bundle.zip, world)) },
    ...signatures.map(one => ({
      name: `the national form of ${one.name}`,
      ...sesEvidence(one, one.ses.der, world).ask(verifier),
    })),
    ...pdfs.map(({ name, pdf: bytes }) => ({ name: `the PDF of ${name}`, ...verifier.pdf({ bytes, trust, at }) })),
  ].filter(({ verdict }) => verdict !== 'VALID');
  const sentences = wrong.map(({ name, verdict, codes }) => `${name} is ${verdict} (${codes.join(', ')})`);
  if (sentences.length > 0) throw new Error(`not every original is VALID: ${sentences.join('; ')}`);
}
