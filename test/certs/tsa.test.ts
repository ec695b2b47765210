import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeSigningCertificate } from '../../certs/attributes.ts';
import { octetString, sequence } from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';
import type { Issuer } from '../../certs/issue.ts';
import { makeKeyPem, readKey } from '../../certs/key.ts';
import { certificateToPem } from '../../certs/pem.ts';
import { signerConstants, withUnsigned } from '../../certs/signed-data.ts';
import { keySigner } from '../../certs/signer.ts';
import { bySuite, SUITES, type SuiteId } from '../../certs/suites.ts';
import {
  readTimeStampResponse,
  readTimeStampToken,
  type TimeStampRequest,
  type TimeStampResponse,
  TOKEN,
  writeTimeStampRequest,
  writeTimeStampToken,
  writeTokenAttributes,
  writeTstInfo,
} from '../../certs/time-stamp.ts';
import { openTimeStampAuthority, type TimeStampAuthority } from '../../certs/tsa.ts';
import { digest, forge, hasOpenssl, NOW, world } from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const POLICY = '2.999.3161.1';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const SUITE_IDS = Object.keys(SUITES) as SuiteId[];

interface Party extends Issuer {
  readonly chainPem: string;
  readonly authority: TimeStampAuthority;
}

function party(suite: SuiteId): Party {
  const key = readKey(makeKeyPem(suite), 'the authority');
  const subject = { organization: '授时中心', commonName: 'Time Stamps' };
  const { certificate } = forge({ profile: 'TIME_STAMP', subject, key }, w.sealAuthority);
  const chainPem = [certificate, w.sealAuthority.certificate].map(({ der }) => certificateToPem(der)).join('');
  const authority = openTimeStampAuthority({ signer: keySigner(key), chainPem, policy: POLICY });
  return { certificate, key, chainPem, authority };
}

const parties = bySuite(({ id }) => party(id));
const { ES256: tsa } = parties;

const IMPRINT = { sha256: digest(Buffer.from('signature')), hasNull: false };
const ask = async (asked: Partial<TimeStampRequest> = {}, at = NOW, of = tsa): Promise<TimeStampResponse> =>
  readTimeStampResponse(
    await of.authority.answer(writeTimeStampRequest({ imprint: IMPRINT, certReq: true, ...asked }), at),
  );
async function tokenOf(...args: Parameters<typeof ask>): Promise<Uint8Array> {
  const response = await ask(...args);
  if (!response.granted) throw new Error(response.failure);
  return response.token;
}

describe.each(SUITE_IDS)('a time stamp of the suite %s', suite => {
  it('says what was asked, under which policy, when, and who says so', async () => {
    const nonce = Uint8Array.of(0x84, 1, 2);
    const token = readTimeStampToken(await tokenOf({ nonce }, NOW, parties[suite]));
    const { certificate } = parties[suite];
    expect(token).toMatchObject({ suite, info: { policy: POLICY, genTime: NOW } });
    expect(hex(token.info.imprint.sha256)).toBe(hex(IMPRINT.sha256));
    expect(token.info.nonce && hex(token.info.nonce)).toBe(hex(nonce));
    expect(hex(token.attributes.messageDigest)).toBe(hex(SUITES[suite].digest(token.content.der)));
    expect(hex(token.attributes.certificateHash)).toBe(hex(SUITES[suite].digest(certificate.der)));
    expect(parties[suite].authority.certificateSha256).toBe(hex(digest(certificate.der)));
    expect(hex(token.issuerDer)).toBe(hex(certificate.issuerDer));
    expect(hex(token.serial)).toBe(hex(certificate.serial));
    expect(SUITES[suite].signatureFault(token.signature)).toBeUndefined();
    expect(token.certificates.map(({ der }) => hex(der)).sort()).toEqual(
      [certificate, w.sealAuthority.certificate].map(({ der }) => hex(der)).sort(),
    );
  });
});

