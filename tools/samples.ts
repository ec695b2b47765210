import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holeBytesOf } from '../certs/pdf/hole.ts';
import { openPress } from '../papers/press.ts';
import { sealHolders } from '../subgraphs/holders.ts';
import { verifyUrl } from '../subgraphs/public-url.ts';
import { SAMPLES } from './samples/all.ts';
import { openOffice } from './samples/office.ts';
import { renderPages } from './samples/render.ts';
import { drawVerifyPages } from './samples/verify-page.ts';

const dotsPerInch = 100;

const USAGE = `npm run samples [-- --pdf FOLDER]

Draws one of every paper, and the hard ones, of an enterprise that does not exist; seals them with keys that are thrown
away; and renders them with poppler's pdftoppm into docs/papers. The same program draws the same pictures. Those of the
page that verifies them, drawn by Debian's chromium, go into docs/verify.

  --pdf FOLDER   keeps the sealed PDFs there, too`;

const [option, folder, ...more] = process.argv.slice(2);
if (option === '--help' || option === '-h') console.log(USAGE);
else if ((option !== undefined && (option !== '--pdf' || folder === undefined)) || more.length > 0) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  await drawSamples(folder);
  await drawVerifyPages(new URL('../docs/verify/', import.meta.url).pathname);
}

async function drawSamples(pdfFolder: string | undefined): Promise<void> {
  const pictures = new URL('../docs/papers/', import.meta.url).pathname;
  const sealedAt = new Date('2026-11-23T02:03:04Z');
  for (const made of [pictures, ...(pdfFolder ? [pdfFolder] : [])]) mkdirSync(made, { recursive: true });
  for (const file of readdirSync(pictures)) if (file.endsWith('.png')) rmSync(join(pictures, file));
  const press = await openPress({});
  const office = openOffice(sealedAt);
  const holders = new Map(sealHolders().map(({ id, organization }) => [id, { id, organization }]));
  try {
    for (const { name, holder, paper, record, disclosures } of SAMPLES) {
      const issuer = holders.get(holder);
      if (!issuer) throw new Error(`nobody is ${holder}`);
      const number = paper.numbers[0]?.value;
      const drawn = press.draw(paper, {
        record,
        ...(disclosures && { disclosures }),
        issuer,
        sealedAt,
        verifyUrl: verifyUrl('https://window.example.gov.cn', record, typeof number === 'string' ? number : ''),
        holeBytes: holeBytesOf('ES256'),
      });
      const sealed = await office.sealerOf(holder).sealPdf(drawn);
      if (pdfFolder) writeFileSync(join(pdfFolder, `${name}.pdf`), sealed);
      const pages = renderPages(sealed, dotsPerInch);
      for (const [at, page] of pages.entries()) {
        const file = pages.length === 1 ? `${name}.png` : `${name}-${at + 1}.png`;
        writeFileSync(join(pictures, file), page);
        console.log(`${file.padEnd(34)} ${(page.length / 1024).toFixed(0).padStart(4)} KB`);
      }
      console.log(`${`${name}.pdf`.padEnd(34)} ${(sealed.length / 1024).toFixed(1).padStart(6)} KB`);
    }
  } finally {
    office.close();
    press.close();
  }
}
