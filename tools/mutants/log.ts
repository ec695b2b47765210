/** A log of the mutants' own: whatever is entered into it is proved, so that nothing is refused for want of a proof. */
import type { KeyObject } from 'node:crypto';
import { writeCheckpoint } from '../../certs/log/checkpoint.ts';
import { writeProof } from '../../certs/log/proof.ts';
import { noteSigner } from '../../certs/log/sign.ts';
import { leafHash, nodeHash } from '../../certs/log/tree.ts';

export interface OwnLog {
  /** A proof for each entry, all under one checkpoint. */
  prove(entries: readonly Uint8Array[]): readonly Uint8Array[];
  /** That checkpoint alone. */
  checkpointOver(entries: readonly Uint8Array[]): Uint8Array;
}

/** @param origin Names the log. @param key Private, Ed25519. */
export function openLog(origin: string, key: KeyObject): OwnLog {
  const signer = noteSigner(origin, key);
  const signed = (rows: readonly (readonly Uint8Array[])[]): string => {
    const text = writeCheckpoint({ origin, size: rows[0]!.length, root: rows.at(-1)![0]! });
    return `${text}\n${signer.line(text)}`;
  };
  return {
    prove(entries) {
      const rows = rowsOver(entries.map(leafHash));
      const note = signed(rows);
      return entries.map((_, index) => Buffer.from(writeProof({ index, path: pathOf(index, rows), note })));
    },
    checkpointOver: entries => Buffer.from(signed(rowsOver(entries.map(leafHash)))),
  };
}

/** Rows of hashes from the leaves up to the root. What has no neighbor goes up as it is: RFC 6962 splits the same way. */
function rowsOver(leaves: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const rows: (readonly Uint8Array[])[] = [leaves];
  for (let row = leaves; row.length > 1; rows.push(row)) {
    const below = row;
    row = Array.from({ length: Math.ceil(below.length / 2) }, (_, at) => {
      const [left, right] = [below[2 * at]!, below[2 * at + 1]];
      return right ? nodeHash(left, right) : left;
    });
  }
  return rows;
}

const pathOf = (index: number, rows: readonly (readonly Uint8Array[])[]): Uint8Array[] =>
  rows.slice(0, -1).flatMap((row, level) => row[Math.floor(index / 2 ** level) ^ 1] ?? []);
