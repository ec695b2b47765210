import type { Sealer } from '../certs/seal.ts';
import { CENTER } from '../subgraphs/catalogue.ts';
import { pressOnDemand } from '../subgraphs/own-press.ts';
import { pdfMaker } from '../subgraphs/pdf-maker.ts';
import type { Close } from './closing.ts';
import type { GatewayConfig } from './config.ts';
import { createRenditionCompletion } from './papers/completion.ts';
import { createOriginals, type Originals, type OriginalTools } from './papers/originals.ts';
import { PDF } from './papers/pdf.ts';
import { createRenditions, type Renditions, type RenditionTools } from './papers/renditions.ts';
import { SES } from './papers/ses.ts';
import { slipPaper } from './window/slip-papers.ts';
import type { Store } from './window/store.ts';

/** What people hold of sealed papers: who makes it, and how it is kept and served. */
export interface CenterPapers {
  readonly originals: Originals;
  readonly renditions: Renditions;
}

export interface PapersTools extends Omit<RenditionTools, 'forms' | 'store'>, Pick<OriginalTools, 'clients'> {
  readonly store: Store;
  /** The center's. */
  readonly sealer: Sealer;
}

/** The forms that are served. */
const FORMS = { PDF, SES };

/** @param opened Takes what is to be closed again, in the order in which it was opened. @throws {CannotStart} */
export async function openPapers(
  { press: settings, publicUrl }: GatewayConfig,
  { clients, sealer, ...tools }: PapersTools,
  opened: Close[],
): Promise<CenterPapers> {
  const { press, close } = await pressOnDemand(settings);
  opened.push(close);
  const makePdf = pdfMaker({ holder: CENTER.id, press, sealer, publicUrl, now: tools.now });
  const completion = createRenditionCompletion({ ...tools, forms: FORMS });
  opened.push(() => completion.stop());
  completion.start();
  return {
    originals: createOriginals({ clients, makePdf, slipPaper }),
    renditions: createRenditions({ ...tools, forms: FORMS }),
  };
}
