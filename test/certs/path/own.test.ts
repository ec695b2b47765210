import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCrl } from '../../../certs/crl.ts';
import { toHex } from '../../../certs/hex.ts';
import { OID } from '../../../certs/oid.ts';
import { readPathCertificate } from '../../../certs/path/certificate.ts';
import { entryKey, readPathCrl } from '../../../certs/path/crl.ts';
import { validatePath } from '../../../certs/path/validate.ts';
import { readCertificate } from '../../../certs/x509.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld } from '../../judges/world.ts';

describe.each(JUDGED_SUITES)('our own %s certificates and lists, by the general rules', suite => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await judgedWorld(suite);
  });
  afterAll(() => world.remove());

  const certificate = (name: string) => readPathCertificate(world.bytes(`${name}.der`));
  const judged = (name: string, purposes: readonly string[] = []) =>
    validatePath({
      chain: [certificate(name), certificate('authority')],
      anchor: certificate('root'),
      at: new Date(),
      crls: ['root.crl', 'authority.crl'].map(file => readPathCrl(world.bytes(file))),
      purposes,
    });

  it('are valid from the signer to the root, each for its purpose', () => {
    expect(judged('tax')).toEqual([]);
    expect(judged('tsa', [OID.timeStamping])).toEqual([]);
    expect(judged('tsa', [OID.serverAuth]).map(({ code }) => code)).toEqual(['CERTIFICATE_PURPOSE_DIFFERS']);
  });

  it('are revoked from the same instant and for the same reason as the narrower reader says', () => {
    const [entry] = readCrl(world.bytes('authority.crl')).entries;
    const [fault, ...more] = judged('revoked');
    expect([fault?.code, fault?.certificate, more]).toEqual(['CERTIFICATE_REVOKED', 0, []]);
    expect(entry?.reason).toBe('keyCompromise');
    expect(fault?.revocation).toEqual({
      revokedAt: entry?.revocationDate,
      reason: 1,
      invalidityDate: entry?.invalidityDate,
    });
  });

  it('say the same to both readers', () => {
    for (const name of ['root', 'authority', 'tax', 'revoked', 'tsa']) {
      const [strict, general] = [readCertificate(world.bytes(`${name}.der`)), certificate(name)];
      expect(toHex(general.subject.der)).toBe(toHex(strict.subjectDer));
      expect(toHex(general.spki)).toBe(toHex(strict.spki));
      expect(toHex(general.body)).toBe(toHex(strict.body));
      expect(toHex(general.subjectKeyId!)).toBe(toHex(strict.extensions.subjectKeyId));
      expect([general.notBefore, general.notAfter]).toEqual([strict.notBefore, strict.notAfter]);
      expect(general.unknownCritical).toEqual([]);
    }
    const list = readPathCrl(world.bytes('authority.crl'));
    expect([...list.entries.keys()]).toEqual([
      entryKey(certificate('authority').subject, certificate('revoked').serial),
    ]);
  });
});
