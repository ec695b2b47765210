/** Enters rows one after the other and prints the operation of each that was answered: `node … FILE PREFIX COUNT`. */
import { sqliteSource } from '../../adapters/sql.ts';
import { entry, PLOTS, plot } from '../contract/plots.ts';

const [file = '', prefix = '', count = '0'] = process.argv.slice(2);
const source = sqliteSource({ file });
const register = await source.open(PLOTS);
for (let n = 1; n <= Number(count); n += 1) {
  const batch = [entry(`${prefix}-${n}`), entry(`shared-${n}`, plot(`${prefix}-shared-${n}`, { lock: `shared-${n}` }))];
  const [own, shared] = await register.enter(batch);
  if (own?.state !== 'DONE' || shared?.state !== 'DONE')
    throw new Error(`not entered: ${JSON.stringify([own, shared])}`);
  process.stdout.write(`${prefix}-${n}\n`);
}
await source.close();
