/** Where a corpus is made: departments with keys, a clock, a log with a witness, and strangers of the same names. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { writeSigningCertificate } from '../../certs/attributes.ts';
import { signatureOf, withTimeStamp } from '../../certs/cms.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { readNote } from '../../certs/log/note.ts';
import { readProof } from '../../certs/log/proof.ts';
import { type Cosigner, cosigner } from '../../certs/log/sign.ts';
import { pdfSealOf, withPdfEvidence } from '../../certs/pdf/evidence.ts';
import type { DrawnPdf } from '../../certs/pdf/hole.ts';
import { openSealer } from '../../certs/seal.ts';
import { signerConstants } from '../../certs/signed-data.ts';
import type { Signer } from '../../certs/signer.ts';
import { SUITES } from '../../certs/suites.ts';
import { writeTimeStampToken, writeTokenAttributes, writeTstInfo } from '../../certs/time-stamp.ts';
import { openPress, type Press } from '../../papers/press.ts';
import type { Random } from '../generate/random.ts';
import { type Certified, type Hierarchy, type HolderId, hierarchyOf, pemOf } from '../mutants/hierarchy.ts';
import { type SeededKey, seededEd25519 } from '../mutants/keys.ts';
import { openLog } from '../mutants/log.ts';
import { sha256 } from '../mutants/signed-data.ts';
import { makeWorld, type World } from '../mutants/world.ts';
import type { TrustFolder } from './files.ts';
import { SEALED, STAMPED } from './times.ts';

export const POLICY = '2.999.3161.1';
export const ORIGIN = 'one-window.internal/log/0123456789abcdef';
export const WITNESS = 'tax.one-window.internal/witness';

export interface Stamp {
  readonly at: Date;
  readonly by: Certified;
}

export interface Sealing {
  readonly record: Uint8Array;
  readonly by: Certified;
  readonly at?: Date;
  /** Null: none. By default the clock's, of ES256, a second later. */
  readonly stamp?: Partial<Stamp> | null;
  /** Whose certificate goes along, above the signer's. */
  readonly above?: Certified;
}

export interface PdfSealing extends Pick<Sealing, 'by' | 'stamp'> {
  readonly drawn: DrawnPdf;
}

/** Its press is to be closed. */
export interface Yard {
  readonly seed: number;
  readonly honest: Hierarchy;
  /** Of the same names, with other keys. */
  readonly strange: Hierarchy;
  readonly logKey: KeyObject;
  readonly witness: Cosigner;
  /** What departments draw with. */
  readonly press: Press;
  /** What mutants are made of. */
  readonly mutants: World;
  /** Trust folders that were made, by their names. */
  readonly trusts: Map<string, TrustFolder>;
  seal(sealing: Sealing): Promise<Uint8Array>;
  /** The paper with its seal and time stamp in the hole. */
  sealPdf(sealing: PdfSealing): Promise<Uint8Array>;
  /** A proof of the seal among others of a tree, with the witness's signature or without. */
  prove(holder: string, seal: Uint8Array, random: Random, log?: { origin?: string; key?: KeyObject }): Uint8Array;
}

export async function openYard(seed: number): Promise<Yard> {
  const [honest, strange] = [hierarchyOf(seed, 'honest'), hierarchyOf(seed, 'strange')];
  const logKey = seededEd25519(seed, 'log');
  const witness = cosigner(WITNESS, seededEd25519(seed, 'witness'));
  return {
    seed,
    honest,
    strange,
    logKey,
    witness,
    press: await openPress({ fallbackFonts: [] }),
    mutants: await makeWorld(seed),
    trusts: new Map(),
    seal: sealing => sealOf(sealing, honest),
    sealPdf: sealing => sealPdfOf(sealing, honest),
    prove(holder, seal, random, { origin = ORIGIN, key = logKey } = {}) {
      const others = Array.from({ length: random.below(12) }, (_, i) => entryOf('seal', sha256(Buffer.of(i))));
      const place = random.below(others.length + 1);
      const proof = openLog(origin, key).prove(others.toSpliced(place, 0, entryOf(holder, seal)))[place]!;
      return random.chance(50) ? cosigned(proof, witness) : proof;
    },
  };
}

function cosigned(proof: Uint8Array, witness: Cosigner): Uint8Array {
  const { text } = readNote(readProof(proof).note);
  return Buffer.concat([proof, Buffer.from(witness.line(text, STAMPED))]);
}

async function sealOf({ record, by, at = SEALED, stamp = {}, above }: Sealing, hierarchy: Hierarchy) {
  const { sealAuthority, timeStamps } = hierarchy;
  const chainPem = pemOf(by, above ?? sealAuthority);
  const seal = await openSealer({ signer: signerOf(by.key), chainPem }).seal(record, at);
  if (!stamp) return seal;
  const { at: stampedAt = STAMPED, by: clock = timeStamps.ES256 } = stamp;
  return withTimeStamp(
    seal,
    tokenOver(signatureOf(seal), { at: stampedAt, by: clock }, [clock, above ?? sealAuthority]),
  );
}

async function sealPdfOf({ drawn, by, stamp = {} }: PdfSealing, { sealAuthority, timeStamps }: Hierarchy) {
  const sealed = await openSealer({ signer: signerOf(by.key), chainPem: pemOf(by, sealAuthority) }).sealPdf(drawn);
  if (!stamp) return sealed;
  const { at = STAMPED, by: clock = timeStamps.ES256 } = stamp;
  const timeStamp = tokenOver(signatureOf(pdfSealOf(sealed)), { at, by: clock }, [clock, sealAuthority]);
  return withPdfEvidence(sealed, { timeStamp });
}

/**
 * By hand, because no honest authority stamps outside its validity.
 *
 * @param chain What comes along.
 */
export function tokenOver(signature: Uint8Array, { at, by }: Stamp, chain: readonly Certified[]): Uint8Array {
  const { key, certificate } = by;
  const imprint = { sha256: sha256(signature), hasNull: false };
  const serial = sha256(Buffer.concat([signature, Buffer.from(at.toISOString())])).subarray(0, 15);
  const info = writeTstInfo({ policy: POLICY, imprint, serial, genTime: at });
  const suite = SUITES[key.suite];
  const signing = writeSigningCertificate(key.suite, suite.digest(certificate.der));
  const attributes = writeTokenAttributes(key.suite, suite.digest(info), at, signing);
  const ders = chain.map(one => one.certificate.der);
  const constants = signerConstants(key.suite, ders, certificate.issuerDer, certificate.serial);
  return writeTimeStampToken(constants, info, attributes, key.sign(attributes));
}

export const signerOf = (key: SeededKey): Signer => ({
  suite: key.suite,
  spki: key.spki,
  sign: async bytes => key.sign(bytes),
  close: async () => undefined,
});

/** Base64 of the 32 bytes, as trust lists have keys. */
export const rawKeyOf = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

/** The departments that seal papers of their own, of one suite each. */
export const DEPARTMENTS = ['business', 'tax', 'seal'] as const satisfies readonly HolderId[];
export const KINDS: Readonly<Record<(typeof DEPARTMENTS)[number], string>> = {
  business: 'BUSINESS_LICENSE',
  tax: 'NATIONAL_TAX',
  seal: 'SEAL_FILING',
};
