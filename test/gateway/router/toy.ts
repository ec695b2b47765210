/** A graph of the shape that runs in production, small enough to be answered by one plain schema too. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, GraphQLError, type GraphQLSchema, graphql, parse } from 'graphql';
import { composeSupergraph, type Service } from '../../../gateway/compose.ts';
import { createExecutor, type Executor } from '../../../gateway/router/execute.ts';
import type { Supergraph } from '../../../gateway/router/gateway.ts';
import { localSubgraph } from '../../../gateway/router/local-subgraph.ts';
import { ownersIn } from '../../../gateway/router/owners.ts';
import { hivePlanner } from '../../../gateway/router/planner.ts';
import type { Subgraph } from '../../../gateway/router/port.ts';
import { remoteSubgraph } from '../../../gateway/router/subgraph.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@inaccessible", "@requires", "@external"])`;

/** The hidden operations that every department has. */
const CONTRACT = `
  extend type Query { outcomesOf(operationIds: [ID!]!): [FilingAnswer!]! @shareable @inaccessible }
  extend type Mutation { fileItems(filings: [FilingInput!]!): [FilingAnswer!]! @shareable @inaccessible }
  type FilingAnswer @shareable @inaccessible { operationId: ID! outcome: Outcome! }
  union Outcome @inaccessible = Granted | Refused
  type Granted @shareable @inaccessible { record: String! }
  type Refused @shareable @inaccessible { ground: String! }
  input FilingInput @inaccessible { operationId: ID! item: String! }
`;

export const SDL = {
  window: `${LINK}
    type Query { case(number: ID!): Case  cases(first: Int = 3): [Case!]!  search(text: String): [Hit!]!  papers: [Paper]  echo(input: EchoInput): String }
    type Mutation { registerEnterprise(input: RegisterInput!): Case!  note(text: String!): Int }
    input RegisterInput { name: String!  kind: Kind = LIMITED_COMPANY }
    input EchoInput { text: String = "nothing"  times: Int! = 1  kinds: [Kind!] }
    enum Kind { LIMITED_COMPANY PARTNERSHIP SECRET @inaccessible }
    union Hit = Case | Enterprise | License
    interface Paper { id: ID!  title(upper: Boolean): String }
    type License implements Paper { id: ID!  title(upper: Boolean): String  pages: [[Page!]!]! }
    type Slip implements Paper { id: ID!  title(upper: Boolean): String  case: Case  note: String }
    type Page { no: Int!  holder: Enterprise }
    type Case { number: ID!  kind: Kind  score: Float  enterprise: Enterprise  items: [[Item!]]!  broken: String  constructor: String }
    type Item { name: String!  open: Boolean  holder: Enterprise! }
    type Enterprise @key(fields: "uscc", resolvable: false) { uscc: ID! }`,
  business: `${LINK} ${CONTRACT}
    type Query { enterprise(uscc: ID!): Enterprise  enterprises(filter: String, first: Int = 5, after: String): EnterpriseConnection! }
    type EnterpriseConnection { nodes: [Enterprise!]!  pageInfo: PageInfo!  totalCount: Int! }
    type PageInfo { endCursor: String  hasNextPage: Boolean! }
    type Enterprise @key(fields: "uscc") { uscc: ID!  name(lang: String): String  capital: Capital }
    type Capital { amount: String!  currency: String }`,
  tax: `${LINK} ${CONTRACT}
    type Query { taxOffices: [String!] }
    type Enterprise @key(fields: "uscc") { uscc: ID!  taxes(kind: String): [Tax!]  rate: Int  strictRate: Int! }
    type Tax { kind: String!  number: ID }`,
  code: `${LINK} ${CONTRACT}
    type Query { codeOffices: [String!] }
    type Enterprise @key(fields: "uscc") { uscc: ID!  organizationCode: String  capital: Capital @external  size: String @requires(fields: "capital { amount }") }
    type Capital { amount: String! @external }`,
  seal: `${LINK} ${CONTRACT}
    type Query { sealOffices: [String!] }
    type Enterprise @key(fields: "uscc") { uscc: ID!  seals(first: Int): [Seal!]! }
    type Seal { id: ID!  owner: Enterprise }`,
} as const;

export type Department = 'business' | 'tax' | 'code' | 'seal';
export const DEPARTMENTS: readonly Department[] = ['business', 'tax', 'code', 'seal'];

type Row = Record<string, unknown>;

