import { afterAll, describe, expect, it } from '@jest/globals';
import nodeForge from 'node-forge';
import {
  bitString,
  boolean,
  constructed,
  encode,
  namedBits,
  octetString,
  oid,
  sequence,
  TAG,
  time,
  unsigned,
} from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';
import { signAtOnce } from '../../certs/key.ts';
import { writeName } from '../../certs/name.ts';
import { OID } from '../../certs/oid.ts';
import { readCertificate, writeCertificate, writeSpki } from '../../certs/x509.ts';
import { changed, forge, hasOpenssl, indexOf, NOW, openssl, world } from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const tax = w.party('tax');
const AT = ['-attime', String(Math.floor(NOW.getTime() / 1000))];

function refusal(der: Uint8Array): string {
  try {
    readCertificate(der);
    return 'accepted';
  } catch (fault) {
    if (fault instanceof FormatError) return fault.code;
    throw fault;
  }
}

describe('a certificate', () => {
  const realOpenssl = hasOpenssl ? it : it.skip;

  realOpenssl('of a seal is read by openssl as we mean it', () => {
    const { output } = openssl(['x509', '-text', '-noout', '-nameopt', 'utf8,sep_comma_plus', '-in', 'c.pem'], {
      'c.pem': w.text('tax/keys/seal-chain.pem'),
    });
    for (const line of [
      'Version: 3 (0x2)',
      'Signature Algorithm: ecdsa-with-SHA256',
      'Subject: C=CN,O=税务局,OU=tax,CN=tax seal',
      'NIST CURVE: P-256',
      'X509v3 Basic Constraints: critical\n                CA:FALSE',
      'X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation',
    ])
      expect(output).toContain(line);
    expect(output).not.toContain('Extended Key Usage');
  });

  realOpenssl('of TLS names its hosts, the loopback address and both purposes', () => {
    const { output } = openssl(['x509', '-text', '-noout', '-in', 'c.pem'], {
      'c.pem': w.text('tax/keys/tls-chain.pem'),
    });
    expect(output).toContain('DNS:tax.one-window.internal, DNS:localhost, IP Address:127.0.0.1');
    expect(output).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
  });

  realOpenssl(
    'chains for openssl: seals to the root for signing, TLS to its authority for TLS, and not crosswise',
    () => {
      const files = {
        'root.pem': w.text('trust/root.pem'),
        'transport.pem': w.text('trust/transport.pem'),
        'seal.pem': w.text('tax/keys/seal-chain.pem'),
        'tls.pem': w.text('tax/keys/tls-chain.pem'),
        'chain.pem': w.text('trust/chain.pem'),
      };
      const verify = (anchor: string, purpose: string, leaf: string) =>
        openssl(
          ['verify', '-x509_strict', ...AT, '-CAfile', anchor, '-untrusted', 'chain.pem', '-purpose', purpose, leaf],
          files,
        ).output;
      expect(verify('root.pem', 'smimesign', 'seal.pem')).toBe('seal.pem: OK\n');
      expect(verify('transport.pem', 'sslserver', 'tls.pem')).toBe('tls.pem: OK\n');
      expect(verify('transport.pem', 'sslclient', 'tls.pem')).toBe('tls.pem: OK\n');
      expect(verify('transport.pem', 'smimesign', 'tls.pem')).toContain('unsuitable certificate purpose');
      expect(verify('transport.pem', 'sslclient', 'seal.pem')).toContain('verification failed');
      expect(verify('root.pem', 'sslclient', 'tls.pem')).toContain('verification failed');
    },
  );

  realOpenssl('of a seal that the transport authority issued is refused by openssl too', () => {
    const stray = forge({}, w.transportAuthority);
    const { output } = openssl(['verify', ...AT, '-CAfile', 't.pem', '-purpose', 'smimesign', 'c.der'], {
      't.pem': w.text('trust/transport.pem'),
      'c.der': stray.certificate.der,
    });
    expect(output).toMatch(/unsuitable certificate purpose|invalid CA certificate/);
  });

  it('is read by node-forge and written again in the same bytes', () => {
    for (const { der } of [tax.certificate, tax.authority, w.root.certificate, w.transportAuthority.certificate]) {
      const text = Buffer.from(der).toString('latin1');
      expect(nodeForge.asn1.toDer(nodeForge.asn1.fromDer(text)).getBytes()).toBe(text);
    }
  });

  it('has a random positive serial number of 128 bits, and dates around now', () => {
    const certificates = ['center', 'business', 'tax'].map(id => w.party(id).certificate);
    expect(new Set(certificates.map(({ serial }) => Buffer.from(serial).toString('hex'))).size).toBe(3);
    for (const { serial, notBefore, notAfter } of certificates) {
      expect(serial.length).toBeGreaterThan(12);
      expect(notBefore < NOW && NOW < notAfter).toBe(true);
    }
    // The root ends after 2049, in the other form of time.
    expect(w.root.certificate.notAfter.getUTCFullYear()).toBe(2065);
  });
});

