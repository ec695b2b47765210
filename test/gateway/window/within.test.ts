import { expect, it } from '@jest/globals';
import { within } from '../../../gateway/window/within.ts';

const timers = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;

it('leaves no timer behind, whatever the work comes to', async () => {
  const before = timers();
  expect(await within(60_000, Promise.resolve('done'))).toBe('done');
  await expect(within(60_000, Promise.reject(new Error('defect')))).rejects.toThrow('defect');
  expect(timers()).toBe(before);
});

it('waits no longer than it may', async () => {
  expect(await within(5, new Promise(() => {}))).toBeUndefined();
});
