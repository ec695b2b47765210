import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { checkSeal } from '../../certs/verify.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { type Desk, deskOf, eventsOf, fieldsOf, itemOf } from '../fixtures/desk.ts';
import { onEachStore } from '../fixtures/stores.ts';
import { readTrustOf } from '../fixtures/trust.ts';

/**
 * Scenario 2 (补正): the address paper is missing at the registry, the identity is unclear at tax: one slip, two marks.
 * And a department that says nothing for five working days.
 */
afterEach(() => expect(defects.mock.calls).toEqual([]));

const withoutAddress = () => {
  const good = application();
  const materials = good.materials
    .filter(({ kind }) => kind !== 'ADDRESS_PROOF')
    .map(material => (material.kind === 'IDENTITY' ? { ...material, trust: 'C' as const } : material));
  return { ...good, materials };
};

onEachStore('scenario 2', open => {
  let center: Center;
  let desk: Desk;

  beforeAll(async () => {
    center = await open({ overLine: ['code', 'seal', 'tax'] });
    desk = deskOf(center);
  });
  afterAll(() => center.close());

  it('tells all faults of all departments at once, on one sealed slip, and keeps the number when they are mended', async () => {
    const faulty = withoutAddress();
    const noticed = await desk.register(faulty);
    expect(noticed).toMatchObject({ state: 'CORRECTION_NOTICED', acceptedOn: null, certificates: [] });
    expect(noticed.slips.map(({ kind }) => kind)).toEqual(['ONE_TIME_NOTICE']);
    const [slip] = noticed.slips;
    const marked = (JSON.parse(slip!.record) as { faults: { path: string; marks: { department: string }[] }[] }).faults;
    expect(marked.flatMap(({ marks }) => marks.map(({ department }) => department)).sort()).toEqual([
      'business',
      'tax',
      'tax',
    ]);
    expect(marked.map(({ path }) => path).sort()).toEqual([...new Set(marked.map(({ path }) => path))].sort());

    const seal = Buffer.from(await (await fetch(slip!.sealUrl)).arrayBuffer());
    const checked = checkSeal({
      record: Buffer.from(slip!.record),
      seal,
      trust: readTrustOf(center.dataDir),
      at: new Date(),
    });
    expect(checked.ok && checked.value.signer.department).toBe('center');

    const checksBefore = { code: center.line('code').operations.length, tax: center.line('tax').operations.length };
    const whole = { ...faulty, materials: application().materials };
    const done = await desk.resubmit(noticed.number, fieldsOf(whole));
    expect(done).toMatchObject({ number: noticed.number, state: 'CLOSED' });
    expect(done.certificates).toHaveLength(5);
    expect(done.slips.map(({ kind }) => kind)).toEqual(['ONE_TIME_NOTICE', 'ACCEPTANCE', 'DECISION', 'DELIVERY']);

    // The code office demands no paper: what changed does not concern it, and it is not asked to check again.
    const since = (id: 'code' | 'tax') => center.line(id).operations.slice(checksBefore[id]);
    expect(since('code')).toEqual(['FileItems']);
    expect(since('tax')).toEqual(['PrecheckItems', 'FileItems']);
  });

  it('does not ask again for a paper that it has', async () => {
    const content = Buffer.from('身份证明').toString('base64');
    const sha256 = createHash('sha256').update(Buffer.from(content, 'base64')).digest('hex');
    const sent = (material: (typeof faulty.materials)[number]) =>
      material.kind === 'IDENTITY' ? { ...material, sha256, content } : material;
    const faulty = withoutAddress();
    const noticed = await desk.register({ ...faulty, materials: faulty.materials.map(sent) });
    expect(noticed.state).toBe('CORRECTION_NOTICED');

    const filed: string[] = [];
    center.line('tax').disturb = (operation, body) => {
      if (operation === 'FileItems') filed.push(body);
      return 'PASS';
    };
    const named = (material: (typeof faulty.materials)[number]) =>
      material.kind === 'IDENTITY' ? { ...material, sha256 } : material;
    const whole = application().materials.map(named);
    const done = await desk.resubmit(noticed.number, fieldsOf({ ...faulty, materials: whole }));
    center.line('tax').disturb = undefined;
    expect(done.state).toBe('CLOSED');
    expect(filed.join()).toContain(content);
  });

  it('is one resubmission however often it is sent, and refuses another content under its request id', async () => {
    const faulty = withoutAddress();
    const noticed = await desk.register(faulty);
    const whole = fieldsOf({ ...faulty, materials: application().materials });
    const requestId = `resubmit-${noticed.number}`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => desk.resubmit(noticed.number, whole, requestId)));
    expect(answers.map(({ state }) => state)).toEqual(Array(5).fill('CLOSED'));
    expect(eventsOf(answers[0]!).filter(({ event }) => event === 'RESUBMITTED')).toHaveLength(1);
    await expect(
      desk.resubmit(noticed.number, { ...whole, address: '威海市环翠区示例路2号' }, requestId),
    ).rejects.toThrow('REQUEST_ID_REUSED');
    await expect(desk.resubmit(noticed.number, whole)).rejects.toThrow('STEP_NOT_ALLOWED');
  });

  it('notices again, under the next number, what is still faulty after a resubmission', async () => {
    const faulty = withoutAddress();
    const noticed = await desk.register(faulty);
    const half = application().materials.filter(({ kind }) => kind !== 'ADDRESS_PROOF');
    const again = await desk.resubmit(noticed.number, fieldsOf({ ...faulty, materials: half }));
    expect(again.state).toBe('CORRECTION_NOTICED');
    expect(again.slips.map(({ number }) => number)).toEqual([
      `${noticed.number}/ONE_TIME_NOTICE/1`,
      `${noticed.number}/ONE_TIME_NOTICE/2`,
    ]);
    expect(itemOf(again, 'national-tax').faults).toEqual([]);
  });
});

