/** `Histogram` and `createELDHistogram` of the performance binding (src/histogram.cc). */
import type { Environment } from '../environment.ts';
import { NotImplementedError } from '../dump.ts';
import { HdrHistogram, type HdrCounts } from './hdr-histogram.ts';

const HIGHEST = 2 ** 63 - 1;
const DEFAULT_FIGURES = 3;
const NANOSECONDS = 1e6;
const MISSING = ['recordCorrected', 'subtract', 'ksTest', 'percentilesAt', 'linearBuckets', 'logBuckets', 'welchTest', 'mannWhitneyTest', 'cohensD', 'cliffsD', 'percentileCI', 'ewmaMean', 'ewmaStddev', 'ewmaErrorRate']; // prettier-ignore

/** What a histogram's handle holds, which clones of it share in one thread. */
const contents = new WeakMap<object, HdrHistogram>();
const classes = new WeakMap<Environment, new (data: HdrHistogram) => object>();
/** Histograms that were cloned, by number: who reads the message in this thread finds the same one. */
const cloned = new Map<number, WeakRef<HdrHistogram>>();

/** A histogram on its way: its number in the thread that wrote it, and a copy for other threads. */
export interface HistogramDescription extends HdrCounts {
  readonly thread: string;
  readonly number: number;
}

const threadName = ({ shared, threadId }: Environment): string => `${shared.name}/${threadId}`;

/** Undefined for what is no histogram's handle. */
export function describeHistogram(environment: Environment, handle: object): HistogramDescription | undefined {
  const data = contents.get(handle);
  if (data === undefined) return undefined;
  cloned.set(data.number, new WeakRef(data));
  return { thread: threadName(environment), number: data.number, ...data.counts() };
}

/** The same histogram in the thread that described it, elsewhere a copy: natively threads share it. */
export function reviveHistogram(environment: Environment, description: HistogramDescription): object {
  const own = description.thread === threadName(environment) ? cloned.get(description.number)?.deref() : undefined;
  environment.binding('performance');
  const Handle = classes.get(environment);
  if (Handle === undefined) throw new Error('the performance binding has no histograms');
  return new Handle(own ?? HdrHistogram.of(description));
}

export function createHistograms(environment: Environment): Record<string, unknown> {
  const { host, privateSymbols } = environment;

  class Histogram {
    readonly #data: HdrHistogram;
    #previous: number | undefined;

    constructor(lowest: number | bigint | HdrHistogram = 1, highest: number | bigint = HIGHEST, figures = DEFAULT_FIGURES) {
      this.#data = lowest instanceof HdrHistogram ? lowest : new HdrHistogram(Number(lowest), Number(highest), figures);
      contents.set(this, this.#data);
      // Messages describe it (worker/message.ts).
      (this as unknown as Record<symbol, unknown>)[privateSymbols['transfer_mode_private_symbol'] ?? Symbol()] = 0;
    }
    count(): number {
      return this.#data.total;
    }
    countBigInt(): bigint {
      return BigInt(this.#data.total);
    }
    exceeds(): number {
      return this.#data.exceeds;
    }
    exceedsBigInt(): bigint {
      return BigInt(this.#data.exceeds);
    }
    min(): number {
      return this.#data.min;
    }
    minBigInt(): bigint {
      return this.#data.total === 0 ? 2n ** 63n - 1n : BigInt(this.#data.min);
    }
    max(): number {
      return this.#data.max;
    }
    maxBigInt(): bigint {
      return BigInt(this.#data.max);
    }
    mean(): number {
      return this.#data.mean;
    }
    stddev(): number {
      return this.#data.standardDeviation;
    }
    skewness(): number {
      if (this.#data.standardDeviation === 0 || Number.isNaN(this.#data.standardDeviation)) return 0;
      return this.#data.moment(3) / this.#data.standardDeviation ** 3;
    }
    kurtosis(): number {
      if (this.#data.standardDeviation === 0 || Number.isNaN(this.#data.standardDeviation)) return 0;
      return this.#data.moment(4) / this.#data.standardDeviation ** 4 - 3;
    }
    countAt(value: number): number {
      return this.#data.countAt(value);
    }
    cdf(value: number): number {
      return this.#data.entries().reduce((sum, [lowest, count]) => (lowest <= value ? sum + count : sum), 0) / this.#data.total;
    }
    percentile(percentile: number): number {
      return this.#data.percentile(percentile);
    }
    percentileBigInt(percentile: number): bigint {
      return BigInt(this.#data.percentile(percentile));
    }
    percentiles(map: Map<number, number>): void {
      for (const [percentile, value] of this.#data.percentiles()) map.set(percentile, value);
    }
    percentilesBigInt(map: Map<number, bigint>): void {
      for (const [percentile, value] of this.#data.percentiles()) map.set(percentile, BigInt(value));
    }
    reset(): void {
      this.#data.reset();
      this.#previous = undefined;
    }
    record(value: number | bigint): void {
      this.#data.record(Number(value));
    }
    /** Nanoseconds since the last call. */
    recordDelta(): void {
      const now = host.performance.now() * NANOSECONDS;
      if (this.#previous !== undefined) this.#data.record(Math.max(1, Math.round(now - this.#previous)));
      this.#previous = now;
    }
    add(other: Histogram): void {
      for (const [value, count] of other.#data.entries()) this.#data.record(value, count);
      this.#data.exceeds += other.#data.exceeds;
    }
    forget(): void {
      this.#previous = undefined;
    }
  }
  classes.set(environment, Histogram);
  const { forget } = Histogram.prototype;
  Reflect.deleteProperty(Histogram.prototype, 'forget');
  for (const name of MISSING) {
    Object.defineProperty(Histogram.prototype, name, {
      configurable: true,
      writable: true,
      value: () => {
        throw new NotImplementedError(`Histogram.${name}`);
      },
    });
  }

  /** Measures how late a timer comes: nothing else tells how long the event loop was busy. */
  class IntervalHistogram extends Histogram {
    readonly #interval: number;
    #timer: number | undefined;
    constructor(interval: number) {
      super();
      this.#interval = interval;
    }
    start(): void {
      this.reset();
      this.#tick();
    }
    #tick(): void {
      this.recordDelta();
      this.#timer = host.setTimeout(() => this.#tick(), this.#interval);
    }
    stop(): void {
      if (this.#timer !== undefined) host.clearTimeout(this.#timer);
      this.#timer = undefined;
      forget.call(this);
    }
  }

  return { Histogram, createELDHistogram: (interval: number) => new IntervalHistogram(interval) };
}
