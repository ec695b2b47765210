/** A jest reporter: one last line that counts, for programs that read a run's end. */
export default class ClosingLine {
  onRunComplete(_, { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests }) {
    // A suite that could not even be loaded has no failed test to count.
    const failed = numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0);
    console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
  }
}
