/**
 * A harbor's graph over six departments, with what the production graph does not have, or not yet: interfaces that are
 * entities, one of them known as an object elsewhere; several, nested and composite keys; fields that are required,
 * provided, shared and taken over; unions and enums of which each department knows a part; a custom scalar.
 */
import { GraphQLError } from 'graphql';
import { type Federation, federate, type Row } from './federate.ts';

const FLAGS = ['CN', 'LR', 'PA'].map((code, n) => ({ code, country: n === 1 ? null : `country ${code}` }));
const SHIPS = 12;

/** All rows, as a schema that is not federated would answer them; fields with arguments are methods. */
export function harborData() {
  const ships: Row[] = [];
  const at = (n: number): Row => ships[n % SHIPS] as Row;
  for (let n = 0; n < SHIPS; n++) ships.push(shipOf(n, at, no => berths[no] as Row));
  const barges: Row[] = [0, 1, 2].map(n => ({
    __typename: 'Barge',
    imo: `B${n}`,
    name: named(n === 1 ? null : `barge ${n}`),
    tonnage: 10 * n,
    tug: n === 2 ? null : at(n + 3),
  }));
  const berths: Row[] = [0, 1, 2, 3].map(n => ({
    no: n,
    depth: n === 2 ? null : n + 0.5,
    occupant: n === 3 ? null : at(n * 2),
    waiting: [[at(n)], n % 2 ? null : [at(n + 1), null]],
  }));
  const assets: Row[] = [
    { __typename: 'Crane', id: 'a1', label: 'crane', lift: 40, owner: at(1) },
    { __typename: 'Buoy', id: 'a2', label: null, light: 'RED', owner: null },
    { __typename: 'Crane', id: 'a3', label: 'old crane', lift: null, owner: at(4) },
  ];
  for (const asset of assets) Object.assign(asset, inspected(asset, berths[1] as Row));
  const cargo = [
    { __typename: 'Crate', no: 1, weight: 3 },
    { __typename: 'Tank', no: 2, liquid: 'oil', heldBy: at(2) },
    { __typename: 'Crate', no: 3, weight: null },
  ];
  return {
    ships,
    berths,
    assets,
    root: {
      ship: ({ imo }: { imo: string }) => ships.find(ship => ship.imo === imo) ?? null,
      ships: ({ first }: { first: number }) => ships.slice(0, first),
      vessels: () => [at(0), barges[0], null, at(5), barges[1], barges[2]],
      findings: ({ kind }: { kind?: string }) =>
        kind === 'none' ? [] : [at(3), barges[0], cargo[1], assets[0], assets[1]],
      assets: () => assets,
      tally: ({ by }: { by: { color?: string; least: number } }) => `${by.color ?? 'any'} ${by.least}`,
      berth: ({ no }: { no: number }) => berths[no] ?? null,
      berths: () => [berths.slice(0, 2), [], null, berths.slice(2)],
      harborMaster: () => 'Ito',
      inspectedAssets: () => assets.toReversed(),
      today: () => '2026-02-03',
      arrivals: () => [at(7), at(8)],
    },
  };
}

export type HarborData = ReturnType<typeof harborData>;

const named =
  (text: string | null) =>
  ({ upper }: { upper?: boolean }) =>
    upper ? (text?.toUpperCase() ?? null) : text;

function shipOf(n: number, at: (n: number) => Row, berthAt: (no: number) => Row): Row {
  const flag = FLAGS[n % FLAGS.length] as Row;
  const place = n % 3 === 1 ? null : { town: n % 3 ? null : 'Rongcheng', street: 'Pier 1' };
  const yard = n % 4 === 2 ? null : { name: `yard ${n % 4}`, place, ships: () => [at(n), at(n + 4)] };
  return {
    __typename: 'Ship',
    imo: `S${n}`,
    name: named(n % 7 === 6 ? null : `ship ${n}`),
    tonnage: n % 5 === 4 ? null : n * 100,
    flag,
    hull: `H${n}`,
    built: n % 4 === 3 ? null : `19${70 + n}-01-01`,
    color: n % 3 === 0 ? 'RED' : n % 3 === 1 ? 'GREEN' : null,
    captain: n % 6 === 5 ? null : { name: `captain ${n}`, ship: () => at(n) },
    sister: () => at(n + 5),
    berth: () => (n % 2 ? null : berthAt((n / 2) % 4)),
    dues: ({ currency }: { currency: string }) => duesOf(n % 5 === 4 ? null : n * 100, currency),
    yard,
    plate: () => plateOf(yard, n % 5 === 4 ? null : n * 100),
    pilot: () => pilotOf(n),
    wind: n % 3 === 1 ? null : n / 4,
    next: ({ hours }: { hours: number }) => Array.from({ length: hours }, (_, nth) => (nth % 2 ? null : n + nth)),
    log: ({ last }: { last: number }) =>
      Array.from({ length: last }, (_, nth) => ({
        at: `2026-01-0${nth + 1}`,
        ship: at(n + nth),
        remark: () => remarkOf(n + nth),
      })),
  };
}

/** What is made of the required fields, whether they come with the row or in a representation. */
const duesOf = (tonnage: unknown, currency: string) =>
  tonnage === null ? null : `${Number(tonnage) / 10} ${currency}`;
const plateOf = (yard: unknown, tonnage: unknown) => {
  const { name = 'unknown', place } = (yard ?? {}) as { name?: string; place?: Row | null };
  return `${name}, ${place?.town ?? '?'}: ${tonnage}`;
};

function pilotOf(n: number): string {
  if (n % 4 === 1) throw new GraphQLError(`no pilot dares S${n}`, { extensions: { code: 'NO_PILOT' } });
  return `pilot ${n}`;
}

