/**
 * MessagePorts (MessagePort and MessageChannel in src/node_messaging.cc). A port is the browser's own port object with Node's prototype, so that it can be
 * transferred. While both ends live in one thread, messages go straight into the other end's queue; once an end has left, they go through shared memory
 * (shared-queue.ts), and through the browser only what nothing else can carry.
 */
import { AsyncWrap } from '../async-wrap.ts';
import { loaderRuntime } from '../loader/runtime.ts';
import { NotImplementedError } from '../dump.ts';
import type { Callable, Environment } from '../environment.ts';
import type { Handle } from '../event-loop.ts';
import { perContextExports } from '../realm.ts';
import { cloneError, packMessage, unpackMessage, type Packed } from './message.ts';
import { BY_BROWSER, CLOSE, EXIT, MESSAGE, SharedQueue } from './shared-queue.ts';

/** What travels with a port to its new thread. */
export interface PortLink {
  /** Memories of the queues that the port reads and writes. */
  readonly inbox: SharedArrayBuffer;
  readonly outbox: SharedArrayBuffer;
  /** Messages that its former thread had taken from the inbox and not delivered. */
  readonly received: readonly Packed[];
  /** Messages that the browser had brought, before their turn in the inbox. */
  readonly arrived: readonly Packed[];
}

/** What goes through the browser. */
interface Envelope extends Packed {
  /** For each port among the items, by its index. */
  readonly links: Readonly<Record<number, PortLink>>;
}

interface PortState {
  readonly port: MessagePort;
  /** The other end, while it is in this thread and neither has left it. */
  peer: PortState | undefined;
  link: { readonly inbox: SharedQueue; readonly outbox: SharedQueue } | undefined;
  /** Received and not delivered. */
  readonly queue: Packed[];
  readonly arrived: Packed[];
  isReceiving: boolean;
  isClosed: boolean;
  /** Its close has been told. */
  isGone: boolean;
  /** Whether it kept the loop alive when it was closed, until that is told. */
  wasReferenced: boolean;
  /** Its async id. */
  readonly wrap: AsyncWrap;
  /** The other end said that it closed, or its thread ended. */
  isEnding: boolean;
  /** The next delivery, which waits in the loop. */
  scheduled: (() => void) | undefined;
  readonly handle: Handle;
  /** What AsyncLocalStorage held where the port was made: its events see it. */
  readonly frame: unknown;
  onExit: ((code: number) => void) | undefined;
  /** Takes messages instead of the other end. */
  broadcast: ((message: Packed) => void) | undefined;
  detachListener: () => void;
}

export interface Ports {
  readonly MessagePort: Callable & { prototype: object };
  readonly MessageChannel: Callable;
  /** Both ends in this thread. */
  createChannel(): { readonly port1: MessagePort; readonly port2: MessagePort };
  /** Two ends of which the second goes to another thread: the port and what must go with it. */
  createRemote(): { readonly port: MessagePort; readonly remote: MessagePort; readonly link: PortLink };
  /** Gives a port that came from another thread Node's face. */
  adopt(port: MessagePort, link: PortLink): MessagePort;
  /** A port whose messages go to `send`; `receive` gives it messages. */
  createBroadcast(send: (message: Packed) => void, onClose: () => void): { readonly port: MessagePort; receive(message: Packed): void };
  /** Tells the other end the last words of this thread. */
  sendExit(port: MessagePort, code: number): void;
  onExit(port: MessagePort, callback: (code: number) => void): void;
  /** Reads what waits for a port now, out of the loop's turn. */
  look(port: MessagePort): void;
  /** Whether everything that other threads sent has come: nothing is still on its way through the browser. */
  isSettled(): boolean;
  /** Closes all ports: the thread ends. */
  closeAll(): void;
  clone(value: unknown, transfer: readonly unknown[]): unknown;
  stop(port: unknown): void;
  drain(port: unknown): void;
  receive(port: unknown, none: unknown): unknown;
}

/** The browser's, taken before the thread's global object is emptied (EventTarget is on its prototype chain). */
const { addEventListener: listen, removeEventListener: unlisten } = EventTarget.prototype;

/** Messages that one macrotask delivers at most, as natively. */
const BATCH = 1000;

