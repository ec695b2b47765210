/** Does what an operator wishes, and says what was done. */
import { readFileSync } from 'node:fs';
import { readPkcs12 } from '../../certs/custody/pkcs12.ts';
import { toHex } from '../../certs/hex.ts';
import { AUTHORITIES, type By, type Numbered, whoIsAtWork } from '../../certs/hierarchy/acts.ts';
import { type AtWork, atWork } from '../../certs/hierarchy/at-work.ts';
import { exportKey } from '../../certs/hierarchy/backup.ts';
import { TIME_STAMPS } from '../../certs/hierarchy/names.ts';
import { overview, type Row } from '../../certs/hierarchy/overview.ts';
import { publishList } from '../../certs/hierarchy/revocation.ts';
import { type Seat, seatOf } from '../../certs/hierarchy/seat.ts';
import { importKey, moveKey, renewKey, type Succeeded } from '../../certs/hierarchy/succession.ts';
import { type Wish as TurnWish, turnCertificate } from '../../certs/hierarchy/turn.ts';
import { suiteOfKeyObject } from '../../certs/key.ts';
import type { SuiteId } from '../../certs/suites.ts';
import { openOwnPress, readPressSettings } from '../../subgraphs/own-press.ts';
import { passwordFor } from './password.ts';
import type { Verb, Wish } from './wish.ts';

/** One line for a person or for a program. */
export interface Said {
  readonly sentence: string;
  readonly fact: Readonly<Record<string, unknown>>;
}

type Of<V extends Verb> = Extract<Wish, { readonly verb: V }>;
type Act<V extends Verb> = (at: AtWork, wish: Of<V>) => readonly Said[] | Promise<readonly Said[]>;

/** @throws {Error} in one sentence when it can't be done. */
export async function perform(wish: Wish, now: Date): Promise<readonly Said[]> {
  const password = 'p12' in wish ? await passwordFor(wish.p12, wish.password, wish.verb === 'export') : '';
  const by: By = { who: operator(), at: now, ...(wish.note !== undefined && { note: wish.note }) };
  return atWork(wish.dataDir, by, async at => {
    const act = ACTS[wish.verb] as (at: AtWork, wish: Wish, password: string) => ReturnType<Act<Verb>>;
    return act(at, wish, password);
  });
}

/** Who uses sudo is somebody all the same. */
function operator(): string {
  const { SUDO_USER } = process.env;
  return SUDO_USER ? `${SUDO_USER} as ${whoIsAtWork()}` : whoIsAtWork();
}

const ACTS: { readonly [V in Verb]: (at: AtWork, wish: Of<V>, password: string) => ReturnType<Act<V>> } = {
  list: ({ dataDir, acts, by }, { all }) =>
    overview(dataDir, acts.all, by.at)
      .filter(({ current }) => all || current)
      .map(row => ({ sentence: lineOf(row), fact: { ...row } })),

  async renew(at, { holder, suite, custody }) {
    const wanted = { ...(suite && { suite }), ...(custody && { custody }) };
    return withPictures(at, suite ?? seatOf(at.dataDir, holder).certificate.publicKey.suite, async working =>
      succeeded('renewed', await renewKey(working, holder, wanted)),
    );
  },

  suspend: (at, { whose, at: since = at.by.at }) => turn(at, whose, { turn: 'SUSPENDED', at: since }),
  resume: (at, { whose }) => turn(at, whose, { turn: 'RESUMED' }),
  revoke: (at, { whose, reason, at: since = at.by.at, invalidityDate }) =>
    turn(at, whose, { turn: 'REVOKED', at: since, reason, ...(invalidityDate && { invalidityDate }) }),

  crl: (at, { lists }) =>
    lists.map(name => {
      const { number, entries, thisUpdate, nextUpdate } = publishList(at, name);
      const until = nextUpdate.toISOString();
      return {
        sentence: `${name}.crl has the number ${number}, lists ${entries.length}, and is good until ${until}.`,
        fact: { list: name, number, listed: entries.length, thisUpdate: thisUpdate.toISOString(), nextUpdate: until },
      };
    }),

  async export(at, { holder, p12 }, password) {
    const seat = await exportKey(at, holder, p12, password);
    return [{ sentence: `The key of ${holder} is in ${p12}, under the password.`, fact: factOf('exported', seat) }];
  },

  async import(at, { holder, p12 }, password) {
    const contained = readPkcs12(readContainer(p12), password, p12);
    return withPictures(at, suiteOfKeyObject(contained.key), async working =>
      succeeded('imported', await importKey(working, holder, contained)),
    );
  },

  async move(at, { holder, custody }) {
    const moved = await moveKey(at, holder, custody);
    if (moved) return succeeded('moved', moved);
    const seat = seatOf(at.dataDir, holder);
    return [{ sentence: `The key of ${holder} is kept so already.`, fact: factOf('unchanged', seat) }];
  },
};

