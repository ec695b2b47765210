import { describe, expect } from '@jest/globals';
import { OID } from '../../../certs/oid.ts';
import { findPath } from '../../../certs/path/find.ts';
import type { PathFaultCode, PolicyInputs } from '../../../certs/path/path.ts';
import { policies } from '../../../certs/path/rules/policies.ts';
import { PKITS, PKITS_TIME, readPkits, verifyRs1 } from './pkits.ts';

/** Left out, and why. */
const OUT_OF_SCOPE: Readonly<Record<string, string>> = {
  ValidDSASignaturesTest4: 'DSA: no suite of ours, and FIPS 186-5 withdrew it',
  ValidDSAParameterInheritanceTest5: 'DSA, with parameters that a key inherits from its issuer',
  InvalidDSASignatureTest6: 'DSA: refused, but for its algorithm and not for its signature',
};

/** What each path is refused for, and on which certificate (0 is the end entity); all others are valid. */
const REFUSED: readonly (readonly [tests: RegExp, code: PathFaultCode, certificate: number])[] = [
  // 4.1 signatures, 4.2 dates, 4.3 names
  [/^InvalidCASignatureTest2$/, 'CERTIFICATE_SIGNATURE_WRONG', 1],
  [/^InvalidEESignatureTest3$/, 'CERTIFICATE_SIGNATURE_WRONG', 0],
  [/^InvalidCAnotBeforeDateTest1$/, 'CERTIFICATE_NOT_YET_VALID', 1],
  [/^InvalidEEnotBeforeDateTest2$/, 'CERTIFICATE_NOT_YET_VALID', 0],
  [/^InvalidCAnotAfterDateTest5$/, 'CERTIFICATE_EXPIRED', 1],
  [/^Invalid(pre2000UTC)?EEnotAfterDateTest[67]$/, 'CERTIFICATE_EXPIRED', 0],
  [/^InvalidNameChaining(Order)?Test[12]$/, 'ISSUER_ABSENT', 0],
  // 4.4 revocation
  [/^InvalidMissingCRLTest1$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvalidRevokedCATest2$/, 'CERTIFICATE_REVOKED', 1],
  [/^InvalidRevokedEETest3$/, 'CERTIFICATE_REVOKED', 0],
  [/^Invalid(BadCRLSignature|BadCRLIssuerName|WrongCRL)Test[456]$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvalidUnknownCRL(Entry)?ExtensionTest\d+$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^Invalid(OldCRL|pre2000CRL)nextUpdateTest1[12]$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^Invalid(Negative|Long)SerialNumberTest1[58]$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvalidSeparateCertificateandCRLKeysTest20$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvalidSeparateCertificateandCRLKeysTest21$/, 'NO_REVOCATION_INFORMATION', 0],
  // 4.5 self-issued certificates
  [/^InvalidBasicSelfIssued(OldWithNew|NewWithOld)Test[25]$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvalidBasicSelfIssuedCRLSigningKeyTest7$/, 'CERTIFICATE_REVOKED', 0],
  // This one names the issuer's name and was signed with its key for CRLs; the other key with that name didn't sign it.
  [/^InvalidBasicSelfIssuedCRLSigningKeyTest8$/, 'CERTIFICATE_SIGNATURE_WRONG', 0],
  // 4.6 basic constraints, 4.7 key usage
  [/^Invalid(MissingbasicConstraints|cAFalse)Test[123]$/, 'CERTIFICATE_NOT_AUTHORITY', 1],
  [/^Invalid(SelfIssued)?pathLenConstraintTest\d+$/, 'CERTIFICATE_PATH_LENGTH', 1],
  [/^InvalidkeyUsage(Not)?CriticalkeyCertSignFalseTest[12]$/, 'CERTIFICATE_MAY_NOT_ISSUE', 1],
  [/^InvalidkeyUsage(Not)?CriticalcRLSignFalseTest[45]$/, 'NO_REVOCATION_INFORMATION', 0],
  // 4.8 to 4.12 policies; below stand those with inputs of their own
  [/^DifferentPoliciesTest(4|5|7|12)$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 0],
  [/^DifferentPoliciesTest[89]$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 1],
  [/^Invalid(SelfIssued)?requireExplicitPolicyTest[3578]$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 0],
  [/^InvalidPolicyMappingTest(2|4|10)$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 0],
  [/^InvalidMapping(From|To)anyPolicyTest[78]$/, 'CERTIFICATE_POLICY_MAPPING', 1],
  [/^Invalid(SelfIssued)?inhibitPolicyMappingTest\d+$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 0],
  [/^InvalidinhibitAnyPolicyTest[1456]$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 0],
  [/^InvalidSelfIssuedinhibitAnyPolicyTest8$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 1],
  [/^InvalidSelfIssuedinhibitAnyPolicyTest10$/, 'CERTIFICATE_POLICY_NOT_ACCEPTED', 0],
  // 4.13 name constraints
  [/^InvalidDNnameConstraintsTest(2|3|12|13|20)$/, 'CERTIFICATE_NAME_NOT_PERMITTED', 0],
  [/^InvalidDNnameConstraintsTest(7|8|9|10|15|16|17)$/, 'CERTIFICATE_NAME_EXCLUDED', 0],
  [/^InvalidRFC822nameConstraintsTest2[24]$/, 'CERTIFICATE_NAME_NOT_PERMITTED', 0],
  [/^InvalidRFC822nameConstraintsTest26$/, 'CERTIFICATE_NAME_EXCLUDED', 0],
  [/^InvalidDNandRFC822nameConstraintsTest2[89]$/, 'CERTIFICATE_NAME_NOT_PERMITTED', 0],
  [/^InvalidDNSnameConstraintsTest3[18]$/, 'CERTIFICATE_NAME_NOT_PERMITTED', 0],
  [/^InvalidDNSnameConstraintsTest33$/, 'CERTIFICATE_NAME_EXCLUDED', 0],
  [/^InvalidURInameConstraintsTest35$/, 'CERTIFICATE_NAME_NOT_PERMITTED', 0],
  [/^InvalidURInameConstraintsTest37$/, 'CERTIFICATE_NAME_EXCLUDED', 0],
  // 4.14 distribution points, 4.15 delta CRLs, 4.16 extensions
  [/^InvaliddistributionPointTest[26]$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvaliddistributionPointTest[389]$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvalidonlyContains(UserCerts|CACerts|AttributeCerts)Test1[124]$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvalidonlySomeReasonsTest(15|16|20|21)$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvalidonlySomeReasonsTest17$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvalidIDPwithindirectCRLTest23$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvalidIDPwithindirectCRLTest26$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvalidcRLIssuerTest(27|35)$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvalidcRLIssuerTest3[124]$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvaliddeltaCRL(IndicatorNoBaseTest1|Test10)$/, 'NO_REVOCATION_INFORMATION', 0],
  [/^InvaliddeltaCRLTest[3469]$/, 'CERTIFICATE_REVOKED', 0],
  [/^InvalidUnknownCriticalCertificateExtensionTest2$/, 'CERTIFICATE_EXTENSION_CRITICAL', 0],
];

