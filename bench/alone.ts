import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DriverResult, DriverTask } from './driver.ts';

/** Measures the driver alone, in a process of its own. @throws {Error} when it ends without a result. */
export function driverAlone(task: DriverTask): Promise<DriverResult> {
  const child = fork(fileURLToPath(new URL('./driver.ts', import.meta.url)), [JSON.stringify(task)], {
    execArgv: ['--import', new URL('./without-seals.ts', import.meta.url).href],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', result => resolve(result as DriverResult));
    child.once('exit', status => reject(new Error(`the driver's measurement ended without a result (${status})`)));
  });
}
