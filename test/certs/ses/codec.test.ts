import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { constructed, DerReader, encode, octetString, oid, primitive, sequence, TAG } from '../../../certs/der.ts';
import { pictureBytesMax } from '../../../certs/ses/bounds.ts';
import { readSealFile, type SealInfo, writeSeal, writeSealInfo } from '../../../certs/ses/seal.ts';
import {
  readSesSignature,
  type SesSignature,
  withoutSesTimeStamp,
  withSesTimeStamp,
  writeSesSignature,
  writeToSign,
} from '../../../certs/ses/signature.ts';
import { vectors } from '../../fixtures/vectors.ts';
import { changed } from '../fixture.ts';

const AT = new Date('2025-06-30T08:00:00Z');
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const SM2_WITH_SM3 = '1.2.156.10197.1.501';

const INFO: SealInfo = {
  vendor: 'one-window',
  id: 'tax-1',
  type: 1,
  name: '税务局',
  signers: { kind: 'CERTIFICATES', certificates: [bytes(0x30, 0), bytes(0x30, 1, 0)] },
  createdAt: AT,
  validFrom: AT,
  validUntil: new Date('2030-06-30T08:00:00Z'),
  picture: { type: 'PNG', data: bytes(0x89, 0x50, 0x4e, 0x47), widthMm: 42, heightMm: 300 },
};

const sealOf = (info: SealInfo): Uint8Array =>
  writeSeal({
    signedBytes: writeSealInfo(info),
    maker: { der: bytes(0x30, 0) },
    algorithm: SM2_WITH_SM3,
    signature: bytes(1, 2, 3),
  });

type Tail = Partial<Pick<SesSignature, 'custom' | 'timeStamp'>>;

const signatureOf = ({ custom, timeStamp }: Tail = {}, info: SealInfo = INFO): Uint8Array => {
  const signedBytes = writeToSign(sealOf(info), {
    signedAt: AT,
    dataHash: new Uint8Array(32),
    propertyInfo: 'record.json',
    ...(custom && { custom }),
  });
  return writeSesSignature({
    signedBytes,
    certificate: { der: bytes(0x30, 0) },
    algorithm: SM2_WITH_SM3,
    signature: bytes(4, 5, 6),
    timeStamp,
  });
};

/** From what was read of it, down to the last member. */
const writtenAgain = (read: SesSignature): Uint8Array => {
  const seal = writeSeal({ ...read.seal, signedBytes: writeSealInfo(read.seal.info) });
  return writeSesSignature({ ...read, signedBytes: writeToSign(seal, read) });
};

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (fault) {
    return (fault as { readonly code?: string }).code ?? String(fault);
  }
};

