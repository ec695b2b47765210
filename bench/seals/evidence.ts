import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHierarchy } from '../../certs/ca.ts';
import { signatureOf, withTimeStamp } from '../../certs/cms.ts';
import { issueCrl } from '../../certs/crl-issue.ts';
import type { Issuer } from '../../certs/issue.ts';
import { canonicalize, type JsonObject } from '../../certs/jcs.ts';
import { writeCheckpoint } from '../../certs/log/checkpoint.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { writeProof } from '../../certs/log/proof.ts';
import { cosigner, noteSigner } from '../../certs/log/sign.ts';
import { inclusionProof, leafHash, nodeHash, type ReadHashes, rootOf } from '../../certs/log/tree.ts';
import { certificatesFromPem } from '../../certs/pem.ts';
import { sha256 } from '../../certs/primitives.ts';
import { openSealer, type Sealer } from '../../certs/seal.ts';
import { openKeySigner } from '../../certs/signer.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../certs/time-stamp.ts';
import { openTimeStampAuthority, type TimeStampAuthority } from '../../certs/tsa.ts';
import { readTrust, type Trust } from '../../certs/verify.ts';
import { readCertificate } from '../../certs/x509.ts';
import { sealHolders } from '../../subgraphs/holders.ts';

/** A sealed record with all that proves it. */
export interface Evidence {
  readonly record: Uint8Array;
  /** With its time stamp. */
  readonly seal: Uint8Array;
  readonly proof: Uint8Array;
}

/** An office with its keys on disk: who seals, who stamps, what a verifier goes by. */
export interface Office {
  readonly sealer: Sealer;
  readonly stamper: TimeStampAuthority;
  /** Read anew: nothing is remembered in it. */
  trust(): Trust;
  /** Evidence for so many records, logged together under a checkpoint for each {@link sealsPerCheckpoint}. */
  evidence(count: number): Promise<readonly Evidence[]>;
  /** The time of verification. */
  readonly at: Date;
  close(): void;
}

/** One checkpoint for so many seals, a tile of them: at full load a second brings ten times as many. */
const sealsPerCheckpoint = 256;

const AT = new Date('2026-03-02T02:00:00Z');
const SEALED = new Date('2026-03-02T01:00:00.250Z');
const crlLifeMs = 7 * 86_400_000;