/** Policies by the numbers of NIST-test-policy-1, …; `any` is anyPolicy. */
type Policies = readonly (number | 'any')[];
type Inputs = Omit<PolicyInputs, 'initial'> & { readonly initial?: Policies };

const explicit = true;
const DEFAULT: Inputs = {};

/**
 * The inputs of PKITS.pdf sections 4.8 to 4.12 where they are not only the default ones, whether the path is valid, and
 * its user-constrained-policy-set.
 */
const POLICY_TESTS: readonly (readonly [test: string, inputs: Inputs, valid: boolean, policies: Policies])[] = [
  // 4.8.1 has the certificates of 4.1.1.
  ['ValidCertificatePathTest1', { explicit }, true, [1]],
  ['ValidCertificatePathTest1', { explicit, initial: [1] }, true, [1]],
  ['ValidCertificatePathTest1', { explicit, initial: [2] }, false, []],
  ['ValidCertificatePathTest1', { explicit, initial: [1, 2] }, true, [1]],
  ['AllCertificatesNoPoliciesTest2', DEFAULT, true, []],
  ['AllCertificatesNoPoliciesTest2', { explicit }, false, []],
  ['DifferentPoliciesTest3', DEFAULT, true, []],
  ['DifferentPoliciesTest3', { explicit }, false, []],
  ['DifferentPoliciesTest3', { explicit, initial: [1, 2] }, false, []],
  ['DifferentPoliciesTest4', DEFAULT, false, []],
  ['DifferentPoliciesTest5', DEFAULT, false, []],
  ['OverlappingPoliciesTest6', DEFAULT, true, [1]],
  ['OverlappingPoliciesTest6', { initial: [1] }, true, [1]],
  ['OverlappingPoliciesTest6', { initial: [2] }, false, []],
  ['DifferentPoliciesTest7', DEFAULT, false, []],
  ['DifferentPoliciesTest8', DEFAULT, false, []],
  ['DifferentPoliciesTest9', DEFAULT, false, []],
  ['AllCertificatesSamePoliciesTest10', DEFAULT, true, [1, 2]],
  ['AllCertificatesSamePoliciesTest10', { initial: [1] }, true, [1]],
  ['AllCertificatesSamePoliciesTest10', { initial: [2] }, true, [2]],
  ['AllCertificatesanyPolicyTest11', DEFAULT, true, ['any']],
  ['AllCertificatesanyPolicyTest11', { initial: [1] }, true, [1]],
  ['DifferentPoliciesTest12', DEFAULT, false, []],
  ['AllCertificatesSamePoliciesTest13', { initial: [1] }, true, [1]],
  ['AllCertificatesSamePoliciesTest13', { initial: [2] }, true, [2]],
  ['AllCertificatesSamePoliciesTest13', { initial: [3] }, true, [3]],
  ['AnyPolicyTest14', { initial: [1] }, true, [1]],
  ['AnyPolicyTest14', { initial: [2] }, false, []],
  ['UserNoticeQualifierTest15', DEFAULT, true, [1]],
  ['UserNoticeQualifierTest16', DEFAULT, true, [1]],
  ['UserNoticeQualifierTest17', DEFAULT, true, [1]],
  ['UserNoticeQualifierTest18', { initial: [1] }, true, [1]],
  ['UserNoticeQualifierTest18', { initial: [2] }, true, [2]],
  // A text of more than 200 characters, which an application may refuse; nobody is shown it here.
  ['UserNoticeQualifierTest19', DEFAULT, true, [1]],
  ['CPSPointerQualifierTest20', { explicit, initial: [1] }, true, [1]],
  ['ValidrequireExplicitPolicyTest1', DEFAULT, true, []],
  ['ValidrequireExplicitPolicyTest2', DEFAULT, true, []],
  ['ValidSelfIssuedrequireExplicitPolicyTest6', DEFAULT, true, []],
  ['ValidPolicyMappingTest1', { initial: [1] }, true, [1]],
  ['ValidPolicyMappingTest1', { initial: [2] }, false, []],
  ['ValidPolicyMappingTest1', { inhibitMapping: true }, false, []],
  ['InvalidPolicyMappingTest2', DEFAULT, false, []],
  ['InvalidPolicyMappingTest2', { inhibitMapping: true }, false, []],
  ['ValidPolicyMappingTest3', { initial: [1] }, false, []],
  ['ValidPolicyMappingTest3', { initial: [2] }, true, [2]],
  ['ValidPolicyMappingTest5', { initial: [1] }, true, [1]],
  ['ValidPolicyMappingTest5', { initial: [6] }, false, []],
  ['ValidPolicyMappingTest6', { initial: [1] }, true, [1]],
  ['ValidPolicyMappingTest6', { initial: [6] }, false, []],
  ['ValidPolicyMappingTest9', DEFAULT, true, [1]],
  ['ValidPolicyMappingTest11', DEFAULT, true, [1]],
  ['ValidPolicyMappingTest12', { initial: [1] }, true, [1]],
  ['ValidPolicyMappingTest12', { initial: [2] }, true, [2]],
  ['ValidPolicyMappingTest13', DEFAULT, true, [1]],
  ['ValidPolicyMappingTest13', { initial: [1, 2] }, true, [1]],
  ['ValidPolicyMappingTest13', { initial: [2] }, false, []],
  ['ValidPolicyMappingTest14', DEFAULT, true, [1]],
  ['ValidinhibitPolicyMappingTest2', DEFAULT, true, [1]],
  ['ValidinhibitPolicyMappingTest4', DEFAULT, true, [2]],
  ['ValidSelfIssuedinhibitPolicyMappingTest7', DEFAULT, true, [1]],
  ['ValidinhibitAnyPolicyTest2', DEFAULT, true, [1]],
  ['inhibitAnyPolicyTest3', DEFAULT, true, [1]],
  ['inhibitAnyPolicyTest3', { inhibitAny: true }, false, []],
  ['ValidSelfIssuedinhibitAnyPolicyTest7', DEFAULT, true, [1]],
  ['ValidSelfIssuedinhibitAnyPolicyTest9', DEFAULT, true, [1]],
];