describe('a time-stamp authority', () => {
  it('sends its certificates only to those who ask for them', async () => {
    expect(readTimeStampToken(await tokenOf({ certReq: false })).certificates).toEqual([]);
  });

  it('gives each time stamp a number of its own', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => tokenOf()));
    const serials = tokens.map(token => hex(readTimeStampToken(token).info.serial));
    expect(new Set(serials).size).toBe(50);
  });

  it('repeats no nonce where there was none, and the form of the question’s algorithm', async () => {
    const { info } = readTimeStampToken(await tokenOf({ imprint: { ...IMPRINT, hasNull: true } }));
    expect(info.nonce).toBeUndefined();
    expect(info.imprint.hasNull).toBe(true);
  });

  it('refuses another policy than its own, and takes its own by name', async () => {
    expect(await ask({ policy: '1.2.3' })).toMatchObject({ granted: false, failure: 'unacceptedPolicy' });
    expect(await ask({ policy: POLICY })).toMatchObject({ granted: true });
  });

  it('refuses to stamp while its own certificate is not valid', async () => {
    for (const at of ['2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z'])
      expect(await ask({}, new Date(at))).toMatchObject({ granted: false, failure: 'timeNotAvailable' });
  });

  it('answers noise with a refusal', async () => {
    const noise = [new Uint8Array(), Buffer.from('3000', 'hex'), Buffer.from('GET / HTTP/1.1')];
    for (const bytes of noise) {
      const response = readTimeStampResponse(await tsa.authority.answer(bytes, NOW));
      expect(response).toMatchObject({ granted: false, failure: 'badDataFormat' });
    }
  });

  it.each<[string, () => unknown, string]>([
    [
      'another key',
      () =>
        openTimeStampAuthority({
          signer: keySigner(readKey(makeKeyPem(), 'x')),
          chainPem: tsa.chainPem,
          policy: POLICY,
        }),
      'the private key is not the one in the certificate of the time-stamp authority',
    ],
    [
      'the certificate of a seal',
      () => {
        const chainPem = w.text('tax/keys/seal-chain.pem');
        return openTimeStampAuthority({ signer: keySigner(w.party('tax').key), chainPem, policy: POLICY });
      },
      'the chain of a time-stamp authority is its certificate and its issuer’s, in this order',
    ],
  ])('is not opened with %s', (_, open, sentence) => expect(open).toThrow(new Error(sentence)));
});

describe('a token', () => {
  const info = { policy: POLICY, imprint: IMPRINT, serial: Uint8Array.of(7), genTime: NOW };
  /** Around whatever stands for a TSTInfo. */
  function tokenAround(content: Uint8Array, certificates: readonly Uint8Array[] = []): Uint8Array {
    const { certificate } = tsa;
    const signingCertificate = writeSigningCertificate('ES256', digest(certificate.der));
    const attributes = writeTokenAttributes('ES256', digest(content), NOW, signingCertificate);
    const constants = signerConstants('ES256', certificates, certificate.issuerDer, certificate.serial);
    return writeTimeStampToken(constants, content, attributes, new Uint8Array(70));
  }
  const code = (der: Uint8Array): string => {
    try {
      readTimeStampToken(der);
    } catch (fault) {
      if (fault instanceof FormatError) return fault.code;
      throw fault;
    }
    return 'accepted';
  };
  /** The TSTInfo with something put after its last element. */
  const longer = (...more: Uint8Array[]): Uint8Array => {
    const der = writeTstInfo(info);
    return sequence(der.subarray(2), ...more);
  };

  it.each<[string, Uint8Array, string]>([
    ['is read when it is of our form', tokenAround(writeTstInfo(info)), 'accepted'],
    ['is refused with an accuracy', tokenAround(longer(sequence())), 'TIME_STAMP_ELEMENT_UNKNOWN'],
    [
      'is refused with a byte after the TSTInfo',
      tokenAround(Buffer.concat([writeTstInfo(info), Buffer.of(5)])),
      'DER_TRAILING_BYTES',
    ],
    ['is refused without a TSTInfo', tokenAround(new Uint8Array()), 'DER_TRUNCATED'],
    [
      'is refused of another digest',
      tokenAround(writeTstInfo({ ...info, imprint: { ...IMPRINT, sha256: new Uint8Array(20) } })),
      'TIME_STAMP_IMPRINT_UNKNOWN',
    ],
    [
      'is refused with a serial number of 21 bytes',
      tokenAround(writeTstInfo({ ...info, serial: new Uint8Array(21).fill(1) })),
      'DER_INTEGER',
    ],
    [
      'is refused with four certificates',
      tokenAround(
        writeTstInfo(info),
        [1, 2, 3, 4].map(n => sequence(octetString(Uint8Array.of(n)))),
      ),
      'TIME_STAMP_CERTIFICATE_COUNT',
    ],
    [
      'is refused with an unsigned attribute',
      withUnsigned(tokenAround(writeTstInfo(info)), Buffer.from('a100', 'hex'), TOKEN),
      'TIME_STAMP_UNSIGNED_ATTRIBUTE',
    ],
    ['is no seal', w.party('tax').seal(Buffer.from('{}'), NOW), 'TIME_STAMP_VERSION'],
  ])('%s', (_, der, expected) => expect(code(der)).toBe(expected));

  it('of any bytes is read or refused, and what is read is written again in the same bytes', async () => {
    const good = await tokenOf({ nonce: Uint8Array.of(9, 9) });
    const again = (der: Uint8Array): void => {
      if (code(der) !== 'accepted') return;
      const {
        suite,
        certificates,
        issuerDer,
        serial,
        content,
        signedBytes,
        signature,
        info: read,
      } = readTimeStampToken(der);
      const constants = signerConstants(
        suite,
        certificates.map(one => one.der),
        issuerDer,
        serial,
      );
      expect(hex(writeTimeStampToken(constants, content.der, signedBytes, signature))).toBe(hex(der));
      expect(hex(writeTstInfo(read))).toBe(hex(content.der));
    };
    again(good);
    for (let at = 0; at < good.length; at++)
      for (const mask of [1, 0x20, 0x80]) {
        const mutant = new Uint8Array(good);
        mutant[at]! ^= mask;
        again(mutant);
      }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), again));
  });
});

