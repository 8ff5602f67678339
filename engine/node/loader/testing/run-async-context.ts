/** Runs async-context-program.txt with `native` AsyncLocalStorage, or rewritten, on our frames: prints what it saw. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { createAsyncFrames, patchPromiseThen } from '../async-context.ts';
import { patchFunctionToString } from '../function-text.ts';
import { transformScript } from '../transform-script.ts';

const source = readFileSync(new URL('async-context-program.txt', import.meta.url), 'utf8');

async function ours(): Promise<string[]> {
  const frames = createAsyncFrames();
  patchPromiseThen(frames, patchFunctionToString().hide);
  const set = (frame: unknown): void => {
    if (frame !== undefined) frames.used = true;
    frames.cur = frame;
  };
  const stores = (): Map<unknown, unknown> => new Map(frames.cur as Map<unknown, unknown> | undefined);
  /** As internal/async_local_storage/async_context_frame has it. */
  class Storage {
    run(store: unknown, callback: () => unknown): unknown {
      const prior = frames.cur;
      set(stores().set(this, store));
      try {
        return callback();
      } finally {
        set(prior);
      }
    }
    enterWith(store: unknown): void {
      set(stores().set(this, store));
    }
    getStore(): unknown {
      return stores().get(this);
    }
  }
  // Node's library does this for timers and microtasks in JavaScript.
  const { setTimeout: nativeTimeout, queueMicrotask: nativeMicrotask } = globalThis;
  const bound = (callback: () => void): (() => void) => {
    const frame = frames.cur;
    return () => frames.run(frame, callback);
  };
  Object.assign(globalThis, {
    setTimeout: (callback: () => void, milliseconds: number) => nativeTimeout(bound(callback), milliseconds),
    queueMicrotask: (callback: () => void) => nativeMicrotask(bound(callback)),
  });
  const edits = transformScript(source, { functionBody: true });
  if (edits === undefined) throw new Error('the program was not parsed');
  const keep = (value: unknown): unknown => value;
  const program = globalThis.eval(`(function(ª$A,ª$k,ª$w,ALS,out){${edits.apply(source)}\n})`) as (
    ...parameters: unknown[]
  ) => Promise<string[]>;
  return program(frames, keep, frames.awaited, Storage, []);
}

async function native(): Promise<string[]> {
  return (new Function('ALS', 'out', source) as (storage: unknown, out: string[]) => Promise<string[]>)(AsyncLocalStorage, []);
}

const lines = await (process.argv[2] === 'native' ? native() : ours());
console.log(lines.join('\n'));
