import { delimiter } from 'node:path';
import { expect, it } from '@jest/globals';
import { pressOnDemand, readPressSettings } from '../../subgraphs/own-press.ts';
import { sentenceOf } from '../../subgraphs/process.ts';

it('takes the fonts of the system unless its operator names some', () => {
  expect(readPressSettings({})).toEqual({});
  expect(readPressSettings({ FALLBACK_FONTS: '' })).toEqual({});
  const files = ['/fonts/one.ttf', '/fonts/two.ttf'];
  expect(readPressSettings({ FALLBACK_FONTS: files.join(delimiter) })).toEqual({ fallbackFonts: files });
});

it('says in one sentence at the start that a font which was named is not there', async () => {
  const said = await pressOnDemand({ fallbackFonts: ['/nowhere/rare.ttf'] }).then(() => 'it started', sentenceOf);
  expect(said).toMatch(/^a font of the papers can't be used: .*\/nowhere\/rare\.ttf.*\.$/);
  expect(said.split('\n')).toHaveLength(1);
});

it('is opened once, and closed though nothing was ever drawn', async () => {
  const own = await pressOnDemand({});
  const [one, other] = await Promise.all([own.press(), own.press()]);
  expect(one).toBe(other);
  await own.close();
  await (await pressOnDemand({})).close();
});
