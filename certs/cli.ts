/** `npm run verify -- FILE…`: judges files offline. Reads files and the environment so that verify.ts needs neither. */
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printable } from './findings.ts';
import { type Judgement, judge, readTrust, recordBytesMax, sealBytesMax, type Trust, type Verdict } from './verify.ts';

const HELP = `Judges electronic seals over records, offline. 离线验证电子签章。

Usage: npm run verify -- FILE… [--trust root.pem] [--at TIME] [--json]

  FILE          x.p7s with x.json beside it, or x.json with x.p7s; a record.json and a seal.p7s in one folder
                belong together too
  --trust FILE  the root to trust; default $DATA_DIR/trust/root.pem, and DATA_DIR is ./data by default.
                A list.json with its list.p7s beside the root is used as the trust list
  --at TIME     judge as of this instant, such as 2025-06-30T12:00:00Z (UTC or with an offset); default now
  --json        one JSON object per file, on a line of its own
  --help        this text

Exit status: 0 valid (at signing, too), 1 invalid, revoked or expired, 2 indeterminate, 3 unreadable or wrong usage.
Of several files the worst counts: 1, then 3, then 2, then 0, because a proven fault outweighs a missing answer.
`;

const WORDS: Readonly<Record<Verdict, string>> = {
  VALID: '有效',
  VALID_AT_SIGNING: '签章时有效',
  REVOKED: '已吊销',
  EXPIRED: '已过期',
  INDETERMINATE: '无法确定',
  INVALID: '无效',
};
const EXIT: Readonly<Record<Verdict, number>> = {
  VALID: 0,
  VALID_AT_SIGNING: 0,
  REVOKED: 1,
  EXPIRED: 1,
  INDETERMINATE: 2,
  INVALID: 1,
};
const UNREADABLE = 3;
/** From best to worst. */
const ORDER: readonly number[] = [0, 2, UNREADABLE, 1];
/** A trust list of some thousand holders. */
const listBytesMax = 4 * 1024 * 1024;
const rootBytesMax = 64 * 1024;

/** Something that can't be examined at all; the sentence is for the user. */
class Unreadable extends Error {}

interface Wish {
  readonly files: readonly string[];
  readonly rootPath: string;
  readonly at: Date;
  readonly json: boolean;
}

interface Pair {
  readonly recordPath: string;
  readonly sealPath: string;
}

function main(args: readonly string[]): number {
  let wish: Wish;
  try {
    const parsed = parse(args);
    if (!parsed) {
      process.stdout.write(HELP);
      return 0;
    }
    wish = parsed;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    process.stderr.write(`${printable(sentence).replace(/\.?$/, '.')} Try --help.\n`);
    return UNREADABLE;
  }
  let trust: Trust;
  try {
    trust = openTrust(wish.rootPath);
  } catch (error) {
    process.stderr.write(`Cannot tell what to trust: ${(error as Error).message}\n`);
    return UNREADABLE;
  }
  // x.json and x.p7s named together, as by a shell's pattern, are one seal.
  const seen = new Set<string>();
  const codes = wish.files.flatMap(file => verifyOne(file, seen, trust, wish) ?? []);
  return codes.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).at(-1) ?? UNREADABLE;
}

/** @returns undefined when help was asked for. */
function parse(args: readonly string[]): Wish | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      trust: { type: 'string' },
      at: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (positionals.length === 0) throw new Error('No file was named.');
  const rootPath = values.trust ?? join(process.env.DATA_DIR ?? './data', 'trust', 'root.pem');
  return { files: positionals, rootPath, at: instant(values.at), json: values.json };
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(?:Z|[+-]\d\d:\d\d)$/;

/** An instant without an offset would mean another moment on each machine, so it is refused. */
function instant(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const [, local] = INSTANT.exec(text) ?? [];
  const at = new Date(text);
  if (local === undefined || Number.isNaN(at.getTime()) || !isOnTheCalendar(local))
    throw new Error('--at takes an instant such as 2025-06-30T12:00:00Z.');
  return at;
}

