import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The typeface of our papers: Noto Serif SC (SIL Open Font License), all characters of GB 18030 in the BMP. */
const FILES = {
  regular: '400Regular/NotoSerifSC_400Regular.ttf',
  bold: '700Bold/NotoSerifSC_700Bold.ttf',
} as const;

export const typefaceFile = (weight: keyof typeof FILES): string =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-serif-sc/${FILES[weight]}`));

/** Where systems keep fonts with the ideographs beyond the BMP: Debian's fonts-hanazono. */
const KNOWN = [
  '/usr/share/fonts/truetype/hanazono/HanaMinA.ttf',
  '/usr/share/fonts/truetype/hanazono/HanaMinB.ttf',
] as const;

export const knownFallbacks = (): readonly string[] => KNOWN.filter(path => existsSync(path));
