import { statSync } from 'node:fs';

/** What changes when any of the files is replaced, changed, made or taken away; it costs no reading of them. */
export const printOf = (files: readonly string[]): string =>
  files
    .map(file => {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
      return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : 'absent';
    })
    .join();
