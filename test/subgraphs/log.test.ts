import { describe, expect, it } from '@jest/globals';
import { openLog, reporting } from '../../subgraphs/log.ts';

interface Line {
  readonly [field: string]: unknown;
  readonly err: { readonly [field: string]: unknown };
}

function listen() {
  const lines: string[] = [];
  const log = openLog({ service: 'tax', level: 'info', to: { write: line => void lines.push(line) } });
  return { log, text: () => lines.join(''), lines: () => lines.map(line => JSON.parse(line) as Line) };
}

describe('a log', () => {
  it('is JSON lines with level, instant and service, and leaves out what is below its level', () => {
    const { log, lines } = listen();
    log.debug('unseen');
    log.warn({ department: 'code' }, 'away');
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'tax',
        pid: process.pid,
        department: 'code',
        msg: 'away',
      },
    ]);
  });

  it.each([
    ['a name', 'no such founder: 甲子某', '甲子某'],
    ['an identity number', 'UNIQUE failed for 11010119000307001X', '11010119000307001X'],
    ['a phone number', 'cannot dial 063100000000', '063100000000'],
    ['a token', 'cannot read Bearer abc.def', 'abc.def'],
    ['a bare token', 'cannot read eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln', 'eyJhbGciOiJFUzI1NiJ9'],
    ['a password', 'cannot reach postgres://window:secret@db:5432/cases', 'secret'],
    ["a paper's id", `nothing at /certificates/${'0a'.repeat(16)}`, '0a'.repeat(16)],
  ])('holds of an error no %s that its words quote', (_, message, secret) => {
    const { log, text, lines } = listen();
    const cause = new Error(message);
    reporting(log)(Object.assign(new Error(message, { cause }), { code: message, detail: message, row: [message] }));
    log.info(message);
    expect(lines()).toHaveLength(2);
    expect(lines()[0]?.err.message).toContain('…');
    expect(text()).not.toContain(secret);
  });

  it('keeps what helps to mend a defect: its kind, code, words, place and cause', () => {
    const { log, lines } = listen();
    const cause = new TypeError('x is not a function');
    reporting(log)(
      Object.assign(new RangeError('connect ECONNREFUSED 127.0.0.1:5432', { cause }), { code: 'E1' }),
      'r-1',
    );
    expect(lines()[0]).toMatchObject({
      level: 'error',
      requestId: 'r-1',
      err: {
        type: 'RangeError',
        code: 'E1',
        message: 'connect ECONNREFUSED 127.0.0.1:5432',
        stack: expect.stringContaining('log.test.ts'),
        cause: 'x is not a function',
      },
    });
  });

  it('tells the same defect a few times, then counts; another one is told at once', () => {
    const { log, lines } = listen();
    const report = reporting(log);
    for (let n = 0; n < 1_000; n++) report(new Error('the disk is full'));
    report(new Error('another'));
    expect(lines().map(({ err }) => err.message)).toEqual([...Array(5).fill('the disk is full'), 'another']);
  });

  it('cuts what is too long for a line', () => {
    const { log, text } = listen();
    reporting(log)(new Error('x'.repeat(1_000_000)));
    expect(text().length).toBeLessThan(20_000);
  });
});
