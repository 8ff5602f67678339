/** `internalBinding('signal_wrap')`: signals of the kernel's become callbacks of the event loop (src/signal_wrap.cc). */
import { HandleWrap } from '../async-wrap.ts';
import type { CreateBinding, Environment } from '../environment.ts';
import type { Handle } from '../event-loop.ts';

interface SignalHandle {
  readonly number: number;
  deliver(): void;
}

const active = new WeakMap<Environment, Set<SignalHandle>>();

/** Delivers the signals that arrived to the handles that asked for them, at each wake-up. */
export function startSignals(environment: Environment): void {
  const { system, loop } = environment;
  if (environment.threadId !== 0) return;
  loop.onWake(() => {
    for (const signal of system.takeSignals()) {
      for (const handle of active.get(environment) ?? []) if (handle.number === signal) loop.enqueue(() => handle.deliver());
    }
  }, false);
}

export const create: CreateBinding = (environment) => {
  const { system, loop } = environment;
  const handles = new Set<SignalHandle>();
  active.set(environment, handles);

  class Signal extends HandleWrap {
    #signal: (SignalHandle & { handle: Handle }) | undefined;
    constructor() {
      super(environment, 'SIGNALWRAP');
    }
    start(number: number): number {
      this.stop();
      const result = system.setSignalAction(number, 'handle');
      if (result < 0) return result;
      const handle = loop.keepAlive();
      this.#signal = { number, handle, deliver: () => void this.makeCallback('onsignal', number) };
      handles.add(this.#signal);
      this.attach(handle);
      return 0;
    }
    stop(): number {
      const signal = this.#signal;
      if (signal === undefined) return 0;
      this.#signal = undefined;
      handles.delete(signal);
      this.detach(signal.handle);
      const { number } = signal;
      if (![...handles].some((other) => other.number === number)) system.setSignalAction(number, 'default');
      return 0;
    }
    protected dispose(): void {
      this.stop();
    }
  }
  return { Signal };
};
