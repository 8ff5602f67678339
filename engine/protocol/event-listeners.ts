/** Listeners of the page for the instance's events. */
import { parseEventName } from './api-requests.ts';
import type { EventName } from './api-requests.ts';
import { RemoteFunction } from './comlink.ts';
import { CodedError } from './errors.ts';

/** Errors that nobody heard yet are kept for the first listener, up to this many: some happen during boot. */
const KEPT_ERRORS = 20;

export class EventListeners {
  #unheard: (readonly unknown[])[] = [];
  readonly #listeners = new Map<EventName, Set<RemoteFunction>>();

  /** @returns a function that ends it. @throws {CodedError} for an unknown event or what is no function. */
  add(event: unknown, listener: unknown): () => void {
    const name = parseEventName(event);
    if (!(listener instanceof RemoteFunction))
      throw new CodedError('ERR_INVALID_ARG_TYPE', 'The "listener" argument must be of type function.');
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    if (name === 'error') {
      for (const args of this.#unheard) void listener.call(args);
      this.#unheard = [];
    }
    return () => {
      if (listeners.delete(listener)) listener.close();
    };
  }

  emit(event: EventName, ...args: readonly unknown[]): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    if (event === 'error' && listeners.size === 0 && this.#unheard.length < KEPT_ERRORS) this.#unheard.push(args);
    for (const listener of listeners) void listener.call(args);
  }

  clear(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener.close();
    this.#listeners.clear();
  }
}
