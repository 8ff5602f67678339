/**
 * What is known of promises' states. V8 tells Node (`v8::Promise::State`); a page cannot look into a promise, it can only wait for it. So the makers
 * whose outcome is known at once (`Promise.resolve`, `reject`, `withResolvers`) write it down, and so do the browser's rejection events. Waiting for a
 * promise only to learn its state is out of the question: its rejection would count as handled. Node's web streams go by these states, and all the
 * promises that they ask about come from such makers.
 */
import { proxyDetails } from '../bindings/types.ts';

/** Numbers of `v8::Promise::PromiseState`. */
export const PENDING = 0;
export const FULFILLED = 1;
export const REJECTED = 2;
const UNKNOWN = -1;

interface PromiseState {
  state: typeof PENDING | typeof FULFILLED | typeof REJECTED | typeof UNKNOWN;
  result: unknown;
}

const apply = Reflect.apply;

class Identity {
  constructor(object: object) {
    return object;
  }
}

/** A private field on somebody else's object: no guest sees it, and it costs less than a WeakMap's entry. */
class Stamp extends Identity {
  readonly #state: PromiseState;

  constructor(promise: object, state: PromiseState) {
    super(promise);
    this.#state = state;
  }

  static of(promise: object): PromiseState | undefined {
    return #state in promise ? promise.#state : undefined;
  }
}

function settle(promise: object, state: PromiseState['state'], result: unknown): void {
  const known = Stamp.of(promise);
  if (known === undefined) {
    void new Stamp(promise, { state, result });
  } else if (known.state === PENDING || known.state === UNKNOWN) {
    known.state = state;
    known.result = result;
  }
}

/** Whether resolving with it waits for it. Looking for `then` runs no code of guests, except a proxy's, which is taken for one that waits. */
function mayWait(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return proxyDetails(value) !== undefined || 'then' in value;
}

/** `[state, result]`; undefined when it cannot be known now. */
export function promiseState(promise: object): readonly [number, unknown] | undefined {
  const known = Stamp.of(promise);
  return known === undefined || known.state === UNKNOWN ? undefined : [known.state, known.result];
}

export function rememberRejection(promise: object, reason: unknown): void {
  settle(promise, REJECTED, reason);
}

/**
 * Replaces the static makers of `Promise`; `hide` gives them the look of native functions (function-text.ts). Before Node's primordials are taken, which
 * keep them. Returns a function that puts the native ones back.
 */
export function patchPromiseMakers(hide: (replacement: object, name: string) => void): () => void {
  type Makers = Pick<PromiseConstructor, 'resolve' | 'reject' | 'withResolvers'>;
  const native: Makers = { resolve: Promise.resolve, reject: Promise.reject, withResolvers: Promise.withResolvers };
  const resolved = (promise: object, value: unknown): void =>
    mayWait(value) ? settle(promise, UNKNOWN, undefined) : settle(promise, FULFILLED, value);
  const makers = {
    resolve(this: unknown, value: unknown): object {
      const promise = apply(native.resolve as () => object, this, [value]);
      if (promise !== value) resolved(promise, value);
      return promise;
    },
    reject(this: unknown, reason: unknown): object {
      const promise = apply(native.reject as () => object, this, [reason]);
      settle(promise, REJECTED, reason);
      return promise;
    },
    withResolvers(this: unknown): object {
      const made = apply(native.withResolvers as () => PromiseWithResolvers<unknown>, this, []);
      const { promise, resolve, reject } = made;
      void new Stamp(promise, { state: PENDING, result: undefined });
      // The first call counts; the others do nothing.
      let isResolved = false;
      const [resolving, rejecting] = [
        (value: unknown) => {
          resolve(value);
          if (!isResolved) resolved(promise, value);
          isResolved = true;
        },
        (reason: unknown) => {
          reject(reason);
          if (!isResolved) settle(promise, REJECTED, reason);
          isResolved = true;
        },
      ];
      made.resolve = resolving;
      made.reject = rejecting;
      hide(resolving, '');
      hide(rejecting, '');
      return made;
    },
  };
  const descriptors = (Object.keys(makers) as (keyof Makers)[]).map((name) => {
    hide(makers[name], name);
    const descriptor = Object.getOwnPropertyDescriptor(Promise, name) as PropertyDescriptor;
    Object.defineProperty(Promise, name, { ...descriptor, value: makers[name] });
    return [name, descriptor] as const;
  });
  return () => {
    for (const [name, descriptor] of descriptors) Object.defineProperty(Promise, name, descriptor);
  };
}
