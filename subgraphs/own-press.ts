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

/** @throws {CannotStart} */
export async function openOwnPress(settings: PressSettings): Promise<Press> {
  // Only who draws need load it.
  const { openPress } = await import('../papers/press.ts');
  try {
    return await openPress(settings);
  } catch (cause) {
    throw new CannotStart(`a font of the papers can't be used: ${(cause as Error).message}.`, { cause });
  }
}

/** A press that is opened when the first paper is drawn: few processes draw any in their first second. */
export interface PressOnDemand {
  press(): Promise<Press>;
  close(): Promise<void>;
}

/** Fonts that the operator has named are opened at once, so that a wrong one is told now. @throws {CannotStart} */
export async function pressOnDemand(settings: PressSettings): Promise<PressOnDemand> {
  let opened: Promise<Press> | undefined;
  const press = (): Promise<Press> => {
    opened ??= openOwnPress(settings).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  if (settings.fallbackFonts) await press();
  return { press, close: async () => (await opened)?.close() };
}
