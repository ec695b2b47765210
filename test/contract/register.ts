import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Condition, entriesPerCallMax, type Register, rowsPerSearchMax } from '../../adapters/port.ts';
import { entry, type PlotRow, plot } from './plots.ts';

/** A register of {@link PLOTS} on a system of its own. */
export interface OpenRegister {
  readonly register: Register<PlotRow>;
  /** Another register on the same system, as another process opens it. */
  another(): Promise<Register<PlotRow>>;
  close(): Promise<void>;
}

/** The promises of adapters/port.ts, for every adapter alike. */
export function keepsThePromises(name: string, open: () => Promise<OpenRegister>): void {
  describe(`the promises of a register, kept by ${name}`, () => {
    let opened: OpenRegister;
    let register: Register<PlotRow>;
    beforeEach(async () => {
      opened = await open();
      register = opened.register;
    });
    afterEach(() => opened.close());

    const statesOf = (answers: readonly { readonly state: string }[]) => answers.map(({ state }) => state);
    const allRows = async () => (await register.search([{ where: {}, first: rowsPerSearchMax }]))[0]?.rows;

    describe('find', () => {
      it('gives the rows of each key, oldest first, and nothing for a key without a row', async () => {
        await register.enter([
          entry('op-1', plot('A', { owner: 'first' })),
          entry('op-2', plot('B')),
          entry('op-3', plot('A', { owner: 'second' })),
        ]);
        await register.enter([entry('op-4', plot('A', { owner: 'third' }))]);
        const found = await register.find(['A', 'absent', 'B', 'A']);
        expect([...found.keys()].sort()).toEqual(['A', 'B']);
        expect(found.get('A')?.map(({ owner }) => owner)).toEqual(['first', 'second', 'third']);
        expect(found.get('B')).toEqual([plot('B')]);
      });

      it('finds nothing when asked for nothing, or when nothing is there', async () => {
        expect(await register.find([])).toEqual(new Map());
        expect(await register.find(['A'])).toEqual(new Map());
      });

      it('takes a thousand keys and refuses one more', async () => {
        const keys = Array.from({ length: entriesPerCallMax }, (_, at) => `K${at}`);
        await register.enter(keys.map(key => entry(key)));
        expect((await register.find(keys)).size).toBe(entriesPerCallMax);
        await expect(register.find([...keys, 'K'])).rejects.toThrow(RangeError);
      });

      it('gives back every value as it was entered', async () => {
        const rows = [
          plot('A', { owner: '𠀀山 O’Neill "—" \\ \n', area: 0 }),
          plot('B', { owner: '', area: -1 }),
          plot('C', { owner: null, area: null }),
          plot('D', { area: Number.MAX_SAFE_INTEGER }),
          plot('E', { area: '9223372036854775807' }),
          plot("'; drop table land_plot; --"),
        ];
        await register.enter(rows.map((row, at) => entry(`op-${at}`, row)));
        expect(await allRows()).toEqual(rows);
      });
    });

    describe('enter', () => {
      it('answers in the order of the entries', async () => {
        await register.enter([entry('op-2')]);
        const answers = await register.enter([entry('op-3'), entry('op-2'), entry('op-1')]);
        expect(answers).toEqual(
          ['op-3', 'op-2', 'op-1'].map(operationId => ({ operationId, state: 'DONE', row: plot(operationId) })),
        );
      });

      it('enters an operation once, whatever it is asked the second time, in the same process or another', async () => {
        await register.enter([entry('op-1', plot('A'))]);
        const first = [{ operationId: 'op-1', state: 'DONE', row: plot('A') }];
        expect(await register.enter([entry('op-1', plot('B', { owner: 'other' }))])).toEqual(first);
        expect(await (await opened.another()).enter([entry('op-1', plot('C'))])).toEqual(first);
        expect(await allRows()).toEqual([plot('A')]);
      });

      it('takes the first of two entries of one batch that have the same operation', async () => {
        const answers = await register.enter([entry('op-1', plot('A')), entry('op-1', plot('B'))]);
        expect(answers.map(answer => answer.state === 'DONE' && answer.row.plot)).toEqual(['A', 'A']);
        expect(await allRows()).toEqual([plot('A')]);
      });

      it('tells a conflict of the entry that wants what another row holds, and enters its neighbors', async () => {
        await register.enter([entry('op-1', plot('A', { lock: 'north' }))]);
        const answers = await register.enter([
          entry('op-2', plot('B', { lock: 'south' })),
          entry('op-3', plot('C', { lock: 'north' })),
          entry('op-4', plot('D', { lock: 'south' })),
          entry('op-5', plot('E')),
        ]);
        expect(statesOf(answers)).toEqual(['DONE', 'CONFLICT', 'CONFLICT', 'DONE']);
        expect((await allRows())?.map(row => row.plot)).toEqual(['A', 'B', 'E']);
      });

      it('lets any number of rows hold no lock', async () => {
        const answers = await register.enter([entry('op-1'), entry('op-2'), entry('op-3')]);
        expect(statesOf(answers)).toEqual(['DONE', 'DONE', 'DONE']);
      });

      it('lets exactly one of many that want the same at once have it', async () => {
        const registers = [register, await opened.another()];
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, at) =>
            registers[at % 2]!.enter([entry(`op-${at}`, plot(`P${at}`, { lock: 'north' }))]),
          ),
        );
        expect(statesOf(answers.flat()).sort()).toEqual([...Array(19).fill('CONFLICT'), 'DONE']);
        expect(await allRows()).toHaveLength(1);
      });

      it('takes a thousand entries in one call, none at all, and refuses one more than a thousand', async () => {
        const entries = Array.from({ length: entriesPerCallMax }, (_, at) => entry(`op-${at}`));
        expect(new Set(statesOf(await register.enter(entries)))).toEqual(new Set(['DONE']));
        expect(await allRows()).toEqual(entries.map(({ row }) => row));
        expect(await register.enter([])).toEqual([]);
        await expect(register.enter([...entries, entry('one more')])).rejects.toThrow(RangeError);
        expect(await register.find(['one more'])).toEqual(new Map());
      });
    });

    describe('amend', () => {
      beforeEach(() =>
        register.enter([entry('op-1', plot('A', { lock: 'north' })), entry('op-2', plot('B', { lock: 'south' }))]),
      );
      const amendment = (operationId: string, of: string, changes: Partial<PlotRow>) => ({ operationId, of, changes });

      it('changes the fields named, of the row that the operation entered, and nothing else', async () => {
        const changed = plot('A', { owner: null, lock: 'north' });
        expect(await register.amend([amendment('am-1', 'op-1', { owner: null })])).toEqual([
          { operationId: 'am-1', state: 'DONE', row: changed },
        ]);
        expect(await allRows()).toEqual([changed, plot('B', { lock: 'south' })]);
      });

      it('changes nothing when the same operation comes again, with other changes or for another row', async () => {
        await register.amend([amendment('am-1', 'op-1', { owner: 'first' })]);
        const again = [amendment('am-1', 'op-1', { owner: 'second' }), amendment('am-1', 'op-2', { owner: 'third' })];
        for (const one of again) {
          const [answer] = await (await opened.another()).amend([one]);
          expect(answer).toEqual({
            operationId: 'am-1',
            state: 'DONE',
            row: plot('A', { owner: 'first', lock: 'north' }),
          });
        }
        expect(await register.find(['B'])).toEqual(new Map([['B', [plot('B', { lock: 'south' })]]]));
      });

      it('changes nothing when the first of two amendments comes again after the second', async () => {
        const first = amendment('am-1', 'op-1', { owner: 'first' });
        await register.amend([first, amendment('am-2', 'op-1', { owner: 'second' })]);
        const [answer] = await register.amend([first]);
        expect(answer).toMatchObject({ state: 'DONE', row: { owner: 'second' } });
      });

      it('gives a lock up, so that another row can have it', async () => {
        await register.amend([amendment('am-1', 'op-1', { lock: null })]);
        expect(statesOf(await register.enter([entry('op-3', plot('C', { lock: 'north' }))]))).toEqual(['DONE']);
      });

      it('tells what is absent or in conflict, changes the neighbors, and takes both again later', async () => {
        const batch = [
          amendment('am-1', 'nobody', { owner: 'x' }),
          amendment('am-2', 'op-2', { lock: 'north' }),
          amendment('am-3', 'op-1', { owner: 'new' }),
        ];
        expect(statesOf(await register.amend(batch))).toEqual(['ABSENT', 'CONFLICT', 'DONE']);
        await register.enter([entry('nobody')]);
        await register.amend([amendment('am-4', 'op-1', { lock: null })]);
        expect(statesOf(await register.amend(batch))).toEqual(['DONE', 'DONE', 'DONE']);
        expect((await register.find(['B'])).get('B')?.[0]?.lock).toBe('north');
      });

      const conditions: readonly (readonly [Condition<PlotRow>, string])[] = [
        [{}, 'DONE'],
        [{ owner: ['甲子某'] }, 'DONE'],
        [{ owner: ['乙丑某', '甲子某'], lock: ['north'] }, 'DONE'],
        [{ owner: ['乙丑某'] }, 'CONFLICT'],
        [{ owner: ['甲子某'], lock: [null] }, 'CONFLICT'],
        [{ owner: [] }, 'CONFLICT'],
      ];
      it.each(conditions)('of a row that must be as %j is %s', async (where, state) => {
        const answers = await register.amend([{ ...amendment('am-1', 'op-1', { owner: 'new' }), where }]);
        expect(statesOf(answers)).toEqual([state]);
        const owner = state === 'DONE' ? 'new' : '甲子某';
        expect((await register.find(['A'])).get('A')).toEqual([plot('A', { owner, lock: 'north' })]);
      });

      it('looks at the row as the amendments before it in the batch have left it, and never again once it is done', async () => {
        const first = { ...amendment('am-1', 'op-1', { owner: 'new' }), where: { owner: ['甲子某'] } };
        const second = { ...amendment('am-2', 'op-1', { owner: 'newer' }), where: { owner: ['甲子某'] } };
        expect(statesOf(await register.amend([first, second]))).toEqual(['DONE', 'CONFLICT']);
        expect(statesOf(await (await opened.another()).amend([first, second]))).toEqual(['DONE', 'CONFLICT']);
        await register.amend([amendment('am-3', 'op-1', { owner: '甲子某' })]);
        expect(statesOf(await register.amend([second]))).toEqual(['DONE']);
      });

      it('is done by one of many processes that found the same row and want to change it', async () => {
        const registers = [register, await opened.another()];
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, at) =>
            registers[at % 2]!.amend([
              { ...amendment(`am-${at}`, 'op-1', { lock: null }), where: { lock: ['north'] } },
            ]),
          ),
        );
        expect(statesOf(answers.flat()).sort()).toEqual([...Array(19).fill('CONFLICT'), 'DONE']);
      });

      it('refuses more than a thousand, and takes none', async () => {
        const many = Array.from({ length: entriesPerCallMax + 1 }, (_, at) => amendment(`am-${at}`, 'op-1', {}));
        await expect(register.amend(many)).rejects.toThrow(RangeError);
        expect(await register.amend([])).toEqual([]);
      });

      it('keeps what two processes amend at once', async () => {
        const registers = [register, await opened.another()];
        const answers = await Promise.all(
          Array.from({ length: 40 }, (_, at) =>
            registers[at % 2]!.amend([amendment(`am-${at}`, at % 4 < 2 ? 'op-1' : 'op-2', { owner: `owner ${at}` })]),
          ),
        );
        expect(new Set(statesOf(answers.flat()))).toEqual(new Set(['DONE']));
      });
    });

    describe('search', () => {
      beforeEach(() =>
        register.enter([
          entry('op-1', plot('A', { owner: 'east', lock: 'l1' })),
          entry('op-2', plot('B', { owner: 'west' })),
          entry('op-3', plot('C', { owner: 'east' })),
          entry('op-4', plot('D', { owner: null })),
          entry('op-5', plot('E', { owner: 'east' })),
        ]),
      );
      const plotsOf = async (where: Parameters<Register<PlotRow>['search']>[0][number]['where']) =>
        (await register.search([{ where, first: 10 }]))[0]?.rows.map(row => row.plot).join('');

      it.each([
        [{}, 'ABCDE', 'without a condition'],
        [{ owner: ['east'] }, 'ACE', 'one value'],
        [{ owner: ['west', 'east'] }, 'ABCE', 'either of two values'],
        [{ owner: ['east'], plot: ['C', 'B'] }, 'C', 'two conditions, which both must hold'],
        [{ owner: [null] }, 'D', 'nothing'],
        [{ owner: [null, 'west'] }, 'BD', 'nothing or a value'],
        [{ owner: [] }, '', 'no value at all, which nothing equals'],
        [{ owner: ['east'], plot: [] }, '', 'a value, and no value at all'],
        [{ owner: undefined }, 'ABCDE', 'a condition left out'],
        [{ owner: ['EAST', ' east', 'e%'] }, '', 'values that only resemble'],
      ])('%j finds "%s": %s', async (where: object, expected: string, _) => {
        expect(await plotsOf(where)).toBe(expected);
      });

      it('tells of each row the operation that entered it, so that it can be amended', async () => {
        const [found] = await register.search([{ where: { owner: ['east'] }, first: 2 }]);
        expect(found!.operations).toEqual(['op-1', 'op-3']);
        await register.amend([{ operationId: 'am-1', of: found!.operations[1]!, changes: { owner: 'south' } }]);
        const [amended] = await register.search([{ where: { owner: ['south'] }, first: 2 }]);
        expect([amended!.operations, await plotsOf({ owner: ['south'] })]).toEqual([['op-3'], 'C']);
      });

      it('answers several searches in the order asked', async () => {
        const found = await register.search([
          { where: { plot: ['B'] }, first: 1 },
          { where: { plot: ['none'] }, first: 1 },
          { where: { plot: ['A'] }, first: 1 },
        ]);
        expect(found.map(({ rows }) => rows.map(row => row.plot))).toEqual([['B'], [], ['A']]);
        expect(await register.search([])).toEqual([]);
      });

      it.each([1, 2, 3, 4, 5, 6])('visits each row once, %i to a page', async first => {
        const visited: string[] = [];
        let after: string | undefined;
        do {
          const [page] = await register.search([{ where: {}, first, after }]);
          expect(page!.rows.length).toBeLessThanOrEqual(first);
          visited.push(...page!.rows.map(row => row.plot));
          after = page!.cursor;
        } while (after !== undefined && visited.length < 10);
        expect(visited.join('')).toBe('ABCDE');
      });

      it('goes on after a page with what has been entered since', async () => {
        const [page] = await register.search([{ where: { owner: ['east'] }, first: 2 }]);
        await register.enter([entry('op-6', plot('F', { owner: 'east' }))]);
        const [next] = await register.search([{ where: { owner: ['east'] }, first: 2, after: page!.cursor }]);
        expect(next!.rows.map(row => row.plot)).toEqual(['E', 'F']);
        expect(next!.cursor).toBeUndefined();
      });

      it('counts all that match, whatever the page, and only when asked', async () => {
        const where = { owner: ['east'] };
        const [first] = await register.search([{ where, first: 1, total: true }]);
        expect(first).toMatchObject({ total: 3 });
        const [second] = await register.search([{ where, first: 1, after: first!.cursor, total: true }]);
        expect(second!.total).toBe(3);
        expect((await register.search([{ where, first: 1 }]))[0]!.total).toBeUndefined();
        expect((await register.search([{ where: { owner: [] }, first: 1, total: true }]))[0]!.total).toBe(0);
      });

      it('gives an empty page from which one can go on when none are wanted', async () => {
        const [none] = await register.search([{ where: {}, first: 0, total: true }]);
        expect(none).toMatchObject({ rows: [], total: 5 });
        const [next] = await register.search([{ where: {}, first: 1, after: none!.cursor }]);
        expect(next!.rows.map(row => row.plot)).toEqual(['A']);
        const [again] = await register.search([{ where: {}, first: 0, after: next!.cursor }]);
        expect(again!.cursor).toBe(next!.cursor);
        expect((await register.search([{ where: { owner: [] }, first: 0 }]))[0]!.cursor).toBeUndefined();
      });

      it.each(['', 'undefined', '1 or 1=1', '-1', '9'.repeat(400)])('refuses "%s", which is no cursor', async after => {
        await expect(register.search([{ where: {}, first: 1, after }])).rejects.toThrow(
          expect.objectContaining({ name: 'CursorUnknown' }),
        );
      });

      it.each([-1, 1.5, Number.NaN, rowsPerSearchMax + 1])('refuses a page of %d', async first => {
        await expect(register.search([{ where: {}, first }])).rejects.toThrow(RangeError);
      });
    });
  });
}
