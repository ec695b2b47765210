import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { DepartmentUnavailable, type Subgraph, type SubgraphResult } from '../../../gateway/router/port.ts';
import { remoteSubgraph } from '../../../gateway/router/subgraph.ts';
import { failuresToOpen, openFirstMs } from '../../../gateway/window/breaker.ts';
import { type DepartmentClient, departmentClient, NoAnswer } from '../../../gateway/window/departments.ts';
import { paperBytesMax } from '../../../subgraphs/papers-desk.ts';

/** A client of a department that answers this, or fails so. */
function client(answer: SubgraphResult | Error, signal = new AbortController().signal) {
  const subgraph: Subgraph = {
    name: 'tax',
    send: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: async () => {},
  };
  return departmentClient(subgraph, signal);
}
const outcomes = (...answers: readonly unknown[]) => client({ data: { outcomesOf: [...answers] } });
const known = (operationId: string, outcome: unknown) => ({ operationId, outcome });
const pending = { __typename: 'Pending', reference: 'T-1' };
const reasonOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: Error) => (error instanceof NoAnswer ? error.message : `thrown: ${error.message}`),
  );

describe('what a department answers', () => {
  it('stands in the order asked, and a malformed entry spoils no neighbor', async () => {
    const answers = outcomes(known('a', pending), { operationId: 'b' }, known('c', pending), 'a surplus');
    expect(await answers.outcomes(['a', 'b', 'c'])).toEqual([pending, undefined, pending]);
  });

  it.each([
    ['another operation', known('b', pending)],
    ['nothing', null],
    ['a list', []],
    ['an outcome of an unknown kind', known('a', { __typename: 'Blessed' })],
    ['an outcome named like a method', known('a', { __typename: 'toString' })],
    ['a grant without a document', known('a', { __typename: 'Granted', document: null })],
    ['a seal that is a number', known('a', { __typename: 'Granted', document: { record: '{}', seal: 1 } })],
    ['a reference of two lines', known('a', { __typename: 'Pending', reference: 'a\nb' })],
    ['a reference with NUL', known('a', { __typename: 'Pending', reference: 'a\u0000' })],
    ['a reference with half a character', known('a', { __typename: 'Pending', reference: 'a\ud800' })],
    ['a reason as long as a book', known('a', { __typename: 'Unknown', reason: 'x'.repeat(201) })],
  ])('is no answer when it is %s', async (_, answer) => {
    expect(await outcomes(answer).outcomes(['a'])).toEqual([undefined]);
  });

  it.each([
    ['faults of another item', [{ item: 'license', path: 'a', code: 'B', message: 'c' }]],
    ['a fault without a code', [{ item: 'national-tax', path: 'a', message: 'c' }]],
    ['half a character', [{ item: 'national-tax', path: 'a\ud800', code: 'B', message: 'c' }]],
    ['NUL', [{ item: 'national-tax', path: 'a', code: 'B', message: 'c\u0000' }]],
    ['faults without end', Array(1_001).fill({ item: 'national-tax', path: 'a', code: 'B', message: 'c' })],
    ['no list', 'none'],
  ])('to a precheck is no answer when it has %s', async (_, faults) => {
    const asked = [{ requestId: 'r', items: ['national-tax'], numbering: 'SEPARATE', application: {} as never }];
    const answer = (faults: unknown) =>
      client({ data: { precheckItems: [{ requestId: 'r', checked: true, faults }] } });
    expect(await answer(faults).precheck(asked)).toEqual([undefined]);
    expect(await answer([]).precheck(asked)).toEqual([{ requestId: 'r', checked: true, faults: [] }]);
  });

  it.each([
    ['errors with a code', { errors: [{ message: 'x', extensions: { code: 'FORBIDDEN' } }] }, 'FORBIDDEN'],
    ['errors with a text for a code', { errors: [{ message: 'x', extensions: { code: '<h1>no</h1>' } }] }, 'GARBAGE'],
    ['errors without a code', { errors: [{ message: 'x' }] }, 'GARBAGE'],
    ['something else', { data: { outcomesOf: 'soon' } }, 'GARBAGE'],
    ['nothing', new DepartmentUnavailable('tax', 'TIMEOUT', 'MAYBE', 'is slow'), 'TIMEOUT'],
  ])('is no answer at all when it is %s', async (_, answer, reason) => {
    expect(await reasonOf(client(answer).outcomes(['a']))).toBe(reason);
  });

  it('is not waited for when the call is given up, and a defect of ours is no answer of theirs', async () => {
    const stopping = new AbortController();
    const given = client(new Error('aborted'), stopping.signal);
    expect(await reasonOf(given.outcomes(['a']))).toBe('thrown: aborted');
    stopping.abort();
    expect(await reasonOf(given.outcomes(['a']))).toBe('GIVEN_UP');
  });
});

