import { describe, expect, it } from 'vitest';
import { HdrHistogram } from './hdr-histogram.ts';

// What native Node 24's createHistogram() says of the same values.
describe('HdrHistogram', () => {
  it('keeps three figures', () => {
    const histogram = new HdrHistogram(1, 2 ** 63 - 1, 3);
    histogram.record(123_456_789);
    expect([histogram.min, histogram.max, histogram.mean]).toEqual([123_404_288, 123_469_823, 123_437_056]);
    expect([...histogram.percentiles()]).toEqual([[0, 123_404_288], [100, 123_404_288]]); // prettier-ignore
  });

  it('gives percentiles and moments of many values', () => {
    const histogram = new HdrHistogram(1, 2 ** 63 - 1, 3);
    for (let i = 1; i <= 5000; i += 7) histogram.record(i * 3);
    expect([histogram.min, histogram.max, histogram.total]).toEqual([3, 14_999, 715]);
    expect(histogram.mean).toBeCloseTo(7500.433566433567, 9);
    expect(histogram.standardDeviation).toBeCloseTo(4334.5594631165095, 9);
    expect([histogram.percentile(50), histogram.percentile(90), histogram.percentile(99.9)]).toEqual([7503, 13_511, 14_983]);
    const percentiles = [...histogram.percentiles()];
    expect(percentiles.length).toBe(12);
    expect(percentiles.slice(-3)).toEqual([[99.8046875, 14_976], [99.90234375, 14_992], [100, 14_992]]); // prettier-ignore
  });

  it('counts what exceeds it, and is empty at first', () => {
    const histogram = new HdrHistogram(1, 100, 2);
    expect([histogram.min, histogram.max, ...histogram.percentiles()]).toEqual([2 ** 63, 0, [100, 0]]);
    expect(histogram.record(5000)).toBe(false);
    histogram.record(77);
    expect([histogram.exceeds, histogram.total, histogram.max]).toEqual([1, 1, 77]);
  });
});
