import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { type Block, BlockExhausted, type Draw, type Journal, openJournal } from '../../subgraphs/journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let file: string;
let journal: Journal;
beforeEach(() => {
  file = join(mkdtempSync(join(folder, 'j')), 'new', 'journal.sqlite');
  journal = openJournal(file);
});
afterEach(() => journal.close());
const reopen = () => {
  journal.close();
  journal = openJournal(file);
};

const block: Block = { name: 'serial', from: 1, to: 5 };
const drawing =
  (count = 1, from = block) =>
  (draw: Draw) =>
    draw(from, count).join();
const intend = (operationId: string, decide: (draw: Draw) => string) =>
  journal.intend([{ operationId, decide }]).get(operationId);

describe('the memory of a department', () => {
  it('knows nothing of an operation that was never seen', () => {
    expect(journal.recall(['op-1'])).toEqual(new Map());
  });

  it('is refused when the connection would not flush every commit to the disk', () => {
    const { pragma } = Database.prototype;
    const deaf = jest.spyOn(Database.prototype, 'pragma').mockImplementation(function (
      this: Database.Database,
      text: string,
      options?: Database.PragmaOptions,
    ) {
      return pragma.call(this, text === 'synchronous = FULL' ? 'synchronous = NORMAL' : text, options);
    });
    try {
      expect(() => openJournal(join(folder, 'deaf.sqlite'))).toThrow(/no durable journal here \(wal, 1\)/);
    } finally {
      deaf.mockRestore();
    }
  });

  it('keeps an intent and then an answer, also when it is opened again', () => {
    intend('op-1', () => 'intent');
    reopen();
    expect(journal.recall(['op-1', 'op-2'])).toEqual(new Map([['op-1', { intent: 'intent', answer: undefined }]]));
    journal.complete([{ operationId: 'op-1', answer: 'answer' }]);
    reopen();
    expect(journal.recall(['op-1']).get('op-1')).toEqual({ intent: 'intent', answer: 'answer' });
  });

  it('decides an operation once, and gives its first intent for ever', () => {
    intend('op-1', drawing());
    const again = intend('op-1', () => {
      throw new Error('decided twice');
    });
    expect(again).toBe('1');
    reopen();
    expect(intend('op-1', drawing())).toBe('1');
    expect(intend('op-2', drawing())).toBe('2');
  });

  it('decides the first of two equal operations of one batch', () => {
    const intents = journal.intend(['a', 'b'].map(intent => ({ operationId: 'op-1', decide: () => intent })));
    expect(intents).toEqual(new Map([['op-1', 'a']]));
  });

  it('gives the first answer of an operation, whatever comes after it', () => {
    intend('op-1', () => 'intent');
    intend('op-2', () => 'intent');
    journal.complete([{ operationId: 'op-1', answer: 'first' }]);
    const standing = journal.complete([
      { operationId: 'op-1', answer: 'second' },
      { operationId: 'op-2', answer: 'other' },
    ]);
    expect([...standing.values()]).toEqual(['first', 'other']);
    reopen();
    expect(journal.recall(['op-1']).get('op-1')?.answer).toBe('first');
  });

  it('takes no answer of what was never intended', () => {
    intend('op-1', () => 'intent');
    const answers = ['op-1', 'op-2'].map(operationId => ({ operationId, answer: 'answer' }));
    expect(() => journal.complete(answers)).toThrow('op-2 was answered without an intent');
    expect(journal.recall(['op-1']).get('op-1')?.answer).toBeUndefined();
  });

  it('keeps what two processes write at once', () => {
    const other = openJournal(file);
    const numbers = Array.from({ length: 100 }, (_, at) => {
      const [mine, theirs] = [journal, other].map((each, which) =>
        each.intend([{ operationId: `op-${which}-${at}`, decide: drawing(1, { ...block, to: 1_000 }) }]),
      );
      return [...mine!.values(), ...theirs!.values()];
    }).flat();
    expect(new Set(numbers).size).toBe(200);
    other.close();
  });

  it('flushes every write to the disk: synchronous is FULL on the connection that writes', () => {
    const pragma = jest.spyOn(Database.prototype, 'pragma');
    reopen();
    const connection = pragma.mock.contexts[0] as Database.Database;
    pragma.mockRestore();
    expect(connection.pragma('synchronous', { simple: true })).toBe(2);
    expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it.each([
    ['a folder is in its place', (at: string) => mkdirSync(at, { recursive: true })],
    ['it is no database', (at: string) => writeFileSync(at, '%PDF-1.7 '.repeat(500))],
  ])('says in a sentence that it cannot be opened when %s', (_, spoil) => {
    const spoilt = join(mkdtempSync(join(folder, 'j')), 'journal.sqlite');
    spoil(spoilt);
    expect(() => openJournal(spoilt)).toThrow(
      expect.objectContaining({ name: 'CannotStart', message: expect.stringContaining(`${spoilt} can't be opened`) }),
    );
  });
});

describe('numbers of a block', () => {
  it('are drawn in order from the first to the last, several at once if asked', () => {
    expect(['op-1', 'op-2', 'op-3'].map((id, at) => intend(id, drawing(at || 1)))).toEqual(['1', '2', '3,4']);
    expect(intend('op-4', drawing())).toBe('5');
  });

  it('end with the block: who wants more than is left gets none, and who wants what is left gets it', () => {
    intend('op-1', drawing(4));
    const refused = intend('op-2', drawing(2));
    expect(refused).toBeInstanceOf(BlockExhausted);
    expect((refused as Error).message).toBe('the block serial (1 to 5) is used up; allocate a new one');
    expect(journal.recall(['op-2']).size).toBe(0);
    expect(intend('op-3', drawing())).toBe('5');
    expect(intend('op-4', drawing())).toBeInstanceOf(BlockExhausted);
  });

  it('go on in a block that is allocated anew, and the operation that got none can be tried again', () => {
    intend('op-1', drawing(5));
    expect(intend('op-2', drawing())).toBeInstanceOf(BlockExhausted);
    expect(intend('op-2', drawing(1, { ...block, from: 100, to: 200 }))).toBe('100');
    expect(intend('op-3', drawing(1, { ...block, from: 100, to: 200 }))).toBe('101');
  });

  it('of different blocks do not mix', () => {
    expect(intend('op-1', draw => `${draw(block)} ${draw({ ...block, name: 'other' })} ${draw(block)}`)).toBe('1 1 2');
  });

  it('are given back when deciding throws, and the neighbors keep theirs', () => {
    const fail = (draw: Draw): string => {
      draw(block, 2);
      throw new Error('a rule failed');
    };
    const intents = journal.intend([
      { operationId: 'op-1', decide: drawing() },
      { operationId: 'op-2', decide: fail },
      { operationId: 'op-3', decide: drawing() },
    ]);
    expect([...intents.values()]).toEqual(['1', new Error('a rule failed'), '2']);
    expect([...journal.recall(['op-1', 'op-2', 'op-3']).keys()]).toEqual(['op-1', 'op-3']);
    reopen();
    expect(intend('op-4', drawing())).toBe('3');
  });

  it('are neither lost nor given twice when the process is stopped between two operations', () => {
    intend('op-1', drawing(2));
    reopen();
    expect(intend('op-1', drawing(2))).toBe('1,2');
    expect(intend('op-2', drawing(1))).toBe('3');
  });

  it('keeps one paper for each operation and form, and another in its place only for who has read it', () => {
    const paper = (text: string, form = 'PDF') => ({ operationId: 'op-1', form, shows: 'a', bytes: Buffer.from(text) });
    expect(journal.paper('op-1', 'PDF')).toBeUndefined();
    expect(journal.keepPaper(paper('first')).bytes).toEqual(Buffer.from('first'));
    expect(journal.keepPaper(paper('second')).bytes).toEqual(Buffer.from('first'));
    journal.keepPaper(paper('other', 'SES'));
    const read = journal.paper('op-1', 'PDF');
    expect(journal.keepPaper(paper('third'), { shows: 'a', bytes: Buffer.from('never') }).bytes).toEqual(read?.bytes);
    journal.keepPaper({ ...paper('third'), shows: 'b' }, read);
    reopen();
    expect(journal.paper('op-1', 'PDF')).toEqual({ shows: 'b', bytes: Buffer.from('third') });
    expect(journal.paper('op-1', 'SES')?.bytes).toEqual(Buffer.from('other'));
  });

  it('never forgets what was struck out', () => {
    expect(journal.strikeOut('op-1', [])).toEqual([]);
    expect(journal.strikeOut('op-1', ['content.b', 'content.a'])).toEqual(['content.a', 'content.b']);
    expect(journal.strikeOut('op-2', ['content.c'])).toEqual(['content.c']);
    reopen();
    expect(journal.strikeOut('op-1', ['content.a'])).toEqual(['content.a', 'content.b']);
  });
});
