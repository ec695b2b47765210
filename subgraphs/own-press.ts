/** The press of a process that draws papers, with the fonts that its operator has. */
import { delimiter } from 'node:path';
import type { Press, PressSettings } from '../papers/press.ts';
import { CannotStart } from './process.ts';
import { readSetting, text } from './settings.ts';

export const FALLBACK_FONTS = text(
  'FALLBACK_FONTS',
  '',
  `TrueType files for characters that the typeface of papers lacks, with ${delimiter} between; Debian's fonts-hanazono when absent`,
);

export function readPressSettings(environment: NodeJS.ProcessEnv): PressSettings {
  const files = readSetting(FALLBACK_FONTS, environment).split(delimiter).filter(Boolean);
  return files.length > 0 ? { fallbackFonts: files } : {};
}

/** Within some tens of milliseconds: what is drawn of a font is read when it is needed. @throws {CannotStart} */
export async function openOwnPress(settings: PressSettings): Promise<Press> {
  // Only a server draws: who just reads settings need not load it.
  const { openPress } = await import('../papers/press.ts');
  try {
    return await openPress(settings);
  } catch (cause) {
    throw new CannotStart(`a font of the papers can't be used: ${(cause as Error).message}.`, { cause });
  }
}
