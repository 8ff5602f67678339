/**
 * MessagePorts (MessagePort and MessageChannel in src/node_messaging.cc). A port is the browser's own port object with Node's prototype, so that structured
 * clone and transfer work on it. While both ends live in one thread, messages go straight into the other end's queue, which makes
 * `receiveMessageOnPort` synchronous there; once an end is transferred, they go through the browser.
 *
 * On the wire each message is an envelope: browsers tell neither that the other end closed nor in what order a thread's exit came.
 */
import type { Callable, Environment } from '../environment.ts';
import type { Handle } from '../event-loop.ts';
import { perContextExports } from '../realm.ts';

export type Envelope =
  | { readonly kind: 'message'; readonly data: unknown }
  | { readonly kind: 'close' }
  /** The last words of a worker thread. */
  | { readonly kind: 'exit'; readonly code: number };

interface Received {
  readonly data: unknown;
  readonly ports: readonly MessagePort[];
}

interface PortState {
  readonly port: MessagePort;
  /** The other end, while it is in this thread. */
  peer: PortState | undefined;
  readonly queue: Received[];
  isReceiving: boolean;
  isClosed: boolean;
  isScheduled: boolean;
  readonly handle: Handle;
  onExit: ((code: number) => void) | undefined;
  detachListener: () => void;
}

export interface Ports {
  readonly MessagePort: Callable & { prototype: object };
  readonly MessageChannel: Callable;
  /** Gives a port that came from another thread Node's face. */
  adopt(port: MessagePort): MessagePort;
  /** Both ends in this thread. */
  createChannel(): { readonly port1: MessagePort; readonly port2: MessagePort };
  /** Makes ports in `transfer` leave this thread; call before posting them elsewhere. */
  release(transfer: readonly unknown[]): void;
  /** Sends an envelope as it is. */
  send(port: MessagePort, envelope: Envelope, transfer?: readonly Transferable[]): void;
  onExit(port: MessagePort, callback: (code: number) => void): void;
  stop(port: unknown): void;
  drain(port: unknown): void;
  receive(port: unknown, none: unknown): unknown;
}

/** The browser's, taken before the thread's global object is emptied (EventTarget is on its prototype chain). */
const { addEventListener: listen, removeEventListener: unlisten } = EventTarget.prototype;

/** Messages that one macrotask delivers at most, as natively. */
const BATCH = 1000;

