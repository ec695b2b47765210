/** How signatures in the national form are forged: by whoever has the signer's key, the maker's, another's, or none. */
import { constructed, DerReader, element, encode, octetString, primitive, sequence, TAG } from '../../certs/der.ts';
import { OID } from '../../certs/oid.ts';
import type { SealInfo } from '../../certs/ses/seal.ts';
import {
  readSesSignature,
  sesSignatureValueOf,
  withSesTimeStamp,
  writeSesSignature,
} from '../../certs/ses/signature.ts';
import { SUITES } from '../../certs/suites.ts';
import type { Random } from '../generate/random.ts';
import type { Material } from './material.ts';
import { asBytes, asNumber, SM2_ORDER, writePair } from './numbers.ts';
import { Places } from './original.ts';
import { RAW_EDITS } from './raw-edits.ts';
import { type SesOriginal, type SesParts, sealFrom, sesFrom } from './ses.ts';
import { membersOf, parse, placesIn } from './tree.ts';
import { TREE_EDITS } from './tree-edits.ts';

export interface SesEdit {
  readonly kind: string;
  /** Undefined where there is nothing to be changed in this way. */
  edit(original: SesOriginal, random: Random, around: SesAround): Uint8Array | undefined;
}

export interface SesAround {
  readonly others: readonly SesOriginal[];
  readonly material: Material;
}

/** Signed and stamped by those who would do it for whoever asks. */
const signedAnew = (original: SesOriginal, parts: Partial<SesParts>): Uint8Array =>
  sesFrom({ ...original.parts, ...parts }, original);

/** The seal is changed and its maker has not signed again; the signer has. */
const sealChanged = (original: SesOriginal, info: Partial<SealInfo>): Uint8Array =>
  signedAnew(original, {
    info: { ...original.parts.info, ...info },
    makerSignature: readSesSignature(original.ses.der).seal.signature,
  });

/** All have signed: nothing but what our seals are like speaks against it. */
const sealMade = (original: SesOriginal, info: Partial<SealInfo>): Uint8Array =>
  signedAnew(original, { info: { ...original.parts.info, ...info } });

const dayMs = 86_400_000;
const later = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMs);

const INFOS: readonly ((info: SealInfo, random: Random) => Partial<SealInfo>)[] = [
  ({ picture }, random) => ({
    picture: { ...picture, data: Buffer.concat([picture.data, Uint8Array.of(random.below(256))]) },
  }),
  ({ picture }) => ({ picture: { ...picture, widthMm: picture.widthMm + 1 } }),
  ({ picture }) => ({ picture: { ...picture, type: 'GIF' } }),
  ({ validUntil }, random) => ({ validUntil: later(validUntil, random.between(1, 3_000)) }),
  ({ validFrom }, random) => ({ validFrom: later(validFrom, -random.between(1, 3_000)) }),
  ({ createdAt }) => ({ createdAt: later(createdAt, 1) }),
  ({ name }) => ({ name: `${name}\u200b` }),
  ({ type }) => ({ type: type + 1 }),
  () => ({ id: 'fedcba9876543210' }),
  () => ({ vendor: 'two-windows' }),
];

/** r and s in other forms and of other values. */
const FORMS: readonly ((r: bigint, s: bigint) => Uint8Array)[] = [
  (r, s) => Buffer.concat([asBytes(r, 32), asBytes(s, 32)]),
  (r, s) => writePair(r, SM2_ORDER - s),
  (r, s) => writePair(r, s + SM2_ORDER),
  (r, s) => writePair(r + SM2_ORDER, s),
  (r, s) => writePair(s, r),
  r => writePair(r, 0n),
  () => writePair(0n, 0n),
  (r, s) => Buffer.concat([writePair(r, s), Uint8Array.of(0)]),
  (r, s) => sequence(padded(r), padded(s)),
];
/** With a zero byte in front that nothing asks for. */
const padded = (value: bigint): Uint8Array => encode(TAG.INTEGER, Uint8Array.of(0, 0), asBytes(value, 32));

function inAnotherForm(signature: Uint8Array, random: Random): Uint8Array {
  const [r, s] = membersOf(parse(signature)).map(({ inside }) => asNumber(inside as Uint8Array)) as [bigint, bigint];
  return random.pick(FORMS)(r, s);
}

