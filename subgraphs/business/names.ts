import { createHash } from 'node:crypto';
import {
  type Amendment,
  type Condition,
  type Entry,
  type Register,
  type RegisterRow,
  rowsPerSearchMax,
} from '../../adapters/port.ts';
import { alternativesMax, alternativesTo, givenUp, givesWay, HELD, type Holder, RELEASABLE } from './clash.ts';
import type { LicenseRow, NameRow } from './mapping.ts';
import { clashKey, type Named } from './rules.ts';

/*
 * The registers of names and licenses, which follow each other: each step happens once under its operation, may be
 * repeated after a crash, and is made only of a row that is still as it was read. A name whose time is over keeps its
 * lock until somebody asks for it, so that nothing has to run at midnight.
 */
export interface Registers {
  readonly names: Register<NameRow>;
  readonly licenses: Register<LicenseRow>;
}

/** The register of names, in which a name whose time is over gives way, and one that an enterprise has is not released. */
export function reservations(registers: Registers): Register<NameRow> {
  const { names } = registers;
  return {
    find: keys => names.find(keys),
    search: searches => names.search(searches),
    async enter(entries) {
      const entered = await names.enter(entries);
      const refused = entries.filter((_, at) => entered[at]?.state === 'CONFLICT');
      if (refused.length === 0) return entered;
      await giveWay(registers, refused);
      // Also when nothing gave way here: who made a name give way in this moment may not have lived to take it.
      const again = new Map((await names.enter(refused)).map(entry => [entry.operationId, entry]));
      return entered.map(entry => again.get(entry.operationId) ?? entry);
    },
    amend: amendments => names.amend(amendments.map(one => ({ ...one, where: { ...one.where, status: RELEASABLE } }))),
  };
}

async function giveWay(registers: Registers, refused: readonly Entry<NameRow>[]): Promise<void> {
  const holders = await holdersOf(
    registers,
    refused.map(({ row }) => lockOf(row)),
  );
  const changes = refused.flatMap(({ row }): Amendment<NameRow>[] =>
    (holders.get(lockOf(row)) ?? [])
      .filter(holder => holder.row.lock === row.lock && givesWay(holder, row))
      .map(holder => ({
        operationId: freeing(holder.operationId),
        of: holder.operationId,
        changes: givenUp(holder, row.reservedOn),
        where: { status: [holder.row.status], lock: [holder.row.lock] },
      })),
  );
  await registers.names.amend(changes);
}

/** The register of licenses, which mark their names: as registered before they are entered, as ended after they were revoked. */
export function namedLicenses({ names, licenses }: Registers): Register<LicenseRow> {
  return {
    find: keys => licenses.find(keys),
    search: searches => licenses.search(searches),
    async enter(entries) {
      const reserved = await reservedBy(entries.map(({ row }) => row));
      const marked = await names.amend(
        entries.map(({ operationId, row }) => ({
          operationId,
          // Asked even if none is found, of no operation: this very one may have marked a name that has ended since.
          of: reserved.get(nameOf(row)) ?? '',
          changes: { status: 'REGISTERED' },
          where: { status: HELD },
        })),
      );
      const named = entries.filter((_, at) => marked[at]?.state === 'DONE');
      const entered = new Map((await licenses.enter(named)).map(entry => [entry.operationId, entry]));
      return entries.map(({ operationId }) => entered.get(operationId) ?? { operationId, state: 'CONFLICT' });
    },
    async amend(amendments) {
      const amended = await licenses.amend(amendments);
      const ended = amended.flatMap(one => (one.state === 'DONE' && one.row.status !== 'VALID' ? [one] : []));
      const reserved = await reservedBy(ended.map(({ row }) => row));
      await names.amend(
        ended.flatMap(({ operationId, row }): Amendment<NameRow>[] => {
          const of = reserved.get(nameOf(row));
          const changes = { status: 'REVOKED', endedOn: row.revokedOn } as const;
          return of ? [{ operationId, of, changes, where: { status: HELD } }] : [];
        }),
      );
      return amended;
    },
  };

  /** The operations that reserved the names of licenses, where they are still held. */
  async function reservedBy(rows: readonly LicenseRow[]): Promise<ReadonlyMap<string, string>> {
    const cases = [...new Set(rows.map(({ caseNumber }) => caseNumber))];
    if (cases.length === 0) return new Map();
    const found = await everyRow(names, [{ caseNumber: cases, status: HELD }]);
    return new Map(found.map(({ row, operationId }) => [nameOf(row), operationId]));
  }
}

