/** Certificates that a seed determines: of honest authorities, and of strangers who call themselves the same. */
import { hash } from 'node:crypto';
import type { Name } from '../../certs/name.ts';
import { certificateToPem } from '../../certs/pem.ts';
import type { Profile } from '../../certs/profile.ts';
import { bySuite, type SuiteId } from '../../certs/suites.ts';
import { type Certificate, readCertificate, readSpki, writeBody, writeCertificate } from '../../certs/x509.ts';
import { type SeededKey, seededKey } from './keys.ts';
import { type Party, sha256 } from './signed-data.ts';

export interface Certified {
  readonly key: SeededKey;
  readonly certificate: Certificate;
}

interface Wanted {
  readonly key: SeededKey;
  readonly profile: Profile;
  readonly subject: Name;
}

export const ISSUED = new Date('2026-01-01T00:00:00Z');
export const EXPIRES = new Date('2030-01-01T00:00:00Z');
const serialBytes = 16;

/** @param issuer Undefined for what signs itself. */
function certify({ key, profile, subject }: Wanted, issuer?: Certified): Certified {
  const publicKey = readSpki(key.spki);
  const serial = sha256(Buffer.from(`${subject.commonName} ${hash('sha256', key.spki)}`)).subarray(0, serialBytes);
  // Positive, and of one length whatever the seed.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const signing = issuer?.key ?? key;
  const body = writeBody({
    serial,
    issuer: issuer?.certificate.subject ?? subject,
    subject,
    notBefore: ISSUED,
    notAfter: EXPIRES,
    publicKey,
    signatureSuite: signing.suite,
    extensions: {
      profile,
      subjectKeyId: hash('sha256', publicKey.bits, 'buffer').subarray(0, 20),
      ...(issuer && { authorityKeyId: issuer.certificate.extensions.subjectKeyId }),
    },
  });
  return { key, certificate: readCertificate(writeCertificate(body, signing.suite, signing.sign(body))) };
}

export interface Hierarchy {
  readonly root: Certified;
  readonly sealAuthority: Certified;
  readonly holders: Readonly<Record<HolderId, Certified>>;
  /** Makes the electronic seals of those whose keys are of SM2. */
  readonly sealMaker: Certified;
  readonly timeStamps: Readonly<Record<SuiteId, Certified>>;
  /** By the same authority for the same names and purposes, but on no trust list. */
  readonly unlisted: readonly Certified[];
  /** For another purpose than seals and time stamps. */
  readonly transport: Certified;
}

export type HolderId = 'center' | 'business' | 'tax' | 'seal';

/** Of all suites: one that is made of another's parts is told by the suite alone. */
export const HOLDERS: Readonly<Record<HolderId, { organization: string; suite: SuiteId; seals: readonly string[] }>> = {
  center: { organization: '政务服务中心', suite: 'ES256', seals: ['ACCEPTANCE', 'DECISION'] },
  business: { organization: '市场监督管理局', suite: 'RSA3072', seals: ['BUSINESS_LICENSE'] },
  tax: { organization: '税务局', suite: 'ES256', seals: ['NATIONAL_TAX'] },
  seal: { organization: '公安局', suite: 'SM2SM3', seals: ['SEAL_FILING'] },
};
export const HOLDER_IDS = Object.keys(HOLDERS) as readonly HolderId[];

const AUTHORITY = { organization: '一窗通办示范' };

/**
 * @param whose Other words give other keys under the same names. Of RSA, which take long to find, there is one for all: a
 *   certificate in the place of another over the same key is told by the seal's own word for which it was made.
 */
export function hierarchyOf(seed: number, whose: string): Hierarchy {
  const rsa = seededKey('RSA3072', seed, whose);
  const keyOf = (suite: SuiteId, of: string): SeededKey =>
    suite === 'RSA3072' ? rsa : seededKey(suite, seed, `${whose} ${of}`);
  const authority = (profile: Profile, commonName: string, issuer?: Certified): Certified =>
    certify({ key: keyOf('ES256', commonName), profile, subject: { ...AUTHORITY, commonName } }, issuer);
  const root = authority('ROOT', 'Root CA');
  const sealAuthority = authority('SEAL_AUTHORITY', 'Seal Authority', root);
  const holder = (id: HolderId, key: SeededKey): Certified => {
    const subject = { organization: HOLDERS[id].organization, unit: id, commonName: `${id} seal` };
    return certify({ key, profile: 'SEAL', subject }, sealAuthority);
  };
  const listed = (id: HolderId): Certified => holder(id, keyOf(HOLDERS[id].suite, id));
  const timeStamps = (suite: SuiteId, of = 'tsa'): Certified => {
    const subject = { ...AUTHORITY, unit: 'tsa', commonName: `Time-Stamp Authority ${suite}` };
    return certify({ key: keyOf(suite, of), profile: 'TIME_STAMP', subject }, sealAuthority);
  };
  return {
    root,
    sealAuthority,
    holders: { center: listed('center'), business: listed('business'), tax: listed('tax'), seal: listed('seal') },
    sealMaker: certify(
      {
        key: keyOf('SM2SM3', 'seal maker'),
        profile: 'SEAL_MAKER',
        subject: { organization: HOLDERS.center.organization, unit: 'center', commonName: 'center seal maker' },
      },
      sealAuthority,
    ),
    timeStamps: bySuite(({ id }) => timeStamps(id)),
    unlisted: [
      ...HOLDER_IDS.map(id => holder(id, keyOf(id === 'seal' ? 'SM2SM3' : 'ES256', `unlisted ${id}`))),
      timeStamps('ES256', 'unlisted tsa'),
    ],
    transport: authority('TRANSPORT_AUTHORITY', 'Transport Authority'),
  };
}

/** Everybody in it, with their certificates as they would send them. */
export function partiesOf(hierarchy: Hierarchy): readonly Party[] {
  const { root, sealAuthority, holders, sealMaker, timeStamps, unlisted, transport } = hierarchy;
  const below = [...Object.values(holders), sealMaker, ...Object.values(timeStamps), ...unlisted];
  return [...below.map(one => partyOf(one, sealAuthority)), partyOf(sealAuthority, root), partyOf(transport)];
}

export const partyOf = ({ key, certificate }: Certified, above?: Certified): Party => ({
  key,
  chain: [certificate.der, ...(above ? [above.certificate.der] : [])],
});

export const pemOf = (...chain: readonly Certified[]): string =>
  chain.map(({ certificate }) => certificateToPem(certificate.der)).join('');