/** Rows with a method for each field that takes arguments, so that graphql-js resolves them without resolvers. */
export function toyData(enterpriseCount = 50) {
  const enterprises = new Map<string, Row>();
  for (let n = 0; n < enterpriseCount; n++) {
    const uscc = `U${n}`;
    const enterprise: Row = {
      __typename: 'Enterprise',
      uscc,
      name: ({ lang }: { lang?: string }) => (n % 7 === 6 ? null : `${lang ?? 'zh'}-${n}`),
      capital: n % 5 === 4 ? null : { amount: `${n}.00`, currency: n % 2 ? 'CNY' : null },
      taxes: ({ kind }: { kind?: string }) =>
        n % 6 === 5
          ? null
          : [
              { kind: kind ?? 'VAT', number: `T${n}` },
              { kind: 'LAND', number: null },
            ],
      rate: () => {
        if (n % 11 === 3) throw new GraphQLError(`no rate for ${uscc}`, { extensions: { code: 'RATE_UNKNOWN' } });
        return n;
      },
      strictRate: () => {
        if (n % 13 === 2)
          throw new GraphQLError(`no strict rate for ${uscc}`, { extensions: { code: 'RATE_UNKNOWN' } });
        return n;
      },
      organizationCode: n % 9 === 8 ? null : `C${n}`,
      size: n % 5 === 4 ? 'none' : `size-of-${n}.00`,
    };
    enterprise.seals = ({ first }: { first?: number }) =>
      Array.from({ length: Math.min(first ?? 2, 2) }, (_, nth) => ({
        id: `${uscc}-${nth}`,
        owner: enterprises.get(`U${(n + nth) % enterpriseCount}`),
      }));
    enterprises.set(uscc, enterprise);
  }
  const at = (n: number) => enterprises.get(`U${n % enterpriseCount}`) as Row;
  const items = (n: number) => [
    [
      { name: 'license', open: true, holder: at(n) },
      { name: 'tax', open: null, holder: at(n + 1) },
    ],
    n % 2 ? null : [],
    [{ name: 'seal', open: false, holder: at(n) }],
  ];
  const cases: Row[] = Array.from({ length: 6 }, (_, n) => ({
    __typename: 'Case',
    number: `N${n}`,
    kind: n % 2 ? 'PARTNERSHIP' : 'LIMITED_COMPANY',
    score: n / 2,
    enterprise: n === 1 ? null : at(n),
    items: items(n),
    broken: () => {
      throw new GraphQLError(`case N${n} is broken`, { extensions: { code: 'BROKEN', faults: [{ path: 'a' }] } });
    },
    constructor: n % 2 ? null : 'built',
  }));
  const title =
    (text: string) =>
    ({ upper }: { upper?: boolean }) =>
      upper ? text.toUpperCase() : text;
  const license: Row = {
    __typename: 'License',
    id: 'L1',
    title: title('license'),
    pages: [
      [
        { no: 1, holder: at(1) },
        { no: 2, holder: null },
      ],
      [],
      [{ no: 3, holder: at(1) }],
    ],
  };
  const slip: Row = { __typename: 'Slip', id: 'S1', title: title('slip'), case: cases[2], note: null };
  const notes: string[] = [];
  const root = {
    case: ({ number }: { number: string }) => cases.find(each => each.number === number) ?? null,
    cases: ({ first }: { first: number }) => cases.slice(0, first),
    search: ({ text }: { text?: string }) => (text === 'none' ? [] : [cases[0], at(3), license, at(0), cases[1]]),
    papers: () => [license, null, slip],
    echo: ({ input }: { input?: unknown }) => JSON.stringify(input ?? null),
    enterprise: ({ uscc }: { uscc: string }) => enterprises.get(uscc) ?? null,
    enterprises: ({ first }: { first: number }) => ({
      nodes: [...enterprises.values()].slice(0, first),
      pageInfo: { endCursor: `U${first - 1}`, hasNextPage: first < enterpriseCount },
      totalCount: enterpriseCount,
    }),
    taxOffices: () => ['east', 'west'],
    codeOffices: () => null,
    sealOffices: () => [],
    registerEnterprise: ({ input }: { input: { name: string; kind: string } }) => {
      notes.push(input.name);
      return { ...cases[0], number: `R-${input.name}`, kind: input.kind, enterprise: at(notes.length) };
    },
    note: ({ text }: { text: string }) => notes.push(text),
  };
  return { enterprises, root, notes };
}

export type ToyData = ReturnType<typeof toyData>;