const nameOf = ({ caseNumber, fullName }: Pick<NameRow, 'caseNumber' | 'fullName'>): string =>
  `${caseNumber} ${fullName}`;

/** All that hold each lock or share it, in the order in which they came. At most two round trips. */
export async function holdersOf(
  { names, licenses }: Registers,
  locks: readonly string[],
): Promise<ReadonlyMap<string, readonly Holder[]>> {
  const found = await rowsAt(names, locks);
  const cases = [...new Set(found.map(({ row }) => row.caseNumber))];
  const conditions = inChunks(cases).map(some => ({ caseNumber: some }));
  const issued = new Map((await everyRow(licenses, conditions)).map(({ row }) => [row.caseNumber, row]));
  const holders = found.map(one => ({ ...one, license: issued.get(one.row.caseNumber) }));
  return Map.groupBy(holders, ({ row }) => lockOf(row));
}

/**
 * Trading names made from each that is asked for, which nobody holds now; `wanted` are locks that others are about to
 * have. One round trip for all.
 */
export async function freeAlternatives(
  { names }: Registers,
  asked: readonly Named[],
  wanted: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const candidates = asked.map(({ regionCode, name }) =>
    alternativesTo(name.tradingName).map(tradingName => ({
      tradingName,
      lock: clashKey({ regionCode, name: { tradingName, trade: name.trade } }),
    })),
  );
  const found = await rowsAt(
    names,
    candidates.flat().map(({ lock }) => lock),
  );
  const taken = new Set([...wanted, ...found.map(({ row }) => lockOf(row))]);
  return candidates.map(some =>
    some
      .filter(({ lock }) => !taken.has(lock))
      .slice(0, alternativesMax)
      .map(({ tradingName }) => tradingName),
  );
}

/** The lock for which a name stands: its own, or the one it shares. */
export const lockOf = ({ lock, sharedLock }: NameRow): string => sharedLock ?? lock ?? '';

/** First those that hold a lock, then those that share one: they came later. */
const rowsAt = (names: Register<NameRow>, locks: readonly string[]): Promise<readonly Located<NameRow>[]> => {
  const chunks = inChunks([...new Set(locks)]);
  return everyRow(names, [...chunks.map(lock => ({ lock })), ...chunks.map(sharedLock => ({ sharedLock }))]);
};

interface Located<Row> {
  readonly row: Row;
  readonly operationId: string;
}

/** Every row of some conditions: one round trip, but where more of them than a page holds are of one condition. */
async function everyRow<Row extends RegisterRow>(
  register: Register<Row>,
  conditions: readonly Condition<Row>[],
): Promise<readonly Located<Row>[]> {
  const all: Located<Row>[] = [];
  let searches = conditions.map(where => ({ where, first: rowsPerSearchMax, after: undefined as string | undefined }));
  while (searches.length > 0) {
    const found = await register.search(searches);
    for (const { rows, operations } of found) {
      all.push(...rows.map((row, at) => ({ row, operationId: operations[at] as string })));
    }
    searches = searches.flatMap(({ where, first }, at) => {
      const after = found[at]?.cursor;
      return after === undefined ? [] : [{ where, first, after }];
    });
  }
  return all;
}

/** As many as one condition takes, and no more than a page holds of what is unique. */
const inChunks = <Value>(values: readonly Value[]): readonly (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / rowsPerSearchMax) }, (_, at) =>
    values.slice(at * rowsPerSearchMax, (at + 1) * rowsPerSearchMax),
  );

/** The one operation by which a name is ever freed: of bounded length, and with a space, which no window's id has. */
const freeing = (operationId: string): string => `free ${createHash('sha256').update(operationId).digest('hex')}`;
