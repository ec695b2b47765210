import type { Answer } from './desk.ts';
import { type GrantRecord, readRecord } from './record.ts';

/** What a department has granted, as its journal has it. */
export interface Granted {
  readonly record: GrantRecord;
  /** The record byte for byte as it was sealed. */
  readonly text: string;
  /** What is disclosed of its leaves; undefined where it has none. */
  readonly disclosures: string | undefined;
}

/** @param answer Of the journal. @returns undefined for any other answer. */
export function grantIn(answer: string | undefined): Granted | undefined {
  if (answer === undefined) return undefined;
  const { type, record: text, disclosures } = JSON.parse(answer) as Answer;
  const record = type === 'Granted' ? readRecord(JSON.parse(text)) : undefined;
  return record?.outcome === 'GRANTED' ? { record, text, disclosures } : undefined;
}
