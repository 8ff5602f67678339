/** `internalBinding('performance')` (src/node_perf.cc). */
import type { Callable, CreateBinding } from '../environment.ts';
import { monotonicClock } from '../performance/monotonic.ts';
import { createHistograms } from '../performance/histogram.ts';

const MILESTONES = 8;
const TIME_ORIGIN_TIMESTAMP = 0;
const TIME_ORIGIN = 1;
const ENVIRONMENT = 2;
const V8_START = 4;
const BOOTSTRAP_COMPLETE = 7;
const LOOP_START = 5;
const LOOP_EXIT = 6;

export interface PerformanceMarks {
  /** Moves the process's time origin to now: a warm worker was booted long before the process began. */
  restart: () => void;
  /** Natively V8 starts then. */
  optionsParsed: () => void;
  /** The main script is about to be chosen. */
  environmentReady: () => void;
  /** The event loop is about to run for the first time. */
  loopStarts: () => void;
  /** Nothing keeps the event loop running any more. */
  loopEnds: () => void;
}

export const createPerformanceBinding =
  (marks: PerformanceMarks): CreateBinding =>
  (environment) => {
    const { performance } = environment.host;
    const { timeOrigin } = environment.shared;
    const milestones = new Float64Array(MILESTONES).fill(-1);
    const clock = monotonicClock(environment);
    const nanoseconds = () => clock() * 1e6;
    /** Milliseconds. */
    let origin = 0;
    const restart = () => {
      const now = nanoseconds();
      // The origin of a worker thread is that of its process.
      if (environment.threadId === 0) {
        timeOrigin[0] = now;
        timeOrigin[1] = (performance.timeOrigin + performance.now()) * 1000;
      }
      milestones.fill(now);
      milestones[TIME_ORIGIN] = timeOrigin[0] ?? now;
      origin = milestones[TIME_ORIGIN] / 1e6;
      milestones[TIME_ORIGIN_TIMESTAMP] = timeOrigin[1] ?? NaN;
      milestones[LOOP_START] = -1;
      milestones[LOOP_EXIT] = -1;
    };
    marks.restart = restart;
    const mark = (milestone: number) => () => {
      milestones[milestone] = nanoseconds();
    };
    marks.optionsParsed = mark(V8_START);
    marks.environmentReady = mark(ENVIRONMENT);
    marks.loopStarts = mark(LOOP_START);
    marks.loopEnds = mark(LOOP_EXIT);
    restart();
    let observers: Callable | undefined;
    return {
      ...createHistograms(environment),
      milestones,
      observerCounts: new Uint32Array(6),
      now: () => clock() - origin,
      setupObservers: (callback: Callable) => {
        observers = callback;
        void observers;
      },
      // The browser does not tell when it collects garbage.
      installGarbageCollectionTracking: () => undefined,
      removeGarbageCollectionTracking: () => undefined,
      notify: () => undefined,
      loopIdleTime: () => environment.loop.idle,
      markBootstrapComplete: mark(BOOTSTRAP_COMPLETE),
      uvMetricsInfo: () => {
        const { turns, events, waiting } = environment.loop.metrics;
        return [turns, events, waiting];
      },
    };
  };
