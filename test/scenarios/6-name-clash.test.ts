import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { RegisterEnterpriseInput } from '../../gateway/window/generated/types.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { type Desk, deskOf, fieldsOf, itemOf, type ShownCase } from '../fixtures/desk.ts';
import { readRegister } from '../fixtures/registers.ts';
import { onEachStore } from '../fixtures/stores.ts';

/** Scenario 6: one name, several applicants (企业名称登记管理规定 arts. 17 and 18). */
afterEach(() => expect(defects.mock.calls).toEqual([]));

const dayMs = 24 * 3_600_000;
/** Noon in China. */
const noon = (day: string): number => Date.parse(`${day}T04:00:00.000Z`);

/** Another applicant for the name of the first. */
const rival = (first: RegisterEnterpriseInput): RegisterEnterpriseInput => ({
  ...application(),
  name: first.name,
  founders: [{ name: '丙寅某', idNumber: '371002189204040039', contribution: '500000.00' }],
});

interface Entered {
  readonly input: RegisterEnterpriseInput;
  readonly found: ShownCase;
}

const clash = (found: ShownCase) =>
  found.items.flatMap(({ faults }) => faults).find(({ code }) => code === 'NAME_CLASH');
const alternativesIn = (message: string): readonly string[] => (/free: (.+)$/.exec(message)?.[1] ?? '').split(', ');

onEachStore('scenario 6', open => {
  let center: Center;
  let desk: Desk;
  let nowMs: number;

  beforeAll(async () => {
    nowMs = noon('2026-03-02');
    center = await open({
      at: new Date(nowMs),
      overLine: ['business'],
      inlineBudgetMs: 2_000,
    });
    desk = deskOf(center);
  });
  afterAll(() => center.close());

  /** What a slow machine has not done within the inline budget, the driver does afterwards. */
  const closed = (found: ShownCase): Promise<ShownCase> =>
    desk.until(found.number, ({ state }) => state === 'CLOSED', 30_000);

  /** Once it has the name and everything else, or has learnt that it has not. */
  async function settled(input: RegisterEnterpriseInput): Promise<ShownCase> {
    const { number } = await desk.register(input);
    return desk.until(number, found => found.state === 'CLOSED' || clash(found) !== undefined, 30_000);
  }

  async function advanceTo(atMs: number): Promise<void> {
    await center.advance(atMs - nowMs);
    nowMs = atMs;
  }
  const reservations = (first: RegisterEnterpriseInput) =>
    readRegister(
      center.dataDir,
      'business',
      'select status, expires_on from enterprise_name where trading_name = ? order by entry_no',
      first.name.tradingName,
    );

  it('reserves a name once for two applicants in the same millisecond; the loser learns why, and what is free', async () => {
    const first = application();
    const inputs = [first, rival(first)];
    const cases = await Promise.all(inputs.map(async input => ({ input, found: await settled(input) })));
    const [winner, lost] = cases.sort((a, b) => a.found.state.localeCompare(b.found.state)) as [Entered, Entered];
    const loser = lost.found;
    expect(winner.found.state).toBe('CLOSED');
    expect(reservations(first)).toHaveLength(1);
    const fault = clash(loser);
    expect(fault?.message).toMatch(/第十七条|art\. 17/);
    const alternatives = alternativesIn(String(fault?.message));
    expect(alternatives).toHaveLength(3);

    const [tradingName] = alternatives as [string];
    const renamed = { ...lost.input, name: { ...first.name, tradingName } };
    await closed(await desk.resubmit(loser.number, fieldsOf(renamed)));
  });

  it('keeps a reservation through its last day, two months later, and gives it up on the next', async () => {
    const first = application();
    const business = center.line('business');
    interface Filing {
      readonly item: string;
      readonly application: { readonly founders: readonly { readonly name: string }[] };
    }
    const isLicense = (body: string): boolean => {
      const { filings } = (JSON.parse(body) as { variables: { filings: readonly Filing[] } }).variables;
      return filings.some(
        ({ item, application }) => item === 'license' && application.founders[0]?.name === first.founders[0]?.name,
      );
    };
    business.disturb = (operation, body) => (operation === 'FileItems' && isLicense(body) ? 'LOSE_REQUEST' : 'PASS');
    const { number } = await desk.register(first);
    const held = await desk.until(number, found => itemOf(found, 'name').state === 'GRANTED');
    const from = chinaDay(new Date(nowMs));
    const [{ expires_on: lastDay }] = reservations(first) as [{ expires_on: string }];
    expect([from, lastDay]).toEqual(['2026-03-02', '2026-05-02']);

    await advanceTo(Date.parse('2026-05-02T15:59:00.000Z'));
    const refused = await settled(rival(first));
    expect(clash(refused)).toBeDefined();
    await advanceTo(Date.parse('2026-05-02T16:01:00.000Z'));
    // The first applicant's license is asked for again and again and gets no answer: the circuit to the registry may
    // be open just now, and the rival's license then waits for its next trial.
    await closed(await desk.register({ ...rival(first), notDuplicateOf: refused.number }));

    // Who had let the reservation pass learns that when the license is asked for.
    business.disturb = undefined;
    await center.advance(120_000);
    nowMs += 120_000;
    const late = await desk.until(held.number, ({ items }) => itemOf({ items }, 'license').state === 'WAITING_INPUT');
    expect(itemOf(late, 'license').faults.map(({ code }) => code)).toEqual(['NAME_NOT_RESERVED']);
    // It is reserved anew first; the rival has it now, and the clerk is offered others.
    const taken = await desk.resubmit(held.number, fieldsOf(first));
    const [tradingName] = alternativesIn(String(clash(taken)?.message)) as [string];
    const done = await closed(
      await desk.resubmit(held.number, fieldsOf({ ...first, name: { ...first.name, tradingName } })),
    );
    expect(done.certificates.find(({ kind }) => kind === 'BUSINESS_LICENSE')?.record).toContain(tradingName);
  }, 90_000);

  it.each([
    [364, 'refused'],
    [366, 'accepted'],
  ])('has a name whose enterprise was cancelled %i days ago %s', async (days, answer) => {
    const first = application();
    await settled(first);
    const db = new Database(join(center.dataDir, 'business', 'register.sqlite'));
    db.prepare("update enterprise_name set status = 'CANCELLED', ended_on = ? where trading_name = ?").run(
      chinaDay(new Date(nowMs - days * dayMs)),
      first.name.tradingName,
    );
    db.prepare("update business_license set status = 'REVOKED' where full_name like ?").run(
      `%${first.name.tradingName}%`,
    );
    db.close();
    const found = await settled(rival(first));
    expect(clash(found) === undefined ? 'accepted' : 'refused').toBe(answer);
  });
});
