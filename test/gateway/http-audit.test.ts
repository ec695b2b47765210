import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { type Center, openCenter } from '../fixtures/center.ts';

/**
 * The checks of GraphQL over HTTP as the specification's authors keep them, against the whole product. A client of ours has
 * a token, and the header that shows a GET not to come from another site.
 */
let center: Center;
let token: string;
beforeAll(async () => {
  center = await openCenter();
  token = await center.token();
}, 60_000);
afterAll(() => center.close());

const audits = serverAudits({
  url: () => `${center.url}/graphql`,
  fetchFn: (url: string, options: RequestInit = {}) => {
    const isGet = (options.method ?? 'GET') === 'GET';
    const own = { authorization: `Bearer ${token}`, ...(isGet && { 'apollo-require-preflight': 'true' }) };
    return fetch(url, { ...options, headers: { ...(options.headers as Record<string, string>), ...own } });
  },
});

describe('GraphQL over HTTP', () => {
  it('is checked in full', () => {
    const levels = Object.groupBy(audits, ({ name }) => name.split(' ', 1)[0] as string);
    expect(Object.fromEntries(Object.entries(levels).map(([level, all]) => [level, all?.length]))).toEqual({
      MUST: expect.any(Number),
      SHOULD: expect.any(Number),
      MAY: expect.any(Number),
    });
    expect(audits.length).toBeGreaterThanOrEqual(60);
  });

  it.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id: $name', async ({ fn }) => {
    const result = await fn();
    expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
  });
});
