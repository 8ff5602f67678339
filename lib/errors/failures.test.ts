import { describe, expect, it } from 'vitest';
import { buildFailed, devServerFailed, importIncomplete, installFailed, unsupportedBrowser } from './failures.ts';

const retry = { label: 'Try again', run: () => {} };
const cause = (log: string): string => installFailed(log, 1, retry).cause;

describe('installFailed', () => {
  it('names the package whose bytes are not those of the lockfile', () => {
    expect(
      cause('npm error code EINTEGRITY\nnpm error @scope/ws@8.0.0-rc.1: integrity checksum failed when using sha512: wanted …'),
    ).toContain('“@scope/ws@8.0.0-rc.1”');
    expect(cause('npm error code EINTEGRITY\nnpm error sha512 mismatch')).toContain('a package is not what');
  });
  it('names the version that is not there', () => {
    expect(cause('npm error code ETARGET\nnpm error No matching version found for left-pad@^9.0.0.')).toContain('“left-pad@^9.0.0”');
  });
  it('names the package that is not there', () => {
    expect(cause("npm error code E404\nnpm error 404  The requested resource 'no-such-pkg@*' could not be found")).toContain(
      '“no-such-pkg”',
    );
  });
  it.each(['npm error code E502', 'npm error code ECONNREFUSED', 'TypeError: Failed to fetch'])(
    'tells an unreachable registry by %s',
    (log) => {
      expect(installFailed(log, 1, retry)).toMatchObject({ fault: 'system', cause: 'The package registry did not answer.' });
    },
  );
  it('falls back to the exit code and keeps the end of the log', () => {
    const problem = installFailed(`${'line\n'.repeat(100)}last words`, 7, retry);
    expect(problem.cause).toContain('exit code 7');
    expect(problem.details?.split('\n')).toHaveLength(40);
    expect(problem.details).toContain('last words');
  });
});

describe('devServerFailed', () => {
  it('knows a taken port', () => {
    expect(devServerFailed('Error: listen EADDRINUSE: address already in use 127.0.0.1:8080\n', 1, 'dev', null, retry).cause).toContain(
      'port 8080',
    );
  });
  it('names script and exit code otherwise', () => {
    expect(devServerFailed('boom', 3, 'start', null, retry).cause).toBe('“npm run start” ended with exit code 3.');
  });
});

describe('a part of Node.js that is not there', () => {
  const log = [
    'Error: process.binding("x") is not available in this Node.js runtime yet',
    '    at revive (node:internal/x:1:1)',
    '    at load (/home/project/node_modules/a/node_modules/@scope/tool/lib/index.js:3:4) {',
    "  code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM'",
    '}',
  ].join('\n');
  it.each([
    devServerFailed(log, 1, 'dev', null, retry),
    buildFailed(log, 1, 10, null, retry),
    installFailed(`${log}\nnpm error code ENOENT`, 1, retry),
  ])('is named with the package that asked for it ($code)', (problem) => {
    expect(problem).toMatchObject({
      title: 'This tool needs something that is not there yet',
      fault: 'system',
      cause: 'process.binding("x") is not available in this Node.js runtime yet. It was asked for by “@scope/tool”.',
    });
  });
  it('is named without a stack too', () => {
    const line = 'TypeError [ERR_FEATURE_UNAVAILABLE_ON_PLATFORM]: The feature watch is unavailable on the current platform';
    expect(devServerFailed(line, 1, 'dev', null, retry).cause).toBe('The feature watch is unavailable on the current platform.');
  });
});

describe('importIncomplete', () => {
  it('tells how many, the first and why', () => {
    const skipped = ['a', 'b', 'c', 'd'].map((path) => ({ path, reason: 'Too big.' }));
    expect(importIncomplete(skipped)).toMatchObject({
      title: '4 files of the import were left out',
      cause: '“a”: Too big. “b”: Too big. “c”: Too big. And 1 more.',
    });
  });
});

describe('buildFailed', () => {
  it('points at the place', () => {
    expect(buildFailed('', 1, 1500, { path: 'posts/a.md', line: 4 }, retry)).toMatchObject({
      cause: 'The build script ended with exit code 1 after 1.5 s.',
      remedy: 'Look at posts/a.md, line 4, then build again.',
    });
  });
  it('knows a full disk', () => {
    expect(buildFailed('ENOSPC: no space left on device, write', 1, 10, null, retry).cause).toContain('full');
  });
});

describe('unsupportedBrowser', () => {
  it('has a remedy for each reason', () => {
    const reasons = (['insecure', 'not-isolated', 'old-browser'] as const).map((missing) => unsupportedBrowser(missing));
    expect(new Set(reasons.map(({ remedy }) => remedy)).size).toBe(3);
  });
});
