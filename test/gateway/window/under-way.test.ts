import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { UnderWay } from '../../../gateway/window/under-way.ts';

it('waits for what has begun meanwhile too, and for what fails', async () => {
  const work = new UnderWay();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  void work.add(first.promise);
  let isOver = false;
  const ended = work.ended().then(() => {
    isOver = true;
  });
  const failing = work.add(second.promise);
  failing.catch(() => undefined);
  first.resolve();
  await turn();
  expect([isOver, work.size]).toEqual([false, 1]);
  second.reject(new Error('defect'));
  await ended;
  expect(work.size).toBe(0);
  await expect(failing).rejects.toThrow('defect');
});
