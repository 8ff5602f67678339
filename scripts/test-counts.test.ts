import { describe, expect, it } from 'vitest';
import { countPlaywright, countVitest, sum } from './test-counts.mjs';

describe('counts of test reports', () => {
  it('take vitest’s numbers, and a file that did not load as a failure', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [
        { status: 'failed', assertionResults: [{}] },
        { status: 'failed', assertionResults: [] },
      ],
    };
    expect(countVitest(report)).toEqual({ passed: 3, failed: 2, skipped: 1 });
  });

  it('take Playwright’s numbers, and a test that passed at the second try as passed', () => {
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }, errors: [] };
    expect(countPlaywright(report)).toEqual({ passed: 6, failed: 1, skipped: 2 });
    expect(countPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{}] })).toMatchObject({ failed: 1 });
  });

  it('count a missing report as a failure and add up', () => {
    expect(sum([countVitest(undefined), countPlaywright(undefined), { passed: 4, failed: 0, skipped: 0 }])).toEqual({
      passed: 4,
      failed: 2,
      skipped: 0,
    });
  });
});
