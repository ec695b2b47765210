import { makeKeyPem, readKey, signAtOnce, verifyingKeyOf } from '../../certs/key.ts';
import { keySigner } from '../../certs/signer.ts';
import { SUITES } from '../../certs/suites.ts';
import { against, atLeast, type Bench, figure, quantile } from '../figure.ts';
import { type OpensslSpeed, opensslSpeed } from '../seals/openssl-speed.ts';

/**
 * SM2 signatures beside what `openssl speed sm2` makes of the same in the same minute; both count the CPU time of their
 * process, on all of its threads. `sign` is the signature itself, as the thread computes it that a key is kept in; `sign.away`
 * what it costs to have it made away from the event loop, hand-over and all.
 */
export const sm2Figures: Bench = async ({ quick, log }) => {
  const { rounds, roundMs, warmUpMs } = quick ? QUICK : FULL;
  const { tasks, close } = openTasks();
  try {
    for (const task of Object.values(tasks)) await rateOf(task, warmUpMs);
    const measured: Round[] = [];
    for (let nth = 1; nth <= rounds; nth++) {
      const speed = opensslSpeed('sm2');
      const rates: Record<string, number> = {};
      for (const [name, task] of Object.entries(tasks)) rates[name] = await rateOf(task, roundMs);
      log(`round ${nth} of ${rounds}: ${lineOf(speed, rates)}`);
      measured.push({ speed, rates });
    }
    return NAMES.map(name => figureOf(name, measured));
  } finally {
    await close();
  }
};

type Name = 'sign' | 'sign.away' | 'verify';
const NAMES: readonly Name[] = ['sign', 'sign.away', 'verify'];

/** `least` is of the ratio. */
const FIGURES: Readonly<Record<Name, { readonly of: keyof OpensslSpeed; readonly least?: number }>> = {
  sign: { of: 'signs', least: 1 },
  'sign.away': { of: 'signs' },
  verify: { of: 'verifies', least: 1 },
};

interface Pace {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

const FULL: Pace = { rounds: 7, roundMs: 1_000, warmUpMs: 500 };
const QUICK: Pace = { rounds: 1, roundMs: 200, warmUpMs: 50 };

interface Round {
  readonly speed: OpensslSpeed;
  readonly rates: Readonly<Record<string, number>>;
}

function figureOf(name: Name, measured: readonly Round[]) {
  const { of, least } = FIGURES[name];
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const rate = median(measured.map(({ rates }) => rates[name]!));
  const ratio = median(measured.map(({ rates, speed }) => rates[name]! / speed[of]));
  const held = {
    ...against(`openssl speed sm2 ${of === 'signs' ? 'sign' : 'verify'}`, ratio, 1),
    ...(least !== undefined && atLeast(ratio, least, '')),
  };
  return figure(`papers.sm2.${name}`, rate, 'a second', held);
}

const lineOf = ({ signs, verifies }: OpensslSpeed, rates: Round['rates']): string =>
  [
    `openssl ${Math.round(signs)} signs/s, ${Math.round(verifies)} verifies/s`,
    ...Object.entries(rates).map(([name, rate]) => `${name} ${Math.round(rate)}/s`),
  ].join('; ');

/** Does its work some times, and says how often. */
type Task = () => Promise<number> | number;

/** The attributes of a seal have some 250 bytes. */
const messageBytes = 256;
const messagesInTurn = 32;

function openTasks(): { readonly tasks: Readonly<Record<Name, Task>>; close(): Promise<void> } {
  const key = readKey(makeKeyPem('SM2SM3'), 'the bench');
  const signer = keySigner(key);
  const publicKey = verifyingKeyOf(key);
  const messages = Array.from({ length: messagesInTurn }, (_, nth) => new Uint8Array(messageBytes).fill(nth));
  const signatures = messages.map(message => signAtOnce(key, message));
  return {
    tasks: {
      sign() {
        for (const message of messages) signAtOnce(key, message);
        return messages.length;
      },
      async 'sign.away'() {
        await Promise.all(messages.map(message => signer.sign(message)));
        return messages.length;
      },
      verify() {
        for (const [nth, message] of messages.entries())
          if (!SUITES.SM2SM3.verify(publicKey, message, signatures[nth]!)) throw new Error('a signature does not hold');
        return messages.length;
      },
    },
    close: () => signer.close(),
  };
}

/** How often a second of this process's CPU time. */
async function rateOf(task: Task, ms: number): Promise<number> {
  const before = process.cpuUsage();
  let done = 0;
  let spentMs = 0;
  while (spentMs < ms) {
    done += await task();
    const { user, system } = process.cpuUsage(before);
    spentMs = (user + system) / 1_000;
  }
  return (done / spentMs) * 1_000;
}
