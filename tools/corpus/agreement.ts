/** Two verifiers before one corpus: ours, in this process, and the one that was written from docs/format.md alone. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeBundle } from '../../certs/bundle/judge.ts';
import { openTrust, trustFiles, Unreadable } from '../../certs/cli/files.ts';
import { judgePdf } from '../../certs/pdf/judge.ts';
import { judge, type Trust, TrustError, type Verdict } from '../../certs/verify.ts';
import { LIST, type Line } from './write.ts';

/** Debian's, which has the packages that it needs; another Python may stand before it in the path. */
export const PYTHON = '/usr/bin/python3';
export const SECOND = join(import.meta.dirname, '../../verifier/verify.py');

export interface Answer {
  readonly id: string;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
}

const UNUSABLE = { verdict: null, reason: null };

export function answersOfOurs(folder: string, lines: readonly Line[]): readonly Answer[] {
  const trusts = new Map<string, Trust | undefined>();
  const trustIn = (name: string): Trust | undefined => {
    if (!trusts.has(name)) trusts.set(name, trustOrNone(join(folder, name)));
    return trusts.get(name);
  };
  return lines.map(line => {
    const trust = trustIn(line.trust);
    return { id: line.id, ...(trust ? judged(folder, line, trust) : UNUSABLE) };
  });
}

function trustOrNone(folder: string): Trust | undefined {
  try {
    return openTrust(trustFiles(join(folder, 'root.pem')));
  } catch (error) {
    if (error instanceof TrustError || error instanceof Unreadable) return undefined;
    throw error;
  }
}

function judged(folder: string, { kind, files, at: text }: Line, trust: Trust): Omit<Answer, 'id'> {
  const bytes = (role: string): Uint8Array | undefined => {
    const file = files[role];
    return file === undefined ? undefined : readFileSync(join(folder, file));
  };
  const at = new Date(text);
  const { verdict, findings } = judgedBy();
  return { verdict, reason: findings[0]?.code ?? null };

  function judgedBy() {
    if (kind === 'bundle') return judgeBundle({ bytes: bytes('bundle')!, trust, at });
    if (kind === 'pdf') return judgePdf({ bytes: bytes('pdf')!, trust, at });
    const [proof, disclosures] = [bytes('proof'), bytes('disclosures')];
    const evidence = { ...(proof && { proof }), ...(disclosures && { disclosures }) };
    return judge({ record: bytes('record')!, seal: bytes('seal')!, trust, at, ...evidence });
  }
}

export const hasSecond = (): boolean => existsSync(SECOND);

/** Some thousand files take it a minute. */
const secondMaxMs = 15 * 60_000;
const answersBytesMax = 64 * 1024 * 1024;

/** @throws {Error} when it gave no answer for each line. */
export function answersOfSecond(folder: string): readonly Answer[] {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, [SECOND, '--batch', join(folder, LIST)], {
    encoding: 'utf8',
    timeout: secondMaxMs,
    maxBuffer: answersBytesMax,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`the second verifier ended with ${status}: ${stderr.slice(-2_000)}`);
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Answer);
}

export interface Disagreement {
  readonly line: Line;
  readonly ours: Answer;
  readonly second: Answer | undefined;
}

export function disagreements(
  lines: readonly Line[],
  ours: readonly Answer[],
  second: readonly Answer[],
): readonly Disagreement[] {
  const answers = new Map(second.map(answer => [answer.id, answer]));
  return lines.flatMap((line, i) => {
    const [one, other] = [ours[i]!, answers.get(line.id)];
    const isSame = other && one.verdict === other.verdict && one.reason === other.reason;
    return isSame ? [] : [{ line, ours: one, second: other }];
  });
}

export function sentenceOf({ line, ours, second }: Disagreement): string {
  const said = (answer: Answer | undefined) => (answer ? `${answer.verdict} ${answer.reason}` : 'nothing');
  const { id, class: of, what, files, trust, at } = line;
  return `${id} (${of}: ${what})\n  ${Object.values(files).join(' ')} by ${trust} at ${at}\n  ours: ${said(ours)}\n  second: ${said(second)}`;
}

/** Entries of which our own verifier does not say what was to be expected of a right one. */
export function surprises(lines: readonly Line[], ours: readonly Answer[]): readonly string[] {
  return lines.flatMap((line, i) => {
    const { verdict, reason } = ours[i]!;
    return line.verdicts.includes(verdict) ? [] : [`${line.id} (${line.class}: ${line.what}): ${verdict} ${reason}`];
  });
}
