import { afterAll, describe, expect, it } from '@jest/globals';
import { entryOf } from '../../../certs/log/entry.ts';
import { withList } from '../../../certs/verify/trust.ts';
import { judge, type Question } from '../../../certs/verify.ts';
import { toyLog } from '../../fixtures/toy-log.ts';
import { bytesOf, changed, codes, faults, NOW, TAX_RECORD, world } from '../fixture.ts';

const w = world();
afterAll(() => w.remove());
const seal = w.party('tax').seal(TAX_RECORD, NOW);
const other = w.party('tax').seal(bytesOf({ department: 'tax', kind: 'LOCAL_TAX' }), NOW);
const entries = [entryOf('tax', other), entryOf('tax', seal), entryOf('business', seal)];
const log = toyLog(entries, { witnesses: ['tax.example/witness', 'business.example/witness'] });
const witnesses = log.witnesses.map(witness => ({ holder: 'tax', ...witness }));
const trust = withList(w.trust, { ...w.trust.list!, logs: log.logs, witnesses });
const proof = await log.proof(1);
const ask = (more: Partial<Question>) => judge({ record: TAX_RECORD, seal, trust, at: NOW, ...more });

describe('a log proof', () => {
  it('says where the seal stands in which log, and who else has seen it', () => {
    const judgement = ask({ proof });
    expect(codes(judgement)).not.toContain('NO_LOG_PROOF');
    expect(judgement.log).toEqual({
      origin: log.origin,
      index: 1,
      size: 3,
      witnesses: ['tax.example/witness', 'business.example/witness'],
    });
  });

  it('is missed when it is not there, or when no list names a log', () => {
    expect(codes(ask({}))).toContain('NO_LOG_PROOF');
    const { list: _, ...bare } = trust;
    expect(codes(ask({ proof, trust: bare }))).toEqual(expect.arrayContaining(['NO_LOG_PROOF', 'NO_TRUST_LIST']));
  });

  it('of another seal, or of this seal as another holder’s, is refused', async () => {
    for (const index of [0, 2]) {
      const judgement = ask({ proof: await log.proof(index) });
      expect(faults(judgement)).toEqual(['LOG_INCLUSION_WRONG']);
      expect(judgement.verdict).toBe('INVALID');
      expect(judgement.log).toBeUndefined();
    }
  });

  it('of a log that the list does not name is refused', () => {
    expect(faults(ask({ proof, trust: withList(trust, { ...trust.list!, logs: [] }) }))).toEqual(['LOG_NOT_LISTED']);
    const stranger = toyLog(entries, { origin: log.origin });
    const logs = [{ origin: log.origin, key: stranger.logs[0]!.key }];
    expect(faults(ask({ proof, trust: withList(trust, { ...trust.list!, logs }) }))).toEqual([
      'LOG_CHECKPOINT_UNSIGNED',
    ]);
  });

  it('is refused for every changed byte, or the change says nothing that is counted', () => {
    for (let i = 0; i < proof.length; i++) {
      const judgement = ask({ proof: changed(proof, i) });
      // A signature line of nobody we know: whose it was is not a witness any more.
      if (faults(judgement).length === 0) expect(judgement.log?.witnesses.length).toBeLessThan(2);
      else expect(judgement.verdict).toBe('INVALID');
    }
  });

  it('counts a witness once that signed with two keys, as after a renewal', async () => {
    const twice = toyLog(entries, { witnesses: ['tax.example/witness', 'tax.example/witness'] });
    const both = twice.witnesses.map(witness => ({ holder: 'tax', ...witness }));
    const renewed = withList(w.trust, { ...w.trust.list!, logs: twice.logs, witnesses: both });
    const judgement = ask({ proof: await twice.proof(1), trust: renewed, witnessesMin: 2 });
    expect(judgement.log?.witnesses).toEqual(['tax.example/witness']);
    expect(codes(judgement)).toContain('TOO_FEW_WITNESSES');
  });

  it('must have as many witnesses as one asks for', () => {
    expect(codes(ask({ proof, witnessesMin: 2 }))).not.toContain('TOO_FEW_WITNESSES');
    const judgement = ask({ proof, witnessesMin: 3 });
    expect(codes(judgement)).toContain('TOO_FEW_WITNESSES');
    expect(judgement.verdict).toBe('INDETERMINATE');
  });
});
