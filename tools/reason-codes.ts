import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE, withTables } from './reason-codes/tables.ts';

const USAGE = `npm run reason-codes

Writes the tables of severities and reason codes in ${PAGE} anew, from certs/findings.ts: to be run when a code was
added, or a sentence improved. A test holds the page against the code.`;

if (process.argv.length > 2) console.log(USAGE);
else {
  const path = join(import.meta.dirname, '..', PAGE);
  writeFileSync(path, withTables(readFileSync(path, 'utf8')));
}
