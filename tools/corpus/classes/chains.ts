/** Signers whose certificates lead up to the root in no way that there is: under one another, of other kinds, of strangers. */
import { writeSigningCertificate } from '../../../certs/attributes.ts';
import { signatureOf, withTimeStamp, writeAttributes, writeSignedData } from '../../../certs/cms.ts';
import { type Issuer, issue } from '../../../certs/issue.ts';
import type { Profile } from '../../../certs/profile.ts';
import { signerConstants } from '../../../certs/signed-data.ts';
import { SUITES } from '../../../certs/suites.ts';
import type { Random } from '../../generate/random.ts';
import { type Certified, EXPIRES, ISSUED } from '../../mutants/hierarchy.ts';
import { seededKey } from '../../mutants/keys.ts';
import type { Class, Drawn } from '../entry.ts';
import { bytesOf, recordOf } from '../papers.ts';
import { AT, hourMs, later, SEALED, STAMPED } from '../times.ts';
import { trustOf } from '../trusts.ts';
import { tokenOver, type Yard } from '../yard.ts';

interface Odd extends Certified {
  readonly name: string;
  /** Who issued it, to be sent along. */
  readonly above?: Certified;
}

/** Made once for each seed. */
const pools = new Map<number, readonly Odd[]>();

function poolOf(yard: Yard): readonly Odd[] {
  const known = pools.get(yard.seed);
  if (known) return known;
  const pool = makePool(yard);
  pools.set(yard.seed, pool);
  return pool;
}

function makePool({ seed, honest, strange }: Yard): readonly Odd[] {
  const { root, sealAuthority, holders, timeStamps, transport } = honest;
  const issued = (name: string, profile: Profile, above: Certified, from = ISSUED, until = EXPIRES): Odd => {
    const isAuthority = profile === 'SEAL_AUTHORITY';
    const key = seededKey('ES256', seed, name);
    const unit = { organization: '税务局', unit: 'tax', commonName: name };
    const wanted = {
      profile,
      subject: isAuthority ? { organization: '一窗通办示范', commonName: name } : unit,
      key: key.key,
      notBefore: from,
      notAfter: until,
      ...(profile === 'TLS' && { dnsNames: ['tax.one-window.internal'] }),
    };
    return { name, key, certificate: issue(wanted, issuerOf(above)), above };
  };
  const named = (name: string, one: Certified, above?: Certified): Odd => ({ ...one, name, ...(above && { above }) });
  const second = issued('authority under the authority', 'SEAL_AUTHORITY', sealAuthority);
  const third = issued('authority under that', 'SEAL_AUTHORITY', second);
  const forger = { ...sealAuthority, key: strange.sealAuthority.key };
  return [
    named('tax', holders.tax, sealAuthority),
    named('clock', timeStamps.ES256, sealAuthority),
    named('the authority', sealAuthority, root),
    named('the root', root),
    named('transport', transport),
    named('a stranger', strange.holders.tax, strange.sealAuthority),
    second,
    third,
    issued('under the root', 'SEAL', root),
    issued('under the second', 'SEAL', second),
    issued('under the third', 'SEAL', third),
    issued('clock under the second', 'TIME_STAMP', second),
    issued('under tax', 'SEAL', holders.tax),
    issued('clock under tax', 'TIME_STAMP', holders.tax),
    issued('under a clock', 'SEAL', timeStamps.ES256),
    issued('authority under tax', 'SEAL_AUTHORITY', holders.tax),
    issued('server', 'TLS', transport),
    issued('server under the authority', 'TLS', sealAuthority),
    issued('under transport', 'SEAL', transport),
    issued('of a forger', 'SEAL', forger),
    issued('clock of a forger', 'TIME_STAMP', forger),
    issued('young', 'SEAL', sealAuthority, later(AT, hourMs)),
    issued('young clock', 'TIME_STAMP', sealAuthority, later(AT, hourMs)),
    issued('old', 'SEAL', sealAuthority, ISSUED, later(SEALED, -hourMs)),
    issued('old clock', 'TIME_STAMP', sealAuthority, ISSUED, later(SEALED, -hourMs)),
  ];
}

const issuerOf = ({ certificate, key }: Certified): Issuer => ({ certificate, key: key.key });

/** With its issuer, mostly, that one's, and what has nothing to do with it. */
function companyOf(signer: Odd, pool: readonly Odd[], random: Random): readonly Certified[] {
  const above = random.chance(85) ? signer.above : undefined;
  const further = pool.find(({ certificate }) => certificate === above?.certificate)?.above;
  const wanted = [
    ...(random.chance(92) ? [signer] : []),
    ...(above ? [above] : []),
    ...(further && random.chance(70) ? [further] : []),
    ...(random.chance(20) ? [random.pick(pool)] : []),
  ];
  const byDer = new Map(wanted.map(one => [Buffer.from(one.certificate.der).toString('hex'), one]));
  return [...byDer.values()];
}

function sealBy(signer: Certified, record: Uint8Array, company: readonly Certified[]): Uint8Array {
  const { key, certificate } = signer;
  const suite = SUITES[key.suite];
  const signing = writeSigningCertificate(key.suite, suite.digest(certificate.der));
  const attributes = writeAttributes(key.suite, suite.digest(record), SEALED, signing);
  const ders = company.map(one => one.certificate.der);
  const constants = signerConstants(key.suite, ders, certificate.issuerDer, certificate.serial);
  return writeSignedData(constants, attributes, key.sign(attributes));
}

async function oddChain(random: Random, yard: Yard): Promise<Drawn> {
  const pool = poolOf(yard);
  const { sealAuthority, holders, timeStamps } = yard.honest;
  const isOfClock = random.chance(40);
  const odd = random.pick(pool);
  const company = companyOf(odd, pool, random);
  const record = bytesOf(recordOf(random, 'tax'));
  const bare = isOfClock ? sealBy(holders.tax, record, [holders.tax, sealAuthority]) : sealBy(odd, record, company);
  const [by, along] = isOfClock ? [odd, company] : [timeStamps.ES256, [timeStamps.ES256, sealAuthority]];
  const seal = withTimeStamp(bare, tokenOver(signatureOf(bare), { at: STAMPED, by }, along));
  return {
    kind: 'seal',
    files: { record, seal, proof: yard.prove('tax', seal, random) },
    trust: await trustOf(yard, 'plain'),
    at: AT,
    what: `${isOfClock ? 'stamped' : 'sealed'} by ${odd.name}, with ${company.length} certificates`,
    verdicts: ['VALID', 'INVALID'],
  };
}

export const CHAIN_CLASSES: readonly Class[] = [{ name: 'odd chain', weight: 8, draw: oddChain }];
