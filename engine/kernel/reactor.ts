/**
 * The kernel's event loop: it sleeps on the kernel's wake word with `Atomics.waitAsync`, never blocks, and after each wake-up runs everybody who wants to look at the world.
 * Browsers' own events (messages, timers) run in between: a turn that is followed at once by the next goes through a macrotask of its own.
 */
import type { System } from '../system/types.ts';

export interface Reactor {
  /** Calls `look` after every wake-up until the returned function is called. */
  onWake(look: () => void): () => void;
  /** Calls `callback` with the readiness bits of a kernel descriptor whenever any of `interest` is true; once a turn. */
  poll(fd: number, interest: number, callback: (ready: number) => void): () => void;
  stop(): void;
}

export function startReactor(system: System, onError: (error: unknown) => void): Reactor {
  const looks = new Set<() => void>();
  const polls = new Map<object, { fd: number; interest: number; callback: (ready: number) => void }>();
  const watchers = new Map<number, number>();
  const hop = new MessageChannel();
  let continueTurn = (): void => {};
  let isStopped = false;
  hop.port1.onmessage = () => continueTurn();

  function guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      onError(error);
    }
  }

  function turn(): void {
    for (const look of [...looks]) guarded(look);
    for (const [key, { fd, interest, callback }] of [...polls]) {
      const ready = system.ready(fd);
      if (polls.has(key) && (ready & interest) !== 0) guarded(() => callback(ready));
    }
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      const sequence = system.wakeSequence();
      turn();
      if (system.wakeSequence() === sequence) await system.wait(sequence, Infinity);
      else
        await new Promise<void>((resolve) => {
          continueTurn = resolve;
          hop.port2.postMessage(null);
        });
    }
    hop.port1.close();
  }

  run().catch(onError);
  return {
    onWake(look) {
      looks.add(look);
      return () => looks.delete(look);
    },
    poll(fd, interest, callback) {
      const key = {};
      polls.set(key, { fd, interest, callback });
      watchers.set(fd, (watchers.get(fd) ?? 0) + 1);
      system.watch(fd);
      system.wake();
      return () => {
        if (!polls.delete(key)) return;
        const left = (watchers.get(fd) ?? 1) - 1;
        if (left > 0) {
          watchers.set(fd, left);
        } else {
          watchers.delete(fd);
          system.unwatch(fd);
        }
      };
    },
    stop() {
      isStopped = true;
      system.wake();
    },
  };
}
