import { enterpriseOf, type Known, regionAt, usccAt } from './data.ts';

/** What is asked again and again, with other variables each time; and the one right answer to it. */
export interface Scenario {
  readonly name: 'one' | 'entity4' | 'entity50';
  readonly title: string;
  readonly query: string;
  /** @param nth Of the requests of this scenario. */
  variables(nth: number): Readonly<Record<string, unknown>>;
  /** The whole answer, in the order of the query. */
  expected(nth: number): string;
}

/** A codes' page, so that the list's enterprises and those asked by their code are the same ones. */
const PAGE = 50;

const OWN = 'uscc name typeName regionCode address registeredCapital license { number issuedOn status }';
const ALL = `${OWN}
    taxRegistrations { authority office taxpayerNumber registeredOn status }
    organizationCode { code certified enteredOn status }
    seals { kind code filedOn status }`;

const usccOf = (nth: number): string => usccAt(regionAt(Math.floor(nth / PAGE)), nth % PAGE);

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'one',
    title: 'one subgraph',
    query: `query One($uscc: ID!) {
  enterprise(uscc: $uscc) {
    ${OWN}
  }
}`,
    variables: nth => ({ uscc: usccOf(nth) }),
    expected: nth => whole({ enterprise: own(enterpriseOf(usccOf(nth))) }),
  },
  {
    name: 'entity4',
    title: 'one enterprise over four',
    query: `query Four($uscc: ID!) {
  enterprise(uscc: $uscc) {
    ${ALL}
  }
}`,
    variables: nth => ({ uscc: usccOf(nth) }),
    expected: nth => whole({ enterprise: all(enterpriseOf(usccOf(nth))) }),
  },
  {
    name: 'entity50',
    title: '50 enterprises over four',
    query: `query Fifty($filter: EnterpriseFilter) {
  enterprises(first: 50, filter: $filter) {
    nodes {
      ${ALL}
    }
  }
}`,
    variables: nth => ({ filter: { regionCode: regionAt(nth) } }),
    expected: nth => {
      const codes = Array.from({ length: PAGE }, (_, at) => usccAt(regionAt(nth), at));
      return whole({ enterprises: { nodes: codes.map(uscc => all(enterpriseOf(uscc))) } });
    },
  },
];

const whole = (data: object): string => JSON.stringify({ data });

const own = (known: Known): object => ({
  ...taken(known, 'uscc name typeName regionCode address registeredCapital'),
  license: taken(known.license, 'number issuedOn status'),
});

const all = (known: Known): object => ({
  ...own(known),
  taxRegistrations: listed(known.taxRegistrations, 'authority office taxpayerNumber registeredOn status'),
  organizationCode: taken(known.organizationCode, 'code certified enteredOn status'),
  seals: listed(known.seals, 'kind code filedOn status'),
});

const listed = (known: unknown, fields: string): readonly object[] =>
  (known as readonly Known[]).map(one => taken(one, fields));

const taken = (known: unknown, fields: string): object =>
  Object.fromEntries(fields.split(' ').map(field => [field, (known as Known)[field]]));