export function createPorts(environment: Environment): Ports {
  const { loop, host, system } = environment;
  const nativePort = host.MessagePort.prototype;
  const { start, close } = nativePort;
  const postMessage = nativePort.postMessage as (this: MessagePort, message: Envelope, transfer: Transferable[]) => void;
  const states = new WeakMap<object, PortState>();
  /** Ports whose other end is in another thread. */
  const linked = new Set<PortState>();
  const open = new Set<PortState>();
  const onInit = environment.symbols['oninit'] ?? Symbol('oninit');
  const onClose = environment.symbols['handle_onclose'] ?? Symbol('handle_onclose');
  let watch: Handle | undefined;

  function MessagePort(this: unknown): never {
    throw environment.codedError('TypeError', 'ERR_CONSTRUCT_CALL_INVALID', 'Constructor cannot be called');
  }

  const stateOf = (port: unknown): PortState | undefined => (typeof port === 'object' && port !== null ? states.get(port) : undefined);
  const ours = new WeakSet<object>();
  const classes = {
    isPort: (value: unknown): value is MessagePort => typeof value === 'object' && value !== null && ours.has(value),
    isDetached: (port: MessagePort): boolean => states.get(port)?.isClosed !== false,
  };

  // -- delivering -----------------------------------------------------------------------------------
  const emit = (state: PortState, message: Packed): void => {
    const emitMessage = perContextExports.get(environment)?.['emitMessage'] as Callable;
    environment.makeCallback(
      state.port,
      function (this: unknown) {
        let data: unknown;
        try {
          data = unpackMessage(environment, message);
        } catch (error) {
          return emitMessage.call(this, error, [], 'messageerror');
        }
        return loaderRuntime(environment).frames.run(state.frame, () =>
          emitMessage.call(this, data, message.items.filter(classes.isPort), 'message'),
        );
      },
      [],
    );
  };

  const schedule = (state: PortState): void => {
    if (state.scheduled !== undefined || state.isClosed || !state.isReceiving || state.queue.length === 0) return;
    state.scheduled = () => deliver(state, BATCH);
    loop.enqueue(state.scheduled);
  };

  const deliver = (state: PortState, left: number): void => {
    state.scheduled = undefined;
    if (!state.isReceiving || state.isClosed || left === 0) return schedule(state);
    const next = state.queue.shift();
    if (next === undefined) return;
    schedule(state);
    emit(state, next);
  };

  /** `peer`: the other end in this thread, which hears of it later. That holds the loop no longer than the end itself does. */
  const closeHere = (state: PortState, peer?: PortState): void => {
    if (state.isClosed) return;
    state.isClosed = true;
    if (state.scheduled !== undefined) loop.withdraw(state.scheduled);
    forget(state);
    state.detachListener();
    close.call(state.port);
    state.wasReferenced = state.handle.hasRef();
    state.handle.close();
    loop.closing(() => {
      state.wasReferenced = false;
      const callback = (state.port as unknown as Record<symbol, unknown>)[onClose];
      if (typeof callback === 'function') environment.makeCallback(state.port, callback as Callable, []);
      state.isGone = true;
      state.wrap.emitDestroy();
      if (peer !== undefined) endLater(peer);
    });
  };

  /** Ends whose other end in this thread has closed. They hear of it together, in the order in which they were made (uv_async_t). */
  const ending = new Set<PortState>();
  const endLater = (state: PortState): void => {
    if (ending.size === 0) {
      loop.notice(() => {
        const all = [...ending].sort((a, b) => a.wrap.getAsyncId() - b.wrap.getAsyncId());
        ending.clear();
        for (const each of all) closeAfterQueue(each);
      });
    }
    ending.add(state);
  };

  /** What is queued is delivered first: then the end is seen. */
  const closeAfterQueue = (state: PortState): void => {
    if (state.isClosed) return;
    if (state.queue.length > 0 && state.isReceiving) loop.enqueue(() => closeAfterQueue(state));
    else closeHere(state);
  };

  /** Takes what the inbox holds, as far as it is complete. */
  const look = (state: PortState): void => {
    const { link } = state;
    if (link === undefined || state.isClosed) return;
    for (;;) {
      const kind = link.inbox.next;
      if (kind === undefined) break;
      if (kind === BY_BROWSER) {
        const message = state.arrived.shift();
        if (message === undefined) return;
        link.inbox.take();
        state.queue.push(message);
        continue;
      }
      const body = link.inbox.take()?.body ?? new Uint8Array();
      if (kind === MESSAGE) state.queue.push({ bytes: body, items: [] });
      else if (kind === CLOSE) state.isEnding = true;
      else if (kind === EXIT) state.onExit?.(new Int32Array(body.buffer)[0] ?? 0);
    }
    schedule(state);
    if (state.isEnding) closeAfterQueue(state);
  };

  const lookAtAll = (): void => {
    for (const state of [...linked]) {
      look(state);
      const reader = state.link?.outbox.reader ?? -1;
      // A thread that was terminated could not close its ports.
      if (reader >= 0 && reader !== system.slot && !system.isThreadRunning(reader) && !state.isEnding) {
        look(state);
        if (state.link?.inbox.isEmpty === true) {
          state.isEnding = true;
          closeAfterQueue(state);
        }
      }
    }
  };

  const forget = (state: PortState): void => {
    open.delete(state);
    if (!linked.delete(state) || linked.size > 0) return;
    watch?.close();
    watch = undefined;
  };

  // -- becoming and leaving ---------------------------------------------------------------------------
  const register = (port: MessagePort): PortState => {
    const listener = (event: Event): void => {
      const { bytes, items, links } = (event as MessageEvent<Envelope>).data;
      for (const [index, link] of Object.entries(links)) adopt(items[Number(index)] as MessagePort, link);
      state.arrived.push({ bytes, items });
      look(state);
      system.wake();
    };
    // The browser could not read it: it takes its turn and fails there.
    const onError = (): void => {
      state.arrived.push({ bytes: new Uint8Array(), items: [] });
      look(state);
      system.wake();
    };
    const state: PortState = {
      port,
      peer: undefined,
      link: undefined,
      queue: [],
      arrived: [],
      isReceiving: false,
      isClosed: false,
      isGone: false,
      wasReferenced: false,
      wrap: new AsyncWrap(environment, undefined),
      isEnding: false,
      scheduled: undefined,
      handle: loop.keepAlive(),
      frame: loaderRuntime(environment).frames.cur,
      onExit: undefined,
      broadcast: undefined,
      detachListener: () => {
        unlisten.call(port, 'message', listener);
        unlisten.call(port, 'messageerror', onError);
      },
    };
    states.set(port, state);
    ours.add(port);
    open.add(state);
    listen.call(port, 'message', listener);
    listen.call(port, 'messageerror', onError);
    Object.setPrototypeOf(port, MessagePort.prototype as object);
    const init = (port as unknown as Record<symbol, unknown>)[onInit];
    if (typeof init === 'function') (init as Callable).call(port);
    state.wrap.asyncReset(port, 'MESSAGEPORT');
    return state;
  };

  const connect = (state: PortState, inbox: SharedQueue, outbox: SharedQueue): void => {
    state.link = { inbox, outbox };
    inbox.setReader(system.slot);
    linked.add(state);
    watch ??= loop.onWake(lookAtAll, false);
    start.call(state.port);
    system.wake();
  };

  const adopt = (port: MessagePort, link: PortLink): MessagePort => {
    const state = register(port);
    state.queue.push(...link.received);
    state.arrived.push(...link.arrived);
    connect(state, new SharedQueue(link.inbox), new SharedQueue(link.outbox));
    return port;
  };

  const createChannel = () => {
    const { port1, port2 } = new host.MessageChannel();
    const [a, b] = [register(port1), register(port2)];
    a.peer = b;
    b.peer = a;
    return { port1, port2 };
  };

  /** Makes a port leave this thread; post it before anything else happens. */
  const leave = (state: PortState): PortLink => {
    const { peer } = state;
    if (peer !== undefined) {
      const [there, back] = [new SharedQueue(), new SharedQueue()];
      peer.peer = undefined;
      state.peer = undefined;
      state.link = { inbox: there, outbox: back };
      connect(peer, back, there);
    }
    const { link } = state;
    if (link === undefined) throw cloneError(environment, 'A closed MessagePort could not be cloned.');
    state.detachListener();
    state.handle.close();
    state.isClosed = true;
    forget(state);
    states.delete(state.port);
    state.wrap.emitDestroy();
    link.inbox.setReader(-1);
    return { inbox: link.inbox.memory, outbox: link.outbox.memory, received: state.queue.splice(0), arrived: state.arrived.splice(0) };
  };

  /** Adds what ports inside waiting messages need; native moves them along in the same way. */
  const sealItems = (message: Packed, transferred: Transferable[]): Envelope => {
    const links: Record<number, PortLink> = {};
    message.items.forEach((item, index) => {
      const state = stateOf(item);
      if (state === undefined) return;
      const link = leave(state);
      for (const waiting of [...link.received, ...link.arrived]) {
        if (waiting.items.some((one) => stateOf(one) !== undefined))
          throw new NotImplementedError('Transfer of a MessagePort in whose queue further MessagePorts wait');
      }
      links[index] = link;
      if (!transferred.includes(state.port)) transferred.push(state.port);
    });
    return { bytes: message.bytes, items: message.items, links };
  };

  // -- sending ------------------------------------------------------------------------------------------
  const notIterable = (name: string): Error =>
    environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', `Optional ${name} argument must be an iterable`);
  const transferListOf = (options: unknown): unknown[] => {
    if (options === undefined || options === null) return [];
    if (typeof options !== 'object' && typeof options !== 'function') throw notIterable('transferList');
    const list = listOf(options);
    if (list !== undefined) return list;
    const { transfer } = options as { transfer?: unknown };
    if (transfer === undefined) return [];
    const given = listOf(transfer);
    if (given === undefined) throw notIterable('options.transfer');
    return given;
  };

  const wakeReader = (queue: SharedQueue): void => {
    const { reader } = queue;
    if (reader === system.slot) system.wake();
    else if (reader >= 0) system.wakeThread(reader);
  };

  const sendLinked = (state: PortState, link: { readonly outbox: SharedQueue }, message: Packed, transferred: Transferable[]): void => {
    if (message.items.length > 0 || !link.outbox.push(MESSAGE, message.bytes)) {
      postMessage.call(state.port, sealItems(message, transferred), transferred);
      link.outbox.push(BY_BROWSER);
    }
    wakeReader(link.outbox);
  };

  /** A copy for this thread: what the browser carries gets a new identity, as natively. */
  const copyItems = (message: Packed, transferred: Transferable[]): Packed => {
    if (message.items.length === 0) return { bytes: message.bytes, items: [] };
    const { items, links } = sealItems(message, transferred);
    const copies = host.structuredClone([...items], { transfer: transferred });
    for (const [index, link] of Object.entries(links)) adopt(copies[Number(index)] as MessagePort, link);
    return { bytes: message.bytes, items: copies };
  };

  const post = (state: PortState, data: unknown, options: unknown): boolean | undefined => {
    const transfer = transferListOf(options);
    if (transfer.includes(state.port)) throw cloneError(environment, 'Transfer list contains source port');
    const { transferred, ...message } = packMessage(environment, classes, data, transfer);
    if (state.isClosed) return undefined;
    const { peer, link, broadcast } = state;
    if (broadcast !== undefined) broadcast(message);
    else if (link !== undefined) sendLinked(state, link, message, transferred);
    else if (peer !== undefined) {
      if (transfer.includes(peer.port)) {
        (environment.process['emitWarning'] as Callable).call(
          environment.process,
          'The target port was posted to itself, and the communication channel was lost',
        );
        // What was to be moved is gone all the same.
        host.structuredClone(null, { transfer: transferred.filter((item) => item instanceof ArrayBuffer) });
        closeHere(state);
        return true;
      }
      peer.queue.push(copyItems(message, transferred));
      schedule(peer);
    }
    return true;
  };

  const sayGoodbye = (state: PortState): void => {
    if (state.link !== undefined) {
      state.link.outbox.push(CLOSE);
      wakeReader(state.link.outbox);
    }
  };

  const methods: Record<string, (this: object, ...args: never[]) => unknown> = {
    postMessage(this: object, data: unknown, options?: unknown) {
      if (arguments.length === 0)
        throw environment.codedError('TypeError', 'ERR_MISSING_ARGS', 'Not enough arguments to MessagePort.postMessage');
      const state = stateOf(this);
      return state === undefined ? undefined : post(state, data, options);
    },
    start(this: object) {
      const state = stateOf(this);
      if (state === undefined) return;
      state.isReceiving = true;
      look(state);
      schedule(state);
    },
    close(this: object) {
      const state = stateOf(this);
      if (state === undefined || state.isClosed) return;
      const { peer } = state;
      if (peer === undefined) sayGoodbye(state);
      else peer.peer = undefined;
      closeHere(state, peer);
    },
    ref(this: object) {
      stateOf(this)?.handle.ref();
    },
    unref(this: object) {
      stateOf(this)?.handle.unref();
    },
    hasRef(this: object) {
      const state = stateOf(this);
      if (state === undefined && !ours.has(this as MessagePort)) throw new TypeError('Illegal invocation');
      if (state === undefined || state.isGone) return undefined;
      return state.isClosed ? state.wasReferenced : state.handle.hasRef();
    },
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(MessagePort.prototype, name, { value, configurable: true, writable: true, enumerable: true });
  }

  const drain = (port: unknown): void => {
    const state = stateOf(port);
    if (state === undefined) return;
    look(state);
    for (let next = state.queue.shift(); next !== undefined; next = state.queue.shift()) emit(state, next);
  };

  function MessageChannel(this: Record<string, unknown>): void {
    if (new.target === undefined)
      throw environment.codedError('TypeError', 'ERR_CONSTRUCT_CALL_REQUIRED', 'Cannot call constructor without `new`');
    const { port1, port2 } = createChannel();
    this['port1'] = port1;
    this['port2'] = port2;
  }

  return {
    MessagePort: MessagePort as unknown as Ports['MessagePort'],
    MessageChannel: MessageChannel as unknown as Callable,
    createChannel,
    createRemote: () => {
      const { port1, port2 } = new host.MessageChannel();
      const [there, back] = [new SharedQueue(), new SharedQueue()];
      connect(register(port1), back, there);
      return { port: port1, remote: port2, link: { inbox: there.memory, outbox: back.memory, received: [], arrived: [] } };
    },
    adopt,
    createBroadcast: (broadcast, onEnd) => {
      const { port1 } = new host.MessageChannel();
      const state = register(port1);
      state.broadcast = broadcast;
      const { detachListener } = state;
      state.detachListener = () => {
        detachListener();
        onEnd();
      };
      return {
        port: port1,
        receive: (message) => {
          state.queue.push(message);
          schedule(state);
        },
      };
    },
    sendExit: (port, code) => {
      const link = stateOf(port)?.link;
      if (link === undefined) return;
      link.outbox.push(EXIT, new Uint8Array(Int32Array.of(code).buffer));
      wakeReader(link.outbox);
    },
    onExit: (port, callback) => {
      const state = stateOf(port);
      if (state !== undefined) state.onExit = callback;
    },
    look: (port) => {
      const state = stateOf(port);
      if (state !== undefined) look(state);
    },
    isSettled: () => [...linked].every((state) => state.link?.inbox.next !== BY_BROWSER || state.arrived.length > 0),
    closeAll: () => {
      for (const state of open) sayGoodbye(state);
    },
    clone: (value, transfer) => {
      const { transferred, ...message } = packMessage(environment, classes, value, transfer);
      return unpackMessage(environment, copyItems(message, transferred));
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
      look(state);
      const next = state.queue.shift();
      return next === undefined ? none : unpackMessage(environment, next);
    },
  };
}

/** What an iterable gives; undefined of anything else. */
function listOf(value: unknown): unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { [Symbol.iterator]: iterate } = value as Partial<Iterable<unknown>>;
  if (typeof iterate !== 'function') return undefined;
  const iterator: unknown = iterate.call(value);
  if (typeof (iterator as Partial<Iterator<unknown>> | null)?.next !== 'function') return undefined;
  return [...{ [Symbol.iterator]: () => iterator as Iterator<unknown> }];
}

const created = new WeakMap<Environment, Ports>();
/** The ports of a thread, made on first use. */
export function portsOf(environment: Environment): Ports {
  let ports = created.get(environment);
  if (ports === undefined) created.set(environment, (ports = createPorts(environment)));
  return ports;
}