export function createPorts(environment: Environment): Ports {
  const { loop, host } = environment;
  const nativePort = host.MessagePort.prototype;
  const { start, close } = nativePort;
  const postMessage = nativePort.postMessage as (this: MessagePort, message: Envelope, transfer: Transferable[]) => void;
  const states = new WeakMap<object, PortState>();
  const onInit = environment.symbols['oninit'] ?? Symbol('oninit');
  const onClose = environment.symbols['handle_onclose'] ?? Symbol('handle_onclose');

  function MessagePort(this: unknown): never {
    throw environment.codedError('TypeError', 'ERR_CONSTRUCT_CALL_INVALID', 'Constructor cannot be called');
  }

  const stateOf = (port: unknown): PortState | undefined => (typeof port === 'object' && port !== null ? states.get(port) : undefined);

  const emit = (state: PortState, { data, ports }: Received, type: 'message' | 'messageerror'): void => {
    const emitMessage = perContextExports.get(environment)?.['emitMessage'] as Callable;
    environment.makeCallback(state.port, function (this: unknown) {
      return emitMessage.call(this, data, ports, type);
    }, []);
  };

  const schedule = (state: PortState): void => {
    if (state.isScheduled || !state.isReceiving || state.queue.length === 0) return;
    state.isScheduled = true;
    loop.enqueue(() => deliver(state, BATCH));
  };

  const deliver = (state: PortState, left: number): void => {
    state.isScheduled = false;
    if (!state.isReceiving || state.isClosed || left === 0) return schedule(state);
    const next = state.queue.shift();
    if (next === undefined) return;
    schedule(state);
    emit(state, next, 'message');
  };

  const closeHere = (state: PortState): void => {
    if (state.isClosed) return;
    state.isClosed = true;
    state.detachListener();
    close.call(state.port);
    state.handle.close();
    loop.closing(() => {
      const callback = (state.port as unknown as Record<symbol, unknown>)[onClose];
      if (typeof callback === 'function') environment.makeCallback(state.port, callback as Callable, []);
    });
  };

  /** What is queued is delivered first: then the end is seen. */
  const closeAfterQueue = (state: PortState): void => {
    if (state.queue.length > 0 && state.isReceiving) loop.enqueue(() => closeAfterQueue(state));
    else closeHere(state);
  };

  const arrived = (state: PortState, envelope: Envelope, ports: readonly MessagePort[]): void => {
    switch (envelope.kind) {
      case 'message':
        state.queue.push({ data: envelope.data, ports: ports.map(adopt) });
        return schedule(state);
      case 'close':
        return closeAfterQueue(state);
      case 'exit':
        // After every message that came before it.
        loop.enqueue(function exit() {
          if (state.queue.length > 0 && state.isReceiving) loop.enqueue(exit);
          else state.onExit?.(envelope.code);
        });
    }
  };

  const register = (port: MessagePort): PortState => {
    const listener = (event: Event): void => {
      const { data, ports } = event as MessageEvent<Envelope>;
      arrived(state, data, ports);
    };
    const onError = (): void => loop.enqueue(() => emit(state, { data: new Error('The message could not be read'), ports: [] }, 'messageerror'));
    const state: PortState = {
      port,
      peer: undefined,
      queue: [],
      isReceiving: false,
      isClosed: false,
      isScheduled: false,
      handle: loop.keepAlive(),
      onExit: undefined,
      detachListener: () => {
        unlisten.call(port, 'message', listener);
        unlisten.call(port, 'messageerror', onError);
      },
    };
    states.set(port, state);
    listen.call(port, 'message', listener);
    listen.call(port, 'messageerror', onError);
    Object.setPrototypeOf(port, MessagePort.prototype as object);
    const init = (port as unknown as Record<symbol, unknown>)[onInit];
    if (typeof init === 'function') (init as Callable).call(port);
    return state;
  };

  /** Ports that arrive are listened to at once: the browser then fills our queue, and `start` only opens it to the guest. */
  const adopt = (port: MessagePort): MessagePort => {
    if (states.has(port)) return port;
    register(port);
    start.call(port);
    return port;
  };

  const createChannel = () => {
    const { port1, port2 } = new host.MessageChannel();
    const [a, b] = [register(port1), register(port2)];
    a.peer = b;
    b.peer = a;
    return { port1, port2 };
  };

  const leave = (state: PortState): void => {
    const { peer } = state;
    state.detachListener();
    state.handle.close();
    state.isClosed = true;
    states.delete(state.port);
    if (peer === undefined) return;
    peer.peer = undefined;
    state.peer = undefined;
    start.call(peer.port);
    // What waits in the leaving end's queue goes with it.
    for (const { data, ports } of state.queue.splice(0)) {
      release(ports);
      postMessage.call(peer.port, { kind: 'message', data }, [...ports]);
    }
  };

  const release = (transfer: readonly unknown[]): void => {
    for (const item of transfer) {
      const state = stateOf(item);
      if (state !== undefined) leave(state);
    }
  };

  const transferListOf = (options: unknown): Transferable[] => {
    const list = Array.isArray(options) ? options : (options as { transfer?: unknown } | null | undefined)?.transfer;
    return list === undefined || list === null ? [] : [...(list as Iterable<Transferable>)];
  };

  const send: Ports['send'] = (port, envelope, transfer = []) => {
    postMessage.call(port, envelope, [...transfer]);
  };

  const post = (state: PortState, data: unknown, options: unknown): boolean | undefined => {
    const transfer = transferListOf(options);
    if (transfer.includes(state.port)) {
      const { DOMException } = (perContextExports.get(environment) ?? {}) as { DOMException: new (message: string, name: string) => Error };
      throw new DOMException('Transfer list contains source port', 'DataCloneError');
    }
    if (state.isClosed) return undefined;
    const { peer } = state;
    const ports = transfer.filter((item) => stateOf(item) !== undefined);
    if (peer === undefined || ports.length > 0) {
      if (peer !== undefined) {
        // A port inside a message of this thread: the browser's clone makes a new port object, on the same thread.
        release(ports);
        const { port1, port2 } = new host.MessageChannel();
        listen.call(port2, 'message', (event) => {
          const message = event as MessageEvent<Envelope>;
          arrived(peer, message.data, message.ports);
          close.call(port2);
          pending.cancel();
        });
        start.call(port2);
        const pending = loop.request();
        postMessage.call(port1, { kind: 'message', data }, transfer);
        return true;
      }
      release(ports);
      send(state.port, { kind: 'message', data }, transfer);
      return true;
    }
    const copy = host.structuredClone(data, { transfer });
    peer.queue.push({ data: copy, ports: [] });
    schedule(peer);
    return true;
  };

  const methods: Record<string, (this: object, ...args: never[]) => unknown> = {
    postMessage(this: object, data: unknown, options?: unknown) {
      const state = stateOf(this);
      if (arguments.length === 0) throw environment.codedError('TypeError', 'ERR_MISSING_ARGS', 'Not enough arguments to MessagePort.postMessage');
      return state === undefined ? undefined : post(state, data, options);
    },
    start(this: object) {
      const state = stateOf(this);
      if (state === undefined) return;
      state.isReceiving = true;
      start.call(state.port);
      schedule(state);
    },
    close(this: object) {
      const state = stateOf(this);
      if (state === undefined || state.isClosed) return;
      if (state.peer === undefined) send(state.port, { kind: 'close' });
      else {
        const { peer } = state;
        peer.peer = undefined;
        loop.enqueue(() => closeAfterQueue(peer));
      }
      closeHere(state);
    },
    drain(this: object) {
      drain(this);
    },
    ref(this: object) {
      stateOf(this)?.handle.ref();
    },
    unref(this: object) {
      stateOf(this)?.handle.unref();
    },
    hasRef(this: object) {
      const state = stateOf(this);
      return state === undefined || state.isClosed ? undefined : state.handle.hasRef();
    },
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(MessagePort.prototype, name, { value, configurable: true, writable: true, enumerable: true });
  }

  const drain = (port: unknown): void => {
    const state = stateOf(port);
    if (state === undefined) return;
    for (let next = state.queue.shift(); next !== undefined; next = state.queue.shift()) emit(state, next, 'message');
  };

  function MessageChannel(this: Record<string, unknown>): void {
    if (new.target === undefined) throw environment.codedError('TypeError', 'ERR_CONSTRUCT_CALL_REQUIRED', "Class constructor MessageChannel cannot be invoked without `new`");
    const { port1, port2 } = createChannel();
    this['port1'] = port1;
    this['port2'] = port2;
  }

  return {
    MessagePort: MessagePort as unknown as Ports['MessagePort'],
    MessageChannel: MessageChannel as unknown as Callable,
    adopt,
    createChannel,
    release,
    send,
    onExit: (port, callback) => {
      const state = stateOf(port);
      if (state !== undefined) state.onExit = callback;
    },
    stop: (port) => {
      const state = stateOf(port);
      if (state !== undefined) state.isReceiving = false;
    },
    drain,
    receive: (port, none) => {
      const state = stateOf(port);
      if (state === undefined) {
        throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'The "port" argument must be a MessagePort instance');
      }
      const next = state.queue.shift();
      return next === undefined ? none : next.data;
    },
  };
}

const created = new WeakMap<Environment, Ports>();
/** The ports of a thread, made on first use. */
export function portsOf(environment: Environment): Ports {
  let ports = created.get(environment);
  if (ports === undefined) created.set(environment, (ports = createPorts(environment)));
  return ports;
}