onEachStore('scenario 2, silence,', open => {
  /** A Tuesday before the October holiday; Saturday the 10th is worked (国办发明电 for 2026). */
  const received = new Date('2026-09-29T02:00:00.000Z');
  /** 30 September, 8, 9, 10 and 12 October: over at the end of the 12th in China. */
  const answerBy = Date.parse('2026-10-12T16:00:00.000Z');
  let center: Center;

  beforeAll(async () => {
    center = await open({
      at: received,
      overLine: ['code'],
      inlineBudgetMs: 500,
      environment: { DEPARTMENT_TIMEOUT_MS: '300' },
    });
  });
  afterAll(() => center.close());

  it('takes silence over five working days, one of them a Saturday, for acceptance, and says whose fault it was', async () => {
    const desk = deskOf(center);
    center.line('code').disturb = operation => (operation === 'PrecheckItems' ? 'HANG' : 'PASS');
    const waiting = await desk.register(application());
    expect(waiting).toMatchObject({ state: 'SUBMITTED', acceptedOn: null });
    expect(waiting.waitingFor.map(({ department }) => department)).toContain('code');

    await center.advance(answerBy - received.getTime() - 60_000);
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect((await desk.find(waiting.number)).state).toBe('SUBMITTED');

    await center.advance(60_000);
    const done = await desk.until(waiting.number, ({ state }) => state === 'CLOSED');
    expect(done.acceptedOn).toBe('2026-09-29');
    expect(done.certificates).toHaveLength(5);
    const events = eventsOf(done);
    expect(events).toContainEqual({ event: 'SILENCE_COUNTS', department: 'code' });
    expect(events).toContainEqual({
      event: 'NOTE',
      note: 'CARD',
      level: 'RED',
      ground: 'DEEMED_ACCEPTED',
      item: 'organization-code',
    });
    const acceptance = done.slips.find(({ kind }) => kind === 'ACCEPTANCE');
    expect(JSON.parse(acceptance!.record)).toMatchObject({ acceptedOn: '2026-09-29', bySilenceOf: ['code'] });
  }, 30_000);
});
