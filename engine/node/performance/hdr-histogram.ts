/**
 * Counts of values with a fixed number of significant figures, as the HdrHistogram library keeps them, which Node uses: values that agree in their leading bits
 * share a bucket. Values are integers.
 */
export class HdrHistogram {
  static #made = 0;
  /** Tells it from all others of the thread. */
  readonly number = ++HdrHistogram.#made;
  /** Counts by the smallest value of the bucket. */
  readonly #counts = new Map<number, number>();
  readonly #subBucketBits: number;
  readonly #unitBits: number;
  readonly #limit: number;
  #sorted: readonly (readonly [value: number, count: number])[] | undefined;
  total = 0;
  exceeds = 0;

  readonly #range: readonly [lowest: number, highest: number, figures: number];

  constructor(lowest: number, highest: number, figures: number) {
    this.#range = [lowest, highest, figures];
    this.#subBucketBits = Math.ceil(Math.log2(2 * 10 ** figures));
    this.#unitBits = Math.floor(Math.log2(lowest));
    let limit = 2 ** (this.#subBucketBits + this.#unitBits);
    while (limit <= highest) limit *= 2;
    this.#limit = limit;
  }

  static of({ range, entries, exceeds }: HdrCounts): HdrHistogram {
    const made = new HdrHistogram(...range);
    for (const [value, count] of entries) made.record(value, count);
    made.exceeds = exceeds;
    return made;
  }

  counts(): HdrCounts {
    return { range: this.#range, entries: this.entries(), exceeds: this.exceeds };
  }

  /** Size of the bucket that a value is in. */
  #size(value: number): number {
    const bits = value === 0 ? 0 : Math.floor(Math.log2(value)) + 1;
    return 2 ** (Math.max(0, bits - this.#unitBits - this.#subBucketBits) + this.#unitBits);
  }

  lowestEquivalent(value: number): number {
    const size = this.#size(value);
    return Math.floor(value / size) * size;
  }
  highestEquivalent(value: number): number {
    return this.lowestEquivalent(value) + this.#size(value) - 1;
  }
  medianEquivalent(value: number): number {
    return this.lowestEquivalent(value) + Math.floor(this.#size(value) / 2);
  }

  /** What is beyond the highest value is only counted as exceeding it. */
  record(value: number, count = 1): boolean {
    if (value < 0 || value >= this.#limit) {
      this.exceeds += count;
      return false;
    }
    const bucket = this.lowestEquivalent(value);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#sorted = undefined;
    this.total += count;
    return true;
  }

  reset(): void {
    this.#counts.clear();
    this.#sorted = undefined;
    this.total = 0;
    this.exceeds = 0;
  }

  entries(): readonly (readonly [value: number, count: number])[] {
    return (this.#sorted ??= [...this.#counts].sort(([a], [b]) => a - b));
  }

  countAt(value: number): number {
    return this.#counts.get(this.lowestEquivalent(value)) ?? 0;
  }

  get min(): number {
    return this.entries()[0]?.[0] ?? 2 ** 63;
  }
  get max(): number {
    const last = this.entries().at(-1)?.[0];
    return last === undefined ? 0 : this.highestEquivalent(last);
  }
  get mean(): number {
    return this.entries().reduce((sum, [value, count]) => sum + count * this.medianEquivalent(value), 0) / this.total;
  }

  /** Central moment. */
  moment(order: number): number {
    const { mean } = this;
    return this.entries().reduce((sum, [value, count]) => sum + count * (this.medianEquivalent(value) - mean) ** order, 0) / this.total;
  }
  get standardDeviation(): number {
    return Math.sqrt(this.moment(2));
  }

  percentile(percentile: number): number {
    const wanted = Math.max(1, Math.floor((Math.min(percentile, 100) / 100) * this.total + 0.5));
    let seen = 0;
    for (const [value, count] of this.entries()) {
      seen += count;
      if (seen >= wanted) return percentile === 0 ? value : this.highestEquivalent(value);
    }
    return 0;
  }

  /** Percentiles at ever smaller steps: halves of what is left to 100. */
  *percentiles(): Generator<readonly [percentile: number, value: number]> {
    let next = 0;
    let seen = 0;
    let last = 0;
    for (const [value, count] of this.entries()) {
      seen += count;
      last = value;
      while (next <= (100 * seen) / this.total) {
        yield [next, value];
        const halvings = Math.trunc(Math.log(100 / (100 - next)) / Math.LN2) + 1;
        next += 100 / 2 ** halvings;
        if (seen >= this.total) break;
      }
    }
    yield [100, last];
  }
}

/** All that a histogram holds, as plain data. */
export interface HdrCounts {
  readonly range: readonly [lowest: number, highest: number, figures: number];
  readonly entries: readonly (readonly [value: number, count: number])[];
  readonly exceeds: number;
}
