import { describe, expect, it } from '@jest/globals';
import { DepartmentUnavailable, type Subgraph, type SubgraphResult } from '../../../gateway/router/subgraph.ts';
import { departmentClient, NoAnswer } from '../../../gateway/window/departments.ts';

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
    ['a reason as long as a book', known('a', { __typename: 'Unknown', reason: 'x'.repeat(201) })],
  ])('is no answer when it is %s', async (_, answer) => {
    expect(await outcomes(answer).outcomes(['a'])).toEqual([undefined]);
  });

  it.each([
    ['faults of another item', [{ item: 'license', path: 'a', code: 'B', message: 'c' }]],
    ['a fault without a code', [{ item: 'national-tax', path: 'a', message: 'c' }]],
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
