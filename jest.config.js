/** Node.js itself strips the types (see test/strip-types.js); no second compiler takes part. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  testTimeout: 30_000,
  maxWorkers: 2,
  coverageProvider: 'v8',
  reporters: ['default', '<rootDir>/test/closing-line.js'],
};