/** It costs the entry, and with it the whole log. */
function remarkOf(n: number): string {
  if (n % 7 === 3) throw new GraphQLError(`no remark on S${n}`, { extensions: { code: 'NO_REMARK' } });
  return `remark ${n}`;
}

const inspected = ({ id }: Row, berth: Row) => ({
  inspections: [
    { day: '2026-01-01', passed: id !== 'a2' },
    { day: '2026-01-02', passed: null },
  ],
  inspector: id === 'a3' ? null : { name: `inspector of ${id}`, berth },
});

/** Two departments may be called so that the one which knows an interface as an object is looked at first or last. */
export interface HarborNames {
  readonly customs: string;
  readonly registry: string;
}

export function startHarbor(data: HarborData, names: HarborNames): Federation {
  const { ships, berths, assets, root } = data;
  const shipBy = ({ imo, flag, hull }: Row) =>
    ships.find(ship => ship.imo === imo || (hull === ship.hull && (flag as Row)?.code === (ship.flag as Row).code)) ??
    null;
  return federate({
    [names.registry]: {
      sdl: `
        type Query { ship(imo: ID!): Ship  ships(first: Int = 3): [Ship!]!  vessels: [Vessel]  findings(kind: String): [Finding!]
          assets: [Asset!]!  today: Day @shareable  tally(by: TallyInput!): String }
        scalar Day
        enum Color { RED GREEN }
        input TallyInput { color: Color  least: Int! = 2 }
        interface Named { name(upper: Boolean): String }
        interface Vessel implements Named { imo: ID!  name(upper: Boolean): String  tonnage: Int }
        type Ship implements Vessel & Named @key(fields: "imo") @key(fields: "flag { code } hull") {
          imo: ID!  name(upper: Boolean): String  tonnage: Int  flag: Flag!  hull: String!  built: Day  color: Color  sister: Ship  yard: Yard }
        type Yard { name: String  place: Place  ships: [Ship!] }  type Place { town: String  street: String }
        type Barge implements Vessel & Named { imo: ID!  name(upper: Boolean): String  tonnage: Int!  tug: Ship }
        type Flag @shareable { code: ID!  country: String }
        union Finding = Ship | Barge | Tank | Crane | Buoy
        type Tank { no: Int!  liquid: String  heldBy: Ship! }
        interface Asset @key(fields: "id") { id: ID!  label: String  owner: Ship }
        type Crane implements Asset @key(fields: "id") { id: ID!  label: String  owner: Ship  lift: Int }
        type Buoy implements Asset @key(fields: "id") { id: ID!  label: String  owner: Ship  light: Color }`,
      root,
      references: {
        Ship: shipBy,
        Asset: ({ id }) => assets.find(asset => asset.id === id),
        Crane: ({ id }) => assets.find(asset => asset.id === id),
        Buoy: ({ id }) => assets.find(asset => asset.id === id),
      },
    },
    harbor: {
      sdl: `
        type Query { berth(no: Int!): Berth  berths: [[Berth!]]  harborMaster: String!  today: Day @shareable  arrivals: [Ship!] @provides(fields: "tonnage") }
        scalar Day
        type Berth @key(fields: "no") { no: Int!  depth: Float  occupant: Ship @provides(fields: "tonnage")  waiting: [[Ship]] }
        type Ship @key(fields: "imo") { imo: ID!  tonnage: Int @external  berth: Berth  captain: Captain @override(from: "crewing") }
        type Captain @shareable { name: String!  ship: Ship! }`,
      root,
      references: {
        Berth: ({ no }) => berths[Number(no)] ?? null,
        Ship: shipBy,
      },
    },
    [names.customs]: {
      sdl: `
        type Query { inspectedAssets: [Asset!] }
        scalar Day
        type Asset @key(fields: "id") @interfaceObject { id: ID!  inspections: [Inspection!]!  inspector: Inspector }
        type Inspection { day: Day!  passed: Boolean }
        type Inspector { name: String!  berth: Berth! }
        type Berth @key(fields: "no", resolvable: false) { no: Int! }`,
      root: { inspectedAssets: () => root.inspectedAssets().map(asObject) },
      references: { Asset: ({ id }) => asObject(assets.find(asset => asset.id === id) as Row) },
    },
    crewing: {
      sdl: `
        type Ship @key(fields: "imo") { imo: ID!  captain: Captain  pilot: String  log(last: Int = 1): [Entry!] }
        type Captain @shareable { name: String!  ship: Ship! }
        scalar Day
        type Entry { at: Day!  ship: Ship  remark: String! }`,
      references: {
        Ship: shipBy,
      },
    },
    treasury: {
      sdl: `
        type Ship @key(fields: "imo") { imo: ID!  tonnage: Int @external  yard: Yard @external
          dues(currency: String! = "CNY"): String @requires(fields: "tonnage")
          plate: String @requires(fields: "yard { name place { town } } tonnage") }
        type Yard { name: String @external  place: Place @external }  type Place { town: String @external }`,
      references: {
        Ship: ({ imo, yard, tonnage }) => ({
          imo,
          dues: ({ currency }: { currency: string }) => duesOf(tonnage, currency),
          plate: () => plateOf(yard, tonnage),
        }),
      },
    },
    // It has a key of its own: from the others there is no way to it but through the registry.
    weather: {
      sdl: `type Flag @shareable { code: ID!  country: String }
        type Ship @key(fields: "flag { code } hull") { flag: Flag! @shareable  hull: String! @shareable  wind: Float  next(hours: Int!): [Float] }`,
      references: { Ship: shipBy },
    },
  });
}

const asObject = (asset: Row): Row => ({ ...asset, __typename: 'Asset' });
