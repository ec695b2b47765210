import type { ItemState } from './generated/types.ts';

/** All of them, for who reads them where they may have been changed. */
export const ITEM_STATES: Readonly<Record<ItemState, true>> = {
  WAITING_INPUT: true,
  QUEUED: true,
  SENT: true,
  OUTCOME_UNKNOWN: true,
  PENDING_HUMAN: true,
  GRANTED_PROVISIONAL: true,
  GRANTED: true,
  REFUSED: true,
  COMPENSATING: true,
  COMPENSATED: true,
  SKIPPED: true,
};

/** What the states of an item mean to whoever plans, counts or shows it: the one place that says so. */
const MEANINGS = {
  /** Nothing happens of it any more. */
  settled: ['GRANTED', 'REFUSED', 'COMPENSATED', 'SKIPPED'],
  /** Nothing of it is under way, and nothing is granted. */
  unfiled: ['QUEUED', 'WAITING_INPUT'],
  /** Filed, and may be granted at any time. */
  open: ['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN'],
  /** A grant that can be taken back. Only a definite one has the sealed paper on which the next item builds. */
  revocable: ['GRANTED', 'GRANTED_PROVISIONAL'],
  /** A grant that stands, or is not yet known to be gone. */
  held: ['GRANTED', 'GRANTED_PROVISIONAL', 'COMPENSATING'],
  /** Not definite: the department is asked, again and again, what became of it. */
  asked: ['OUTCOME_UNKNOWN', 'PENDING_HUMAN', 'GRANTED_PROVISIONAL'],
  /** A person's decision is waited for, which a call-back may bring. */
  atPersons: ['PENDING_HUMAN', 'GRANTED_PROVISIONAL'],
  /** An item that needs one of these will never be filed. */
  dead: ['REFUSED', 'SKIPPED', 'COMPENSATING', 'COMPENSATED'],
} as const satisfies Record<string, readonly ItemState[]>;

export type Meaning = keyof typeof MEANINGS;

export const means = (state: ItemState, meaning: Meaning): boolean =>
  (MEANINGS[meaning] as readonly ItemState[]).includes(state);
