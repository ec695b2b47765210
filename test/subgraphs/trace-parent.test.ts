import { expect, it } from '@jest/globals';
import { parseTraceParent, printTraceParent } from '../../subgraphs/trace-parent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

it.each([
  [`00-${traceId}-${spanId}-01`, true],
  [`00-${traceId}-${spanId}-00`, false],
  [`00-${traceId}-${spanId}-ff`, true],
  [`cc-${traceId}-${spanId}-01-what-a-later-version-adds`, true],
])('reads %s', (header, isSampled) => expect(parseTraceParent(header)).toEqual({ traceId, spanId, isSampled }));

it.each([
  [undefined, 'absent'],
  ['', 'empty'],
  [`00-${traceId}-${spanId}`, 'without flags'],
  [`00-${traceId}-${spanId}-01-more`, 'longer than its version'],
  [`ff-${traceId}-${spanId}-01`, 'of the forbidden version'],
  [`00-${'0'.repeat(32)}-${spanId}-01`, 'of no trace'],
  [`00-${traceId}-${'0'.repeat(16)}-01`, 'of no span'],
  [`00-${traceId.toUpperCase()}-${spanId}-01`, 'in capitals'],
  [[`00-${traceId}-${spanId}-01`], 'sent twice'],
  [`cc-${traceId}-${spanId}-01-${'x'.repeat(600)}`, 'longer than any'],
])('begins anew after %j, which is %s', (header, _) => expect(parseTraceParent(header)).toBeUndefined());

it('prints what it reads', () => {
  const header = `00-${traceId}-${spanId}-01`;
  expect(printTraceParent(parseTraceParent(header)!)).toBe(header);
});