describe('a paper that a department hands out', () => {
  const handing = (...answers: readonly unknown[]) => client({ data: { papersOf: [...answers] } });
  const good = { operationId: 'a', bytes: 'JVBERi0=', reason: null };

  it('is taken, and so is the reason why there is none', async () => {
    expect(await handing(good, 'a surplus').paper('a', 'PDF')).toEqual(good);
    const none = { operationId: 'a', bytes: null, reason: 'CHARACTER_NOT_DRAWN' };
    expect(await handing(none).paper('a', 'PDF')).toEqual(none);
  });

  it.each([
    ['of another operation', { ...good, operationId: 'b' }],
    ['nothing', null],
    ['empty', { ...good, bytes: '' }],
    ['no base64', { ...good, bytes: '%PDF-1.7' }],
    ['a number', { ...good, bytes: 7 }],
    ['larger than any paper', { ...good, bytes: 'A'.repeat(4 * Math.ceil(paperBytesMax / 3) + 4) }],
    ['neither there nor not', { ...good, bytes: null }],
    ['absent for a reason in words', { ...good, bytes: null, reason: 'come back <b>tomorrow</b>' }],
  ])('is none when it is %s', async (_, answer) => {
    expect(await handing(answer).paper('a', 'PDF')).toBeUndefined();
  });

  it('that never comes keeps nobody from filing', async () => {
    const subgraph: Subgraph = {
      name: 'tax',
      async send({ query }) {
        if (query.includes('papersOf')) return { errors: [{ message: 'no such field' }] };
        return { data: { outcomesOf: [known('a', pending)] } };
      },
      close: async () => {},
    };
    const tax = departmentClient(subgraph, new AbortController().signal, { nowMs: () => 0, random: () => 0 });
    for (let times = 0; times < failuresToOpen; times += 1) await reasonOf(tax.paper('a', 'PDF'));
    expect(await reasonOf(tax.paper('a', 'PDF'))).toBe('CIRCUIT_OPEN');
    expect([tax.circuit, await tax.outcomes(['a'])]).toEqual(['CLOSED', [pending]]);
  });
});

/** What became of a question: answered, or the code and the time after which to ask again. */
const noAnswer = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'answered',
    (error: Error) => (error instanceof NoAnswer ? [error.message, error.retryInMs] : `thrown: ${error.message}`),
  );
const away = new DepartmentUnavailable('tax', 'TIMEOUT', 'MAYBE', 'is slow');
const answering = (operationIds: readonly string[], outcome: unknown): SubgraphResult => ({
  data: { outcomesOf: operationIds.map(operationId => known(operationId, outcome)) },
});

