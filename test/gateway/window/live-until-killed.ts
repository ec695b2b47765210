/**
 * One case in a process of its own, with its departments, on real files, until the process kills itself at a border.
 * Started by boundaries.test.ts.
 */
import { join } from 'node:path';
import type { RegisterEnterpriseInput } from '../../../gateway/window/generated/types.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { type Border, Life } from '../../fixtures/life.ts';
import { centerOf, KINDS, Story, windowOf } from '../../fixtures/lives.ts';
import { openTown } from '../../fixtures/town.ts';

interface Told {
  readonly files: string;
  readonly keys: string;
  readonly kind: string;
  readonly border: Border;
  readonly input: RegisterEnterpriseInput;
}

const { files, keys, kind: title, border, input } = JSON.parse(process.argv[2] ?? '') as Told;
const kind = KINDS.find(one => one.title === title);
if (!kind) throw new Error(`there is no kind ${title}`);
const report = (defect: Error): void => {
  throw defect;
};
const center = centerOf(keys, report);
const town = await openTown(files, keys, kind.manners);
const store = await openStore({ file: join(files, 'window.sqlite') }, center.vault, report);
const life = new Life(border, 'ENDS', () => process.kill(process.pid, 'SIGKILL'));
const window = windowOf(life, store, town, center);
await window.start();
await new Story(kind, input).goOn(window, life, store, town);
await window.stop();
await store.close();
await town.close();
