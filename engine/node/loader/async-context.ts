/**
 * The async context frame: what V8 calls continuation-preserved embedder data, and what AsyncLocalStorage is made of.
 *
 * V8 keeps the frame across `await` and promise reactions by itself; a page cannot reach that slot. So the current frame is a property
 * here; `await` in guest code is rewritten to save and restore it (two property accesses; see transform.ts), and `Promise.prototype.then`
 * wraps its callbacks once a frame was ever set. Until then `then` only passes its arguments on.
 */

export interface AsyncFrames {
  /** The current frame; undefined outside every AsyncLocalStorage. */
  cur: unknown;
  /** Whether a frame was ever set. */
  used: boolean;
  /** What is awaited instead of a guest's value: a thenable's `then` runs in the frame in which it was awaited. */
  awaited: (value: unknown) => unknown;
  /** Of a direct `eval` in guest code: the text that is to be evaluated instead (evaluated-text.ts). */
  evaluated: (text: unknown) => unknown;
  /** Runs `callback` with `frame` as the current one. */
  run<Result>(frame: unknown, callback: () => Result): Result;
  /**
   * The iterable of `for await` and of `yield*` in an async generator: `save` is told the frame at each suspension.
   * No promise is added, so that the order of microtasks stays the native one.
   */
  iterate(iterable: AsyncIterable<unknown> | Iterable<unknown>, save: (frame: unknown) => void): AsyncIterable<unknown>;
}

interface IteratorLike {
  next(...values: unknown[]): unknown;
  return?: ((value?: unknown) => unknown) | undefined;
  throw?: ((value?: unknown) => unknown) | undefined;
}

const PromiseIntrinsic = Promise;
const nativeThen = Promise.prototype.then;
const apply = Reflect.apply;
const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

export function createAsyncFrames(): AsyncFrames {
  const frames: AsyncFrames = {
    cur: undefined,
    used: false,
    evaluated: (text) => text,
    awaited: (value) => {
      if (!frames.used || typeof value !== 'object' || value === null || value instanceof PromiseIntrinsic) return value;
      const { then } = value as { then?: unknown };
      if (typeof then !== 'function') return value;
      const frame = frames.cur;
      return {
        then: (resolve: unknown, reject: unknown) =>
          frames.run(frame, () => apply(then as () => unknown, value, [resolve, reject] as never)),
      };
    },
    run(frame, callback) {
      const prior = frames.cur;
      frames.cur = frame;
      try {
        return callback();
      } finally {
        frames.cur = prior;
      }
    },
    iterate(iterable, save) {
      return {
        [Symbol.asyncIterator]: () => {
          const open: unknown = (iterable as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
          const iterator =
            open === undefined || open === null
              ? asyncFromSync((iterable as Iterable<unknown>)[Symbol.iterator]() as IteratorLike)
              : (apply(open as () => unknown, iterable, []) as IteratorLike);
          if (!isObject(iterator)) throw new TypeError('Result of the Symbol.asyncIterator method is not an object');
          const { next } = iterator;
          const method = (name: 'return' | 'throw') => {
            save(frames.cur);
            const found = iterator[name];
            if (found === undefined || found === null) return undefined;
            return (...values: unknown[]): unknown => {
              save(frames.cur);
              return apply(found, iterator, values);
            };
          };
          return {
            next: (...values: unknown[]) => {
              save(frames.cur);
              return apply(next, iterator, values);
            },
            // A missing method is not called, and then nothing is awaited: so these are looked up as the language does.
            get return() {
              return method('return');
            },
            get throw() {
              return method('throw');
            },
          } as AsyncIterator<unknown>;
        },
      };
    },
  };
  return frames;
}

/** ECMAScript's %AsyncFromSyncIteratorPrototype%, which no script can reach. */
function asyncFromSync(iterator: IteratorLike): IteratorLike {
  const { next } = iterator;
  const settle = (step: () => unknown, close: boolean): Promise<unknown> => {
    try {
      const result = step();
      if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
      const { done, value } = result as { done?: unknown; value?: unknown };
      let awaited: Promise<unknown>;
      try {
        awaited = PromiseIntrinsic.resolve(value);
      } catch (error) {
        if (!done && close) iterator.return?.();
        throw error;
      }
      const rejected =
        done || !close
          ? undefined
          : (error: unknown) => {
              try {
                iterator.return?.();
              } catch {
                // The first error wins (IteratorClose with a throw completion).
              }
              throw error;
            };
      return apply(nativeThen, awaited, [(settled: unknown) => ({ value: settled, done: Boolean(done) }), rejected]) as Promise<unknown>;
    } catch (error) {
      return PromiseIntrinsic.reject(error);
    }
  };
  return {
    next: (...values) => settle(() => apply(next, iterator, values), true),
    return: (value) => {
      const close = iterator.return;
      if (close === undefined || close === null) return PromiseIntrinsic.resolve({ value, done: true });
      return settle(() => apply(close, iterator, [value]), false);
    },
    throw: (value) => {
      const raise = iterator.throw;
      if (raise === undefined || raise === null) {
        iterator.return?.();
        return PromiseIntrinsic.reject(new TypeError("The iterator does not provide a 'throw' method"));
      }
      return settle(() => apply(raise, iterator, [value]), true);
    },
  };
}

/**
 * Makes promise reactions run in the frame in which they were added. `hide` gives the replacement the look of a native function
 * (engine/node/loader/function-text.ts). Returns a function that puts the native `then` back.
 */
export function patchPromiseThen(frames: AsyncFrames, hide: (replacement: object, name: string) => void): () => void {
  const bind = (callback: unknown): unknown => {
    if (typeof callback !== 'function') return callback;
    const frame = frames.cur;
    return (value: unknown) => {
      const prior = frames.cur;
      frames.cur = frame;
      try {
        return apply(callback as (value: unknown) => unknown, undefined, [value]);
      } finally {
        frames.cur = prior;
      }
    };
  };
  // A method has no `prototype` and is no constructor, as the native one.
  const { then } = {
    then(this: Promise<unknown>, onFulfilled: unknown, onRejected: unknown): unknown {
      if (!frames.used) return apply(nativeThen, this, [onFulfilled, onRejected]);
      return apply(nativeThen, this, [bind(onFulfilled), bind(onRejected)]);
    },
  };
  hide(then, 'then');
  const descriptor = Object.getOwnPropertyDescriptor(Promise.prototype, 'then') as PropertyDescriptor;
  Object.defineProperty(Promise.prototype, 'then', { ...descriptor, value: then });
  return () => void Object.defineProperty(Promise.prototype, 'then', descriptor);
}
