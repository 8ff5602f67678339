import { describe, expect, it } from 'vitest';
import { runNatively, runOurs } from './testing/compare.ts';
import { BASH_SCRIPTS, SCRIPTS } from './testing/scripts.ts';

describe('sh', () => {
  it.each(SCRIPTS.map((script) => [script]))('does as dash and coreutils do: %s', (script) => {
    const { stdout, code } = runOurs(script);
    expect({ stdout, code }).toEqual(runNatively(script));
  });
});

describe('bash', () => {
  it.each(BASH_SCRIPTS.map((script) => [script]))('does as bash does: %s', (script) => {
    const { stdout, code } = runOurs(script, 'bash');
    expect({ stdout, code }).toEqual(runNatively(script, 'bash'));
  });
});
