import { expect, it } from '@jest/globals';
import { Found } from '../../../certs/bundle/found.ts';
import { ledgerFacts } from '../../../certs/bundle/ledger-facts.ts';
import { readLedger, writeLedger } from '../../../certs/bundle/ledger-file.ts';

const HASH = '0'.repeat(64);
const entry = (seq: number, events = '[]') => ({ caseNumber: '示范', seq, at: 1, hash: HASH, events });

it('the place of an entry is its byte, not its character', () => {
  const first = entry(1, '[{"event":"OPENED","name":"税务局"}]');
  const bytes = writeLedger([first, entry(2)]);
  const offsets = readLedger(bytes, '示范').map(({ offset }) => offset);
  expect(offsets).toEqual([2, Buffer.from(bytes).indexOf('{"at":1,"events":[],')]);
});

/** With a search through all entries for each of them, this takes minutes, and the test its patience. */
it('a ledger as long as a hostile one may be is read and judged in time', () => {
  const slips = `[${Array.from({ length: 80_000 }, () => '{"event":"SLIP"}').join()}]`;
  const entries = Array.from({ length: 30_000 }, (_, i) => entry(i + 1));
  const read = readLedger(writeLedger([...entries, entry(30_001, slips)]), '示范');
  const found = new Found();
  ledgerFacts(read, found);
  const repeated = found.findings.filter(({ code }) => code === 'LEDGER_PAPER_REPEATED');
  expect([repeated.length, repeated[0]?.at]).toEqual([79_999, `byte ${read.at(-1)?.offset}`]);
});
