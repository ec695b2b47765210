import { compressed } from '../font/subset.ts';
import type { SealAppearance } from '../pdf/write-pdf.ts';
import { filledPath } from './path.ts';
import { type OutlineOf, roundSeal, sealSide } from './shape.ts';

/** How a round seal looks on a sheet: `/M` is the state that lets what is below shine through. */
export function sealAppearance(organization: string, outlineOf: OutlineOf): SealAppearance {
  const path = filledPath(roundSeal({ name: organization }, outlineOf));
  return { width: sealSide, stream: compressed(Buffer.from(`/M gs 0.84 0.06 0.1 rg\n${path}`, 'latin1'), 9) };
}
