/** Keys of a token, made, brought in and taken out by an operator. What is in a token is never read out of it. */
import type { KeyObject } from 'node:crypto';
import { DerReader, oid, sequence, unsigned } from '../der.ts';
import { suiteOfKeyObject } from '../key.ts';
import { OID } from '../oid.ts';
import { writeSpki } from '../x509.ts';
import { type Attribute, CKA, CKK, CKM, CKO, type Handle } from './cryptoki.ts';
import {
  booleanAttribute,
  closeQuietly,
  idAttribute,
  openTokenSession,
  type TokenPlace,
  type TokenSession,
  ulongAttribute,
} from './token.ts';
import { mustBeOfToken, type TokenSuite } from './token-suites.ts';

export interface NewKey {
  /** CKA_ID, hexadecimal, of no other key in the token. */
  readonly object: string;
  /** CKA_LABEL, for whoever looks into the token. */
  readonly label: string;
}

const EXPONENT = Uint8Array.of(1, 0, 1);
const modulusBits = 3072;
const P256 = oid(OID.prime256v1);

/** @returns DER of the public key. */
export function makeInToken(place: TokenPlace, suite: TokenSuite, made: NewKey): Promise<Uint8Array> {
  return withSession(place, async session => {
    const { cryptoki } = session;
    const named = [booleanAttribute(CKA.TOKEN, true), idAttribute(made.object), labelled(made)];
    const publicKey = [...named, booleanAttribute(CKA.VERIFY, true), ...PUBLIC[suite]];
    const privateKey = [...named, ...SECRET];
    const pair = await cryptoki.generateKeyPair(session.session, MAKE[suite], publicKey, privateKey);
    return writeSpki({ suite, bits: await READ[suite](session, pair.publicKey) });
  });
}

/** Puts a key that was made elsewhere into a token, from which it can't be taken again. */
export function bringIntoToken(place: TokenPlace, key: KeyObject, made: NewKey): Promise<void> {
  const suite = suiteOfKeyObject(key);
  if (!suite) throw new TypeError('a key of one of our suites is needed');
  mustBeOfToken(suite);
  return withSession(place, async ({ cryptoki, session }) => {
    const parts = privateParts(key, suite);
    const named = [booleanAttribute(CKA.TOKEN, true), idAttribute(made.object), labelled(made)];
    try {
      await cryptoki.create(session, [ulongAttribute(CKA.CLASS, CKO.PRIVATE_KEY), ...named, ...SECRET, ...parts]);
    } finally {
      for (const { value } of parts) value.fill(0);
    }
  });
}

/** The private key and the public one beside it. Nothing happens when there is none. */
export function removeFromToken(place: TokenPlace, object: string): Promise<void> {
  return withSession(place, async ({ cryptoki, session }) => {
    for (const found of await cryptoki.find(session, [idAttribute(object)], 8)) await cryptoki.destroy(session, found);
  });
}

async function withSession<T>(place: TokenPlace, work: (session: TokenSession) => Promise<T>): Promise<T> {
  const session = await openTokenSession(place, 'write');
  try {
    return await work(session);
  } finally {
    await closeQuietly(session);
  }
}

const labelled = ({ label }: NewKey): Attribute => ({ type: CKA.LABEL, value: Buffer.from(label, 'utf8') });

const SECRET: readonly Attribute[] = [
  booleanAttribute(CKA.PRIVATE, true),
  booleanAttribute(CKA.SENSITIVE, true),
  booleanAttribute(CKA.EXTRACTABLE, false),
  booleanAttribute(CKA.SIGN, true),
];
const MAKE: Readonly<Record<TokenSuite, number>> = { ES256: CKM.EC_KEY_PAIR_GEN, RSA3072: CKM.RSA_PKCS_KEY_PAIR_GEN };
const PUBLIC: Readonly<Record<TokenSuite, readonly Attribute[]>> = {
  ES256: [{ type: CKA.EC_PARAMS, value: P256 }],
  RSA3072: [ulongAttribute(CKA.MODULUS_BITS, modulusBits), { type: CKA.PUBLIC_EXPONENT, value: EXPONENT }],
};

/** The content of a `subjectPublicKey`. A token wraps the point into an OCTET STRING. */
const READ: Readonly<Record<TokenSuite, (session: TokenSession, key: Handle) => Promise<Uint8Array>>> = {
  ES256: async ({ cryptoki, session }, key) =>
    new DerReader(await cryptoki.attribute(session, key, CKA.EC_POINT)).octetString(),
  RSA3072: async ({ cryptoki, session }, key) =>
    sequence(unsigned(await cryptoki.attribute(session, key, CKA.MODULUS)), unsigned(EXPONENT)),
};

/** The numbers of a private key, as RFC 7518 section 6 names them. */
function privateParts(key: KeyObject, suite: TokenSuite): readonly Attribute[] {
  const jwk = key.export({ format: 'jwk' });
  const part = (type: number, name: keyof typeof jwk): Attribute => ({
    type,
    value: Buffer.from(String(jwk[name]), 'base64url'),
  });
  if (suite === 'ES256')
    return [
      ulongAttribute(CKA.KEY_TYPE, CKK.EC),
      { type: CKA.EC_PARAMS, value: Uint8Array.from(P256) },
      part(CKA.VALUE, 'd'),
    ];
  return [
    ulongAttribute(CKA.KEY_TYPE, CKK.RSA),
    part(CKA.MODULUS, 'n'),
    part(CKA.PUBLIC_EXPONENT, 'e'),
    part(CKA.PRIVATE_EXPONENT, 'd'),
    part(CKA.PRIME_1, 'p'),
    part(CKA.PRIME_2, 'q'),
    part(CKA.EXPONENT_1, 'dp'),
    part(CKA.EXPONENT_2, 'dq'),
    part(CKA.COEFFICIENT, 'qi'),
  ];
}
