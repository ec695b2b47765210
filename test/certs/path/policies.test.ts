import { describe, expect, it } from '@jest/globals';
import { OID } from '../../../certs/oid.ts';
import type { Chain } from '../../../certs/path/path.ts';
import { policies } from '../../../certs/path/rules/policies.ts';
import {
  authority,
  called,
  certify,
  type Forged,
  mappingsOf,
  policiesOf,
  policyConstraints,
  SHARED_KEY,
} from './forge.ts';

const ANY = OID.anyPolicy;
const id = (n: number) => `2.999.1.${n}`;
const key = SHARED_KEY;
const root = certify({ subject: called('root'), key, extensions: [authority()] });

/** A chain of authorities with these extensions, from the anchor down; the last one is the target. */
function chainOf(...levels: readonly (readonly Uint8Array[])[]): Chain {
  let above: Forged = root;
  const made = levels.map((extensions, i) => {
    above = certify({ subject: called(`level ${i}`), key, extensions: [authority(), ...extensions] }, above);
    return above.certificate;
  });
  return made.reverse() as unknown as Chain;
}

const judged = (chain: Chain, inputs?: Parameters<typeof policies>[1]) => {
  const { faults, policies: held } = policies(chain, inputs);
  return [faults.map(({ code }) => code), [...held].sort()];
};
const REFUSED = [['CERTIFICATE_POLICY_NOT_ACCEPTED'], []];

describe('policies', () => {
  it('are those that every certificate names', () => {
    const chain = chainOf([policiesOf(id(1), id(2))], [policiesOf(id(2), id(3))]);
    expect(judged(chain, { explicit: true })).toEqual([[], [id(2)]]);
    expect(judged(chain, { explicit: true, initial: new Set([id(1)]) })).toEqual(REFUSED);
  });

  it('are told in the words of whoever is above, where names are mapped', () => {
    const chain = chainOf([policiesOf(id(1)), mappingsOf([id(1), id(7)])], [policiesOf(id(7))]);
    expect(judged(chain, { explicit: true })).toEqual([[], [id(1)]]);
    expect(judged(chain, { explicit: true, inhibitMapping: true })).toEqual(REFUSED);
  });

  it('can be mapped though only the policy that stands for any was named', () => {
    const chain = chainOf([policiesOf(ANY), mappingsOf([id(1), id(7)])], [policiesOf(id(7))]);
    expect(judged(chain, { explicit: true })).toEqual([[], [id(1)]]);
    expect(judged(chain, { explicit: true, initial: new Set([id(1)]) })).toEqual([[], [id(1)]]);
    expect(judged(chain, { explicit: true, initial: new Set([id(7)]) })).toEqual(REFUSED);
  });

  it('must not be mapped to or from the one that stands for any', () => {
    const to = chainOf([policiesOf(id(1)), mappingsOf([id(1), ANY])], [policiesOf(id(7))]);
    expect(judged(to)[0]).toEqual(['CERTIFICATE_POLICY_MAPPING']);
  });

  it('can be required by the target alone', () => {
    const demanding = policyConstraints({ requireExplicit: 0 });
    expect(judged(chainOf([policiesOf(id(1))], [policiesOf(id(1)), demanding]))).toEqual([[], [id(1)]]);
    expect(judged(chainOf([policiesOf(id(1))], [policiesOf(id(2)), demanding]))).toEqual(REFUSED);
    expect(judged(chainOf([policiesOf(id(1))], [policiesOf(id(2))]))).toEqual([[], []]);
  });

  it('can be required from some certificate on', () => {
    const later = policyConstraints({ requireExplicit: 1 });
    expect(judged(chainOf([policiesOf(id(1)), later], [policiesOf(id(2))]))).toEqual(REFUSED);
    const muchLater = policyConstraints({ requireExplicit: 2 });
    expect(judged(chainOf([policiesOf(id(1)), muchLater], [policiesOf(id(2))]))).toEqual([[], []]);
  });

  it('stay as few as they are named, however a hostile path maps them into each other', () => {
    // Each of 20 policies mapped to each of 20: in the tree of RFC 5280 20 to the power of 9 nodes.
    const all = Array.from({ length: 20 }, (_, n) => id(n));
    const everyPair = all.flatMap(from => all.map(to => [from, to] as const));
    const level = [policiesOf(...all), mappingsOf(...everyPair)];
    const chain = chainOf(...Array.from({ length: 9 }, () => level));
    expect(judged(chain, { explicit: true })).toEqual([[], [...all].sort()]);
  });
});
