/** What the verification page is shown: papers of a seeded world, sealed, stamped and proved, and the page as a gateway serves it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signatureOf, withTimeStamp } from '../../certs/cms.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { pdfSealOf, withPdfEvidence } from '../../certs/pdf/evidence.ts';
import { holeBytesOf } from '../../certs/pdf/hole.ts';
import { openSealer, type Sealer } from '../../certs/seal.ts';
import type { Signer } from '../../certs/signer.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../certs/time-stamp.ts';
import { openTimeStampAuthority } from '../../certs/tsa.ts';
import { createHttp } from '../../gateway/http.ts';
import { addVerifyPage } from '../../gateway/verify-page.ts';
import { openPress } from '../../papers/press.ts';
import { papers as business } from '../../subgraphs/business/papers.ts';
import { shownIn } from '../../subgraphs/papers.ts';
import { verifyUrl } from '../../subgraphs/public-url.ts';
import { type Certified, type Hierarchy, hierarchyOf, pemOf } from '../mutants/hierarchy.ts';
import type { SeededKey } from '../mutants/keys.ts';
import { sha256 } from '../mutants/signed-data.ts';
import { makeWorld, type World } from '../mutants/world.ts';
import type { NamedFiles } from '../web/saved-page.ts';
import type { SealedRecord } from './records.ts';

/** Of the certificates: whoever sees two pictures sees the same fingerprints. */
const seed = 6;
const SEALED = new Date('2026-03-02T01:00:00Z');
const STAMPED = new Date('2026-03-02T01:00:01.250Z');
const POLICY = '2.999.3161.1';

export interface Shown {
  readonly world: World;
  readonly hierarchy: Hierarchy;
}

export const openShown = async (): Promise<Shown> => ({
  world: await makeWorld(seed),
  hierarchy: hierarchyOf(seed, 'honest'),
});

/** @param trustFolder Is made. */
export async function servedPage({ world: { rootPem, list, crls } }: Shown, trustFolder: string): Promise<string> {
  mkdirSync(trustFolder);
  const [root, sealAuthority] = crls;
  const files = {
    'root.pem': rootPem,
    'chain.pem': rootPem,
    'list.json': list.json,
    'list.p7s': list.p7s,
    'root.crl': root!.der,
    'seal-authority.crl': sealAuthority!.der,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(trustFolder, name), content);
  const app = createHttp(defect => {
    throw defect;
  });
  addVerifyPage(app, { trustFolder });
  const { body, statusCode } = await app.inject({ method: 'GET', url: '/verify' });
  await app.close();
  if (statusCode !== 200) throw new Error(`the gateway answers ${statusCode}: ${body}`);
  return body;
}

const signerOf = (key: SeededKey): Signer => ({
  suite: key.suite,
  spki: key.spki,
  sign: async bytes => key.sign(bytes),
  close: async () => undefined,
});

const sealerOf = (holder: Certified, { sealAuthority }: Hierarchy): Sealer =>
  openSealer({ signer: signerOf(holder.key), chainPem: pemOf(holder, sealAuthority) });

async function tokenOver(signature: Uint8Array, { timeStamps, sealAuthority }: Hierarchy): Promise<Uint8Array> {
  const { ES256: clock } = timeStamps;
  const authority = openTimeStampAuthority({
    signer: signerOf(clock.key),
    chainPem: pemOf(clock, sealAuthority),
    policy: POLICY,
  });
  const request = writeTimeStampRequest({ imprint: { sha256: sha256(signature), hasNull: false }, certReq: true });
  const response = readTimeStampResponse(await authority.answer(request, STAMPED));
  if (!response.granted) throw new Error(`nothing was stamped: ${response.text}`);
  return response.token;
}

export async function sealedFiles(
  { record, bytes, disclosures }: SealedRecord,
  { world: { log }, hierarchy }: Shown,
): Promise<NamedFiles> {
  const bare = await sealerOf(hierarchy.holders.business, hierarchy).seal(bytes, SEALED);
  const seal = withTimeStamp(bare, await tokenOver(signatureOf(bare), hierarchy));
  const [proof] = log.prove([entryOf(record.department, seal)]);
  return {
    'record.json': bytes,
    'seal.p7s': seal,
    'seal.tlog-proof': proof!,
    ...(disclosures && { 'disclosures.json': disclosures }),
  };
}

export async function sealedPdf(
  { record, bytes, disclosures }: SealedRecord,
  { world: { log }, hierarchy }: Shown,
): Promise<Uint8Array> {
  const press = await openPress({});
  const drawn = press.draw(business.BUSINESS_LICENSE!(record, shownIn(record, new Map())), {
    record: bytes,
    ...(disclosures && { disclosures }),
    issuer: { id: 'business', organization: '市场监督管理局' },
    sealedAt: SEALED,
    verifyUrl: verifyUrl('https://window.example.gov.cn', bytes, record.number),
    holeBytes: holeBytesOf('RSA3072'),
  });
  press.close();
  const sealed = await sealerOf(hierarchy.holders.business, hierarchy).sealPdf(drawn);
  const timeStamp = await tokenOver(signatureOf(pdfSealOf(sealed)), hierarchy);
  const [proof] = log.prove([entryOf(record.department, pdfSealOf(withPdfEvidence(sealed, { timeStamp })))]);
  return withPdfEvidence(sealed, { timeStamp, proof: proof! });
}
