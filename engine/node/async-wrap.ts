/**
 * Base classes of the objects that bindings hand out. Stand for AsyncWrap (src/async_wrap.cc), HandleWrap (src/handle_wrap.cc) and ReqWrap.
 */
import { activeResources } from './active-resources.ts';
import type { Callable, Environment } from './environment.ts';
import type { Handle } from './event-loop.ts';
import { loaderRuntime } from './loader/runtime.ts';

export interface AsyncWrapClasses {
  readonly AsyncWrap: new (provider: string) => AsyncWrapBase;
  readonly HandleWrap: new (provider: string) => HandleWrapBase;
}

export interface AsyncWrapBase {
  getAsyncId(): number;
  getTriggerAsyncId(): number;
  getProviderType(): number;
  asyncReset(resource?: unknown): void;
}

export interface HandleWrapBase extends AsyncWrapBase {
  close(callback?: Callable): void;
  hasRef(): boolean;
  ref(): void;
  unref(): void;
}

interface HookState {
  readonly fields: Uint32Array;
  readonly ids: Float64Array;
  readonly providers: Readonly<Record<string, number>>;
  hooks: Record<string, Callable> | undefined;
}

const INIT = 0;
const DESTROY = 3;
const EXECUTION_ASYNC_ID = 0;
const DEFAULT_TRIGGER_ASYNC_ID = 3;

const states = new WeakMap<Environment, HookState>();

/** Called by the async_wrap binding when it exists. */
export function setHookState(environment: Environment, state: HookState): void {
  states.set(environment, state);
}

export function hookState(environment: Environment): HookState {
  const state = states.get(environment);
  if (state === undefined) throw new Error('async_wrap is not set up');
  return state;
}

/** Ids whose destroy hooks are still to be called. */
const destroyed = new WeakMap<Environment, number[]>();

/** AsyncWrap::EmitDestroy: the hooks are called from the event loop, for all that came together. */
export function queueDestroy(environment: Environment, asyncId: number): void {
  let ids = destroyed.get(environment);
  if (ids === undefined) destroyed.set(environment, (ids = []));
  if (ids.push(asyncId) > 1) return;
  environment.loop.check(() => {
    const { hooks } = hookState(environment);
    // More may come meanwhile.
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) hooks?.['destroy']?.call(undefined, id);
  });
}

const providerNumber = (environment: Environment, provider: string | undefined): number =>
  (provider === undefined ? undefined : hookState(environment).providers[provider]) ?? 0;

/** An object with an async id. Subclasses call `makeCallback` when their operation ends. */
export class AsyncWrap implements AsyncWrapBase {
  /** Hidden from guests: `#` fields do not show. */
  readonly #environment: Environment;
  #asyncId = -1;
  #triggerAsyncId = -1;
  #provider: number;
  /** The async context in which the operation was started: its callbacks run in it. */
  #contextFrame: unknown;
  /** What `executionAsyncResource` gives in its callbacks. */
  #resource: unknown = this;

  /** Without a provider, or deferred, the object has no async id until `asyncReset`. */
  constructor(environment: Environment, provider: string | undefined, isDeferred = false) {
    this.#environment = environment;
    this.#provider = providerNumber(environment, provider);
    if (provider !== undefined && !isDeferred) this.#initialise(this);
  }

  get environment(): Environment {
    return this.#environment;
  }

