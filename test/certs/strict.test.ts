import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeAttributes, writeContentType, writeSigningCertificate } from '../../certs/attributes.ts';
import {
  readSignedData,
  withTimeStamp,
  writeAttributes as writeSealAttributes,
  writeSignedData,
} from '../../certs/cms.ts';
import { readCrl, writeCrl, writeCrlBody } from '../../certs/crl.ts';
import { issueCrl } from '../../certs/crl-issue.ts';
import { oid } from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';
import { makeKeyPem, readKey } from '../../certs/key.ts';
import { OID } from '../../certs/oid.ts';
import { certificateToPem } from '../../certs/pem.ts';
import { signerConstants } from '../../certs/signed-data.ts';
import { keySigner } from '../../certs/signer.ts';
import {
  readTimeStampRequest,
  readTimeStampResponse,
  readTimeStampToken,
  writeTimeStampRequest,
  writeTimeStampResponse,
  writeTimeStampToken,
  writeTstInfo,
} from '../../certs/time-stamp.ts';
import { openTimeStampAuthority } from '../../certs/tsa.ts';
import { readCertificate, writeBody, writeCertificate } from '../../certs/x509.ts';
import { digest, forge, NOW, sealWith, TAX_RECORD, world } from './fixture.ts';

/*
 * What decodes must encode to the same bytes: here the reader's own answer is written again, field by field, for
 * everything that can be done to a structure. A reader that passes over one bit is found out.
 */

const w = world();
afterAll(() => w.remove());
const rsa = readKey(makeKeyPem('RSA3072'), 'x');
const tsa = forge({ profile: 'TIME_STAMP', subject: { organization: '授时中心', commonName: 'T' } }, w.sealAuthority);
const authority = openTimeStampAuthority({
  signer: keySigner(tsa.key),
  chainPem: [tsa.certificate, w.sealAuthority.certificate].map(({ der }) => certificateToPem(der)).join(''),
  policy: '2.999.3161.1',
});
const QUESTION = writeTimeStampRequest({
  imprint: { sha256: digest(TAX_RECORD), hasNull: true },
  policy: '2.999.3161.1',
  nonce: Uint8Array.of(0x90, 1),
  certReq: true,
});
const ANSWER = await authority.answer(QUESTION, NOW);
const granted = readTimeStampResponse(ANSWER);
if (!granted.granted) throw new Error(granted.failure);
const SEAL = w.party('tax').seal(TAX_RECORD, NOW);
const national = forge({ key: readKey(makeKeyPem('SM2SM3'), 'x') }, w.sealAuthority);
const NATIONAL_SEAL = sealWith(national, TAX_RECORD, { others: [w.sealAuthority.certificate] });

type Again = (der: Uint8Array) => Uint8Array;

const certificateAgain: Again = der => {
  const { signature, ...body } = readCertificate(der);
  return writeCertificate(writeBody(body), body.signatureSuite, signature);
};

const sealAgain: Again = der => {
  const { suite, certificates, issuerDer, serial, attributes, signature, timeStamp } = readSignedData(der);
  const { messageDigest, signingTime, certificateHash } = attributes;
  const constants = signerConstants(
    suite,
    certificates.map(one => one.der),
    issuerDer,
    serial,
  );
  const signed = writeSealAttributes(
    suite,
    messageDigest,
    signingTime,
    writeSigningCertificate(suite, certificateHash),
  );
  const seal = writeSignedData(constants, signed, signature);
  return timeStamp ? withTimeStamp(seal, tokenAgain(timeStamp.der)) : seal;
};

const TST_INFO = writeContentType(oid(OID.tstInfo));
const tokenAgain: Again = der => {
  const { suite, certificates, issuerDer, serial, attributes, signature, info } = readTimeStampToken(der);
  const { messageDigest, signingTime, certificateHash } = attributes;
  const constants = signerConstants(
    suite,
    certificates.map(one => one.der),
    issuerDer,
    serial,
  );
  const signed = writeAttributes(TST_INFO, signingTime, messageDigest, writeSigningCertificate(suite, certificateHash));
  return writeTimeStampToken(constants, writeTstInfo(info), signed, signature);
};

const crlAgain: Again = der => {
  const read = readCrl(der);
  return writeCrl(writeCrlBody(read), read.signatureSuite, read.signature);
};

