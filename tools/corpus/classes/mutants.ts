/** What somebody has changed: the edits of npm run mutants, in files. */
import { entryOf } from '../../../certs/log/entry.ts';
import type { Random } from '../../generate/random.ts';
import { isOfBundle, isOfPdf, isOfSeal, type Mutant, type SealMutant } from '../../mutants/mutant.ts';
import { mutantOf } from '../../mutants/mutate.ts';
import { sha256 } from '../../mutants/signed-data.ts';
import type { World } from '../../mutants/world.ts';
import type { Class, Drawn } from '../entry.ts';
import type { TrustFolder } from '../files.ts';
import type { Yard } from '../yard.ts';

/** Numbers of mutants are drawn from so many. */
const numbersMax = 2_000_000;

const BAD = ['INVALID', 'INDETERMINATE', 'REVOKED', 'EXPIRED'] as const;

async function mutated(random: Random, { seed, mutants: world, trusts }: Yard): Promise<Drawn> {
  let mutant: Mutant;
  // The second verifier does not judge the national form.
  do mutant = mutantOf(world, seed, random.below(numbersMax));
  while (!isOfBundle(mutant) && !isOfPdf(mutant) && !isOfSeal(mutant));
  const { area, kind } = mutant;
  const drawn = { at: world.at, what: `${area}: ${kind}`, verdicts: BAD };
  if (isOfBundle(mutant))
    return { ...drawn, kind: 'bundle', files: { bundle: mutant.bundle }, trust: bareTrustOf(world, trusts) };
  if (isOfPdf(mutant)) return { ...drawn, kind: 'pdf', files: { pdf: mutant.pdf }, trust: trustWith(world, trusts) };
  const { subject, crls } = mutant;
  const seal = mutant.seal ?? subject.original.der;
  const proof = mutant.proof ?? provenIn(world, mutant, seal);
  const disclosures = mutant.disclosures ?? subject.disclosures;
  return {
    ...drawn,
    kind: 'seal',
    files: { record: subject.record, seal, proof, ...(disclosures && { disclosures }) },
    trust: trustWith(world, trusts, crls),
  };
}

const provenIn = ({ log }: World, { holder, subject }: SealMutant, seal: Uint8Array): Uint8Array =>
  log.prove([entryOf(holder ?? subject.holder, seal)])[0]!;

function kept(trusts: Yard['trusts'], folder: TrustFolder): TrustFolder {
  trusts.set(folder.name, folder);
  return folder;
}

/** The root alone: a bundle brings the rest. */
export const bareTrustOf = ({ rootPem }: World, trusts: Yard['trusts']): TrustFolder =>
  kept(trusts, { name: 'mutants-root', files: { 'root.pem': Buffer.from(rootPem) } });

export function trustWith(world: World, trusts: Yard['trusts'], changed?: readonly Uint8Array[]): TrustFolder {
  const { rootPem, list, crls } = world;
  const [root, authority] = changed ?? crls.map(({ der }) => der);
  const name = changed
    ? `mutants-${sha256(Buffer.concat([...changed]))
        .toString('hex')
        .slice(0, 16)}`
    : 'mutants';
  return kept(trusts, {
    name,
    files: {
      'root.pem': Buffer.from(rootPem),
      'list.json': list.json,
      'list.p7s': list.p7s,
      'root.crl': root!,
      'seal-authority.crl': authority!,
    },
  });
}

// --- the record, which mutants leave alone ---------------------------------------------------------------------------

const RECORD_EDITS: Readonly<Record<string, (text: string, random: Random) => string | Uint8Array>> = {
  'a character': (text, random) => {
    const bytes = Buffer.from(text);
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  'another number': text => text.replace(/"number":"[^"]*"/, '"number":"X-1"'),
  'another department': text => text.replace('"department":"', '"department":"x'),
  'white space': text => text.replace(',', ', '),
  'a line feed at the end': text => `${text}\n`,
  'a byte order mark': text => `\ufeff${text}`,
  'names out of order': text => `{"zzz":1,${text.slice(1)}`,
  'a name twice': text => `{"department":"tax",${text.slice(1)}`,
  'no department': text => text.replace('"department"', '"departmenu"'),
  'no kind': text => text.replace('"kind"', '"kinc"'),
  'a kind that is no text': text => text.replace(/"kind":"[^"]*"/, '"kind":1'),
  'a list': text => `[${text}]`,
  'a text': () => '"record"',
  'a number in another form': text => text.replace(/"version":(\d)/, '"version":$1.0'),
  'minus zero': text => text.replace(/"version":\d/, '"version":-0'),
  'a number too large': text => text.replace(/"version":\d/, '"version":1e400'),
  'not a number': text => text.replace(/"version":\d/, '"version":NaN'),
  'an escape that need not be': text => text.replace('"department"', '"\\u0064epartment"'),
  'half of a pair': text => text.replace('"holder":"', '"holder":"\\ud800'),
  'a control character': text => text.replace('"holder":"', '"holder":"\u0001'),
  'bytes that are not UTF-8': text => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.of(0xff, 0x7d)]),
  'a deep nest': text => text.replace(/"version":\d/, `"version":${'['.repeat(70)}${']'.repeat(70)}`),
  'a nest that is allowed': text => text.replace(/"version":\d/, `"version":${'['.repeat(63)}${']'.repeat(63)}`),
  nothing: () => '',
};

async function recordChanged(random: Random, { mutants: world, trusts }: Yard): Promise<Drawn> {
  const subject = random.pick(world.subjects);
  const edit = random.pick(Object.keys(RECORD_EDITS));
  const changed = RECORD_EDITS[edit]!(Buffer.from(subject.record).toString(), random);
  return {
    kind: 'seal',
    files: {
      record: typeof changed === 'string' ? Buffer.from(changed) : changed,
      seal: subject.original.der,
      proof: subject.proofs.own,
    },
    trust: trustWith(world, trusts),
    at: world.at,
    what: `record: ${edit}`,
    verdicts: ['INVALID'],
  };
}

export const MUTANT_CLASSES: readonly Class[] = [
  { name: 'tampered', weight: 40, draw: mutated },
  { name: 'record changed', weight: 6, draw: recordChanged },
];
