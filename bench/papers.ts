import type { Bench } from './figure.ts';
import { pdfFigures } from './papers/pdf.ts';
import { sm2Figures } from './papers/sm2.ts';

/** Papers that people hold, and the signatures under them: one file for each kind of figure. */
const PARTS: readonly Bench[] = [pdfFigures, sm2Figures];

export const papersBench: Bench = async options => {
  const figures = [];
  for (const part of PARTS) figures.push(...(await part(options)));
  return figures;
};
