/** A thread that makes mutants and brings them before the product's verifier, block by block. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Block, PRODUCT, tryBlock } from './trial.ts';
import { makeWorld } from './world.ts';

const port = parentPort!;
const world = await makeWorld((workerData as { readonly seed: number }).seed);
port.on('message', (block: Block) => port.postMessage(tryBlock(world, block, PRODUCT)));
port.postMessage('ready');
