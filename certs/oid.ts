/** The object identifiers of certificates, of seals and of paths to them (path/), and where each is defined. */
export const OID = {
  // RFC 5480
  ecPublicKey: '1.2.840.10045.2.1',
  prime256v1: '1.2.840.10045.3.1.7',
  // RFC 5758: the parameters are absent.
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  // RFC 8017 appendix A
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256WithRsaEncryption: '1.2.840.113549.1.1.11',
  // RFC 5754: the parameters are absent.
  sha256: '2.16.840.1.101.3.4.2.1',
  // GB/T 33560-2017 appendix A: the curve, the digest, and the signature with both
  sm2: '1.2.156.10197.1.301',
  sm3: '1.2.156.10197.1.401',
  sm2WithSm3: '1.2.156.10197.1.501',
  // … the signature by itself (SM2-1), as a SignerInfo has it
  sm2Signature: '1.2.156.10197.1.301.1',
  // GB/T 35275-2017: CMS with SM2
  smData: '1.2.156.10197.6.1.4.2.1',
  smSignedData: '1.2.156.10197.6.1.4.2.2',
  // RFC 5652
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  // RFC 3161: what a time stamp signs; the attribute that carries one
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  signatureTimeStamp: '1.2.840.113549.1.9.16.2.14',
  // Ours: the proof that a PDF's seal stands in the log, as an unsigned attribute of that seal. Of the arc that X.660 keeps
  // for examples, because what is made of a UUID (2.25.…) has numbers of 128 bits, at which some readers of CMS give up.
  logProof: '2.999.6962.1',
  // RFC 5035
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  // X.520
  commonName: '2.5.4.3',
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  // RFC 5280 section 4.2.1: extensions of certificates
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  anyPolicy: '2.5.29.32.0',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  anyExtendedKeyUsage: '2.5.29.37.0',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  // … section 4.2.1.4: qualifiers of policies
  cps: '1.3.6.1.5.5.7.2.1',
  userNotice: '1.3.6.1.5.5.7.2.2',
  // … sections 5.2 and 5.3: extensions of CRLs and of their entries
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  // … section 4.2.1.12: purposes
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  // … and one of ours, of the arc that X.660 keeps for examples: to make the electronic seals of GB/T 38540
  sealMaking: '2.999.38540.1',
} as const;
