/** `internalBinding('timers')` (src/timers.cc): one libuv timer and one check handle for all of Node's timers and immediates. */
import type { CreateBinding } from '../environment.ts';
import type { Loop, Steps } from '../loop.ts';

export interface TimerCallbacks {
  runImmediates: () => Steps;
  runTimers: (now: number) => Steps;
  readonly immediateInfo: Uint32Array;
  readonly timeoutInfo: Int32Array;
}

export function createTimerCallbacks(): TimerCallbacks {
  const missing = (): never => {
    throw new Error('timers ran before Node was set up');
  };
  return { runImmediates: missing, runTimers: missing, immediateInfo: new Uint32Array(3), timeoutInfo: new Int32Array(1) };
}

export const createTimersBinding =
  (callbacks: TimerCallbacks, loop: Loop): CreateBinding =>
  () => ({
    immediateInfo: callbacks.immediateInfo,
    timeoutInfo: callbacks.timeoutInfo,
    setupTimers: (processImmediate: () => Steps, processTimers: (now: number) => Steps) => {
      callbacks.runImmediates = processImmediate;
      callbacks.runTimers = processTimers;
    },
    getLibuvNow: () => {
      loop.updateTime();
      return loop.now();
    },
    scheduleTimer: (milliseconds: number) => loop.scheduleTimer(milliseconds),
    toggleTimerRef: (referenced: boolean) => loop.referenceTimer(referenced),
    toggleImmediateRef: () => undefined,
  });