const answerAgain: Again = der => {
  const read = readTimeStampResponse(der);
  return writeTimeStampResponse(read.granted ? { granted: true, token: tokenAgain(read.token) } : read);
};

const questionAgain: Again = der => {
  const read = readTimeStampRequest(der);
  if (!read.ok) throw new FormatError('DER_TAG_UNEXPECTED', 0);
  return writeTimeStampRequest(read.request);
};

const CRL = issueCrl({
  issuer: w.sealAuthority,
  number: 300,
  thisUpdate: NOW,
  nextUpdate: new Date(NOW.getTime() + 86_400_000),
  entries: [
    { serial: Uint8Array.of(0x85, 1), revocationDate: NOW, reason: 'keyCompromise', invalidityDate: NOW },
    { serial: Uint8Array.of(2), revocationDate: NOW, reason: 'unspecified' },
    { serial: Uint8Array.of(3), revocationDate: NOW, reason: 'certificateHold' },
  ],
}).der;

const STRUCTURES: readonly (readonly [string, Uint8Array, Again])[] = [
  ['a seal', SEAL, sealAgain],
  ['a seal with its time stamp', withTimeStamp(SEAL, granted.token), sealAgain],
  ['a seal of SM2 with SM3', NATIONAL_SEAL, sealAgain],
  ['the certificate over a key of SM2', national.certificate.der, certificateAgain],
  ['a time stamp', granted.token, tokenAgain],
  ['a question for a time stamp', QUESTION, questionAgain],
  ['an answer with a time stamp', ANSWER, answerAgain],
  [
    'an answer without one',
    writeTimeStampResponse({ granted: false, failure: 'unacceptedPolicy', text: '不予受理' }),
    answerAgain,
  ],
  ['a revocation list', CRL, crlAgain],
  ['the root certificate', w.root.certificate.der, certificateAgain],
  ['the certificate of a seal', w.party('tax').certificate.der, certificateAgain],
  ['the certificate of a time-stamp authority', tsa.certificate.der, certificateAgain],
  [
    'a certificate over an RSA key',
    forge({ profile: 'TLS', key: rsa, dnsNames: ['tax.one-window.internal', 'localhost'] }, w.transportAuthority)
      .certificate.der,
    certificateAgain,
  ],
];