/** Date takes February 30 and 24:00 for the day after. */
function isOnTheCalendar(local: string): boolean {
  const read = new Date(`${local}Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(local);
}

function openTrust(rootPath: string): Trust {
  const rootPem = Buffer.from(readBounded(rootPath, rootBytesMax)).toString('latin1');
  const listPath = join(dirname(rootPath), 'list.json');
  if (!existsSync(listPath)) return readTrust({ rootPem });
  const json = readBounded(listPath, listBytesMax);
  const p7s = readBounded(join(dirname(rootPath), 'list.p7s'), sealBytesMax);
  return readTrust({ rootPem, list: { json, p7s } });
}

/** @returns undefined when the seal has been judged already. */
function verifyOne(file: string, seen: Set<string>, trust: Trust, wish: Wish): number | undefined {
  try {
    const pair = partner(file);
    if (seen.has(resolve(pair.sealPath))) return undefined;
    seen.add(resolve(pair.sealPath));
    const record = readBounded(pair.recordPath, recordBytesMax);
    const seal = readBounded(pair.sealPath, sealBytesMax);
    const judgement = judge({ record, seal, trust, at: wish.at });
    print(file, judgement, pair, wish);
    return EXIT[judgement.verdict];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { message } = error;
    process.stdout.write(
      wish.json ? `${JSON.stringify({ file, verdict: null, error: message })}\n` : `${printable(file)}: ${message}\n`,
    );
    return UNREADABLE;
  }
}

/** x.p7s ↔ x.json; where there is no such neighbor, seal.p7s ↔ record.json. */
function partner(file: string): Pair {
  const other = (from: string, to: string, named: string, counterpart: string): string => {
    const beside = `${file.slice(0, -from.length)}${to}`;
    return basename(file) === named && !existsSync(beside) ? join(dirname(file), counterpart) : beside;
  };
  if (file.endsWith('.p7s')) return { sealPath: file, recordPath: other('.p7s', '.json', 'seal.p7s', 'record.json') };
  if (file.endsWith('.json')) return { recordPath: file, sealPath: other('.json', '.p7s', 'record.json', 'seal.p7s') };
  throw new Unreadable('neither a record (.json) nor a seal (.p7s)');
}

/**
 * The size is asked of the opened file, and only regular files are read: a pipe or device has no size to bound. Opened
 * without blocking, or a pipe would keep us until somebody writes into it.
 */
function readBounded(path: string, bytesMax: number): Uint8Array {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Unreadable(`${printable(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    const stat = fstatSync(file);
    const { size } = stat;
    if (!stat.isFile()) throw new Unreadable(`${printable(path)} is not a file`);
    if (size > bytesMax) throw new Unreadable(`${printable(path)} has ${size} bytes, more than ${bytesMax}`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`${printable(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  } finally {
    closeSync(file);
  }
}

function print(file: string, judgement: Judgement, pair: Pair, { json, rootPath, at }: Wish): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ file, at: at.toISOString(), ...judgement })}\n`);
    return;
  }
  const { verdict, signer, sealedAt, findings } = judgement;
  const lines = [
    `${printable(file)}: ${verdict} ${WORDS[verdict]}`,
    ...(signer ? [`  signer 签章者: ${signer.organization} (${signer.department}), certificate ${signer.serial}`] : []),
    ...(sealedAt ? [`  sealed 签章时间: ${sealedAt}`] : []),
    ...findings.flatMap(({ code, at: where, en, zh }) => [`  ${code} [${printable(where)}]`, `    ${en}`, `    ${zh}`]),
    `  openssl: openssl cms -verify -binary -inform DER -in ${quoted(pair.sealPath)} -content ${quoted(pair.recordPath)} -CAfile ${quoted(rootPath)} -out /dev/null`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** For a POSIX shell; a path that would move the cursor is shown, not given. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", `'\\''`)}'`;

// Whoever reads our output may stop reading, as head does; the verdict is in the exit status all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = main(process.argv.slice(2));