/** What stands before the time stamp, and the time stamp's token. */
function taken(der: Uint8Array): {
  readonly before: Uint8Array;
  readonly token: Uint8Array;
  readonly field: Uint8Array;
} {
  const reader = new DerReader(der).sequence();
  const from = reader.offset;
  for (const tag of [TAG.SEQUENCE, TAG.OCTET_STRING, TAG.OID, TAG.BIT_STRING]) reader.raw(tag);
  const before = der.subarray(from, reader.offset);
  const field = reader.raw(constructed(0));
  return { before, field, token: readSesSignature(der).timeStamp!.der };
}

/** The time stamp in forms that are not ours, and things beside it. */
const LASTS: readonly ((token: Uint8Array, field: Uint8Array) => readonly Uint8Array[])[] = [
  token => [encode(TAG.BIT_STRING, Uint8Array.of(0), token)],
  token => [encode(primitive(0), Uint8Array.of(0), token)],
  token => [encode(constructed(0), token)],
  token => [encode(constructed(0), octetString(token))],
  token => [encode(constructed(1), element(TAG.BIT_STRING, Uint8Array.of(0), token))],
  (_, field) => [field, field],
  (_, field) => [field, octetString(Uint8Array.of(1))],
  (token, field) => [field, encode(TAG.BIT_STRING, Uint8Array.of(0), token)],
  token => [encode(constructed(0), element(TAG.BIT_STRING, Uint8Array.of(1), token))],
];

export const SES_EDITS: readonly SesEdit[] = [
  {
    kind: 'electronic seal exchanged',
    edit(original, _, { others: [other] }) {
      if (!other) return undefined;
      const { ses, parts } = original;
      const read = readSesSignature(ses.der);
      const { signedBytes } = readSesSignature(sesFrom({ ...parts, seal: other.seal }, original));
      return writeSesSignature({ ...read, signedBytes });
    },
  },
  {
    kind: 'electronic seal of another, signed anew',
    edit: (original, random) => {
      const signer = random.pick(original.impostors);
      const { organization } = signer.certificate.subject;
      const signers = { kind: 'CERTIFICATES', certificates: [signer.certificate.der] } as const;
      const info = { ...original.parts.info, signers, ...(random.chance(50) && { name: organization }) };
      return signedAnew(original, { seal: sealFrom({ ...original.parts, info }) });
    },
  },
  {
    kind: 'electronic seal changed, signed anew',
    edit: (original, random) => sealChanged(original, random.pick(INFOS)(original.parts.info, random)),
  },
  {
    kind: 'electronic seal edited, signed anew',
    edit(original, random, { material }) {
      const tree = parse(original.seal);
      const seal = random.pick(TREE_EDITS).edit(tree, new Places([...placesIn(tree)]), random, material);
      return seal && signedAnew(original, { seal });
    },
  },
  {
    kind: 'electronic seal made by another',
    edit: (original, random) => signedAnew(original, { maker: random.pick(original.impostors) }),
  },
  {
    kind: 'electronic seal of another kind',
    edit: (original, random) => sealMade(original, random.pick(KINDS)(original, random)),
  },
  {
    kind: 'sealed by another',
    edit(original, random) {
      const signer = random.pick(original.impostors);
      const { info } = original.parts;
      const signers = { kind: 'CERTIFICATES', certificates: [signer.certificate.der] } as const;
      return signedAnew(original, { signer, ...(random.chance(50) && { info: { ...info, signers } }) });
    },
  },
  {
    kind: 'over something else',
    edit: (original, random) =>
      signedAnew(original, { toSign: { ...original.parts.toSign, ...random.pick(OTHERS)(original, random) } }),
  },
  {
    kind: 'another algorithm',
    edit: (original, random) =>
      signedAnew(original, { algorithm: random.pick([OID.ecdsaWithSha256, OID.sm2Signature, OID.sm3, OID.sm2]) }),
  },
  {
    kind: 'signature in another form',
    edit: (original, random) =>
      sesFrom(original.parts, original, bytes => inAnotherForm(original.parts.signer.key.sign(bytes), random)),
  },
  {
    kind: "maker's signature in another form",
    edit(original, random) {
      const makerSignature = inAnotherForm(readSesSignature(original.ses.der).seal.signature, random);
      return signedAnew(original, { makerSignature });
    },
  },
  {
    kind: 'time stamp swapped',
    edit({ ses }, random, { others }) {
      const other = others.length > 0 ? random.pick(others) : undefined;
      return other && withSesTimeStamp(ses.der, readSesSignature(other.ses.der).timeStamp!.der);
    },
  },
  {
    kind: 'stamped by another',
    edit: ({ ses, strangeToken }) => withSesTimeStamp(ses.der, strangeToken(sesSignatureValueOf(ses.der))),
  },
  {
    kind: 'optional field retagged',
    edit({ ses }, random) {
      const { before, token, field } = taken(ses.der);
      return sequence(before, ...random.pick(LASTS)(token, field));
    },
  },
];