  #initialise(resource: unknown): void {
    this.#resource = resource;
    const environment = this.#environment;
    const state = hookState(environment);
    this.#asyncId = environment.newAsyncId();
    this.#contextFrame = loaderRuntime(environment).frames.cur;
    const fallback = state.ids[DEFAULT_TRIGGER_ASYNC_ID] ?? -1;
    this.#triggerAsyncId = fallback < 0 ? (state.ids[EXECUTION_ASYNC_ID] ?? 0) : fallback;
    if ((state.fields[INIT] ?? 0) > 0) {
      const name = Object.entries(state.providers).find(([, number]) => number === this.#provider)?.[0] ?? 'NONE';
      state.hooks?.init?.call(undefined, this.#asyncId, name, this.#triggerAsyncId, resource);
    }
  }

  static contextFrameOf(receiver: object): unknown {
    return #contextFrame in receiver ? receiver.#contextFrame : undefined;
  }

  static resourceOf(receiver: object): unknown {
    return #resource in receiver ? receiver.#resource : receiver;
  }

  getAsyncId(): number {
    return this.#asyncId;
  }
  getTriggerAsyncId(): number {
    return this.#triggerAsyncId;
  }
  getProviderType(): number {
    return this.#provider;
  }
  asyncReset(resource: unknown = this, provider?: string): void {
    this.emitDestroy();
    if (provider !== undefined) this.#provider = providerNumber(this.#environment, provider);
    this.#initialise(resource);
  }
  emitDestroy(): void {
    if (this.#asyncId < 0) return;
    const state = hookState(this.#environment);
    if ((state.fields[DESTROY] ?? 0) > 0) queueDestroy(this.#environment, this.#asyncId);
    this.#asyncId = -1;
  }

  /** Calls a method of this object, by name or symbol, from the event loop. Nothing happens when the guest set none. */
  makeCallback(method: string | symbol, ...args: unknown[]): unknown {
    const callback = (this as unknown as Record<string | symbol, unknown>)[method];
    if (typeof callback !== 'function') return undefined;
    return this.#environment.makeCallback(this, callback as Callable, args);
  }
}
hideFromGuests(AsyncWrap, ['environment', 'emitDestroy', 'makeCallback']);

/** What `work` makes names the object as what brought it about (AsyncHooks::DefaultTriggerAsyncIdScope). */
export function triggeredBy<Made>(wrap: AsyncWrap, work: () => Made): Made {
  const { ids } = hookState(wrap.environment);
  const before = ids[DEFAULT_TRIGGER_ASYNC_ID] ?? -1;
  ids[DEFAULT_TRIGGER_ASYNC_ID] = wrap.getAsyncId();
  try {
    return work();
  } finally {
    ids[DEFAULT_TRIGGER_ASYNC_ID] = before;
  }
}

/** Gives a request that has none yet its async id, brought about by the stream that it is for. */
export function beginRequest(request: AsyncWrap, stream: AsyncWrap): void {
  if (request.getAsyncId() < 0) triggeredBy(stream, () => request.asyncReset());
}

/** Ends a request (ReqWrap): calls what the guest set as `name`, after which the request is gone. */
export function completeRequest(request: AsyncWrap, name: string, ...args: unknown[]): void {
  if (request.getAsyncId() < 0) request.asyncReset();
  try {
    request.makeCallback(name, ...args);
  } finally {
    request.emitDestroy();
  }
}

type HandleState = 'open' | 'closing' | 'closed';

/** A long-lived handle that may hold the event loop alive. Subclasses give `activity`, the loop handle that is active now. */
export abstract class HandleWrap extends AsyncWrap {
  #state: HandleState = 'open';
  #referenced = true;
  readonly #active = new Set<Handle>();

  constructor(environment: Environment, provider: string) {
    super(environment, provider);
    activeResources(environment).addHandle(this, provider);
  }

  /** Ties a loop handle to this one: it follows ref/unref and ends with close. */
  protected attach(handle: Handle): void {
    this.#active.add(handle);
    if (!this.#referenced) handle.unref();
  }
  protected detach(handle: Handle): void {
    if (this.#active.delete(handle)) handle.close();
  }
  /** Releases what the handle holds (descriptors …); called once. */
  protected abstract dispose(): void;

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  close(callback?: Callable): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    activeResources(this.environment).removeHandle(this);
    for (const handle of this.#active) handle.close();
    this.#active.clear();
    this.dispose();
    const { environment } = this;
    const { handle_onclose: onClose } = environment.symbols;
    if (typeof callback === 'function' && onClose !== undefined) (this as unknown as Record<symbol, unknown>)[onClose] = callback;
    environment.loop.closing(() => {
      this.#state = 'closed';
      if (onClose !== undefined && typeof (this as unknown as Record<symbol, unknown>)[onClose] === 'function') this.makeCallback(onClose);
      this.emitDestroy();
    });
  }
  hasRef(): boolean {
    return this.#state === 'open' && this.#referenced;
  }
  ref(): void {
    this.#referenced = true;
    for (const handle of this.#active) handle.ref();
  }
  unref(): void {
    this.#referenced = false;
    for (const handle of this.#active) handle.unref();
  }
}
hideFromGuests(HandleWrap, ['attach', 'detach', 'dispose', 'isOpen']);

/** Members of ours are not enumerable anyway (class methods); their names stay out of prototypes' listings through symbols only where a guest looks. */
function hideFromGuests(constructor: { prototype: object }, names: readonly string[]): void {
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(constructor.prototype, name);
    if (descriptor !== undefined) Object.defineProperty(constructor.prototype, name, { ...descriptor, enumerable: false });
  }
}