/** A key of SM2 comes with an electronic seal, on which there is a picture. */
async function withPictures<Result>(
  at: AtWork,
  suite: SuiteId | undefined,
  work: (at: AtWork) => Promise<Result>,
): Promise<Result> {
  if (suite !== 'SM2SM3') return work(at);
  const press = await openOwnPress(readPressSettings(process.env));
  try {
    return await work({ ...at, sealPictures: press.sealPicture });
  } finally {
    press.close();
  }
}

function turn(at: AtWork, whose: string, wish: TurnWish): readonly Said[] {
  const certificate = certificateOf(at, whose);
  const changed = turnCertificate(at, certificate, wish);
  const row = overview(at.dataDir, at.acts.all, at.by.at).find(
    one => one.issuer === certificate.issuer && one.serial === certificate.serial,
  )!;
  const already = changed ? '' : ', as before';
  return [{ sentence: `${nameOf(row)} is ${statusOf(row)}${already}.`, fact: { changed, ...row } }];
}

/** A holder stands for the certificate that it uses today. */
function certificateOf({ dataDir, authorities, acts }: AtWork, whose: string): Numbered {
  const authority = AUTHORITIES.find(name => name === whose);
  if (authority && authority !== 'seal-authority')
    throw new Error(`${authority} has issued its certificate itself: it can't be revoked, only no longer be trusted`);
  if (authority) return { issuer: 'root', serial: toHex(authorities[authority].certificate.serial) };
  const known = acts.all.find(act => act.act === 'ISSUED' && act.serial === whose.toLowerCase());
  if (known?.act === 'ISSUED') return known;
  if (/^[0-9a-f]{16,40}$/i.test(whose)) throw new Error(`no certificate has the serial number ${whose}`);
  return { issuer: 'seal-authority', serial: toHex(seatOf(dataDir, whose).certificate.serial) };
}

const containerBytesMax = 64 * 1024;

function readContainer(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= containerBytesMax) return bytes;
  } catch (error) {
    throw new Error(`${path} can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
  throw new Error(`${path} has more than ${containerBytesMax} bytes`);
}

function succeeded(what: string, { seat, remains }: Succeeded): readonly Said[] {
  const { holder, kept, certificate } = seat;
  const until = certificate.notAfter.toISOString();
  const { suite } = certificate.publicKey;
  const sentence =
    `The key of ${holder} is ${what}: ${suite}, kept by ${kept.kind}, certificate ${toHex(certificate.serial)} until ${until}. ` +
    (holder === TIME_STAMPS ? 'Start the time-stamp authority again.' : `A running ${holder} takes it up by itself.`);
  return [
    { sentence, fact: { ...factOf(what, seat), remains } },
    ...remains.map(remain => ({ sentence: `Still to do: ${remain}.`, fact: { remains: remain } })),
  ];
}

const factOf = (did: string, { holder, kept, certificate }: Seat): Said['fact'] => ({
  did,
  holder,
  serial: toHex(certificate.serial),
  suite: certificate.publicKey.suite,
  custody: kept.kind,
  notAfter: certificate.notAfter.toISOString(),
});

const nameOf = ({ holder, profile, serial }: Row): string => `${holder} ${profile} ${serial}`;

function lineOf(row: Row): string {
  const { holder, profile, serial, suite, custody = '', notBefore, notAfter } = row;
  const columns = [holder.padEnd(20), profile.padEnd(19), serial.padEnd(32), suite.padEnd(7), custody.padEnd(6)];
  return `${columns.join(' ')} ${notBefore.slice(0, 10)} ${notAfter.slice(0, 10)} ${statusOf(row)}`;
}

function statusOf({ status, since, reason, invalidityDate, current }: Row): string {
  if (status === 'expired') return 'expired';
  if (status === 'good') return current ? 'in force' : 'in force, replaced';
  const from = invalidityDate === undefined ? '' : `, invalid since ${invalidityDate}`;
  return status === 'onHold' ? `on hold since ${since}` : `revoked on ${since} (${reason}${from})`;
}
