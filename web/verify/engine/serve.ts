/** The worker's side: answers one question after the other. */
import { webCryptoAnswer } from '../../../certs/platform/web/webcrypto.ts';
import { examine, summarize } from './examine.ts';
import type { Answered, Asked } from './messages.ts';

/** Browsers give no WebCrypto to a page that came over plain http from another machine. */
const answer = webCryptoAnswer(globalThis.isSecureContext ? globalThis.crypto.subtle : undefined);

export async function answered(asked: Asked): Promise<Answered> {
  const { number } = asked;
  return asked.task === 'EXAMINE'
    ? { number, task: 'EXAMINE', report: await examine(asked.item, asked.setup, answer) }
    : { number, task: 'SUMMARIZE', summary: await summarize(asked.trust, answer) };
}

interface WorkerScope {
  postMessage(message: Answered): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Asked }) => void): void;
}

export function serveQuestions(scope: WorkerScope): void {
  scope.addEventListener('message', async ({ data }) => scope.postMessage(await answered(data)));
  scope.postMessage({ task: 'READY' });
}
