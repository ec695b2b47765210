import { describe, expect, it } from '@jest/globals';
import { encode, oid, primitive, sequence, time } from '../../../certs/der.ts';
import { OID } from '../../../certs/oid.ts';
import type { Chain, PathFault } from '../../../certs/path/path.ts';
import { type VerifySignature, verifySignature } from '../../../certs/path/signature.ts';
import { type PathQuestion, validatePath } from '../../../certs/path/validate.ts';
import {
  AT,
  alternativeNames,
  authority,
  called,
  certify,
  daysFrom,
  extension,
  type Forged,
  list,
  nameConstraints,
  newKey,
  printed,
  SHARED_KEY,
  textName,
} from './forge.ts';

const root = certify({ subject: called('root'), extensions: [authority()] });
const office = certify({ subject: called('office'), extensions: [authority()] }, root);
const target = certify({ subject: called('tax'), extensions: [] }, office);

const chainOf = (...[first, ...more]: readonly [Forged, ...Forged[]]): Chain => [
  first.certificate,
  ...more.map(({ certificate }) => certificate),
];
const ask = (chain: Chain, more: Partial<PathQuestion> = {}) =>
  validatePath({ chain, anchor: root.certificate, at: AT, ...more });
const said = (faults: readonly PathFault[]) => faults.map(({ code, certificate }) => `${certificate} ${code}`);

describe('a path', () => {
  it('is valid when everything holds', () => expect(ask(chainOf(target, office))).toEqual([]));

  it('is told every fault it has, the target’s first', () => {
    const strange = extension('2.999.1', sequence(), true);
    const late = { subject: called('late'), notAfter: time(daysFrom(-1)), extensions: [strange] };
    const between = certify({ subject: called('between'), extensions: [] }, office);
    expect(said(ask(chainOf(certify({ ...late, issuer: called('x') }, between), between, office)))).toEqual([
      '0 CERTIFICATE_ISSUER_DIFFERS',
      '0 CERTIFICATE_EXTENSION_CRITICAL',
      '0 CERTIFICATE_EXPIRED',
      '1 CERTIFICATE_NOT_AUTHORITY',
    ]);
  });

  it('links certificates by the names that they name, though the key fits', () => {
    const misled = certify({ issuer: called('Office 2'), extensions: [] }, office);
    expect(said(ask(chainOf(misled, office)))).toEqual(['0 CERTIFICATE_ISSUER_DIFFERS']);
  });

  it('links names that are written in another way', () => {
    const shouting = certify({ issuer: printed('OFFICE'), extensions: [] }, office);
    expect(ask(chainOf(shouting, office))).toEqual([]);
  });

  it('counts both ends of a life, and not the second after', () => {
    const day = certify({ notBefore: time(daysFrom(0)), notAfter: time(daysFrom(1)), extensions: [] }, office);
    const at = (seconds: number) => said(ask(chainOf(day, office), { at: new Date(AT.getTime() + seconds * 1000) }));
    expect([at(0), at(86_400)]).toEqual([[], []]);
    expect([at(-1), at(86_401)]).toEqual([['0 CERTIFICATE_NOT_YET_VALID'], ['0 CERTIFICATE_EXPIRED']]);
  });

  it('may not be asked as of a time, and then no date counts', () => {
    const { at: _, ...question } = { chain: chainOf(target, office), anchor: root.certificate, at: AT };
    const old = certify({ notAfter: time(daysFrom(-5)), extensions: [] }, office);
    expect(validatePath({ ...question, chain: chainOf(old, office) })).toEqual([]);
    expect(() => validatePath({ ...question, crls: [] })).toThrow('as of a time');
    expect(() => validatePath({ ...question, at: new Date('soon') })).toThrow('not a time');
  });

  it('serves a purpose only if its target may', () => {
    const purposes = (...ids: readonly string[]) => [extension(OID.extKeyUsage, sequence(...ids.map(oid)))];
    const wanted = { purposes: [OID.timeStamping] };
    const asked = (extensions: readonly Uint8Array[]) =>
      said(ask(chainOf(certify({ extensions }, office), office), wanted));
    expect(asked(purposes(OID.serverAuth))).toEqual(['0 CERTIFICATE_PURPOSE_DIFFERS']);
    expect(asked(purposes(OID.serverAuth, OID.timeStamping))).toEqual([]);
    expect(asked(purposes(OID.anyExtendedKeyUsage))).toEqual([]);
    expect(asked([])).toEqual([]);
  });

  it('takes no signature of an algorithm that no suite has, and no second form of one', () => {
    const none = ask(chainOf(target, office), { verify: () => 'SIGNATURE_HIGH_S' });
    expect(said(none)).toEqual(['0 SIGNATURE_HIGH_S', '1 SIGNATURE_HIGH_S']);
  });

  it('goes through authorities that change their key, which count for no length', () => {
    const brief = certify({ subject: called('brief'), extensions: [authority(0)] }, root);
    const renewed = certify({ subject: called('Brief'), extensions: [authority(0)] }, brief);
    const below = certify({ subject: called('below'), extensions: [authority()] }, renewed);
    expect(ask(chainOf(certify({ extensions: [] }, renewed), renewed, brief))).toEqual([]);
    expect(said(ask(chainOf(certify({ extensions: [] }, below), below, renewed, brief)))).toEqual([
      '1 CERTIFICATE_PATH_LENGTH',
    ]);
  });
});