describe.each(STRUCTURES)('%s', (_, der, again) => {
  /** Undefined when it is refused as it should be. */
  function difference(mutant: Uint8Array): string | undefined {
    try {
      const written = again(mutant);
      return Buffer.compare(written, mutant) === 0 ? undefined : Buffer.from(mutant).toString('hex');
    } catch (fault) {
      if (fault instanceof FormatError) return undefined;
      throw fault;
    }
  }

  it('is written again in the same bytes', () => {
    expect(Buffer.from(again(der)).toString('hex')).toBe(Buffer.from(der).toString('hex'));
  });

  it('is, with a bit of any byte turned over, refused or written again in the same bytes', () => {
    const differing: string[] = [];
    for (let at = 0; at < der.length; at++)
      for (const bit of new Set([0x80, 1 << (at % 8)])) {
        const mutant = new Uint8Array(der);
        mutant[at]! ^= bit;
        differing.push(...(difference(mutant) ?? []));
      }
    expect(differing).toEqual([]);
  });

  it('is, with any element dropped, doubled, moved, retagged or written as BER, refused or written again in the same bytes', () => {
    // Of the large ones each third: what they are made of stands here by itself, too.
    const mutants = [...mutantsOf(der)].filter((_, i) => der.length < 2000 || i % 3 === 0);
    const differing = mutants.filter(mutant => difference(mutant) !== undefined);
    expect(mutants.length).toBeGreaterThan(50);
    expect(differing).toEqual([]);
  });

  it('is, cut anywhere and mixed with noise, refused', () => {
    for (let at = 0; at < der.length; at++) expect(difference(der.subarray(0, at))).toBeUndefined();
    const places = fc.array(fc.tuple(fc.nat({ max: der.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(places, changes => {
        const mutant = new Uint8Array(der);
        for (const [at, value] of changes) mutant[at] = value;
        return difference(mutant) === undefined;
      }),
      { numRuns: 300 },
    );
  });
});

// --- a tree of elements, to be changed anywhere -----------------------------------------------------------------------

interface Element {
  readonly tag: number;
  readonly content: Uint8Array | readonly Element[];
}

/** Also looks into strings that hold elements: extensions, a TSTInfo. */
function parse(der: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < der.length; ) {
    const [tag = 0, first = 0] = der.subarray(at, at + 2);
    const octets = first < 0x80 ? 0 : first & 0x7f;
    let length = first < 0x80 ? first : 0;
    for (const octet of der.subarray(at + 2, at + 2 + octets)) length = length * 256 + octet;
    const start = at + 2 + octets;
    if (octets > 3 || start + length > der.length || (tag & 0x1f) === 0x1f) throw new RangeError('no element');
    const content = der.subarray(start, start + length);
    elements.push({ tag, content: tag & 0x20 || tag === 0x04 ? inside(content, tag) : content });
    at = start + length;
  }
  return elements;
}

function inside(content: Uint8Array, tag: number): Uint8Array | readonly Element[] {
  try {
    return parse(content);
  } catch (error) {
    if (tag & 0x20) throw error;
    return content;
  }
}

/** What is beside a change is written as before. */
const written = new WeakMap<Element, Uint8Array>();

function write(element: Element, length?: (n: number) => readonly number[]): Uint8Array {
  const known = length ? undefined : written.get(element);
  if (known) return known;
  const { tag, content } = element;
  const bytes = content instanceof Uint8Array ? content : Buffer.concat(content.map(one => write(one)));
  const der = Buffer.concat([Uint8Array.of(tag, ...(length ?? shortest)(bytes.length)), bytes]);
  if (!length) written.set(element, der);
  return der;
}

const bigEndian = (n: number): readonly number[] => (n < 256 ? [n] : [...bigEndian(n >> 8), n & 255]);
const shortest = (n: number): readonly number[] => (n < 128 ? [n] : [0x80 | bigEndian(n).length, ...bigEndian(n)]);
const padded = (n: number): readonly number[] => [0x81 + bigEndian(n).length, 0, ...bigEndian(n)];

/** What may stand where an element stood; bytes that are no element are written as they are. */
function* inPlaceOf(element: Element, next: Element | undefined): Generator<Uint8Array> {
  const der = write(element);
  yield new Uint8Array();
  yield Buffer.concat([der, der]);
  if (next) yield Buffer.concat([write(next), der]);
  for (const flip of [0x01, 0x20, 0x40, 0x80]) yield write({ ...element, tag: element.tag ^ flip });
  yield write({ ...element, content: new Uint8Array() });
  yield write(element, padded);
  yield write(element, n => [0x84, 0, 0, ...[n >> 8, n & 255]]);
  if (element.tag & 0x20)
    yield Buffer.concat([Uint8Array.of(element.tag, 0x80), der.subarray(headerOf(der)), Buffer.alloc(2)]);
  const content = der.subarray(headerOf(der));
  yield write({ ...element, content: Buffer.concat([Buffer.alloc(1), content]) });
  yield write({ ...element, content: Buffer.concat([content, Buffer.alloc(1)]) });
  yield write({ ...element, content: content.subarray(0, -1) });
  yield write({ tag: 0x30, content: der });
}

const headerOf = (der: Uint8Array): number => (der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f));

function* mutantsOf(der: Uint8Array): Generator<Uint8Array> {
  const [root] = parse(der);
  if (root) yield* changes(root, undefined, bytes => bytes);
}

/** @param above Puts the bytes that stand for the element into what is around it. */
function* changes(
  element: Element,
  next: Element | undefined,
  above: (bytes: Uint8Array) => Uint8Array,
): Generator<Uint8Array> {
  for (const bytes of inPlaceOf(element, next)) yield above(bytes);
  const { tag, content } = element;
  if (content instanceof Uint8Array) return;
  for (const [at, member] of content.entries()) {
    const follower = content[at + 1];
    yield* changes(member, follower, bytes => {
      // A member that changed places with the next one stands for both.
      const isSwap = follower && Buffer.compare(bytes, Buffer.concat([write(follower), write(member)])) === 0;
      const parts = content.map(one => write(one));
      parts.splice(at, isSwap ? 2 : 1, bytes);
      return above(write({ tag, content: Buffer.concat(parts) }));
    });
  }
}
