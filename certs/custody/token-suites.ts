/** Which suites a token can have keys of. */
import type { SuiteId } from '../suites.ts';

/** PKCS#11 has no mechanism for SM2; makers of tokens that know it have numbers of their own, SoftHSM does not know it. */
export type TokenSuite = Exclude<SuiteId, 'SM2SM3'>;

/** @throws {Error} in one sentence that says what to do instead. */
export function mustBeOfToken(suite: SuiteId): asserts suite is TokenSuite {
  if (suite === 'SM2SM3')
    throw new Error(
      "a key of SM2SM3 can't be kept in a token: PKCS#11 has no mechanism for SM2; keep it by file, worker or pkcs12",
    );
}
