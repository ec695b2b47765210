/** The trust folders of a corpus: the root with or without a list, and what was revoked when. */
import { type CrlEntry, type RevocationReason, writeCrl, writeCrlBody } from '../../certs/crl.ts';
import { openSealer } from '../../certs/seal.ts';
import { type ListedHolder, type TrustList, writeTrustList } from '../../certs/trust-list.ts';
import { type Certified, type Hierarchy, HOLDER_IDS, HOLDERS, ISSUED, pemOf } from '../mutants/hierarchy.ts';
import { sha256 } from '../mutants/signed-data.ts';
import type { Files, TrustFolder } from './files.ts';
import { LISTED, NEXT_LISTED } from './times.ts';
import { ORIGIN, POLICY, rawKeyOf, signerOf, WITNESS, type Yard } from './yard.ts';

export interface Revoked {
  readonly of: Certified;
  readonly on: Date;
  readonly reason: RevocationReason;
  /** Since when it was known. */
  readonly since?: Date;
}

export interface Lists {
  readonly until?: Date;
  readonly number?: number;
  readonly revoked?: readonly Revoked[];
}

export interface Wanted {
  readonly hierarchy?: Hierarchy;
  /** Null: no list. */
  readonly list?: ((list: TrustList) => TrustList) | null;
  /** Of the seal authority; null: nobody's. Several stand side by side. */
  readonly lists?: readonly Lists[] | null;
  /** Of the root. */
  readonly rootRevoked?: readonly Revoked[];
  /** In the place of what was made, or beside it. */
  readonly files?: Files;
}

/** Made once for each name. */
export async function trustOf(yard: Yard, name: string, wanted: Wanted = {}): Promise<TrustFolder> {
  const known = yard.trusts.get(name);
  if (known) return known;
  const folder = { name, files: { ...(await filesOf(yard, wanted)), ...wanted.files } };
  yard.trusts.set(name, folder);
  return folder;
}

async function filesOf(yard: Yard, wanted: Wanted): Promise<Files> {
  const { hierarchy = yard.honest, list: change = (list: TrustList) => list, lists = [{}], rootRevoked = [] } = wanted;
  const { root, sealAuthority } = hierarchy;
  const [first] = lists ?? [];
  return {
    'root.pem': Buffer.from(pemOf(root)),
    ...(change && (await listFiles(hierarchy, change(listOf(yard, hierarchy))))),
    ...(first && { 'root.crl': crlOf(root, { ...first, revoked: rootRevoked }) }),
    ...Object.fromEntries((lists ?? []).map((one, i) => [`seal-authority-${i + 1}.crl`, crlOf(sealAuthority, one)])),
  };
}

export function crlOf(
  { key, certificate }: Certified,
  { until = NEXT_LISTED, number = 7, revoked = [] }: Lists,
): Uint8Array {
  const body = writeCrlBody({
    signatureSuite: key.suite,
    issuer: certificate.subject,
    thisUpdate: LISTED,
    nextUpdate: until,
    entries: revoked.map(
      ({ of, on, reason, since }): CrlEntry => ({
        serial: of.certificate.serial,
        revocationDate: on,
        reason,
        invalidityDate: since,
      }),
    ),
    authorityKeyId: certificate.extensions.subjectKeyId,
    number,
  });
  return writeCrl(body, key.suite, key.sign(body));
}

const hashOf = ({ certificate }: Certified): string => sha256(certificate.der).toString('hex');

export function listOf(yard: Yard, { holders, timeStamps }: Hierarchy): TrustList {
  return {
    version: 1,
    issuedAt: ISSUED.toISOString(),
    holders: HOLDER_IDS.map(id => ({ id, ...HOLDERS[id], certificates: [hashOf(holders[id])] })),
    logs: [{ origin: ORIGIN, key: rawKeyOf(yard.logKey) }],
    witnesses: [{ holder: 'tax', name: WITNESS, key: Buffer.from(yard.witness.key.raw).toString('base64') }],
    timeStamping: [{ policy: POLICY, certificates: Object.values(timeStamps).map(hashOf) }],
  };
}

/** The list with one of its holders changed. */
export const withHolder =
  (id: string, changes: Partial<ListedHolder>) =>
  (list: TrustList): TrustList => ({
    ...list,
    holders: list.holders.map(holder => (holder.id === id ? { ...holder, ...changes } : holder)),
  });

export async function listFiles({ holders, sealAuthority }: Hierarchy, list: TrustList): Promise<Files> {
  const json = Buffer.from(writeTrustList(list));
  const chainPem = pemOf(holders.center, sealAuthority);
  const p7s = await openSealer({ signer: signerOf(holders.center.key), chainPem }).seal(json, ISSUED);
  return { 'list.json': json, 'list.p7s': p7s };
}
