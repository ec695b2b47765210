import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { checkSeal } from '../../certs/verify.ts';
import { application } from '../fixtures/application.ts';
import type { Center } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';
import { CASE, type Desk, deskOf, eventsOf, fieldsOf, itemOf, type ShownCase, statesOf } from '../fixtures/desk.ts';
import { UNAVAILABLE } from '../fixtures/line.ts';
import { readRegister } from '../fixtures/registers.ts';
import { type Decision, type SlowDepartment, slowDepartment } from '../fixtures/slow-department.ts';
import { onEachStore } from '../fixtures/stores.ts';
import { readTrustOf } from '../fixtures/trust.ts';

/** Scenario 4: the police refuse the seal filing after license and tax were granted. And what people decide otherwise. */
afterEach(() => expect(defects.mock.calls).toEqual([]));

const PROPOSE = `mutation ($requestId: ID!, $number: ID!, $item: ID!) {
  proposeRepair(requestId: $requestId, number: $number, item: $item, verb: MARK_RECALLED, reason: "印章已收回") { id } }`;
const APPROVE = `mutation ($id: ID!) { approveRepair(id: $id) { ${CASE} } }`;

onEachStore('scenario 4', open => {
  let center: Center;
  let desk: Desk;
  let police: SlowDepartment;
  let registry: SlowDepartment;

  beforeAll(async () => {
    center = await open({ overLine: ['seal', 'business'], inlineBudgetMs: 2_000 });
    desk = deskOf(center);
    police = slowDepartment(center.dataDir, 'seal', center.line('seal'));
    registry = slowDepartment(center.dataDir, 'business', center.line('business'));
  });
  afterEach(() => {
    police.pace('seal-filing', 'AT_ONCE');
    registry.pace('license', 'AT_ONCE');
    center.line('business').disturb = registry.disturb;
  });
  afterAll(() => center.close());

  /** Lets people decide, and the department call back. */
  async function decide(who: SlowDepartment, item: string, decision: Decision): Promise<void> {
    const department = who === police ? 'seal' : 'business';
    for (const { operationId, outcome } of await who.decide(item, decision)) {
      await center.callBack(department, operationId, outcome);
    }
  }
  const isOver = ({ state }: ShownCase): boolean => ['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN'].includes(state);
  const statusIn = (department: 'business' | 'seal' | 'tax' | 'code', table: string, number: string) =>
    readRegister(center.dataDir, department, `select status from ${table} where case_number = ?`, number).map(
      ({ status }) => status,
    );

  it('keeps the license and the others under KEEP_GRANTED: a partial result, with the ground of the refusal', async () => {
    police.pace('seal-filing', 'PENDING');
    const waiting = await desk.register(application());
    expect(statesOf(waiting)).toMatchObject({
      license: 'GRANTED',
      'local-tax': 'GRANTED',
      'seal-filing': 'PENDING_HUMAN',
    });
    expect(waiting.waitingFor.map(({ item, ball }) => [item, ball])).toEqual([['seal-filing', 'DEPARTMENT']]);
    await decide(police, 'seal-filing', 'REFUSED');
    const done = await desk.until(waiting.number, isOver);
    expect(done.state).toBe('CLOSED');
    expect(done.certificates.map(({ kind, status }) => `${kind} ${status}`).sort()).toEqual([
      'BUSINESS_LICENSE VALID',
      'LOCAL_TAX VALID',
      'NATIONAL_TAX VALID',
      'ORGANIZATION_CODE VALID',
    ]);
    expect(itemOf(done, 'seal-filing').refusal?.ground).toMatch(/人工审查/);
    const decision = JSON.parse(done.slips.find(({ kind }) => kind === 'DECISION')!.record) as {
      items: { item: string; decision: string }[];
    };
    expect(decision.items.find(({ item }) => item === 'seal-filing')?.decision).toBe('REFUSED');
  });

  it('takes everything back under REVOKE_ALL, backwards, sealed; what fails twice stays visible, and is tried on', async () => {
    police.pace('seal-filing', 'PENDING');
    const waiting = await desk.register({ ...application(), onRefusal: 'REVOKE_ALL' });
    let failures = 2;
    center.line('business').disturb = (operation, body) => {
      if (operation !== 'RevokeItems' || failures === 0) return registry.disturb(operation, body);
      failures -= 1;
      return UNAVAILABLE;
    };
    const warnings: (readonly string[])[] = [];
    await decide(police, 'seal-filing', 'REFUSED');
    const done = await desk.until(waiting.number, found => {
      const license = itemOf(found, 'license');
      if (license.state === 'COMPENSATING') warnings.push(found.waitingFor.map(({ reason }) => reason));
      return isOver(found);
    });
    expect(done.state).toBe('REVOKED');
    expect(warnings.flat().join()).toContain('营业执照');

    const events = eventsOf(done);
    const takenBack = events
      .filter(({ event, state }) => event === 'ITEM' && state === 'COMPENSATED')
      .map(({ item }) => item);
    expect(takenBack.slice(0, 2).sort()).toEqual(['local-tax', 'national-tax']);
    expect(takenBack.slice(2)).toEqual(['organization-code', 'license', 'name']);
    expect(events.filter(({ note }) => note === 'CARD')).toEqual([
      { event: 'NOTE', note: 'CARD', level: 'RED', ground: 'REVOCATION_FAILED', item: 'license' },
    ]);
    expect(done.certificates.map(({ status }) => status)).toEqual(Array(4).fill('REVOKED'));
    expect(done.slips.map(({ kind }) => kind)).toEqual(['ACCEPTANCE', 'DECISION', 'REVOCATION']);
    const revoked = events.filter(({ event, outcome }) => event === 'DOCUMENT' && outcome === 'REVOKED');
    expect(revoked).toHaveLength(5);
    for (const { id, item } of revoked) {
      const [record, seal] = await Promise.all(
        ['record.json', 'seal.p7s'].map(async name => {
          const answer = await fetch(`${center.url}/outcomes/${id}/${name}`);
          return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
        }),
      );
      expect([item, record?.status, seal?.status]).toEqual([item, 200, item === 'name' ? 404 : 200]);
      if (item === 'name') continue;
      const checked = checkSeal({
        record: record!.bytes,
        seal: seal!.bytes,
        trust: readTrustOf(center.dataDir),
        at: new Date(),
      });
      expect(checked.ok).toBe(true);
    }
    expect(statusIn('business', 'business_license', done.number)).toEqual(['REVOKED']);
    expect(statusIn('tax', 'tax_registration', done.number)).toEqual(['REVOKED', 'REVOKED']);
    expect(statusIn('code', 'organization_code', done.number)).toEqual(['REVOKED']);
  }, 30_000);

  it('has a seal that was delivered before it was refused called back by people, two of them, before the case is over', async () => {
    police.pace('seal-filing', 'PROVISIONAL');
    const delivered = await desk.register(application());
    expect(statesOf(delivered)).toMatchObject({ 'seal-filing': 'GRANTED_PROVISIONAL', 'local-tax': 'GRANTED' });
    await decide(police, 'seal-filing', 'REFUSED');
    const { number } = delivered;
    const recalled = await desk.until(number, found => itemOf(found, 'seal-filing').state === 'COMPENSATING');
    expect(recalled.waitingFor.map(({ item, ball }) => [item, ball])).toEqual([['seal-filing', 'CENTER']]);

    const officer = { role: 'SUPERVISOR', subject: 'zhao' } as const;
    const proposal = { requestId: `recall-${number}`, number, item: 'seal-filing' };
    const { data } = await center.ask<{ proposeRepair: { id: string } }>(PROPOSE, proposal, officer);
    const { id } = data!.proposeRepair;
    expect((await desk.refused(APPROVE, { id }, officer))?.[0]?.extensions.code).toBe('SAME_PERSON');
    expect((await desk.refused(APPROVE, { id }))?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(statesOf(await desk.find(number))['seal-filing']).toBe('COMPENSATING');
    const { data: approved } = await center.ask<{ approveRepair: ShownCase }>(
      APPROVE,
      { id },
      { ...officer, subject: 'qian' },
    );
    expect(approved?.approveRepair.state).toBe('CLOSED');
    expect(statesOf(approved!.approveRepair)['seal-filing']).toBe('COMPENSATED');
    expect(eventsOf(approved!.approveRepair).filter(({ event }) => event === 'REPAIR')).toMatchObject([
      { proposedBy: 'zhao', approvedBy: null },
      { proposedBy: 'zhao', approvedBy: 'qian' },
    ]);
  });

  it('completes a provisional filing when the police have no objection', async () => {
    police.pace('seal-filing', 'PROVISIONAL');
    const delivered = await desk.register(application());
    await decide(police, 'seal-filing', 'AS_DEPARTMENT');
    const done = await desk.until(delivered.number, isOver);
    expect(done.state).toBe('CLOSED');
    expect(done.certificates).toHaveLength(5);
  });

  it('files a corrected item anew, under an operation of its own, and lets nothing change that nobody asked for', async () => {
    police.pace('seal-filing', 'PENDING');
    const input = application();
    const waiting = await desk.register(input);
    await decide(police, 'seal-filing', 'CORRECTION');
    const asked = await desk.until(waiting.number, found => itemOf(found, 'seal-filing').state === 'WAITING_INPUT');
    expect(asked.state).toBe('IN_REVIEW');
    expect(asked.slips.map(({ kind }) => kind)).toEqual(['ACCEPTANCE', 'ONE_TIME_NOTICE']);
    expect(asked.waitingFor.map(({ item, ball }) => [item, ball])).toEqual([['seal-filing', 'APPLICANT']]);
    police.pace('seal-filing', 'AT_ONCE');
    const fields = fieldsOf(input);
    const stranger = { ...fields, businessScope: '软件开发', address: '威海市环翠区示例路9号' };
    await expect(desk.resubmit(waiting.number, stranger)).rejects.toThrow('STEP_NOT_ALLOWED');
    const done = await desk.resubmit(waiting.number, { ...fields, businessScope: '软件开发' });
    expect(done).toMatchObject({ number: waiting.number, state: 'CLOSED' });
    expect(done.items.map(({ item, attempts }) => `${item} ${attempts}`).sort()).toEqual([
      'license 1',
      'local-tax 1',
      'name 1',
      'national-tax 1',
      'organization-code 1',
      'seal-filing 2',
    ]);
    const rows = readRegister(
      center.dataDir,
      'seal',
      'select status from seal_filing where case_number = ?',
      done.number,
    );
    expect(rows.filter(({ status }) => status === 'VALID')).toHaveLength(1);
  });

  it('lets an applicant withdraw before a paper is granted: what was filed is awaited, then taken back', async () => {
    registry.pace('license', 'PENDING');
    const waiting = await desk.register(application());
    const withdrawn = await desk.withdraw(waiting.number);
    expect(withdrawn.state).toBe('IN_REVIEW');
    expect(statesOf(withdrawn)).toMatchObject({ license: 'PENDING_HUMAN', 'seal-filing': 'SKIPPED' });
    await decide(registry, 'license', 'AS_DEPARTMENT');
    const done = await desk.until(waiting.number, isOver);
    expect(done.state).toBe('WITHDRAWN');
    expect(statesOf(done)).toMatchObject({ name: 'COMPENSATED', license: 'COMPENSATED' });
    expect(statusIn('business', 'business_license', done.number)).toEqual(['REVOKED']);
    await expect(desk.withdraw(waiting.number)).rejects.toThrow('STEP_NOT_ALLOWED');
  });

  it('does not let an enterprise that exists be withdrawn', async () => {
    const done = await desk.register(application());
    await expect(desk.withdraw(done.number)).rejects.toThrow('STEP_NOT_ALLOWED');
  });
});
