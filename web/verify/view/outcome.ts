import type { Verdict } from '../../../certs/verify.ts';
import type { Report } from '../engine/report.ts';

export type Outcome = Verdict | 'UNREADABLE';

export const outcomeOf = (report: Report): Outcome => (report.state === 'JUDGED' ? report.verdict : 'UNREADABLE');

/** Whether what the file says of itself may be believed: nothing in it was forged or changed. */
export const isGenuine = (verdict: Verdict): boolean => verdict !== 'INVALID';
