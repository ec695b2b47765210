import { expect, it } from '@jest/globals';
import { callerIn, scopeOf } from '../../subgraphs/caller.ts';

it.each([
  ['role:CLERK region:371002', { role: 'CLERK', region: '371002' }],
  ['openid role:AUDITOR', { role: 'AUDITOR', region: null }],
])('%s is whom it names', (scope, caller) => {
  expect(callerIn('s', scope)).toEqual({ subject: 's', ...caller });
});

it.each([
  ['', 'names no role'],
  ['region:371002', 'names no role'],
  ['role:KING', 'names a role that there is not'],
  ['role:CLERK role:AUDITOR', 'leaves open which role counts'],
  ['role:CLERK region:371002 region:110101', 'leaves open which region counts'],
  ['role:CLERK region:37', 'has a region of two digits'],
  ['role:CLERK Region:371002', 'would be for every region'],
  ['REGION:371002 role:CLERK', 'would be for every region'],
])('"%s" is nobody: it %s', scope => {
  expect(callerIn('s', scope)).toBeUndefined();
});

it('is written as it is read', () => {
  const caller = { subject: 's', role: 'OFFICER', region: '371000' } as const;
  expect(callerIn('s', scopeOf(caller))).toEqual(caller);
});
