/** Who is who in the hierarchy: folders, subjects, hosts and origins. An office that is no demo has others. */
import { hash } from 'node:crypto';
import { isNameText, type Name } from '../name.ts';
import type { SuiteId } from '../suites.ts';
import { CENTER, isHolderId, isKind } from '../trust-list.ts';
import type { Certificate } from '../x509.ts';

export interface Holder {
  /** `[a-z][a-z0-9-]*`; one of them is `center`. */
  readonly id: string;
  /** The organization's Chinese name. */
  readonly organization: string;
  /** Kinds of records it may seal. */
  readonly seals: readonly string[];
  /** Of its seal's first key; ES256 when absent. */
  readonly suite?: SuiteId;
}

const DEMO = '一窗通办示范';
export const ROOT: Name = { organization: DEMO, commonName: 'One Window Demo Root CA' };
export const SEAL_AUTHORITY: Name = { organization: DEMO, commonName: 'One Window Demo Seal Authority' };
export const TRANSPORT_AUTHORITY: Name = { organization: DEMO, commonName: 'One Window Demo Transport Authority' };

/** The folder of the time-stamp authority, and its unit; no holder may have it for an id. */
export const TIME_STAMPS = 'tsa';
export const TIME_STAMP_AUTHORITY: Name = {
  organization: DEMO,
  unit: TIME_STAMPS,
  commonName: 'One Window Demo Time-Stamp Authority',
};
/** RFC 3161 policy of the demo: of the arc that X.660 keeps for examples. An office has one of its own. */
export const TIME_STAMP_POLICY = '2.999.3161.1';

export const sealSubject = ({ id, organization }: Pick<Holder, 'id' | 'organization'>): Name => ({
  organization,
  unit: id,
  commonName: `${id} seal`,
});

/** Its common name is the host's. */
export const tlsSubject = ({ id, organization }: Holder): Name => ({
  organization,
  unit: id,
  commonName: `${id}.one-window.internal`,
});

/** The first line of the log's checkpoints: another root is another log. */
export const logOrigin = (root: Certificate): string => `one-window.internal/log/${sha256Of(root).slice(0, 16)}`;
export const witnessName = (department: string): string => `${department}.one-window.internal/witness`;

export const sha256Of = ({ der }: Certificate): string => hash('sha256', der, 'hex');

const FOLDERS_OF_OTHERS: ReadonlySet<string> = new Set(['authority', 'trust', TIME_STAMPS]);

/** @throws {Error} in one sentence that says what is wrong with whom. */
export function checkHolders(holders: readonly Holder[]): void {
  const ids = holders.map(({ id }) => id);
  if (!ids.includes(CENTER)) throw new Error(`one of the holders must be the center, with the id "${CENTER}"`);
  if (new Set(ids).size !== ids.length) throw new Error('two holders have the same id');
  for (const { id, organization, seals } of holders) {
    if (!isHolderId(id) || FOLDERS_OF_OTHERS.has(id))
      throw new Error(`a holder cannot have the id ${JSON.stringify(id)}`);
    if (!isNameText(organization)) throw new Error(`the organization of ${id} is not a name of 1 to 64 characters`);
    const wrong = seals.find(kind => !isKind(kind));
    if (wrong !== undefined) throw new Error(`${id} cannot seal the kind ${JSON.stringify(wrong)}: it is not a kind`);
  }
}
