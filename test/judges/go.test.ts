import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { toBase64 } from '../../certs/base64.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { writeVerifierKey } from '../../certs/log/note.ts';
import { noteSigner } from '../../certs/log/sign.ts';
import { writeEntries } from '../../certs/log/tiles.ts';
import { createHttp } from '../../gateway/http.ts';
import { addLogPaths } from '../../gateway/log/paths.ts';
import { openTransparencyLog } from '../../gateway/log/transparency-log.ts';
import { sqlitePlace } from '../fixtures/database.ts';
import { appendLeaves, leafEntry, leafPaper, openLogStore } from '../fixtures/leaves.ts';
import { type Changes, serveLog } from '../fixtures/served-log.ts';
import { AT, bytes, ed25519, type ToyLog, toyLog } from '../fixtures/toy-log.ts';
import { judge } from './judge.ts';

/** Debian's packages, and nothing from anywhere else. */
const ENVIRONMENT = {
  ...process.env,
  GO111MODULE: 'off',
  GOPATH: '/usr/share/gocode',
  GOFLAGS: '',
  GOPROXY: 'off',
  // No C compiler is needed then.
  CGO_ENABLED: '0',
  GOCACHE: join(tmpdir(), 'one-window-go-cache'),
};
const compiler = judge('golang-go', 'go', 'version');
const library = judge('golang-golang-x-mod-dev', 'test', '-d', '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog');
const absent = compiler.absent || library.absent;

const key = ed25519();
const ORIGIN = 'log.example/window';
const LEAVES = 66_500;
const WITNESSES = ['business.example/witness', 'tax.example/witness'];
const text = (content: Uint8Array): string => new TextDecoder().decode(content);
const small = toyLog(
  Array.from({ length: 700 }, (_, nth) => entryOf('tax', bytes(`seal ${nth}`))),
  { origin: ORIGIN, key, witnesses: WITNESSES },
);
const log = writeVerifierKey(small.signer.key);
const witnesses = small.cosigners.map(({ key: of }) => writeVerifierKey(of));