describe('names that an authority limits', () => {
  const judged = (limits: Uint8Array, ...names: readonly Uint8Array[]) => {
    const limited = certify({ subject: called('limited'), key: SHARED_KEY, extensions: [authority(), limits] }, root);
    const below = certify({ key: SHARED_KEY, extensions: [alternativeNames(...names)] }, limited);
    return ask(chainOf(below, limited)).map(({ code }) => code.replace('CERTIFICATE_NAME_', ''));
  };
  const permit = (n: number, base: string) => nameConstraints({ permitted: [textName(n, base)] });
  const exclude = (n: number, base: string) => nameConstraints({ excluded: [textName(n, base)] });

  it.each<[number, string, string, boolean]>([
    [2, 'tax.example', 'tax.example', true],
    [2, 'tax.example', 'a.b.TAX.example', true],
    [2, 'tax.example', 'mytax.example', false],
    [2, '.tax.example', 'tax.example', false],
    [2, '', 'anything.example', true],
    [1, 'tax.example', 'clerk@TAX.example', true],
    [1, 'tax.example', 'clerk@a.tax.example', false],
    [1, '.tax.example', 'clerk@a.tax.example', true],
    [1, '.tax.example', 'clerk@tax.example', false],
    [1, 'clerk@tax.example', 'clerk@tax.EXAMPLE', true],
    [1, 'clerk@tax.example', 'Clerk@tax.example', false],
    [6, 'tax.example', 'https://tax.example:8080/a?b', true],
    [6, 'tax.example', 'https://tax.example@evil.example/', false],
    [6, 'tax.example', 'https://a.tax.example/', false],
    [6, '.tax.example', 'https://u:p@a.tax.example/', true],
  ])('[%i] %j permits %j: %j', (n, base, given, permitted) => {
    expect(judged(permit(n, base), textName(n, given))).toEqual(permitted ? [] : ['NOT_PERMITTED']);
    expect(judged(exclude(n, base), textName(n, given))).toEqual(permitted ? ['EXCLUDED'] : []);
  });

  it.each<[number, string, string]>([
    [6, 'tax.example', 'mailto:clerk@tax.example'],
    [6, 'tax.example', 'https://192.0.2.1/'],
    [6, 'tax.example', 'https://[2001:db8::1]/'],
    [1, 'tax.example', 'tax.example'],
  ])('[%i] %j can’t be judged for %j, which is refused', (n, base, given) =>
    expect(judged(exclude(n, base), textName(n, given))).toEqual(['NOT_JUDGED']),
  );

  it('limit no name of another form', () => {
    expect(judged(permit(2, 'tax.example'), textName(1, 'clerk@evil.example'))).toEqual([]);
  });

  it('exclude a wildcard that could stand for them', () => {
    expect(judged(exclude(2, 'secret.tax.example'), textName(2, '*.tax.example'))).toEqual(['EXCLUDED']);
    expect(judged(permit(2, 'secret.tax.example'), textName(2, '*.tax.example'))).toEqual(['NOT_PERMITTED']);
  });

  it('are networks for addresses', () => {
    const ip = (...bytes: readonly number[]) => encode(primitive(7), Uint8Array.from(bytes));
    const network = nameConstraints({ permitted: [ip(192, 0, 2, 0, 255, 255, 255, 0)] });
    expect(judged(network, ip(192, 0, 2, 77))).toEqual([]);
    expect(judged(network, ip(192, 0, 3, 77))).toEqual(['NOT_PERMITTED']);
    expect(judged(network, ip(...new Uint8Array(16)))).toEqual(['NOT_PERMITTED']);
    expect(judged(nameConstraints({ permitted: [ip(1, 2, 3)] }), ip(192, 0, 2, 1))).toEqual(['NOT_JUDGED']);
  });

  it('refuse a form that nothing here compares', () => {
    const registered = encode(primitive(8), oid('2.999').subarray(2));
    expect(judged(nameConstraints({ excluded: [registered] }), registered)).toEqual(['NOT_JUDGED']);
  });

  it('hold however many authorities stand between', () => {
    const limited = certify({ subject: called('l'), extensions: [authority(), permit(2, 'tax.example')] }, root);
    const between = certify({ subject: called('m'), extensions: [authority(), permit(2, 'example')] }, limited);
    const below = certify({ extensions: [alternativeNames(textName(2, 'code.example'))] }, between);
    expect(said(ask(chainOf(below, between, limited)))).toEqual(['0 CERTIFICATE_NAME_NOT_PERMITTED']);
  });
});