const realOpenssl = hasOpenssl ? describe : describe.skip;
realOpenssl('openssl ts', () => {
  const dir = mkdtempSync(join(tmpdir(), 'one-window-ts-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('openssl', ['ts', ...args], { cwd: dir, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };
  const at = String(Math.floor(NOW.getTime() / 1000));
  writeFileSync(join(dir, 'root.pem'), w.text('trust/root.pem'));
  writeFileSync(join(dir, 'data'), 'a signature');
  writeFileSync(join(dir, 'other'), 'another');
  const chains = Object.fromEntries(SUITE_IDS.map(id => [id, parties[id].chainPem]));

  async function answered(suite: SuiteId, ...args: string[]): Promise<{ status: number | null; output: string }> {
    run('-query', '-data', 'data', '-sha256', '-out', 'query.tsq', ...args);
    const response = await parties[suite].authority.answer(readFileSync(join(dir, 'query.tsq')), NOW);
    writeFileSync(join(dir, 'reply.tsr'), response);
    writeFileSync(join(dir, 'chain.pem'), chains[suite] as string);
    return run(
      '-verify',
      '-in',
      'reply.tsr',
      '-queryfile',
      'query.tsq',
      '-CAfile',
      'root.pem',
      '-untrusted',
      'chain.pem',
      '-attime',
      at,
    );
  }

  /** It verifies SM2 with an empty id, which is another signature: of SM2SM3 only what it reads is asked. */
  const verified = SUITE_IDS.filter(suite => suite !== 'SM2SM3');

  it('reads our SM2SM3 answer', async () => {
    expect((await answered('SM2SM3', '-cert')).output).toContain('signature failure');
    expect(run('-reply', '-in', 'reply.tsr', '-text').output).toContain('Time stamp: Jun 30 08:00:00.25 2025 GMT');
  });

  it.each(
    verified.flatMap(suite =>
      [['-cert'], ['-no_nonce'], ['-cert', '-no_nonce'], ['-tspolicy', POLICY, '-cert'], []].map(
        args => [suite, args] as const,
      ),
    ),
  )('accepts our %s answer to its own query %j', async (suite, args) => {
    expect(await answered(suite, ...args)).toMatchObject({
      status: 0,
      output: expect.stringContaining('Verification: OK'),
    });
    const text = run('-reply', '-in', 'reply.tsr', '-text').output;
    expect(text).toContain(`Policy OID: ${POLICY}`);
    expect(text).toContain('Time stamp: Jun 30 08:00:00.25 2025 GMT');
  });

  it('refuses it for other data, and with another root', async () => {
    await answered('ES256', '-cert');
    const verify = ['-verify', '-in', 'reply.tsr', '-untrusted', 'chain.pem', '-attime', at];
    expect(run(...verify, '-data', 'other', '-CAfile', 'root.pem').output).toContain('message imprint mismatch');
    writeFileSync(join(dir, 'stranger.pem'), w.text('trust/transport.pem'));
    expect(run(...verify, '-data', 'data', '-CAfile', 'stranger.pem').status).not.toBe(0);
  });

  it('reads our question, and why it was refused', async () => {
    const query = writeTimeStampRequest({
      imprint: IMPRINT,
      policy: '1.2.3',
      nonce: Uint8Array.of(200, 1),
      certReq: true,
    });
    writeFileSync(join(dir, 'ours.tsq'), query);
    const text = run('-query', '-in', 'ours.tsq', '-text').output;
    for (const line of ['Hash Algorithm: sha256', 'Policy OID: 1.2.3', 'Nonce: 0xC801', 'Certificate required: yes'])
      expect(text).toContain(line);
    writeFileSync(join(dir, 'refused.tsr'), await tsa.authority.answer(query, NOW));
    expect(run('-reply', '-in', 'refused.tsr', '-text').output).toMatch(
      /Rejected[\s\S]*another policy[\s\S]*TSA policy is not supported/,
    );
  });

  it('asks by SHA-512 in vain', async () => {
    run('-query', '-data', 'data', '-sha512', '-out', 'sha512.tsq');
    const response = await tsa.authority.answer(readFileSync(join(dir, 'sha512.tsq')), NOW);
    expect(readTimeStampResponse(response)).toMatchObject({ granted: false, failure: 'badAlg' });
  });
});