/** Made by the maker, and not what our seals are like. */
const KINDS: readonly ((original: SesOriginal, random: Random) => Partial<SealInfo>)[] = [
  ({ parts: { signer } }) => ({
    signers: { kind: 'DIGESTS', digests: [{ type: 'SM3', value: SUITES.SM2SM3.digest(signer.certificate.der) }] },
  }),
  ({ parts: { signer }, impostors }, random) => ({
    signers: {
      kind: 'CERTIFICATES',
      certificates: random.shuffled([signer.certificate.der, random.pick(impostors).certificate.der]),
    },
  }),
  () => ({ signers: { kind: 'CERTIFICATES', certificates: [] } }),
  ({ parts: { info } }) => ({ picture: { ...info.picture, data: new Uint8Array(8) } }),
  ({ parts: { info } }) => ({ picture: { ...info.picture, type: 'png' } }),
  ({ parts: { info } }) => ({ name: `${info.name} ` }),
  ({ parts: { info } }) => ({ name: info.name.slice(1) }),
  () => ({ custom: [] }),
  () => ({ custom: [{ id: '2.999.1', critical: true, value: Uint8Array.of(1) }] }),
  ({ parts: { toSign } }) => ({ validUntil: later(toSign.signedAt, -0.001) }),
  ({ parts: { toSign } }) => ({ validFrom: later(toSign.signedAt, 0.001) }),
  ({ parts: { toSign } }) => ({ createdAt: later(toSign.signedAt, 0.01) }),
  ({ parts: { maker } }) => ({ createdAt: later(maker.certificate.notBefore, -1) }),
  ({ parts: { info } }) => ({ validFrom: info.validUntil, validUntil: info.validFrom }),
];

const OTHERS: readonly ((original: SesOriginal, random: Random) => Partial<SesParts['toSign']>)[] = [
  ({ record }) => ({ dataHash: SUITES.SM2SM3.digest(Buffer.concat([record, Uint8Array.of(10)])) }),
  ({ record }) => ({ dataHash: SUITES.ES256.digest(record) }),
  ({ record }) => ({ dataHash: SUITES.SM2SM3.digest(record).subarray(0, 31) }),
  ({ parts: { toSign } }) => ({ dataHash: Buffer.concat([toSign.dataHash, Uint8Array.of(0)]) }),
  () => ({ dataHash: new Uint8Array() }),
  (_, random) => ({ propertyInfo: random.pick(['Record.json', 'record.json ', '/record.json', '', 'record.json\0']) }),
  (_, random) => ({ custom: { data: [], tagging: random.pick(['EXPLICIT', 'NONE']) } }),
  (_, random) => ({
    custom: {
      data: [{ id: '2.999.1', ...(random.chance(50) && { critical: random.chance(50) }), value: Uint8Array.of(1) }],
      tagging: random.pick(['EXPLICIT', 'NONE']),
    },
  }),
  ({ parts: { signer } }) => ({ signedAt: later(signer.certificate.notAfter, 1) }),
  ({ parts: { signer } }) => ({ signedAt: later(signer.certificate.notBefore, -1) }),
  ({ parts: { toSign } }) => ({ signedAt: later(toSign.signedAt, 1) }),
];

const GENERAL: readonly SesEdit[] = [
  ...TREE_EDITS.map(
    ({ kind, edit }): SesEdit => ({
      kind,
      edit: ({ ses: { tree, places } }, random, { material }) => edit(tree, places, random, material),
    }),
  ),
  ...RAW_EDITS.map(({ kind, edit }): SesEdit => ({ kind, edit: ({ ses }, random) => edit(ses.der, random) })),
];

/** Elements and bytes of seals are changed in as many ways by the mutants of records. */
const specificPercent = 60;

export const sesEdit = (random: Random): SesEdit => random.pick(random.chance(specificPercent) ? SES_EDITS : GENERAL);
