import { itemEntry, itemIds, MATERIAL_KINDS } from '../../subgraphs/catalogue.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import { newestRegime, REGIMES } from '../../subgraphs/regimes.ts';
import { parseRegionCode } from '../../subgraphs/standards/region.ts';
import { isOver, type SealedOutcome } from './case.ts';
import { clocksOf } from './clocks.ts';
import { dueOf } from './deadlines.ts';
import { struckOutIn } from './disclosed.ts';
import type { CertificateKind, Resolvers } from './generated/types.ts';
import { bundlePath, folderOf, isCertificate, pdfPath, proofPath, sealPath, sesPath } from './paper-paths.ts';
import { mustBeKnown } from './rights.ts';
import { sealSuite } from './sealed-bytes.ts';
import { waitsOf } from './waits.ts';

/** Null for what is not sealed. */
const urlOf = (path: typeof sealPath, document: SealedOutcome, publicUrl: string): string | null =>
  document.seal === null ? null : `${publicUrl}${path(folderOf(document), document.id)}`;

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export const windowResolvers: Resolvers = {
  Mutation: {
    registerEnterprise: (_, { input }, { window, caller }) => window.register(input, mustBeKnown(caller)),
    resubmitCase: (_, resubmission, { window, caller }) => window.resubmit(resubmission, mustBeKnown(caller)),
    withdrawCase: (_, withdrawal, { window, caller }) => window.withdraw(withdrawal, mustBeKnown(caller)),
    proposeRepair: (_, proposal, { window, caller }) => window.proposeRepair(proposal, mustBeKnown(caller)),
    approveRepair: (_, { id }, { window, caller }) => window.approveRepair(id, mustBeKnown(caller)),
  },
  Query: {
    case: async (_, { number }, { window, caller }) => (await window.find(number, mustBeKnown(caller))) ?? null,
    cases: (_, { filter, first, after }, { window, caller }) =>
      window.list(filter ?? {}, first, after ?? null, mustBeKnown(caller)),
    certificate: async (_, { id }, { window }) => {
      const document = await window.document(id);
      return document && isCertificate(document) ? document : null;
    },
    catalogue: () => itemIds,
    regimes: () => REGIMES,
    requirements: (_, { regime: id, enterpriseType, regionCode }) => {
      const regime = newestRegime(id);
      if (!regime) throw new Refusal('NOT_FOUND', `there is no regime ${id}`);
      if (parseRegionCode(regionCode).class === 'INVALID')
        throw new Refusal('REGION_UNKNOWN', 'regionCode is in no edition of GB/T 2260');
      return regime.items.map(({ item, needs }) => ({
        item,
        needs,
        materials: itemEntry(item)
          .materials.filter(({ only }) => !only || only.includes(enterpriseType))
          .map(({ kind, trust }) => ({ kind, chinese: MATERIAL_KINDS[kind], trust })),
      }));
    },
  },
  Case: {
    regime: view => view.regime,
    items: view => view.items.map(item => ({ view, item })),
    certificates: ({ items, documents }) =>
      items.flatMap(({ item }) => documents.filter(document => document.item === item && isCertificate(document))),
    enterprise: ({ documents }) => {
      const uscc = documents.find(document => document.uscc !== null)?.uscc;
      return uscc ? { __typename: 'Enterprise', uscc } : null;
    },
    dueOn: view => dueOf(view)?.day ?? null,
    dueOnProvisional: view => dueOf(view)?.provisional ?? false,
    clocks: async ({ number }, _, { window, ledger }) => clocksOf(await ledger(number), window.now().getTime()),
    waitingFor: waitsOf,
    ledger: ({ number }, _, { ledger }) => ledger(number),
    bundleUrl: (view, _, { window }) => (isOver(view) ? `${window.publicUrl}${bundlePath(view.number)}` : null),
    progressUrl: ({ progressId }, _, { window }) => `${window.publicUrl}/progress/${progressId}`,
  },
  Slip: {
    issuedAt: ({ issuedAt }) => new Date(issuedAt).toISOString(),
    sealUrl: ({ id }, _, { window }) => `${window.publicUrl}${sealPath('slips', id)}`,
    pdfUrl: ({ id }, _, { window }) => `${window.publicUrl}${pdfPath('slips', id)}`,
    stampedAt: ({ stampedAt }) => instant(stampedAt),
    proofUrl: ({ id }, _, { window }) => `${window.publicUrl}${proofPath('slips', id)}`,
  },
  Repair: {
    certificate: ({ strike }) => strike?.certificate ?? null,
    paths: ({ strike }) => strike?.paths ?? [],
    proposedAt: ({ proposedAt }) => new Date(proposedAt).toISOString(),
    approvedAt: ({ approvedAt }) => instant(approvedAt),
  },
  LedgerEntry: {
    at: ({ at }) => new Date(at).toISOString(),
  },
  CaseConnection: {
    pageInfo: ({ cursor }) => ({ endCursor: cursor, hasNextPage: cursor !== null }),
    totalCount: page => page.count(),
  },
  CaseItem: {
    item: ({ item }) => item.item,
    department: ({ item }) => item.department,
    state: ({ item }) => item.state,
    certificate: ({ view, item }) =>
      view.documents.find(document => document.item === item.item && isCertificate(document)) ?? null,
    faults: ({ item }) => item.faults.map(fault => ({ ...fault, department: item.department })),
    refusal: ({ view, item }, _, { window }) => {
      const document = view.documents.find(one => one.item === item.item && one.outcome === 'REFUSED');
      if (!item.refusal || !document) return null;
      return { ...item.refusal, record: document.record, sealUrl: urlOf(sealPath, document, window.publicUrl) };
    },
    attempts: ({ item }) => item.attempts,
    sentAt: ({ item }) => instant(item.sentAt),
    outcomeAt: ({ item }) => instant(item.outcomeAt),
  },
  Certificate: {
    kind: document => document.kind as CertificateKind,
    issuedOn: document => document.decidedOn,
    struckOut: struckOutIn,
    sealUrl: (document, _, { window }) => urlOf(sealPath, document, window.publicUrl),
    pdfUrl: ({ id, seal, status }, _, { window }) =>
      seal === null || status !== 'VALID' ? null : `${window.publicUrl}${pdfPath('certificates', id)}`,
    sesUrl: ({ id, seal, status }, _, { window }) =>
      seal === null || status !== 'VALID' || sealSuite(seal) !== 'SM2SM3' ? null : `${window.publicUrl}${sesPath(id)}`,
    stampedAt: ({ stampedAt }) => instant(stampedAt),
    proofUrl: (document, _, { window }) => urlOf(proofPath, document, window.publicUrl),
    unsealed: document => document.seal === null,
  },
  CatalogueItem: {
    id: item => item,
    department: item => itemEntry(item).department,
    title: item => itemEntry(item).title,
    chinese: item => itemEntry(item).chinese,
    certificate: item => itemEntry(item).certificate as CertificateKind | null,
    promisedWorkdays: item => itemEntry(item).promisedWorkdays,
    statutoryWorkdays: item => itemEntry(item).statutoryWorkdays,
    basis: item => itemEntry(item).basis,
  },
  RegimeItem: {
    department: ({ item }) => itemEntry(item).department,
  },
};
