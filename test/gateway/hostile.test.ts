import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Center, openCenter } from '../fixtures/center.ts';
import { HOSTILE } from '../fixtures/hostile.ts';

let center: Center;
let authorization: string;
beforeAll(async () => {
  center = await openCenter();
  authorization = `Bearer ${await center.token()}`;
}, 60_000);
afterAll(() => center.close());

async function post(body: string): Promise<Answer<unknown> & { readonly status: number }> {
  const response = await fetch(`${center.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization },
    body,
  });
  return { status: response.status, ...((await response.json()) as Answer<unknown>) };
}

const asked = (): number => Object.values(center.statements).reduce((sum, { length }) => sum + length, 0);

describe('a hostile request is refused by the limit that it exceeds, and no department hears of it', () => {
  it.each(HOSTILE.map(({ name, ...hostile }) => [name, hostile] as const))('%s', async (_, { body, ...expected }) => {
    const before = asked();
    for (const _again of [1, 2]) {
      const { status, data, errors = [] } = await post(body);
      expect(data).toBeUndefined();
      const told = errors.map(({ extensions: { code, limit, found } }) => ({ code, limit, found }));
      expect(told).toContainEqual({ code: expected.code, limit: expected.limit, found: expected.found });
      expect(errors.length).toBeLessThanOrEqual(51);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      if (expected.limit === undefined) continue;
      const { message = '' } = errors.find(({ extensions }) => extensions.code === expected.code) ?? {};
      expect(message).toContain(String(expected.limit));
      expect(message).toContain(String(expected.found));
    }
    expect(asked()).toBe(before);
  });

  it('and what is within the limits is answered as before', async () => {
    const { data } = await post(JSON.stringify({ query: '{ enterprises(first: 5) { totalCount } }' }));
    expect(data).toEqual({ enterprises: { totalCount: 0 } });
    expect(asked()).toBeGreaterThan(0);
  });
});
