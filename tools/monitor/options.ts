import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NOTE_KEY, type NoteKey, readVerifierKey } from '../../certs/log/note.ts';

/** What `npm run monitor` is asked for. */
export interface Options {
  /** The log's address, without a slash at the end. */
  readonly url: string;
  /** By what its signatures are judged. */
  readonly by: { readonly key: NoteKey } | { readonly rootPath: string };
  /** What was seen of the log before; nothing is remembered without it. */
  readonly statePath: string | undefined;
  readonly follow: boolean;
  readonly everyMs: number;
  readonly entries: boolean;
  readonly json: boolean;
}

const everySecondsByDefault = 10;

export const USAGE = `npm run monitor -- URL [--state FILE] [--follow] [--every SECONDS] [--entries] [--json]
                        [--trust root.pem | --key VKEY]

Watches a transparency log (c2sp.org/tlog-tiles) over HTTP: whether its newest checkpoint is signed, continues the one seen
last, and has the root of all its entries; and tells what is new, by the holder whose seal it is. A holder finds here
what was sealed in its name. URL is the address of a gateway, or of a log.

  --state FILE   remembers the checkpoint seen last, and goes on from there; without it the whole log is read each time
  --follow       goes on watching until it is interrupted
  --every N      looks every so many seconds (default ${everySecondsByDefault})
  --entries      tells each new entry: its index, the holder, and the SHA-256 of the seal
  --trust FILE   the root of trust; default $DATA_DIR/trust/root.pem, and DATA_DIR is ./data by default. The trust list beside
                 it, or else that of the gateway, names the keys of log and witnesses
  --key VKEY     the log's key itself (c2sp.org/signed-note): name+hash+base64
  --json         a JSON object for each look that found something new

Exit status 0: what the log shows is all in order. 1: the log shrank, forked, was rewritten or signed what is not so; both
checkpoints that convict it are told, and FILE stays as it was. 2: it could not be watched.`;

/** A wrong argument; its message says what a right one is. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** @throws {WrongUsage} */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parsed(args);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new WrongUsage('Give the address of one log.');
  if (values.trust !== undefined && values.key !== undefined) throw new WrongUsage('--trust does not go with --key.');
  const rootPath = values.trust ?? join(environment.DATA_DIR ?? './data', 'trust', 'root.pem');
  return {
    url: logUrl(url),
    by: values.key === undefined ? { rootPath } : { key: logKey(values.key) },
    statePath: values.state,
    follow: values.follow,
    everyMs: seconds(values.every) * 1_000,
    entries: values.entries,
    json: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        state: { type: 'string' },
        follow: { type: 'boolean', default: false },
        every: { type: 'string', default: String(everySecondsByDefault) },
        entries: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        trust: { type: 'string' },
        key: { type: 'string' },
      },
    });
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

/** Of a gateway the log is below `/log`. */
function logUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new WrongUsage(`"${text}" is no address such as http://127.0.0.1:4000.`);
  const path = url.pathname.replace(/\/+$/, '');
  return url.origin + (path === '' ? '/log' : path);
}

function logKey(text: string): NoteKey {
  const key = readVerifierKey(text);
  if (key?.type === NOTE_KEY.LOG) return key;
  throw new WrongUsage('--key is the Ed25519 key of a log: name+hash+base64, with a hash that fits.');
}

function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 86_400) return value;
  throw new WrongUsage(`--every is 1 to 86400 seconds, but "${text}" was given.`);
}
