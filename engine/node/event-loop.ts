/**
 * One thread's event loop: what libuv's `uv_run` is to Node. Every callback into JavaScript runs in a browser macrotask of its own,
 * so that promise jobs end before the next callback (microtasks cannot be run on request); `hop` makes such a macrotask.
 *
 * Phases of a turn, as in libuv: timers → pending (enqueued callbacks) → poll (descriptors, system wake-ups) → check (immediates) → closing.
 */

export interface Handle {
  /** Keeps the loop alive while active and referenced. */
  ref(): void;
  unref(): void;
  hasRef(): boolean;
  close(): void;
}

export interface EventLoop {
  /** Runs `callback` in a macrotask of this loop (from bindings, after an asynchronous operation ended). Each holds the loop alive until it ran. */
  enqueue(callback: () => void): void;
  /** Takes back what `enqueue` was given, if it waits still. */
  withdraw(callback: () => void): void;
  /** In the check phase, before the immediates; does not hold the loop alive. */
  check(callback: () => void): void;
  /** In the next poll phase, if there is one: wakes the loop and does not hold it alive. */
  notice(callback: () => void): void;
  /** As `enqueue`, in the closing phase at the end of the turn. */
  closing(callback: () => void): void;
  /**
   * An operation that ends later, outside the loop (fetch, WebAssembly, a message): holds the loop alive until `done(callback)` was called, which
   * then runs `callback` in a macrotask of the loop.
   */
  request(): { done(callback: () => void): void; cancel(): void };
  /**
   * Calls `callback(ready)` whenever any of `interest` (READABLE | WRITABLE | HANGUP of engine/system) is true for `fd`: level-triggered, once a turn, until
   * closed. It holds the loop alive while open and referenced.
   */
  poll(fd: number, interest: number, callback: (ready: number) => void): Handle;
  /** Calls `callback` after each wake-up of this thread (signals, child exits, file changes), before descriptors are polled. Referenced only if `alive`. */
  onWake(callback: () => void, alive: boolean): Handle;
  /** A handle that only keeps the loop alive (servers of other kinds, worker threads, message ports). */
  keepAlive(): Handle;
  /** Milliseconds since the loop started (uv_now), updated each turn. */
  now(): number;
  updateTime(): void;
  /** Milliseconds spent waiting for something to do. */
  readonly idle: number;
  /** Of uv_metrics_info: turns, events of descriptors that were handled, and of those the ones that waited already when the loop looked. */
  readonly metrics: { readonly turns: number; readonly events: number; readonly waiting: number };
}
