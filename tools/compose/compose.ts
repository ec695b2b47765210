import { writeFile } from 'node:fs/promises';
import type { Composition } from '../../gateway/compose.ts';
import { attempt } from '../../gateway/composition/center.ts';
import { type Reason, sentenceOf } from '../../gateway/composition/reason.ts';
import type { Options } from './options.ts';
import { readServices } from './sources.ts';

/** False when the departments do not compose; then every reason is told. */
export async function composeAll(options: Options): Promise<boolean> {
  const composed = attempt(await readServices(options));
  if (!composed.ok) {
    tellReasons(composed.reasons, options.json);
    return false;
  }
  await write(composed.composition, options);
  return true;
}

async function write({ supergraphSdl, publicSdl }: Composition, { out, json }: Options): Promise<void> {
  if (out !== undefined) await writeFile(out, `${supergraphSdl}\n`);
  if (json)
    console.log(JSON.stringify({ composes: true, ...(out === undefined ? { supergraphSdl, publicSdl } : { out }) }));
  else console.log(out === undefined ? supergraphSdl : `${out} holds the supergraph`);
}

export function tellReasons(reasons: readonly Reason[], json: boolean): void {
  if (json) console.log(JSON.stringify({ composes: false, reasons }));
  else for (const reason of reasons) console.error(sentenceOf(reason));
}
