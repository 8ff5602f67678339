import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAsyncFrames, patchPromiseThen } from './async-context.ts';
import { patchFunctionToString } from './function-text.ts';

const program = fileURLToPath(new URL('testing/run-async-context.ts', import.meta.url));
const run = (kind: string): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', program, kind], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};

describe('async context frames', () => {
  it('follow await, for await, yield*, try/catch/finally, then and timers as natively', { timeout: 60_000 }, () => {
    const native = run('native');
    expect(native.split('\n').length).toBeGreaterThan(70);
    expect(run('ours')).toBe(native);
  });

  it('leave the look of Promise.prototype.then unchanged', () => {
    const before = {
      text: String(Promise.prototype.then),
      keys: Reflect.ownKeys(Promise.prototype.then),
      descriptor: Object.getOwnPropertyDescriptor(Promise.prototype, 'then'),
    };
    const texts = patchFunctionToString();
    const restore = patchPromiseThen(createAsyncFrames(), texts.hide);
    try {
      const { then } = Promise.prototype;
      expect(then).not.toBe(before.descriptor?.value);
      expect(String(then)).toBe(before.text);
      expect(new Set(Reflect.ownKeys(then))).toEqual(new Set(before.keys));
      expect([then.name, then.length]).toEqual(['then', 2]);
      expect(() => Reflect.construct(then, [])).toThrow(TypeError);
      expect({ ...Object.getOwnPropertyDescriptor(Promise.prototype, 'then'), value: 0 }).toEqual({ ...before.descriptor, value: 0 });
      expect(String(Function.prototype.toString)).toBe('function toString() { [native code] }');
    } finally {
      restore();
      texts.restore();
    }
  });
});