const oidOf = (policy: number | 'any') => (policy === 'any' ? OID.anyPolicy : `2.16.840.1.101.3.2.1.48.${policy}`);

describe(`path validation, judged by NIST PKITS${PKITS.absent}`, () => {
  const { it } = PKITS;
  const pkits = readPkits();
  if (!pkits) {
    it('reads every certificate and every CRL of the suite', () => undefined);
    return;
  }
  const { anchor, others, ends, crls } = pkits;
  const search = (test: string, { initial, ...flags }: Inputs = DEFAULT) => {
    const inputs = { ...flags, ...(initial && { initial: new Set(initial.map(oidOf)) }) };
    const target = ends.get(test)!;
    const anchors = [anchor];
    return {
      inputs,
      found: findPath({ target, anchors, others, crls, at: PKITS_TIME, verify: verifyRs1, policies: inputs }),
    };
  };
  const codesOf = (test: string) => search(test).found.faults.map(({ code, certificate }) => [code, certificate]);

  it('reads every certificate and every CRL of the suite', () => {
    expect([others.length + 1 + ends.size, crls.length]).toEqual([405, 173]);
    expect(ends.size).toBe(223);
  });

  it('leaves out what the table says and nothing else', () => {
    const unverified = [...ends.keys()].filter(test =>
      codesOf(test).some(([code]) => code === 'CERTIFICATE_ALGORITHM'),
    );
    expect(unverified.sort()).toEqual(Object.keys(OUT_OF_SCOPE).sort());
  });

  const inScope = [...ends.keys()].filter(test => !Object.hasOwn(OUT_OF_SCOPE, test));

  it.each(inScope)('with the default inputs: %s', test => {
    const expected = REFUSED.filter(([tests]) => tests.test(test)).map(([, code, certificate]) => [code, certificate]);
    expect(codesOf(test)).toEqual(expected);
  });

  it('refuses what NIST names invalid, and takes what it names valid', () => {
    const refused = inScope.filter(test => REFUSED.some(([tests]) => tests.test(test)));
    expect(inScope.filter(test => test.startsWith('Invalid')).filter(test => !refused.includes(test))).toEqual([]);
    expect(refused.filter(test => test.startsWith('Valid'))).toEqual([]);
    // Names that say neither are of the policy table.
    const silent = inScope.filter(test => !/^(Inv|V)alid/.test(test));
    expect(silent.filter(test => !POLICY_TESTS.some(([name]) => name === test))).toEqual([]);
  });

  it.each(POLICY_TESTS)('of policies: %s with %j is valid: %j, for %j', (test, given, valid, wanted) => {
    const { inputs, found } = search(test, given);
    expect(found.faults.map(({ code }) => code)).toEqual(valid ? [] : ['CERTIFICATE_POLICY_NOT_ACCEPTED']);
    expect([...policies(found.chain!, inputs).policies].sort()).toEqual(wanted.map(oidOf).sort());
  });

  it('holds policy 1 for every valid path that is not about policies, as NIST says', () => {
    const isOther = (test: string) => test.startsWith('Valid') && !POLICY_TESTS.some(([name]) => name === test);
    const held = (test: string) => [...policies(search(test).found.chain!).policies];
    expect(inScope.filter(isOther).length).toBe(67);
    expect(inScope.filter(isOther).filter(test => held(test).join() !== oidOf(1))).toEqual([]);
  });
});