function schemaOf(name: keyof typeof SDL, { enterprises }: ToyData): GraphQLSchema {
  const resolveReference = (reference: Row) => {
    const known = enterprises.get(String(reference.uscc));
    if (!known || name !== 'code') return known ?? null;
    const capital = reference.capital as { amount: string } | null | undefined;
    return { ...known, size: capital ? `size-of-${capital.amount}` : 'none' };
  };
  const resolvers = name === 'window' ? {} : { Enterprise: { __resolveReference: resolveReference } };
  return buildSubgraphSchema([{ typeDefs: parse(SDL[name]), resolvers }]);
}

export interface Asked {
  readonly query: string;
  readonly variables?: Row;
}

/** One department behind a real socket. */
export class ToyDepartment {
  readonly asked: Asked[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Answers in place of the graph, where set. */
  fault: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Clients that went away before they were answered. */
  aborted = 0;
  readonly #server: Server;

  /** @param hold Awaited before each answer. */
  constructor(schema: GraphQLSchema, rootValue: unknown, hold?: () => Promise<void>) {
    this.#server = createServer((request, response) => {
      response.on('close', () => {
        if (!response.writableFinished) this.aborted++;
      });
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', async () => {
        const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
        this.asked.push(asked);
        this.headers.push(request.headers);
        await hold?.();
        if (this.fault) return this.fault(request, response);
        const result: ExecutionResult = await graphql({
          schema,
          rootValue,
          source: asked.query,
          variableValues: asked.variables ?? null,
        });
        response.setHeader('content-type', 'application/json; charset=utf-8');
        response.end(JSON.stringify(result));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise(resolve => this.#server.close(resolve));
  }
}

export interface Toy {
  readonly data: ToyData;
  readonly departments: Record<Department, ToyDepartment>;
  readonly subgraphs: readonly Subgraph[];
  readonly supergraph: Supergraph;
  readonly run: (source: string, variables?: Row, call?: { signal?: AbortSignal }) => Promise<ExecutionResult>;
  readonly executor: Executor;
  /** The same question to one plain schema over the same data. */
  readonly plainly: (source: string, variables?: Row) => Promise<ExecutionResult>;
  stop(): Promise<void>;
}

export async function startToy(
  options: { enterprises?: number; timeoutMs?: number; rootValue?: object } = {},
): Promise<Toy> {
  const data = toyData(options.enterprises);
  const departments = {} as Record<Department, ToyDepartment>;
  const subgraphs: Subgraph[] = [];
  const services: Service[] = [{ name: 'window', sdl: SDL.window, url: 'http://window.invalid' }];
  for (const name of DEPARTMENTS) {
    const department = new ToyDepartment(schemaOf(name, data), data.root);
    const url = await department.listen();
    departments[name] = department;
    services.push({ name, sdl: SDL[name], url });
    subgraphs.push(
      remoteSubgraph({
        name,
        url,
        connectionsMax: 8,
        timeoutMs: options.timeoutMs ?? 2_000,
        responseBytesMax: 1_000_000,
      }),
    );
  }
  subgraphs.push(rootedLocalSubgraph(data));
  const composed = composeSupergraph(services);
  if (!composed.ok) throw new Error(composed.reasons.join('\n'));
  const { publicSchema, supergraphSdl } = composed;
  const executor = createExecutor({
    publicSchema,
    planner: hivePlanner(supergraphSdl),
    subgraphs,
    ownerOf: ownersIn(supergraphSdl).ownerOf,
  });
  return {
    data,
    departments,
    subgraphs,
    supergraph: composed,
    executor,
    run: (source, variables, call) => executor({ ...call, document: parse(source), variables, context: {} }),
    plainly: async (source, variables) =>
      graphql({ schema: publicSchema, rootValue: data.root, source, variableValues: variables ?? null }),
    async stop() {
      await Promise.all(DEPARTMENTS.map(name => departments[name].stop()));
      await Promise.all(subgraphs.map(subgraph => subgraph.close()));
    },
  };
}

/** The window's root fields are methods of the data, given to the schema as resolvers. */
function rootedLocalSubgraph(data: ToyData): Subgraph {
  const schema = schemaOf('window', data);
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const [name, field] of Object.entries(type?.getFields() ?? {})) {
      const method = (data.root as Record<string, ((args: never) => unknown) | undefined>)[name];
      if (method) field.resolve = (_source, args) => method(args as never);
    }
  }
  return localSubgraph({ name: 'window', schema });
}
