import type { Picture } from '../layout/document.ts';

const kept = new Map<string, Picture>();

/** Pictures of a few sheets, each drawn once. */
export function keptPicture(key: string, draw: () => Picture): Picture {
  const picture = kept.get(key) ?? draw();
  kept.set(key, picture);
  return picture;
}
