import type { Bench } from './figure.ts';
import { browserFigures } from './papers/browser.ts';
import { pdfFigures } from './papers/pdf.ts';
import { sm2Figures } from './papers/sm2.ts';

/** Papers that people hold, and the signatures under them: one file for each kind of figure. */
const PARTS: readonly Bench[] = [pdfFigures, sm2Figures, browserFigures];

export const papersBench: Bench = async options => {
  const figures = [];
  for (const part of PARTS) figures.push(...(await part(options)));
  return figures;
};
