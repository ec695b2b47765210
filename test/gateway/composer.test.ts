import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { type Composer, createComposer, supergraphFrom } from '../../gateway/composition/composer.ts';
import { SDL } from './router/toy.ts';

const services = Object.entries(SDL).map(([name, sdl]) => ({ name, sdl, url: `http://${name}.invalid` }));
let composer: Composer | undefined;
afterEach(() => composer?.close());

/** Every field leads to every type, each by keys that only others have: paths without end for the composer. */
const maze = (size: number): readonly { name: string; sdl: string; url: string }[] => {
  const types = Array.from({ length: size }, (_, at) => at);
  return types.map(office => ({
    name: `office${office}`,
    url: 'http://x.invalid',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
      type Query { start${office}: T0 }
      ${types
        .map(
          t => `type T${t} @key(fields: "k${(office + t) % size}") @key(fields: "k${(office + t + 1) % size}") {
        k${(office + t) % size}: ID! @shareable k${(office + t + 1) % size}: ID! @shareable
        own${office}: Int ${types.map(other => `to${office}x${other}: T${other}`).join(' ')} }`,
        )
        .join(' ')}`,
  }));
};

it('composes beside the event loop, which goes on meanwhile', async () => {
  composer = createComposer();
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  const attempt = await composer.compose(services);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(10);
  expect(attempt.ok).toBe(true);
  if (attempt.ok) expect(supergraphFrom(attempt.composition).publicSchema.getQueryType()?.name).toBe('Query');
});

it('answers each of many that ask at once', async () => {
  composer = createComposer();
  const odd = { name: 'odd', sdl: 'type {', url: 'http://odd.invalid' };
  const { compose } = composer;
  const attempts = await Promise.all([services, [...services, odd], services].map(asked => compose(asked)));
  expect(attempts.map(({ ok }) => ok)).toEqual([true, false, true]);
});

it('gives up what takes too long, says so, and composes the next', async () => {
  composer = createComposer({ composeMaxMs: 12_000 });
  expect((await composer.compose(services)).ok).toBe(true);
  expect(await composer.compose(maze(11))).toEqual({
    ok: false,
    reasons: [expect.objectContaining({ code: 'COMPOSITION_TOO_SLOW' })],
  });
  expect((await composer.compose(services)).ok).toBe(true);
});

it('gives up what needs too much memory, and the process goes on', async () => {
  composer = createComposer({ heapMaxMb: 8 });
  expect(await composer.compose(maze(7))).toEqual({
    ok: false,
    reasons: [expect.objectContaining({ code: 'COMPOSITION_TOO_SLOW', message: 'it needs more than 8 MB' })],
  });
});

it('gives up at once what is being composed when it is closed', async () => {
  composer = createComposer();
  const attempts = [composer.compose(maze(11)), composer.compose(services)];
  await sleep(500);
  const began = performance.now();
  await composer.close();
  expect((await Promise.all(attempts)).map(({ ok }) => ok)).toEqual([false, false]);
  expect(performance.now() - began).toBeLessThan(5_000);
});
