/**
 * PKCS#12 containers (RFC 7292): a key with its certificates under a password, as offices and OpenSSL hand them over.
 * node-forge opens and makes the container and does nothing else: the key goes into node:crypto, which signs. What is read
 * is what OpenSSL 3 writes (PBES2, HMAC with SHA-256) and what its `-legacy` does; what is made is PBES2 with AES-256.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { KINDS_OF_KEYS, suiteOfKeyObject } from '../key.ts';

export interface Contained {
  readonly key: KeyObject;
  /** DER, in the order of the container. */
  readonly certificates: readonly Uint8Array[];
}

/** A key, some certificates and their wrapping have some kilobytes. */
const containerBytesMax = 64 * 1024;

const { asn1, pki } = forge;
const { oids } = pki;

/**
 * @param owner For errors only, such as `the container of tax`.
 * @throws {Error} in one sentence, without any part of the key or of the password.
 */
export function readPkcs12(container: Uint8Array, password: string, owner: string): Contained {
  if (container.length > containerBytesMax) throw new Error(`${owner} has more than ${containerBytesMax} bytes`);
  const opened = openContainer(container, password, owner);
  const bags = (type: string): readonly forge.pkcs12.Bag[] => opened.getBags({ bagType: type })[type] ?? [];
  const keys = [...bags(oids.pkcs8ShroudedKeyBag!), ...bags(oids.keyBag!)];
  if (!keys[0] || keys.length > 1) throw new Error(`${owner} must hold one private key, and holds ${keys.length}`);
  const key = keyOf(keys[0]);
  if (!key || !suiteOfKeyObject(key)) throw new Error(`the key in ${owner} is not ${KINDS_OF_KEYS}`);
  return { key, certificates: bags(oids.certBag!).flatMap(certificateOf) };
}

/** How other characters become the bytes of a password, programs do not agree on (RFC 7292 appendix B.1). */
function mustBeAscii(password: string): void {
  if (!/^[\x20-\x7e]+$/.test(password)) throw new Error('the password of a container has ASCII characters only');
}

function openContainer(container: Uint8Array, password: string, owner: string): forge.pkcs12.Pkcs12Pfx {
  mustBeAscii(password);
  const structure = attempt(() => asn1.fromDer(Buffer.from(container).toString('latin1')));
  if (!structure) throw new Error(`${owner} is no PKCS#12 container`);
  try {
    return forge.pkcs12.pkcs12FromAsn1(structure, true, password);
  } catch (error) {
    // Its message could quote what it read; only this one is told from the others.
    if ((error as Error).message.includes('MAC could not be verified'))
      throw new Error(`the password does not open ${owner}`);
    throw new Error(`${owner} is no PKCS#12 container that can be read here`);
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** node-forge understands RSA keys; others it hands over as they are, in PKCS#8. */
function keyOf({ key, asn1: raw }: forge.pkcs12.Bag): KeyObject | undefined {
  const structure = key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : raw;
  return attempt(() => createPrivateKey({ key: derOf(structure), format: 'der', type: 'pkcs8' }));
}

/** Likewise certificates over other keys than RSA's. */
function certificateOf({ cert, asn1: raw }: forge.pkcs12.Bag): Uint8Array {
  return new Uint8Array(derOf(cert ? pki.certificateToAsn1(cert) : raw));
}

const derOf = (structure: forge.asn1.Asn1): Buffer => Buffer.from(asn1.toDer(structure).getBytes(), 'latin1');

// --- making ----------------------------------------------------------------------------------------------------------

/** What a guess at the password costs: five times of what OpenSSL asks for, and some 150 ms at each opening here. */
const rounds = 10_000;
const saltBytes = 16;
const macBytes = 32;
/** The purpose of the derived bytes, RFC 7292 appendix B.3. */
const FOR_MAC = 3;

export interface ToContain extends Contained {
  readonly password: string;
  /** Shown by whoever imports it; ASCII. */
  readonly name: string;
}

export function writePkcs12({ key, certificates, password, name }: ToContain): Uint8Array {
  mustBeAscii(password);
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const shrouded = pki.encryptPrivateKeyInfo(asn1.fromDer(pkcs8.toString('latin1')), password, {
    algorithm: 'aes256',
    prfAlgorithm: 'sha256',
    count: rounds,
    saltSize: saltBytes,
  });
  pkcs8.fill(0);
  const named = attributesOf(name, certificates[0]);
  const bags = [
    ...certificates.map((der, i) => bag(oids.certBag!, certificateBag(der), i === 0 ? named : undefined)),
    bag(oids.pkcs8ShroudedKeyBag!, shrouded, named),
  ];
  const safe = sequence([dataOf(sequence(bags))]);
  const pfx = sequence([integer(3), dataOf(safe), macOver(safe, password)]);
  return new Uint8Array(derOf(pfx));
}

type Asn1 = forge.asn1.Asn1;
const { Class, Type } = asn1;
const sequence = (members: readonly Asn1[]): Asn1 => asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [...members]);
const set = (members: readonly Asn1[]): Asn1 => asn1.create(Class.UNIVERSAL, Type.SET, true, [...members]);
const explicit = (member: Asn1): Asn1 => asn1.create(Class.CONTEXT_SPECIFIC, 0, true, [member]);
const octets = (bytes: string): Asn1 => asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, bytes);
const oid = (id: string): Asn1 => asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(id).getBytes());
const integer = (value: number): Asn1 =>
  asn1.create(Class.UNIVERSAL, Type.INTEGER, false, asn1.integerToDer(value).getBytes());
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const dataOf = (content: Asn1): Asn1 => sequence([oid(oids.data!), explicit(octets(latin1(derOf(content))))]);

const bag = (type: string, value: Asn1, attributes?: Asn1): Asn1 =>
  sequence([oid(type), explicit(value), ...(attributes ? [attributes] : [])]);

const certificateBag = (der: Uint8Array): Asn1 => sequence([oid(oids.x509Certificate!), explicit(octets(latin1(der)))]);

/** friendlyName and localKeyId: the same in a key and its certificate, so that who imports them sees the pair. */
function attributesOf(name: string, certificate: Uint8Array | undefined): Asn1 {
  const friendly = asn1.create(
    Class.UNIVERSAL,
    Type.BMPSTRING,
    false,
    Buffer.from(name, 'utf16le').swap16().toString('latin1'),
  );
  const digest = forge.md.sha256
    .create()
    .update(latin1(certificate ?? Buffer.from(name)))
    .digest();
  return set([
    sequence([oid(oids.friendlyName!), set([friendly])]),
    sequence([oid(oids.localKeyId!), set([octets(digest.getBytes())])]),
  ]);
}

function macOver(safe: Asn1, password: string): Asn1 {
  const salt = forge.random.getBytesSync(saltBytes);
  const key = forge.pkcs12.generateKey(
    password,
    forge.util.createBuffer(salt),
    FOR_MAC,
    rounds,
    macBytes,
    forge.md.sha256.create(),
  );
  const mac = forge.hmac.create();
  mac.start(forge.md.sha256.create(), key);
  mac.update(latin1(derOf(safe)));
  const algorithm = sequence([oid(oids.sha256!), asn1.create(Class.UNIVERSAL, Type.NULL, false, '')]);
  return sequence([sequence([algorithm, octets(mac.digest().getBytes())]), octets(salt), integer(rounds)]);
}
