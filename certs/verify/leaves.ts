/** What is disclosed of a record's leaves: each fits its leaf and no other, and what is absent has been struck out. */
import { type Finding, FormatError, finding } from '../findings.ts';
import { toHex } from '../hex.ts';
import type { JsonObject, JsonValue } from '../jcs.ts';
import { type Disclosures, disclosuresBytesMax, leafHash, leavesIn, leavesMax, readDisclosures } from '../leaves.ts';
import { sha256 } from '../primitives.ts';

export interface ExaminedLeaves {
  /** The values that fit their leaves, by path. */
  readonly disclosed: ReadonlyMap<string, JsonValue>;
  /** The paths of which nothing is disclosed, in the order of the record. */
  readonly struckOut: readonly string[];
}

/** As a judgement tells it. */
export interface ShownLeaves {
  readonly disclosed: JsonObject;
  readonly struckOut: readonly string[];
}

export const shownOf = ({ disclosed, struckOut }: ExaminedLeaves): ShownLeaves => ({
  disclosed: Object.fromEntries(disclosed),
  struckOut,
});

export interface LeavesQuestion {
  /** The record's bytes, and what they read; undefined when that could not be told. */
  readonly record: Uint8Array;
  readonly value: JsonObject | undefined;
  /** The bytes of `disclosures.json`; undefined when there is none: then every leaf is struck out. */
  readonly disclosures: Uint8Array | undefined;
}

/** @returns undefined for a record without leaves. */
export function examineLeaves(
  { record, value, disclosures: bytes }: LeavesQuestion,
  findings: Finding[],
): ExaminedLeaves | undefined {
  const { leaves, malformed, isTooMany } = value ? leavesIn(value) : NO_LEAVES;
  if (malformed !== undefined) findings.push(finding('LEAF_MALFORMED', malformed));
  if (isTooMany) findings.push(finding('LEAVES_TOO_MANY', 'record', { max: String(leavesMax) }));
  const disclosures = bytes && readOrFind(bytes, findings);
  if (disclosures && disclosures.record !== toHex(sha256(record)))
    findings.push(finding('DISCLOSURES_OF_ANOTHER_RECORD', 'disclosures: record'));
  const disclosed = new Map<string, JsonValue>();
  for (const [path, disclosure] of disclosures?.leaves ?? []) {
    const leaf = leaves.get(path);
    if (leaf === undefined) findings.push(finding('DISCLOSURE_WITHOUT_LEAF', `disclosures: ${path}`));
    else if (leaf !== leafHash(path, disclosure)) findings.push(finding('LEAF_DIFFERS', `disclosures: ${path}`));
    else disclosed.set(path, disclosure.value);
  }
  if (leaves.size === 0) return undefined;
  return { disclosed, struckOut: [...leaves.keys()].filter(path => !disclosures?.leaves.has(path)) };
}

const NO_LEAVES: ReturnType<typeof leavesIn> = { leaves: new Map(), isTooMany: false };

function readOrFind(bytes: Uint8Array, findings: Finding[]): Disclosures | undefined {
  try {
    return readDisclosures(bytes);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    findings.push(finding(fault.code, 'disclosures', { max: String(disclosuresBytesMax) }));
    return undefined;
  }
}
