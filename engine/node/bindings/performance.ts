/** `internalBinding('performance')` (src/node_perf.cc). */
import type { Callable, CreateBinding } from '../environment.ts';
import { createHistograms } from '../performance/histogram.ts';

const MILESTONES = 8;
const TIME_ORIGIN_TIMESTAMP = 0;
const TIME_ORIGIN = 1;
const BOOTSTRAP_COMPLETE = 7;
const LOOP_START = 5;
const LOOP_EXIT = 6;

export interface PerformanceClock {
  /** Moves the process's time origin to now: a warm worker was booted long before the process began. */
  restart: () => void;
  /** The event loop is about to run for the first time. */
  loopStarts: () => void;
  /** Nothing keeps the event loop running any more. */
  loopEnds: () => void;
}

export const createPerformanceBinding =
  (clock: PerformanceClock): CreateBinding =>
  (environment) => {
    const { performance } = environment.host;
    const milestones = new Float64Array(MILESTONES).fill(-1);
    const nanoseconds = () => performance.now() * 1e6;
    const restart = () => {
      const now = nanoseconds();
      // Every milestone before the main script belongs to the origin.
      milestones.fill(now);
      milestones[TIME_ORIGIN_TIMESTAMP] = (performance.timeOrigin + performance.now()) * 1000;
      milestones[TIME_ORIGIN] = now;
      milestones[LOOP_START] = -1;
      milestones[LOOP_EXIT] = -1;
    };
    clock.restart = restart;
    const mark = (milestone: number) => () => {
      milestones[milestone] = nanoseconds();
    };
    clock.loopStarts = mark(LOOP_START);
    clock.loopEnds = mark(LOOP_EXIT);
    restart();
    let observers: Callable | undefined;
    return {
      ...createHistograms(environment),
      milestones,
      observerCounts: new Uint32Array(6),
      now: () => (nanoseconds() - (milestones[TIME_ORIGIN] ?? 0)) / 1e6,
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
