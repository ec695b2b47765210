import type { Facts } from '../facts.ts';
import { deskFor } from '../layout/desk.ts';
import type { LaidOut } from '../layout/document.ts';
import type { Typefaces } from '../layout/text.ts';
import type { Paper } from '../paper.ts';
import { layOutFlowing } from './flowing.ts';
import { layOutLicense } from './license.ts';

/** Where everything of a paper stands. @throws {MissingGlyph} @throws {Undrawable} */
export function layOut(paper: Paper, facts: Facts, typefaces: Typefaces): LaidOut {
  const desk = deskFor(typefaces, facts);
  return paper.form === 'LICENSE' ? layOutLicense(paper, desk) : layOutFlowing(paper, desk);
}