(absent ? compiler : library).describe(`checkpoints, proofs and tiles, judged by Go's x/mod${absent}`, () => {
  let folder: string;
  let program: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'one-window-go-'));
    program = join(folder, 'judge');
    const source = join(import.meta.dirname, 'go', 'judge.go');
    execFileSync('go', ['build', '-o', program, source], { env: ENVIRONMENT, stdio: 'pipe' });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** While it asks back over HTTP, this process must answer. */
  async function ask(questions: readonly object[]): Promise<string[]> {
    const running = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    running.stdin.end(questions.map(question => `${JSON.stringify({ log, ...question })}\n`).join(''));
    const output = (await running.stdout.setEncoding('utf8').toArray()).join('');
    return output.trimEnd().split('\n');
  }

  const proofs = async (of: ToyLog, size: number, indices: readonly number[]) =>
    Promise.all(
      indices.map(async index => ({
        kind: 'proof',
        witnesses,
        entry: text(of.entries[index]!),
        proof: text(await of.proof(index, size)),
      })),
    );

  it('takes proofs of every place in trees of many sizes, and the signatures of witnesses', async () => {
    for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 700]) {
      const indices = [...new Set([0, 1, size >> 1, size - 2, size - 1])].filter(index => index >= 0 && index < size);
      expect(await ask(await proofs(small, size, indices))).toEqual(
        indices.map(index => `accepted ${index} of ${size}, signed by ${ORIGIN} ${WITNESSES.join(' ')}`),
      );
    }
  });

  it('refuses proofs of another entry, another place, another tree, and with a hash changed', async () => {
    const [good, other] = await proofs(small, 700, [123, 124]);
    const line = /\n(\S{43}=)\n/.exec(good!.proof)![1]!;
    const answers = await ask([
      { ...good, entry: other!.entry },
      { ...good, proof: good!.proof.replace('index 123', 'index 124') },
      { ...good, proof: good!.proof.replace(line, toBase64(new Uint8Array(32))) },
      { ...good, proof: good!.proof.replace(`${line}\n`, '') },
      { ...good, proof: good!.proof.replace(line, `${line}\n${line}`) },
      { ...good, proof: good!.proof.replace(`\n700\n`, `\n701\n`) },
      { ...good, proof: `${good!.proof.split('\n\n')[0]}\n\n${await small.note(699)}` },
    ]);
    expect(answers).toEqual([
      ...Array(5).fill('refused: invalid transparency proof'),
      'refused: invalid signature for key log.example/window+'.concat(log.split('+')[1]!),
      'refused: invalid transparency proof',
    ]);
  });

  it('refuses what neither the log nor a witness has signed', async () => {
    const [good] = await proofs(small, 700, [5]);
    const stranger = toyLog(small.entries, { origin: ORIGIN });
    const cosigner = small.cosigners[0]!;
    const forged = cosigner.line('another text\n', AT);
    const line = good!.proof.split('\n').find(one => one.startsWith(`— ${cosigner.key.name}`))!;
    expect(
      await ask([
        { ...good, log: writeVerifierKey(stranger.signer.key) },
        { ...good, proof: good!.proof.replace(`${line}\n`, forged) },
      ]),
    ).toEqual([
      'refused: the log has not signed',
      `refused: invalid signature for key ${witnesses[0]!.split('+').slice(0, 2).join('+')}`,
    ]);
  });

  it('takes every growth, and no other history', async () => {
    const growths = [
      [1, 2],
      [1, 700],
      [3, 7],
      [255, 256],
      [256, 257],
      [300, 512],
      [512, 700],
      [699, 700],
      [700, 700],
    ] as const;
    const fork = toyLog([bytes('another\n'), ...small.entries.slice(1)], { origin: ORIGIN, key });
    const questions = await Promise.all(
      growths.map(async ([from, to]) => ({
        kind: 'growth',
        old: await small.note(from),
        new: await small.note(to),
        path: (await small.consistency(from, to)).map(toBase64),
      })),
    );
    expect(await ask(questions)).toEqual(growths.map(([from, to]) => `accepted ${from} to ${to}`));
    const forged = await Promise.all(
      questions.map(async (question, nth) => ({ ...question, new: await fork.note(growths[nth]![1]) })),
    );
    expect(await ask(forged)).toEqual(growths.map(() => 'refused: invalid transparency proof'));
  });

  it('takes a whole log as a gateway serves it, with three levels of tiles, and its proofs', async () => {
    const at = await sqlitePlace();
    const store = await openLogStore(at);
    await appendLeaves(at, LEAVES);
    const served = await openTransparencyLog({ store: store.log, signer: noteSigner(ORIGIN, key), report: fail });
    const app = createHttp(fail);
    addLogPaths(app, served);
    await app.listen({ host: '127.0.0.1', port: 0 });
    try {
      const indices = [0, 255, 65_535, 65_536, LEAVES - 1];
      const asked = indices.map(async index => ({
        kind: 'proof',
        entry: text(leafEntry(index)),
        proof: await served.proof(leafPaper(index), 'BT'),
      }));
      const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/log`;
      expect(await ask([{ kind: 'whole', url }, ...(await Promise.all(asked))])).toEqual([
        `accepted ${LEAVES}`,
        ...indices.map(index => `accepted ${index} of ${LEAVES}, signed by ${ORIGIN}`),
      ]);
    } finally {
      await app.close();
      await store.close();
      await at.remove();
    }
  }, 120_000);

  it('refuses a log that serves another entry or another hash than it has signed', async () => {
    const other = small.entries.with(600, bytes('another\n'));
    const served = await serveLog();
    const whole = async (changes?: Changes) => {
      await served.show(small, 700, changes);
      return (await ask([{ kind: 'whole', witnesses, url: `${served.url}/log` }]))[0];
    };
    try {
      expect(await whole()).toBe('accepted 700');
      expect(
        await whole({
          tile: ({ level, index }) => (level === 'entries' && index === 2 ? writeEntries(other.slice(512)) : undefined),
        }),
      ).toBe('refused: the entry 600 has another hash');
      for (const changed of [0, 1]) {
        expect(
          await whole({
            tile: ({ level, index, width }) =>
              level === changed && index === 0 ? new Uint8Array(32 * width).fill(7) : undefined,
          }),
        ).toMatch(/^refused: (downloaded inconsistent tile|the entry 0 has another hash)$/);
      }
    } finally {
      await served.close();
    }
  });
});

function fail(defect: Error): never {
  throw defect;
}
