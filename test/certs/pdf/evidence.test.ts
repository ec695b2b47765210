import { afterAll, describe, expect, it } from '@jest/globals';
import { withoutTimeStamp } from '../../../certs/cms.ts';
import { type Issuer, issue } from '../../../certs/issue.ts';
import { makeKeyPem, readKey } from '../../../certs/key.ts';
import { readPdfSeal } from '../../../certs/pdf/cms.ts';
import { barePdfSealOf, pdfSealOf, sealIn, withoutPdfEvidence, withPdfEvidence } from '../../../certs/pdf/evidence.ts';
import { HoleTooSmall, holeBytesOf } from '../../../certs/pdf/hole.ts';
import { readPaper } from '../../../certs/pdf/paper.ts';
import { certificateToPem } from '../../../certs/pem.ts';
import { openSealer } from '../../../certs/seal.ts';
import { keySigner } from '../../../certs/signer.ts';
import type { SuiteId } from '../../../certs/suites.ts';
import { minimalPdf } from '../../fixtures/minimal-pdf.ts';
import { toyLog } from '../../fixtures/toy-log.ts';
import { forge, NOW } from '../fixture.ts';
import { tokenOver } from '../stamps.ts';
import { papers, partsOf } from './papers.ts';

const office = papers();
afterAll(() => office.world.remove());
const sealed = await office.seal();
const { stamped, whole } = await office.whole(sealed);
const [timeStamp, proof] = [office.token(sealed), Buffer.from('a proof')];
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('evidence in a paper', () => {
  it('is put in and taken out again, and the paper is what its department made, byte for byte', () => {
    expect([stamped, whole].map(pdf => same(withoutPdfEvidence(pdf), sealed))).toEqual([true, true]);
    expect(same(withoutPdfEvidence(sealed), sealed)).toBe(true);
    expect([sealed, stamped, whole].map(pdf => same(barePdfSealOf(pdf), pdfSealOf(sealed)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('changes nothing but the hole', () => {
    const { from, to } = readPaper(sealed).hole;
    expect(whole.length).toBe(sealed.length);
    expect(same(whole.subarray(0, from), sealed.subarray(0, from))).toBe(true);
    expect(same(whole.subarray(to), sealed.subarray(to))).toBe(true);
  });

  it('gives the same bytes in whatever order it comes, and however often', () => {
    const once = withPdfEvidence(sealed, { timeStamp, proof });
    const inTurns = withPdfEvidence(withPdfEvidence(sealed, { proof }), { timeStamp });
    const again = withPdfEvidence(withPdfEvidence(once, { timeStamp }), { proof });
    expect([inTurns, again, withPdfEvidence(once, {})].map(pdf => same(pdf, once))).toEqual([true, true, true]);
  });

  it('takes the place of what was there', () => {
    const other = withPdfEvidence(whole, { proof: Buffer.from('another') });
    const { proof: read } = readPdfSeal(sealIn(readPaper(other)));
    expect(Buffer.from(read!.der).toString()).toBe('another');
    expect(same(pdfSealOf(other), pdfSealOf(whole))).toBe(true);
  });

  it('stands in the log without its log proof, with its time stamp', () => {
    expect(same(pdfSealOf(whole), sealIn(readPaper(stamped)))).toBe(true);
    expect(same(withoutTimeStamp(pdfSealOf(whole)), barePdfSealOf(whole))).toBe(true);
  });

  it('is found where it stands', () => {
    const der = sealIn(readPaper(whole));
    const read = readPdfSeal(der);
    for (const part of [read.timeStamp!, read.proof!])
      expect(same(der.subarray(part.offset, part.offset + part.der.length), part.der)).toBe(true);
  });

  it('that is longer than the hole is refused with both lengths', () => {
    const long = () => withPdfEvidence(stamped, { proof: new Uint8Array(5_000) });
    expect(long).toThrow(HoleTooSmall);
    expect(long).toThrow(/^the seal and its evidence have \d{4} bytes, the hole of the PDF has room for 7056$/);
  });

  it('is not put into what is no paper of ours, or has no seal', () => {
    const drawn = minimalPdf(partsOf()).bytes;
    expect(() => withPdfEvidence(drawn, { proof })).toThrow(expect.objectContaining({ name: 'PdfFault' }));
    expect(() => pdfSealOf(drawn)).toThrow(/PDF_NOT_SEALED/);
    expect(() => withPdfEvidence(Buffer.from('%PDF-1.7'), { proof })).toThrow(/PDF_HEADER/);
  });
});

describe('a hole', () => {
  it('is as long as a usual holder needs it, and that of a sealer as its own certificates need it', () => {
    expect([holeBytesOf('ES256'), holeBytesOf('SM2SM3'), holeBytesOf('RSA3072')]).toEqual([14_114, 14_114, 16_834]);
    const { holeBytes } = office.world.party('tax').sealer;
    expect(holeBytes).toBeGreaterThan(13_000);
    expect(holeBytes).toBeLessThan(holeBytesOf('ES256'));
  });

  /** The longest names that certificates of ours have, of this suite all the way up, and a log of a million entries. */
  it.each<[SuiteId, SuiteId]>([
    ['ES256', 'ES256'],
    ['ES256', 'RSA3072'],
    ['RSA3072', 'RSA3072'],
    ['SM2SM3', 'SM2SM3'],
  ])(
    'of %s has room for the longest seal, with a time stamp of %s and a proof with four witnesses',
    async (suite, by) => {
      const organization = '局'.repeat(64);
      const names = { organization, unit: 'tax', commonName: '章'.repeat(64) };
      const key = (of: SuiteId) => readKey(makeKeyPem(of), 'a test');
      const own = key(suite);
      const authority = (profile: 'ROOT' | 'SEAL_AUTHORITY', name: string, above?: Issuer) =>
        forge({ profile, subject: { organization, commonName: name.repeat(64) }, key: key(by) }, above);
      const ca = authority('SEAL_AUTHORITY', '机', authority('ROOT', '根'));
      const dates = { notBefore: NOW, notAfter: new Date(NOW.getTime() + 1e10) };
      const certificate = issue({ profile: 'SEAL', subject: names, key: own, ...dates }, ca);
      const tsa = forge({ profile: 'TIME_STAMP', subject: names, key: key(by) }, ca);
      const chainPem = [certificate, ca.certificate].map(({ der }) => certificateToPem(der)).join('');
      const sealer = openSealer({ signer: keySigner(own), chainPem });
      const pdf = await sealer.sealPdf(minimalPdf(partsOf({ organization, holeBytes: sealer.holeBytes })));
      const token = tokenOver(barePdfSealOf(pdf), { ...tsa, authority: ca.certificate }, { at: NOW });
      const origin = `log.${'x'.repeat(60)}/0123456789abcdef`;
      const witnesses = Array.from({ length: 4 }, (_, i) => `${i}.${'x'.repeat(40)}/witness`);
      const log = toyLog([pdf, sealed], { origin, witnesses });
      const path = `${'A'.repeat(43)}=\n`.repeat(20);
      const text = Buffer.from(await log.proof(0))
        .toString()
        .replace('\n\n', `\n${path}\n`);
      const all = withPdfEvidence(pdf, { timeStamp: token, proof: Buffer.from(text) });
      expect(sealIn(readPaper(all)).length).toBeLessThan((sealer.holeBytes - 2) / 2);
    },
  );
});
