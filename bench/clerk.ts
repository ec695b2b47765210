import { Pool } from 'undici';
import { itemEntry } from '../subgraphs/catalogue.ts';
import { newestRegime } from '../subgraphs/regimes.ts';
import { application } from '../test/fixtures/application.ts';

/** Sends the one mutation, as a desk does. */
export interface Clerk {
  /** Registers an enterprise under R2. @throws {Error} when its case is not closed with every certificate sealed. */
  registerOne(): Promise<RegisteredCase>;
  close(): Promise<void>;
}

export interface RegisteredCase {
  readonly number: string;
  readonly state: string;
  readonly items: readonly {
    readonly item: string;
    readonly state: string;
    readonly sentAt: string;
    readonly outcomeAt: string;
  }[];
  readonly certificates: readonly {
    readonly kind: string;
    readonly number: string;
    readonly record: string;
    readonly sealUrl: string | null;
    readonly stampedAt: string | null;
  }[];
  readonly slips: readonly { readonly kind: string; readonly stampedAt: string | null }[];
}

const MUTATION = `mutation RegisterEnterprise($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) {
    number state items { item state sentAt outcomeAt } certificates { kind number record sealUrl stampedAt } slips { kind stampedAt } } }`;

const itemsOfR2 = newestRegime('R2')?.items.map(({ item }) => item) ?? [];
const CERTIFICATES = itemsOfR2.flatMap(item => itemEntry(item).certificate ?? []);
const SLIPS = ['ACCEPTANCE', 'DECISION', 'DELIVERY'];

/** @param connections As many mutations may be under way. */
export function openClerk(url: string, token: string, connections: number): Clerk {
  const pool = new Pool(url, { connections });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return {
    async registerOne() {
      const body = JSON.stringify({ query: MUTATION, variables: { input: application({ regime: 'R2' }) } });
      const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
      const { data, errors } = (await answer.body.json()) as {
        data?: { registerEnterprise: RegisteredCase };
        errors?: unknown;
      };
      if (!data || !isWhole(data.registerEnterprise)) {
        throw new Error(`a case was not closed with its certificates: ${JSON.stringify(errors ?? data)}`);
      }
      return data.registerEnterprise;
    },
    close: () => pool.close(),
  };
}

function isWhole({ state, items, certificates, slips }: RegisteredCase): boolean {
  return (
    state === 'CLOSED' &&
    items.length === itemsOfR2.length &&
    items.every(item => item.state === 'GRANTED') &&
    CERTIFICATES.every(kind => certificates.some(one => one.kind === kind && one.sealUrl !== null)) &&
    SLIPS.every(kind => slips.some(slip => slip.kind === kind))
  );
}
