import { expect, it } from '@jest/globals';
import { createAdmission } from '../../../gateway/door/admission.ts';

const refusal = (enter: () => unknown) => {
  try {
    enter();
  } catch (error) {
    const { message, extensions } = error as { message: string; extensions: Record<string, unknown> };
    const { status, headers } = extensions.http as { status: number; headers: Map<string, string> };
    const { code, limit, found } = extensions;
    return { message, status, retryAfter: headers.get('retry-after'), code, limit, found };
  }
  return undefined;
};

it('lets one client have no more than its share, and all together no more than there is', () => {
  const admission = createAdmission({ inFlightMax: 3, inFlightPerClientMax: 2 });
  const leave = [admission.enter('a'), admission.enter('a')];
  expect(refusal(() => admission.enter('a'))).toEqual({
    message: 'With this one 3 requests of this client are under way, more than the 2 allowed',
    status: 429,
    retryAfter: '1',
    code: 'TOO_MANY_REQUESTS',
    limit: 2,
    found: 3,
  });
  leave.push(admission.enter('b'));
  expect(refusal(() => admission.enter('c'))).toMatchObject({
    status: 503,
    code: 'TOO_MANY_REQUESTS',
    limit: 3,
    found: 4,
  });
  leave[0]?.();
  admission.enter('c');
});

it('keeps nothing of who has gone', () => {
  const admission = createAdmission({ inFlightMax: 100, inFlightPerClientMax: 2 });
  for (let at = 0; at < 10_000; at++) admission.enter(`client ${at}`)();
  expect([admission.inFlight, admission.clients]).toEqual([0, 0]);
});