describe('a department that does not answer', () => {
  /** A client whose department answers as told, on a clock that stands. */
  function talking(answers: (times: number) => SubgraphResult | Error, signal = new AbortController().signal) {
    let times = 0;
    const subgraph: Subgraph = {
      name: 'tax',
      send: async () => {
        times += 1;
        const answer = answers(times);
        if (answer instanceof Error) throw answer;
        return answer;
      },
      close: async () => {},
    };
    return { tax: departmentClient(subgraph, signal, { nowMs: () => 0, random: () => 0 }), sent: () => times };
  }
  async function askOften(tax: DepartmentClient, times: number): Promise<unknown[]> {
    const became: unknown[] = [];
    for (let time = 0; time < times; time += 1) became.push(await noAnswer(tax.outcomes(['a'])));
    return became;
  }

  it('is asked nothing of any kind for a while, and whoever asks is told so at once', async () => {
    const { tax, sent } = talking(() => away);
    expect(await askOften(tax, failuresToOpen)).toEqual(Array(failuresToOpen).fill(['TIMEOUT', null]));
    const left = ['CIRCUIT_OPEN', openFirstMs];
    expect(await askOften(tax, 1)).toEqual([left]);
    const filing = { operationId: 'a', application: { materials: [{ content: 'cGFwZXI=' }] } };
    const others = [tax.precheck([]), tax.file([filing as never]), tax.revoke([])].map(noAnswer);
    expect(await Promise.all(others)).toEqual([left, left, left]);
    expect(sent()).toBe(failuresToOpen);
  });

  it.each([
    ['does not know', () => answering(['a'], { __typename: 'Unknown', reason: 'REGISTER_UNAVAILABLE' }), 'answered'],
    ['answers something malformed', () => ({ data: { outcomesOf: [null] } }), 'answered'],
    ['causes a defect of ours', () => new TypeError('defect'), 'thrown: defect'],
  ])('is another matter than one that %s', async (_, answers, became) => {
    expect(await askOften(talking(answers).tax, 20)).toEqual(Array(20).fill(became));
  });

  it('is another matter than a window that is being stopped', async () => {
    const { tax } = talking(() => new Error('aborted'), AbortSignal.abort());
    expect(await askOften(tax, 20)).toEqual(Array(20).fill(['GIVEN_UP', null]));
  });
});

describe('a department that is slow', () => {
  it('is asked in four calls at once and no more, which then carry more; who finds no room is told to come back', async () => {
    const calls: number[] = [];
    const { promise: decided, resolve: decide } = Promise.withResolvers<void>();
    const subgraph: Subgraph = {
      name: 'tax',
      async send({ variables }) {
        const ids = variables?.ids as readonly string[];
        calls.push(ids.length);
        await decided;
        return answering(ids, pending);
      },
      close: async () => {},
    };
    const tax = departmentClient(subgraph, new AbortController().signal);
    const asked = Array.from({ length: 1_300 }, (_, at) => noAnswer(tax.outcomes([`op-${at}`])));
    const turnedAway = await Promise.all(asked.slice(1_200));
    expect(turnedAway).toEqual(Array(100).fill(['BUSY', 1_000]));
    expect(calls).toEqual([100, 100, 100, 100]);
    decide();
    expect(new Set(await Promise.all(asked.slice(0, 1_200)))).toEqual(new Set(['answered']));
    expect(calls).toHaveLength(12);
  });

  it('or silent does not slow the others', async () => {
    const serve = (answers: boolean) =>
      createServer(async (request, reply) => {
        const { variables } = JSON.parse((await request.setEncoding('utf8').toArray()).join('')) as {
          variables: { ids: string[] };
        };
        if (!answers) return;
        reply.setHeader('content-type', 'application/json');
        reply.end(JSON.stringify(answering(variables.ids, pending)));
      }).listen(0, '127.0.0.1');
    const [silent, quick] = [serve(false), serve(true)];
    await Promise.all([silent, quick].map(server => once(server, 'listening')));
    const subgraphs = [silent, quick].map((server, at) =>
      remoteSubgraph({
        name: ['tax', 'seal'][at] as string,
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
        connectionsMax: 16,
        timeoutMs: 1_000,
        responseBytesMax: 1_000_000,
      }),
    );
    const [tax, seal] = subgraphs.map(subgraph => departmentClient(subgraph, new AbortController().signal));
    const waiting = Array.from({ length: 500 }, (_, at) => noAnswer(tax!.outcomes([`tax-${at}`])));
    const startedAt = performance.now();
    for (let time = 0; time < 100; time += 1) await seal!.outcomes([`seal-${time}`]);
    // A hundred questions one after the other, before the first that tax leaves unanswered has been given up.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const became = (await Promise.all(waiting)) as readonly (readonly [string, number | null])[];
    expect(new Set(became.map(([code]) => code))).toEqual(new Set(['TIMEOUT']));
    await Promise.all(subgraphs.map(subgraph => subgraph.close()));
    for (const server of [silent, quick]) server.closeAllConnections();
    for (const server of [silent, quick]) server.close();
  });
});