describe('a certificate is refused', () => {
  // What an authority could sign that is not of our profiles: each part can be another.
  const EC = sequence(oid(OID.ecdsaWithSha256));
  const extension = (id: string, critical: boolean, value: Uint8Array) =>
    sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
  const CONSTRAINTS = extension(OID.basicConstraints, true, sequence());
  const USAGE = extension(OID.keyUsage, true, namedBits([0, 1]));
  const SKI = extension(OID.subjectKeyIdentifier, false, octetString(tax.certificate.extensions.subjectKeyId));
  const AKI = extension(
    OID.authorityKeyIdentifier,
    false,
    sequence(encode(0x80, tax.authority.extensions.subjectKeyId)),
  );
  const name = writeName(tax.certificate.subject);
  const attribute = (type: string, tag: number, text: string) =>
    encode(TAG.SET, sequence(oid(type), encode(tag, Buffer.from(text))));
  const PARTS = {
    version: encode(constructed(0), unsigned(2)),
    serial: unsigned(7),
    algorithm: EC,
    issuer: writeName(tax.authority.subject),
    validity: sequence(time(NOW), time(NOW)),
    subject: name,
    spki: writeSpki(tax.certificate.publicKey),
    extensions: [CONSTRAINTS, USAGE, SKI, AKI] as readonly Uint8Array[],
  };
  const made = (change: Partial<typeof PARTS>): Uint8Array => {
    const { extensions, ...rest } = { ...PARTS, ...change };
    const body = sequence(...Object.values(rest), encode(constructed(3), sequence(...extensions)));
    return writeCertificate(body, 'ES256', signAtOnce(w.sealAuthority.key, body));
  };

  it('unless it is of a profile', () => expect(refusal(made({}))).toBe('accepted'));

  it.each<[string, Partial<typeof PARTS>, string]>([
    ['of version 1', { version: new Uint8Array() }, 'CERTIFICATE_VERSION'],
    ['of version 2', { version: encode(constructed(0), unsigned(1)) }, 'CERTIFICATE_VERSION'],
    ['with the serial number 0', { serial: unsigned(0) }, 'CERTIFICATE_SERIAL'],
    ['with a serial number of 21 bytes', { serial: unsigned(new Uint8Array(21).fill(1)) }, 'CERTIFICATE_SERIAL'],
    ['with a negative serial number', { serial: Buffer.from('0201ff', 'hex') }, 'DER_INTEGER'],
    ['signed with SHA-1', { algorithm: sequence(oid('1.2.840.10045.4.1')) }, 'CERTIFICATE_ALGORITHM'],
    ['that ends before it begins', { validity: sequence(time(NOW), time(new Date(0))) }, 'CERTIFICATE_VALIDITY'],
    [
      'of another country',
      { subject: sequence(attribute(OID.countryName, TAG.PRINTABLE_STRING, 'US')) },
      'CERTIFICATE_NAME',
    ],
    [
      'whose country is UTF-8',
      { subject: sequence(attribute(OID.countryName, TAG.UTF8_STRING, 'CN')) },
      'DER_TAG_UNEXPECTED',
    ],
    ['without a name', { subject: sequence() }, 'CERTIFICATE_NAME'],
    [
      'with an invisible character in a name',
      { subject: writeName({ organization: '税\u200b务局', unit: 'tax', commonName: 'x' }) },
      'CERTIFICATE_NAME',
    ],
    [
      'with a name of 65 characters',
      { subject: writeName({ organization: '税'.repeat(65), unit: 'tax', commonName: 'x' }) },
      'CERTIFICATE_NAME',
    ],
    [
      'with a compressed key',
      { spki: sequence(sequence(oid(OID.ecPublicKey), oid(OID.prime256v1)), bitString(new Uint8Array(33).fill(2))) },
      'CERTIFICATE_KEY',
    ],
    [
      'with a key of P-384',
      { spki: sequence(sequence(oid(OID.ecPublicKey), oid('1.3.132.0.34')), bitString(new Uint8Array(97).fill(4))) },
      'CERTIFICATE_ALGORITHM',
    ],
    [
      'with an unknown critical extension',
      { extensions: [CONSTRAINTS, USAGE, SKI, AKI, extension('2.5.29.36', true, sequence())] },
      'CERTIFICATE_EXTENSION_CRITICAL',
    ],
    [
      'with an unknown extension',
      { extensions: [CONSTRAINTS, USAGE, SKI, AKI, extension('2.5.29.36', false, sequence())] },
      'CERTIFICATE_EXTENSION_UNKNOWN',
    ],
    ['with an extension twice', { extensions: [CONSTRAINTS, USAGE, SKI, SKI, AKI] }, 'CERTIFICATE_EXTENSION_REPEATED'],
    ['with extensions in another order', { extensions: [USAGE, CONSTRAINTS, SKI, AKI] }, 'DER_NOT_CANONICAL'],
    [
      'whose key usage is not critical',
      { extensions: [CONSTRAINTS, extension(OID.keyUsage, false, namedBits([0, 1])), SKI, AKI] },
      'DER_NOT_CANONICAL',
    ],
    ['without basic constraints', { extensions: [USAGE, SKI, AKI] }, 'DER_NOT_CANONICAL'],
    ['without a key usage', { extensions: [CONSTRAINTS, SKI, AKI] }, 'CERTIFICATE_PROFILE_UNKNOWN'],
    [
      'that may sign certificates without being an authority',
      { extensions: [CONSTRAINTS, extension(OID.keyUsage, true, namedBits([0, 1, 5])), SKI, AKI] },
      'CERTIFICATE_PROFILE_UNKNOWN',
    ],
    [
      'of an authority without a path length',
      {
        extensions: [
          extension(OID.basicConstraints, true, sequence(boolean(true))),
          extension(OID.keyUsage, true, namedBits([5, 6])),
          SKI,
          AKI,
        ],
      },
      'CERTIFICATE_PROFILE_UNKNOWN',
    ],
    ['that names no authority’s key', { extensions: [CONSTRAINTS, USAGE, SKI] }, 'CERTIFICATE_PROFILE_UNKNOWN'],
    [
      'with a key identifier of 4 bytes',
      {
        extensions: [
          CONSTRAINTS,
          USAGE,
          extension(OID.subjectKeyIdentifier, false, octetString(new Uint8Array(4))),
          AKI,
        ],
      },
      'CERTIFICATE_PROFILE_UNKNOWN',
    ],
  ])('%s', (_, change, expected) => expect(refusal(made(change))).toBe(expected));

  it('when its outer algorithm is not the inner one', () => {
    const { body, signature } = tax.certificate;
    expect(refusal(sequence(body, sequence(oid('1.2.840.10045.4.3.3')), bitString(signature)))).toBe(
      'CERTIFICATE_ALGORITHM',
    );
  });

  it('by name, wherever a byte of it is another, unless only its signature can tell', () => {
    const { der, body } = tax.certificate;
    const named = new Set<string>();
    for (let i = 0; i < der.length; i++) {
      const code = refusal(changed(der, i, 0x80));
      if (code !== 'accepted') named.add(code);
      // Outside the body stand lengths, the algorithm and the signature, which has a form of its own.
      else expect(i).toBeGreaterThanOrEqual(indexOf(der, body));
    }
    for (const code of ['DER_TAG_UNEXPECTED', 'DER_OID', 'DER_TIME', 'CERTIFICATE_ALGORITHM', 'CERTIFICATE_NAME'])
      expect(named).toContain(code);
  });
});
