import { describe, expect, it } from 'vitest';
import { median, milliseconds } from './statistics.mjs';

describe('median', () => {
  it('is the middle, or the mean of the two middle ones', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });
});

describe('milliseconds', () => {
  it('chooses a unit', () => {
    expect([milliseconds(1234), milliseconds(12.34), milliseconds(0.0123)]).toEqual(['1.23 s', '12.3 ms', '12.30 µs']);
  });
});