export function openOffice(): Office {
  const dataDir = mkdtempSync(join(tmpdir(), 'one-window-seals-'));
  ensureHierarchy({ dataDir, holders: sealHolders(), now: SEALED });
  const text = (path: string): string => readFileSync(join(dataDir, path), 'utf8');
  const sealer = openSealer({
    signer: openKeySigner(text('business/keys/seal-key.pem'), 'the seal'),
    chainPem: text('business/keys/seal-chain.pem'),
  });
  const listed = {
    json: readFileSync(join(dataDir, 'trust/list.json')),
    p7s: readFileSync(join(dataDir, 'trust/list.p7s')),
  };
  const { list } = readTrust({ rootPem: text('trust/root.pem'), list: listed });
  const [log, policy] = [list?.logs[0]?.origin, list?.timeStamping[0]?.policy];
  if (!list || log === undefined || policy === undefined)
    throw new Error('the trust list names no log or no time stamps');
  const stamper = openTimeStampAuthority({
    signer: openKeySigner(text('tsa/keys/tsa-key.pem'), 'the time-stamp authority'),
    chainPem: text('tsa/keys/tsa-chain.pem'),
    policy,
  });
  const authority = (name: string): Issuer => ({
    certificate: readCertificate(certificatesFromPem(text(`authority/${name}.pem`))[0] as Uint8Array),
    key: createPrivateKey(text(`authority/${name}-key.pem`)),
  });
  const [root, sealAuthority] = [authority('root'), authority('seal-authority')];
  const crls = [root, sealAuthority].map(issuer => {
    const nextUpdate = new Date(SEALED.getTime() + crlLifeMs);
    return issueCrl({ issuer, number: 1, thisUpdate: SEALED, nextUpdate, entries: [] }).der;
  });
  const trusted = {
    rootPem: text('trust/root.pem'),
    list: listed,
    crls,
  };
  const key = (path: string) => createPrivateKey(text(path));
  const signed = openLog({
    signer: noteSigner(log, key('center/keys/log-key.pem')),
    cosigners: list.witnesses.map(({ holder, name }) => cosigner(name, key(`${holder}/keys/witness-key.pem`))),
  });
  return {
    sealer,
    stamper,
    at: AT,
    trust: () => readTrust(trusted),
    async evidence(count) {
      const sealed = await Promise.all(
        Array.from({ length: count }, async (_, nth) => {
          const record = recordOf(nth);
          return { record, seal: await stampedSeal(sealer, stamper, record, SEALED) };
        }),
      );
      const proofs = await signed.proofs(sealed.map(({ seal }) => entryOf('business', seal)));
      return sealed.map((one, nth) => ({ ...one, proof: proofs[nth] as Uint8Array }));
    },
    close: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

/** What a window does for a paper: the department's seal, a time stamp over its signature, both in one file. */
export async function stampedSeal(
  sealer: Sealer,
  stamper: TimeStampAuthority,
  record: Uint8Array,
  at: Date,
): Promise<Uint8Array> {
  const seal = await sealer.seal(record, at);
  const imprint = { sha256: sha256(signatureOf(seal)), hasNull: false };
  const response = readTimeStampResponse(await stamper.answer(writeTimeStampRequest({ imprint, certReq: true }), at));
  if (!response.granted) throw new Error(`no time stamp: ${response.failure}`);
  return withTimeStamp(seal, response.token);
}

/** A business license, as its department writes it. */
export const recordOf = (nth: number): Uint8Array =>
  Buffer.from(
    canonicalize({
      format: 'one-window.record/1',
      department: 'business',
      item: 'license',
      kind: 'BUSINESS_LICENSE',
      outcome: 'GRANTED',
      version: 1,
      caseNumber: `371002-20260302-${String(nth).padStart(5, '0')}-5`,
      operationId: `371002-20260302-${String(nth).padStart(5, '0')}-5/license/1`,
      decidedOn: '2026-03-02',
      number: `L-${nth}`,
      holder: `某市试样${nth}软件有限公司`,
      uscc: '91371000PDY000019M',
      content: {
        address: '山东省威海市环翠区新威路1号试样大厦0801室',
        businessScope:
          '软件开发；信息系统集成服务；技术咨询；计算机软硬件及辅助设备零售（依法须经批准的项目，经相关部门批准后方可开展经营活动）',
        enterpriseType: 'LIMITED_COMPANY',
        establishedOn: '2026-03-02',
        legalRepresentative: '试样',
        registeredCapital: '1000000.00',
      },
    } satisfies JsonObject),
  );

interface LogKeys {
  readonly signer: ReturnType<typeof noteSigner>;
  readonly cosigners: readonly ReturnType<typeof cosigner>[];
}

/** A log in memory, signed by the center and by every department. */
function openLog({ signer, cosigners }: LogKeys): {
  proofs(entries: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
} {
  const noteOf = async (size: number, read: ReadHashes): Promise<string> => {
    const checkpoint = writeCheckpoint({ origin: signer.key.name, size, root: await rootOf(size, read) });
    return `${checkpoint}\n${signer.line(checkpoint)}${cosigners.map(one => one.line(checkpoint, SEALED)).join('')}`;
  };
  return {
    async proofs(entries) {
      const read = hashesOver(entries.map(leafHash));
      const sizes = entries.map((_, index) =>
        Math.min(entries.length, (Math.floor(index / sealsPerCheckpoint) + 1) * sealsPerCheckpoint),
      );
      const notes = new Map(
        await Promise.all([...new Set(sizes)].map(async size => [size, await noteOf(size, read)] as const)),
      );
      return Promise.all(
        sizes.map(async (size, index) => {
          const path = await inclusionProof(index, size, read);
          return Buffer.from(writeProof({ index, path, note: notes.get(size) as string }));
        }),
      );
    },
  };
}

/** Every complete subtree's hash, computed once. */
export function hashesOver(leaves: readonly Uint8Array[]): ReadHashes {
  const rows = [leaves];
  for (let row = leaves; row.length > 1; rows.push(row)) {
    const below = row;
    row = Array.from({ length: Math.floor(below.length / 2) }, (_, at) =>
      nodeHash(below[2 * at] as Uint8Array, below[2 * at + 1] as Uint8Array),
    );
  }
  return subtrees => subtrees.map(({ level, index }) => rows[level]?.[index] as Uint8Array);
}
