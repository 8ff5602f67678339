/** `System` over the control memory: what one thread of a process calls. */
import type { FileSystem } from '../fs/types.ts';
import type { Control } from './control.ts';
import { descriptorCalls } from './descriptor-calls.ts';
import { PROCESS } from './layout.ts';
import { processCalls } from './process-calls.ts';
import type { SystemOptions } from './process-calls.ts';
import { readinessCalls } from './readiness-calls.ts';
import { socketCalls } from './socket-calls.ts';
import { terminalCalls } from './terminal-calls.ts';
import { Thread } from './thread.ts';
import type { System } from './types.ts';

/** A system that can be handed around before its thread knows which process it serves: warm workers boot ahead of time. */
export interface ThreadSystem extends System {
  /** The kernel has given this thread a process: from now on calls are that process's. */
  attach(): void;
  /** The process ended: later calls of whoever still holds this object find no descriptors. */
  detach(): void;
}

/** The view of the thread in `control.slot`, attached to the process that the kernel has set for it, if any. */
export function openSystem(control: Control, files: FileSystem, options: SystemOptions = {}): ThreadSystem {
  const thread = new Thread(control, files);
  thread.attach();
  return {
    ...descriptorCalls(thread),
    ...socketCalls(thread),
    ...readinessCalls(thread),
    ...terminalCalls(thread),
    ...processCalls(thread, options),
    attach: () => thread.attach(),
    detach: () => thread.detach(),
    get pid() {
      return thread.pid;
    },
    get ppid() {
      return Atomics.load(control.words, thread.record + PROCESS.PPID);
    },
    slot: control.slot,
    files,
    cwd: () => thread.cwd(),
    resolve: (path) => thread.resolve(path),
    umask: (mask) => thread.umask(mask),
  };
}
