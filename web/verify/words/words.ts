/** Everything that the page says, in two languages. The sentences of findings come from the verifier's own table. */
import type { Verdict } from '../../../certs/verify.ts';
import type { UnreadableReason } from '../engine/report.ts';

export type Language = 'zh' | 'en';

export interface Words {
  /** BCP 47. */
  readonly tag: string;
  readonly title: string;
  readonly subtitle: string;
  readonly language: string;
  readonly skip: string;

  readonly dropTitle: string;
  readonly dropHint: string;
  readonly choose: string;
  readonly kinds: string;
  readonly clear: string;
  readonly savePage: string;
  readonly saveHint: string;

  readonly scannedTitle: string;
  readonly scannedHint: string;
  readonly scannedNumber: string;
  readonly scannedRecord: string;
  readonly scannedSame: string;
  readonly scannedAnother: string;

  readonly settings: string;
  readonly time: string;
  readonly timeHint: string;
  readonly timeNow: string;
  readonly timeWrong: string;
  readonly witnessesMin: string;
  readonly witnessesHint: string;
  readonly trust: string;
  readonly trustServed: string;
  readonly trustChosen: string;
  readonly trustAbsent: string;
  readonly trustRefused: string;
  readonly trustHint: string;
  readonly trustChoose: string;
  readonly trustReset: string;
  readonly trustNotOne: string;
  readonly rootFingerprint: string;
  readonly listVersion: string;
  readonly trustList: (version: number, issuedAt: string) => string;
  readonly noTrustList: string;
  readonly news: (issuer: string, from: string, until: string) => string;
  readonly noNews: string;

  readonly results: string;
  readonly working: string;
  readonly announce: (done: number, all: number) => string;
  readonly verdicts: Readonly<Record<Verdict | 'UNREADABLE', readonly [word: string, sentence: string]>>;
  readonly unreadable: Readonly<Record<UnreadableReason, string>>;
  readonly kindOf: Readonly<Record<'PDF' | 'BUNDLE' | 'SEAL' | 'SES', string>>;
  readonly notAboutLater: string;

  readonly atSigning: string;
  readonly now: string;
  readonly verifiedAt: string;
  readonly signer: string;
  readonly signerUntrusted: string;
  readonly sealedAt: string;
  readonly stampedAt: string;
  readonly notStamped: string;
  readonly log: string;
  readonly logEntry: (index: number, size: number) => string;
  readonly noLog: string;
  readonly witnesses: string;
  readonly none: string;

  readonly paperSays: string;
  readonly pdfHint: string;
  readonly paperSaysUntrusted: string;
  readonly struckOut: string;
  readonly struckOutHint: string;
  readonly wantsDisclosures: string;
  readonly onlyHashed: string;
  readonly more: string;
  readonly cut: string;
  readonly recordSha256: string;
  readonly yes: string;
  readonly no: string;

  readonly findings: string;
  readonly noFindings: string;
  readonly place: string;

  readonly chain: string;
  readonly pinned: string;
  readonly fingerprint: string;
  readonly serial: string;
  readonly validity: string;
  readonly noChain: string;

  readonly bundlePapers: string;
  readonly caseNumber: string;
  readonly caseState: string;
  readonly madeAt: string;
  readonly notSealed: string;
  readonly ledger: Readonly<Record<string, string>>;

  readonly footer: string;
}