describe('electronic seals and signatures of GB/T 38540, version 4', () => {
  it.each<[string, Tail, SealInfo]>([
    ['as they are', {}, INFO],
    ['with a time stamp', { timeStamp: { der: bytes(0x30, 0), offset: 0, tagging: 'EXPLICIT' } }, INFO],
    ['with a time stamp without its tag', { timeStamp: { der: bytes(0x30, 0), offset: 0, tagging: 'NONE' } }, INFO],
    [
      'with custom data in both forms of its default',
      {
        custom: {
          tagging: 'EXPLICIT',
          data: [
            { id: '2.999.1', value: bytes(1) },
            { id: '2.999.2', critical: false, value: bytes(2) },
            { id: '2.999.3', critical: true, value: bytes(3) },
          ],
        },
      },
      { ...INFO, custom: [{ id: '2.999.4', value: bytes() }] },
    ],
    ['with custom data without its tag, and none in it', { custom: { tagging: 'NONE', data: [] } }, INFO],
    [
      'with a seal that lists digests of certificates',
      {},
      { ...INFO, signers: { kind: 'DIGESTS', digests: [{ type: 'SM3', value: new Uint8Array(32) }] } },
    ],
  ])('are read as they were written, and written in the same bytes: %s', (_, tail, info) => {
    const der = signatureOf(tail, info);
    const read = readSesSignature(der);
    expect(read.seal.info).toEqual(info);
    expect(read.custom).toEqual(tail.custom);
    expect(read.timeStamp && { ...read.timeStamp, offset: 0 }).toEqual(tail.timeStamp);
    expect(writtenAgain(read)).toEqual(der);
  });

  it('take a time stamp in the place of another, and are without it what the signer made', () => {
    const bare = signatureOf();
    const first = withSesTimeStamp(bare, bytes(0x30, 1, 5));
    const second = withSesTimeStamp(first, bytes(0x30, 1, 6));
    expect(readSesSignature(second).timeStamp).toMatchObject({ der: bytes(0x30, 1, 6), tagging: 'EXPLICIT' });
    expect(withoutSesTimeStamp(second)).toEqual(bare);
  });

  it.each<[string, Uint8Array, string]>([
    ['version 5', replaced(sealOf(INFO), '02010416', '02010516'), 'SES_VERSION'],
    ['another header', replaced(sealOf(INFO), '16024553', '16024554'), 'SES_HEADER'],
    ['a third kind of list', replaced(sealOf(INFO), '02010130090402', '02010330090402'), 'SES_SIGNER_LIST'],
  ])('are refused: a seal of %s', (_, der, code) => {
    expect(codeOf(() => readSealFile(der))).toBe(code);
  });

  it.each<[string, SealInfo]>([
    ['a picture', { ...INFO, picture: { ...INFO.picture, data: new Uint8Array(pictureBytesMax + 1) } }],
    ['a name', { ...INFO, name: '税'.repeat(400) }],
    ['an id', { ...INFO, id: 'x'.repeat(1025) }],
    ['a width', { ...INFO, picture: { ...INFO.picture, widthMm: 65_536 } }],
    ['a list of signers', { ...INFO, signers: { kind: 'CERTIFICATES', certificates: Array(17).fill(bytes(0x30, 0)) } }],
    ['custom data', { ...INFO, custom: Array(17).fill({ id: '2.999.1', value: bytes() }) }],
    ['one datum', { ...INFO, custom: [{ id: '2.999.1', value: new Uint8Array(16 * 1024 + 1) }] }],
  ])('are bounded: %s that is larger', (_, info) => {
    expect(codeOf(() => readSealFile(sealOf(info)))).toBe('SES_BOUND_EXCEEDED');
  });

  it('have no third form of an optional last field: [0] IMPLICIT is refused', () => {
    const content = new DerReader(signatureOf()).content(TAG.SEQUENCE);
    expect(codeOf(() => readSesSignature(sequence(content, encode(primitive(0), bytes(0, 0x30, 0)))))).toBe(
      'DER_TAG_UNEXPECTED',
    );
    const member = sequence(oid('2.999.1'), octetString(bytes(1)));
    expect(codeOf(() => readSesSignature(sequence(content, encode(constructed(0), member))))).toBe(
      'DER_TAG_UNEXPECTED',
    );
  });

  it('end in a FormatError at every truncation and every changed byte, or are written again in the same bytes', () => {
    const der = signatureOf({ timeStamp: { der: bytes(0x30, 0), offset: 0, tagging: 'EXPLICIT' } });
    for (let at = 0; at < der.length; at++) {
      expect(codeOf(() => readSesSignature(der.subarray(0, at)))).toMatch(/^(DER|SES)_/);
      for (const bit of [0x01, 0x20, 0x80]) {
        const mutant = changed(der, at, bit);
        const code = codeOf(() => expect(writtenAgain(readSesSignature(mutant))).toEqual(Buffer.from(mutant)));
        if (code !== undefined) expect(code).toMatch(/^(DER|SES)_/);
      }
    }
  });
});

describe('the samples of ofdrw', () => {
  const samples = vectors('ses', 'github.com/ofdrw/ofdrw');
  const file = (name: string) => readFileSync(join(samples.path, name));

  samples.it(`are read and written again in the same bytes${samples.absent}`, () => {
    const signed = file('SignedValueV4.dat');
    const read = readSesSignature(signed);
    expect(Buffer.compare(writtenAgain(read), signed)).toBe(0);
    expect(Buffer.compare(read.sealDer.der, file('UserV4.esl'))).toBe(0);
    const seal = readSealFile(file('UserV4.esl'));
    expect(Buffer.compare(writeSeal({ ...seal, signedBytes: writeSealInfo(seal.info) }), file('UserV4.esl'))).toBe(0);
  });

  samples.it(`say whose seal it is, what it shows and what it was put on${samples.absent}`, () => {
    const { seal, signedAt, propertyInfo, timeStamp, certificate, algorithm } = readSesSignature(
      file('SignedValueV4.dat'),
    );
    expect(seal.info).toMatchObject({
      vendor: 'OFDR&WTest',
      id: '51f044b76510434e9bc67a1185c2fba5',
      type: 3,
      name: 'OFD R&W 测试用印章',
      createdAt: new Date('2020-04-22T02:09:00Z'),
      validUntil: new Date('2022-04-22T02:09:00Z'),
      picture: { type: 'PNG', widthMm: 40, heightMm: 40 },
    });
    expect(seal.info.signers).toEqual({ kind: 'CERTIFICATES', certificates: [certificate.der] });
    expect(Buffer.from(seal.info.picture.data.subarray(1, 4)).toString()).toBe('PNG');
    expect([signedAt.toISOString(), propertyInfo, timeStamp, algorithm]).toEqual([
      '2020-10-12T11:14:03.000Z',
      '/Doc_0/Signs/Sign_0/Signature.xml',
      undefined,
      SM2_WITH_SM3,
    ]);
  });
});

function hex(der: Uint8Array): string {
  return Buffer.from(der).toString('hex');
}

function replaced(der: Uint8Array, from: string, to: string): Uint8Array {
  const text = hex(der);
  const other = text.replace(from, to);
  if (other === text) throw new Error('nothing was replaced');
  return Buffer.from(other, 'hex');
}
