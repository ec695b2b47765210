import { openFontFile } from './font/font-file.ts';
import { typefaceOf } from './font/typeface.ts';
import { knownFallbacks, typefaceFile } from './known-fonts.ts';
import type { Typefaces } from './layout/text.ts';

export interface OpenTypefaces {
  readonly typefaces: Typefaces;
  close(): void;
}

/** @param fallbackFonts Files of TrueType fonts; those in known places when absent. @throws {Error} when one can't be read. */
export function openTypefaces(fallbackFonts: readonly string[] = knownFallbacks()): OpenTypefaces {
  const fonts = [typefaceFile('regular'), typefaceFile('bold'), ...fallbackFonts].map(openFontFile);
  const [regular, bold, ...fallbacks] = fonts as [(typeof fonts)[0], (typeof fonts)[0], ...typeof fonts];
  return {
    typefaces: { TITLE: typefaceOf(bold, fallbacks), TEXT: typefaceOf(regular, fallbacks) },
    close() {
      for (const font of fonts) font.close();
    },
  };
}