describe('a path whose revocation is asked', () => {
  const clean = [list(root), list(office)];

  it('needs news of every certificate', () => {
    expect(ask(chainOf(target, office), { crls: clean })).toEqual([]);
    expect(said(ask(chainOf(target, office), { crls: [] }))).toEqual([
      '0 NO_REVOCATION_INFORMATION',
      '1 NO_REVOCATION_INFORMATION',
    ]);
    expect(said(ask(chainOf(target, office), { crls: [list(office)] }))).toEqual(['1 NO_REVOCATION_INFORMATION']);
  });

  it('tells when and why a certificate was revoked', () => {
    const crls = [list(root), list(office, { revoked: [{ of: target.certificate, reason: 1 }] })];
    expect(ask(chainOf(target, office), { crls })).toEqual([
      {
        code: 'CERTIFICATE_REVOKED',
        certificate: 0,
        facts: { on: '2025-06-28T08:00:00.000Z', reason: '1' },
        revocation: { revokedAt: daysFrom(-2), reason: 1, invalidityDate: undefined },
      },
    ]);
  });

  it.each([
    ['CRL_NOT_YET_ISSUED', list(office, { thisUpdate: daysFrom(1), nextUpdate: daysFrom(2) })],
    ['CRL_OUT_OF_DATE', list(office, { thisUpdate: daysFrom(-2), nextUpdate: daysFrom(-1) })],
    ['CRL_EXTENSION_CRITICAL', list(office, { extensions: [extension('2.999.1', sequence(), true)] })],
    ['CRL_SIGNATURE_WRONG', list({ ...office, key: newKey() })],
    ['CRL_SIGNER_ABSENT', undefined],
  ])('says why a list does not count: %s', (fault, given) => {
    const signer = certify({ subject: called('stranger'), extensions: [authority()] });
    const point = extension(
      OID.crlDistributionPoints,
      sequence(sequence(encode(0xa2, encode(0xa4, called('stranger'))))),
    );
    const indirect = extension(OID.issuingDistributionPoint, sequence(encode(primitive(4), Uint8Array.of(0xff))), true);
    const asked = given ? target : certify({ extensions: [point] }, office);
    const crls = [list(root), given ?? list(signer, { extensions: [indirect] })];
    const [found] = ask(chainOf(asked, office), { crls });
    expect(found?.code).toBe('NO_REVOCATION_INFORMATION');
    expect(found?.crls?.map(one => one.fault)).toEqual([fault]);
  });

  it('goes by the newest list in force: a suspension may be over', () => {
    const held = { revoked: [{ of: target.certificate, reason: 6 }] };
    const older = list(office, { ...held, thisUpdate: daysFrom(-3) });
    expect(ask(chainOf(target, office), { crls: [list(root), older, list(office)] })).toEqual([]);
    const newer = list(office, { ...held, thisUpdate: daysFrom(0) });
    expect(said(ask(chainOf(target, office), { crls: [list(root), list(office), newer] }))).toEqual([
      '0 CERTIFICATE_REVOKED',
    ]);
  });

  describe('completes a list by a delta list', () => {
    const of = target.certificate;
    const revoked = [{ of, reason: 1 }];
    const base = list(office, { number: 5 });
    const asked = (...crls: Parameters<typeof list>[1][]) =>
      said(ask(chainOf(target, office), { crls: [list(root), base, ...crls.map(crl => list(office, crl))] }));

    it('that adds to it', () => expect(asked({ number: 6, base: 5, revoked })).toEqual(['0 CERTIFICATE_REVOKED']));
    it('that adds to an earlier one too', () =>
      expect(asked({ number: 6, base: 4, revoked })).toEqual(['0 CERTIFICATE_REVOKED']));
    it('but not one that adds to a later one', () => expect(asked({ number: 7, base: 6, revoked })).toEqual([]));
    it('but not one that is older', () => expect(asked({ number: 5, base: 4, revoked })).toEqual([]));
    it('but not one that is over', () =>
      expect(asked({ number: 6, base: 5, revoked, thisUpdate: daysFrom(-3), nextUpdate: daysFrom(-2) })).toEqual([]));
    it('but not one of another issuer, though it names the same certificate', () => {
      const by = called('office');
      expect(asked({ number: 6, base: 5, revoked: [{ of, by }] })).toEqual(['0 CERTIFICATE_REVOKED']);
      expect(asked({ number: 6, base: 5, revoked: [{ of, by }], issuer: called('other') })).toEqual([]);
    });
    it('but not one of another part', () => {
      const part = extension(OID.issuingDistributionPoint, sequence(encode(primitive(1), Uint8Array.of(0xff))), true);
      expect(asked({ number: 6, base: 5, revoked, extensions: [part] })).toEqual([]);
    });
    it('the newest of several, which may take a suspension back', () =>
      expect(
        asked(
          { number: 7, base: 5, revoked: [{ of, reason: 8 }] },
          { number: 6, base: 5, revoked: [{ of, reason: 6 }] },
        ),
      ).toEqual([]));
  });

  it('takes a list of a signer whose own status only that list tells, and ends', () => {
    const signer = certify({ subject: called('OFFICE'), extensions: [] }, root);
    const indirect = list(signer);
    const others = [signer.certificate];
    // The signer has the office's name; the root tells of the signer.
    expect(ask(chainOf(target, office), { crls: [list(root), indirect], others })).toEqual([]);
    // A signer below itself: its certificate is of the office, its status in its own list.
    const own = certify({ subject: called('office'), extensions: [] }, office);
    const question = { crls: [list(root), list(own)], others: [own.certificate] };
    expect(ask(chainOf(target, office), question)).toEqual([]);
    const revoked = list(own, { revoked: [{ of: own.certificate }] });
    expect(said(ask(chainOf(target, office), { ...question, crls: [list(root), revoked] }))).toEqual([
      '0 NO_REVOCATION_INFORMATION',
    ]);
  });

  it('ends in time where many signers vouch for each other’s lists', () => {
    const signers = Array.from({ length: 40 }, () =>
      certify({ subject: called('office'), extensions: [authority()] }, office),
    );
    const crls = [
      list(root),
      ...signers.map(signer => list(signer, { revoked: signers.map(({ certificate: of }) => ({ of })) })),
    ];
    const others = signers.map(({ certificate }) => certificate);
    let verified = 0;
    const verify: VerifySignature = (...signature) => {
      verified++;
      return verifySignature(...signature);
    };
    expect(said(ask(chainOf(target, office), { crls, others, verify }))).toEqual(['0 NO_REVOCATION_INFORMATION']);
    expect(verified).toBeLessThan(5_000);
  });
});
